"""Which drug rules speak of which case: drug x site x technique x timing, the answers pinned by hand.

Every pinned row was read against the statement it comes from (region, technique and time of the source stand in
`as_stated` of each rule). A row pins all three answers: what fires, what cannot be excluded and what cannot be
evaluated; every other rule of the drug is clear.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from rtcalc.assessment import assess
from rtcalc.case import Case
from rtcalc.casefile import load_case, parse_case
from rtcalc.chronology import timeline
from rtcalc.evidence import Severity
from rtcalc.findings import Finding, Firing, Question
from rtcalc.registry import Registry
from rtcalc.systemic import match

REGISTRY = Registry()
CASES = Path(__file__).parents[1] / "cases"

# --- the axes ---------------------------------------------------------------------------------------------------------
SITES = {  # region and level
    "brain": ("brain", "not stated"),
    "T8": ("spine", "T8"),
    "L4": ("bone", "L4"),
    "L2-L4": ("spine", "L2-L4"),
    "acetabulum": ("bone", "acetabulum"),
    "bone": ("bone", "not stated"),
    "lung": ("thorax", "not stated"),
    "abdomen": ("abdomen", "not stated"),
    "pelvis": ("pelvis", "not stated"),
    "neck": ("head-neck", "not stated"),
    "limb": ("limb", "not stated"),
    "not stated": ("not stated", "not stated"),
}
TECHNIQUES = {"sbrt": ("sbrt", "30 Gy / 5"), "3d-crt": ("3d-crt", "30 Gy / 10")}
TIMES = {  # the course runs from 16 to 27 March 2026
    "throughout": "first: 2026-01-01, last: still taken",
    "within": "first: 2026-03-17, last: 2026-03-26",
    "until 2 d before": "first: 2026-01-01, last: 2026-03-14",
    "until 4 d before": "first: 2026-01-01, last: 2026-03-12",
    "until 60 d before": "first: 2025-10-01, last: 2026-01-15",
    "from 30 d after": "first: 2026-04-26, last: still taken",
    "from 6 months after": "first: 2026-09-27, last: still taken",
    "from 2 years after": "first: 2028-03-27, last: still taken",
    "not stated": "first: not stated, last: not stated",
}


def case(
    drug: str, site: str, technique: str, time: str, tissue: str = "rcc", near: str = "not stated", doses: str = ""
) -> Case:
    region, level = SITES[site]
    name, dose = TECHNIQUES[technique]
    return parse_case(
        f"""
schema_version: 1
id: example
disease: any
targets:
  a: {{site: a lesion, region: {region}, level: {level}, near: {near}, largest: not stated, tissue: {tissue}}}
courses:
  c: {{prescription: {{a: {{dose: {dose}}}}}, start: 2026-03-16, end: 2026-03-27, technique: {name}}}
drugs: [{{drug: {drug}, periods: [{{dose: as written, {TIMES[time]}}}]}}]
organ_doses: {doses or "none reported"}
limit_sets: []
"""
    )


def answers(of: Case) -> dict[str, Firing]:
    """Of every rule on the case's drug that may speak."""
    (exposure,), (course,) = of.exposures, of.courses
    line = timeline(of)
    return {
        rule.id: match(rule, exposure, course, of, line).firing
        for rule in REGISTRY.rules(drug=exposure.drug)
        if rule.standing != "listed"
    }


MARK = {Firing.NOT_EXCLUDED: "?", Firing.NOT_EVALUABLE: "!"}


def spoken(of: Case) -> set[str]:
    """Ids of the rules that speak: as they are where they fire, with ? where not excluded, ! where not evaluable."""
    return {name + MARK.get(firing, "") for name, firing in answers(of).items() if firing is not Firing.CLEAR}


def drug_findings(of: Case) -> list[Finding]:
    return [finding for finding in assess(of, REGISTRY).findings if finding.question is Question.DRUG]


