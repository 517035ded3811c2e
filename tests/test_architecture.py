"""Each module imports only from the layers below its own, and each third-party library has one door."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1] / "rtcalc"

# From the ground up: a module may import from its own line and from the lines above it in this list, not below.
LAYERS = (
    # what everything stands on
    {"errors", "nearest"},
    {"provenance", "decimals", "evidence", "intended_use", "levels", "notes"},
    {"units", "grays", "timeline", "dates", "textfile", "rates"},
    # doses, kernels, schedules
    {"basis", "histogram"},
    {"doses"},
    {"models"},
    {"schedule_text", "schedules"},
    {"weekly_pattern", "validity", "sources_in_place", "curve_basis"},
    {"treatment_calendar"},
    # plain values: what is known of a tissue, a limit, a drug, a curve
    {"tissues", "limits", "limit_sets", "drugs", "published", "findings", "nesting"},
    {"compound_limits", "drug_periods", "dvh", "spread", "fraction_models", "conditions", "consistency", "geometry"},
    {"coverage", "response_forms", "tumour_control", "dose_basis", "recipe", "organ_shares", "catch_up"},
    {"response"},
    {"registry"},
    # models composed
    {"effects"},
    {"isoeffect", "sums", "gap_outcomes", "effect_lines", "uncertainty"},
    {"gaps"},
    {"courses"},
    {"composition_inputs", "composition_notes", "organ_courses"},
    {"composition", "continuous"},
    # the case, and what is said of it
    {"organ_values"},
    {"case"},
    {"chronology", "populations", "organ_doses", "known_sums"},
    {"limit_values"},
    {"answers", "rule_windows", "audit"},
    {"verdicts", "systemic"},
    {"cumulative", "history"},
    {"recovery", "budget"},
    {"reirradiation", "inverse"},
    {"caseschema_organs", "dvh_text"},
    {"caseschema"},
    {"case_organs"},
    {"case_courses"},
    {"casefile", "jsonschema"},
    {"dicom"},
    {"assessment"},
    {"report"},
    {"oracles"},
    {"selftest"},
    {"cli", "cli_case", "cli_dicom", "cli_dvh_text", "cli_knowledge", "cli_radiobiology", "cli_serve"},
)
DOORS = {
    "pint": {"units", "basis", "doses"},
    "yaml": {"textfile"},
    "pydantic": {"registry", "caseschema", "caseschema_organs", "casefile"},
    "typer": {"cli", "cli_case", "cli_dicom", "cli_dvh_text", "cli_knowledge", "cli_radiobiology", "cli_serve"},
    "rtcalc_app": {"cli_serve"},
    "dash": set(),
    "rich": {"report"},
    "pydicom": {"dicom"},
}
FILES = sorted(ROOT.rglob("*.py"))


def unit(path: Path) -> str:
    """The layer name of a file: its package below rtcalc, or its own name."""
    inside = path.relative_to(ROOT)
    return inside.parts[0].removesuffix(".py") if inside.parts[0] != "__init__.py" else "rtcalc"


def imports(path: Path) -> list[tuple[str, int]]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            module = node.module or ""
            # `from rtcalc import decimals` names a module, `from rtcalc import __version__` does not.
            if module == "rtcalc":
                found += [(f"rtcalc.{alias.name}", node.lineno) for alias in node.names]
            else:
                found.append((module, node.lineno))
    return found


def level(name: str) -> int:
    for number, layer in enumerate(LAYERS):
        if name in layer:
            return number
    raise AssertionError(f"rtcalc/{name} has no layer; give it one in this test")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_to_lower_layers(path: Path) -> None:
    me = unit(path)
    if me == "rtcalc":
        return  # the public names are loaded lazily from every layer
    for name, line in imports(path):
        if name.startswith("rtcalc.") and name != "rtcalc.__version__":
            other = name.split(".")[1]
            assert level(other) <= level(me), f"{path.name}:{line}: {me} may not import {other}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_each_library_has_one_door(path: Path) -> None:
    for name, line in imports(path):
        allowed = DOORS.get(name.split(".")[0])
        assert allowed is None or unit(path) in allowed, f"{path.name}:{line}: {name} is imported outside {allowed}"


def test_nothing_is_evaluated_and_nothing_is_pickled() -> None:
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in ("eval", "exec", "compile", "__import__"), f"{path}:{node.lineno}"
        assert not {name for name, _ in imports(path)} & {"pickle", "shelve", "marshal"}, path


def test_modules_stay_readable() -> None:
    """About 300 lines a module; past 350 it wants to be split by concept."""
    long = {str(path.relative_to(ROOT)): count for path in FILES if (count := len(path.read_text().splitlines())) > 350}
    # Two files are tables of fields, one entry after the other, without a concept to split by.
    assert set(long) <= {"registry/schema.py", "registry/__init__.py"}, long
