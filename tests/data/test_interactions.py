"""Drug rules, drugs and context notes: nothing of the literature list is lost, nothing is claimed that was not read."""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter
from typing import get_args

import pytest

from rtcalc.caseschema import Region
from rtcalc.errors import ProtocolError, UnknownName
from rtcalc.evidence import Evidence, Severity
from rtcalc.registry import Registry
from rtcalc.registry.location import builtin
from rtcalc.report.explanation import explain
from rtcalc.textfile import load

ROOT = builtin()
RULE_FILES = sorted((ROOT / "interactions").glob("*.yaml"))
NOTE_FILES = sorted((ROOT / "context").glob("*.yaml"))
REGISTRY = Registry()
RULES = REGISTRY.interaction_rules

# Every statement on a drug near radiotherapy that the search of the literature brought up, under the name it got there.
LISTED_TEXT = """
generic-rtki-meta vegf-sbrt-oligocare vegf-abdomen-sbrt-barney vegf-esophagus-sbrt-fistula bev-chemoRT-TEF
bev-thoracic-RT-pneumonitis bev-extracranial-SRT vegf-TKI-palliative-abdomen-perforation sorafenib-infield-bowel-seed
sorafenib-biliary-necrosis-seed sorafenib-SBRT-HCC-highVeff sorafenib-SBRT-HCC-lowVeff sorafenib-liver-mets-WLRT
sorafenib-liver-mets-SBRT sorafenib-after-SBRT-HCC lenvatinib-liver-RT sunitinib-SRT-RCC sunitinib-sorafenib-SRS-CNS
sunitinib-SBRT-oligomets-death pazopanib-SRT-seed pazopanib-preop-liver pazopanib-preop-wound cabozantinib-RT
TKI-SBRT-RCC-survival gap-axitinib gap-tivozanib gap-regorafenib gap-vandetanib vegf-wound-perforation-label
imatinib-radiosensitise imatinib-cyberknife-nausea imatinib-RT-rectum GIST-TKI-continue-or-hold GIST-palliative-RT-TKI
dasatinib-thoracic-CRT dasatinib-GBM nilotinib-RT gap-ripretinib gap-avapritinib braf-ecog-hold braf-ecog-hold-srs
braf-srs-necrosis braf-srs-survival braf-dermatitis vemurafenib-interrupt dabrafenib-interrupt vemurafenib-regulator
egfr-thorax-RP egfr-thorax-overlap osimertinib-TRT egfr-gefitinib-RT-safe cetuximab-HN-dermatitis tdm1-srs-necrosis
tdxd-srs alk-RT cdk46-RT-meta cdk46-gi-thorax mtor-thorax-pneumonitis everolimus-pelvis-CRT parp-breast
ici-sbrt-oligocare ici-ipi-dual ici-RT90 ici-thorax ici-srs regorafenib-cord-after-sbrt
"""
LISTED = LISTED_TEXT.split()


def entries(paths, key):
    return [entry for path in paths for entry in load(path).data.get(key, [])]


RULE_ENTRIES = {entry["id"]: entry for entry in entries(RULE_FILES, "rules")}


# --- nothing is lost --------------------------------------------------------------------------------------------------
def test_every_statement_of_the_literature_list_has_a_rule():
    assert len(set(LISTED)) == len(LISTED) == 66
    covered = {name for entry in RULE_ENTRIES.values() for name in (entry["id"], *entry.get("covers", []))}
    assert set(LISTED) - covered == set()


def test_a_rule_covers_statements_of_the_list_and_rules_beyond_it_are_known():
    for entry in RULE_ENTRIES.values():
        assert set(entry.get("covers", [])) <= set(LISTED), entry["id"]
    # From the papers on GIST, apart from the list: what a stop of imatinib costs, and a course without a complication.
    beyond = [name for name, entry in RULE_ENTRIES.items() if name not in LISTED and "covers" not in entry]
    assert beyond == ["imatinib-interruption-gist", "regorafenib-gist-paracaval"]


# --- nothing is claimed that was not read -----------------------------------------------------------------------------
# No page, table or label was read for these.
UNREAD = {
    "gap-axitinib",
    "gap-tivozanib",
    "gap-regorafenib",
    "gap-vandetanib",
    "gap-ripretinib",
    "gap-avapritinib",
    "braf-ecog-hold-srs",
    "vegf-wound-perforation-label-class",
}
# Its class is wider than any list of drugs.
HELD = {"generic-rtki-meta"}
# Graded so for this tool; the authors close a trial or advise against, and do not use the word.
CONTRAINDICATED = {
    "bev-chemoRT-TEF",
    "sorafenib-SBRT-HCC-highVeff",
    "sorafenib-liver-mets-WLRT",
    "dasatinib-thoracic-CRT",
}


