"""Colours and type. Every text colour has a contrast of 4.5:1 or more on its ground, in light and in dark."""

from __future__ import annotations

from typing import Any

THEME: dict[str, Any] = {
    "primaryColor": "indigo",
    "primaryShade": {"light": 7, "dark": 5},
    "defaultRadius": "sm",
    "fontFamily": "system-ui, 'Segoe UI', Roboto, 'Liberation Sans', 'DejaVu Sans', sans-serif",
    "headings": {"fontWeight": "600"},
    "autoContrast": True,
}
