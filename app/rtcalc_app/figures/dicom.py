"""Charts of the DICOM page: dose against volume with the limits on it, one plane of a dose, the sum of courses."""

from __future__ import annotations

from typing import Any

from rtcalc_app.display import Display
from rtcalc_app.figures.base import DASHES, Figure, Palette, figure, palette
from rtcalc_app.services.dicom.curves import Chart, Line
from rtcalc_app.services.dicom.limits import Mark
from rtcalc_app.services.dicom.slices import Outline, Slice
from rtcalc_app.services.dicom.sums import Sum

STEP_HIGH = 12.0
"""How far the mark of a volume limit reaches up. [%]"""
LEGEND = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "font": {"size": 12}}
"""Above the chart: below it, a narrow screen lays it over the title of the axis."""
LEVELS = (0.2, 0.4, 0.6, 0.8, 1.0, 1.2)
"""Isodoses that are drawn, as parts of 100 %."""
_LIGHT = ((0.0, "#ffffff"), (0.15, "#e7f0fb"), (0.45, "#bcd9ee"), (0.7, "#ffe6a6"), (0.85, "#ffc078"), (1.0, "#f08c4a"))
_DARK = ((0.0, "#1a1b1e"), (0.15, "#1c2738"), (0.45, "#24425c"), (0.7, "#5a4a1c"), (0.85, "#7d4a17"), (1.0, "#9c3d12"))


NOTHING: Figure = {
    "data": [],
    "layout": {
        "xaxis": {"visible": False},
        "yaxis": {"visible": False},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
    },
}
"""Where there is no chart: without it, empty axes would look like one."""


def dvh_figure(chart: Chart, *, dark: bool, display: Display) -> Figure:
    """Cumulative curves with limits: a point for a dose at a volume, a step for a volume above a dose."""
    colours = palette(dark)
    drawn: dict[str, str] = {}
    traces: list[dict[str, Any]] = []
    for at, line in enumerate(chart.lines):
        colour = colours.series[at % len(colours.series)]
        drawn.setdefault(line.organ, colour)
        traces.append(_curve(line, colour, _dash(at), display, wide=line.is_target))
    marks = [mark for each in chart.limits for mark in each.marks if each.verdict.organ in chart.shown]
    traces += [_mark(mark, drawn[mark.organ], display) for mark in marks]
    kind = "EQD2" if chart.biological else "Physical dose"
    own = ", each structure at its own a/b" if chart.biological else ""
    tint = colours.series[3] if chart.biological else colours.ink
    axis = {"color": tint, "linecolor": tint, "linewidth": 2, "rangemode": "tozero"}
    return figure(
        traces,
        dark=dark,
        x=f"{kind} [{display.unit}]{own}",
        y="Volume [%]",
        xaxis=axis,
        yaxis={"range": [0, 102]},
        legend=LEGEND,
        margin={"l": 56, "r": 16, "t": 8, "b": 48},
        separators=_separators(display),
        uirevision=f"{chart.course} {chart.biological} {display.unit}",
    )


def sum_figure(total: Sum, *, dark: bool, display: Display) -> Figure:
    """Courses, their sum, and what a registration that is off could make of it."""
    colours = palette(dark)
    traces = []
    for at, line in enumerate(total.lines):
        colour, dash = colours.series[at % len(colours.series)], _dash(at)
        traces.append(_curve(line, colour, dash, display, wide=line.name == "sum"))
    tint = colours.series[3]
    return figure(
        traces,
        dark=dark,
        x=f"{total.alpha_beta} [{display.unit}]",
        y="Volume [%]",
        xaxis={"color": tint, "linecolor": tint, "linewidth": 2, "rangemode": "tozero"},
        yaxis={"range": [0, 102]},
        legend=LEGEND,
        margin={"l": 56, "r": 16, "t": 8, "b": 48},
        separators=_separators(display),
        uirevision=f"{total.structure} {display.unit}",
    )


def slice_figure(one: Slice, *, dark: bool, display: Display) -> Figure:
    """Dose with isodoses in per cent and in dose, contours on it, and where the chosen structure gets most."""
    colours = palette(dark)
    traces: list[dict[str, Any]] = [_dose(one, dark, display)]
    traces += [_outline(line, at, colours) for at, line in enumerate(one.outlines)]
    if one.spot is not None:
        traces.append(
            {
                "type": "scatter", "mode": "markers", "x": [round(one.spot.x, 2)], "y": [round(one.spot.y, 2)],
                "marker": {"symbol": "cross-thin", "size": 14, "line": {"width": 3, "color": colours.mark}},
                "name": "highest dose", "hovertemplate": "highest dose of the chosen structure<extra></extra>",
            }
        )  # fmt: skip
    return figure(
        traces,
        dark=dark,
        x="x [mm], patient's left →",
        y="y [mm], ← patient's back",
        xaxis={"constrain": "domain", "zeroline": False, "showgrid": False},
        yaxis={
            "scaleanchor": "x",
            "autorange": "reversed",
            "constrain": "domain",
            "zeroline": False,
            "showgrid": False,
        },
        separators=_separators(display),
        uirevision=one.course,
        margin={"l": 56, "r": 16, "t": 8, "b": 110},
        legend=LEGEND,
    )