def test_a_statement_from_memory_is_listed_and_nothing_else_is():
    listed = {rule.id for rule in RULES.values() if rule.standing == "listed"}
    assert listed == UNREAD | HELD
    assert {rule.id for rule in RULES.values() if "recall" in rule.sources} == UNREAD
    assert {rule.id for rule in RULES.values() if rule.evidence is Evidence.UNVERIFIED} == UNREAD
    assert all(rule.evidence is Evidence.ONE_SOURCE for name, rule in RULES.items() if name not in UNREAD)


def test_a_part_that_was_not_read_is_said_to_be_unverified():
    # Number and recommendation of one row may differ: here a part of the row is from memory.
    for name in ("cabozantinib-RT", "nilotinib-RT", "braf-ecog-hold", "alk-RT", "vegf-wound-perforation-label"):
        assert "unverified" in RULES[name].note, name
    assert "without a source" in RULES["cdk46-gi-thorax"].note
    for name in ("nilotinib-RT", "alk-RT", "cdk46-gi-thorax"):
        assert RULES[name].recommendation == "none read"


def test_contraindicated_is_a_warning_in_a_word_of_its_own():
    worded = {rule.id: rule for rule in RULES.values() if rule.source_word}
    assert set(worded) == CONTRAINDICATED
    for rule in worded.values():
        assert (rule.source_word, rule.severity) == ("contraindicated", Severity.WARNING)
        assert "this tool's reading" in rule.note


def test_a_drug_without_a_study_is_not_called_safe_in_its_rule():
    for name in (name for name in RULES if name.startswith("gap-")):
        assert RULES[name].effect.endswith("unknown, not safe"), name
        assert RULES[name].n == "0"
    for rule in RULES.values():
        text = " ".join((rule.headline, rule.effect, rule.recommendation)).lower()
        assert not re.search(r"\bsafe(ly)?\b", text.replace("unknown, not safe", "")), rule.id


def test_a_class_beyond_the_drugs_studied_is_called_an_extrapolation():
    groups = {group for drug in REGISTRY.drugs.values() for group in drug.groups}
    by_class = [r for r in RULES.values() if groups & set(r.agents) and r.standing != "listed" and r.severity.rank]
    assert len(by_class) > 4
    for rule in by_class:
        assert "extrapolation" in rule.as_stated + rule.recommendation, rule.id


CLASSES = {
    "vegf-inhibitor": "bevacizumab ramucirumab ziv-aflibercept sunitinib sorafenib pazopanib regorafenib axitinib"
    " cabozantinib lenvatinib tivozanib vandetanib vatalanib dovitinib ponatinib",
    "braf-mek-inhibitor": "vemurafenib dabrafenib encorafenib trametinib binimetinib cobimetinib",
    "alk-inhibitor": "crizotinib ceritinib alectinib brigatinib lorlatinib",
    "cdk46-inhibitor": "palbociclib ribociclib abemaciclib",
    "mtor-inhibitor": "everolimus temsirolimus",
    "parp-inhibitor": "olaparib niraparib talazoparib",
    "immune-checkpoint-inhibitor": "nivolumab pembrolizumab cemiplimab atezolizumab durvalumab avelumab ipilimumab",
}  # fmt: skip


@pytest.mark.parametrize("group", CLASSES)
def test_a_class_has_the_members_that_its_rules_were_written_for(group):
    members = {drug.name for drug in REGISTRY.drugs.values() if group in drug.groups}
    assert members == set(CLASSES[group].split())


