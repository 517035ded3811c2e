"""Files that must be refused: one line that names file, line, field and what was expected; never another exception."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtcalc.casefile import load_case, parse_case
from rtcalc.errors import ProtocolError, RtcalcError
from rtcalc.registry import Registry
from rtcalc.registry.location import builtin
from rtcalc.textfile import load, loads

GOOD = (builtin() / "cases" / "gist-case-2.yaml").read_text(encoding="utf-8")
FIRST = "pararenal: {dose: 45 Gy / 5, isodose: not stated, to: not stated}"


def refusal(read: Callable[[], object]) -> str:
    """The message of a refusal that is a ProtocolError and one line."""
    with pytest.raises(ProtocolError) as refused:
        read()
    message = str(refused.value)
    assert type(refused.value) is ProtocolError
    assert len(message.splitlines()) == 1
    assert len(message) < 1000
    return message


def changed(old: str, new: str) -> tuple[str, int]:
    """The good case with one change, and the line on which the change begins."""
    assert GOOD.count(old) >= 1, old
    at = GOOD.index(old)
    return GOOD[:at] + new + GOOD[at + len(old) :], GOOD.count("\n", 0, at) + 1


# --- the case file, one wrong field at a time ------------------------------------------------------------------------
# old text, new text, line within the new text (from 0), field, words of the expectation
FIELDS = [
    # unknown, missing and doubled fields
    (
        "largest: 34 mm",
        "larges: 34 mm",
        0,
        "targets.pararenal.larges",
        "unknown field; check its spelling; probably 'largest', which is missing",
    ),
    ("disease: GIST, metastatic", "diseas: GIST", 0, "diseas", "unknown field; known here: schema_version, id,"),
    ("    technique: cyberknife\n", "", -3, "courses.pararenal-1.technique", "this field is missing"),
    ("    tissue: gist", "    tissue: gist\n    tissue: rcc", 1, "the key 'tissue' stands twice", "first on line 20"),
    # wrong kinds
    ("disease: GIST, metastatic", "disease: {name: GIST}", 0, "disease", "expected text, not a block of fields"),
    ("disease: GIST, metastatic", "disease: [GIST]", 0, "disease", "expected text, not a list"),
    ("limit_sets: [TG101]", "limit_sets: TG101", 0, "limit_sets", "expected a list, not a str"),
    ("limit_sets: [TG101]", "limit_sets: {TG101: yes}", 0, "limit_sets", "expected a list, not a block of fields"),
    ("sex: male", "sex: [male]", 0, "patient.sex", "a list is not one of 'female' or 'male'"),
    ("  sex: male", "  kidneys: 3", 0, "patient.kidneys", "the number of kidneys is 0, 1, 2 or not stated"),
    (
        "{right hepatectomy: 2012-03, partial gastrectomy: 2012-03}",
        "2012-03",
        0,
        "patient.surgery",
        "a block of fields",
    ),
    ("technique: cyberknife", "technique: {a: b}", 0, "courses.pararenal-1.technique", "not one of 'cyberknife'"),
    ("start: 60 d after", "start: [60 d after]\n#", 0, "courses.pararenal-2.start", "a time is text such as"),
    (
        "{dose: 45 Gy / 5, isodose: not stated, to: not stated}",
        "45 Gy / 5",
        0,
        "pararenal-1.prescription.pararenal",
        "",
    ),
    ("organ_doses: none reported", "organ_doses: none", 0, "organ_doses", "'none' is not one of 'none reported' or"),
    ("organ_doses: none reported", "organ_doses: []", 0, "organ_doses", "a list is not one of 'none reported' or"),
    ("  - drug: imatinib", "  - imatinib\n  - drug: imatinib", 0, "drugs.0", "expected a block of fields"),
    ("schema_version: 1", "schema_version: 2", 0, "schema_version", "'2' is not known to this rtcalc, which reads"),
    ("schema_version: 1", "schema_version: 1.0", 0, "schema_version", "'1.0' is not known to this rtcalc"),
    ("id: gist-case-2", "id: gist case 2", 0, "id", "'gist case 2' has another form"),
    ("id: gist-case-2", "id: ../../etc/passwd", 0, "id", "'../../etc/passwd' has another form"),
    # units
    ("largest: 34 mm", "largest: 34", 0, "targets.pararenal.largest", "'34' has no unit; write 34 mm"),
    ("largest: 34 mm", "largest: 34 Gy", 0, "targets.pararenal.largest", "is a dose, and a length is needed"),
    ("largest: 34 mm", "largest:", 0, "targets.pararenal.largest", "is empty"),
    ("isodose: not stated", "isodose: 80", 0, "prescription.pararenal.isodose", "'80' has no unit; write 80 %"),
    (
        "isodose: not stated",
        "isodose: 0 %",
        0,
        "prescription.pararenal",
        "isodose 0 %: must be above 0 and at most 100",
    ),
    (
        "isodose: not stated",
        "isodose: 101 %",
        0,
        "prescription.pararenal",
        "isodose 101 %: must be above 0 and at most",
    ),
    ("isodose: not stated", "isodose: nan %", 0, "pararenal.isodose", "'nan %' is not a finite number"),
    # fractions: 0, negative, not whole, huge, above 200
    ("45 Gy / 5", "45 Gy / 0", 0, "pararenal.dose", "whole number from 1 to 200, not '0'"),
    ("45 Gy / 5", "45 Gy / -5", 0, "pararenal.dose", "whole number from 1 to 200, not '-5'"),
    ("45 Gy / 5", "45 Gy / 2.5", 0, "pararenal.dose", "whole number from 1 to 200, not '2.5'"),
    ("45 Gy / 5", "45 Gy / 1e9", 0, "pararenal.dose", "1e9"),
    ("45 Gy / 5", "45 Gy / 201", 0, "pararenal.dose", "whole number from 1 to 200"),
    ("45 Gy / 5", "45 Gy", 0, "pararenal.dose", "has no fractions"),
    ("45 Gy / 5", "45 / 5", 0, "pararenal.dose", "has no unit"),
    ("45 Gy / 5", "45;0 Gy / 5", 0, "pararenal.dose", "45;0 Gy"),
    # dose per fraction: 0, negative, NaN, infinite, overflowing
    ("45 Gy / 5", "5 x 0 Gy", 0, "pararenal.dose", "must be above zero"),
    ("45 Gy / 5", "5 x -2 Gy", 0, "pararenal.dose", "-2 Gy"),
    ("45 Gy / 5", "5 x nan Gy", 0, "pararenal.dose", "not a finite number"),
    ("45 Gy / 5", "5 x inf Gy", 0, "pararenal.dose", "not a finite number"),
    ("45 Gy / 5", "5 x 1e308 Gy", 0, "pararenal.dose", "exponent"),
    ("45 Gy / 5", f"5 x {'9' * 400} Gy", 0, "pararenal.dose", "at most 200"),
    # names of courses and targets
    (FIRST, "pararenall: {dose: 45 Gy / 5}", 0, "prescription.pararenall", "no target is called 'pararenall'; nearest"),
    (
        "60 d after pararenal-1",
        "60 d after pararenal-9",
        0,
        "pararenal-2.start",
        "no course is called 'pararenal-9'; near",
    ),
    ("60 d after pararenal-1", "60 d after pararenal-2", 0, "pararenal-2.start", "is dated by itself"),
    ("{after: pararenal-2, printed: a", "{after: pararenal-7, printed: a", 0, "supraclavicular-1.start", "pararenal-7"),
    ("{pararenal-1: off,", "{pararenal-7: off,", 0, "drugs.0.during.pararenal-7", "no course is called 'pararenal-7'"),
    (
        "{pararenal-1: off,",
        "{pararenal-1: false,",
        0,
        "drugs.0.during.pararenal-1",
        "'false' is not one of 'on', 'off'",
    ),
    ("status: completed", "same_sessions_as: [nope]", 0, "pararenal-1.same_sessions_as.0", "no other course is called"),
    ("status: completed", "same_sessions_as: [pararenal-1]", 0, "pararenal-1.same_sessions_as.0", "no other course"),
    ("status: completed", "same_sessions_as: [pararenal-2]", 0, "pararenal-1.same_sessions_as.0", "5 fractions and"),
    # dates
    ("2012-03", "2023-02-29", 0, "patient.surgery.right hepatectomy", "no day of the calendar"),
    ("2012-03", "0026-03-01", 0, "patient.surgery.right hepatectomy", "year 0026 is not between 1900 and 2100"),
    ("2012-03", "still taken", 0, "patient.surgery.right hepatectomy", "last day of a drug only"),
    ("60 d after pararenal-1", "still taken", 0, "courses.pararenal-2.start", "last day of a drug only"),
    ("first: {before: pararenal-1}", "first: still taken", 0, "drugs.0.periods.0.first", "last day of a drug only"),
    (
        "60 d after pararenal-1",
        "90 .. 60 d after pararenal-1",
        0,
        "courses.pararenal-2.start",
        "end is before the start",
    ),
    ("dose: 800 mg/day,", "dose: a, cycle: 28/14,", 0, "drugs.0.periods.0.cycle", "write '28 on / 14 off'"),
    ("dose: 800 mg/day,", "dose: a, cycle: 0 on / 14 off,", 0, "drugs.0.periods.0.cycle", "write '28 on / 14 off'"),
    (
        "treatment_days: not stated",
        "treatment_days: [2026-03]",
        0,
        "treatment_days.0",
        "a treatment day is an exact day",
    ),
    ("treatment_days: not stated", "treatment_days: []", 0, "treatment_days", "at least one entry"),
    (
        "treatment_days: not stated",
        "treatment_days: daily",
        0,
        "treatment_days",
        "pattern 'daily' is not known; write 'every weekday'",
    ),
    (
        "treatment_days: not stated",
        "treatment_days: [day 4, day 2, day 6, day 8, day 9]",
        0,
        "courses.pararenal-1.treatment_days.1",
        "day 2 stands after a later day",
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "offset", "field", "words"), FIELDS, ids=[f"{new[:50]!r}" for _, new, _, _, _ in FIELDS]
)
def test_a_wrong_field_is_named_with_its_line(old, new, offset, field, words):
    text, line = changed(old, new)
    message = refusal(lambda: parse_case(text, "case.yaml"))
    assert message.startswith(f"case.yaml:{line + offset}: ")
    assert field in message
    assert words in message


# --- fields that contradict each other -------------------------------------------------------------------------------
CONTRADICTIONS = [
    (FIRST, f"{FIRST}\n      supraclavicular: {{dose: 30 Gy / 4}}", "targets of one course have the same fractions"),
    (
        "treatment_days: not stated",
        "treatment_days: [day 0, day 2]",
        "treatment_days: 2 days for 5 fractions; give a day for each fraction",
    ),
    ("start: 60 d after pararenal-1", "start: 2026-03-16\n    end: 2026-03-01", "the end (2026-03-01) is before the"),
    ("start: 60 d after pararenal-1", "start: day 60", "calendar dates and day numbers are mixed"),
    ("{after: pararenal-2, printed: a few months later}", "{after: pararenal-2, before: pararenal-1}", "contradict"),
    (
        "first: {before: pararenal-1}, last: not stated",
        "first: 2014, last: 2013",
        "the last day (2013) is before the first",
    ),
    (
        "organ_doses: none reported",
        "organ_doses: {SpinalCord: {pararenal-1: {D0.03cc: 10 Gy, D1cc: 12 Gy}}}",
        "D0.03cc 10 Gy is below D1cc 12 Gy; are the two swapped?",
    ),
    (
        "isodose: not stated",
        "target_metrics: {D98: 45 Gy, D95: 43.2 Gy}",
        "D95% 43.2 Gy is below D98% 45 Gy; are the two swapped?",
    ),
]


@pytest.mark.parametrize(("old", "new", "words"), CONTRADICTIONS, ids=[c[2][:50] for c in CONTRADICTIONS])
def test_fields_that_contradict_each_other_are_refused(old, new, words):
    message = refusal(lambda: parse_case(changed(old, new)[0]))
    assert re.match(r"case\.yaml:\d+: ", message)
    assert words in message


@pytest.mark.parametrize(
    ("doses", "words"),
    [
        ("{SpinalCord: {pararenal-9: {Dmax: 12 Gy}}}", "no course is called 'pararenal-9'"),
        ("{SpinalCord: {pararenal-1: {Dmax: 12}}}", "Dmax: '12' has no unit; write 12 Gy"),
        ("{SpinalCord: {pararenal-1: {Dmax: nan Gy}}}", "'nan Gy' is not a finite number"),
        ("{SpinalCord: {pararenal-1: {Dmax: 1e308 Gy}}}", "exponent"),
        ("{SpinalCord: {pararenal-1: {Dmax: -3 Gy}}}", "has a sign"),
        ("{SpinalCord: {pararenal-1: {Dmax: [12 Gy]}}}", "expected text, not a list"),
        ("{SpinalCord: {pararenal-1: {D0.03: 12 Gy}}}", "'D0.03' is not a metric"),
        ("{SpinalCord: {pararenal-1: {V20Gy: 120 %}}}", "more than the whole organ"),
        ("{SpinalCord: {pararenal-1: {Dmax: 12 Gy, on: nose}}}", "'nose' is not one of 'organ', 'cord'"),
        ("{SpinalCord: {pararenal-1: {on: cord}}}", "at least one metric"),
        ("{SpinalCord: {pararenal-1: {}}}", "at least one metric"),
        ("{SpinalCord: {pararenal-1: 12 Gy}}", "expected a block of fields, not '12 Gy'"),
        ("{SpinalCord: {}}", "at least one entry"),
        ("{Spinal Cord: {pararenal-1: {Dmax: 12 Gy}}}", "'Spinal Cord' has another form"),
    ],
)
def test_organ_doses_are_refused_at_their_line(doses, words):
    text, line = changed("organ_doses: none reported", f"organ_doses: {doses}")
    message = refusal(lambda: parse_case(text))
    assert message.startswith(f"case.yaml:{line}: organ_doses.")
    assert words in message


@pytest.mark.parametrize("percent", ["120 %", "100.1 %", "-10 %", "50", "nan %"])
def test_a_recovery_outside_0_to_100_per_cent_is_refused(percent):
    text = f"{GOOD}recovery:\n  - organ: SpinalCord\n    after: 90 d\n    percent: {percent}\n    reference: own\n"
    assert refusal(lambda: parse_case(text)).startswith(f"case.yaml:{GOOD.count(chr(10)) + 4}: recovery.0.percent: ")


def test_an_acknowledgement_of_an_unknown_course_is_refused():
    text = f"{GOOD}acknowledged: {{prescription_as_organ_dose: {{SpinalCord: [lung-2019]}}}}\n"
    assert "no course is called 'lung-2019'" in refusal(lambda: parse_case(text))


# --- YAML ------------------------------------------------------------------------------------------------------------
ALIAS_BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (ALIAS_BOMB, 1, "anchors and aliases"),  # would unfold to 9 ** 9 = 387 million texts
        ("a: b\nc: &x d\n", 2, "anchors and aliases"),
        ("a: b\nc: *x\n", 2, "anchors and aliases"),
        ("a: b\n<<: *x\n", 2, "anchors and aliases"),
        ("a: !!python/object/apply:os.system [true]\n", 1, "tags"),
        ("a: !!int 3\n", 1, "tags"),
        ("a: b\nc: !x d\n", 2, "tags"),
        ("a: b\n---\nc: d\n", 2, "more than one document"),
        ("a: b\nc: d\na: e\n", 3, "the key 'a' stands twice (first on line 1)"),
        ("{a: b, a: c}\n", 1, "the key 'a' stands twice"),
        ("a: b\n? [x]\n: c\n", 2, "a key must be text"),
        ("a: b\n\tc: d\n", 2, "not readable as YAML"),
        ("a: b\n  c: d\n", 2, "not readable as YAML"),
        ("a: b\nc: 'd\n", 3, "not readable as YAML"),
        ("a: b\nc: d\x07\n", 2, "not readable as YAML"),
        ("a: b\nc: d\x00\n", 2, "not readable as YAML"),
        ("a: b\nc: {d\n", 3, "not readable as YAML"),
        ("%YAML 9.9\n---\na: b\n", None, "not readable as YAML"),
        ("a: b\nc: \ud800\n", None, "half of a surrogate pair"),
        (f"a: b\nc: {'x' * 2001}\n", 2, "a text of 2001 characters; at most 2000"),
        (f"a: b\n{'x' * 900}: {'x' * 900}\n{'y' * 2001}: z\n", None, "not readable as YAML"),  # 1024 a simple key
        ("", None, "the file is empty"),
        ("# only a comment\n\n", None, "the file is empty"),
    ],
)
def test_yaml_that_is_not_plain_is_refused_with_its_line(text, line, words):
    message = refusal(lambda: loads(text, "f.yaml"))
    assert words in message
    assert re.match(rf"f\.yaml:{line}: " if line else r"f\.yaml(:\d+)?: ", message)


@pytest.mark.parametrize("text", ["just text", "- a\n- list\n", "42"])
def test_a_case_that_is_no_mapping_is_refused(text):
    assert refusal(lambda: parse_case(text)).startswith("case.yaml:1: a mapping of fields was expected, not ")


READ = """
import sys
from rtcalc.errors import ProtocolError
from rtcalc.textfile import load
try:
    load(sys.argv[1])