# --- the matrix -------------------------------------------------------------------------------------------------------
PAUSE = "vegf-sbrt-oligocare"
FOR_SORAFENIB = f"{PAUSE} TKI-SBRT-RCC-survival"
BOWEL_SORAFENIB = "sorafenib-bowel-in-field vegf-tki-palliative-perforation"
LIVER_SORAFENIB = "sorafenib-SBRT-HCC-highVeff! sorafenib-SBRT-HCC-lowVeff! sorafenib-liver-mets-SBRT?"
CONVENTIONAL_GIST = (
    "GIST-TKI-continue-or-hold GIST-palliative-RT-TKI imatinib-interruption-gist imatinib-radiosensitisation"
)
STEREOTACTIC_GIST = "imatinib-interruption-gist imatinib-radiosensitisation"
VEMURAFENIB = "braf-ecog-hold vemurafenib-interrupt braf-dermatitis vemurafenib-regulator"
MATRIX = [
    # Sorafenib: bowel by level, never for the brain; one conventional course of 30 Gy / 10 counts as much as SBRT.
    ("sorafenib", "rcc", "brain", "sbrt", "throughout", f"{FOR_SORAFENIB} sunitinib-sorafenib-SRS-CNS"),
    ("sorafenib", "rcc", "brain", "3d-crt", "throughout", ""),
    ("sorafenib", "rcc", "L4", "3d-crt", "throughout", BOWEL_SORAFENIB),
    ("sorafenib", "rcc", "L2-L4", "3d-crt", "throughout", BOWEL_SORAFENIB),
    ("sorafenib", "rcc", "acetabulum", "3d-crt", "throughout", BOWEL_SORAFENIB),
    ("sorafenib", "rcc", "T8", "3d-crt", "throughout", ""),
    ("sorafenib", "rcc", "bone", "3d-crt", "throughout", "sorafenib-bowel-in-field? vegf-tki-palliative-perforation?"),
    ("sorafenib", "rcc", "limb", "3d-crt", "throughout", ""),
    # A bone of the pelvis is no place of a thoracic rule, and none of the levels of the pelvis is cleared by it.
    ("bevacizumab", "rcc", "acetabulum", "3d-crt", "throughout", ""),
    ("gefitinib", "nsclc", "acetabulum", "3d-crt", "throughout", ""),
    ("sorafenib", "rcc", "L4", "3d-crt", "until 4 d before", ""),
    ("sorafenib", "rcc", "L4", "3d-crt", "from 30 d after", "vegf-tki-palliative-perforation"),
    ("sorafenib", "rcc", "L4", "3d-crt", "from 2 years after", ""),
    (
        "sorafenib",
        "rcc",
        "L4",
        "sbrt",
        "throughout",
        f"{FOR_SORAFENIB} {BOWEL_SORAFENIB} vegf-abdomen-sbrt-barney vegf-abdomen-sbrt-barney-late "
        "bev-extracranial-SRT sunitinib-sorafenib-SRS-CNS",
    ),
    # Sorafenib and the liver: an effective volume cannot be tested, the order SBRT then drug is evidence against.
    (
        "sorafenib",
        "hcc",
        "abdomen",
        "sbrt",
        "within",
        f"{LIVER_SORAFENIB} sorafenib-biliary-necrosis sorafenib-bowel-in-field vegf-tki-palliative-perforation?"
        " bev-extracranial-SRT",
    ),
    (
        "sorafenib",
        "hcc",
        "abdomen",
        "3d-crt",
        "within",
        "sorafenib-liver-mets-WLRT! sorafenib-biliary-necrosis sorafenib-bowel-in-field"
        " vegf-tki-palliative-perforation?",
    ),
    ("sorafenib", "hcc", "abdomen", "sbrt", "from 2 years after", "sorafenib-after-SBRT-HCC?"),
    ("lenvatinib", "hcc", "abdomen", "3d-crt", "from 30 d after", "lenvatinib-liver-RT?"),
    ("lenvatinib", "hcc", "abdomen", "3d-crt", "from 2 years after", ""),
    # Sunitinib.
    ("sunitinib", "rcc", "acetabulum", "3d-crt", "throughout", "vegf-tki-palliative-perforation sunitinib-srt-rcc"),
    ("sunitinib", "rcc", "T8", "3d-crt", "throughout", "sunitinib-srt-rcc"),
    (
        "sunitinib",
        "rcc",
        "T8",
        "sbrt",
        "throughout",
        f"{FOR_SORAFENIB} vegf-esophagus-sbrt-fistula sunitinib-srt-rcc sunitinib-sorafenib-SRS-CNS"
        " sunitinib-SBRT-oligomets-death",
    ),
    ("sunitinib", "rcc", "bone", "3d-crt", "throughout", "vegf-tki-palliative-perforation? sunitinib-srt-rcc"),
    (
        "sunitinib",
        "rcc",
        "abdomen",
        "sbrt",
        "from 30 d after",
        "vegf-abdomen-sbrt-barney vegf-abdomen-sbrt-barney-late vegf-tki-palliative-perforation?",
    ),
    ("sunitinib", "rcc", "abdomen", "sbrt", "until 60 d before", ""),
    # Pazopanib: trials before surgery of sarcoma do not speak of renal cancer.
    (
        "pazopanib",
        "rcc",
        "T8",
        "sbrt",
        "throughout",
        f"{FOR_SORAFENIB} pazopanib-srt-gebbia vegf-esophagus-sbrt-fistula vegf-wound-perforation-label-oesophagus",
    ),
    ("pazopanib", "rcc", "limb", "3d-crt", "throughout", "pazopanib-srt-gebbia"),
    (
        "pazopanib",
        "soft-tissue-sarcoma",
        "limb",
        "3d-crt",
        "throughout",
        "pazopanib-srt-gebbia pazopanib-preop-liver pazopanib-preop-wound!",
    ),
    ("pazopanib", "soft-tissue-sarcoma", "limb", "3d-crt", "until 60 d before", "pazopanib-preop-wound!"),
    ("pazopanib", "rcc", "abdomen", "3d-crt", "from 2 years after", "vegf-wound-perforation-label"),
    # Other VEGF inhibitors: the class where a drug has nothing of its own.
    # Begun after 30 days and still taken, it lies in both parts of the published range.
    (
        "axitinib",
        "rcc",
        "abdomen",
        "sbrt",
        "from 30 d after",
        "vegf-abdomen-sbrt-barney vegf-abdomen-sbrt-barney-late",
    ),
    # Barney 2013: most within 3 months after SBRT, range to 13 months (395 d).
    ("axitinib", "rcc", "abdomen", "sbrt", "from 6 months after", "vegf-abdomen-sbrt-barney-late"),
    ("axitinib", "rcc", "brain", "sbrt", "from 6 months after", ""),
    ("axitinib", "rcc", "abdomen", "3d-crt", "from 6 months after", ""),
    ("axitinib", "rcc", "limb", "3d-crt", "throughout", ""),
    ("cabozantinib", "rcc", "limb", "sbrt", "until 4 d before", f"{PAUSE} cabozantinib-RT"),
    ("cabozantinib", "rcc", "limb", "sbrt", "until 60 d before", ""),
    ("bevacizumab", "nsclc", "lung", "3d-crt", "throughout", "bev-chemoRT-TEF bev-thoracic-RT-pneumonitis"),
    ("bevacizumab", "nsclc", "brain", "3d-crt", "throughout", ""),
    # Regorafenib: the cord needs a level or a dose; an abdominal field alone cannot exclude it.
    ("regorafenib", "gist", "abdomen", "sbrt", "from 2 years after", "regorafenib-cord-after-sbrt?"),
    ("regorafenib", "gist", "T8", "sbrt", "from 2 years after", "regorafenib-cord-after-sbrt"),
    ("regorafenib", "gist", "L4", "sbrt", "from 2 years after", ""),
    ("regorafenib", "gist", "T8", "3d-crt", "from 2 years after", ""),
    ("regorafenib", "gist", "abdomen", "3d-crt", "within", "regorafenib-gist-paracaval GIST-TKI-continue-or-hold"),
    # Imatinib: nausea only for stereotactic treatment of the abdomen; what a stop costs is a matter of GIST.
    ("imatinib", "gist", "abdomen", "sbrt", "within", f"imatinib-cyberknife-nausea {STEREOTACTIC_GIST}"),
    (
        "imatinib",
        "gist",
        "abdomen",
        "sbrt",
        "until 2 d before",
        "imatinib-cyberknife-nausea imatinib-interruption-gist",
    ),
    ("imatinib", "gist", "L4", "3d-crt", "within", CONVENTIONAL_GIST),
    ("imatinib", "gist", "pelvis", "3d-crt", "within", f"{CONVENTIONAL_GIST} imatinib-RT-rectum"),
    ("imatinib", "generic-tumour", "limb", "sbrt", "within", "imatinib-interruption-gist? imatinib-radiosensitisation"),
    ("imatinib", "rcc", "limb", "sbrt", "within", "imatinib-radiosensitisation"),
    ("nilotinib", "gist", "limb", "sbrt", "within", "nilotinib-RT"),
    ("dasatinib", "gist", "lung", "3d-crt", "within", "dasatinib-thoracic-CRT"),
    ("dasatinib", "gist", "abdomen", "3d-crt", "within", ""),
    ("dasatinib", "glioblastoma", "brain", "3d-crt", "within", "dasatinib-GBM"),
    # EGFR: thorax; what is known of conventional fractions does not speak of SBRT.
    ("osimertinib", "nsclc", "lung", "3d-crt", "throughout", "egfr-thorax-RP osimertinib-TRT"),
    ("osimertinib", "nsclc", "lung", "sbrt", "throughout", "egfr-thorax-RP bev-extracranial-SRT"),
    ("osimertinib", "nsclc", "brain", "sbrt", "throughout", ""),
    ("osimertinib", "nsclc", "lung", "3d-crt", "until 4 d before", ""),
    ("gefitinib", "nsclc", "lung", "3d-crt", "within", "egfr-thorax-RP egfr-thorax-overlap egfr-gefitinib-RT-safe"),
    ("dacomitinib", "nsclc", "T8", "sbrt", "within", "egfr-thorax-RP"),
    ("cetuximab", "hnscc", "neck", "3d-crt", "within", "cetuximab-HN-dermatitis"),
    ("cetuximab", "hnscc", "abdomen", "3d-crt", "within", ""),
    # BRAF and MEK: at any site; the third day of a hold is clear, the regulator's warning on vemurafenib never is.
    ("vemurafenib", "melanoma", "limb", "3d-crt", "within", VEMURAFENIB),
    ("vemurafenib", "melanoma", "brain", "sbrt", "within", f"{VEMURAFENIB} braf-srs-necrosis braf-srs-survival"),
    ("vemurafenib", "melanoma", "limb", "3d-crt", "until 2 d before", "braf-ecog-hold vemurafenib-regulator"),
    ("vemurafenib", "melanoma", "limb", "3d-crt", "until 4 d before", "vemurafenib-regulator"),
    ("vemurafenib", "melanoma", "limb", "3d-crt", "from 2 years after", "vemurafenib-regulator"),
    ("dabrafenib", "melanoma", "limb", "3d-crt", "within", "braf-ecog-hold dabrafenib-interrupt braf-dermatitis"),
    ("trametinib", "melanoma", "limb", "3d-crt", "within", "braf-ecog-hold"),
    ("trametinib", "melanoma", "limb", "3d-crt", "until 4 d before", ""),
    # Antibody-drug conjugates, checkpoint inhibitors and the rest.
    ("T-DM1", "breast", "brain", "sbrt", "until 60 d before", "tdm1-srs-necrosis"),
    ("T-DM1", "breast", "brain", "3d-crt", "within", ""),
    ("trastuzumab deruxtecan", "breast", "brain", "sbrt", "within", "tdxd-srs"),
    ("nivolumab", "rcc", "lung", "sbrt", "throughout", "ici-sbrt-oligocare ici-RT90 ici-thorax"),
    ("nivolumab", "rcc", "brain", "sbrt", "within", "ici-sbrt-oligocare ici-srs"),
    ("nivolumab", "rcc", "limb", "3d-crt", "within", ""),
    ("ipilimumab", "melanoma", "limb", "sbrt", "until 4 d before", "ici-ipi-dual"),
    ("palbociclib", "breast", "L4", "3d-crt", "within", "cdk46-RT-meta cdk46-gi-thorax"),
    ("palbociclib", "breast", "limb", "3d-crt", "within", "cdk46-RT-meta"),
    ("everolimus", "rcc", "lung", "sbrt", "within", "mtor-thorax-pneumonitis"),
    ("everolimus", "bladder-cancer", "pelvis", "3d-crt", "within", "everolimus-pelvis-CRT"),
    ("olaparib", "breast", "limb", "3d-crt", "within", "parp-breast"),
    ("olaparib", "breast", "limb", "3d-crt", "until 2 d before", ""),
    ("alectinib", "nsclc", "brain", "sbrt", "within", "alk-RT"),
    ("alectinib", "nsclc", "limb", "sbrt", "within", ""),
]


