"""What stands in the tabs below the results, before anything is asked."""

from __future__ import annotations

from typing import Any

from dash import html

FORMULA = "formula"
FORMULA_SHOWN = "calculator-formula"


def contents() -> list[tuple[str, str, Any]]:
    """Value, title and content of each tab."""
    return [(FORMULA, "How this was calculated", html.Div(id=FORMULA_SHOWN))]
