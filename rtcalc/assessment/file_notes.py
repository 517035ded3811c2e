"""Findings on what the files of a case say of themselves: grave notes one by one, all others together.

A note does not forbid a figure. What may make all of them those of something else is a stop, what casts doubt on them a
warning.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from rtcalc.assessment.context import Context
from rtcalc.evidence import Severity
from rtcalc.findings import Finding, Question
from rtcalc.notes import Note

GRAVE = MappingProxyType(
    {
        "dose-unit": (Severity.STOP, "Unit of the dose"),
        "dose-below-prescription": (Severity.WARNING, "Dose below its prescription"),
        "target-dose": (Severity.WARNING, "Target dose far from its prescription"),
        "plan-problem": (Severity.WARNING, "Dose without its plan"),
        "plan-rejected": (Severity.WARNING, "Plan rejected"),
        "weighted-dose": (Severity.WARNING, "Dose weighted already?"),
        "particles": (Severity.WARNING, "Dose of particles in the plan"),
        "negative-dose": (Severity.WARNING, "Negative dose"),
        "not-approved": (Severity.CAUTION, "Plan not approved"),
        "prescription-differs": (Severity.CAUTION, "Prescription and beams differ"),
        "other-structure-set": (Severity.CAUTION, "Another structure set than the plan's"),
        "contours": (Severity.CAUTION, "Contours to be looked at"),
    }
)
"""How grave a note is, and its title; every other one is information."""


def file_note_findings(context: Context) -> Iterator[Finding]:
    """Findings on the notes of the case, by their kind."""
    notes = context.case.file_notes
    for code, (severity, title) in GRAVE.items():
        of_kind = [note for note in notes if note.code == code]
        if of_kind:
            yield _finding(context, code, severity, title, of_kind)
    others = [note for note in notes if note.code not in GRAVE]
    if others:
        yield _finding(context, "others", Severity.INFO, "Notes of the files", others)


def _finding(context: Context, code: str, severity: Severity, title: str, notes: list[Note]) -> Finding:
    words = [str(note) if note.text.endswith("?") else f"{note}." for note in notes]
    one, calm = len(words) == 1, severity is Severity.INFO
    return Finding(
        id=f"file-note/{code}/{context.case.id}",
        rule="file-note",
        question=Question.DATA,
        severity=severity,
        subject=code,
        title=title,
        sentence=words[0] if one else f"{len(words)} notes.",
        lines=() if one or calm else tuple(words),
        details=tuple(words) if calm and not one else (),
    )