except ProtocolError as refused:
    sys.stdout.write(str(refused))
"""


@pytest.mark.parametrize("count", [50_000, 500_000])
@pytest.mark.parametrize(
    ("name", "text"), [("a.yaml", "["), ("b.yaml", "{a: "), ("c.yaml", "- "), ("d.yaml", "? "), ("e.json", "[")]
)
def test_a_depth_bomb_is_refused_and_does_not_kill_the_process(tmp_path, name, text, count):
    # In a process of its own: 50,000 brackets overflow the stack of the C parser, which no exception handler sees.
    path = tmp_path / name
    path.write_text(text * count)
    done = subprocess.run([sys.executable, "-c", READ, path], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "levels deep" in done.stdout


# --- JSON ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": "b"', ":1: not readable as JSON"),
        ('{"a": "b",\n"c":', ":2: not readable as JSON"),
        ("", ":1: not readable as JSON"),
        ('{"a": NaN}', "NaN is not a value"),
        ('{"a": [1, Infinity]}', "Infinity is not a value"),
        ('{"a": -Infinity}', "-Infinity is not a value"),
        ('{"a": 1, "b": {"c": 1, "c": 2}}', "the key 'c' stands twice"),
        ('{"a": {"b": null}}', "a.b: null is not text; leave the field out or write 'not stated'"),
        ('{"a": [true]}', 'a.0: true is not text; write "true"'),
        ('{"a": "\\ud800"}', "a: half of a surrogate pair"),
        ('{"a\\nb": null}', r"a\nb: null is not text"),
        ('{"a": "b"} {"c": "d"}', "not readable as JSON"),
        ("{'a': 'b'}", "not readable as JSON"),
        ('{"a": "b",}', "not readable as JSON"),
        (f'{{"a": "{"x" * 2001}"}}', "a text of 2001 characters"),
        (f'{{"a": {"9" * 2001}}}', "a text of 2001 characters"),
    ],
)
def test_json_that_is_not_plain_is_refused(text, words):
    message = refusal(lambda: loads(text, "f.json"))
    assert message.startswith("f.json")
    assert words in message


# --- the file itself -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        ("disease: Läsion".encode("latin-1"), r"not UTF-8 text \(byte 10\); save it as UTF-8"),  # the 11th character
        ("disease: x".encode("utf-16"), "not UTF-8 text"),
        (bytes(range(256)) * 40, "not UTF-8 text"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not UTF-8 text"),
        (b"\x00" * 132 + b"DICM", "not readable as YAML"),
        (b"#" * 3_000_000, "more than 2000000 bytes"),
    ],
    ids=["empty", "latin-1", "utf-16", "all bytes", "PNG", "DICOM", "3 MB"],
)
def test_a_file_that_is_no_text_is_refused_by_its_path(tmp_path, content, words):
    path = tmp_path / "case.yaml"
    path.write_bytes(content)
    message = refusal(lambda: load_case(path))
    assert message.startswith(str(path))
    assert re.search(words, message)


def test_a_path_that_is_no_file_is_refused(tmp_path):
    assert "No such file" in refusal(lambda: load(tmp_path / "missing.yaml"))
    assert "not a file" in refusal(lambda: load(tmp_path))
    assert "null byte" in refusal(lambda: load("a\0b"))
    assert "File name too long" in refusal(lambda: load("x" * 600))


def test_a_device_is_refused_instead_of_read_without_end():
    assert "not a file" in refusal(lambda: load(os.devnull))


# --- a department's folder -------------------------------------------------------------------------------------------
OWN_SET = """schema_version: 1
id: OWN
title: limits of the department
source: TG101
note: stricter
limits:
  - id: OWN.Duodenum
    organ: Duodenum
    applies_to: [Duodenum]
    structure: duodenum
    fractions: 5
    metric: D5cc
    limit: < 16 Gy
    endpoint: ulceration
    evidence: two-sources
