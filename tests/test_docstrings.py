"""Every public function of the radiobiology says what goes in, what comes out, what it refuses, and shows a number.

Public is what `rtcalc` exports, and every module-level name without a leading underscore in the modules below, with
the methods of its classes. The rule, in the sections of numpydoc:

- a function has a summary; Parameters with exactly the names of its signature; Returns or Yields unless it returns
  None; Raises where its own body raises; Examples with a line that runs;
- a class has a summary, its fields and arguments under Parameters or Attributes, and Examples. A protocol, and the
  two base classes that refuse to be made, show their example where they are put to use;
- a method is as a function, save that its example may stand in the class's, where its name is used, that an argument
  which is a field of the class is described there, and that a constructor need not say that it returns its class;
- a property has a summary, Raises as above, and its use in an example: it has nothing to pass and names what it gives;
- a method of one statement has a summary that says it all;
- what a function shares with a neighbour it may take from there, "as in `neighbour`", where that has the section.

Whether the examples are true is seen by running them: the doctests of `rtcalc` are collected with the tests.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import rtcalc

ROOT = Path(__file__).resolve().parents[1] / "rtcalc"
RADIOBIOLOGY = """
    answers basis budget catch_up composition composition_inputs composition_notes conditions continuous courses
    cumulative dates decimals dose_basis doses dvh effect_lines effects fraction_models gap_outcomes gaps
    grays histogram history inverse isoeffect levels limit_sets limit_values limits models organ_courses organ_doses
    organ_shares populations rates recipe recovery
    reirradiation response response_forms schedule_text schedules spread sums timeline tissues treatment_calendar
    tumour_control uncertainty verdicts weekly_pattern
"""
# The example of a base class is that of the classes made from it.
ABSTRACT = {"Dose", "Biological"}
# A text, and a module.
OUTSIDE = {"__version__", "report"}
Definition = ast.FunctionDef | ast.ClassDef


def sections(text: str) -> dict[str, str]:
    """The parts of a docstring by their headings; the part before the first is the summary."""
    parts = re.split(r"^(\w[\w ]*)\n-{3,}$", text, flags=re.MULTILINE)
    return {"Summary": parts[0].strip(), **dict(zip(parts[1::2], parts[2::2], strict=True))}


def named(section: str) -> set[str]:
    """The names that a Parameters or Attributes section describes: "low, high : float"."""
    heads = re.findall(r"^(\*{0,2}\w+(?:, \*{0,2}\w+)*)(?: ?:.*)?$", section, flags=re.MULTILINE)
    return {name.lstrip("*") for head in heads for name in head.split(", ")}


def own(node: ast.AST) -> Iterator[ast.AST]:
    """What stands in a function itself, not in a function or class inside it."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.ClassDef | ast.Lambda):
            yield child
            yield from own(child)


def arguments(node: ast.FunctionDef) -> set[str]:
    given = node.args
    every = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    return {one.arg for one in every if one is not None}


def words(node: ast.FunctionDef) -> set[str]:
    return {ast.unparse(decorator).split(".")[-1] for decorator in node.decorator_list}


def neighbours(text: str, module: ast.Module, holder: ast.ClassDef | None) -> dict[str, str]:
    """The sections of the definitions that a docstring refers to by "as in `name`", of this class or this module."""
    found: dict[str, str] = {}
    for name in re.findall(r"\b[Aa]s (?:in )?`([\w.]+)`", text):
        places = [module.body, holder.body if holder else []]
        for part in name.split("."):
            at_hand = [node for place in places for node in place if isinstance(node, Definition) and node.name == part]
            places = [node.body for node in at_hand if isinstance(node, ast.ClassDef)]
        for node in at_hand:
            for heading, section in sections(ast.get_docstring(node) or "").items():
                heading = "Parameters" if heading == "Attributes" else heading
                found[heading] = found.get(heading, "") + section
    return found


def lacking(node: ast.FunctionDef, module: ast.Module, holder: ast.ClassDef | None = None) -> list[str]:
    """What the docstring of a function lacks; `holder` is its class."""
    text = ast.get_docstring(node) or ""
    parts, there = sections(text), neighbours(text, module, holder)
    raises = any(isinstance(part, ast.Raise) for part in own(node))
    found = [] if parts["Summary"] else ["a summary"]
    if holder and len(node.body) <= 2 and not raises:
        return found
    if not words(node) & {"property", "cached_property"}:
        described, elsewhere = named(parts.get("Parameters", "")), named(there.get("Parameters", ""))
        elsewhere |= described_fields(holder) if holder else set()
        given = arguments(node) - ({"self", "cls"} if holder else set())
        found += [f"Parameters: {name}" for name in sorted(given - described - elsewhere)]
        found += [f"no argument: {name}" for name in sorted(described - given)]
        result = ast.unparse(node.returns).strip("'") if node.returns else ""
        itself = holder is not None and "classmethod" in words(node) and result in (holder.name, "Self")
        if result != "None" and not itself and not {"Returns", "Yields"} & {*parts, *there}:
            found.append("Returns")
    if raises and "Raises" not in {*parts, *there}:
        found.append("Raises")
    if ">>>" not in parts.get("Examples", "") and not (holder and used(node.name, holder)):
        found.append("Examples")
    return found


