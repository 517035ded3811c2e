"""The sets of organ limits: every row of the tables, with the flags that bind it, and numbers that hang together."""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

from rtcalc.case import Patient
from rtcalc.evidence import Evidence
from rtcalc.limits import Metric
from rtcalc.populations import holds
from rtcalc.registry import Registry
from rtcalc.registry.location import builtin
from rtcalc.report.explanation import explain

UNITS = ("Gy", "cc", "%")
REGISTRY = Registry()
LIMITS = [limit for limit_set in REGISTRY.sets.values() for limit in limit_set.limits]
BY_ID = {limit.id: limit for limit in LIMITS}


def fractions_of(limit):
    if limit.fractions is None:
        return "conventional"
    low, high = limit.fractions
    return str(low) if low == high else f"{low}-{high}"


# --- the numbers of the tables ---------------------------------------------------------------------------------------
# By set and fraction number: rows, sums of the limits in Gy, cc and %, and sum of the numbers in the metrics (0.035 of
# D0.035cc, 20 of V20Gy); added up from the transcribed tables themselves, apart from these files. A changed digit of
# any row changes its line. Lung rows of Timmerman with a limit for each sex count twice.
CHECKSUMS = {
    "TG101": {
        "1": (50, 726.9, 3400.0, 0.0, 268.085),
        "3": (51, 1110.0, 3400.0, 0.0, 319.585),
        "5": (50, 1370.3, 3400.0, 0.0, 300.685),
    },
    "QUANTEC": {
        "conventional": (58, 1592.0, 315.0, 630.0, 1284.0),
        "1": (5, 37.5, 35.0, 0.0, 24.5),
        "3": (3, 48.0, 0.0, 0.0, 0.0),
        "6": (2, 38.0, 0.0, 0.0, 0.0),
        "3-5": (1, 0.0, 700.0, 0.0, 15.0),
    },
    "TIMMERMAN2022": {
        "1": (40, 736.7, 0.0, 0.0, 146.38),
        "3": (45, 1036.7, 3350.0, 37.0, 213.315),
        "4": (5, 106.4, 0.0, 0.0, 0.805),
        "5": (44, 1230.1, 3350.0, 37.0, 223.38),
        "8": (15, 349.2, 3350.0, 37.0, 113.42),
        "10": (12, 402.8, 0.0, 0.0, 45.0),
        "15": (12, 476.5, 0.0, 0.0, 45.0),
    },
    "UKSABR2022": {
        "1": (21, 224.9, 10.0, 58.0, 132.84),
        "3": (38, 831.4, 700.0, 58.0, 189.205),
        "5": (56, 1253.7, 22.0, 270.0, 513.705),
        "8": (24, 953.9, 0.0, 25.0, 83.335),
    },
    "HYTEC": {
        "1": (8, 48.4, 40.0, 0.0, 48.14),
        "2": (1, 17.0, 0.0, 0.0, 0.035),
        "3": (10, 185.5, 50.0, 0.0, 43.105),
        "4": (5, 122.2, 5.0, 0.0, 35.14),
        "5": (10, 192.1, 55.0, 0.0, 83.71),
        "6": (2, 38.0, 0.0, 0.0, 0.0),
        "1-5": (1, 70.0, 0.0, 0.0, 0.0),
        "3-5": (4, 8.0, 65.0, 10.0, 80.0),
        "3-6": (1, 0.0, 700.0, 0.0, 15.0),
    },
    "TRIALS": {
        "1": (15, 310.9, 0.0, 0.0, 13.06),
        "3": (14, 326.0, 700.0, 0.0, 51.59),
        "4": (9, 304.2, 0.0, 0.0, 0.0),
        "5": (3, 94.0, 0.0, 0.0, 0.0),
        "6": (3, 65.8, 0.0, 0.0, 0.5),
        "10": (5, 186.0, 0.0, 0.0, 110.0),
        "1-3": (1, 0.0, 0.0, 33.0, 10.0),
    },
    "ABDCONV": {
        "conventional": (62, 1944.8, 780.0, 186.0, 3802.0),
        "10": (4, 150.0, 0.0, 0.0, 2.0),
        "15": (6, 215.0, 0.0, 33.0, 20.0),
    },
}
# Listed because no metric of the grammar is equal to what was published.
INEXPRESSIBLE = {
    "QUANTEC.Cochlea.1fx.Dmean",  # a prescription dose
    "QUANTEC.PenileBulb.convfx.D95%",  # the mean over 95 % of the gland
    "TRIALS.Bowel_Small.1fx.Dmax",  # dose to the whole circumference
    "TRIALS.Bowel_Small.3fx.Dmax",
}