@pytest.mark.parametrize(("drug", "tissue", "site", "technique", "time", "expected"), MATRIX)
def test_the_rules_that_speak(drug: str, tissue: str, site: str, technique: str, time: str, expected: str) -> None:
    assert spoken(case(drug, site, technique, time, tissue)) == set(expected.split())


def test_dates_that_are_not_stated_exclude_nothing_and_confirm_nothing() -> None:
    at = "abdomen", "sbrt"
    dated, undated = answers(case("sunitinib", *at, "throughout")), answers(case("sunitinib", *at, "not stated"))
    assert {name for name, firing in dated.items() if firing is Firing.FIRES} <= {
        name for name, firing in undated.items() if firing is Firing.NOT_EXCLUDED
    }
    assert Firing.FIRES not in undated.values()


# --- where the organ is known, the site is not asked ------------------------------------------------------------------
@pytest.mark.parametrize("site", ["brain", "limb", "abdomen", "T8"])
def test_a_dose_to_the_cord_settles_the_rule_on_the_cord(site: str) -> None:
    of = case("regorafenib", site, "sbrt", "from 2 years after", doses="{SpinalCord: {c: {D0.035cc: 18 Gy}}}")
    assert answers(of)["regorafenib-cord-after-sbrt"] is Firing.FIRES