# --- numbers ----------------------------------------------------------------------------------------------------------
# Figures as the abstracts print them, copied apart from the rules.
FIGURES = {
    "vegf-abdomen-sbrt-barney": "7 of 76 | 3 months | 13 months",
    "vegf-esophagus-sbrt-fistula": "2 of 52 | 51 Gy | 48 Gy | 2 months",
    "bev-thoracic-RT-pneumonitis": "31.9 % | 9.2 % | 16.9 % | 183.85 cc",
    "sorafenib-SBRT-HCC-highVeff": "2 of 3 | 400 mg/day | 51 and 27 days | 1 of 6 | 200 mg/day | 6 of 12",
    "sorafenib-liver-mets-WLRT": "21.6 Gy in 6 fractions | 33 %",
    "sunitinib-SBRT-oligomets-death": "4 % of 46 | 75 % at 4 years | 37.5 mg | 50 Gy in 10 fractions",
    "sunitinib-sorafenib-SRS-CNS": "106 | 98 % at 15 months",
    "pazopanib-srt-gebbia": "24 of 28 | median of 7 d (3-14) | 2 of 28",
    "pazopanib-preop-liver": "3 of 11 | 2 of 10",
    "pazopanib-preop-wound": "17 of 34 | 5 of 23 | 59 against 25 %",
    "cabozantinib-RT": "8 of 127 | 3 of 48 | 2 of 40",
    "TKI-SBRT-RCC-survival": "92.8 % | 63.2 against 29.8 months",
    "imatinib-interruption-gist": "12 of 25 | 1 of 25 | 80 %",
    "GIST-TKI-continue-or-hold": "11 months | 23 months | P = 0.014",
    "GIST-palliative-RT-TKI": "9 of 22",
    "dasatinib-GBM": "15.6 against 19.3 months",
    "vemurafenib-interrupt": "P = 0.002 | 6.6 against 10.1 months | P = 0.004 | 4 d | 17 d",
    "dabrafenib-interrupt": "7.7 against 9.9 months | P = 0.132",
    "braf-srs-necrosis": "58.3 against 26.7 % | P = 0.044 | 41.7 against 15.0 % | P = 0.048",
    "braf-srs-survival": "0.67, 0.58-0.79",
    "braf-dermatitis": "36 % | 44 against 8 % | 40 % | 26 % | 13 % | 4 % | 2 %",
    "vemurafenib-regulator": "1 of 20 | 12 d (7-21) | 24 d | 1 d",
    "egfr-thorax-RP": "29 and 14 % | 48 and 28 % | 28 and 12 % | 38 % | 10 %",
    "egfr-thorax-overlap": "30 of 67 | 3.5 months | 20 d | 34 %",
    "osimertinib-TRT": "7 of 11",
    "egfr-gefitinib-RT-safe": "7 of 28",
    "cetuximab-HN-dermatitis": "15 | 20 of 71",
    "tdm1-srs-necrosis": "39.1 % | 4.5 % | P = 0.02 | 3 %",
    "tdxd-srs": "2.1 % | 11 %",
    "cdk46-RT-meta": "29.4 % | 2.8 % | 24.0 %",
    "mtor-thorax-pneumonitis": "52 of 178 | 13 of 25 | 31 %",
    "everolimus-pelvis-CRT": "50 Gy in 20 fractions | 9 | 1 of 10",
    "parp-breast": "25-96 % | 24 patients",
    "ici-thorax": "6 % | 8 % | 10 % | 14 %",
    "ici-srs": "1.27, 0.58-2.79 | 7 against 4 %",
    "generic-rtki-meta": "1.02, 0.90-1.15 | 1.18, 1.06-1.33",
}


@pytest.mark.parametrize("name", FIGURES)
def test_figures_are_as_published(name):
    effect = " ".join(RULES[name].effect.split())
    assert [figure for figure in FIGURES[name].split(" | ") if figure not in effect] == []


# Days before the first and after the last fraction, from the wording of the sources: "within 3 months after", "within 2
# months", "at least 1 week before", "within 30 days", "3 days or more", "1 week before, during and 4 weeks after",
# "within 8 weeks", "90 d or less", "within 1 month". A hold that is just long enough is clear: 6 and 2 days.
WINDOWS = {
    "vegf-abdomen-sbrt-barney": [("after", 0, 90)],
    "vegf-abdomen-sbrt-barney-late": [("after", 91, 395)],  # "range to 13 months", of 365.25 / 12 days
    "vegf-esophagus-sbrt-fistula": [("during", 0, None), ("after", 0, 60)],
    "vegf-tki-palliative-perforation": [("during", 0, None), ("after", 0, 60)],
    "vegf-sbrt-oligocare": [("before", 1, 6)],
    "bev-extracranial-SRT": [("before", 1, 30), ("during", 0, None), ("after", 0, 30)],
    "braf-ecog-hold": [("before", 1, 2), ("during", 0, None), ("after", 0, 2)],
    "sorafenib-SBRT-HCC-highVeff": [("before", 1, 7), ("during", 0, None), ("after", 0, 28)],
    "lenvatinib-liver-RT": [("before", 1, 56), ("during", 0, None), ("after", 0, 56)],
    "ici-ipi-dual": [("before", 1, 6), ("during", 0, None)],
    "ici-RT90": [("after", 0, 90)],
    "ici-thorax": [("before", 1, 30), ("during", 0, None), ("after", 0, 30)],
    "regorafenib-cord-after-sbrt": [("after", 0, None)],
    "imatinib-interruption-gist": [("before", 1, 30), ("during", 0, None)],  # a hold for the radiotherapy
    "vemurafenib-regulator": [("before", 0, None), ("during", 0, None), ("after", 0, None)],
    "tdm1-srs-necrosis": [("before", 0, None), ("during", 0, None), ("after", 0, None)],
}


