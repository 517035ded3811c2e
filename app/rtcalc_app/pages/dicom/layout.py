"""The DICOM page before a study is loaded; what belongs to a study waits hidden."""

from __future__ import annotations

from typing import Any, get_args

import dash_mantine_components as dmc
from dash import dcc, html

from rtcalc.courses import Technique
from rtcalc_app.context import Context
from rtcalc_app.figures.dicom import NOTHING
from rtcalc_app.pages.dicom import ids
from rtcalc_app.services.dicom import curves, structures, studies
from rtcalc_app.views.dicom import FRACTIONS as FRACTIONS_TITLE
from rtcalc_app.views.parts import aria, card, chart, details, source

PRIVACY = (
    "Files are read in a process of their own and then deleted; patient names, numbers, birth dates and the names of "
    "files are not kept. What was read is deleted 12 hours after it was last looked at, when you remove it, and when "
    "the server ends."
)


def layout(context: Context) -> html.Div:
    """The page."""
    return html.Div(
        [
            dcc.Store(id=ids.STUDY, storage_type="session"),
            dcc.Store(id=ids.NAMES, storage_type="session"),
            dcc.Store(id=ids.STATED, storage_type="session"),
            dcc.Store(id=ids.SENT),
            dcc.Store(id=ids.NAMES_TEXT),
            dcc.Download(id=ids.NAMES_FILE),
            html.H1("DICOM"),
            _open(),
            html.Div(
                [
                    html.Div([_found(), _chart(context)], className="columns dicom-top"),
                    html.Div([_structures(), _slice()], className="columns dicom-below"),
                    html.Div([_sum(), _take_on(context)], className="columns dicom-below"),
                ],
                id=ids.LOADED,
                hidden=True,
            ),
        ],
        className="dicom",
    )


def _open() -> html.Section:
    known = studies.samples()
    buttons: list[Any] = [
        html.Button(name, id={"type": ids.SAMPLE, "name": name}, className="plain", title=title)
        for name, title in known.items()
    ]
    absent = "none here: they come with the source code, not with the installed package"
    return html.Section(
        [
            html.Div(
                [
                    html.Div(id=ids.PICK, className="pick"),
                    html.Span("or drop them here", className="unit no-phone"),
                    html.Span(
                        ["Samples: ", *(buttons or [absent])],
                        className="samples",
                        role="group",
                        **aria(label="Samples"),
                    ),
                    html.Button("Remove this study", id=ids.FORGET, className="plain", hidden=True),
                ],
                className="open-row",
            ),
            html.Progress(id=ids.PROGRESS, value="0", max="1", hidden=True, **aria(label="Upload")),
            html.Div(id=ids.UPLOAD_STATUS, className="source", role="status"),
            html.Div(id=ids.BUSY, className="busy", role="status"),
            html.Div(id=ids.OPEN_STATUS),
            html.Div(id=ids.SENT_FILES),
            details("What is kept, and for how long", source(PRIVACY)),
        ],
        className="card no-print",
        id=ids.DROP,
        **aria(label="Open a study"),
    )


def _found() -> html.Section:
    return card("What was found", html.Div(id=ids.FOUND))


def _chart(context: Context) -> html.Section:
    controls = html.Div(
        [
            dmc.Select(id=ids.COURSE, label="Course", data=[], allowDeselect=False, size="xs"),
            html.Div(
                dmc.SegmentedControl(
                    id=ids.BASIS,
                    data=[{"value": "physical", "label": "Physical dose"}, {"value": "eqd2", "label": "EQD2"}],
                    value="physical",
                    size="xs",
                ),
                role="group",
                **aria(label="Dose of the chart"),
            ),
            dmc.MultiSelect(id=ids.SETS, label="Limits from", data=[], value=[], size="xs"),
            dmc.Select(
                id=ids.TUMOUR,
                label="Tumour, for EQD2 of the targets",
                data=[{"value": name, "label": label} for name, label in curves.tumours(context.registry)],
                searchable=True,
                clearable=True,
                placeholder="not chosen",
                size="xs",
            ),
        ],
        className="controls",
    )
    stated = details(
        FRACTIONS_TITLE,
        html.Div(
            [
                dmc.TextInput(id=ids.FRACTIONS, label="Number of fractions of this course", size="xs", value=""),
                dmc.TextInput(
                    id=ids.FRACTIONS_IN_FILE, label="Fractions whose dose the file holds", size="xs", value=""
                ),
                html.Button("Take these", id=ids.STATE, className="plain"),
                html.Div(id=ids.STATE_STATUS),
            ],
            className="controls",
        ),
    )
    return card(
        "Dose and volume", controls, chart(NOTHING, "", id=ids.DVH, height="360px"), html.Div(id=ids.LIMITS), stated
    )


