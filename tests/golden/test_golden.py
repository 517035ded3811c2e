"""`rtcalc assess --json` of every case, held byte by byte: a change of any output is seen.

The files say what the program said when somebody last looked, not what is right; the other tests say that. Version and
hashes are replaced by a word, because they change with every edit of a comment.
"""

from __future__ import annotations

import difflib
import json
import os
import re
from pathlib import Path

import pytest

from rtcalc.cli import run
from rtcalc.registry import Registry

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CASES = {path.stem: path for folder in ("protocols/cases", "tests/cases") for path in (ROOT / folder).glob("*.yaml")}
CHANGING = ("rtcalc", "registry_sha256", "case_sha256")
COMMAND = "RTCALC_GOLDEN=write pytest tests/golden"
MODE = os.environ.get("RTCALC_GOLDEN", "")
KNOWLEDGE = Registry()


@pytest.fixture(autouse=True)
def _the_built_in_knowledge_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RTCALC_PROTOCOLS", raising=False)
    monkeypatch.setattr("rtcalc.registry.Registry", lambda folder=None: KNOWLEDGE)


def normalised(text: str) -> str:
    """The output with a word for what changes with every version; each is replaced at its own line and nowhere else."""
    for key in CHANGING:
        text, count = re.subn(rf'^(  "{key}": ").+(",)$', r"\1normalised\2", text, flags=re.MULTILINE)
        assert count == 1, f"{key} stands {count} times at the top level"
    return text


def assessed(capsys: pytest.CaptureFixture[str], case: Path) -> str:
    assert run(["assess", str(case), "--json", "-"]) == 0
    return normalised(capsys.readouterr().out)


def compare(name: str, expected: str, found: str) -> None:
    """Fail with the changed lines and the command that accepts them."""
    if expected.encode() != found.encode():
        lines = list(difflib.unified_diff(expected.splitlines(), found.splitlines(), "stored", "now", lineterm="", n=2))
        shown = "\n".join(lines[:80])
        pytest.fail(
            f"{name}: {len(lines)} lines of difference\n{shown}\nIf every one is meant: {COMMAND}", pytrace=False
        )


@pytest.mark.parametrize("name", sorted(CASES))
def test_the_assessment_of_a_case_is_the_stored_one(capsys, name):
    stored = HERE / f"{name}.json"
    found = assessed(capsys, CASES[name])
    if MODE == "write":
        stored.write_bytes(found.encode())
    assert stored.is_file(), f"{stored.name} is not stored yet: {COMMAND}"
    compare(name, stored.read_bytes().decode(), found)


def test_there_is_one_stored_file_for_each_case():
    files = [path for folder in ("protocols/cases", "tests/cases") for path in (ROOT / folder).glob("*.yaml")]
    assert len(CASES) == len(files), "two cases have one file name"
    for path in HERE.glob("*.json"):
        if MODE == "write" and path.stem not in CASES:
            path.unlink()
    assert {path.stem for path in HERE.glob("*.json")} - set(CASES) == set()


def test_the_mode_is_written_as_the_message_says():
    assert MODE in ("", "write"), f"RTCALC_GOLDEN={MODE!r}: write it as in {COMMAND}"


def test_a_stored_file_names_no_computer_and_is_plain_json():
    for path in HERE.glob("*.json"):
        text = path.read_text(encoding="utf-8")
        assert str(ROOT) not in text
        assert {json.loads(text)[key] for key in CHANGING} == {"normalised"}


def test_one_changed_digit_is_a_difference_and_the_message_says_how_to_accept_it(capsys):
    found = assessed(capsys, CASES["rcc-t8"])
    # The measured cord maximum of the case, in one place of the output.
    changed = found.replace("26.4", "26.5", 1)
    assert changed != found
    with pytest.raises(pytest.fail.Exception) as failure:
        compare("rcc-t8", found, changed)
    assert COMMAND in str(failure.value)
    assert "26.5" in str(failure.value)
    compare("rcc-t8", found, found)


def test_what_changes_with_a_version_is_no_difference_and_a_nested_field_is():
    one = json.dumps({"rtcalc": "0.1.0", "registry_sha256": "aa", "case_sha256": "bb", "x": {"rtcalc": "1"}}, indent=2)
    other = one.replace("0.1.0", "0.2.0").replace('"aa"', '"cc"').replace('"bb"', '"dd"')
    assert normalised(one) == normalised(other)
    assert normalised(one) != normalised(one.replace('"1"', '"2"'))
