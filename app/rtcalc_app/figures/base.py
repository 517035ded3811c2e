"""What every chart shares: colours for light and dark, axes, the dictionary around the traces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Figure = dict[str, Any]
FONT = "system-ui, 'Segoe UI', Roboto, 'Liberation Sans', 'DejaVu Sans', sans-serif"
CONFIG: Any = {"displayModeBar": False, "responsive": True, "showTips": False}
"""For `dcc.Graph`: the chart's own tool bar has no names that a screen reader could read."""


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of one scheme. `series` are told apart without colour too: each line gets its own dash."""

    ink: str
    muted: str
    grid: str
    ground: str
    mark: str
    shade: str
    series: tuple[str, ...]


LIGHT = Palette(
    ink="#212529", muted="#495057", grid="#e3e6ea", ground="#ffffff", mark="#b02a37", shade="rgba(59,91,219,0.12)",
    series=("#364fc7", "#b35c00", "#0b7285", "#862e9c", "#2b8a3e", "#5c4033"),
)  # fmt: skip
DARK = Palette(
    ink="#e9ecef", muted="#b6bcc2", grid="#3b4046", ground="#1a1b1e", mark="#ff8787", shade="rgba(145,167,255,0.18)",
    series=("#91a7ff", "#ffb266", "#66d9e8", "#e599f7", "#8ce99a", "#d9b38c"),
)  # fmt: skip
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")


def palette(dark: bool) -> Palette:
    """The colours of a scheme."""
    return DARK if dark else LIGHT


def figure(traces: Sequence[dict[str, Any]], *, dark: bool, x: str, y: str, **layout: Any) -> Figure:
    """A chart with titled axes.

    Parameters
    ----------
    traces : sequence of dict
        Plotly traces.
    dark : bool
        The scheme of the page.
    x, y : str
        Axis titles with their unit.
    **layout
        Further layout; `xaxis` and `yaxis` are merged with the titles.

    Returns
    -------
    dict
        `data` and `layout`.

    Examples
    --------
    >>> figure([], dark=False, x="a/b [Gy]", y="BED [Gy]")["layout"]["xaxis"]["title"]["text"]
    'a/b [Gy]'
    """
    colours = palette(dark)
    axis = {"gridcolor": colours.grid, "zerolinecolor": colours.grid, "linecolor": colours.muted, "automargin": True}
    shown = {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 13, "color": colours.ink},
        "margin": {"l": 56, "r": 16, "t": 16, "b": 48},
        "hovermode": "closest",
        "hoverlabel": {"bgcolor": colours.ground, "font": {"color": colours.ink}},
        "legend": {"orientation": "h", "y": -0.25, "x": 0},
        "uirevision": "kept",  # a zoom survives the next number
        **layout,
    }
    shown["xaxis"] = {**axis, "title": {"text": x}, **layout.get("xaxis", {})}
    shown["yaxis"] = {**axis, "title": {"text": y}, **layout.get("yaxis", {})}
    return {"data": list(traces), "layout": shown}
