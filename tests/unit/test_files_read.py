"""Which files of the knowledge are read for what: each when it is first asked for, and no other."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import rtcalc as rt
from rtcalc import registry as module
from rtcalc.registry.location import builtin

CASE = """
schema_version: 1
id: example
disease: any
targets:
  a: {{site: T8, region: spine, level: T8, near: {{stated: [SpinalCord]}}, largest: 20 mm, tissue: rcc}}
courses:
  c: {{prescription: {{a: {{dose: 30 Gy / 5, isodose: 80 %}}}}, technique: sbrt}}
drugs: {drugs}
organ_doses: {{SpinalCord: {{c: {{D0.035cc: 20 Gy}}}}}}
limit_sets: [{sets}]
"""


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every knowledge file that is parsed, in order, as folder/name."""
    seen: list[str] = []
    load = module.load

    def noted(path: Path):
        seen.append("/".join(Path(path).parts[-2:]))
        return load(path)

    monkeypatch.setattr(module, "load", noted)
    return seen


def assess(sets: str, drugs: str = "[]") -> None:
    rt.assess(rt.parse_case(CASE.format(sets=sets, drugs=drugs)), registry=rt.Registry())


def of(kind: str, read: list[str]) -> list[str]:
    return [name.split("/")[1] for name in read if name.startswith(kind)]


def test_a_case_that_asks_three_sets_reads_three_of_their_files(read: list[str]) -> None:
    assess("TG101, HYTEC, TIMMERMAN2022")
    assert of("constraints", read) == ["tg101.yaml", "hytec.yaml", "timmerman2022.yaml"]


def test_one_set_is_one_file_and_no_drug_is_no_file(read: list[str]) -> None:
    assess("TG101")
    assert of("constraints", read) == ["tg101.yaml"]
    assert of("drugs", read) == of("interactions", read) == of("response", read) == []
    assert len(read) == len(set(read))  # none twice


def test_rules_are_read_for_a_case_with_a_drug(read: list[str]) -> None:
    assess("TG101", drugs="[{drug: imatinib, periods: []}]")
    assert of("drugs", read) == ["drugs.yaml"]
    assert len(of("interactions", read)) == len(list((builtin() / "interactions").glob("*.yaml")))


def test_the_names_of_the_sets_cost_no_file(read: list[str]) -> None:
    known = rt.Registry().sets
    assert {"TG101", "UKSABR2022"} <= set(known)
    assert "TG11" not in known
    assert (read, known.loaded) == ([], ())
    # What the first lines say is what the whole file says.
    assert all(known[name].id == name for name in known)


def test_a_query_of_one_set_reads_one_file_and_of_all_sets_all(read: list[str]) -> None:
    registry = rt.Registry()
    registry.limits(set_id="QUANTEC")
    assert of("constraints", read) == ["quantec.yaml"]
    registry.limits()
    assert sorted(of("constraints", read)) == sorted(os.listdir(builtin() / "constraints"))


def test_the_hash_covers_the_names_of_structures(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = rt.Registry().sha256
    real = Path.read_bytes

    def changed(path: Path) -> bytes:
        return real(path) + (b"\n# one more line" if path.name == "tg263.csv" else b"")

    monkeypatch.setattr(Path, "read_bytes", changed)
    assert rt.Registry().sha256 != before