@pytest.mark.parametrize("name", WINDOWS)
def test_times_are_those_of_the_source(name):
    assert [(w.phase, w.from_days, w.to_days) for w in RULES[name].windows] == WINDOWS[name]


# --- vocabulary -------------------------------------------------------------------------------------------------------
def tg263():
    with (ROOT / "structures" / "tg263.csv").open(encoding="utf-8", newline="") as file:
        return {row["primary_name"] for row in csv.DictReader(file)}


def test_organs_regions_and_tumours_are_words_that_a_case_can_hold():
    organs, regions = tg263(), {*get_args(Region), "any"}
    for rule in RULES.values():
        assert set(rule.organs) <= organs, rule.id
        assert {*rule.regions, *rule.open_regions} <= regions, rule.id
        assert set(rule.tissues) <= set(REGISTRY.tissues), rule.id
        assert "any" not in rule.regions or rule.regions == ("any",), rule.id
        assert set(rule.regions).isdisjoint(rule.open_regions), rule.id


def test_what_a_case_cannot_hold_is_named():
    assert {rule.id: rule.inexpressible for rule in RULES.values() if rule.inexpressible} == {
        "sorafenib-SBRT-HCC-highVeff": "effective liver volume of 30-60 %",
        "sorafenib-SBRT-HCC-lowVeff": "effective liver volume below 30 %",
        "sorafenib-liver-mets-WLRT": "a field that holds the whole liver",
        "pazopanib-preop-wound": "radiotherapy before an operation on the same site",
    }


def test_evidence_against_stands_in_the_finding_of_what_it_is_against():
    checked = 0
    for rule in RULES.values():
        for name in rule.counters:
            other = RULES[name]
            assert rule.topic == other.topic, (rule.id, name)  # findings are made by topic
            assert rule.id != name
            assert drugs(rule) & drugs(other), (rule.id, name)
            checked += 1
    assert checked > 15


def drugs(rule):
    return {drug.name for drug in REGISTRY.drugs.values() if set(rule.agents) & {drug.name, *drug.groups}}


def test_rules_are_counted_from_the_entries():
    counts = Counter((rule.evidence, rule.standing, rule.severity) for rule in RULES.values())
    lines = [f"rules  {e:12} {s:8} {severity:8} {n:3}" for (e, s, severity), n in sorted(counts.items())]
    topics = Counter(rule.topic for rule in RULES.values())
    lines += [f"topic  {topic:30} {n:3}" for topic, n in sorted(topics.items())]
    sys.stdout.write("\n".join(["", *lines, ""]))  # shown with: pytest -rP
    assert sum(counts.values()) == len(RULE_ENTRIES)


# --- drugs ------------------------------------------------------------------------------------------------------------
# The longest usable half-life of parent and active metabolites in hours, at its high end; None: one of them is not
# read, held or not known, so after a stop the drug counts as on board. From the monographs and tables it cites.
LONGEST = {
    "imatinib": 74, "nilotinib": 17, "dasatinib": 5, "ponatinib": 66, "ripretinib": None, "avapritinib": None,
    "masitinib": None, "vatalanib": None, "dovitinib": None, "sunitinib": 110, "regorafenib": None, "sorafenib": 48,
    "pazopanib": 30.9, "axitinib": 6.1, "cabozantinib": 120, "lenvatinib": 28, "tivozanib": 122.4, "vandetanib": 456,
    "bevacizumab": 1200, "ramucirumab": 336, "ziv-aflibercept": 144, "erlotinib": 41, "gefitinib": 48, "icotinib": None,
    "afatinib": 37, "dacomitinib": None, "osimertinib": 48, "lapatinib": None, "tucatinib": 8.5, "crizotinib": 42,
    "ceritinib": 41, "alectinib": None, "brigatinib": 25, "lorlatinib": 24, "vemurafenib": 120, "dabrafenib": None,
    "encorafenib": 6, "trametinib": None, "binimetinib": 9, "cobimetinib": None, "palbociclib": 34, "ribociclib": 55,
    "abemaciclib": None, "everolimus": 30, "temsirolimus": 54.6, "olaparib": 14.9, "niraparib": None,
    "talazoparib": 90, "cetuximab": None, "panitumumab": 180, "trastuzumab": 672, "trastuzumab emtansine": 96,
    "trastuzumab deruxtecan": None, "nivolumab": 600, "pembrolizumab": 528, "cemiplimab": 487, "atezolizumab": 648,
    "durvalumab": 432, "avelumab": 146, "ipilimumab": 370, "selpercatinib": None, "capmatinib": 6.5, "sotorasib": 5,
}  # fmt: skip


