"""What stands in the tabs below the results, before anything is asked, and how the answers look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from rtcalc_app.services.calculator.gap import HEADS as GAP_HEADS
from rtcalc_app.services.calculator.gap import NONE, PATTERNS, GapView
from rtcalc_app.services.calculator.high_dose import HEADS as MODEL_HEADS
from rtcalc_app.services.calculator.high_dose import HighDoseView
from rtcalc_app.services.calculator.solve import HEADS as SOLVE_HEADS
from rtcalc_app.services.calculator.solve import Solution, SolveView
from rtcalc_app.views.calculator import ids
from rtcalc_app.views.calculator.entry import button
from rtcalc_app.views.parts import chart, source, table

FORMULA, GAP, MODELS, SOLVE, ISOEFFECT, EXPORT = "formula", "gap", "models", "solve", "isoeffect", "export"
ASKING = (GAP, MODELS, SOLVE, ISOEFFECT, EXPORT)
"""Those with an answer of their own, asked for while they are open; the calculation comes with messages and chart."""
NAMES = "calculator-tab-names"
FORMULA_SHOWN = "calculator-formula"
GAP_FIELDS = ("start", "pattern", "holidays", "missed", "factor", "k", "basis", "kickoff")
GAP_SHOWN = "calculator-gap"
MODEL_FIELDS = ("threshold", "alpha", "d0")
MODELS_SHOWN = "calculator-models"
SOLVE_FIELDS = ("side", "kind", "target", "each", "fractions")
SOLVE_SHOWN = "calculator-solve"
CURVE = "calculator-isoeffect"
CURVE_TABLE = "calculator-isoeffect-table"
NOTE = "calculator-note"
SAID = "calculator-said"
CSV, JSON, DOWNLOAD = "calculator-csv", "calculator-json", "calculator-download"
PASTE, PASTED = "calculator-paste", "calculator-pasted"
UNREAD = "— The fields above say what is missing."


def field_id(tab: str, field: str) -> str:
    """Id of a field in a tab."""
    return f"calculator-{tab}-{field}"


def asked(tab: str) -> str:
    """Id of the store with what a tab is asked: filled only while it is open."""
    return f"calculator-asked-{tab}"


def contents(factors: Sequence[Any]) -> list[tuple[str, str, Any]]:
    """Value, title and content of each tab; `factors` are the time factors to choose from."""
    return [
        (
            FORMULA,
            "How this was calculated",
            [html.Div(id=FORMULA_SHOWN), html.Div(id=ids.FIRST_FORMULA, className="first")],
        ),
        (GAP, "Time and gap", _gap(factors)),
        (MODELS, "High-dose models", _models()),
        (SOLVE, "Solve", _solve()),
        (ISOEFFECT, "Isoeffect curve", _isoeffect()),
        (EXPORT, "Note, export, open", _export()),
    ]


def _text(tab: str, field: str, label: str, description: str = "", **given: Any) -> dmc.TextInput:
    return dmc.TextInput(
        id=field_id(tab, field), label=label, description=description, value="", size="sm",
        inputProps={"autoComplete": "off"}, **given,
    )  # fmt: skip


def _choice(tab: str, field: str, label: str, options: Sequence[Any], value: str, description: str = "") -> dmc.Select:
    return dmc.Select(
        id=field_id(tab, field), label=label, description=description, data=list(options), value=value,
        allowDeselect=False, size="sm",
    )  # fmt: skip


def _gap(factors: Sequence[Any]) -> list[Any]:
    return [
        html.P(
            "For the selected schedule. Dates are neither kept nor put into the address.",
            className="subtitle",
        ),
        html.Div(
            [
                _text(GAP, "start", "First treatment day", "2026-03-02"),
                _choice(GAP, "pattern", "Treated on", PATTERNS, PATTERNS[0], "days of treatment"),
                _text(GAP, "holidays", "Holidays", "planned free days, commas between"),
                _text(GAP, "missed", "Missed days", "planned but not treated"),
                _choice(GAP, "factor", "Tumour time factor", factors, NONE, "K and kick-off time"),
                _text(GAP, "k", "Own K, Gy/d", "with Own value"),
                _choice(GAP, "basis", "K is", ["not said", "BED", "EQD2"], "not said", "with Own value"),
                _text(GAP, "kickoff", "Own kick-off time, d", "with Own value"),
            ],
            className="tab-fields",
        ),
        html.Div(id=GAP_SHOWN),
    ]


def _models() -> list[Any]:
    return [
        html.P(
            "For the selected schedule: LQ beside the models that straighten at large fractions.", className="subtitle"
        ),
        html.Div(
            [
                _text(MODELS, "threshold", "LQ-L: threshold, Gy", "dose per fraction where it becomes straight"),
                _text(MODELS, "alpha", "USC: alpha, /Gy", "initial radiosensitivity"),
                _text(MODELS, "d0", "USC: D0, Gy", "final slope of the survival curve"),
            ],
            className="tab-fields",
        ),
        html.Div(id=MODELS_SHOWN),
    ]


def _solve() -> list[Any]:
    sides = [{"value": "tumour", "label": "tumour (required)"}, {"value": "late", "label": "late tissue (allowed)"}]
    return [
        html.P(
            "Schedules of a given effect. Without a target, that of the selected schedule is taken.",
            className="subtitle",
        ),
        html.Div(
            [
                _choice(SOLVE, "side", "Effect on", sides, "tumour", "whose α/β counts"),
                _choice(SOLVE, "kind", "Quantity", ["BED", "EQD2"], "BED", "what is given"),
                _text(SOLVE, "target", "Target", "in the unit at the top"),
                _text(SOLVE, "fractions", "Fractions", "finds the dose per fraction"),
                _text(SOLVE, "each", "Dose per fraction", "finds the fractions"),
            ],
            className="tab-fields",
        ),
        html.Div(id=SOLVE_SHOWN),
    ]


def _isoeffect() -> list[Any]:
    said = "LQ, complete repair, no time factor; total doses of a required tumour effect are rounded up in the table."
    return [html.P(said, className="subtitle"), chart(None, "", id=CURVE), html.Div(id=CURVE_TABLE)]


def _export() -> list[Any]:
    return [
        html.Div(
            [
                html.H2("Note"),
                button("Copy for note", {"do": "note"}, kind="main"),
                button("Print", {"do": "print"}),
                html.Span(id=SAID, role="status", className="unit"),
            ],
            className="schedules-bar",
        ),
        dmc.Textarea(
            id=NOTE, label="Note for the record", value="", readOnly=True, minRows=5, autosize=True, className="note"
        ),
        html.Div(
            [
                html.H2("Files"),
                html.Button("CSV", id=CSV, className="plain", type="button", n_clicks=0),
                html.Button("JSON", id=JSON, className="plain", type="button", n_clicks=0),
                button("Open JSON…", {"do": "open"}),
            ],
            className="schedules-bar",
        ),
        html.P(
            "Without patient data. A JSON file opens again with the same fields; your work stays if it cannot be read.",
            className="subtitle",
        ),
        dcc.Download(id=DOWNLOAD),
        html.Div(
            [html.H2("Paste schedules"), html.Button("Add", id=PASTED, className="plain", type="button", n_clicks=0)],
            className="schedules-bar",
        ),
        html.P("One a line, such as 45 Gy / 5 or 5 x 9 Gy; six schedules are the most.", className="subtitle"),
        dmc.Textarea(
            id=PASTE, label="Schedules to add, one a line", value="", minRows=3, autosize=True, className="note"
        ),
    ]


def gap_answer(found: GapView | None) -> list[Any]:
    """What missed days cost."""
    if found is None:
        return [html.P("Enter the first treatment day; the selected schedule and both α/β must be readable.")]
    if not found.rows:
        return [html.P(UNREAD)]
    return [
        html.P(html.Strong(found.summary)),
        table(GAP_HEADS, found.rows, caption="Ways to give the course", numeric=(2, 4, 5, 7, 8)),
        _list(found.notes),
        *[source(text) for text in found.references],
    ]


def model_answer(found: HighDoseView | None) -> list[Any]:
    """The models side by side."""
    if found is None:
        return [html.P("The selected schedule is incomplete.")]
    listed = (
        f"Published thresholds: {'; '.join(found.published)}."
        if found.published
        else "No tissue of the registry has a published threshold."
    )
    return [
        table(MODEL_HEADS, found.rows, caption="Models side by side", numeric=(1, 2, 3, 4)),
        _list((*found.notes, listed)),
        *[source(text) for text in found.references],
    ]


def solve_answer(found: SolveView) -> list[Any]:
    """The schedules of one effect."""
    if not found.usual:
        return [html.P(UNREAD)]
    heads = (*SOLVE_HEADS, html.Span("Take over", className="hidden"))
    numeric = (0, 1, 2, 3, 4)
    shown: list[Any] = [html.P(html.Strong(found.question))]
    if found.asked:
        shown.append(
            table(heads, [_solution(one) for one in found.asked], caption="What was asked for", numeric=numeric)
        )
        shown.append(html.H3("Other numbers of fractions"))
    shown.append(
        table(heads, [_solution(one) for one in found.usual], caption="Usual numbers of fractions", numeric=numeric)
    )
    return [*shown, _list(found.notes), *[source(text) for text in found.references]]


def _solution(one: Solution) -> list[Any]:
    take = (
        button("Add", {"do": "add", "fields": one.take}, kind="plain small", label=f"Add {one.texts[0]} fractions")
        if one.take
        else ""
    )
    return [*one.texts, take]


def _list(texts: Sequence[str]) -> html.Ul:
    return html.Ul([html.Li(text) for text in texts], className="assumptions")
