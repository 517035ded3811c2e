"""Metrics, their values and limits: one grammar, nothing guessed."""

from __future__ import annotations

import pytest

from rtcalc.errors import DomainError, UnitsError
from rtcalc.evidence import Cited, Evidence, Severity
from rtcalc.limit_sets import LimitSet
from rtcalc.limits import Limit, Metric, read_bound


@pytest.mark.parametrize(
    ("text", "kind", "at", "unit", "shown"),
    [
        ("Dmax", "max", 0.0, "", "Dmax"),
        ("Dmean", "mean", 0.0, "", "Dmean"),
        ("Dmean[Gy]", "mean", 0.0, "", "Dmean"),
        ("D0.035cc", "D", 0.035, "cc", "D0.035cc"),
        ("D.035cc", "D", 0.035, "cc", "D0.035cc"),
        ("D0.035cc[Gy]", "D", 0.035, "cc", "D0.035cc"),
        ("D98%", "D", 98.0, "%", "D98%"),
        ("D100%", "D", 100.0, "%", "D100%"),
        ("V20Gy", "V", 20.0, "Gy", "V20Gy"),
        ("V20Gy[%]", "V", 20.0, "Gy", "V20Gy"),
        ("V0Gy", "V", 0.0, "Gy", "V0Gy"),
        ("CV17.5Gy", "CV", 17.5, "Gy", "CV17.5Gy"),
        ("volume", "volume", 0.0, "", "volume"),
        (" D5cc ", "D", 5.0, "cc", "D5cc"),
    ],
)
def test_metric_names(text, kind, at, unit, shown):
    metric = Metric.parse(text)
    assert (metric.kind, metric.at, metric.at_unit, str(metric)) == (kind, at, unit, shown)
    assert Metric.parse(shown) == metric


@pytest.mark.parametrize(
    "text",
    [
        "D5",
        "5cc",
        "D5 cc",
        "D-5cc",
        "D0cc",
        "D0%",
        "D101%",
        "D5ccm",
        "d5cc",
        "DMAX",
        "Dmin",
        "V20",
        "V20%",
        "VGy",
        "CV20cc",
        "V20Gy[Gy]",
        "D5cc[cc]",
        "Dmax[%]",
        "CV17.5Gy[%]",
        "volume[Gy]",
        "V2e1Gy",
        "Vnan Gy",
        "D５cc",  # a full-width digit is no number here
        "V20Gy or D5cc",
        "",
    ],
)
def test_other_names_are_refused_with_the_name(text):
    with pytest.raises(DomainError) as refused:
        Metric.parse(text)
    assert len(str(refused.value).splitlines()) == 1
    assert text.split("[")[0] in str(refused.value)


@pytest.mark.parametrize(
    ("metric", "text", "value"),
    [
        ("D5cc", "18 Gy", (18.0, "Gy")),
        ("D5cc", "1800 cGy", (18.0, "Gy")),
        ("D0.035cc", "26400 mGy", (26.4, "Gy")),
        ("Dmean", "3.9Gy", (3.9, "Gy")),
        ("V20Gy", "8.6 %", (8.6, "%")),
        ("V20Gy", "120 cc", (120.0, "cc")),
        ("V20Gy", "120 mL", (120.0, "cc")),
        ("CV17.5Gy", "200 cm3", (200.0, "cc")),
        ("volume", "140 cc", (140.0, "cc")),
    ],
)
def test_values_are_read_in_the_unit_of_the_metric(metric, text, value):
    assert Metric.parse(metric).read_value(text) == value


@pytest.mark.parametrize(
    ("metric", "text"),
    [
        ("D5cc", "18"),
        ("D5cc", "18 cc"),
        ("D5cc", "18 %"),
        ("V20Gy", "8.6"),
        ("V20Gy", "8.6 Gy"),
        ("CV17.5Gy", "50 %"),
        ("volume", "140 Gy"),
        ("D5cc", "18 Sv"),
        ("D5cc", "18,5 Gy"),
        ("D5cc", "nan Gy"),
        ("D5cc", "-1 Gy"),
        ("D5cc", "1e1 Gy"),
    ],
)
def test_values_without_their_unit_are_refused_and_name_the_metric(metric, text):
    with pytest.raises(UnitsError, match=metric):
        Metric.parse(metric).read_value(text)