def _dash(at: int) -> str:
    """A dash for the line of this number: where colours come round again, the dashes do not."""
    return DASHES[(at + 2 * (at // len(DASHES))) % len(DASHES)]


# --- parts ------------------------------------------------------------------------------------------------------------
def _curve(line: Line, colour: str, dash: str, display: Display, *, wide: bool) -> dict[str, Any]:
    scale = _scale(display)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": _safe(line.name),
        "x": [round(gray * scale, 3) for gray in line.gray],
        "y": list(line.percent),
        "line": {"color": colour, "dash": dash, "width": 3 if wide else 2},
        "hovertemplate": f"{_safe(line.name)}<br>%{{x:.2f}} {display.unit}, %{{y:.1f}} %<extra></extra>",
    }


def _mark(mark: Mark, colour: str, display: Display) -> dict[str, Any]:
    gray, percent = mark.gray * _scale(display), mark.percent
    text = f"{_safe(mark.organ)}<br>{_safe(mark.text).replace('<', '&lt;')}<extra></extra>"
    shared = {"type": "scatter", "showlegend": False, "hovertemplate": text, "name": f"limit {_safe(mark.organ)}"}
    if mark.form == "point":
        symbol = {"symbol": "x", "size": 9, "color": colour, "line": {"width": 1, "color": colour}}
        return {**shared, "mode": "markers", "x": [gray], "y": [percent], "marker": symbol, "cliponaxis": False}
    # The curve has to pass below the corner of the step.
    line = {"color": colour, "width": 2, "dash": "solid"}
    reach = 0.04 * max(gray, 1.0)
    return {
        **shared,
        "mode": "lines",
        "x": [gray - reach, gray, gray],
        "y": [percent, percent, min(percent + STEP_HIGH, 100.0)],
        "line": line,
    }


def _dose(one: Slice, dark: bool, display: Display) -> dict[str, Any]:
    scale = _scale(display)
    top = max(one.whole, max(max(row) for row in one.gray))
    levels = [level for level in LEVELS if level * one.whole <= top * 1.0001]
    marks = [round(level * one.whole * scale, 4) for level in levels]
    return {
        "type": "contour",
        "x": list(one.x),
        "y": list(one.y),
        "z": [[round(gray * scale, 2) for gray in row] for row in one.gray],
        "zmin": 0.0,
        "zmax": top * scale,
        "colorscale": [list(stop) for stop in (_DARK if dark else _LIGHT)],
        "contours": {
            "start": LEVELS[0] * one.whole * scale,
            "end": top * scale,
            "size": 0.2 * one.whole * scale,
            "coloring": "heatmap",
        },
        "line": {"color": palette(dark).muted, "width": 1},
        "colorbar": {
            "title": {"text": f"isodoses, % of {one.of_what} and {display.unit}", "side": "bottom"},
            "tickvals": marks,
            "ticktext": [f"{round(100 * level)} %<br>{display.gray(level * one.whole)}" for level in levels],
            "tickfont": {"size": 10},
            "orientation": "h",
            "y": -0.24,
            "tickangle": 0,
            "yanchor": "top",
            "thickness": 10,
            "outlinewidth": 0,
        },
        "hovertemplate": f"%{{z:.2f}} {display.unit}<extra></extra>",
        "name": "dose",
    }


def _outline(line: Outline, at: int, colours: Palette) -> dict[str, Any]:
    width = 3.5 if line.chosen else 1.8
    return {
        "type": "scatter",
        "mode": "lines",
        "name": _safe(line.name),
        "x": list(line.x),
        "y": list(line.y),
        "line": {"color": colours.series[at % len(colours.series)], "width": width, "dash": DASHES[at // 6 % 6]},
        "hoverinfo": "name",
    }


def _scale(display: Display) -> float:
    return 100.0 if display.unit == "cGy" else 1.0


def _separators(display: Display) -> str:
    return ",." if display.comma else ".,"


def _safe(name: str) -> str:
    """A name as text: the chart library reads a small markup in names."""
    return name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