"""
OWN_RULE = """schema_version: 1
rules:
  - id: own-rule
    topic: bowel
    agents: [sunitinib]
    regions: [abdomen]
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
OWN_DRUG = """schema_version: 1
drugs:
  - name: newmab
    class: antibody
    aliases: []
    targets: []
    groups: []
    half_lives:
      - {of: parent, low: 40 h, high: 60 h, source: TG101, evidence: one-source}
"""
KNOWLEDGE = [
    (
        "constraints",
        OWN_SET,
        "source: TG101",
        "source: TG1O1",
        "source: no reference is called 'TG1O1'; nearest: TG101",
    ),
    ("constraints", OWN_SET, "limit: < 16 Gy", "limit: < 16", "limits.0.limit: D5cc: '16' has no unit; write 16 Gy"),
    ("constraints", OWN_SET, "limit: < 16 Gy", "limit: 16 Gy", "limits.0.limit: '16 Gy' is not a limit"),
    ("constraints", OWN_SET, "limit: < 16 Gy", "limit: < 16 cc", "is a volume, and a dose is needed"),
    ("constraints", OWN_SET, "limit: < 16 Gy", "limit: < nan Gy", "not a finite number"),
    ("constraints", OWN_SET, "limit: < 16 Gy", "limit: < 0 Gy", "a limit is above zero"),
    ("constraints", OWN_SET, "metric: D5cc", "metric: D5", "limits.0.metric: 'D5' is not a metric"),
    ("constraints", OWN_SET, "metric: D5cc", "metric: [D5cc]", "limits.0.metric: a metric is text"),
    ("constraints", OWN_SET, "fractions: 5", "fractions: 0", "limits.0.fractions: '0': fractions are 1 to 200"),
    ("constraints", OWN_SET, "fractions: 5", "fractions: 5-3", "the smaller number first"),
    ("constraints", OWN_SET, "fractions: 5", "fractions: 201", "fractions are 1 to 200"),
    ("constraints", OWN_SET, "evidence: two-sources", "evidence: certain", "'certain' is not one of 'two-sources'"),
    ("constraints", OWN_SET, "endpoint: ulceration", "alpha_beta: 3", "limits.0.alpha_beta: value: '3' has no unit"),
    ("constraints", OWN_SET, "note: stricter", "note: &n stricter", "anchors and aliases"),
    ("constraints", OWN_SET, "schema_version: 1", "schema_version: 7", "'7' is not known to this rtcalc"),
    (
        "interactions",
        OWN_RULE,
        "[sunitinib]",
        "[sunitinab]",
        "no drug or group is called 'sunitinab'; nearest: sunitinib",
    ),
    ("interactions", OWN_RULE, "sources: [TG101]", "sources: []", "rules.0.sources: expected at least one entry"),
    ("interactions", OWN_RULE, "sources: [TG101]", "sources: [TG1]", "rules.0.sources: no reference is called 'TG1'"),
    ("interactions", OWN_RULE, "to: 90 d", "to: 90", "windows.0.to: '90' is not a number of days; write '90 d'"),
    ("interactions", OWN_RULE, "from: 0 d, to: 90 d", "from: 91 d, to: 90 d", "the window ends before it begins"),
    ("interactions", OWN_RULE, "    as_stated: s", "    counters: [x]\n    as_stated: s", "no rule is called 'x'"),
    ("drugs", OWN_DRUG, "low: 40 h", "low: 40", "half_lives.0.low: value: '40' has no unit; write 40 h"),
    ("drugs", OWN_DRUG, "low: 40 h", "low: 0 h", "a half-life is above zero"),
    ("drugs", OWN_DRUG, "low: 40 h", "low: 61 h", "low, central and high grow"),
    ("drugs", OWN_DRUG, "source: TG101, ", "", "half_lives.0.source: this field is missing"),
    ("drugs", OWN_DRUG, "groups: []", "groups: none", "drugs.0.groups: expected a list, not a str"),
]


