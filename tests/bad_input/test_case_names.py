"""Names and dates of a case that cannot be meant: refused with file, line, field, nearest names, and how to mend."""

from __future__ import annotations

import pytest

import rtcalc as rt
from rtcalc.errors import RtcalcError
from rtcalc.findings import State
from rtcalc.textfile import loads

REGISTRY = rt.Registry()
# The line numbers below count from the first line of this text.
CASE = """schema_version: 1
id: example
disease: any
targets:
  a:
    site: second lumbar vertebra
    region: spine
    near: {near}
    largest: 20 mm
    tissue: {tissue}
courses:
  c:
    prescription: {{a: {{dose: 30 Gy / 5, isodose: 80 %}}}}
    technique: sbrt
    start: 2026-03-16
    treatment_days: every weekday
drugs: {drugs}
organ_doses: {doses}
limit_sets: [{sets}]
"""
USUAL = {"near": "not stated", "tissue": "rcc", "drugs": "[]", "doses": "none reported", "sets": "TG101"}


def assess(**fields: str) -> rt.Assessment:
    return rt.assess(rt.parse_case(CASE.format(**(USUAL | fields)), "my.yaml"), registry=REGISTRY)


def refusal(**fields: str) -> str:
    with pytest.raises(RtcalcError) as refused:
        assess(**fields)
    return str(refused.value)


def taken(*periods: str) -> str:
    return f"[{{drug: sunitinib, periods: [{', '.join(f'{{dose: x, {period}}}' for period in periods)}]}}]"


@pytest.mark.parametrize(
    ("fields", "place", "words"),
    [
        ({"drugs": "[{drug: sunitinb, periods: []}]"}, "my.yaml:17: drugs.0.drug", "nearest: sunitinib;"),
        # Brand and code names are searched, and the entry behind them is named.
        ({"drugs": "[{drug: Nexavr, periods: []}]"}, "my.yaml:17: drugs.0.drug", "nearest: Nexavar (sorafenib);"),
        ({"drugs": "[{drug: BAY-439006, periods: []}]"}, "my.yaml:17: drugs.0.drug", "BAY 43-9006 (sorafenib)"),
        ({"drugs": "[{drug: metformin, periods: []}]"}, "my.yaml:17: drugs.0.drug", "no similar name is known; if"),
        ({"drugs": "[{drug: x, periods: []}]"}, "my.yaml:17: drugs.0.drug", "add 'registry_entry: none'"),
        (
            {"drugs": "[{drug: Sutent, registry_entry: none, periods: []}]"},
            "my.yaml:17: drugs.0.drug",
            "the registry has sunitinib; leave 'registry_entry: none' out",
        ),
        (
            {"drugs": "[{drug: Votrient, periods: []}, {drug: pazopanib, periods: []}]"},
            "my.yaml:17: drugs.1.drug",
            "'Votrient' and 'pazopanib' are both pazopanib",
        ),
        ({"doses": "{SpinalChord: {c: {Dmax: 9 Gy}}}"}, "my.yaml:18: organ_doses.SpinalChord", "nearest: SpinalCord"),
        ({"doses": "{left-kidney: {c: {Dmean: 9 Gy}}}"}, "my.yaml:18: organ_doses.left-kidney", "nearest: Kidney_L"),
        ({"near": "{stated: [Duodenm]}"}, "my.yaml:8: targets.a.near.stated.0", "nearest: Duodenum"),
        ({"near": "{assumed: {Bowell: 3 mm}}"}, "my.yaml:8: targets.a.near.assumed.Bowell", "nearest: Bowel,"),
        ({"near": "{stated: [SpinalCord_PRV03]}"}, "my.yaml:8: targets.a.near.stated.0", "write SpinalCord here"),
        ({"tissue": "rc"}, "my.yaml:10: targets.a.tissue", "nearest: rcc"),
        ({"sets": "TG11"}, "my.yaml:19: limit_sets.0", "nearest: TG101"),
        ({"sets": "TG101, Timmerman"}, "my.yaml:19: limit_sets.1", "nearest: TIMMERMAN2022"),
    ],
)
def test_a_name_nothing_knows_is_refused_with_its_line(fields: dict[str, str], place: str, words: str) -> None:
    message = refusal(**fields)
    assert message.startswith(f"{place}: ")
    assert words in message