EXAMPLES = {
    "limit": "HYTEC.SpinalCord.5fx.D0.035cc",
    "response_point": "QUANTEC.SpinalCord.convfx.Dmax#3",
    "whole_organ": "QUANTEC.Stomach.convfx.D100%",
    "reirradiation": "HYTEC.SpinalCord.1-5fx.Dmax",
    "held": "ABDCONV.Liver.convfx.D100%#2",
}


def sums_of(limits):
    sums = defaultdict(lambda: [0, 0.0, 0.0, 0.0, 0.0])
    for limit in limits:
        row = sums[fractions_of(limit)]
        row[0] += 1
        row[1 + UNITS.index(limit.unit)] += limit.value
        row[4] += limit.metric.at
    return {number: (row[0], *(round(value, 6) for value in row[1:])) for number, row in sums.items()}


def test_every_set_has_a_checksum():
    # A new set needs its own, added up from its source.
    assert set(REGISTRY.sets) == set(CHECKSUMS)


@pytest.mark.parametrize("set_id", CHECKSUMS)
def test_rows_and_sums_of_a_set_are_those_of_its_table(set_id):
    assert sums_of(REGISTRY.sets[set_id].limits) == CHECKSUMS[set_id]


def test_a_changed_digit_changes_a_checksum():
    limits = REGISTRY.sets["HYTEC"].limits
    for changed in (replace(limits[0], value=12.5), replace(limits[0], metric=Metric.parse("D0.03cc"))):
        assert sums_of([changed, *limits[1:]]) != CHECKSUMS["HYTEC"]


def test_all_rows_of_the_tables_are_here():
    # 151 + 71 + 170 + 139 + 42 + 52 + 72 rows in the seven tables; three lung rows became two each.
    listed = {entry.id for limit_set in REGISTRY.sets.values() for entry in limit_set.inexpressible}
    assert listed == INEXPRESSIBLE
    assert len(LIMITS) + len(listed) == 697 + 3
    assert len({*BY_ID, *listed}) == len(LIMITS) + len(listed)


def test_the_rows_best_known_are_as_published():
    # AAPM TG-101, Table III (Med Phys 2010;37:4078): cord maximum 14, 21.9 and 30 Gy in 1, 3 and 5 fractions; cord
    # 0.35 cc 10, 18 and 23 Gy; oesophagus maximum 15.4, 25.2 and 35 Gy; stomach 10 cc 11.2, 16.5 and 18 Gy.
    published = {
        "TG101.SpinalCord.{}fx.D0.035cc": {1: 14.0, 3: 21.9, 5: 30.0},
        "TG101.SpinalCord.{}fx.D0.35cc": {1: 10.0, 3: 18.0, 5: 23.0},
        "TG101.Esophagus.{}fx.D0.035cc": {1: 15.4, 3: 25.2, 5: 35.0},
        "TG101.Stomach.{}fx.D10cc": {1: 11.2, 3: 16.5, 5: 18.0},
        # Abstract of Sahgal 2021: 12.4, 17.0, 20.3, 23.0 and 25.3 Gy in 1 to 5 fractions.
        "HYTEC.SpinalCord.{}fx.D0.035cc": {1: 12.4, 2: 17.0, 3: 20.3, 4: 23.0, 5: 25.3},
    }
    for name, values in published.items():
        assert {n: BY_ID[name.format(n)].value for n in values} == values