def read_all(folder: Path) -> None:
    registry = Registry(folder)
    for kind in ("references", "published", "claims", "sets", "tissues", "drugs", "interaction_rules", "precedents"):
        dict(getattr(registry, kind))


@pytest.mark.parametrize(("kind", "text"), [("constraints", OWN_SET), ("interactions", OWN_RULE), ("drugs", OWN_DRUG)])
def test_the_departments_files_below_are_good_before_they_are_spoilt(tmp_path, kind, text):
    (tmp_path / kind).mkdir()
    (tmp_path / kind / "own.yaml").write_text(text, encoding="utf-8")
    read_all(tmp_path)


@pytest.mark.parametrize(
    ("kind", "text", "old", "new", "words"), KNOWLEDGE, ids=[f"{new[:40]!r}" for _, _, _, new, _ in KNOWLEDGE]
)
def test_a_departments_file_is_refused_with_file_line_and_field(tmp_path, kind, text, old, new, words):
    assert text.count(old) == 1
    path = tmp_path / kind / "own.yaml"
    path.parent.mkdir()
    path.write_text(text.replace(old, new), encoding="utf-8")
    message = refusal(lambda: read_all(tmp_path))
    assert re.match(rf"{re.escape(str(path))}:\d+: ", message)
    assert words in message


