"""How a study is opened, what was found in it, and how its structures get names."""

from __future__ import annotations

from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update

from rtcalc.dicom.name_file import mapping_text, parse_mapping
from rtcalc.errors import RtcalcError
from rtcalc_app import fields, uploads
from rtcalc_app import ids as shared
from rtcalc_app.display import Display
from rtcalc_app.pages.dicom import ids
from rtcalc_app.services.dicom import structures, studies
from rtcalc_app.services.dicom.chosen import Chosen
from rtcalc_app.services.dicom.found import found, refused
from rtcalc_app.spool import Spool
from rtcalc_app.views import dicom as view
from rtcalc_app.views.parts import notice

READING = "Reading the files .."


def register(app: Dash, spool: Spool) -> None:
    """Wire the callbacks."""

    @app.callback(
        Output(ids.STUDY, "data"),
        Output(ids.NAMES, "data"),
        Output(ids.STATED, "data"),
        Output(ids.OPEN_STATUS, "children"),
        Input(ids.SENT, "data"),
        Input({"type": ids.SAMPLE, "name": ALL}, "n_clicks"),
        Input({"type": view.ACCEPT, "word": ALL}, "n_clicks"),
        Input(ids.FORGET, "n_clicks"),
        State(ids.STUDY, "data"),
        State(ids.NAMES, "data"),
        State(ids.STATED, "data"),
        running=[(Output(ids.BUSY, "children"), READING, "")],
        prevent_initial_call=True,
    )
    def open_study(
        sent: Any, _samples: Any, _accepts: Any, _forget: Any, study: Any, names: Any, stated: Any
    ) -> tuple[Any, Any, Any, Any]:
        return opened(spool, ctx.triggered_id, ctx.triggered, sent, study, (names, stated), uploads.session())

    @app.callback(
        Output(ids.FOUND, "children"),
        Output(ids.LOADED, "hidden"),
        Output(ids.FORGET, "hidden"),
        Output(ids.COURSE, "data"),
        Output(ids.COURSE, "value"),
        Input(ids.STUDY, "data"),
        Input(ids.STATED, "data"),
        Input(shared.UNIT, "value"),
        Input(shared.DECIMAL, "value"),
        State(ids.COURSE, "value"),
    )
    def show_found(study: Any, stated: Any, unit: Any, decimal: Any, course: Any) -> tuple[Any, ...]:
        return what_was_found(spool, study, stated, Display.of(unit, decimal), course)

    @app.callback(
        Output(ids.STATED, "data", allow_duplicate=True),
        Output(ids.STATE_STATUS, "children"),
        Input(ids.STATE, "n_clicks"),
        State(ids.FRACTIONS, "value"),
        State(ids.FRACTIONS_IN_FILE, "value"),
        State(ids.COURSE, "value"),
        State(ids.STATED, "data"),
        State(ids.STUDY, "data"),
        prevent_initial_call=True,
    )
    def state_fractions(
        _clicks: Any, fractions: Any, in_file: Any, course: Any, stated: Any, study: Any
    ) -> tuple[Any, Any]:
        try:
            return with_fractions(spool, study, stated, course, fractions, in_file), None
        except RtcalcError as problem:
            return no_update, notice(str(problem), kind="error")

    @app.callback(
        Output(ids.NAMES, "data", allow_duplicate=True),
        Output(ids.NAMES_STATUS, "children"),
        Input(ids.RENAME, "n_clicks"),
        Input(ids.UNNAME, "n_clicks"),
        Input(ids.NAMES_TEXT, "data"),
        State(ids.STRUCTURE, "value"),
        State(ids.NAME, "value"),
        State(ids.NAMES, "data"),
        State(ids.STUDY, "data"),
        prevent_initial_call=True,
    )
    def name(
        _rename: Any, _unname: Any, text: Any, structure: Any, wanted: Any, names: Any, study: Any
    ) -> tuple[Any, Any]:
        try:
            if ctx.triggered_id == ids.NAMES_TEXT:
                return names_read(text), notice("Your names were read.")
            given = wanted or "?" if ctx.triggered_id == ids.RENAME else None
            return structures.renamed(names, structure, given, Chosen.of(spool, study, names)), None
        except RtcalcError as problem:
            return no_update, notice(str(problem), kind="error")

    @app.callback(
        Output(ids.NAMES_FILE, "data"),
        Input(ids.SAVE_NAMES, "n_clicks"),
        State(ids.NAMES, "data"),
        State(ids.STUDY, "data"),
        prevent_initial_call=True,
    )
    def save_names(_clicks: Any, names: Any, study: Any) -> Any:
        text = mapping_text(Chosen.of(spool, study, names).names)
        return {"content": text, "filename": "names.yaml", "type": "text/yaml"}


def opened(
    spool: Spool, trigger: Any, triggered: Any, sent: Any, study: Any, kept: tuple[Any, Any], session: str
) -> tuple[Any, Any, Any, Any]:
    """What a click or an upload leads to: study, names, stated numbers, message."""
    nothing = (no_update, no_update, no_update, no_update)
    if not any(one.get("value") for one in triggered):
        return nothing  # buttons that have just been drawn
    try:
        if trigger == ids.FORGET:
            spool.drop_study(str(study))
            return None, None, None, notice("The study was removed from the server.")
        if isinstance(trigger, dict) and trigger.get("type") == view.ACCEPT:
            done = studies.read_again(spool, str(study), [str(trigger.get("word"))])
            return done.id, *kept, None
        if isinstance(trigger, dict):
            done = studies.open_sample(spool, str(trigger.get("name")))
        else:
            files = sent.get("ids") if isinstance(sent, dict) else None
            done = studies.open_uploads(spool, session, [str(one) for one in files or ()])
    except RtcalcError as problem:
        return no_update, no_update, no_update, notice(str(problem), kind="error")
    if isinstance(study, str):
        spool.drop_study(study)
    if not done.id:
        return None, None, None, notice(done.problem, kind="error")
    return done.id, None, None, None


def what_was_found(spool: Spool, study: Any, stated: Any, display: Display, course: Any) -> tuple[Any, ...]:
    """The card, whether the rest is hidden, whether the study can be removed, the courses and the chosen one."""
    if study is None:
        return [], True, True, [], None
    try:
        state = studies.state(spool, study)
        if state.problem:
            return view.found_card(refused(state)), False, False, [], None
        chosen = Chosen.of(spool, study, None, stated)
    except RtcalcError as problem:
        return [notice(str(problem), kind="error")], False, False, [], None
    known = list(chosen.courses)
    value = course if course in known else known[0] if known else None
    return view.found_card(found(chosen, state, display)), False, False, known, value


def with_fractions(spool: Spool, study: Any, stated: Any, course: Any, fractions: Any, in_file: Any) -> dict[str, Any]:
    """The stated numbers with those of one course; an empty field takes a number back.

    Raises
    ------
    DomainError, DicomError
        No whole number; a number that contradicts the plan.
    """
    numbers = {
        key: int(fields.whole(text, what))
        for key, text, what in (
            ("fractions", fractions, "Number of fractions"),
            ("fractions_in_file", in_file, "Fractions whose dose the file holds"),
        )
        if text not in (None, "")
    }
    data = {**(stated if isinstance(stated, dict) else {}), str(course): numbers}
    _ = Chosen.of(spool, study, None, data).course(course).fractions
    return data


def names_read(text: Any) -> dict[str, str]:
    """Names out of a file that the browser has read; a ProtocolError where it is none."""
    given = text.get("text") if isinstance(text, dict) else None
    return parse_mapping(given if isinstance(given, str) else "")