def used(name: str, holder: ast.ClassDef) -> bool:
    """Whether the example of a class uses this method of it; a protocol and a base class are used elsewhere."""
    if is_used_elsewhere(holder):
        return True
    example = sections(ast.get_docstring(holder) or "").get("Examples", "")
    return any(f".{name}" in line for line in re.findall(r"^(?:>>>|\.\.\.) .*", example, flags=re.MULTILINE))


def is_used_elsewhere(node: ast.ClassDef) -> bool:
    return node.name in ABSTRACT or any(ast.unparse(base) == "Protocol" for base in node.bases)


def described_fields(node: ast.ClassDef) -> set[str]:
    parts = sections(ast.get_docstring(node) or "")
    return named(parts.get("Parameters", "") + "\n" + parts.get("Attributes", ""))


def fields(node: ast.ClassDef) -> set[str]:
    """What a class is made of: its public fields, or the arguments of its constructor."""
    annotated = [part for part in node.body if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)]
    names = {part.target.id for part in annotated if "ClassVar" not in ast.unparse(part.annotation)}
    for part in node.body:
        if isinstance(part, ast.FunctionDef) and part.name == "__init__" and not part.args.vararg:
            names |= arguments(part) - {"self"}
    return {name for name in names if not name.startswith("_")}


def lacking_of_class(node: ast.ClassDef) -> list[str]:
    parts = sections(ast.get_docstring(node) or "")
    found = [] if parts["Summary"] else ["a summary"]
    found += [f"Attributes: {name}" for name in sorted(fields(node) - described_fields(node))]
    if ">>>" not in parts.get("Examples", "") and not is_used_elsewhere(node):
        found.append("Examples")
    return found


def gaps(node: Definition, module: ast.Module) -> Iterator[str]:
    """One line for each thing that a definition or one of its methods lacks."""
    if isinstance(node, ast.FunctionDef):
        yield from (f"{node.name} lacks {what}" for what in lacking(node, module))
        return
    yield from (f"{node.name} lacks {what}" for what in lacking_of_class(node))
    for method in methods(node):
        yield from (f"{node.name}.{method.name} lacks {what}" for what in lacking(method, module, node))


def methods(node: ast.ClassDef) -> list[ast.FunctionDef]:
    return [part for part in node.body if isinstance(part, ast.FunctionDef) and not part.name.startswith("_")]


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def definitions(module: ast.Module) -> list[Definition]:
    return [node for node in module.body if isinstance(node, Definition) and not node.name.startswith("_")]


def modules() -> list[Path]:
    inside = [ROOT / name for name in RADIOBIOLOGY.split()]
    return [path for place in inside for path in ([*place.glob("*.py")] if place.is_dir() else [Path(f"{place}.py")])]


@pytest.mark.parametrize("path", sorted(modules()), ids=lambda path: str(path.relative_to(ROOT)))
def test_public_names_of_the_radiobiology_are_documented(path: Path) -> None:
    module = tree(path)
    assert [gap for node in definitions(module) for gap in gaps(node, module)] == []


@pytest.mark.parametrize("name", sorted(set(rtcalc.__all__) - OUTSIDE))
def test_exported_names_are_documented(name: str) -> None:
    home = ROOT / rtcalc._HOME[name]
    paths = [*home.glob("*.py")] if home.is_dir() else [home.with_suffix(".py")]
    found = [(node, module) for module in map(tree, paths) for node in definitions(module) if node.name == name]
    assert len(found) == 1, f"{name} is defined {len(found)} times in {home.name}"
    assert list(gaps(*found[0])) == []


COMPLETE = '''
def bed(total, fractions):
    """Return the biologically effective dose.

    Parameters
    ----------
    total, fractions : float
        [Gy]

    Returns
    -------
    float
        [Gy]

    Raises
    ------
    DomainError
        No fraction.

    Examples
    --------
    >>> bed(45.0, 5)
    85.5
    """
    if not fractions:
        raise DomainError
    return total * (1 + total / fractions / 10)
'''


@pytest.mark.parametrize(
    ("old", "new", "missing"),
    [
        ("bed", "bed", []),
        ("Return the biologically effective dose.", "", ["a summary"]),
        ("    total, fractions : float", "    total : float", ["Parameters: fractions"]),
        ("    total, fractions : float", "    total, fractions, days : float", ["no argument: days"]),
        ("    Returns\n    -------", "    Gives\n    -------", ["Returns"]),
        ("    Raises\n    ------", "    Refuses\n    ------", ["Raises"]),
        (">>> bed", "bed", ["Examples"]),
    ],
)
def test_the_rule_sees_what_is_taken_away(old: str, new: str, missing: list[str]) -> None:
    module = ast.parse(COMPLETE.replace(old, new))
    found = [gap for node in definitions(module) for gap in gaps(node, module)]
    assert found == [f"bed lacks {what}" for what in missing]
