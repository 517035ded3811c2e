"""The editor's schemas: committed as generated, true of every file, and useful while a wrong value is typed."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from rtcalc.jsonschema import kinds, main, schemas
from rtcalc.registry.location import builtin

ROOT = builtin()
CASES = Path(__file__).parents[1] / "cases"
FILES = [*sorted(ROOT.rglob("*.yaml")), *sorted(CASES.glob("*.yaml"))]
COMMAND = "python -m rtcalc.jsonschema"
SCHEMAS = schemas()


def kind_of(path):
    if path.parent == ROOT:
        return "references"
    return "case" if path.parent.name == "cases" else path.parent.name


# --- committed as generated ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", SCHEMAS)
def test_a_committed_schema_is_the_generated_one(name):
    committed = (ROOT / "schema" / name).read_text(encoding="utf-8")
    assert committed == SCHEMAS[name], f"{name} is stale; run: {COMMAND}"


def test_there_is_no_schema_without_a_kind():
    assert {path.name for path in (ROOT / "schema").iterdir()} == set(schemas()), f"run: {COMMAND}"
    assert set(schemas()) == {f"{kind}.schema.json" for kind in kinds()}


def test_the_command_writes_what_is_committed(tmp_path):
    main(tmp_path / "schema")
    for path in (tmp_path / "schema").iterdir():
        assert path.read_bytes() == (ROOT / "schema" / path.name).read_bytes()


# --- a small reader of JSON schema: only what the schemas use, and an error for anything else -------------------------
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "number": (int, float), "integer": int}
SAID_ELSEWHERE = {"$schema", "$defs", "description", "format"}


def problems(value, schema, root, where="$"):
    if "$ref" in schema:
        return problems(value, root["$defs"][schema["$ref"].removeprefix("#/$defs/")], root, where)
    found = []
    for key, argument in schema.items():
        if key not in SAID_ELSEWHERE:
            found += CHECKS[key](value, argument, schema, root, where)
    return found


def is_type(value, name):
    return isinstance(value, TYPES[name]) and not (name in ("number", "integer") and isinstance(value, bool))


def check_type(value, names, schema, root, where):
    names = names if isinstance(names, list) else [names]
    return [] if any(is_type(value, name) for name in names) else [f"{where}: {value!r} is no {names}"]


def check_enum(value, allowed, schema, root, where):
    same = any(value == one and type(value) is type(one) for one in allowed)
    return [] if same else [f"{where}: {value!r} is not one of {allowed}"]


def check_pattern(value, pattern, schema, root, where):
    good = not isinstance(value, str) or re.search(pattern, value)
    return [] if good else [f"{where}: {value!r} is not like {pattern}"]


def check_choice(value, branches, schema, root, where):
    tries = [problems(value, branch, root, where) for branch in branches]
    return [] if [] in tries else [f"{where}: {value!r} fits no alternative"]


def check_properties(value, known, schema, root, where):
    if not isinstance(value, dict):
        return []
    return [
        p for key, child in known.items() if key in value for p in problems(value[key], child, root, f"{where}.{key}")
    ]


def check_patterns(value, known, schema, root, where):
    if not isinstance(value, dict):
        return []
    return [
        p
        for key, child in value.items()
        for pattern, one in known.items()
        if re.search(pattern, key)
        for p in problems(child, one, root, f"{where}.{key}")
    ]


def check_additional(value, allowed, schema, root, where):
    if not isinstance(value, dict):
        return []
    patterns = schema.get("patternProperties", {})
    others = [
        key
        for key in value
        if key not in schema.get("properties", {}) and not any(re.search(pattern, key) for pattern in patterns)
    ]
    if allowed is False:
        return [f"{where}: unknown field {key}" for key in others]
    return [p for key in others for p in problems(value[key], allowed, root, f"{where}.{key}")]


def check_required(value, names, schema, root, where):
    return [f"{where}: {name} is missing" for name in names if isinstance(value, dict) and name not in value]


def check_items(value, child, schema, root, where):
    if not isinstance(value, list):
        return []
    return [p for number, one in enumerate(value) for p in problems(one, child, root, f"{where}.{number}")]


def check_names(value, child, schema, root, where):
    return [p for key in value for p in problems(key, child, root, where)] if isinstance(value, dict) else []


def check_length(kinds, bad):
    def check(value, bound, schema, root, where):
        return [f"{where}: {value!r} has another length"] if isinstance(value, kinds) and bad(len(value), bound) else []

    return check


def shorter(length, bound):
    return length < bound


def longer(length, bound):
    return length > bound


CHECKS = {
    "type": check_type,
    "enum": check_enum,
    "pattern": check_pattern,
    "anyOf": check_choice,
    "properties": check_properties,
    "patternProperties": check_patterns,
    "additionalProperties": check_additional,
    "required": check_required,
    "items": check_items,
    "propertyNames": check_names,
    "minLength": check_length(str, shorter),
    "maxLength": check_length(str, longer),
    "minItems": check_length(list, shorter),
    "minProperties": check_length(dict, shorter),
}


# --- as an editor parses ----------------------------------------------------------------------------------------------
class Core(yaml.SafeLoader):
    """YAML 1.2: dates, `on` and `off` are text; 1, 1.5 and true are not."""


Core.yaml_implicit_resolvers = {
    sign: [(tag, rule) for tag, rule in rules if tag.rpartition(":")[2] in ("int", "float", "null")]
    for sign, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for sign in "tfTF":
    Core.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false|True|False|TRUE|FALSE"), [sign])


def dates_as_text(value):
    if isinstance(value, dict):
        # Old YAML reads the key `on` as true as well; editors keep keys as they stand in the file.
        return {{True: "on", False: "off"}.get(key, str(key)): dates_as_text(child) for key, child in value.items()}
    if isinstance(value, list):
        return [dates_as_text(child) for child in value]
    return value.isoformat() if isinstance(value, date) else value


LOADERS = {"YAML 1.2": Core, "YAML 1.1": yaml.SafeLoader}


def seen(text, loader):
    return dates_as_text(yaml.load(text, Loader=LOADERS[loader]))


def underlined(text, kind, loader="YAML 1.2"):
    schema = json.loads(SCHEMAS[f"{kind}.schema.json"])
    return problems(seen(text, loader), schema, schema)


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_editor_underlines_nothing_in_a_good_file(path, loader):
    assert underlined(path.read_text(encoding="utf-8"), kind_of(path), loader) == []


GOOD = (CASES / "spine-boost.yaml").read_text(encoding="utf-8")
TG101 = (ROOT / "constraints" / "tg101.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("largest: 18 mm", "largest: 18", "largest"),
        ("largest: 18 mm", "largest: 18 Gy", "largest"),
        ("largest: 18 mm", "larges: 18 mm", "fits no alternative|unknown field larges"),
        ("isodose: 80 %", "isodose: 80", "isodose"),
        ("technique: 3d-crt", "technique: conventional", "technique"),
        ("region: thorax", "region: chest", "region"),
        ("Dmax: 27.5 Gy", "Dmax: 27.5", "Dmax"),
        ("on: loop}", "on: bowel}", "on"),
        ("percent: 25 %", "percent: 25", "percent"),
        ("after: 180 d", "after: 180", "after"),
        ("schema_version: 1", "schema_version: 2", "schema_version"),
        ("kidneys: 1", "kidneys: 3", "kidneys"),
        ("{spine: off,", "{spine: maybe,", "during"),
        ("disease: renal cell carcinoma, metastatic", "disease: [x]", "disease"),
        ("technique: 3d-crt\n", "\n", "technique is missing"),
        ("near: {stated", "near: {seen", "near"),
        ("treatment_days: [2026-03-16, 2026-03-18, 2026-03-20, 2026-03-23, 2026-03-25]", "treatment_days: []", "days"),
        ("heterogeneity_corrected: true", "heterogeneity_corrected: perhaps", "heterogeneity_corrected"),
    ],
)
def test_an_editor_underlines_what_the_loader_refuses(old, new, words):
    assert GOOD.count(old) >= 1
    found = underlined(GOOD.replace(old, new, 1), "case")
    assert found
    assert any(re.search(words, problem) for problem in found)


@pytest.mark.parametrize(
    "typed",
    [
        ("during: {spine: off,", 'during: {spine: "off",'),
        ("heterogeneity_corrected: true", "heterogeneity_corrected: not stated"),
        ("heterogeneity_corrected: true", 'heterogeneity_corrected: "false"'),
        ("kidneys: 1", 'kidneys: "2"'),
        ("kidneys: 1", "kidneys: not stated"),
        ("start: 2019", "start: 2019-05"),
        ("start: 2019", "start: {after: not stated, printed: years ago}"),
        (
            "near: {stated: {Jejunum_Ileum: 12 mm, SpinalCord: not stated}, assumed",
            "near: {stated: [SpinalCord], assumed",
        ),
        ("largest: 18 mm", "largest: not stated"),
        ("schema_version: 1", 'schema_version: "1"'),
    ],
)
def test_an_editor_takes_every_form_that_the_loader_takes(typed):
    assert GOOD.count(typed[0]) == 1
    assert underlined(GOOD.replace(*typed), "case") == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("limit: < 8 Gy", "limits: < 8 Gy"),
        ("evidence: two-sources", "evidence: certain"),
        ("fractions: 1\n", "fractions: one\n"),
        ("    organ: OpticChiasm\n", ""),
        ("kind: limit", "kind: soft"),
    ],
)
def test_an_editor_underlines_a_wrong_row_of_limits(old, new):
    assert underlined(TG101.replace(old, new, 1), "constraints")


def test_the_words_an_editor_offers_are_those_of_the_loader():
    case = json.loads(schemas()["case.schema.json"])
    offered = case["$defs"]["CourseEntry"]["properties"]["technique"]["enum"]
    assert {"cyberknife", "sbrt", "vmat", "unknown"} <= set(offered)
    assert case["$defs"]["DrugEntry"]["properties"]["during"]["patternProperties"]
    assert case["$defs"]["DosesEntry"]["properties"].keys() == {"on", "origin", "covered"}
    assert "metrics" not in json.dumps(case["$defs"]["DosesEntry"])
