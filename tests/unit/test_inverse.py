"""Fraction numbers that reach a tumour BED within organ limits: points, hollow points, and what limits first."""

from dataclasses import replace

import pytest

from rtcalc.decimals import compare
from rtcalc.doses import PhysicalDose
from rtcalc.dvh import Dvh
from rtcalc.effects import bed
from rtcalc.errors import BasisError, DomainError, UnitsError, UnknownName
from rtcalc.inverse import ASSUMPTIONS, Feasible, Point, feasible
from rtcalc.organ_shares import OrganShare
from rtcalc.registry import Registry

OWN = """schema_version: 1
id: OWN
title: limits of a department
source: TG101
note: for the test
limits:
"""
ROW = """  - id: OWN.{organ}.{fractions}.{metric}.{kind}
    organ: {organ}
    applies_to: [{organ}]
    structure: {organ}
    fractions: {fractions}
    metric: {metric}
    limit: {limit}
    kind: {kind}
    endpoint: late
    evidence: two-sources
"""


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry()


def own(tmp_path, *rows: dict[str, str], more: str = "") -> Registry:
    text = OWN + "".join(ROW.format(**{"kind": "limit", "metric": "D0.035cc", **row}) + more for row in rows)
    (tmp_path / "constraints").mkdir()
    (tmp_path / "constraints" / "own.yaml").write_text(text, encoding="utf-8")
    return Registry(tmp_path)


def table(registry: Registry, *organs: OrganShare, sets: tuple[str, ...] = ("TG101",), **options: object) -> Feasible:
    given = {"target": "100 Gy", "tumour_alpha_beta": "10 Gy", **options}
    return feasible(organs=organs, registry=registry, limit_sets=sets, **given)  # type: ignore[arg-type]


def share(organ: str, metric: str, percent: str) -> OrganShare:
    return OrganShare.of(organ, metric, percent)


def at(found: Feasible, fractions: int) -> Point:
    return next(point for point in found.points if point.fractions == fractions)


# --- points ----------------------------------------------------------------------------------------------------------
def test_printed_rows_are_points(registry: Registry) -> None:
    # TG-101 Table III, duodenum near-maximum: < 12.4 / 22.2 / 32 Gy in 1 / 3 / 5
    found = table(registry, share("Duodenum", "D0.035cc", "60 %"), fractions=(1, 3, 5))
    # by hand: 12.4 / 0.6 = 20.6667; 22.2 / 0.6 = 37 exactly, which "<" does not allow; 32 / 0.6 = 53.3333
    assert [point.allowed for point in found.points] == [20.66, 36.99, 53.33]
    # by hand: 2 * 100 / (1 + sqrt(1 + 40/n)): 27.0156, 41.7890, 50 exactly; a required dose is rounded up
    assert [point.required for point in found.points] == [27.02, 41.79, 50.0]
    assert [point.reached for point in found.points] == [False, False, True]
    assert {point.mark for point in found.points} == {"printed"}
    assert found.points[2].limiting == "Duodenum D0.035cc TG101 < 32 Gy"
    assert found.points[2].per_fraction == pytest.approx(10.666)
    # by hand: 53.33 (1 + 10.666/10) = 110.2118
    assert found.points[2].tumour is not None
    assert found.points[2].tumour.gray == pytest.approx(110.2118, abs=1e-4)


def test_the_first_operative_limit_is_named(registry: Registry) -> None:
    # TG-101, 5 fractions: duodenum D5cc < 18 Gy, cord D0.035cc < 30 Gy
    organs = (share("Duodenum", "D5cc", "30 %"), share("SpinalCord", "D0.035cc", "60 %"))
    found = at(table(registry, *organs, fractions=(5,)), 5)
    # by hand: 18 / 0.3 = 60, 30 / 0.6 = 50; neither bound is allowed itself
    assert (found.allowed, found.limiting) == (49.99, "SpinalCord D0.035cc TG101 < 30 Gy")
    # 49.99 (1 + 9.998/10) = 99.97: just missed
    assert found.reached is False


def test_a_bound_that_is_allowed_is_used(registry: Registry) -> None:
    # HyTEC, cord, 5 fractions: <= 25.3 Gy
    found = at(table(registry, share("SpinalCord", "D0.035cc", "50 %"), sets=("HYTEC",), fractions=(5,)), 5)
    assert (found.allowed, found.reached) == (50.6, True)
    assert found.note == "HYTEC: published as Dmax"


def test_converted_fraction_numbers_are_hollow_and_may_depend_on_the_row(registry: Registry) -> None:
    found = at(table(registry, share("Duodenum", "D0.035cc", "60 %"), fractions=(4,)), 4)
    # clinical numbers: duodenum in 4 fractions is 24.98 from the 3-fraction row, 29.20 from the 5-fraction one (a/b 3);
    # by hand: 24.976 / 0.6 = 41.62, 29.20 / 0.6 = 48.67; 46.34 Gy are needed
    assert (found.mark, found.allowed, found.reached) == ("converted", 41.62, None)
    assert found.allowed_by_looser == pytest.approx(48.66, abs=0.015)
    assert found.note == "Duodenum D0.035cc TG101 converted at a/b 3"


