"""The EQD2 map as a file: asked for in the body of a request, so that no study's id is in an address or a log."""

from __future__ import annotations

from dash import ClientsideFunction, Dash, Input, Output, State
from flask import Flask, Response

from rtcalc_app import fields
from rtcalc_app.pages.dicom import ids
from rtcalc_app.services.dicom.chosen import Chosen
from rtcalc_app.spool import Spool, new_id
from rtcalc_app.uploads import json_body, require_mark


def register(app: Dash, spool: Spool) -> None:
    """Add the route and the button."""
    server: Flask = app.server

    @server.post("/dicom/eqd2-map")
    def eqd2_map() -> Response:
        require_mark()
        name, content = map_of(spool, json_body())
        answer = Response(content, mimetype="application/dicom")
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    app.clientside_callback(
        ClientsideFunction("dicom", "map"),
        Output(ids.MAP_STATUS, "children"),
        Input(ids.MAP, "n_clicks"),
        State(ids.STUDY, "data"),
        State(ids.COURSE, "value"),
        State(ids.MAP_RATIO, "value"),
        State(ids.STATED, "data"),
        prevent_initial_call=True,
    )


def map_of(spool: Spool, asked: dict[str, object]) -> tuple[str, bytes]:
    """Name and content of the file.

    Raises
    ------
    DicomError, DomainError
        No such study, an unknown number of fractions, no alpha/beta.
    """
    from rtcalc.dicom.effect_map import EffectMap

    chosen = Chosen.of(spool, asked.get("study"), None, asked.get("stated"))
    ratio = fields.gray(asked.get("alpha_beta"), "Alpha/beta")
    made = EffectMap.of([chosen.course(asked.get("course"))], ratio)
    path = spool.study(chosen.id) / f"map-{new_id()}"
    try:
        made.write(path)
        return f"eqd2-{made.courses[0]}-ab{made.alpha_beta:g}.dcm", path.read_bytes()
    finally:
        path.unlink(missing_ok=True)
