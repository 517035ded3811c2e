"""The chart of dose and volume, the table of structures, one plane of the dose."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, ctx, no_update

from rtcalc.errors import RtcalcError
from rtcalc_app import ids as shared
from rtcalc_app.context import Context
from rtcalc_app.display import Display
from rtcalc_app.figures import dicom as figures
from rtcalc_app.pages.dicom import ids
from rtcalc_app.services.dicom import curves, slices, structures
from rtcalc_app.services.dicom.chosen import Chosen
from rtcalc_app.spool import Spool
from rtcalc_app.views import dicom as view
from rtcalc_app.views.parts import notice

COMPUTING = "Computing dose and volume of every structure .."
USUAL_SET = "TG101"
"""Chosen at first where it has a limit for the course; which set is chosen stands above the chart."""


def register(app: Dash, context: Context, spool: Spool) -> None:
    """Wire the callbacks."""
    registry = context.registry

    @app.callback(
        Output(ids.SETS, "data"),
        Output(ids.SETS, "value"),
        Input(ids.STUDY, "data"),
        Input(ids.COURSE, "value"),
        Input(ids.NAMES, "data"),
        Input(ids.STATED, "data"),
        State(ids.SETS, "value"),
    )
    def choose_sets(study: Any, course: Any, names: Any, stated: Any, before: Any) -> tuple[Any, Any]:
        if study is None or course is None:
            return [], []
        try:
            known = curves.sets_of(Chosen.of(spool, study, names, stated), course, registry)
        except RtcalcError:
            return [], []  # what was found says why
        offered = [name for name, _ in known]
        kept = [name for name in before or () if name in offered]
        first = [USUAL_SET] if USUAL_SET in offered else offered[:1]
        return [{"value": name, "label": name} for name in offered], kept or first

    @app.callback(
        Output(ids.DVH, "figure"),
        Output(f"{ids.DVH}-summary", "children"),
        Output(ids.LIMITS, "children"),
        Input(ids.STUDY, "data"),
        Input(ids.COURSE, "value"),
        Input(ids.SETS, "value"),
        Input(ids.BASIS, "value"),
        Input(ids.TUMOUR, "value"),
        Input(ids.NAMES, "data"),
        Input(ids.STATED, "data"),
        Input(shared.UNIT, "value"),
        Input(shared.DECIMAL, "value"),
        Input(shared.DARK, "data"),
        running=[(Output(ids.BUSY, "children"), COMPUTING, "")],
    )
    def show_curves(
        study: Any, course: Any, sets: Any, basis: Any, tumour: Any, names: Any, stated: Any, unit: Any, decimal: Any,
        dark: Any,
    ) -> tuple[Any, Any, Any]:  # fmt: skip
        if study is None or course is None:
            return figures.NOTHING, "", None
        display = Display.of(unit, decimal)
        try:
            chosen = Chosen.of(spool, study, names, stated)
            chart = curves.dvh_chart(chosen, course, sets, registry, display, biological=basis == "eqd2", tumour=tumour)
        except RtcalcError as problem:
            return figures.NOTHING, "", notice(str(problem), kind="error")
        rows = [one.row(display) for one in chart.limits]
        below = [*view.limits_table(chart, rows), view.curves_table(chart)]
        return figures.dvh_figure(chart, dark=dark is True, display=display), chart.summary, below

    @app.callback(
        Output(ids.STRUCTURES, "children"),
        Output(ids.STRUCTURE, "data"),
        Output(ids.SLICE_STRUCTURE, "data"),
        Output(ids.SLICE_STRUCTURE, "value"),
        Input(ids.STUDY, "data"),
        Input(ids.COURSE, "value"),
        Input(ids.NAMES, "data"),
        Input(ids.STATED, "data"),
        Input(shared.UNIT, "value"),
        Input(shared.DECIMAL, "value"),
        State(ids.SLICE_STRUCTURE, "value"),
    )
    def show_structures(
        study: Any, course: Any, names: Any, stated: Any, unit: Any, decimal: Any, before: Any
    ) -> tuple[Any, Any, Any, Any]:
        if study is None or course is None:
            return None, [], [], None
        try:
            chosen = Chosen.of(spool, study, names, stated)
            found = structures.structure_table(chosen, course, Display.of(unit, decimal))
        except RtcalcError as problem:
            return notice(str(problem), kind="error"), [], [], None
        drawn = [{"value": str(row.number), "label": row.name} for row in found.rows if row.near_max != "—"]
        known = [one["value"] for one in drawn]
        organs = [str(row.number) for row in found.rows if not row.is_target and str(row.number) in known]
        value = before if before in known else next(iter([*organs, *known]), None)
        return view.structures_table(found), list(found.names), drawn, value

    @app.callback(
        Output(ids.PLANE, "value"),
        Output(ids.PLANE, "max"),
        Output(ids.SLICE, "figure"),
        Output(f"{ids.SLICE}-summary", "children"),
        Output(ids.SLICE_STATUS, "children"),
        Input(ids.SLICE_STRUCTURE, "value"),
        Input(ids.PLANE, "value"),
        Input(ids.COURSE, "value"),
        Input(ids.NAMES, "data"),
        Input(shared.UNIT, "value"),
        Input(shared.DECIMAL, "value"),
        Input(shared.DARK, "data"),
        State(ids.STUDY, "data"),
        State(ids.STATED, "data"),
    )
    def show_slice(
        structure: Any, plane: Any, course: Any, names: Any, unit: Any, decimal: Any, dark: Any, study: Any, stated: Any
    ) -> tuple[Any, Any, Any, Any, Any]:
        if study is None or course is None or structure is None:
            return no_update, no_update, figures.NOTHING, "", None
        moved = bool({ids.SLICE_STRUCTURE, ids.COURSE} & {_component(one) for one in ctx.triggered_prop_ids})
        display = Display.of(unit, decimal)
        try:
            chosen = Chosen.of(spool, study, names, stated)
            index = slices.hottest_plane(chosen, course, structure) if moved else plane
            one = slices.dose_slice(chosen, course, structure, index, display)
        except RtcalcError as problem:
            return no_update, no_update, figures.NOTHING, "", notice(str(problem), kind="error")
        figure = figures.slice_figure(one, dark=dark is True, display=display)
        at = index if moved else no_update
        return at, one.planes - 1, figure, one.summary, None


def _component(prop: str) -> str:
    return prop.rsplit(".", 1)[0]