def test_the_cord_values_of_hytec_are_one_eqd2():
    # 12.4 to 25.3 Gy in 1 to 5 fractions all are 44.5 to 44.7 Gy EQD2 at a/b 2: D (D/n + 2) / 4, worked by hand:
    # 12.4 x 14.4 / 4 = 44.64; 17 x 10.5 / 4 = 44.63; 20.3 x 8.767 / 4 = 44.49; 23 x 7.75 / 4 = 44.56;
    # 25.3 x 7.06 / 4 = 44.65.
    for n in range(1, 6):
        dose = BY_ID[f"HYTEC.SpinalCord.{n}fx.D0.035cc"].value
        assert 44.48 <= dose * (dose / n + 2) / 4 <= 44.66


# --- flags -----------------------------------------------------------------------------------------------------------
def test_limits_are_counted_by_evidence_hold_and_role():
    counts = Counter(
        (limit.set_id, limit.evidence.value, "held" if limit.hold else "free", limit.role) for limit in LIMITS
    )
    lines = [f"{s:14}{e:12}{h:6}{r:16}{n:5}" for (s, e, h, r), n in sorted(counts.items())]
    total = Counter((limit.evidence.value, "held" if limit.hold else "free") for limit in LIMITS)
    lines += [f"{'all':14}{e:12}{h:6}{'':16}{n:5}" for (e, h), n in sorted(total.items())]
    sys.stdout.write("\n".join(["", *lines, ""]))  # shown with: pytest -rP
    # 327 two-source rows that nothing holds, and one more for the second sex of one lung row; 303 (304) without a role.
    free = [limit for limit in LIMITS if limit.evidence is Evidence.TWO_SOURCES and limit.hold is None]
    assert (len(free), sum(limit.role == "limit" for limit in free)) == (328, 304)
    # 153 single transcriptions that nothing holds, and two more for the second sex of two lung rows.
    assert total["one-source", "free"] == 155
    # 217 held, of which four are not expressible.
    assert sum(limit.hold is not None for limit in LIMITS) == 217 - 4


@pytest.mark.parametrize("limit_set", REGISTRY.sets.values(), ids=lambda s: s.id)
def test_a_set_says_what_was_not_read(limit_set):
    assert re.search(
        r"could not be read|No primary table could be read|not in the report itself|not found in public text",
        limit_set.note,
    )
    assert all(entry.hold and entry.why and entry.as_printed for entry in limit_set.inexpressible)


def test_a_dose_with_a_known_risk_or_of_a_whole_organ_is_no_limit():
    by_role = defaultdict(list)
    for limit in LIMITS:
        by_role[limit.role].append(limit)
    assert all(limit.metric == Metric.parse("D100%") for limit in by_role["whole_organ"])
    # No D100% acts as a limit: any partial irradiation meets it.
    assert [limit.id for limit in by_role["limit"] if limit.metric == Metric.parse("D100%")] == []
    # A risk of more than a third of the patients is never a limit. QUANTEC prints two such rows for the penile bulb.
    frequent = {limit.id for limit in by_role["limit"] if (limit.risk_percent or 0) > 33}
    assert frequent == {"QUANTEC.PenileBulb.convfx.D90%", "QUANTEC.PenileBulb.convfx.D60%"}


def test_an_explanation_says_that_such_a_row_is_no_limit():
    said = {role: explain(name, REGISTRY).text() for role, name in EXAMPLES.items()}
    assert "response point: shown, never the limit of a plan" in said["response_point"]
    assert "whole organ: shown, never the limit of a plan" in said["whole_organ"]
    assert "reirradiation: shown, never the limit of a plan" in said["reirradiation"]
    assert "active: two sources" in said["limit"]
    assert "listed only" in said["held"]


@pytest.mark.parametrize("name", sorted(INEXPRESSIBLE))
def test_a_limit_that_no_metric_expresses_can_be_looked_up(name):
    said = explain(name, REGISTRY)
    assert said.kind == "published limit that no metric expresses"
    assert "listed only" in said.text()
    assert said.references


def test_the_criterion_for_re_irradiation_is_in_eqd2_and_never_a_limit_of_one_plan():
    (row,) = [limit for limit in LIMITS if limit.role == "reirradiation"]
    assert (row.id, row.bound) == ("HYTEC.SpinalCord.1-5fx.Dmax", "<= 70 Gy EQD2 (a/b 2)")
    # The four conditions of the paper: 70 Gy, 25 Gy, half, 5 months.
    assert all(word in row.note for word in ("at most 70 Gy", "at most 25 Gy", "half", "5 months"))
    assert [limit.id for limit in LIMITS if limit.alpha_beta is not None] == [row.id]


