"""What is certain of a structure partly without a dose, against every dose that the rest could have."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rtcalc.answers import answer
from rtcalc.casefile import load_case, parse_case
from rtcalc.coverage import certain, percent_words
from rtcalc.dvh import Dvh
from rtcalc.errors import DomainError, ProtocolError
from rtcalc.findings import State
from rtcalc.limits import Metric
from rtcalc.organ_doses import Known
from rtcalc.organ_values import OrganDose
from rtcalc.registry import Registry

METRICS = ("Dmax", "D0.5cc", "D3cc", "D9cc", "D20%", "D95%", "Dmean", "V12Gy", "CV12Gy", "V30Gy", "CV30Gy")


def curve(doses: np.ndarray, outside: float = 0.0) -> Dvh:
    """Parts of 0.1 cc."""
    volume = np.full(len(doses), 0.1)
    return Dvh.from_parts(organ="Liver", course="1", dose_gray=doses, volume_cc=volume, volume_outside_grid_cc=outside)


@pytest.mark.parametrize("seed", range(20))
def test_whatever_the_rest_gets_the_whole_lies_within_the_bounds(seed: int) -> None:
    """100 parts, some of them without a calculated dose; the whole is the curve with any doses for those."""
    rng = np.random.default_rng(seed)
    doses = rng.uniform(0.0, 40.0, 100)
    lost = int(rng.integers(1, 40))
    part = curve(doses[lost:], outside=0.1 * lost)
    for rest in (np.zeros(lost), np.full(lost, 200.0), rng.uniform(0.0, 60.0, lost), doses[:lost]):
        whole = curve(np.concatenate([rest, doses[lost:]]))
        for name in METRICS:
            metric = Metric.parse(name)
            for unit in ("cc", "%") if metric.kind == "V" else ("cc",):
                true, its_unit = whole.value(metric, unit)  # type: ignore[arg-type]
                for side, value, value_unit in certain(part, metric, unit):  # type: ignore[arg-type]
                    assert value_unit == its_unit
                    assert side
                    assert value <= true + 1e-9 if side == ">=" else value >= true - 1e-9


def test_the_bounds_are_reached_by_nothing_and_by_the_highest_dose() -> None:
    doses = np.linspace(1.0, 30.0, 60)
    part = curve(doses, outside=1.0)
    cold, hot = (curve(np.concatenate([np.full(10, rest), doses])) for rest in (0.0, 1e4))
    for name in ("D3cc", "D50%", "V12Gy", "CV12Gy"):
        metric = Metric.parse(name)
        found = sorted(value for _, value, _ in certain(part, metric))
        assert found == pytest.approx(sorted(one.value(metric)[0] for one in (cold, hot)), rel=1e-6)


def test_a_whole_structure_has_its_value() -> None:
    whole = curve(np.linspace(1.0, 30.0, 60))
    assert certain(whole, Metric.parse("D3cc")) == (("", *whole.value(Metric.parse("D3cc"))),)
    assert certain(curve(np.ones(9), 1.0), Metric.parse("volume"))[0][:1] == ("",)
    with pytest.raises(DomainError, match="the whole organ has 6 cc"):
        certain(whole, Metric.parse("D7cc"))


@pytest.mark.parametrize("covered", [0.9999, 1.0 - 1e-12])
def test_less_than_all_never_reads_as_all(covered: float) -> None:
    assert percent_words(covered) == "99.9 %"


# --- a bound and a limit ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("metric", "bound", "value", "state"),
    [  # TG-101, spinal cord in 5 fractions: D0.035cc < 30 Gy; liver: CV21Gy >= 700 cc
        ("D0.035cc", ">=", 30.1, State.EXCEEDED),
        ("D0.035cc", ">=", 29.9, State.UNDETERMINED),
        ("D0.035cc", "<=", 20.0, State.PASS),
        ("D0.035cc", "<=", 29.9, State.NEAR),
        ("D0.035cc", "<=", 30.1, State.UNDETERMINED),
        ("CV21Gy", ">=", 750.0, State.PASS),
        ("CV21Gy", ">=", 650.0, State.UNDETERMINED),
        ("CV21Gy", "<=", 650.0, State.EXCEEDED),
        ("CV21Gy", "<=", 750.0, State.UNDETERMINED),
    ],
)
def test_a_bound_says_one_of_two_things(metric: str, bound: str, value: float, state: State) -> None:
    read = Metric.parse(metric)
    organ = "SpinalCord" if read.is_dose else "Liver"
    (row,) = [one for one in Registry().limits(organ=organ, fractions=5, set_id="TG101") if one.metric == read]
    dose = OrganDose(
        organ=organ,
        course="1",
        metric=read,
        value=value,
        unit=row.unit,
        bound=bound,
        covered=0.5,  # type: ignore[arg-type]
    )
    found = answer(row, Known(organ=organ, course="1", fractions=5, doses=(dose,)))
    assert found.state is state
    assert f"{metric} {bound} {value:g}" in found.measured
    assert "of the 50.0 % with a dose" in found.measured


def test_a_bound_implies_other_metrics_on_its_own_side_only() -> None:
    """D1.2cc of at least 31 Gy exceeds D0.035cc < 30 Gy; at least 20 Gy says nothing of it, at most 20 Gy neither."""
    (row,) = [
        one
        for one in Registry().limits(organ="SpinalCord", fractions=5, set_id="TG101")
        if one.metric == Metric.parse("D0.035cc")
    ]

    def state(metric: str, bound: str, value: float) -> State:
        dose = OrganDose(
            organ="SpinalCord",
            course="1",
            metric=Metric.parse(metric),
            value=value,
            unit="Gy",
            bound=bound,  # type: ignore[arg-type]
        )
        return answer(row, Known(organ="SpinalCord", course="1", fractions=5, doses=(dose,))).state

    assert state("D1.2cc", ">=", 31.0) is State.EXCEEDED
    assert state("D1.2cc", ">=", 20.0) is State.NOT_EVALUABLE
    assert state("D1.2cc", "<=", 20.0) is State.NOT_EVALUABLE
    assert state("Dmax", "<=", 20.0) is State.PASS
    assert state("Dmax", ">=", 20.0) is State.NOT_EVALUABLE


# --- in a case file ---------------------------------------------------------------------------------------------------
CASES = Path(__file__).resolve().parents[2] / "protocols" / "cases"


def case_with(block: str) -> str:
    text = (CASES / "gist-case-2.yaml").read_text(encoding="utf-8")
    return text.replace("organ_doses: not stated", f"organ_doses:\n  Liver:\n    pararenal-1: {block}").replace(
        "organ_doses: none reported", f"organ_doses:\n  Liver:\n    pararenal-1: {block}"
    )


def test_bounds_are_written_with_their_side() -> None:
    assert load_case(CASES / "gist-case-2.yaml")
    case = parse_case(case_with('{D5cc: ">= 12.3 Gy, <= 15 Gy", volume: 900 cc, covered: 98.5 %, origin: dicom}'))
    assert [(one.bound, one.value, one.covered) for one in case.bounds("Liver")] == [
        (">=", 12.3, 0.985),
        ("<=", 15.0, 0.985),
    ]
    assert [str(one.metric) for one in case.doses("Liver")] == ["volume"]


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ('{D5cc: ">= 16 Gy, <= 15 Gy"}', "its bounds leave no value"),
        ("{D5cc: 12.3 Gy, covered: 90 %}", "of a part with a dose it is a bound"),
        ('{volume: ">= 900 cc"}', "the volume is a number"),
        ('{D5cc: "<= 15 Gy, >= 12 Gy"}', "D5cc"),
        ('{D5cc: "> 12 Gy"}', "D5cc"),
        ("{D5cc: 12 Gy, covered: 120 %}", "covered"),
    ],
)
def test_bounds_that_say_nothing_are_refused(block: str, said: str) -> None:
    with pytest.raises(ProtocolError, match=said):
        parse_case(case_with(block))
