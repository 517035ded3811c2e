"""The knowledge files: they load, they cite, and their numbers are the published ones."""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict

import pytest

from rtcalc.casefile import load_case
from rtcalc.evidence import Evidence
from rtcalc.registry import Registry
from rtcalc.registry.location import builtin
from rtcalc.textfile import load

ROOT = builtin()
FILES = sorted(path for path in ROOT.rglob("*.yaml"))
CASES = sorted((ROOT / "cases").glob("*.yaml"))
KIND_OF_FOLDER = {"cases": "case"}
# Signs of this field; anything else outside ASCII is most often a look-alike pasted from a PDF.
SIGNS = set("αβ×≤≥±µ°äöüéèáíóñçÄÖÜłøå")


@pytest.fixture(scope="module")
def registry():
    return Registry()


def name(path):
    return path.relative_to(ROOT).as_posix()


def kind_of(path):
    return "references" if path.parent == ROOT else KIND_OF_FOLDER.get(path.parent.name, path.parent.name)


# --- every file ------------------------------------------------------------------------------------------------------
def test_there_are_files_of_every_kind():
    assert {kind_of(path) for path in FILES} >= {
        "case",
        "constraints",
        "context",
        "drugs",
        "interactions",
        "references",
        "schedules",
        "tissues",
    }


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_file_is_plain_text_of_the_strict_kind(path):
    raw = path.read_bytes()
    text = raw.decode("utf-8")
    assert load(path).data["schema_version"] == "1"  # and with it: no anchors, tags, duplicate keys, depth
    assert {sign for sign in text if not (sign == "\n" or " " <= sign <= "~")} <= SIGNS
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert [line for line in text.splitlines() if line != line.rstrip()] == []
    assert [line for line in text.splitlines() if len(line) > 160] == []


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_file_names_its_schema(path):
    first = path.read_text(encoding="utf-8").splitlines()[0]
    found = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert found
    schema = (path.parent / found[1]).resolve()
    assert schema == (ROOT / "schema" / f"{kind_of(path)}.schema.json").resolve()
    assert schema.is_file()


def test_every_file_is_read_by_the_registry_or_is_a_case(registry):
    read = {
        "references": registry.references,
        "schedules": registry.published,
        "constraints": registry.sets,
        "tissues": registry.tissues,
        "drugs": registry.drugs,
        "interactions": registry.interaction_rules,
        "context": registry.precedents,
        "reirradiation": registry.compound_limits,
        "response": registry.response,
    }
    assert all(len(entries) > 0 for entries in read.values())
    # Structure names are read where DICOM is: the registry knows limits, not contours.
    assert {kind_of(path) for path in FILES} - {*read, "case", "structures"} <= set()


# --- ids and citations -----------------------------------------------------------------------------------------------
def ids_in(data, key):
    if isinstance(data, list):
        return [found for child in data for found in ids_in(child, key)]
    if isinstance(data, dict):
        own = [data[key]] if isinstance(data.get(key), str) else []
        return own + [found for child in data.values() for found in ids_in(child, key)]
    return []


@pytest.mark.parametrize(
    "kind", sorted({path.parent.name for path in FILES} - {ROOT.name, "drugs"}), ids=lambda kind: kind
)
def test_ids_are_unique_within_a_kind(kind):
    ids = [found for path in FILES if path.parent.name == kind for found in ids_in(load(path).data, "id")]
    assert ids
    assert [found for found, count in Counter(ids).items() if count > 1] == []


def test_no_name_or_alias_of_a_drug_means_two_drugs(registry):
    names = [
        (spelling.lower(), drug.name) for drug in registry.drugs.values() for spelling in {drug.name, *drug.aliases}
    ]
    meant = defaultdict(set)
    for spelling, drug in names:
        meant[spelling].add(drug)
    assert {spelling: drugs for spelling, drugs in meant.items() if len(drugs) > 1} == {}


def cited(data):
    """(key, where) of every citation, found without the loader's own check."""
    if isinstance(data, list):
        for child in data:
            yield from cited(child)
    elif isinstance(data, dict):
        for field, child in data.items():
            if field in ("source", "cited_as") and isinstance(child, str):
                yield child
            elif field == "source":  # of a case: key and place
                yield child["key"]
            elif field == "sources":
                yield from child
            else:
                yield from cited(child)