def test_two_entries_of_one_id_are_refused(tmp_path):
    path = tmp_path / "constraints" / "own.yaml"
    path.parent.mkdir()
    path.write_text(OWN_SET + OWN_SET.partition("limits:\n")[2], encoding="utf-8")
    # The second row begins on the line after the first text's last.
    assert refusal(lambda: read_all(tmp_path)) == (
        f"{path}:{OWN_SET.count(chr(10)) + 1}: limits.1.id: this id stands twice; give every row its own"
    )


def test_a_folder_that_is_none_is_refused(tmp_path):
    assert "not a folder" in refusal(lambda: Registry(tmp_path / "missing"))


# --- anything at all -------------------------------------------------------------------------------------------------
NASTY = [
    "",
    "not stated",
    "off",
    "nan",
    "1e999",
    "-1",
    "[]",
    "{}",
    "{a: b}",
    "'",
    "&a",
    "*a",
    "!x y",
    "---",
    "\x00",
    "９",
]


def only_refuses(text: str, name: str) -> None:
    message = ""
    try:
        parse_case(text, name)
    except RtcalcError as refused:  # any other exception fails the test
        message = str(refused)
    assert len(message.splitlines()) <= 1
    assert not message or message.startswith(name)


fuzz = settings(derandomize=True, database=None, deadline=None, max_examples=100)


@fuzz
@given(st.text(max_size=300), st.sampled_from(["f.yaml", "f.json"]))
def test_random_text_is_read_or_refused(text, name):
    only_refuses(text, name)


@fuzz
@given(st.data())
def test_random_changes_of_a_good_case_are_read_or_refused(data):
    lines = GOOD.split("\n")
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        change = data.draw(st.sampled_from(["drop", "double", "indent", "value", "cut", "insert", "swap"]))
        if change == "drop" and len(lines) > 1:
            del lines[at]
        elif change == "double":
            lines.insert(at, lines[at])
        elif change == "indent":
            lines[at] = "  " + lines[at]
        elif change == "value":
            lines[at] = lines[at].partition(":")[0] + ": " + data.draw(st.sampled_from(NASTY))
        elif change == "cut":
            lines[at] = lines[at][: data.draw(st.integers(0, 80))]
        elif change == "insert":
            where = data.draw(st.integers(0, 80))
            lines[at] = lines[at][:where] + data.draw(st.characters()) + lines[at][where:]
        else:
            other = data.draw(st.integers(0, len(lines) - 1))
            lines[at], lines[other] = lines[other], lines[at]
    only_refuses("\n".join(lines), "f.yaml")
