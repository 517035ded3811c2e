"""An assessment for a person: `text` for the terminal. No figure is computed here."""

from rtcalc.report.text import text

__all__ = ["text"]
