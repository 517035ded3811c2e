"""A recovery typed in a case: a column beside the sum of courses, which decides nothing."""

from __future__ import annotations

import pytest

from rtcalc.assessment import assess
from rtcalc.casefile import parse_case
from rtcalc.errors import ProtocolError
from rtcalc.registry import Registry

CASE = """
schema_version: 1
id: again
disease: not stated
targets:
  t: {site: T8, region: spine, near: not stated, largest: not stated, tissue: generic-tumour}
courses:
  one: {prescription: {t: {dose: 30 Gy / 10}}, technique: 3d-crt, start: 2024-01-08, treatment_days: every weekday}
  two: {prescription: {t: {dose: 25 Gy / 5}}, technique: sbrt, start: SECOND, treatment_days: every weekday}
organ_doses:
  SpinalCord: {one: {Dmax: 30.9 Gy}, two: {Dmax: 17.9 Gy}}
  Esophagus: {one: {Dmax: 20 Gy}}
limit_sets: []
recovery: [{organ: ORGAN, after: AFTER, percent: 25 %, reference: own board}]
"""
# a/b 2: 30.9 Gy / 10 is 30.9 (1 + 3.09 / 2) / 2 = 39.32, 17.9 Gy / 5 is 17.9 (1 + 3.58 / 2) / 2 = 24.97 Gy EQD2.
NONE = "39.3-64.3"
# 0.75 x 39.32 = 29.49; with 24.97: 29.5 to 54.5 Gy.
QUARTER = "29.5-54.5"


def findings(
    organ: str = "SpinalCord", after: str = "180 d", second: str = "2025-01-06", rule: str = "cumulative-dose"
):
    text = CASE.replace("ORGAN", organ).replace("AFTER", after).replace("SECOND", second)
    return [finding for finding in assess(parse_case(text)).findings if finding.rule == rule]


def cord_row(**given: str) -> tuple[str, ...]:
    [found] = findings(**given)
    [row] = [row for row in found.table.rows if row[0] == "SpinalCord"]
    return row


def test_the_column_stands_beside_the_sum_without_recovery():
    *_, none, quarter = cord_row()
    assert (none.split(" (")[0], quarter) == (NONE, QUARTER)  # in brackets: at the other published alpha/beta
    [found] = findings()
    assert found.table.header[-1] == "with recovery as typed"
    expected = (
        "Recovery of SpinalCord, 25 % after 180 d or more: typed by the user [own board]; the sum without decides."
    )
    assert expected in found.lines
    assert (round(found.figures[0].low, 1), round(found.figures[0].high, 1)) == (39.3, 64.3)


@pytest.mark.parametrize(
    ("after", "last"),
    [
        # 10 weekdays from Monday 8 January 2024 end on Friday 19; to Monday 6 January 2025 these are 353 days.
        ("353 d", QUARTER),
        ("354 d", "not credited (interval)"),
    ],
)
def test_it_is_credited_from_its_own_interval_on(after, last):
    assert cord_row(after=after)[-1] == last


def test_an_unknown_interval_credits_nothing():
    assert cord_row(second="not stated")[-1] == "not credited (interval)"


def test_a_rule_that_contains_recovery_gets_none():
    rule = next(rule.id for rule in Registry().compound_limits.values() if rule.organ == "SpinalCord")
    [found] = findings(rule=rule)
    assert any("not credited here, the rule contains recovery already" in line for line in found.lines)


def test_without_a_sum_it_is_said_and_no_column_is_drawn():
    [found] = findings(organ="Esophagus", rule="not-used")
    assert found.lines == (
        "Recovery of Esophagus, 25 % after 180 d or more: typed by the user [own board]: no sum of courses on this "
        "organ, so nothing to credit it to.",
    )
    [sums] = findings(organ="Esophagus")
    assert sums.table.header[-1] == "cumulative EQD2"


def test_no_interval_is_refused():
    with pytest.raises(ProtocolError, match="after"):
        findings(after="0 d")
