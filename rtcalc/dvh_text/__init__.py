"""Dose-volume curves from the text exports of planning systems: what is ambiguous is refused, no patient is kept."""

from rtcalc.dvh_text.reading import DvhText, read_dvh_text, scan_dvh_text

__all__ = ["DvhText", "read_dvh_text", "scan_dvh_text"]