def test_outside_the_rows_nothing_is_said(registry: Registry) -> None:
    found = at(table(registry, share("Duodenum", "D0.035cc", "60 %"), fractions=(8,)), 8)
    assert (found.mark, found.allowed, found.tumour, found.reached) == ("undefined", None, None, None)
    assert found.note == "no limit of Duodenum D0.035cc for 8 fractions in TG101"
    assert found.per_fraction is None


def test_one_organ_without_a_limit_leaves_the_point_undefined(registry: Registry) -> None:
    organs = (share("Duodenum", "D0.035cc", "60 %"), share("Duodenum", "D2cc", "50 %"))
    assert at(table(registry, *organs, fractions=(5,)), 5).mark == "undefined"


def test_a_printed_row_of_another_set_leads_and_the_conversion_stands_beside(registry: Registry) -> None:
    cord = share("SpinalCord", "D0.035cc", "50 %")
    both = at(table(registry, cord, sets=("TG101", "HYTEC"), fractions=(4,)), 4)
    # HyTEC's own 4-fraction row, 23.0 Gy: 46 Gy; TG-101 has to be converted, 24.82 and 27.24, and is looser
    assert (both.mark, both.allowed) == ("printed", 46.0)
    assert both.note == "HYTEC: published as Dmax"
    alone = at(table(registry, cord, fractions=(4,)), 4)
    assert (alone.mark, alone.allowed) == ("converted", pytest.approx(49.64, abs=0.015))


def test_a_stricter_conversion_is_named(tmp_path) -> None:
    registry = own(tmp_path, {"organ": "SpinalCord", "fractions": "4", "limit": "< 29 Gy"})
    found = at(table(registry, share("SpinalCord", "D0.035cc", "50 %"), sets=("OWN", "TG101"), fractions=(4,)), 4)
    assert (found.mark, found.allowed) == ("printed", 57.99)
    assert found.note.startswith("SpinalCord D0.035cc TG101 converted would allow 49.6")


def test_a_mean_is_not_carried_to_another_number(tmp_path) -> None:
    rows = [
        {"organ": "Liver", "metric": "Dmean", "fractions": "3", "limit": "< 13 Gy"},
        {"organ": "Liver", "metric": "Dmean", "fractions": "5", "limit": "< 15 Gy"},
    ]
    found = table(own(tmp_path, *rows), share("Liver", "Dmean", "25 %"), sets=("OWN",), fractions=(3, 4))
    assert found.points[0].allowed == 51.99  # by hand: 13 / 0.25 = 52, not allowed itself
    assert found.points[1].mark == "undefined"
    assert found.points[1].note.endswith("no row for 4 fractions, and none that can be converted")


def test_optimal_rows_and_rows_of_a_population_do_not_count(tmp_path) -> None:
    organ = share("Duodenum", "D0.035cc", "60 %")
    optimal = own(tmp_path, {"organ": "Duodenum", "fractions": "5", "limit": "< 20 Gy", "kind": "optimal"})
    assert at(table(optimal, organ, sets=("OWN",), fractions=(5,)), 5).mark == "undefined"
    (tmp_path / "other").mkdir()
    row = {"organ": "Duodenum", "fractions": "5", "limit": "< 20 Gy"}
    selected = own(tmp_path / "other", row, more="    population: solitary kidney\n")
    assert at(table(selected, organ, sets=("OWN",), fractions=(5,)), 5).mark == "undefined"


def test_a_limit_in_eqd2_is_taken_at_each_number(tmp_path) -> None:
    registry = own(
        tmp_path, {"organ": "SpinalCord", "fractions": "1-5", "limit": "<= 45 Gy"}, more="    alpha_beta: 2 Gy\n"
    )
    found = table(registry, share("SpinalCord", "D0.035cc", "50 %"), sets=("OWN",), fractions=(1, 5))
    # by hand: EQD2 45 at a/b 2 is BED 90: D = 180 / (1 + sqrt(1 + 180/n)): 12.4536 and 25.4138; doubled
    assert [point.allowed for point in found.points] == [24.90, 50.82]


def test_every_allowed_dose_meets_its_limit_and_a_hundredth_more_does_not(registry: Registry) -> None:
    for percent in (33, 50, 60, 64, 71, 80, 96, 100):
        for point in table(registry, share("Duodenum", "D0.035cc", f"{percent} %"), fractions=(1, 3, 5)).points:
            bound = {1: 12.4, 3: 22.2, 5: 32.0}[point.fractions]
            assert point.allowed is not None
            assert compare(point.allowed * percent / 100, bound) < 0
            assert compare((point.allowed + 0.01) * percent / 100, bound) >= 0


# --- the best --------------------------------------------------------------------------------------------------------
def test_the_best_has_printed_rows_reaches_the_target_and_the_highest_effect(registry: Registry) -> None:
    organ = share("Duodenum", "D0.035cc", "35 %")
    found = table(registry, organ, fractions=(5, 4, 3, 1))
    # by hand, allowed 35.42, 63.42, (75.8 hollow), 91.42: BED10 160.9, 197.5, .., 258.6
    reached = {point.fractions: point.tumour.gray for point in found.points if point.tumour and point.reached}
    assert found.best is not None
    assert found.best.fractions == max((n for n in reached if n != 4), key=lambda n: reached[n]) == 5
    assert table(registry, organ, fractions=(4,)).best is None  # hollow points are no answer