def test_the_liver_itself_settles_the_rules_on_the_liver() -> None:
    liver = "{stated: {Liver: 0 mm}}"
    near = answers(case("sorafenib", "abdomen", "sbrt", "within", near=liver))
    assert near["sorafenib-liver-mets-SBRT"] is Firing.FIRES
    assert near["sorafenib-SBRT-HCC-highVeff"] is Firing.NOT_EVALUABLE  # the volume is still not known
    dose = answers(case("lenvatinib", "lung", "sbrt", "within", doses="{Liver: {c: {Dmean: 9 Gy}}}"))
    assert dose["lenvatinib-liver-RT"] is Firing.FIRES


def test_a_dose_to_the_lungs_speaks_for_an_abdominal_course() -> None:
    of = case("osimertinib", "abdomen", "sbrt", "within", doses="{Lungs: {c: {Dmean: 3 Gy}}}")
    assert answers(of)["egfr-thorax-RP"] is Firing.FIRES


# --- every rule -------------------------------------------------------------------------------------------------------
OFFERED = {rule.id: rule for rule in REGISTRY.rules() if rule.standing != "listed"}
TUMOURS = ("rcc", "gist", "soft-tissue-sarcoma")
# The regulator speaks of vemurafenib before, during and after radiotherapy of any kind: only another drug clears it.
NEVER_CLEAR = {"vemurafenib-regulator"}


