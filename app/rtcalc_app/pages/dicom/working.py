"""What is done with a study: the sum of its courses, and the way into the case."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, no_update

from rtcalc.errors import RtcalcError
from rtcalc_app import ids as shared
from rtcalc_app.context import Context
from rtcalc_app.display import Display
from rtcalc_app.figures import dicom as figures
from rtcalc_app.pages.dicom import ids
from rtcalc_app.services.dicom import handover, sums
from rtcalc_app.services.dicom.chosen import Chosen
from rtcalc_app.spool import Spool
from rtcalc_app.views import dicom as view
from rtcalc_app.views.parts import notice


def register(app: Dash, context: Context, spool: Spool) -> None:
    """Wire the callbacks."""
    registry = context.registry

    @app.callback(
        Output(ids.SUM_CARD, "hidden"),
        Output(ids.SUM_STRUCTURE, "data"),
        Input(ids.STUDY, "data"),
        Input(ids.COURSE, "value"),
    )
    def offer_sum(study: Any, course: Any) -> tuple[bool, list[str]]:
        if study is None or course is None:
            return True, []
        try:
            chosen = Chosen.of(spool, study)
        except RtcalcError:
            return True, []  # what was found says why
        drawn = [one.name for one in chosen.study.structures if one.kind == "volume" and one.name]
        return len(chosen.courses) < 2, list(dict.fromkeys(drawn))

    @app.callback(
        Output(ids.SUM_RATIO, "value"),
        Input(ids.SUM_STRUCTURE, "value"),
        State(ids.STUDY, "data"),
        State(ids.NAMES, "data"),
        prevent_initial_call=True,
    )
    def usual_ratio(structure: Any, study: Any, names: Any) -> str:
        try:
            return sums.usual_ratio(Chosen.of(spool, study, names), structure, registry)
        except RtcalcError:
            return ""  # the user types one

    @app.callback(
        Output(ids.SUM, "figure"),
        Output(f"{ids.SUM}-summary", "children"),
        Output(ids.SUM_TABLE, "children"),
        Output(ids.SUM_SHOWN, "hidden"),
        Input(ids.ADD, "n_clicks"),
        Input(shared.UNIT, "value"),
        Input(shared.DECIMAL, "value"),
        Input(shared.DARK, "data"),
        State(ids.SUM_STRUCTURE, "value"),
        State(ids.SUM_RATIO, "value"),
        State(ids.STUDY, "data"),
        State(ids.NAMES, "data"),
        State(ids.STATED, "data"),
        running=[(Output(ids.ADD, "disabled"), True, False)],
        prevent_initial_call=True,
    )
    def add(
        clicks: Any, unit: Any, decimal: Any, dark: Any, structure: Any, ratio: Any, study: Any, names: Any, stated: Any
    ) -> tuple[Any, Any, Any, Any]:
        if not clicks or study is None:
            return no_update, no_update, no_update, no_update
        display = Display.of(unit, decimal)
        try:
            total = sums.course_sum(Chosen.of(spool, study, names, stated), structure, ratio, display)
        except RtcalcError as problem:
            return figures.NOTHING, "", notice(str(problem), kind="error"), True
        figure = figures.sum_figure(total, dark=dark is True, display=display)
        return figure, total.summary, view.sum_table(total), False

    @app.callback(
        Output(shared.HELD_CASE, "data", allow_duplicate=True),
        Output(shared.LOCATION, "pathname", allow_duplicate=True),
        Output(ids.USE_STATUS, "children"),
        Input(ids.USE, "n_clicks"),
        State(shared.HELD_CASE, "data"),
        State(ids.STUDY, "data"),
        State(ids.NAMES, "data"),
        State(ids.STATED, "data"),
        State(ids.DISEASE, "value"),
        State(ids.TISSUE, "value"),
        State(ids.TECHNIQUE, "value"),
        State(ids.SETS, "value"),
        running=[(Output(ids.USE, "disabled"), True, False)],
        prevent_initial_call=True,
    )
    def use(
        clicks: Any,
        held: Any,
        study: Any,
        names: Any,
        stated: Any,
        disease: Any,
        tissue: Any,
        technique: Any,
        sets: Any,
    ) -> tuple[Any, Any, Any]:
        if not clicks:
            return no_update, no_update, no_update
        wanted = handover.Wanted(disease=disease, tissue=tissue, technique=technique, sets=sets)
        try:
            text = handover.into_case(Chosen.of(spool, study, names, stated), held, wanted, registry)
        except RtcalcError as problem:
            return no_update, no_update, notice(str(problem), kind="error")
        return text, "/case", None
