"""JSON schemas of every kind of file, for completion and checks while typing: ``python -m rtcalc.jsonschema``.

The loader reads every scalar as text; an editor does not: ``fractions: 5`` reaches it as a number and ``off`` as text
or as false, by its version of YAML. A schema therefore takes each value in every form in which an editor may see the
text that the loader takes. Of a quantity it takes no more than that: ``23`` for ``23 Gy`` is underlined.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from rtcalc.registry.location import builtin

if TYPE_CHECKING:
    from pathlib import Path

    from rtcalc.registry.fields import Entry

DIALECT = "http://json-schema.org/draft-07/schema#"  # the newest that editors' YAML support understands in full
NAMED = ("properties", "patternProperties", "$defs")
YES_NO = {"true": True, "on": True, "false": False, "off": False}


def kinds() -> dict[str, type[Entry]]:
    """The schema class of each kind of file."""
    from rtcalc.caseschema import CaseFile
    from rtcalc.registry.schema import ConstraintsFile, ReferencesFile
    from rtcalc.registry.schema_drugs import DrugsFile, InteractionsFile
    from rtcalc.registry.schema_published import ContextFile, SchedulesFile
    from rtcalc.registry.schema_reirradiation import ReirradiationFile
    from rtcalc.registry.schema_response import ResponseFile
    from rtcalc.registry.schema_structures import StructuresFile
    from rtcalc.registry.schema_tissues import TissuesFile

    return {
        "case": CaseFile,
        "constraints": ConstraintsFile,
        "context": ContextFile,
        "drugs": DrugsFile,
        "interactions": InteractionsFile,
        "references": ReferencesFile,
        "reirradiation": ReirradiationFile,
        "response": ResponseFile,
        "schedules": SchedulesFile,
        "structures": StructuresFile,
        "tissues": TissuesFile,
    }


def schemas() -> dict[str, str]:
    """Text of each schema file by its name.

    Returns
    -------
    dict of str to str
        ``case.schema.json`` and so on; the same text for the same schema classes.

    Examples
    --------
    >>> sorted(schemas())[0], json.loads(schemas()["case.schema.json"])["properties"]["schema_version"]
    ('case.schema.json', {'enum': ['1', 1]})
    """
    return {f"{kind}.schema.json": _text(schema) for kind, schema in kinds().items()}


def main(folder: Path | None = None) -> None:
    """Write the schema files.

    Parameters
    ----------
    folder : Path, optional
        By default ``schema/`` of the built-in protocols.
    """
    folder = folder or builtin() / "schema"
    folder.mkdir(exist_ok=True)
    for name, text in schemas().items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def _text(schema: type[Entry]) -> str:
    tree = {"$schema": DIALECT} | _typed(schema.model_json_schema())
    return json.dumps(tree, indent=1, ensure_ascii=True) + "\n"


def _typed(node: Any) -> Any:
    """The node as an editor needs it; `properties` and the like map names to nodes and are walked by name."""
    if isinstance(node, list):
        return [_typed(child) for child in node]
    if not isinstance(node, dict):
        return node
    out = {
        key: {name: _typed(child) for name, child in value.items()} if key in NAMED else _typed(value)
        for key, value in node.items()
        if key not in ("title", "default", "discriminator")
    }
    return _scalar(_block(_choice(out)))


def _choice(node: dict[str, Any]) -> dict[str, Any]:
    """One list of alternatives, without the null that only Python knows."""
    rest = {key: value for key, value in node.items() if key not in ("anyOf", "oneOf")}
    branches = [branch for branch in node.get("anyOf", node.get("oneOf", ())) if branch != {"type": "null"}]
    if not branches:
        return rest
    return rest | branches[0] if len(branches) == 1 else rest | {"anyOf": branches}


def _block(node: dict[str, Any]) -> dict[str, Any]:
    if "patternProperties" in node:
        node.setdefault("additionalProperties", False)
    if node.get("type") == "array" and "minLength" in node:
        node["minItems"] = node.pop("minLength")
    return node


def _scalar(node: dict[str, Any]) -> dict[str, Any]:
    if "const" in node:
        node["enum"] = [node.pop("const")]
    if "enum" in node:
        # None for a string that an editor reads as nothing else than this string.
        other = [YES_NO.get(text, int(text) if text.isdecimal() else None) for text in node["enum"]]
        node["enum"] += [value for value in dict.fromkeys(other) if value is not None]
        if len(node["enum"]) > len(other):
            node.pop("type", None)
    elif node.get("type") == "string" and "pattern" not in node:
        node["type"] = ["string", "number", "boolean"]
    elif node.get("type") == "string" and re.search(node["pattern"], "1"):
        node["type"] = ["string", "number"]
    return node


if __name__ == "__main__":
    main()