def test_every_drug_of_the_list_is_there_with_its_longest_usable_half_life():
    assert {d.name: d.washout.high_h if d.washout else None for d in REGISTRY.drugs.values()} == LONGEST


# Low and high end where a range is published: both are kept, because neither alone is the drug's half-life.
RANGES = {
    "nilotinib": (15, 17), "dasatinib": (3, 5), "ponatinib": (12, 66), "sunitinib": (40, 60), "sorafenib": (25, 48),
    "axitinib": (2.5, 6.1), "cabozantinib": (110, 120), "tivozanib": (108, 122.4), "bevacizumab": (264, 1200),
    "vemurafenib": (30, 120), "palbociclib": (24, 34), "ribociclib": (30, 55),
}  # fmt: skip


def test_both_ends_of_a_half_life_are_kept():
    parents = {
        drug.name: (life.low_h, life.high_h)
        for drug in REGISTRY.drugs.values()
        for life in drug.half_lives
        if life.of == "parent" and life.low_h < life.high_h and life.standing != "listed"
    }
    assert parents == RANGES


def test_a_half_life_from_memory_is_never_used():
    from_memory = set()
    for drug in REGISTRY.drugs.values():
        recalled = [life for life in drug.half_lives if life.source == "recall"]
        assert all(life.standing == "listed" for life in recalled), drug.name
        assert all(life.source == "recall" for life in drug.half_lives if life.evidence is Evidence.UNVERIFIED)
        if recalled:
            from_memory.add(drug.name)
            assert drug.washout is None, drug.name
    assert {"regorafenib", "dabrafenib", "trametinib", "avapritinib", "lapatinib"} <= from_memory


@pytest.mark.parametrize(
    ("typed", "drug"),
    [
        ("Nexavar", "sorafenib"),
        ("nexavar", "sorafenib"),
        ("SUTENT", "sunitinib"),
        ("Votrient", "pazopanib"),
        ("STI571", "imatinib"),
        ("Glivec", "imatinib"),
        ("bay 43-9006", "sorafenib"),
        ("T-DM1", "trastuzumab emtansine"),
        ("Opdivo", "nivolumab"),
        ("Zelboraf", "vemurafenib"),
        ("vatalinib", "vatalanib"),  # as one paper prints it
    ],
)
def test_a_brand_or_code_name_finds_the_drug_and_its_rules(typed, drug):
    assert REGISTRY.drugs[typed].name == drug
    assert REGISTRY.rules(drug=typed) == REGISTRY.rules(drug=drug)
    assert REGISTRY.rules(drug=typed)


def test_every_alias_finds_its_own_drug():
    for drug in REGISTRY.drugs.values():
        for alias in (drug.name, *drug.aliases):
            assert REGISTRY.drugs[alias.upper()] is drug, alias
    with pytest.raises(UnknownName, match="sorafenib"):
        REGISTRY.drugs["sorafinib"]


# --- context notes ----------------------------------------------------------------------------------------------------
NOTES = REGISTRY.context_notes


def test_notes_are_of_every_subject_and_about_known_tumours():
    assert {path.stem for path in NOTE_FILES} == {
        "precedents",
        "gist-genotypes",
        "rt-scenarios",
        "oligoprogression",
        "locoregional",
        "response-criteria",
        "toxicity",
    }
    assert len(NOTES) == len(entries(NOTE_FILES, "notes"))
    assert {tissue for note in NOTES.values() for tissue in note.about} == {"gist", "rcc"}
    by_source = Counter(note.source for note in NOTES.values())
    sys.stdout.write("\n".join(["", *(f"notes  {s:20} {n:3}" for s, n in sorted(by_source.items())), ""]))