def test_the_sex_of_a_lung_row_is_told_from_the_patient():
    for n, dose in ((3, 10.8), (5, 12.5), (8, 14.4)):
        rows = {p: BY_ID[f"TIMMERMAN2022.Lungs.{n}fx.CV{dose:g}Gy.{p}"] for p in ("female", "male")}
        assert {p: (row.population, row.bound) for p, row in rows.items()} == {
            "female": ("female", ">= 950 cc and 1/3 of the organ"),
            "male": ("male", ">= 1500 cc and 1/3 of the organ"),
        }


def test_populations_that_a_patient_can_answer_are_in_their_exact_words():
    told = Patient(sex="female", kidneys=1)
    answered = {limit.population for limit in LIMITS if limit.population and holds(limit.population, told) is not None}
    assert answered == {"female", "male", "solitary kidney"}
    # Said in other words, a row would wait for ever; said for a kidney, it must be one of these two.
    others = {limit.population for limit in LIMITS if limit.population} - answered
    assert not [words for words in others if re.search(r"\b(women|men|sex|single kidney|functioning)\b", words)]


def test_the_point_maximum_of_a_paper_is_named_where_a_small_volume_stands_for_it():
    named = {limit.id.split(".")[1] for limit in LIMITS if limit.published_metric == "Dmax"}
    assert named == {"SpinalCord", "OpticChiasm"}
    assert all(limit.set_id == "HYTEC" for limit in LIMITS if limit.published_metric)