@pytest.mark.parametrize("path", [path for path in FILES if kind_of(path) != "references"], ids=name)
def test_every_citation_resolves(path, registry):
    keys = set(cited(load(path).data))
    assert keys - set(registry.references) == set()


def test_every_reference_says_what_it_is_and_how_it_was_read(registry):
    for reference in registry.references.values():
        assert reference.kind
        assert reference.read
        assert reference.title or reference.citation or reference.locator or reference.note, reference.key
        if reference.doi:
            assert re.fullmatch(r"10\.\d{4,9}/\S+", reference.doi), reference.key
            assert reference.doi_status in ("seen", "recall"), reference.key


# --- organ names -----------------------------------------------------------------------------------------------------
ORGAN = re.compile(r"[A-Z][A-Za-z0-9]*([_-][A-Z0-9][A-Za-z0-9]*)*")


def organ_names(registry):
    for limit_set in registry.sets.values():
        for limit in limit_set.limits:
            yield from (limit.organ, *limit.applies_to)
    for tissue in registry.tissues.values():
        yield from tissue.organs
    for rule in registry.interaction_rules.values():
        yield from rule.organs
    for path in CASES:
        case = load_case(path)
        for target in case.targets:
            yield from (near.organ for near in target.near or ())
        yield from (volume for volume, _ in case.patient.volumes_cc)
        yield from (dose.organ for dose in case.doses())


def test_organ_names_have_the_shape_of_tg_263_and_one_spelling(registry):
    # AAPM TG-263: at most 16 characters, capital first, underscore and hyphen the only other signs. Two names that
    # differ by case or by these signs alone would be two organs to the program and one to its reader.
    spellings = defaultdict(set)
    for organ in organ_names(registry):
        assert ORGAN.fullmatch(organ), organ
        assert len(organ) <= 16, organ
        spellings[re.sub(r"[_-]", "", organ).lower()].add(organ)
    assert {key: names for key, names in spellings.items() if len(names) > 1} == {}


def test_a_limit_applies_to_organs_and_no_organ_has_two_late_tissues(registry):
    for limit_set in registry.sets.values():
        assert [limit.id for limit in limit_set.limits if not limit.applies_to] == []
    late = Counter(
        organ for tissue in registry.tissues.values() if tissue.kind == "late" for organ in set(tissue.organs)
    )
    assert [organ for organ, count in late.items() if count > 1] == []


# --- tissues and drugs -----------------------------------------------------------------------------------------------
def test_alpha_beta_values_are_plausible(registry):
    for tissue in registry.tissues.values():
        assert tissue.alpha_beta, tissue.id
        for ratio in tissue.alpha_beta:
            assert 0 < ratio.gray <= 30, (tissue.id, ratio.gray)
            # A published interval may begin below zero (prostate -3.3 to 5.6 Gy); it still holds its value.
            assert ratio.low is None or ratio.low <= ratio.gray, (tissue.id, ratio.gray)
            assert ratio.high is None or ratio.gray <= ratio.high, (tissue.id, ratio.gray)
            assert -10 < (ratio.low or 0) <= 30
            assert (ratio.high or 30) <= 120


def test_half_lives_are_plausible(registry):
    lives = [(drug.name, life) for drug in registry.drugs.values() for life in drug.half_lives]
    assert lives
    for drug, life in lives:
        # From minutes (5-FU) to the weeks of an antibody.
        assert 0.1 <= life.low_h <= life.high_h <= 2000, drug
        assert life.central_h is None or life.low_h <= life.central_h <= life.high_h, drug


def test_half_lives_that_drive_a_washout_are_as_published(registry):
    # Imatinib's active metabolite 40-74 h, sunitinib's 80-110 h, pazopanib 30.9 h (the values of their labels).
    longest = {name: registry.drugs[name].washout for name in ("imatinib", "sunitinib", "pazopanib")}
    assert {name: (life.low_h, life.high_h) for name, life in longest.items()} == {
        "imatinib": (40.0, 74.0),
        "sunitinib": (80.0, 110.0),
        "pazopanib": (30.9, 30.9),
    }