@pytest.mark.parametrize("name", NOTES)
def test_a_note_is_short_sourced_and_no_verdict(name):
    note = NOTES[name]
    assert note.source
    assert note.place
    assert note.evidence is Evidence.ONE_SOURCE  # the papers were read, each statement once
    assert len(note.text) <= 420
    assert not re.search(r"\b(safe|safely|should|must|we recommend|is recommended)\b", note.text, re.IGNORECASE)


# From the papers themselves; where two of them differ both stand in the note.
NOTE_FIGURES = {
    "gist-genotype-frequencies": "75-85 % | 10 % | 10-15 % | 85-90 % | 5-8 % | 65 % | 7-10 %",
    "gist-kit-v654a": "exon 13 | exon 14 | misprint",
    "gist-imatinib-escalation": "30 % | 80 %",
    "gist-rt-drug-confounding": "23 months | 11 months",
    "rcc-oligoprogression-definition": '"three or more" | "three or fewer" | 1-3',
    "rcc-oligoprogression-series": "9.45 months | 4.55 months | 15 | 9 | 4 of 28 | not a median",
    "gist-local-surgery-responding": "90-100 % | 60-70 % | 8 years",
    "gist-local-surgery-limited": "70 % | 75 % | 7.7 and 29.8",
    "gist-local-surgery-generalised": "3 months | 5.6 months",
    "gist-local-embolisation": "45-54 % | 8-54.5 % | 3.4-8.2 | 9.7-23.8 | 5-14 %",
    "gist-local-rfa": "90 % | 0 % | 12.5 % | 29 % | 75 %",
    "gist-local-radioembolisation": "33 % | 56 % | 11 % | 16 months | 29.8 months",
    "gist-local-external-beam": "8 % | 80 % | 16 months | 19 months | 25 patients",
    "gist-choi-and-recist": "10 % | 15 % | 97 % | 52 %",
    "rcc-pazopanib-rt-toxicity": "hypertension 13 (2) | thyroid 9 (0) | liver 7 (2) | diarrhoea 6 (1) | fatigue 5 (0)"
    " | mucositis 4 (0) | pneumonitis 4 (1) | oesophagitis 4 (0) | anaemia 3 (1)",
    "rcc-pazopanib-rt-attribution": "Four of 28 | 7 days (3-14) | 27",
}


@pytest.mark.parametrize("name", NOTE_FIGURES)
def test_a_note_has_the_figures_of_the_paper(name):
    text = " ".join(NOTES[name].text.split())
    assert [figure for figure in NOTE_FIGURES[name].split(" | ") if figure not in text] == []


def test_the_four_scenarios_are_there_in_order():
    assert [name for name in NOTES if name.startswith("gist-rt-scenario-")] == [
        f"gist-rt-scenario-{number}" for number in range(1, 5)
    ]


def test_a_note_is_explained_by_its_id():
    found = explain("gist-choi-and-recist", REGISTRY)
    assert (found.kind, [reference.key for reference in found.references]) == ("context note", ["ang2016"])
    assert "97 %" in found.text()
    assert "single transcription" in found.text()


NOTE = """
schema_version: 1
notes:
  - id: own-note
    about: [{about}]
    title: a title
    text: a text
    source: {source}
    place: page 1
    evidence: one-source
"""


def own(folder, about="gist", source="ang2016"):
    (folder / "context").mkdir()
    (folder / "context" / "own.yaml").write_text(NOTE.format(about=about, source=source), encoding="utf-8")
    return Registry(folder)


def test_a_department_may_add_a_note(tmp_path):
    registry = own(tmp_path)
    assert registry.context_notes["own-note"].title == "a title"
    assert set(registry.context_notes) == {*NOTES, "own-note"}
    assert set(registry.precedents) == set(REGISTRY.precedents)  # a file of notes has no precedents


@pytest.mark.parametrize(("field", "value"), [("about", "gyst"), ("source", "ang2061")])
def test_a_note_on_something_unknown_is_refused_with_its_place(tmp_path, field, value):
    registry = own(tmp_path, **{field: value})
    with pytest.raises(ProtocolError, match=rf"own\.yaml:\d+.*{value}.*nearest"):
        registry.context_notes  # noqa: B018 - read when first asked for