# --- names -----------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def structures():
    with (builtin() / "structures" / "tg263.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_list_of_structure_names_is_whole(structures):
    names = [row["primary_name"] for row in structures]
    # The list has 709 primary names (AAPM TG-263; gacou54/tg263, dc4efab), at most 16 characters apart from the
    # placeholder xx for the size of a PRV.
    assert len(names) == len(set(names)) == 709
    assert all(0 < len(name.removesuffix("xx")) <= 16 for name in names)
    assert {"target_type", "major_category", "minor_category", "anatomic_group", "description"} <= set(structures[0])


def test_the_licence_of_the_list_is_kept():
    notice = Path(__file__).parents[2] / "NOTICE"
    assert "Copyright (c) 2019 Gabriel Couture" in notice.read_text(encoding="utf-8")


def test_every_organ_of_a_limit_is_a_tg_263_name(structures):
    names = {row["primary_name"] for row in structures}
    used = {name for limit in LIMITS for name in (limit.organ, *limit.applies_to)}
    assert used - names == set()


# --- numbers that hang together --------------------------------------------------------------------------------------
def test_limits_are_plausible():
    for limit in LIMITS:
        if limit.unit == "Gy":
            assert 1 <= limit.value <= 120, limit.id
            assert limit.op in ("<", "<="), limit.id
        elif limit.unit == "%":
            assert 0 < limit.value <= 100, limit.id
        else:
            assert 0 < limit.value <= 3000, limit.id
        if limit.metric.kind == "CV":
            assert limit.op in (">", ">="), limit.id  # the volume that must stay below the dose
        else:
            assert limit.op in ("<", "<="), limit.id
        if limit.metric.at_unit == "Gy":
            assert 0 < limit.metric.at <= 120, limit.id


def place_of(limit):
    return (limit.set_id, limit.source, limit.organ, limit.structure, limit.population, limit.role, limit.endpoint)


def falling_with_fractions(limits):
    """Organs and metrics where more fractions allow less dose."""
    rows = defaultdict(list)
    for limit in limits:
        if limit.metric.is_dose and limit.fractions and limit.alpha_beta is None:
            rows[*place_of(limit), limit.kind, limit.metric].append((limit.fractions, limit.value, limit))
    wrong = set()
    for group in rows.values():
        values = [value for _, value, _ in sorted(group, key=lambda row: row[:2])]
        if values != sorted(values):
            first = group[0][2]
            wrong.add((first.set_id, first.organ, str(first.metric)))
    return wrong


def rising_with_volume(limits):
    """Organs and fraction numbers where a larger volume may have the larger dose."""
    rows = defaultdict(list)
    for limit in limits:
        if limit.metric.kind == "D" and limit.metric.at_unit == "cc":
            rows[*place_of(limit), limit.kind, fractions_of(limit)].append((limit.metric.at, -limit.value, limit))
    wrong = set()
    for group in rows.values():
        values = [value for _, value, _ in sorted(group, key=lambda row: row[:2])]
        if values != sorted(values):
            first = group[0][2]
            wrong.add((first.set_id, first.organ, fractions_of(first)))
    return wrong


def test_more_fractions_never_allow_less_dose():
    assert falling_with_fractions(LIMITS) == {
        # Printed as 26, 24, 36 and 32 Gy in 1, 3, 4 and 5 fractions: the trials differ.
        ("TRIALS", "Skin", "Dmax"),
        # 26.4 Gy in 8 fractions and a held 25 Gy in 10, in the only transcription.
        ("TIMMERMAN2022", "Cochlea", "D0.5cc"),
        # Held upper values of one transcription stand between the published ones.
        ("HYTEC", "SpinalCord", "D0.035cc"),
    }


def test_a_larger_volume_never_has_the_larger_dose():
    assert rising_with_volume(LIMITS) == {
        # 28.8 Gy to 1 cc and 30 Gy to 30 cc: as printed.
        ("TG101", "Rib", "3"),
        # 1.5 cc 15.4 Gy and a held 5 cc 22.5 Gy: as printed.
        ("TRIALS", "Stomach", "1"),
        # Held rows of a poster that mixes guidelines: 0.5 cc 22.2 Gy, 1 cc 30 Gy.
        ("UKSABR2022", "Duodenum", "3"),
    }


def test_among_active_rows_only_the_rib_of_tg101_is_out_of_order():
    active = [limit for limit in LIMITS if limit.standing == "active"]
    assert falling_with_fractions(active) == set()
    assert rising_with_volume(active) == {("TG101", "Rib", "3")}


def looser_optimal(limits):
    """Ids of optimal rows that allow more than the mandatory row of the same metric, organ and fractions."""
    rows = defaultdict(dict)
    for limit in limits:
        if limit.kind != "limit":
            rows[*place_of(limit)[:6], limit.metric, limit.unit, limit.fractions][limit.kind] = limit
    pairs = [(pair["optimal"], pair["mandatory"]) for pair in rows.values() if len(pair) == 2]
    return len(pairs), [
        optimal.id
        for optimal, mandatory in pairs
        if (optimal.value > mandatory.value if optimal.op[0] == "<" else optimal.value < mandatory.value)
    ]


def test_an_optimal_limit_is_never_looser_than_the_mandatory_one():
    pairs, looser = looser_optimal(LIMITS)
    assert pairs > 20  # the UK consensus prints most of its rows in pairs
    assert looser == []


def test_the_check_above_sees_a_looser_optimal_limit():
    upper, lower = (next(limit for limit in LIMITS if limit.op == op and limit.kind == "limit") for op in ("<", ">="))

    def pair(limit, optimal):
        return [replace(limit, kind="mandatory"), replace(limit, kind="optimal", value=optimal, id="o")]

    assert looser_optimal(pair(upper, upper.value - 1) + pair(lower, lower.value + 1)) == (2, [])
    assert looser_optimal(pair(upper, upper.value + 1)) == (1, ["o"])
    assert looser_optimal(pair(lower, lower.value - 1)) == (1, ["o"])


def test_a_printed_form_says_the_same_as_the_stored_one():
    # "V23Gy < 0.35 cc" is stored as D0.35cc < 23 Gy: the two numbers must be the same two numbers.
    checked = 0
    for limit in LIMITS:
        printed = re.fullmatch(r"V([\d.]+)Gy <=? ([\d.]+) (cc|%)", limit.as_printed)
        if printed and limit.metric.kind == "D":
            assert (float(printed[1]), float(printed[2])) == (limit.value, limit.metric.at), limit.id
            checked += 1
    assert checked == 76 + 15  # of TG-101 and of Timmerman