def test_of_equal_effects_the_fewer_fractions_are_best(tmp_path) -> None:
    # 60 Gy in 3, 5 or 6: at an alpha/beta so large that ten digits do not show the fractions, 60 Gy in all of them
    registry = own(tmp_path, {"organ": "SpinalCord", "fractions": "3-6", "limit": "<= 30 Gy"})
    found = table(
        registry,
        share("SpinalCord", "D0.035cc", "50 %"),
        sets=("OWN",),
        target="60 Gy",
        tumour_alpha_beta="1000000000000000 Gy",
        fractions=(6, 3, 5),
    )
    assert len({point.tumour for point in found.points}) == 1
    assert found.best is not None
    assert found.best.fractions == 3


def test_no_best_where_nothing_reaches(registry: Registry) -> None:
    found = table(registry, share("Duodenum", "D0.035cc", "100 %"))
    assert found.best is None
    assert found.to_dict()["best_fractions"] is None


def test_reaching_is_decided_on_the_printed_digits(registry: Registry) -> None:
    # 60 Gy in 30 at a/b 3 is exactly 100 although floats say less; here 50 Gy / 5 at a/b 10, share 50 %, bound 25.3
    found = at(table(registry, share("SpinalCord", "D0.035cc", "50.6 %"), sets=("HYTEC",), fractions=(5,)), 5)
    assert (found.allowed, found.reached) == (50.0, True)
    assert found.tumour == bed("50 Gy / 5", alpha_beta="10 Gy")


def test_less_than_a_hundredth_of_a_gray_reaches_nothing(tmp_path) -> None:
    registry = own(tmp_path, {"organ": "SpinalCord", "fractions": "5", "limit": "< 0.01 Gy"})
    found = table(registry, share("SpinalCord", "D0.035cc", "100 %"), sets=("OWN",), fractions=(5,)).points[0]
    assert (found.allowed, found.tumour, found.reached) == (0.0, None, False)


# --- the table -------------------------------------------------------------------------------------------------------
def test_the_assumptions_are_on_the_table(registry: Registry) -> None:
    found = table(registry, share("Duodenum", "D0.035cc", "60 %"), fractions=(5, 8))
    assert found.notes == ASSUMPTIONS
    assert "assumed not to depend on the number of fractions" in found.notes[0]
    data = found.to_dict()
    assert data["target_bed_gray"] == 100.0
    assert data["points"][0]["allowed_gray"] == 53.33
    assert data["points"][0]["tumour_bed"]["alpha_beta_gray"] == 10.0
    assert data["points"][1]["mark"] == "undefined"
    assert data["points"][1]["tumour_bed"] is None
    assert data["best_fractions"] == 5


def test_a_share_is_read_from_a_curve(registry: Registry) -> None:
    curve = Dvh(organ="Duodenum", course="1", edges_gray=[0, 24], volume_cc=[50])
    found = OrganShare.of_curve(curve, "Dmax", "40 Gy")
    assert (found.organ, found.share, found.origin) == ("Duodenum", 0.6, "curve of 1")
    with pytest.raises(BasisError, match="converted already"):
        OrganShare.of_curve(curve.relabelled(5, "3 Gy"), "Dmax", "40 Gy")


# --- refusals --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("make", "error", "said"),
    [
        (lambda: share("Lungs", "V20Gy", "10 %"), DomainError, "is a volume"),
        (lambda: share("Cord", "Dmax", "0 %"), DomainError, "outside above 0 to 2"),
        (lambda: share("Cord", "Dmax", "201 %"), DomainError, "outside above 0 to 2"),
        (lambda: share("Cord", "Dmax", "0.6"), UnitsError, "has no unit"),
        (lambda: share("Cord", "D5", "60 %"), DomainError, "is not a metric"),
    ],
)
def test_what_is_no_share_is_refused(make, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        make()


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"target": "0 Gy"}, DomainError, "target"),
        ({"target": 100}, UnitsError, "has no unit"),
        ({"target": PhysicalDose.from_gray(100)}, BasisError, "target"),
        ({"tumour_alpha_beta": "0 Gy"}, DomainError, "tumour_alpha_beta"),
        ({"fractions": (0,)}, DomainError, "1 to 200"),
        ({"sets": ("TG1O1",)}, UnknownName, "nearest: TG101"),
    ],
)
def test_what_is_no_question_is_refused(registry: Registry, options: dict, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        table(registry, share("Duodenum", "D0.035cc", "60 %"), **options)


def test_an_organ_stands_once(registry: Registry) -> None:
    one = share("Duodenum", "D0.035cc", "60 %")
    with pytest.raises(DomainError, match="each organ and metric once"):
        table(registry, one, replace(one, share=0.7))
    with pytest.raises(DomainError, match="one share or more"):
        table(registry)