def test_every_rule_can_fire_and_says_why(registry):
    for rule in registry.rules():
        assert rule.agents, rule.id
        assert rule.windows, rule.id
        assert rule.sources, rule.id
        assert rule.regions or rule.organs or rule.levels, rule.id
        assert rule.within_mm is None or 0 < rule.within_mm <= 100, rule.id
        assert rule.headline.isascii(), rule.id


# --- schedules -------------------------------------------------------------------------------------------------------
# Total dose [Gy] and fractions of every published schedule, copied by hand from the papers; None: not printed.
# The two GIST cases (case presentation): 35 Gy in 14, then 4500 cGy in 5, 4000 cGy in 4 and 32 Gy in 5 sessions; and
# in its discussion about 40 Gy (no number of fractions) and 50.4 Gy in fractions of 1.8 Gy, which is 28.
# Oligoprogressive renal cancer (results, radiotherapy): seven site rules; "in most cases 8 Gy in a single fraction,
# 30 Gy in 2-10 fractions, 20 Gy in 5, 40 Gy in 20"; median 30 Gy and 10; range up to 54 Gy and 30. Its discussion:
# 40 Gy in 5-Gy fractions planned, in 3.5-Gy fractions delivered (11.43 of them); 50 Gy on ten listed days.
SCHEDULES = {
    "gist-1-paracaval": (35.0, 14),
    "gist-2-pararenal-1": (45.0, 5),
    "gist-2-pararenal-2": (40.0, 4),
    "gist-2-supraclavicular": (32.0, 5),
    "gist-joensuu": None,
    "gist-ciresa-rectum": (50.4, 28),
    "rcc-bone": (37.5, 5),
    "rcc-lung-central": (50.0, 5),
    "rcc-lung-peripheral": (30.0, 5),
    "rcc-kidney-liver": (50.0, 10),
    "rcc-brain-small": (21.0, 1),
    "rcc-brain-large-or-multiple": (27.0, 3),
    "rcc-node": (37.5, 5),
    "rcc-most-8x1": (8.0, 1),
    "rcc-most-30x2": (30.0, 2),
    "rcc-most-30x3": (30.0, 3),
    "rcc-most-30x4": (30.0, 4),
    "rcc-most-30x5": (30.0, 5),
    "rcc-most-30x6": (30.0, 6),
    "rcc-most-30x7": (30.0, 7),
    "rcc-most-30x8": (30.0, 8),
    "rcc-most-30x9": (30.0, 9),
    "rcc-most-30x10": (30.0, 10),
    "rcc-most-20x5": (20.0, 5),
    "rcc-most-40x20": (40.0, 20),
    "rcc-median-30x10": (30.0, 10),
    "rcc-range-54x30": (54.0, 30),
    "rcc-staehler-planned": (40.0, 8),
    "rcc-staehler-delivered": None,
    "kao-sbrt-sunitinib": (50.0, 10),
    "rcc-langrand-escure": None,
    "rcc-franzese": None,
}


def test_the_published_schedules_are_those_of_the_papers(registry):
    stored = {
        entry.id: (float(entry.schedule.total.gray), entry.schedule.fractions) if entry.schedule else None
        for entry in registry.schedules()
    }
    assert stored == SCHEDULES


def test_a_schedule_without_fractions_says_why_and_keeps_what_is_printed(registry):
    printed = {s.id: (s.total, s.per_fraction) for s in registry.schedules() if s.schedule is None}
    assert printed == {
        "gist-joensuu": (40.0, None),
        "rcc-staehler-delivered": (40.0, 3.5),
        "rcc-langrand-escure": (None, None),
        "rcc-franzese": (None, None),
    }
    assert all(s.why_not for s in registry.schedules() if s.schedule is None)


def test_a_schedule_names_tissues_and_earlier_schedules_that_exist(registry):
    for entry in registry.schedules():
        assert entry.tissue in registry.tissues or entry.tissue == "mixed", entry.id
        assert entry.prior is None or entry.prior.schedule in registry.published, entry.id
        assert set(entry.printed) <= {"total", "fractions", "per fraction"}, entry.id


