"""The department's own folder: `rtcalc protocols check` and `review`, `rtcalc pin`, and the page that explains them."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from rtcalc import __version__
from rtcalc.cli import run
from rtcalc.evidence import Cited
from rtcalc.intended_use import INTENDED_USE
from rtcalc.registry import KINDS, Registry, inspection, pin
from rtcalc.registry.location import builtin
from rtcalc.textfile import load

ROOT = Path(__file__).resolve().parents[2]
RCC_T8 = str(ROOT / "tests" / "cases" / "rcc-t8.yaml")
KNOWLEDGE = Registry()
READ: dict[Path, object] = {}
ROW = """  - id: OWN.Duodenum.{kind}
    organ: Duodenum
    applies_to: [Duodenum]
    structure: duodenum
    fractions: 5
    metric: D5cc
    limit: < {gray} Gy
    kind: {kind}
    endpoint: ulceration
    place: our protocol
    evidence: two-sources
"""
SET = f"""schema_version: 1
id: OWN
title: limits of the department
source: TG101
note: for this test
limits:
{ROW.format(kind="mandatory", gray=18)}{ROW.format(kind="optimal", gray=16)}"""
RULE = """schema_version: 1
rules:
  - id: own-rule
    topic: bowel
    agents: [sunitinib]
    organs: [Duodenum]
    within: 20 mm
    regions: [abdomen]
    levels: [T12]
    technique: any
    windows: [{phase: after, from: 0 d, to: 90 d}]
    severity: warning
    headline: h
    effect: e
    evidence_type: review
    n: not stated
    recommendation: r
    as_stated: s
    sources: [TG101]
    evidence: one-source
"""
DRUG = """schema_version: 1
drugs:
  - name: newmab
    class: antibody
    aliases: [Newbrand]
    targets: []
    groups: []
    half_lives:
      - {of: parent, low: 40 h, high: 60 h, source: TG101, evidence: one-source}
"""
TISSUE = """schema_version: 1
tissues:
  - id: own-tissue
    name: duodenum of the department
    kind: early
    organs: [Duodenum]
    alpha_beta:
      - {value: 10 Gy, assumed: false, source: TG101, place: p, evidence: one-source}
"""
REFERENCE = """schema_version: 1
references:
  ours2026:
    title: Our protocol
    doi: 10.1118/1.3438081
    doi_status: seen
    kind: own
    read: in full
"""
FILES = {
    "constraints/own.yaml": SET,
    "interactions/own.yaml": RULE,
    "drugs/own.yaml": DRUG,
    "tissues/own.yaml": TISSUE,
    "references.yaml": REFERENCE,
}


@pytest.fixture(autouse=True)
def _no_folder_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RTCALC_PROTOCOLS", raising=False)


@pytest.fixture(autouse=True)
def _built_in_files_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every registry reads the built-in files anew; here each is read once, for time; a department's always."""
    read = Registry._file

    def once(self: Registry, path: Path, schema: type) -> object:
        if not path.is_relative_to(builtin()):
            return read(self, path, schema)
        if path not in READ:
            READ[path] = read(self, path, schema)
        return READ[path]

    monkeypatch.setattr(Registry, "_file", once)


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A department's folder with one set of two rows: optimal 16 Gy, mandatory 18 Gy."""
    return write(tmp_path / "ours", {"constraints/own.yaml": SET})


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    code = run(list(arguments))
    captured = capsys.readouterr()
    assert (code, captured.err) == (0, "")
    return captured.out


