"""A view never computes; the app stands on the library and not the other way round."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "app" / "rtcalc_app"
FILES = sorted(APP.rglob("*.py"))
# What may be known of the library where things are only drawn: words, rounding of what stands beside an axis.
PLAIN = {"rtcalc", "rtcalc.decimals", "rtcalc.intended_use", "rtcalc.evidence", "rtcalc.errors"}


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


@pytest.mark.parametrize("path", [*APP.glob("views/**/*.py"), *APP.glob("figures/**/*.py")], ids=lambda p: p.name)
def test_what_draws_does_not_compute(path):
    known = {name for name in imports(path) if name.split(".")[0] == "rtcalc"}
    assert known <= PLAIN
    assert not {name for name in imports(path) if name.split(".")[0] in ("numpy", "scipy", "pint", "pydicom")}


@pytest.mark.parametrize("path", [*APP.glob("figures/**/*.py"), *APP.glob("services/**/*.py")], ids=lambda p: p.name)
def test_charts_are_plain_dictionaries_and_services_know_no_component(path):
    assert not {name for name in imports(path) if name.split(".")[0] in ("dash", "plotly", "dash_mantine_components")}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(APP)))
def test_modules_stay_readable_and_run_no_text(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 350
    assert "dangerously_allow_html" not in text
    assert "plotly.graph_objects" not in imports(path)
    assert not imports(path) & {"pickle", "shelve", "marshal"}


def test_only_the_command_line_knows_the_app():
    for path in sorted((ROOT / "rtcalc").rglob("*.py")):
        if path.name != "cli_serve.py":
            assert not {name for name in imports(path) if name.split(".")[0] in ("rtcalc_app", "dash")}, path


def test_no_two_style_sheets_of_pages_style_the_same_class_by_itself():
    """Every sheet is loaded on every page: a rule on a bare class of one page would reach another."""
    owner: dict[str, str] = {}
    for path in sorted(APP.glob("assets/*.css")):
        text = re.sub(r"/\*.*?\*/|\{[^{}]*\}", ";", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for selector in re.split(r"[;,{}]", text):
            bare = re.fullmatch(r"\s*\.([\w-]+)(?:::?[\w-]+)?\s*", selector)
            if bare is not None and path.name != "app.css":
                assert owner.setdefault(bare[1], path.name) == path.name, f".{bare[1]}: {owner[bare[1]]}, {path.name}"
