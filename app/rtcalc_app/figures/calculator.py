"""The charts of the calculator."""

from __future__ import annotations

from typing import Any

from rtcalc_app.figures.base import DASHES, Figure, figure, palette
from rtcalc_app.services.calculator.curves import BedCurve, Isoeffect

LEGEND = {"orientation": "h", "y": -0.34, "x": 0}
"""Below the title of the axis, where a flat chart has it."""


def bed_curve(found: BedCurve | None, *, dark: bool) -> Figure:
    """BED against alpha/beta: a line per schedule, the 100 Gy line, the tissues' alpha/beta and their ranges."""
    if found is None:
        return figure([], dark=dark, x="α/β [Gy]", y="BED")
    colours = palette(dark)
    traces: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    for number, line in enumerate(found.lines):
        look = {"color": colours.series[number], "dash": DASHES[number], "width": 2.2}
        traces.append(
            {"type": "scatter", "mode": "lines", "name": line.name, "x": list(found.x), "y": list(line.y), "line": look,
             "hovertemplate": f"α/β %{{x}} Gy: %{{y:.1f}} {found.unit}<extra>{line.name}</extra>"}
        )  # fmt: skip
        if line.crossing is not None:
            dot = {"color": colours.series[number], "size": 9}
            traces.append(
                {"type": "scatter", "mode": "markers", "x": [line.crossing], "y": [found.mark], "marker": dot,
                 "showlegend": False, "hoverinfo": "skip"}
            )  # fmt: skip
            notes.append(_note(line.crossing, found.mark, line.crossing_text, colours.series[number], number))
    shapes: list[dict[str, Any]] = [
        {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": found.mark, "y1": found.mark,
         "line": {"color": colours.mark, "width": 1.5, "dash": "dash"}}
    ]  # fmt: skip
    for number, band in enumerate(found.bands):
        if band.low is not None and band.high is not None:
            shapes.append(
                {"type": "rect", "yref": "paper", "y0": 0, "y1": 1, "x0": max(band.low, found.x[0]),
                 "x1": min(band.high, found.x[-1]), "fillcolor": colours.shade, "line": {"width": 0}, "layer": "below"}
            )  # fmt: skip
        if found.x[0] <= band.value <= found.x[-1]:
            shapes.append(
                {"type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": band.value, "x1": band.value,
                 "line": {"color": colours.muted, "width": 1, "dash": "dot"}}
            )  # fmt: skip
            side = "left" if band.value < found.x[-1] * 0.7 else "right"
            notes.append(
                {"x": band.value, "y": 1 - 0.07 * number, "yref": "paper", "text": band.name, "showarrow": False,
                 "xanchor": side, "font": {"size": 12, "color": colours.muted}}
            )  # fmt: skip
    notes.append(
        {"x": 1, "xref": "paper", "xanchor": "right", "y": found.mark, "yanchor": "bottom", "showarrow": False,
         "text": f"BED {found.mark:g} {found.unit}", "font": {"size": 12, "color": colours.mark}}
    )  # fmt: skip
    return figure(
        traces, dark=dark, x="α/β [Gy]", y=f"BED [{found.unit}]",
        xaxis={"range": [found.x[0], found.x[-1]]}, yaxis={"range": [0, found.ceiling]},
        shapes=shapes, annotations=notes, showlegend=len(found.lines) > 1, legend=LEGEND,
        separators=",." if found.comma else ".,",
    )  # fmt: skip


def isoeffect(found: Isoeffect | None, *, dark: bool) -> Figure:
    """Total dose against the number of fractions, for the same effect on the tumour and on the late tissue."""
    if found is None:
        return figure([], dark=dark, x="fractions", y="total dose")
    colours = palette(dark)
    traces: list[dict[str, Any]] = [
        {"type": "scatter", "mode": "lines", "name": name, "x": list(found.fractions), "y": list(totals),
         "line": {"color": colours.series[number], "dash": DASHES[number], "width": 2.2},
         "hovertemplate": f"%{{x}} fractions: %{{y:.1f}} {found.unit}<extra>{name}</extra>"}
        for number, (name, totals) in enumerate(found.totals)
    ]  # fmt: skip
    count, total = found.here
    traces.append(
        {"type": "scatter", "mode": "markers", "name": "this schedule", "x": [count], "y": [total],
         "marker": {"color": colours.mark, "size": 10}, "hoverinfo": "skip"}
    )  # fmt: skip
    return figure(
        traces, dark=dark, x="fractions", y=f"total dose [{found.unit}]", yaxis={"rangemode": "tozero"},
        separators=",." if found.comma else ".,",
    )  # fmt: skip


def _note(x: float, y: float, text: str, colour: str, number: int) -> dict[str, Any]:
    # One above the other, so that near crossings do not hide each other.
    return {"x": x, "y": y, "text": text, "ax": 18, "ay": -22 - 16 * number, "arrowcolor": colour, "arrowwidth": 1,
            "font": {"size": 12, "color": colour}}  # fmt: skip