def data(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict:
    return json.loads(answer(capsys, *arguments, "--json"))


def complaints(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    code = run(list(arguments))
    captured = capsys.readouterr()
    assert (code, captured.out) == (2, "")
    lines = captured.err.splitlines()
    assert all(line.startswith("rtcalc: ") for line in lines)
    return [line.removeprefix("rtcalc: ") for line in lines]


def complaint(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    (line,) = complaints(capsys, *arguments)
    return line


# --- check: what is built in -----------------------------------------------------------------------------------------
def raw(kind: str, field: str) -> list[dict]:
    return [entry for path in (builtin() / kind).glob("*.yaml") for entry in load(path).data.get(field, [])]


def flags(entries: list[dict]) -> Counter:
    """Counted from the text of the files: held or unverified is listed, two sources are active, one is offered."""

    def standing(entry: dict) -> str:
        if "hold" in entry or entry["evidence"] == "unverified":
            return "listed"
        return "active" if entry["evidence"] == "two-sources" else "offered"

    return Counter((entry["evidence"], standing(entry)) for entry in entries)


def test_the_built_in_knowledge_has_no_problem_and_is_counted_from_its_files(capsys):
    found = data(capsys, "protocols", "check")
    assert (found["problems"], found["changes"], found["pin"]) == ([], [], "none")
    counted = {kind: Counter() for kind in inspection.ENTRIES}
    for row in found["evidence"]:
        counted[row["kind"]][row["evidence"], row["standing"]] = row["count"]
    limits = raw("constraints", "limits")
    half_lives = [life for drug in raw("drugs", "drugs") for life in drug["half_lives"]]
    ratios = [ratio for tissue in raw("tissues", "tissues") for ratio in tissue["alpha_beta"]]
    assert counted["organ limits"] == flags([row for row in limits if row.get("role", "limit") == "limit"])
    assert counted["doses of a known response"] == flags([row for row in limits if row.get("role") == "response_point"])
    assert counted["limits that no metric expresses"] == flags(raw("constraints", "inexpressible"))
    assert counted["drug rules"] == flags(raw("interactions", "rules"))
    assert counted["published schedules"] == flags(raw("schedules", "schedules"))
    assert counted["drug half-lives"] == flags(half_lives)
    assert counted["alpha/beta values"] == flags(ratios)
    entries = {row["id"]: row["entries"] for row in found["entries"]}
    assert entries["references"] == len(load(builtin() / "references.yaml").data["references"])
    assert entries["drugs"] == len(raw("drugs", "drugs"))
    files = {row["id"]: row["files"] for row in found["files"]}
    assert files["constraints"] == len(list((builtin() / "constraints").glob("*.yaml"))) > 0


def test_every_row_and_every_cited_entry_is_counted_once():
    found = inspection.take_inventory(KNOWLEDGE)
    entries = dict(found.entries)
    rows = sum(len(limit_set.limits) for limit_set in KNOWLEDGE.sets.values())
    by_role = ("organ limits", "doses of a known response", "whole-organ doses", "criteria for re-irradiation")
    assert sum(entries[kind] for kind in by_role) == rows
    for kind, of in inspection.ENTRIES.items():
        cited = [entry for entry in of(KNOWLEDGE) if isinstance(entry, Cited)]
        assert sum(tally.count for tally in found.tallies if tally.kind == kind) == len(cited)
        assert len(cited) in (0, entries[kind])


def test_every_kind_of_file_is_read_by_a_check():
    assert all(hasattr(Registry, part) for parts in KINDS.values() for part in parts)


def test_the_text_prints_the_counts_of_the_data(capsys):
    found = data(capsys, "protocols", "check")
    text = answer(capsys, "protocols", "check")
    lines = [line.split() for line in text.splitlines()]
    for row in found["entries"]:
        assert [*row["id"].split(), str(row["entries"])] in lines
    for row in found["evidence"]:
        assert [row["evidence"], row["standing"], str(row["count"])] in lines
    assert f"No problem in {sum(row['files'] for row in found['files'])} files." in text
    assert INTENDED_USE in text
    assert text.splitlines()[-1] == f"rtcalc v{__version__}  registry {KNOWLEDGE.sha256[:8]}"


def test_the_built_in_folder_given_by_its_path_is_what_is_built_in(capsys):
    assert answer(capsys, "protocols", "check", str(builtin())) == answer(capsys, "protocols", "check")


# --- check: a department's folder ------------------------------------------------------------------------------------
def test_what_a_folder_adds_and_replaces_is_listed(capsys, own):
    write(own, {"constraints/tg101.yaml": SET.replace("id: OWN\n", "id: TG101\n").replace("OWN.", "TG101.own.")})
    write(own, {name: text for name, text in FILES.items() if name != "constraints/own.yaml"})
    write(own, {"cases/one.yaml": "disease: none of our business", "README.md": "# ours", ".github/ci.yml": "a: b"})
    rows = len(KNOWLEDGE.sets["TG101"].limits)
    found = data(capsys, "protocols", "check", str(own))
    assert {(c["kind"], c["id"], c["replaces"], tuple(c["rows"])) for c in found["changes"]} == {
        ("references.yaml", "ours2026", False, ()),
        ("constraints", "OWN", False, (2,)),
        ("constraints", "TG101", True, (rows, 2)),
        ("tissues", "own-tissue", False, ()),
        ("drugs", "newmab", False, ()),
        ("interactions", "own-rule", False, ()),
    }
    assert found["overridden"] == ["constraints: TG101"]
    text = answer(capsys, "protocols", "check", str(own))
    assert text.splitlines()[0] == f"department folder in use: {own}; it replaces constraints: TG101"
    assert re.search(rf"replaces +constraints +TG101 +2 rows instead of {rows}, as a whole\n", text)
    assert re.search(r"adds +constraints +OWN +2 rows\n", text)


def test_the_folder_in_use_is_checked_without_naming_it_again(capsys, monkeypatch, own):
    named = answer(capsys, "protocols", "check", str(own))
    assert answer(capsys, "--protocols", str(own), "protocols", "check") == named
    monkeypatch.setenv("RTCALC_PROTOCOLS", str(own))
    assert answer(capsys, "protocols", "check") == named


def test_the_folder_named_at_the_command_is_the_one_checked(capsys, tmp_path, own):
    other = write(tmp_path / "other", {"drugs/own.yaml": DRUG})
    text = answer(capsys, "--protocols", str(own), "protocols", "check", str(other))
    assert text.splitlines()[0] == f"department folder in use: {other}"
    assert "newmab" in text
    assert " OWN " not in text


C, R, D, T = ("constraints/own.yaml", "interactions/own.yaml", "drugs/own.yaml", "tissues/own.yaml")
METRIC = "metric: D5cc\n    limit: < 16 Gy"
LAST = "structure: duodenum\n    fractions: 5\n    metric: D5cc\n    limit: < 16"
WHERE = "organs: [Duodenum]\n    within: 20 mm\n    regions: [abdomen]\n    levels: [T12]"
# File, text, its replacement, the line of the complaint, and words of it with what to do.
SLIPS = [
    (C, "< 16 Gy", "< 19 Gy", 18, "optimal < 19 Gy is looser than mandatory < 18 Gy (OWN.Duodenum.mandatory); correct"),
    (C, "< 16 Gy", "< 0.01 Gy", 18, "the limit < 0.01 Gy is not plausible (0.1 to 200 Gy); correct the number"),
    (C, "< 16 Gy", "< 16 Gy\n    alpha_beta: 31 Gy", 18, "the alpha/beta 31.0 Gy is not plausible"),
    (C, "< 16 Gy", "'>= 16 Gy'", 18, "D5cc >= 16 Gy would ask for more dose; write <"),
    (C, METRIC, "metric: CV16Gy\n    limit: < 5 cc", 18, "CV16Gy < 5 cc would ask for more dose; write >="),
    (C, METRIC, "metric: V16Gy\n    limit: < 120 %", 18, "the limit < 120 % is not plausible (above 0 to 100 %)"),
    (C, METRIC, "metric: V1600Gy\n    limit: < 1 cc", 18, "the metric V1600Gy is not plausible"),
    (C, f"[Duodenum]\n    {LAST}", f"[Duodenums]\n    {LAST}", 18, "'Duodenums' is no TG-263 name; write a primary"),
    (C, "ulceration\n    place: our protocol\n    evidence: two-sources\n  -",
     "ulceration\n    risk: 101 %\n    evidence: two-sources\n  -", 7, "the risk 101.0 % is not plausible"),
    (R, "regions: [abdomen]", "regions: [abdomne]", 3, "the region 'abdomne' is none a case can hold; write one of"),
    (R, "levels: [T12]", "levels: [T13]", 3, "the level 'T13' is no vertebra; write one each, such as T8"),
    (R, "levels: [T12]", "levels: [T12-L2]", 3, "the level 'T12-L2' is no vertebra; write one each, such as T8"),
    (R, "organs: [Duodenum]", "organs: [Gut]", 3, "'Gut' is no TG-263 name"),
    (R, "within: 20 mm", "within: 20 cm", 3, "within 200.0 mm is not plausible (above 0 to 100 mm)"),
    (R, WHERE, "regions: []", 3, "no region, organ or level: the rule can never fire; write where it looks"),
    (D, "high: 60 h", "high: 600 d", 3, "the half-life 14400 h of parent is not plausible (0.1 to 2000 h)"),
    (D, "[Newbrand]", "[Nexavar]", 3, "'nexavar' means sorafenib and newmab; keep it for one of them"),
    (T, "value: 10 Gy", "value: 100 Gy", 3, "alpha/beta 100 Gy is not plausible (above 0 to 30 Gy)"),
    (T, "kind: early\n    organs: [Duodenum]", "kind: late\n    organs: [SpinalCord]", 3,
     "SpinalCord has two late tissues, spinal-cord and own-tissue; leave it to one of them"),
    (T, "value: 10 Gy", "value: 10 Gy, low: 11 Gy, high: 12 Gy", 3, "alpha/beta 10 Gy lies outside 11 to 12 Gy; corr"),
    (C, "note: for this test\n", "note: for this test\ninexpressible:\n  - {id: OWN.Duodenum.optimal, as_printed: p, "
     "why: w, evidence: one-source}\n", 20, "this id stands twice; give every row and every 'inexpressible' its own"),
    (T, "organs: [Duodenum]", "organs: [duodenum]", 3, "'duodenum' is no TG-263 name"),
    ("references.yaml", "doi: 10", "doi: https://doi.org/10", 3, "is no DOI; write it as 10.1118/1.3438081"),
]  # fmt: skip
STRICT = [
    (C, "source: TG101", "source: TG1O1", 4, "no reference is called 'TG1O1'; nearest: TG101"),
    (C, "< 16 Gy", "< 16", 24, "'16' has no unit; write 16 Gy"),
    (C, "id: OWN\n", "id: OWN\nid: OWN\n", 3, "the key 'id' stands twice (first on line 2)"),
    (C, "OWN.Duodenum.optimal", "OWN.Duodenum.mandatory", 18, "this id stands twice"),
    (C, "OWN.Duodenum.optimal", "TG101.Duodenum.5fx.D5cc", 18, "this id stands twice"),
    (R, "[sunitinib]", "[sunitinab]", 3, "no drug or group is called 'sunitinab'; nearest: sunitinib"),
    (D, "low: 40 h", "low: 61 h", 9, "low, central and high grow"),
]


def test_the_files_below_are_sound_before_they_are_spoilt(capsys, tmp_path):
    assert "No problem" in answer(capsys, "protocols", "check", str(write(tmp_path, FILES)))


@pytest.mark.parametrize(
    ("name", "old", "new", "line", "words"), [*SLIPS, *STRICT], ids=[row[4][:40] for row in [*SLIPS, *STRICT]]
)
def test_a_slip_is_refused_with_file_line_and_how_to_mend(capsys, tmp_path, name, old, new, line, words):
    assert FILES[name].count(old) == 1
    write(tmp_path, {name: FILES[name].replace(old, new)})
    said = complaints(capsys, "protocols", "check", str(tmp_path))
    assert len(said) == 1
    assert said[0].startswith(f"{tmp_path / name}:{line}: ")
    assert words in said[0]


def test_every_slip_has_its_own_line(capsys, tmp_path):
    spoilt = SET.replace("< 16 Gy", "< 1600 Gy").replace("[Duodenum]", "[Gut]")
    said = complaints(capsys, "protocols", "check", str(write(tmp_path, {"constraints/own.yaml": spoilt})))
    # Two rows with a wrong name; 1600 Gy is not plausible and above the 18 Gy of the mandatory row.
    assert len(said) == 4
    assert sum("'Gut' is no TG-263 name" in line for line in said) == 2
    assert [line for line in said if not line.startswith(f"{tmp_path}/constraints/own.yaml:")] == []


def test_unreadable_files_of_two_kinds_are_both_named(capsys, tmp_path):
    files = {"constraints/own.yaml": SET.replace("< 16 Gy", "< 16"), "drugs/own.yaml": DRUG.replace("40 h", "40")}
    said = complaints(capsys, "protocols", "check", str(write(tmp_path, files)))
    assert [Path(line.split(":")[0]).parent.name for line in said] == ["constraints", "drugs"]


@pytest.mark.parametrize(
    "name", ["constraints/own.yml", "constraint/own.yaml", "own.yaml", "constraints/sbrt/own.yaml", "drugs/own.json"]
)
def test_a_file_that_nothing_reads_is_not_passed_over(capsys, tmp_path, name):
    write(tmp_path, {"drugs/good.yaml": DRUG, name: SET})
    said = complaint(capsys, "protocols", "check", str(tmp_path))
    assert said.startswith(f"{tmp_path / name}: nothing reads this file; write it as NAME.yaml directly in one of ")


def test_a_folder_without_knowledge_is_refused(capsys, tmp_path):
    assert f"{tmp_path}: no file of knowledge in it" in complaint(capsys, "protocols", "check", str(tmp_path))
    assert "not a folder; give the folder" in complaint(capsys, "protocols", "check", str(tmp_path / "nowhere"))


def test_rows_that_share_no_fraction_number_or_no_basis_are_not_compared(capsys, tmp_path):
    spread = SET.replace("< 16 Gy", "< 19 Gy")
    before, optimal = spread.rsplit("fractions: 5", 1)
    apart = [f"{before}fractions: {count}{optimal}" for count in ("8", "conventional")]
    for text in (*apart, spread.replace("< 19 Gy", "< 19 Gy\n    alpha_beta: 3 Gy")):
        assert "No problem" in answer(
            capsys, "protocols", "check", str(write(tmp_path, {"constraints/own.yaml": text}))
        )
    overlapping = f"{before}fractions: 3-8{optimal}"
    said = complaint(capsys, "protocols", "check", str(write(tmp_path, {"constraints/own.yaml": overlapping})))
    assert "looser than mandatory" in said


@pytest.mark.parametrize(
    ("organ", "known"),
    [("SpinalCord_PRV05", True), ("OpticNrv_PRV03_L", False), ("OpticNrv_PRV_L3", True), ("Duodenum_PRV5", False)],
)
def test_a_planning_volume_carries_its_margin_where_the_list_has_a_placeholder(capsys, tmp_path, organ, known):
    # TG-263 lists SpinalCord_PRVxx and OpticNrv_PRV_Lxx; the xx stands for millimetres. No Duodenum_PRVxx is listed.
    text = SET.replace("[Duodenum]", f"[{organ}]")
    write(tmp_path, {"constraints/own.yaml": text})
    if known:
        assert "No problem" in answer(capsys, "protocols", "check", str(tmp_path))
    else:
        said = complaints(capsys, "protocols", "check", str(tmp_path))
        assert len(said) == 2
        assert all(f"{organ!r} is no TG-263 name" in line for line in said)


# --- review ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", sorted(KNOWLEDGE.sets))
def test_a_checklist_holds_every_row_once_with_a_box_and_all_that_was_printed(capsys, name):
    whole = KNOWLEDGE.sets[name]
    entries = [*whole.limits, *whole.inexpressible]
    text = answer(capsys, "protocols", "review", name)
    flat = " ".join(text.split())
    for entry in entries:
        assert flat.count(f"({entry.id})") == 1
    assert text.count("[      ]") == len(entries)
    for row in whole.limits:
        said = (row.bound, row.structure, row.as_printed, row.superseded, row.note, row.hold, row.population)
        for part in said:
            assert " ".join((part or "").split()) in flat, row.id
    assert f"{len(entries)} rows: " in text
    assert KNOWLEDGE.sha256 in text
    assert INTENDED_USE in text
    found = data(capsys, "protocols", "review", name)
    assert Counter(row["id"] for row in found["rows"]) == Counter(row.id for row in whole.limits)
    assert [row["id"] for row in found["inexpressible"]] == [entry.id for entry in whole.inexpressible]
    assert all(row["initials"] == "" and row["standing"] for row in (*found["rows"], *found["inexpressible"]))
    assert sum(found["standing"].values()) == len(entries)
    assert {row["source"] for row in found["rows"]} <= {reference["key"] for reference in found["references"]}


def test_a_row_of_the_checklist_is_the_row_of_the_table(capsys):
    # AAPM TG-101, Table III: optic pathway in 3 fractions, less than 0.2 cc above 15.3 Gy, neuritis.
    text = answer(capsys, "protocols", "review", "TG101")
    block = text[text.index("    [      ]  D0.2cc < 15.3 Gy") :].split("    [", 2)[1].splitlines()
    assert [line.strip() for line in block[:6]] == [
        "]  D0.2cc < 15.3 Gy  (TG101.OpticChiasm.3fx.D0.2cc)",
        "structure: optic pathway (chiasm and optic nerves)",
        "applies to: OpticNrv_L, OpticNrv_R",
        "endpoint: neuritis, grade >=3",
        "as printed: V15.3Gy < 0.2 cc",
        "place: Table III; source: TG101; transcriptions: 4; active: two sources, drives verdicts",
    ]


def test_rows_are_grouped_by_organ_and_then_by_rising_fraction_number(capsys):
    headings = re.findall(r"^  (\w+), (\S+) fractions?$", answer(capsys, "protocols", "review", "TG101"), re.MULTILINE)
    organs = list(dict.fromkeys(row.organ for row in KNOWLEDGE.sets["TG101"].limits))
    assert list(dict.fromkeys(organ for organ, _ in headings)) == organs
    assert len(set(headings)) == len(headings)
    for organ in organs:
        numbers = [int(number) for name, number in headings if name == organ]
        assert numbers == sorted(numbers)
    assert "Bladder, conventional fractionation" in answer(capsys, "protocols", "review", "QUANTEC")


def test_a_set_of_the_folder_is_reviewed_like_a_built_in_one(capsys, own):
    text = answer(capsys, "--protocols", str(own), "protocols", "review", "OWN")
    assert "D5cc < 16 Gy  optimal  (OWN.Duodenum.optimal)" in text
    assert "2 rows: 2 active." in text
    assert "no limit set is called 'OWN'" in complaint(capsys, "protocols", "review", "OWN")
    assert "nearest: TG101" in complaint(capsys, "protocols", "review", "TG11")


# --- pin -------------------------------------------------------------------------------------------------------------
def test_a_pin_holds_the_folder_to_its_state(capsys, own):
    option = ("--protocols", str(own))
    before = Registry(own).sha256
    text = answer(capsys, *option, "pin")
    assert f"{own / 'rtcalc.pin'} holds this folder, and what is built in, to {before}" in text
    assert load(own / "rtcalc.pin").data == {"registry_sha256": before, "rtcalc": __version__}
    assert Registry(own).sha256 == before  # the pin is no part of what it holds
    assert [path.name for path in own.iterdir() if path.is_file()] == ["rtcalc.pin"]
    assert run([*option, "assess", RCC_T8]) == 0
    assert "This is the pinned state." in capsys.readouterr().out + answer(capsys, *option, "protocols", "check")
    assert data(capsys, *option, "protocols", "check")["pin"] == "held"


COMMANDS = [
    ("assess", RCC_T8),
    ("bed", "45 Gy / 5", "--alpha-beta", "10 Gy"),
    ("constraints", "list"),
    ("explain", "organ-limit"),
    ("audit",),
    ("selftest",),
    ("--version",),
]


def changed(own: Path) -> tuple[str, str]:
    """A pinned folder in which one digit changed afterwards: the pinned hash, and the one of today."""
    before = Registry(own).sha256
    (own / "rtcalc.pin").write_text(pin.text(Registry(own)), encoding="utf-8")
    write(own, {"constraints/own.yaml": SET.replace("< 16 Gy", "< 17 Gy")})
    return before, Registry(own, pinned=False).sha256


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
@pytest.mark.parametrize("by_variable", [False, True])
def test_another_state_is_refused_by_every_command(capsys, monkeypatch, own, command, by_variable):
    before, now = changed(own)
    assert before != now
    option = ["--protocols", str(own)]
    if by_variable:
        monkeypatch.setenv("RTCALC_PROTOCOLS", str(own))
        option = []
    assert complaint(capsys, *option, *command) == (
        f"{own / 'rtcalc.pin'}: the knowledge is not the pinned one: expected {before}, found {now}; "
        "review the changes (rtcalc protocols check, rtcalc protocols review SET), then run rtcalc pin again"
    )


def test_a_changed_folder_can_be_looked_at_and_pinned_again(capsys, own):
    _, now = changed(own)
    option = ("--protocols", str(own))
    assert "This is NOT the pinned state" in answer(capsys, *option, "protocols", "check")
    assert data(capsys, "protocols", "check", str(own))["pin"] == "differs"
    assert "D5cc < 17 Gy  optimal" in answer(capsys, *option, "protocols", "review", "OWN")
    assert data(capsys, *option, "pin")["pin"] == str(own / "rtcalc.pin")
    assert load(own / "rtcalc.pin").data["registry_sha256"] == now
    assert run([*option, "assess", RCC_T8]) == 0


def test_a_new_file_is_another_state_and_a_note_or_other_line_ends_are_not(own):
    (own / "rtcalc.pin").write_text(pin.text(Registry(own)), encoding="utf-8")
    write(own, {"README.md": "ours"})
    (own / "constraints" / "own.yaml").write_bytes(SET.replace("\n", "\r\n").encode())
    assert Registry(own).limits(set_id="OWN")
    write(own, {"drugs/own.yaml": DRUG})
    with pytest.raises(pin.ProtocolError, match="not the pinned one"):
        Registry(own)
    assert "newmab" in Registry(own, pinned=False).drugs


def test_the_library_refuses_what_the_command_line_refuses(capsys, own):
    before, now = changed(own)
    said = complaint(capsys, "--protocols", str(own), "drugs", "list")
    with pytest.raises(pin.ProtocolError) as refused:
        Registry(str(own))
    assert str(refused.value) == said
    assert f"expected {before}, found {now}; review" in said


def test_the_version_that_pinned_is_named_where_it_is_another(capsys, own):
    # An update of rtcalc brings other built-in knowledge: the folder itself is unchanged and is refused all the same.
    (own / "rtcalc.pin").write_text(f"registry_sha256: {'0' * 64}\nrtcalc: 0.0.1\n", encoding="utf-8")
    said = complaint(capsys, "--protocols", str(own), "assess", RCC_T8)
    assert f"expected {'0' * 64} (by rtcalc 0.0.1; this is {__version__}), found " in said


@pytest.mark.parametrize(
    "content",
    [
        "registry_sha256: abc\nrtcalc: 0.1.0\n",
        f"registry_sha256: {'0' * 64}\n",
        f"- {'0' * 64}\n",
        f"registry_sha256: [{'0' * 64}]\nrtcalc: 0.1.0\n",
        "",
        "a: &x b\n",
        "\x00",
    ],
)
def test_a_pin_that_cannot_be_read_is_never_no_pin(capsys, own, content):
    (own / "rtcalc.pin").write_text(content, encoding="utf-8")
    option = ("--protocols", str(own))
    assert str(own / "rtcalc.pin") in complaint(capsys, *option, "assess", RCC_T8)
    assert str(own / "rtcalc.pin") in complaint(capsys, *option, "protocols", "check")
    answer(capsys, *option, "pin")
    assert run([*option, "bed", "45 Gy / 5", "--alpha-beta", "10 Gy"]) == 0


def test_a_pin_that_points_nowhere_or_is_a_folder_is_refused(capsys, own):
    option = ("--protocols", str(own))
    (own / "rtcalc.pin").symlink_to(own / "gone")
    assert "No such file" in complaint(capsys, *option, "assess", RCC_T8)
    (own / "rtcalc.pin").unlink()
    (own / "rtcalc.pin").mkdir()
    assert "not a file" in complaint(capsys, *option, "assess", RCC_T8)
    assert complaint(capsys, *option, "pin").endswith("nothing was written")
    assert sorted(path.name for path in own.iterdir()) == ["constraints", "rtcalc.pin"]


def test_a_pin_that_cannot_be_written_whole_leaves_the_old_one(capsys, monkeypatch, own):
    changed(own)
    old = (own / "rtcalc.pin").read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    said = complaint(capsys, "--protocols", str(own), "pin")
    assert said == f"{own / 'rtcalc.pin'}: No space left on device; nothing was written"
    assert (own / "rtcalc.pin").read_bytes() == old
    assert sorted(path.name for path in own.iterdir()) == ["constraints", "rtcalc.pin"]


def test_what_has_a_problem_is_not_pinned(capsys, own):
    write(own, {"constraints/own.yaml": SET.replace("< 16 Gy", "< 1600 Gy")})
    said = complaint(capsys, "--protocols", str(own), "pin")
    assert said.startswith(f"{own}/constraints/own.yaml:18: ")
    assert said.endswith("(and 1 more; see rtcalc protocols check)")
    assert not (own / "rtcalc.pin").exists()


def test_without_a_folder_there_is_nothing_to_pin(capsys):
    said = complaint(capsys, "pin")
    assert said.startswith("no department folder to pin")
    assert "--protocols DIR or RTCALC_PROTOCOLS" in said
    with pytest.raises(pin.DomainError):
        pin.path(KNOWLEDGE)
    assert pin.held(KNOWLEDGE) is None


# --- the page --------------------------------------------------------------------------------------------------------
PAGE = (ROOT / "docs" / "knowledge.md").read_text(encoding="utf-8")


def test_the_page_names_every_folder_and_every_kind_of_knowledge():
    folders = {path.name for path in builtin().iterdir()}
    assert {name for name in folders | set(KINDS) if f"`{name}" not in PAGE} == set()
    assert all(f"`{word}`" in PAGE for word in ("two-sources", "one-source", "unverified"))
    assert all(f"*{word}*" in PAGE for word in ("active", "offered", "listed"))


def test_no_page_types_a_count_of_the_knowledge():
    # A typed count is wrong after the next file; `rtcalc protocols check` prints the one of today.
    words = (
        r"(organ limits|limits|rows|drug rules|rules|drugs|half-lives|tissues|references|sources|schedules|sets|notes)"
    )
    numbers = r"(\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens of|hundreds of)"
    counts = re.compile(rf"\b{numbers} (published |built-in |cited |organ )?{words}\b", re.IGNORECASE)
    assert counts.search("holds 644 organ limits in seven sets")
    assert [found[0] for found in counts.finditer(PAGE)] == []


def test_the_commands_of_the_page_run(capsys, monkeypatch, own):
    lines = re.findall(r"^rtcalc (.+?)(?: +#.*)?$", PAGE, re.MULTILINE)
    assert len(lines) >= 5
    monkeypatch.chdir(own.parent)
    own.rename(own.parent / "our_limits")
    for line in lines:
        answer(capsys, *line.split())


def test_the_example_of_the_page_passes_the_check(capsys, tmp_path):
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    write(tmp_path, {"constraints/example.yaml": example})
    assert re.search("adds +constraints +EXAMPLE", answer(capsys, "protocols", "check", str(tmp_path)))
