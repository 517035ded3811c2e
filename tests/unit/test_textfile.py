"""Strict text in, text out: what a clinician typed is what arrives."""

from __future__ import annotations

import pytest

from rtcalc.errors import ProtocolError
from rtcalc.textfile import MAX_BYTES, MAX_DEPTH, MAX_VALUE, dumps, load, loads


@pytest.mark.parametrize(
    "typed",
    # What YAML 1.1 turns into False, True, 90 (sexagesimal), 1000.0, a date, None, 8 (octal), inf, 1, 1.5 and 12345.
    [
        "off",
        "no",
        "on",
        "yes",
        "1:30",
        "1e3",
        "2013-10",
        "2013-10-21",
        "~",
        "null",
        "010",
        ".inf",
        "1",
        "1.50",
        "12_345",
    ],
)
@pytest.mark.parametrize("form", ["{{key: {}}}", "key: {}", "key: {}   # a comment", 'key: "{}"'])
def test_every_scalar_stays_the_text_that_was_typed(typed, form):
    assert loads(form.format(typed)).data == {"key": typed}


def test_keys_stay_text_too():
    assert loads("{on: cord, 1: a, 2013-10: b, no: c}").data == {"on": "cord", "1": "a", "2013-10": "b", "no": "c"}


def test_an_empty_value_is_empty_text_not_none():
    assert loads("key:").data == {"key": ""}


def test_json_numbers_keep_their_digits():
    # 45.0 and 1.50 keep their zeros; 1e999 would be inf and 10**5000 slow to convert as numbers.
    text = '{"a": 45.0, "b": [1.50, 7], "c": 1e999, "d": "off", "e": ' + "9" * 1500 + "}"
    assert loads(text, "case.json").data == {
        "a": "45.0",
        "b": ["1.50", "7"],
        "c": "1e999",
        "d": "off",
        "e": "9" * 1500,
    }


def test_the_suffix_decides_in_any_case():
    assert loads('{"a": 1}', "CASE.JSON").data == {"a": "1"}
    with pytest.raises(ProtocolError, match="not readable as JSON"):
        loads("a: 1", "CASE.JSON")


def test_lines_are_those_of_the_file():
    document = loads("a: 1\n\nb:\n  c:\n    - x\n    - y\n", "f.yaml")
    # a on line 1; the key b on 3 although its value starts on 4; the second item on 6.
    assert [document.lines[place] for place in [("a",), ("b",), ("b", "c"), ("b", "c", 1)]] == [1, 3, 4, 6]


@pytest.mark.parametrize(
    ("place", "absent", "shown"),
    [
        ((), "", "f.yaml:1"),
        (("b", "c", 1), "", "f.yaml:3: b.c.1"),
        (("b", "branch of a schema", "c"), "", "f.yaml:3: b.c"),  # not in the file: left out
        (("b",), "missing", "f.yaml:2: b.missing"),
        (("nowhere",), "", "f.yaml:1"),
    ],
)
def test_a_place_is_named_with_file_line_and_field(place, absent, shown):
    assert loads("a: 1\nb:\n  c: [x, y]\n", "f.yaml").where(place, absent) == shown


def test_a_place_stays_one_line_whatever_a_key_or_a_file_is_called():
    document = loads('"two\\nlines\\u2028here": 1', "new\nline.yaml")
    assert document.where(("two\nlines\u2028here",)) == r"new\nline.yaml:1: two\nlines\u2028here"


@pytest.mark.parametrize(
    "tree",
    [
        {"during": {"a": "off", "b": "on"}, "when": "2013-10", "time": "1:30", "n": "1e3"},
        {"list": ["no", "", "~", "null", "- x", "a: b", "# c", "'", '"', "&a", "*a", "!t", "%"], "empty": []},
        {"text": "two\nlines", "tab": "a\tb", "spaces": "  a  ", "sign": "α/β ≤ 2.5 µm 日本"},
        {"key with: colon": {"no": {"1": "x"}}, "": "empty key"},
    ],
)
def test_what_is_written_reads_back_the_same(tree):
    assert loads(dumps(tree)).data == tree


def test_a_file_with_a_byte_order_mark_and_windows_line_ends_reads_the_same(tmp_path):
    plain, windows = tmp_path / "a.yaml", tmp_path / "b.yaml"
    plain.write_bytes("a: ä\nb:\n  - c\n".encode())
    windows.write_bytes(b"\xef\xbb\xbf" + "a: ä\r\nb:\r\n  - c\r\n".encode())
    assert load(plain).data == load(windows).data == {"a": "ä", "b": ["c"]}


def test_exactly_the_deepest_and_the_longest_are_read():
    deepest = "[" * MAX_DEPTH + "a" + "]" * MAX_DEPTH
    assert str(loads(deepest).data).count("[") == MAX_DEPTH
    assert loads(f"a: {'x' * MAX_VALUE}").data == {"a": "x" * MAX_VALUE}
    with pytest.raises(ProtocolError, match=f"more than {MAX_DEPTH} levels"):
        loads(f"[{deepest}]")
    with pytest.raises(ProtocolError, match=f"text:1: a text of {MAX_VALUE + 1} characters"):
        loads(f"a: {'x' * (MAX_VALUE + 1)}")


def test_exactly_the_largest_file_is_read(tmp_path):
    path = tmp_path / "large.yaml"
    head = "a: b\n"
    path.write_text(head + "#" * (MAX_BYTES - len(head)))
    assert load(path).data == {"a": "b"}
    path.write_text(head + "#" * (MAX_BYTES - len(head) + 1))
    with pytest.raises(ProtocolError, match=f"more than {MAX_BYTES} bytes"):
        load(path)


def test_json_and_yaml_of_one_depth_are_refused_alike():
    # A mapping and a list each count as one level in both.
    level = MAX_DEPTH + 1
    for name in ("a.yaml", "a.json"):
        with pytest.raises(ProtocolError, match=f"nested more than {MAX_DEPTH} levels deep"):
            loads("[" * level + '"a"' + "]" * level, name)
        loads("[" * (level - 1) + '"a"' + "]" * (level - 1), name)