def grid() -> Iterator[tuple[str, Firing]]:
    """Answers over every site, technique and time, for one drug of every rule."""
    agents = {next(iter(drugs_of(rule.id))) for rule in OFFERED.values()}
    for drug, site, technique, time, tissue in product(sorted(agents), SITES, TECHNIQUES, TIMES, TUMOURS):
        yield from answers(case(drug, site, technique, time, tissue)).items()


def drugs_of(rule_id: str) -> tuple[str, ...]:
    wanted = set(OFFERED[rule_id].agents)
    return tuple(drug.name for drug in REGISTRY.drugs.values() if wanted & {drug.name, *drug.groups})


@pytest.fixture(scope="module")
def seen() -> dict[str, set[Firing]]:
    found: dict[str, set[Firing]] = {}
    for name, firing in grid():
        found.setdefault(name, set()).add(firing)
    return found


@pytest.mark.parametrize("name", OFFERED)
def test_every_rule_speaks_of_some_case_and_is_clear_of_another(name: str, seen: dict[str, set[Firing]]) -> None:
    # A liver lesion has no region of its own: without dose or distance these rules can only not be excluded.
    by_organ = not OFFERED[name].regions and not OFFERED[name].levels
    expected = Firing.NOT_EVALUABLE if OFFERED[name].inexpressible else Firing.FIRES
    assert (Firing.NOT_EXCLUDED if by_organ and not OFFERED[name].inexpressible else expected) in seen[name]
    assert (Firing.CLEAR in seen[name]) is (name not in NEVER_CLEAR)


@pytest.mark.parametrize("name", [name for name, r in OFFERED.items() if not r.regions and not r.levels])
def test_a_rule_without_regions_fires_on_its_organ(name: str) -> None:
    rule = OFFERED[name]
    doses = f"{{{rule.organs[0]}: {{c: {{Dmean: 9 Gy}}}}}}"
    technique = "3d-crt" if rule.stereotactic is False else "sbrt"
    of = case(drugs_of(name)[0], "abdomen", technique, "throughout", doses=doses)
    assert answers(of)[name] is (Firing.NOT_EVALUABLE if rule.inexpressible else Firing.FIRES)


def test_a_listed_rule_never_speaks() -> None:
    listed = {rule.id for rule in REGISTRY.rules() if rule.standing == "listed"}
    assert listed
    for drug in ("axitinib", "tivozanib", "regorafenib", "vandetanib", "ripretinib", "avapritinib", "dabrafenib"):
        found = assess(case(drug, "brain", "sbrt", "throughout"), REGISTRY)
        assert {finding.rule for finding in found.findings} & listed == set()
        assert {name.split("/")[0] for name in found.clear} & listed == set()


