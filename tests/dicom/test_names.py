"""Names of structures: what is mapped, how surely, and what is left to the user."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rtcalc.dicom.name_file import load_mapping, mapping_text, save_mapping
from rtcalc.dicom.name_table import table
from rtcalc.dicom.names import THRESHOLD, match_name, match_structures
from rtcalc.dicom.structures import Structure
from rtcalc.errors import ProtocolError, UnknownName

RING = np.array([(0.0, 0, 0), (1, 0, 0), (1, 1, 0)])


def structures(*names: str, kind: str = "ORGAN") -> list[Structure]:
    return [
        Structure(number=at, name=name, contours=(RING,), interpreted_type=kind)
        for at, name in enumerate(names, start=1)
    ]


def test_every_name_of_tg263_is_itself() -> None:
    for name in table().names:
        match = match_name(name)
        if "xx" in name or name.startswith("E-PTV"):
            continue  # places for a number, not names
        assert match.standard == name or match.is_target, name
        assert match.confidence >= THRESHOLD or match.is_target, name


@pytest.mark.parametrize(
    ("name", "standard", "how"),
    [
        ("Duodenum", "Duodenum", "exact"),
        ("R_Kidney", "Kidney_R", "exact"),  # the reverse order is part of TG-263
        ("SPINAL CORD", "SpinalCord", "spelling"),
        ("sbowel", "Bowel_Small", "synonym"),
        ("SmallBowel", "Bowel_Small", "spelling"),
        ("Lt Kidney", "Kidney_L", "wording"),
        ("Niere rechts", "Kidney_R", "synonym"),
        ("both lungs", "Lungs", "synonym"),
        ("Oesophagus", "Esophagus", "synonym"),
        ("Speiser\xf6hre", "Esophagus", "synonym"),
        ("moelle \xe9pini\xe8re", "SpinalCord", "synonym"),
        ("spinal canal", "SpinalCanal", "spelling"),
        ("Dudenum", "Duodenum", "alike"),
        ("Lungs - GTV", "Lungs-GTV", "spelling"),
        ("lungs minus gtv", "Lungs-GTV", "synonym"),
    ],
)
def test_names_that_are_known(name: str, standard: str, how: str) -> None:
    match = match_name(name)
    assert (match.standard, match.how) == (standard, how)
    assert match.confidence >= THRESHOLD


def test_confidence_falls_from_exact_to_alike() -> None:
    ways = [
        match_name(name).confidence for name in ("Duodenum", "DUODENUM", "Lt Kidney", "zwoelffingerdarm", "Dudenum")
    ]
    assert ways == sorted(ways, reverse=True)
    assert ways[0] == 1.0


@pytest.mark.parametrize(
    "name",
    [
        "",
        "kidney",
        "Ureter",
        "Organ 7",
        "T8",
        "rib 5",
        "x",
        "????",
        "Bladder_CTV",
        "Lungs GTV",
        "Liver-PTV",
        "Kidney L R",
    ],
)
def test_names_that_are_left_to_the_user(name: str) -> None:
    match = match_name(name)
    assert match.standard is None
    assert match.organ is None
    assert not match.is_target
    assert match.confidence == 0.0


def test_a_name_without_a_side_is_offered_both() -> None:
    assert [name for name, _ in match_name("kidney").candidates[:2]] == ["Kidney_L", "Kidney_R"]


@pytest.mark.parametrize(("name", "not_this"), [("Kidney R", "Kidney_L"), ("Femoral head lt", "Femur_Head_R")])
def test_a_side_is_never_the_other_one(name: str, not_this: str) -> None:
    assert match_name(name).standard != not_this
    assert match_name(name).standard is not None


@pytest.mark.parametrize(
    ("name", "standard", "organ"),
    [
        ("SpinalCord_PRV05", "SpinalCord_PRV05", "SpinalCord"),
        ("Cord PRV", "SpinalCord_PRV", "SpinalCord"),
        ("3mm PRV brainstem", "Brainstem_PRV03", "Brainstem"),
        ("OpticNrv_PRV_L03", "OpticNrv_L_PRV03", "OpticNrv_L"),
    ],
)
def test_a_margin_is_not_its_organ(name: str, standard: str, organ: str) -> None:
    match = match_name(name)
    assert (match.standard, match.organ, match.measured_on) == (standard, organ, "PRV")


@pytest.mark.parametrize(
    "name",
    ["PTV", "PTV_4500", "ptv 45Gy", "GTVp", "CTV n1", "iGTV", "ITV1", "PTV!", "PTV_Duodenum", "GTVliver", "hrCTV"],
)
def test_targets_are_recognised(name: str) -> None:
    assert match_name(name).is_target


@pytest.mark.parametrize(
    "name",
    ["zPTV_opt", "PTV_ring", "PTV+5mm", "PTV-Duodenum", "z_cord", "~Liver", "^Liver", "Ring_2cm", "Couch", "Liver_opt"],
)
def test_structures_that_steer_the_optimiser_are_nothing(name: str) -> None:
    match = match_name(name)
    assert (match.how, match.standard, match.is_target) == ("helper", None, False)
    assert match.why


def test_the_planning_systems_type_decides_where_the_name_does_not() -> None:
    assert match_name("Lesion 1", "GTV").is_target
    assert match_name("Lesion 1", "ORGAN").is_target is False
    assert match_name("Outline 3", "EXTERNAL").standard == "External"
    contradiction = match_name("Liver", "PTV")
    assert (contradiction.standard, contradiction.is_target) == (None, False)
    assert "calls it PTV" in contradiction.why


def test_of_two_structures_the_better_name_wins_and_equal_ones_none() -> None:
    found = match_structures(structures("Duodenum", "duo", "cord", "Myelon"))
    assert [found[number].standard for number in (1, 2, 3, 4)] == ["Duodenum", None, None, None]
    assert "several structures would be SpinalCord" in found[3].why


def test_your_own_names_win() -> None:
    yours = {"Duodenum": "Bowel_Small", "Lesion": "target", "Heart": "ignore", "cord 3": "SpinalCord_PRV03"}
    found = match_structures(structures(*yours), yours)
    assert [match.standard for match in found.values()] == ["Bowel_Small", None, None, "SpinalCord_PRV03"]
    assert [match.how for match in found.values()] == ["yours"] * 4
    assert found[2].is_target
    assert (found[4].organ, found[4].measured_on) == ("SpinalCord", "PRV")


def test_your_own_names_are_kept_in_a_file(tmp_path: Path) -> None:
    yours = {"Darm: d\xfcnn #1": "Bowel_Small", "no": "ignore", "1:30": "target"}
    save_mapping(tmp_path / "names.yaml", yours)
    assert load_mapping(tmp_path / "names.yaml") == yours
    assert [path.name for path in tmp_path.iterdir()] == ["names.yaml"]


def test_a_name_that_tg263_does_not_have_is_not_saved() -> None:
    with pytest.raises(UnknownName, match="nearest: Duodenum"):
        mapping_text({"Darm": "Duodenun"})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("names: {}", "expected schema_version"),
        ("schema_version: '2'\nnames: {}", "expected 1"),
        ("schema_version: '1'\nnames: []", "expected schema_version"),
        ("schema_version: '1'\nnames: {A: [Liver]}", "expected one TG-263 name"),
        ("schema_version: '1'\nnames:\n  A: Livre", "names.yaml:3: names.A: no structure of TG-263"),
        ("schema_version: '1'\nnames:\n  A: Liver\n  A: Heart", "stands twice"),
    ],
)
def test_a_file_of_names_that_is_none(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "names.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProtocolError) as refused:
        load_mapping(path)
    assert words in str(refused.value)


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(ProtocolError, match="choose a folder"):
        save_mapping(tmp_path / "no" / "names.yaml", {})


def test_every_other_word_leads_to_one_structure() -> None:
    # The loader refuses a word for two structures; here none may hide behind a name of TG-263 itself.
    known = table()
    for (base, side), standard in known.other.items():
        assert standard in known.names
        assert known.worded.get((base, side), standard) == standard, (base, side)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("schema_version: '1'\nid: synonyms", "names: this field is missing"),
        ("schema_version: '2'\nid: synonyms\nnames: {Liver: [a]}", "schema_version"),
        ("schema_version: '1'\nid: synonyms\nnames: {Livre: [a]}", "no TG-263 name"),
        ("schema_version: '1'\nid: synonyms\nnames: {Liver: a}", "expected a list"),
        ("schema_version: '1'\nid: synonyms\nnames: {Liver: [same], Heart: [same]}", "stands for Liver already"),
    ],
)
def test_a_file_of_other_words_that_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, words: str
) -> None:
    from rtcalc.dicom import name_table
    from rtcalc.registry.location import builtin

    folder = tmp_path / "structures"
    folder.mkdir()
    (folder / "tg263.csv").write_bytes((builtin() / "structures" / "tg263.csv").read_bytes())
    (folder / "synonyms.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(name_table, "builtin", lambda: tmp_path)
    with pytest.raises(ProtocolError) as refused:
        name_table.table.__wrapped__()
    assert words in str(refused.value)
