"""An assessment for a person: `text` for the terminal. No figure is computed here.

The function is loaded when first used: the listings and `rtcalc bed` live here too and need none of an assessment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rtcalc.report.as_text import text as text

__all__ = ["text"]


def __getattr__(name: str) -> Any:
    if name != "text":
        raise AttributeError(f"module 'rtcalc.report' has no attribute {name!r}")
    from rtcalc.report.as_text import text

    return text
