"""What the registry holds, listed and explained: every id has an answer, and every answer its sources."""

from pathlib import Path

import pytest

import rtcalc as rt
from rtcalc.assessment.rules import RULES
from rtcalc.audit import audit
from rtcalc.errors import UnknownName
from rtcalc.report import claims, listing
from rtcalc.report.explanation import STANDING, explain

ROOT = Path(__file__).resolve().parents[2]
CASES = sorted([*(ROOT / "protocols" / "cases").glob("*.yaml"), *(ROOT / "tests" / "cases").glob("*.yaml")])
REGISTRY = rt.Registry()
KINDS = {
    "schedules": ("published schedule", REGISTRY.published),
    "constraints": ("organ limit", {limit.id: limit for limit in REGISTRY.limits()}),
    "drugs": ("drug", REGISTRY.drugs),
    "tissues": ("tissue", REGISTRY.tissues),
    "interactions": ("drug rule", REGISTRY.interaction_rules),
}


def test_every_kind_is_listed() -> None:
    assert set(listing.KINDS) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_listing_holds_every_entry_once(kind: str) -> None:
    rows = listing.rows(kind, REGISTRY)
    assert [row.data["id"] for row in rows] == list(KINDS[kind][1])
    text = listing.table(kind, rows)
    header, *lines, count = text.splitlines()
    assert count == f"{len(rows)} {kind}."
    assert header.split()[0] == listing.KINDS[kind].header[0]
    starts = {line.split()[0] for line in lines if line and not line.startswith(" ")}
    assert {row.cells[0].split()[0] for row in rows} <= starts
    for row in rows:
        assert all(cell in text or len(cell) > 24 for cell in row.cells)


@pytest.mark.parametrize("kind", KINDS)
def test_every_entry_is_explained_with_its_sources(kind: str) -> None:
    word, entries = KINDS[kind]
    for name in entries:
        found = listing.show(kind, name, REGISTRY)
        assert (found.name, found.kind) == (name, word)
        text, data = found.text(), found.to_dict()
        assert text.startswith(f"{name}  ({word})")
        assert data["id"] == name
        for reference in found.references:
            assert f"[{reference.key}]" in text
        assert [reference["key"] for reference in data["references"]] == [r.key for r in found.references]


def test_every_cited_source_of_an_entry_is_given() -> None:
    rule = explain("vegf-tki-palliative-perforation", REGISTRY)
    assert [reference.key for reference in rule.references] == ["inoue2012", "kobayashi2012"]
    assert [reference.key for reference in explain("pazopanib", REGISTRY).references] == ["pk_rpsi_pazopanib"]
    ratios = dict.fromkeys(ratio.source for ratio in REGISTRY.tissues["rcc"].alpha_beta)
    assert [reference.key for reference in explain("rcc", REGISTRY).references] == list(ratios)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_finding_is_explained(path: Path) -> None:
    for finding in rt.assess(rt.load_case(path), registry=REGISTRY).findings:
        found = explain(finding.id, REGISTRY)
        assert found.name == finding.rule
        assert found.text().startswith(f"{finding.rule}  (")
        for verdict in finding.verdicts:
            assert explain(verdict.limit, REGISTRY).kind == "organ limit"


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_of_the_assessment_is_explained(rule: str) -> None:
    found = explain(f"{rule}/anything/else", REGISTRY)
    assert (found.name, found.kind, found.to_dict()["standing"]) == (rule, "rule of the assessment", None)
    assert " ".join(RULES[rule].split()) in " ".join(found.text().split())


def test_other_entries_are_explained_too() -> None:
    for entries, kind in (
        (REGISTRY.claims, "published claim"),
        (REGISTRY.precedents, "precedent"),
        (REGISTRY.sets, "limit set"),
    ):
        for name in entries:
            assert explain(name, REGISTRY).kind == kind


def test_no_two_kinds_share_an_id() -> None:
    # One id would otherwise explain another entry than it was asked for.
    names = [name for _, entries in KINDS.values() for name in entries]
    names += [*RULES, *REGISTRY.claims, *REGISTRY.precedents, *REGISTRY.sets]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_an_unknown_id_has_its_nearest() -> None:
    with pytest.raises(UnknownName, match="nearest: organ-limit"):
        explain("organ-limits", REGISTRY)
    with pytest.raises(UnknownName, match="no entry of constraints is called 'rcc'"):
        listing.show("constraints", "rcc", REGISTRY)


def test_a_drug_is_shown_by_any_of_its_names() -> None:
    assert listing.show("drugs", "nexavar", REGISTRY).name == "sorafenib"
    with pytest.raises(UnknownName, match="nearest: sorafenib"):
        listing.show("drugs", "sorafinib", REGISTRY)


def test_a_search_looks_into_every_field() -> None:
    found = listing.rows("interactions", REGISTRY, "BARNEY2013")
    assert "vegf-abdomen-sbrt-barney" in [row.data["id"] for row in found]
    assert all("barney2013" in str(row.data).lower() for row in found)
    assert listing.rows("drugs", REGISTRY, "no such text") == []
    assert listing.table("drugs", []).splitlines()[-1] == "0 drugs."


def test_an_explanation_shows_the_number_and_its_standing() -> None:
    # TG-101 Table III: duodenum, five fractions, less than 5 cc above 18 Gy.
    found = explain("TG101.Duodenum.5fx.D5cc", REGISTRY)
    text = " ".join(found.text().split())
    assert "value 18 unit Gy" in text
    assert "metric D5cc" in text
    assert "as printed V18Gy < 5 cc" in text
    assert STANDING["active"] in text
    assert found.to_dict()["standing"] == "active"
    assert found.to_dict()["entry"]["value"] == 18.0


def test_a_schedule_that_does_not_compute_is_listed_with_its_total() -> None:
    open_ = [entry for entry in REGISTRY.published.values() if entry.schedule is None and entry.total is not None]
    assert open_
    rows = {row.data["id"]: row.cells for row in listing.rows("schedules", REGISTRY)}
    for entry in open_:
        assert rows[entry.id][1].endswith("Gy, does not compute")


def test_a_drug_without_a_usable_half_life_reads_unknown() -> None:
    rows = {row.data["id"]: row.cells[2] for row in listing.rows("drugs", REGISTRY)}
    assert rows["regorafenib"] == "unknown: treat as on board"
    # The longest of parent and metabolite that may be used: 80-110 h.
    assert rows["sunitinib"].startswith("80-110 h")


# --- rtcalc audit -----------------------------------------------------------------------------------------------------
def test_the_audit_in_text_and_in_data() -> None:
    found = audit(REGISTRY)
    text, data = claims.text(found), claims.to_dict(found)
    assert f"OTHER STATEMENTS CHECKED  ({len(found.checked)})" in text
    assert len(data["checked_statements"]) == len(found.checked) > 0
    assert all(entry["verdict"] and entry["check"] for entry in data["checked_statements"])
    for claim in data["claims"]:
        for part in claim["lists"]:
            assert part["count"] == len(part["schedules"])
            for passing in part["passing"]:
                holds = [
                    at["claim_holds"]
                    for schedule in part["schedules"]
                    for at in schedule["bed"]
                    if at["alpha_beta_gray"] == passing["alpha_beta_gray"]
                ]
                assert (len(holds), sum(holds)) == (part["count"], passing["schedules"])
    # 50 Gy / 5 is exactly 100 at a/b 10, which is not above 100; it is printed as 100.0, not rounded to look above.
    assert any("50 Gy / 5" in line and " 100.0 no " in line for line in text.splitlines())
