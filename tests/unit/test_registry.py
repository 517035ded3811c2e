"""The registry: queries, names, a department's folder, the hash."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rtcalc.errors import UnknownName
from rtcalc.registry import Registry
from rtcalc.registry.location import builtin


@pytest.fixture(scope="module")
def registry():
    return Registry()


OWN = """schema_version: 1
id: {id}
title: limits of the department
source: {source}
note: stricter
limits:
  - id: {id}.Duodenum
    organ: Duodenum
    applies_to: [Duodenum]
    structure: duodenum
    fractions: 4-6
    metric: D5cc
    limit: < 16 Gy
    endpoint: ulceration
    evidence: two-sources
"""


def write(folder: Path, kind: str, text: str) -> Path:
    path = folder / kind
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
    return folder


# --- queries ---------------------------------------------------------------------------------------------------------
def test_limits_of_an_organ_at_a_fraction_number(registry):
    # AAPM TG-101, Table III, duodenum in 5 fractions: 18 Gy to 5 cc, 12.5 Gy to 10 cc, 32 Gy maximum.
    rows = registry.limits(organ="Duodenum", fractions=5, set_id="TG101")
    assert {str(row.metric): row.bound for row in rows} == {
        "D5cc": "< 18 Gy",
        "D10cc": "< 12.5 Gy",
        "D0.035cc": "< 32 Gy",
    }


def test_a_limit_is_found_by_every_organ_it_applies_to(registry):
    left = registry.limits(organ="BrachialPlex_L", fractions=5, set_id="TG101")
    assert left
    assert left == registry.limits(organ="BrachialPlex_R", fractions=5, set_id="TG101")
    assert all({"BrachialPlex_L", "BrachialPlex_R"} <= set(row.applies_to) for row in left)


def test_a_fraction_number_without_a_row_has_no_limit(registry):
    assert registry.limits(organ="Duodenum", fractions=4, set_id="TG101") == ()
    assert registry.limits(organ="NoSuchOrgan") == ()


def test_held_rows_are_listed_and_say_so(registry):
    # The "10 % of the partial cord" rows need a contour that is hardly ever drawn: listed, never driving a verdict.
    held = [row for row in registry.limits(organ="SpinalCord", set_id="TG101") if str(row.metric) == "D10%"]
    assert len(held) == 3
    assert {row.standing for row in held} == {"listed"}
    assert all(row.hold for row in held)


def test_schedules_by_tissue_and_paper(registry):
    assert {s.id for s in registry.schedules(tissue="gist", source="gist-two-cases")} >= {"gist-2-pararenal-1"}
    assert registry.schedules(source="no-such-paper") == ()
    assert len(registry.schedules()) == len(registry.published)


def test_a_drug_answers_to_all_its_names(registry):
    assert registry.drugs["Nexavar"] is registry.drugs["nexavar"] is registry.drugs["SORAFENIB"]
    assert "Nexavar" in registry.drugs
    assert "Sorafenib" in registry.drugs
    assert "Sorafinib" not in registry.drugs
    assert registry.rules(drug="Nexavar") == registry.rules(drug="sorafenib") != ()


def test_rules_of_a_drug_are_its_own_and_those_of_its_groups(registry):
    sorafenib = registry.drugs["sorafenib"]
    for rule in registry.rules():
        concerned = bool({"sorafenib", *sorafenib.groups} & set(rule.agents))
        assert (rule in registry.rules(drug="sorafenib")) is concerned


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda r: r.drugs["sorafinib"], "no drug is called 'sorafinib'; nearest: sorafenib"),
        (lambda r: r.tissues["spinal cord"], "no tissue is called 'spinal cord'; nearest: spinal-cord"),
        (lambda r: r.limits(set_id="TG-101"), "no limit set is called 'TG-101'; nearest: TG101"),
        (lambda r: r.rules(drug="zzz"), "no drug is called 'zzz'; no similar name is known"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(registry, ask, message):
    with pytest.raises(UnknownName) as refused:
        ask(registry)
    assert str(refused.value).startswith(message)


def test_only_a_two_source_ratio_decides(registry):
    # Cord 2 Gy and small bowel 3 Gy have two sources; the oesophagus has a single transcription only.
    assert registry.alpha_beta_of("SpinalCord").gray == 2.0
    assert registry.alpha_beta_of("Jejunum_Ileum").gray == 3.0
    assert registry.tissue_of("Esophagus").alpha_beta
    assert registry.alpha_beta_of("Esophagus") is None
    assert registry.tissue_of("NoSuchOrgan") is None
    assert registry.alpha_beta_of("NoSuchOrgan") is None


def test_an_organ_has_the_late_tissue_and_not_the_early_one(registry, tmp_path):
    assert {registry.tissue_of(organ).kind for organ in ("Skin", "Jejunum_Ileum", "Rectum")} == {"late"}
    early = "  - {id: own, name: own, kind: early, organs: [OwnOrgan, Skin], alpha_beta: []}\n"
    own = Registry(write(tmp_path, "tissues/own.yaml", f"schema_version: 1\ntissues:\n{early}"))
    assert "own" in own.tissues
    assert own.tissue_of("OwnOrgan") is None
    assert own.tissue_of("Skin").id == registry.tissue_of("Skin").id


# --- a department's folder -------------------------------------------------------------------------------------------
def test_a_department_adds_a_set(tmp_path):
    own = Registry(write(tmp_path, "constraints/own.yaml", OWN.format(id="OWN", source="TG101")))
    assert set(own.sets) == {*Registry().sets, "OWN"}
    assert own.overridden == ()
    (row,) = own.limits(set_id="OWN")
    assert [row.at(n) for n in (3, 4, 5, 6, 7)] == [False, True, True, True, False]


def test_a_department_replaces_a_set_and_that_is_named(tmp_path):
    own = Registry(write(tmp_path, "constraints/own.yaml", OWN.format(id="TG101", source="TG101")))
    assert own.overridden == ("constraints: TG101",)  # before anything else was asked
    assert [row.bound for row in own.limits(set_id="TG101")] == ["< 16 Gy"]
    assert len(Registry().limits(set_id="TG101")) > 1  # the built-in one is untouched


def test_a_department_cites_its_own_reference(tmp_path):
    write(tmp_path, "constraints/own.yaml", OWN.format(id="OWN", source="our-board"))
    write(
        tmp_path,
        "references.yaml",
        "schema_version: 1\nreferences:\n  our-board: {kind: local, read: in full, title: Minutes}\n",
    )
    own = Registry(tmp_path)
    assert own.sets["OWN"].source == "our-board"
    assert str(own.references["our-board"]) == "Minutes"


def test_a_name_in_a_folder_does_not_free_a_file_from_citing(tmp_path):
    # Only the references file itself cites nothing; another file of that name does.
    own = Registry(write(tmp_path, "constraints/references.yaml", OWN.format(id="OWN", source="nowhere")))
    with pytest.raises(ValueError, match="no reference is called 'nowhere'"):
        list(own.sets)


# --- the hash --------------------------------------------------------------------------------------------------------
def test_the_hash_follows_the_content_and_not_the_line_ends(tmp_path):
    text = OWN.format(id="OWN", source="TG101")
    unix = Registry(write(tmp_path / "unix", "constraints/own.yaml", text)).sha256
    windows = Registry(write(tmp_path / "windows", "constraints/own.yaml", text.replace("\n", "\r\n"))).sha256
    stricter = Registry(write(tmp_path / "stricter", "constraints/own.yaml", text.replace("16 Gy", "15 Gy"))).sha256
    renamed = Registry(write(tmp_path / "renamed", "constraints/other.yaml", text)).sha256
    assert unix == windows
    assert len({unix, stricter, renamed, Registry().sha256}) == 4
    assert Registry().sha256 == Registry().sha256


def test_files_that_hold_no_knowledge_do_not_change_the_hash(tmp_path):
    write(tmp_path, "notes/readme.yaml", "a: b\n")
    write(tmp_path, "constraints/readme.md", "text")
    assert Registry(tmp_path).sha256 == Registry().sha256


# --- laziness --------------------------------------------------------------------------------------------------------
def test_the_registry_reads_nothing_before_it_is_asked():
    heavy = "{'yaml', 'pydantic', 'pint', 'scipy', 'rich'} & set(sys.modules)"
    code = (
        "import sys; from rtcalc.registry import Registry; registry = Registry(); "
        f"before = {heavy}; registry.drugs; after = {heavy}; sys.stdout.write(f'{{sorted(before)}} {{sorted(after)}}')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[] ['pydantic', 'yaml']"


def test_the_built_in_folder_is_found():
    assert (builtin() / "references.yaml").is_file()


def test_threads_that_ask_first_at_once_read_a_set_once():
    """As two requests to a server that has just started do."""
    sets, together = Registry().sets, threading.Barrier(4)
    read, reads = sets._reader, []

    def slowly(path):
        reads.append(path.name)
        threading.Event().wait(0.05)  # the other threads come meanwhile
        return read(path)

    def ask(_):
        together.wait()
        return sets["TG101"]

    sets._reader = slowly
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(ask, range(4)))
    assert reads == ["tg101.yaml"]
    assert all(one is found[0] for one in found)
