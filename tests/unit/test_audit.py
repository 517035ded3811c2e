"""Published BED statements, recomputed. The schedules are those of the renal-cell series of 2020; BED is by hand."""

from dataclasses import replace

import pytest

from rtcalc.audit import Audit, audit
from rtcalc.registry import Registry


@pytest.fixture(scope="module")
def found() -> Audit:
    return audit(Registry())


# D (1 + d/r): at a/b 10, 6.9, 3 and 2.6, and D d / (100 - D), below which 100 Gy is exceeded.
SITE_RULES = {
    "rcc-bone": ((65.625, 78.2609, 131.25, 145.6731), 4.5),  # 37.5 / 5: 37.5 * 7.5 / 62.5
    "rcc-lung-central": ((100.0, 122.4638, 216.6667, 242.3077), 10.0),  # 50 / 5: exactly 100 at 10
    "rcc-node": ((65.625, 78.2609, 131.25, 145.6731), 4.5),  # 37.5 / 5 again
}


@pytest.mark.parametrize("name", SITE_RULES)
def test_beds_of_a_site_rule(found: Audit, name: str) -> None:
    beds, break_even = SITE_RULES[name]
    rows = {row.schedule.id: row for row in found.claims[0].lists[0].rows}
    assert [ratio for ratio, _ in rows[name].beds] == [10.0, 6.9, 3.0, 2.6]
    assert [gray for _, gray in rows[name].beds] == pytest.approx(beds, abs=1e-4)
    assert rows[name].break_even.gray == pytest.approx(break_even)


def test_exactly_100_is_not_above_100(found: Audit) -> None:
    rows = {row.schedule.id: row for row in found.claims[0].lists[0].rows}
    assert rows["rcc-lung-central"].holds == (False, True, True, True)


def test_the_claim_of_above_100_in_every_case_does_not_reproduce(found: Audit) -> None:
    claim = found.claims[0]
    counts = {part.name: (part.passing, len(part.rows)) for part in claim.lists}
    # At a/b 10 none of seven exceeds 100, at 3 and 2.6 six do.
    assert counts["site rules"] == ((0, 1, 6, 6), 7)
    assert counts["most cases"] == ((0, 0, 3, 3), 12)
    assert not claim.reproducible


def test_the_alpha_beta_the_claim_would_need(found: Audit) -> None:
    needed = {part.name: part.needed for part in found.claims[0].lists}
    # 30 / 5: 30 * 6 / 70 = 2.5714; 8 / 1: 8 * 8 / 92 = 0.6957.
    assert needed["site rules"] == pytest.approx(180 / 70)
    assert needed["most cases"] == pytest.approx(64 / 92)


def test_a_claim_that_holds_at_one_alpha_beta_is_reproducible() -> None:
    registry = Registry()
    name, ids = registry.claims["gebbia2020-bed-over-100"].lists[0]
    claim = replace(
        registry.claims["gebbia2020-bed-over-100"], recomputed_at=(10.0, 2.5), lists=((name, ids), (name, ids[:2]))
    )
    registry.__dict__["claims"] = {claim.id: claim}
    one = audit(registry).claims[0]
    # All seven exceed 100 below 2.571, and so do the two of the shorter list.
    assert [part.passing for part in one.lists] == [(0, 7), (0, 2)]
    assert one.reproducible


def test_a_claim_needs_every_list_and_not_one_of_them() -> None:
    registry = Registry()
    name, ids = registry.claims["gebbia2020-bed-over-100"].lists[0]
    claim = replace(
        registry.claims["gebbia2020-bed-over-100"], recomputed_at=(3.0,), lists=((name, ids), (name, ids[:2]))
    )
    registry.__dict__["claims"] = {claim.id: claim}
    one = audit(registry).claims[0]
    # At a/b 3 bone and central lung exceed 100, but 30 / 5 does not: 30 (1 + 6/3) = 90.
    assert [part.passing for part in one.lists] == [(6,), (2,)]
    assert not one.reproducible


def test_at_least_100_counts_exactly_100() -> None:
    registry = Registry()
    claim = replace(registry.claims["gebbia2020-bed-over-100"], operator=">=", recomputed_at=(10.0,))
    registry.__dict__["claims"] = {claim.id: claim}
    assert audit(registry).claims[0].lists[0].passing == (1,)


def test_other_checked_statements_are_passed_on(found: Audit) -> None:
    by_id = {statement.id: statement for statement in found.checked}
    # 23 of 28 is 82.1 %, printed as 93 %.
    assert by_id["gebbia2020-clear-cell"].verdict == "wrong number"