@pytest.mark.parametrize(
    ("drugs", "place", "words"),
    [
        (taken("first: 2026-03-01, last: 2026-02-01"), "drugs.0.periods.0", "exchange or correct them"),
        (taken("first: 2026-03, last: 2026-06-01, cycle: 28 on / 14 off"), "drugs.0.periods.0", "it is 2026-03; write"),
        (taken("first: not stated, last: 2026-06-01, cycle: 28 on / 14 off"), "drugs.0.periods.0", "it is not stated;"),
        (
            taken("first: 2026-03-01, last: 2026-06-01", "first: 2026-05-01, last: 2026-07-01"),
            "drugs.0.periods.1",
            "before the period above it has ended (2026-06-01)",
        ),
        (
            # One day belongs to one period: a new dose begins on the next one.
            taken("first: 2026-03-01, last: 2026-03-08", "first: 2026-03-08, last: 2026-07-01"),
            "drugs.0.periods.1",
            "do not overlap: end that one on the day before",
        ),
        (
            taken("first: 2026-03-01, last: 2026-03-04", "first: 2026-02-01, last: 2026-02-03"),
            "drugs.0.periods.1",
            "write periods in order of time",
        ),
        (
            taken("first: 2026-03-01, last: still taken", "first: 2026-05-01, last: 2026-06-03"),
            "drugs.0.periods.1",
            "give that one its last day",
        ),
        # Three days after the last of five weekdays from 16 March is 23 March.
        (taken("first: 3 d after end of c, last: 2026-03-20"), "drugs.0", "first dose of sunitinib, period 1"),
    ],
)
def test_dates_of_a_drug_that_cannot_be_meant(drugs: str, place: str, words: str) -> None:
    message = refusal(drugs=drugs)
    assert message.startswith(f"my.yaml:17: {place}: ")
    assert words in message


def test_months_that_touch_may_follow_each_other() -> None:
    # A dose raised some day in July: both months are true of some pair of days.
    assert assess(drugs=taken("first: 2026-01, last: 2026-07", "first: 2026-07, last: not stated"))


def test_a_dose_on_a_margin_is_the_organs_measured_on_its_prv() -> None:
    # TG-101, 5 fractions: cord maximum below 30 Gy. The PRV exceeds it, the cord inside does not.
    both = "{SpinalCord_PRV05: {c: {D0.035cc: 31 Gy}}, SpinalCord: {c: {D0.035cc: 26 Gy}}}"
    states = {v.organ: v.state for v in assess(doses=both).verdicts if v.metric == "D0.035cc"}
    assert states == {"SpinalCord": State.PASS}
    message = refusal(doses="{SpinalCord_PRV05: {c: {Dmax: 31 Gy, on: canal}}}")
    assert "SpinalCord_PRV05 is a PRV, and 'on' says canal" in message


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("limits:\n  - limit: >= 700 cc\n", "in quotes, '>= 700 cc'"),
        ("limits:\n  - {limit: >= 700 cc, x: 1}\n", "in quotes, '>= 700 cc'"),
        ("x: 1\nisodose: %80\n", "in quotes, '%80'"),
        ("x: 1\nnote: dose: 3 Gy\n", "stands in quotes: 'dose: 3 Gy'"),
        ("x:\n\ty: 1\n", "begins with a tab: write blanks"),
        ("x: 1\nnote: *later\n", "in quotes if it begins so"),
    ],
)
def test_a_value_that_yaml_takes_for_its_own_sign_says_how_to_write_it(text: str, mend: str) -> None:
    with pytest.raises(RtcalcError) as refused:
        loads(text, "own.yaml")
    assert str(refused.value).startswith("own.yaml:2: ")
    assert mend in str(refused.value)
