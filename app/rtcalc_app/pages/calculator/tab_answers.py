"""The other tabs: each asks the library only while it is open."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, no_update

from rtcalc_app.context import Context
from rtcalc_app.display import Display
from rtcalc_app.figures import calculator as figures
from rtcalc_app.ids import DARK
from rtcalc_app.services.calculator import curves, gap, high_dose, solve
from rtcalc_app.services.calculator.form import Form
from rtcalc_app.services.calculator.sheet import Sheet
from rtcalc_app.views.calculator import results, tabs

LONGEST = 2000
"""Characters of one field of a tab; a list of sixty dates has fewer."""


def register(app: Dash, context: Context) -> None:
    """Wire the callbacks."""

    @app.callback(
        Output(tabs.GAP_SHOWN, "children"),
        *_errors(tabs.GAP, tabs.GAP_FIELDS),
        _asked(tabs.GAP),
        *_fields(tabs.GAP, tabs.GAP_FIELDS),
        prevent_initial_call=True,
    )
    def show_gap(asked: Any, *typed: Any) -> Any:
        return missed_days(*_parts(asked), typed, context)

    @app.callback(
        Output(tabs.MODELS_SHOWN, "children"),
        *_errors(tabs.MODELS, tabs.MODEL_FIELDS),
        _asked(tabs.MODELS),
        *_fields(tabs.MODELS, tabs.MODEL_FIELDS),
        prevent_initial_call=True,
    )
    def show_models(asked: Any, *typed: Any) -> Any:
        return models(*_parts(asked), typed, context)

    @app.callback(
        Output(tabs.SOLVE_SHOWN, "children"),
        *_errors(tabs.SOLVE, tabs.SOLVE_FIELDS),
        _asked(tabs.SOLVE),
        *_fields(tabs.SOLVE, tabs.SOLVE_FIELDS),
        prevent_initial_call=True,
    )
    def show_solutions(asked: Any, *typed: Any) -> Any:
        return solutions(*_parts(asked), typed, context)

    @app.callback(
        Output(tabs.CURVE, "figure"),
        Output(f"{tabs.CURVE}-summary", "children"),
        Output(tabs.CURVE_TABLE, "children"),
        _asked(tabs.ISOEFFECT),
        Input(DARK, "data"),
        prevent_initial_call=True,
    )
    def show_isoeffect(asked: Any, dark: Any) -> Any:
        return isoeffect(*_parts(asked), dark) if asked else (no_update,) * 3


def _asked(tab: str) -> Input:
    return Input(tabs.asked(tab), "data")


def _parts(asked: Any) -> tuple[Any, Any, Any]:
    """Form, unit and decimal mark of what a tab is asked."""
    given = asked if isinstance(asked, dict) else {}
    return given.get("form"), given.get("unit"), given.get("mark")


def missed_days(form: Any, unit: Any, mark: Any, typed: tuple[Any, ...], context: Context) -> tuple[Any, ...]:
    """Overall time and gap, and what is wrong at each field."""
    given = gap.GapForm(**_texts(tabs.GAP_FIELDS, typed))
    found = gap.gap(Sheet.of(Form.of(form)), given, context.registry, Display.of(unit, mark))
    return tabs.gap_answer(found), *_at_fields(tabs.GAP_FIELDS, found.problems if found else {})


def models(form: Any, unit: Any, mark: Any, typed: tuple[Any, ...], context: Context) -> tuple[Any, ...]:
    """The high-dose models beside LQ, and what is wrong at each field."""
    given = high_dose.HighDoseForm(**_texts(tabs.MODEL_FIELDS, typed))
    found = high_dose.compare(Sheet.of(Form.of(form)), given, context.registry, Display.of(unit, mark))
    return tabs.model_answer(found), *_at_fields(tabs.MODEL_FIELDS, found.problems if found else {})


def solutions(form: Any, unit: Any, mark: Any, typed: tuple[Any, ...], context: Context) -> tuple[Any, ...]:
    """The schedules of a given effect, and what is wrong at each field."""
    texts = _texts(tabs.SOLVE_FIELDS, typed)
    given = solve.SolveForm(
        side="late" if texts["side"] == "late" else "tumour",
        kind="EQD2" if texts["kind"] == "EQD2" else "BED",
        target=texts["target"],
        each=texts["each"],
        fractions=texts["fractions"],
    )
    found = solve.solve(Sheet.of(Form.of(form)), given, context.registry, Display.of(unit, mark))
    return tabs.solve_answer(found), *_at_fields(tabs.SOLVE_FIELDS, found.problems)


def isoeffect(form: Any, unit: Any, mark: Any, dark: Any) -> tuple[Any, ...]:
    """Figure, its sentence and its numbers."""
    found = curves.isoeffect(Sheet.of(Form.of(form)), Display.of(unit, mark))
    summary = results.NOTHING if found is None else found.summary
    caption = "Schedules with the same tumour effect"
    return figures.isoeffect(found, dark=bool(dark)), summary, results.curve_table(found, caption)


def _fields(tab: str, names: tuple[str, ...]) -> list[Input]:
    return [Input(tabs.field_id(tab, name), "value") for name in names]


def _errors(tab: str, names: tuple[str, ...]) -> list[Output]:
    return [Output(tabs.field_id(tab, name), "error") for name in names]


def _at_fields(names: tuple[str, ...], problems: dict[str, str]) -> list[str]:
    return [problems.get(name, "") for name in names]


def _texts(names: tuple[str, ...], typed: tuple[Any, ...]) -> dict[str, str]:
    """The typed values by field; what is not text stands as empty."""
    return {name: value[:LONGEST] if isinstance(value, str) else "" for name, value in zip(names, typed, strict=True)}