# --- what a reader gets -----------------------------------------------------------------------------------------------
def test_one_topic_of_one_drug_is_one_finding() -> None:
    # Many rules speak of sorafenib and an L4; its reader gets two answers, on the bowel and on a pause.
    of = case("sorafenib", "L4", "sbrt", "throughout")
    topics = {REGISTRY.interaction_rules[name].topic for name in spoken(of)}
    assert topics == {"bowel", "pause before SBRT"}
    assert len(spoken(of)) > 2 * len(topics)
    assert [f.rule for f in drug_findings(of) if f.firing is not None] == ["sorafenib-bowel-in-field", PAUSE]


def test_pazopanib_near_t8_is_at_most_four_findings_on_drugs() -> None:
    found = assess(load_case(CASES / "rcc-t8.yaml"), REGISTRY)
    rules = [finding.rule for finding in found.findings if finding.question is Question.DRUG]
    assert rules == ["vegf-esophagus-sbrt-fistula", PAUSE, "drug-at-fractions"]
    pause = next(finding for finding in found.findings if finding.rule == PAUSE)
    assert [statement.source for statement in pause.against] == ["gebbia2020", "liu2021_rcc"]


def test_sorafenib_and_a_brain_metastasis_raise_no_bowel_finding() -> None:
    for technique in TECHNIQUES:
        rules = [finding.rule for finding in drug_findings(case("sorafenib", "brain", technique, "throughout"))]
        known = [REGISTRY.interaction_rules[rule] for rule in rules if rule in REGISTRY.interaction_rules]
        assert "bowel" not in {rule.topic for rule in known}


@pytest.mark.parametrize("drug", ["nivolumab", "pembrolizumab", "cemiplimab", "atezolizumab", "durvalumab", "avelumab"])
@pytest.mark.parametrize("site", SITES)
def test_checkpoint_inhibitors_against_pd_1_or_its_ligand_are_information(drug: str, site: str) -> None:
    found = drug_findings(case(drug, site, "sbrt", "throughout"))
    assert {finding.severity for finding in found if finding.firing is not None} == {Severity.INFO}


def test_no_drug_rule_is_a_stop() -> None:
    assert {rule.severity for rule in REGISTRY.rules()} == {Severity.INFO, Severity.CAUTION, Severity.WARNING}


WITHOUT_RULE = [
    drug.name
    for drug in REGISTRY.drugs.values()
    if all(rule.standing == "listed" for rule in REGISTRY.rules(drug=drug.name))
]


def test_some_drugs_have_no_rule() -> None:
    # No statement on these with radiotherapy was found that may be used.
    assert set(WITHOUT_RULE) == {
        "ripretinib",
        "avapritinib",
        "masitinib",
        "lapatinib",
        "tucatinib",
        "panitumumab",
        "trastuzumab",
        "selpercatinib",
        "capmatinib",
        "sotorasib",
    }


@pytest.mark.parametrize("drug", WITHOUT_RULE)
def test_a_drug_without_a_rule_is_never_called_safe(drug: str) -> None:
    for site, technique in product(("abdomen", "lung"), TECHNIQUES):
        found = assess(case(drug, site, technique, "throughout"), REGISTRY)
        assert found.clear == ()  # nothing was looked at, so nothing may read as cleared
        for finding in found.findings:
            text = " ".join((finding.title, finding.sentence, *finding.lines, *finding.details)).lower()
            assert "safe" not in text.replace("unknown, not safe", "")
            assert "no interaction" not in text


def test_the_cost_of_a_stop_stands_beside_every_reason_to_stop_imatinib() -> None:
    (nausea,) = (f for f in drug_findings(case("imatinib", "abdomen", "sbrt", "within", "gist")) if f.firing)
    assert nausea.rule == "imatinib-cyberknife-nausea"
    assert any("12 of 25" in statement.text and "80 %" in statement.text for statement in nausea.against)
    (conflict,) = (f for f in drug_findings(case("imatinib", "L4", "3d-crt", "within", "gist")) if f.firing)
    assert conflict.rule == "GIST-TKI-continue-or-hold"
    assert all(months in conflict.sentence for months in ("11 months", "23 months", "confounded"))
    assert any("12 of 25" in statement.text for statement in conflict.against)