def test_the_claim_on_bed_speaks_of_the_schedules_of_the_paper(registry):
    # "BED greater than 100 Gy in all cases": seven site rules and the twelve schedules of "most cases" (1 + 9 + 1 + 1).
    lists = dict(registry.claims["gebbia2020-bed-over-100"].lists)
    assert {name: len(ids) for name, ids in lists.items()} == {"site rules": 7, "most cases": 12}
    for name, ids in lists.items():
        assert {registry.published[entry].group for entry in ids} == {
            name.removesuffix("s") if name == "site rules" else name
        }


# --- cases -----------------------------------------------------------------------------------------------------------
PUBLISHED_CASES = {
    "gist-case-1": ["35 Gy / 14"],
    "gist-case-2": ["45 Gy / 5", "40 Gy / 4", "32 Gy / 5"],
    "rcc-bone": ["37.5 Gy / 5"],
    "rcc-brain-multiple": ["27 Gy / 3"],
    "rcc-brain-single": ["21 Gy / 1"],
    "rcc-kidney": ["50 Gy / 10"],
    "rcc-liver": ["50 Gy / 10"],
    "rcc-lung-central": ["50 Gy / 5"],
    "rcc-lung-peripheral": ["30 Gy / 5"],
    "rcc-node": ["37.5 Gy / 5"],
}


def test_the_cases_are_the_published_ones():
    stored = {}
    for path in CASES:
        case = load_case(path)
        assert case.id == path.stem
        stored[case.id] = [p.planned.text for course in case.courses for p in course.prescriptions]
    assert stored == PUBLISHED_CASES


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_case_speaks_of_what_the_registry_knows(path, registry):
    case = load_case(path)
    assert case.source[0] in registry.references
    assert {target.tissue for target in case.targets} <= set(registry.tissues)
    assert {exposure.drug for exposure in case.exposures} <= set(registry.drugs)
    assert case.limit_sets
    assert set(case.limit_sets) <= set(registry.sets)
    assert case.organ_doses is None  # the papers report none; an invented one would be worse than none


def all_limits(registry):
    return [limit for limit_set in registry.sets.values() for limit in limit_set.limits]


# --- evidence --------------------------------------------------------------------------------------------------------
def test_evidence_is_counted_from_the_entries(registry):
    entries = {
        "limits": all_limits(registry),
        "alpha/beta": [ratio for tissue in registry.tissues.values() for ratio in tissue.alpha_beta],
        "half-lives": [life for drug in registry.drugs.values() for life in drug.half_lives],
        "rules": list(registry.rules()),
        "schedules": list(registry.schedules()),
    }
    lines = []
    for what, cited_entries in entries.items():
        counts = Counter((entry.evidence, entry.standing) for entry in cited_entries)
        lines += [f"{what:12}{evidence:14}{standing:8}{n:5}" for (evidence, standing), n in sorted(counts.items())]
        active = [entry for entry in cited_entries if entry.standing == "active"]
        assert all(entry.evidence is Evidence.TWO_SOURCES and entry.hold is None for entry in active)
        assert all(entry.source for entry in cited_entries)
    sys.stdout.write("\n".join(["", *lines, ""]))  # shown with: pytest -rP
    # No drug rule and no published schedule has been read in two independent sources: none may look as if it had.
    assert {rule.standing for rule in registry.rules()} <= {"offered", "listed"}


def test_every_limit_and_schedule_has_its_place_in_the_source(registry):
    assert [limit.id for limit in all_limits(registry) if not limit.place] == []
    assert [entry.id for entry in registry.schedules() if not entry.place] == []
    # A place is a table, a section or a page; a line number or a path of some computer helps no reader.
    for limit in all_limits(registry):
        assert not re.search(r"\bL\d+\b|\bline \d", limit.place), limit.id
    for path in FILES:
        assert not re.search(r"(?<![\w./])/[a-z]+/[a-z]", path.read_text(encoding="utf-8")), path