def test_what_a_metric_is():
    assert [Metric.parse(name).is_dose for name in ("D5cc", "Dmax", "Dmean", "V5Gy", "CV5Gy", "volume")] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]
    assert [Metric.parse(name).hottest_cc for name in ("Dmax", "D0.035cc", "D2%", "Dmean")] == [0.0, 0.035, None, None]


@pytest.mark.parametrize(
    ("metric", "text", "bound"),
    [
        # AAPM TG-101, Table III, 5 fractions: cord maximum 30 Gy, at most 0.35 cc above 23 Gy; renal cortex 200 cc
        # below 17.5 Gy. HyTEC: cord Dmax at most 25.3 Gy.
        ("D0.35cc", "< 23 Gy", ("<", 23.0, "Gy")),
        ("D0.035cc", "<30 Gy", ("<", 30.0, "Gy")),
        ("CV17.5Gy", ">= 200 cc", (">=", 200.0, "cc")),
        ("D0.035cc", "<= 25.3 Gy", ("<=", 25.3, "Gy")),
        ("V20Gy", "> 1 %", (">", 1.0, "%")),
    ],
)
def test_limits_keep_operator_number_and_unit(metric, text, bound):
    assert read_bound(Metric.parse(metric), text) == bound


@pytest.mark.parametrize(
    "text", ["23 Gy", "< 23", "< 23 cc", "=< 23 Gy", "< -1 Gy", "< 0 Gy", "<", "", "< 20 < 23 Gy", "about 23 Gy"]
)
def test_limits_that_are_not_one_bound_are_refused(text):
    with pytest.raises((DomainError, UnitsError)):
        read_bound(Metric.parse("D0.35cc"), text)


def limit(**other):
    known = {
        "id": "SET.a",
        "set_id": "SET",
        "organ": "SpinalCord",
        "applies_to": ("SpinalCord",),
        "structure": "cord",
        "fractions": (3, 5),
        "metric": Metric.parse("D0.35cc"),
        "op": "<",
        "value": 23.0,
        "unit": "Gy",
        "endpoint": "myelitis",
        "source": "TG101",
        "place": "Table III",
        "evidence": Evidence.TWO_SOURCES,
    }
    return Limit(**(known | other))


def test_a_row_is_for_the_fraction_numbers_it_was_printed_for():
    assert [limit().at(n) for n in (1, 2, 3, 4, 5, 6)] == [False, False, True, True, True, False]
    assert not any(limit(fractions=None).at(n) for n in range(1, 41))  # conventional fractionation: no number


def test_a_limit_prints_its_bound_and_its_basis():
    assert str(limit()) == "SET D0.35cc < 23 Gy"
    assert limit(alpha_beta=2.0, value=70.0, op="<=").bound == "<= 70 Gy EQD2 (a/b 2)"


def test_a_set_does_not_print_its_rows():
    shown = repr(LimitSet(id="SET", title="t", source="TG101", note="n", limits=(limit(),)))
    assert "myelitis" not in shown


@pytest.mark.parametrize(
    ("evidence", "hold", "standing"),
    [
        (Evidence.TWO_SOURCES, None, "active"),
        (Evidence.ONE_SOURCE, None, "offered"),
        (Evidence.UNVERIFIED, None, "listed"),
        (Evidence.TWO_SOURCES, "two transcriptions differ", "listed"),
        (Evidence.ONE_SOURCE, "two transcriptions differ", "listed"),
    ],
)
def test_only_two_sources_without_a_hold_drive_anything(evidence, hold, standing):
    assert Cited(source="TG101", place="Table III", evidence=evidence, hold=hold).standing == standing


def test_severities_are_ordered():
    assert sorted(Severity, key=lambda severity: severity.rank) == ["info", "caution", "warning", "stop"]
