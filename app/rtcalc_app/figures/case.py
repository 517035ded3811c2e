"""The timeline and the bounds of cumulative doses as charts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from rtcalc_app.figures.base import Figure, Palette, figure, palette
from rtcalc_app.services.case.sums import Interval
from rtcalc_app.services.case.timeline import Bar, Tick, TimelineView

DAY_MS = 86_400_000
HEIGHTS = {"course": 1.0, "drug": 1.0, "rule": 0.62}
PIXELS_PER_LANE = 40
INTERVAL_PIXELS = 26
FAINTEST = 0.12
"""Opacity of the last of a drug that washes out; what is off is not drawn as a bar."""


def timeline(view: TimelineView, dark: bool) -> Figure:
    """Courses as ticks by fraction, drugs as bars, rule windows as brackets; what is not known is hatched."""
    colours = palette(dark)
    places, bottom = _places(view)
    axis = _Axis(view)
    bars = [_bars(view, axis, places, words, **style) for words, style in _styles(colours) if _has(view, words)]
    brackets = [_bracket(bar, axis, places, colours) for bar in view.bars if bar.word.startswith("rule")]
    ticks = [_ticks(view.ticks, axis, places, colours, view), _said(view.ticks, axis, places, colours)]
    shown = figure(
        [trace for trace in (*bars, *_legend_once(brackets), *ticks) if trace["x"]],
        dark=dark,
        x="Date" if view.calendar else "Day",
        y="",
        xaxis={"range": [axis.at(view.first), axis.at(view.last + 1)], "type": axis.type, "showgrid": True},
        yaxis={
            "range": [bottom, 0.1],
            "showticklabels": False,
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
        },
        barmode="overlay",
        bargap=0,
        margin={"l": 8, "r": 8, "t": 34, "b": 62},
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0, "font": {"size": 11}},
        annotations=[
            _label(lane.kind, lane.label, top, colours) for lane, (top, _) in zip(view.lanes, places, strict=True)
        ],
    )
    return shown


def timeline_height(view: TimelineView) -> str:
    """Height of the chart, which grows with its lanes."""
    return f"{round(sum(HEIGHTS[lane.kind] for lane in view.lanes) * PIXELS_PER_LANE) + 104}px"


class _Axis:
    """Days as plotly takes them: dates as text and lengths in milliseconds, or plain numbers."""

    def __init__(self, view: TimelineView) -> None:
        self.calendar = view.calendar
        self.type = "date" if view.calendar else "linear"

    def at(self, day: int, noon: bool = False) -> Any:
        if not self.calendar:
            return day + (0.5 if noon else 0)
        return date.fromordinal(day).isoformat() + (" 12:00" if noon else "")

    def length(self, days: int) -> int:
        return days * DAY_MS if self.calendar else days


def _places(view: TimelineView) -> tuple[list[tuple[float, float]], float]:
    """Top and middle of each lane, from 0 downwards; and the bottom."""
    places, top = [], 0.0
    for lane in view.lanes:
        height = HEIGHTS[lane.kind]
        places.append((top, top - 0.68 * height))
        top -= height
    return places, top - 0.05


def _styles(colours: Palette) -> list[tuple[str, dict[str, Any]]]:
    hatch = {"shape": "/", "fgcolor": colours.muted, "bgcolor": "rgba(0,0,0,0)", "size": 6, "solidity": 0.25}
    return [
        ("course", {"color": colours.series[0], "name": "course"}),
        ("on", {"color": colours.series[4], "name": "on"}),
        ("washing out", {"color": colours.series[1], "name": "washing out"}),
        ("off", {"color": colours.grid, "name": "off", "width": 0.06}),
        ("unknown", {"color": "rgba(0,0,0,0)", "name": "not known", "pattern": hatch, "line": colours.muted}),
    ]


def _has(view: TimelineView, word: str) -> bool:
    return any(bar.word == word for bar in view.bars)


def _bars(
    view: TimelineView,
    axis: _Axis,
    places: Sequence[tuple[float, float]],
    word: str,
    *,
    color: str,
    name: str,
    width: float = 0.34,
    pattern: dict[str, Any] | None = None,
    line: str | None = None,
) -> dict[str, Any]:
    bars = [bar for bar in view.bars if bar.word == word]
    marker: dict[str, Any] = {"color": color, "opacity": [max(bar.strength, FAINTEST) for bar in bars]}
    if pattern:
        marker["pattern"] = pattern
    marker["line"] = {"color": line or color, "width": 1 if line else 0}
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "base": [axis.at(bar.first) for bar in bars],
        "x": [axis.length(bar.last - bar.first + 1) for bar in bars],
        "y": [places[bar.lane][1] for bar in bars],
        "width": width,
        "marker": marker,
        "text": [_plain(bar.text) for bar in bars],
        "textposition": "none",
        "hovertemplate": "%{text}<extra></extra>",
    }


def _bracket(bar: Bar, axis: _Axis, places: Sequence[tuple[float, float]], colours: Palette) -> dict[str, Any]:
    """A line with feet at both ends; dashed where the dates behind it are not exact."""
    middle = places[bar.lane][1]
    foot = middle - 0.14
    ends = [axis.at(bar.first), axis.at(bar.first), axis.at(bar.last + 1), axis.at(bar.last + 1)]
    exact = bar.word == "rule"
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "rule window" if exact else "rule window, dates not exact",
        "legendgroup": bar.word,
        "x": ends,
        "y": [foot, middle, middle, foot],
        "line": {"color": colours.mark, "width": 2, "dash": "solid" if exact else "dot"},
        "text": [_plain(bar.text)] * 4,
        "hovertemplate": "%{text}<extra></extra>",
    }


def _legend_once(traces: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """One entry of the legend for all brackets of a kind."""
    seen: set[str] = set()
    shown = []
    for trace in traces:
        shown.append({**trace, "showlegend": trace["name"] not in seen})
        seen.add(trace["name"])
    return shown


def _ticks(
    ticks: Sequence[Tick], axis: _Axis, places: Sequence[tuple[float, float]], colours: Palette, view: TimelineView
) -> dict[str, Any]:
    own = [tick for tick in ticks if not tick.word and view.lanes[tick.lane].kind == "course"]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "fraction",
        "x": [axis.at(tick.day, noon=True) for tick in own],
        "y": [places[tick.lane][1] for tick in own],
        "marker": {"symbol": "line-ns", "size": 16, "line": {"color": colours.series[0], "width": 3}},
        "text": [_plain(tick.text) for tick in own],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _said(
    ticks: Sequence[Tick], axis: _Axis, places: Sequence[tuple[float, float]], colours: Palette
) -> dict[str, Any]:
    """What the case says of a drug during a course: filled on, open off, a cross where it says unknown."""
    own = [tick for tick in ticks if tick.word]
    symbols = {"on": "diamond", "off": "diamond-open", "unknown": "x"}
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "stated during a course (filled: on, open: off)",
        "x": [axis.at(tick.day, noon=True) for tick in own],
        "y": [places[tick.lane][1] for tick in own],
        "marker": {
            "symbol": [symbols[tick.word] for tick in own],
            "size": 10,
            "color": colours.ink,
            "line": {"color": colours.ink, "width": 2},
        },
        "text": [_plain(tick.text) for tick in own],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _label(kind: str, label: str, top: float, colours: Palette) -> dict[str, Any]:
    return {
        "xref": "paper",
        "x": 0,
        "xanchor": "left",
        "yref": "y",
        "y": top,
        "yanchor": "top",
        "showarrow": False,
        "align": "left",
        "text": _plain(label),
        "font": {"size": 11 if kind == "rule" else 12, "color": colours.muted if kind == "rule" else colours.ink},
    }


def intervals(bounds: Sequence[Interval], dark: bool) -> Figure:
    """Each sum from what is certain to what is possible; an arrow where nothing bounds it above."""
    colours = palette(dark)
    closed = [bound for bound in bounds if bound.high is not None]
    opened = [bound for bound in bounds if bound.high is None]
    bars = {
        "type": "bar",
        "orientation": "h",
        "name": "between the bounds",
        "base": [b.low for b in closed],
        "x": [(b.high or 0.0) - b.low for b in closed],
        "y": [_plain(b.label) for b in closed],
        "marker": {"color": colours.series[0]},
        "text": [b.text for b in closed],
        "textposition": "none",
        "hovertemplate": "%{y}: %{text}<extra></extra>",
    }
    arrows = {
        "type": "scatter",
        "mode": "markers",
        "name": "at least; no upper bound",
        "x": [b.low for b in opened],
        "y": [_plain(b.label) for b in opened],
        "marker": {"symbol": "triangle-right", "size": 12, "color": colours.series[1]},
        "text": [b.text for b in opened],
        "hovertemplate": "%{y}: %{text}<extra></extra>",
    }
    unit = bounds[0].unit if bounds else "Gy"
    return figure(
        [trace for trace in (bars, arrows) if trace["x"]],
        dark=dark,
        x=f"Cumulative EQD2 [{unit}], LQ, no recovery",
        y="",
        xaxis={"rangemode": "tozero"},
        yaxis={
            "categoryorder": "array",
            "categoryarray": [_plain(b.label) for b in reversed(bounds)],
            "tickfont": {"size": 11},
        },
        margin={"l": 8, "r": 16, "t": 34, "b": 48},
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0, "font": {"size": 11}},
        bargap=0.5,
    )


def intervals_height(bounds: Sequence[Interval]) -> str:
    """Height of the chart, which grows with its rows."""
    return f"{len(bounds) * INTERVAL_PIXELS + 110}px"


def _plain(text: str) -> str:
    """Text for a chart, which reads some markup: a name from a file is text."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