def _structures() -> html.Section:
    editor = html.Div(
        [
            dmc.Select(id=ids.STRUCTURE, label="Structure", data=[], searchable=True, size="xs"),
            dmc.Select(
                id=ids.NAME, label="is (TG-263)", data=structures.choices(), searchable=True, limit=60, size="xs"
            ),
            html.Button("Name it so", id=ids.RENAME, className="plain"),
            html.Button("Back to the guess", id=ids.UNNAME, className="plain"),
            html.Button("Save names", id=ids.SAVE_NAMES, className="plain"),
            html.Div(id=ids.NAMES_PICK, className="pick"),
        ],
        className="controls no-print",
    )
    return card("Structures", editor, html.Div(id=ids.NAMES_STATUS), html.Div(id=ids.STRUCTURES))


def _slice() -> html.Section:
    controls = html.Div(
        [
            dmc.Select(id=ids.SLICE_STRUCTURE, label="Highest dose of", data=[], allowDeselect=False, size="xs"),
            html.Div(
                [
                    html.Span("Plane", className="label", id="dicom-plane-label"),
                    dmc.Slider(
                        id=ids.PLANE, value=0, min=0, max=1, step=1, label=None, updatemode="mouseup",
                        thumbLabel="Plane of the dose",
                    ),
                ],
                className="plane",
            ),
        ],
        className="controls no-print",
    )  # fmt: skip
    return card("One plane", controls, html.Div(id=ids.SLICE_STATUS), chart(NOTHING, "", id=ids.SLICE, height="500px"))


def _sum() -> html.Div:
    controls = html.Div(
        [
            dmc.Select(id=ids.SUM_STRUCTURE, label="Structure", data=[], searchable=True, size="xs"),
            dmc.TextInput(id=ids.SUM_RATIO, label="Alpha/beta [Gy]", size="xs", value=""),
            html.Button("Add the courses", id=ids.ADD, className="main"),
        ],
        className="controls no-print",
    )
    found = card(
        "Sum of the courses", controls, html.Div(id=ids.SUM_TABLE),
        html.Div(chart(NOTHING, "", id=ids.SUM, height="320px"), id=ids.SUM_SHOWN, hidden=True),
        subtitle="EQD2 voxel by voxel where one frame or a registration connects the courses; else bounds only.",
    )  # fmt: skip
    return html.Div(found, id=ids.SUM_CARD, hidden=True)


def _take_on(context: Context) -> html.Section:
    new = details(
        "For a new case, because no DICOM file says it",
        html.Div(
            [
                dmc.TextInput(id=ids.DISEASE, label="Disease, in your words", size="xs", value=""),
                dmc.Select(
                    id=ids.TISSUE,
                    label="Tissue of the tumour",
                    data=[
                        {"value": one.id, "label": one.name}
                        for one in context.registry.tissues.values()
                        if one.kind == "tumour"
                    ],
                    searchable=True,
                    size="xs",
                ),
                dmc.Select(id=ids.TECHNIQUE, label="Technique", data=list(get_args(Technique)), size="xs"),
            ],
            className="controls",
        ),
        opened=True,
    )
    return card(
        "Take on",
        html.P(
            "Courses, organ doses and distances go into the case. A case that is being worked on is kept and filled in "
            "where it has these courses; numbers typed there that contradict are refused.",
            className="subtitle",
        ),
        new,
        html.Button("Use in case", id=ids.USE, className="main"),
        html.Div(id=ids.USE_STATUS),
        html.H3("EQD2 map"),
        html.Div(
            [
                dmc.TextInput(id=ids.MAP_RATIO, label="Alpha/beta of the whole map [Gy]", size="xs", value=""),
                html.Button("Download as RT Dose", id=ids.MAP, className="plain"),
            ],
            className="controls",
        ),
        html.Div(id=ids.MAP_STATUS, role="status"),
        source("One alpha/beta for all voxels; 32 bits, DoseType EFFECTIVE, new UIDs, no patient."),
    )
