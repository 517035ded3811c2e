"""Organs of a case that no row of its sets asked: said, with the row that may be meant and what to give for it."""

from __future__ import annotations

from collections.abc import Iterator

from rtcalc.assessment.context import Context
from rtcalc.courses import Course
from rtcalc.evidence import Severity
from rtcalc.findings import Finding, Question
from rtcalc.limits import Limit
from rtcalc.nesting import akin, around, within
from rtcalc.verdicts import Asked, asked

ASKED = "it is asked of that structure."
GIVE = "give the dose of that structure."


def unasked_findings(context: Context) -> Iterator[Finding]:
    """One finding for organs with a dose, a warning; one for organs that are only named near a target."""
    if not context.case.limit_sets:
        return
    silent = {organ: course for course in context.case.courses for organ in _silent(context, course)}
    dosed = {dose.organ for dose in context.case.doses()}
    with_dose = [organ for organ in silent if organ in dosed]
    named = [organ for organ in silent if organ not in dosed]
    sets = ", ".join(context.case.limit_sets)
    if with_dose:
        said = f"{sets} has no active row for {', '.join(with_dose)} at these fraction numbers: not judged."
        yield _finding(context, "no-limit-for-organ", "Organ doses without a limit", said, with_dose, silent)
    if named:
        said = f"Named near a target, and {sets} has no active row at these fraction numbers: {', '.join(named)}."
        yield _finding(context, "organ-not-asked", "Organs that no limit asks", said, named, silent)


def _finding(
    context: Context, rule: str, title: str, said: str, organs: list[str], silent: dict[str, Course]
) -> Finding:
    hints = tuple(hint for organ in organs for hint in _hints(context, organ, silent[organ]))
    open_hint = any(not hint.endswith(ASKED) for hint in hints)
    severity = Severity.WARNING if rule == "no-limit-for-organ" else Severity.CAUTION if open_hint else Severity.INFO
    return Finding(
        id=f"{rule}/{'+'.join(organs)}/{context.case.id}",
        rule=rule,
        question=Question.DATA,
        severity=severity,
        subject="+".join(organs),
        title=title,
        sentence=said,
        lines=hints,
    )


def _silent(context: Context, course: Course) -> list[str]:
    """Organs of a course of which nothing was asked, neither itself nor of what lies in it or around it."""
    return [
        organ
        for organ in context.organs(course)
        if not any(_asked(context, other, course) for other in (organ, *within(organ), *around(organ)))
    ]


def _asked(context: Context, organ: str, course: Course) -> list[Asked]:
    return [
        question
        for _, rows in context.rows
        for question in asked(rows, organ, course.fractions, conventional=course.conventional)
    ]


def _hints(context: Context, organ: str, course: Course) -> Iterator[str]:
    """The rows of structures akin to the organ; else the fraction numbers for which it has rows."""
    found = False
    for other in akin(organ):
        rows = dict.fromkeys(str(question.below) for question in _asked(context, other, course))
        if rows:
            found = True
            there = other in context.organs(course)
            yield f"{organ}: the limit of {other} may be meant ({'; '.join(rows)}); {ASKED if there else GIVE}"
    own = [row for _, rows in context.rows for row in rows if organ in row.applies_to and row.role == "limit"]
    if not found and own:
        yield f"{organ}: {'; '.join(_elsewhere(own, course))}."


def _elsewhere(rows: list[Limit], course: Course) -> Iterator[str]:
    for name in dict.fromkeys(row.set_id for row in rows):
        of_set = [row for row in rows if row.set_id == name]
        active = [row for row in of_set if row.standing == "active"]
        counts = sorted({row.fractions for row in active if row.fractions})
        words = [str(low) if low == high else f"{low}-{high}" for low, high in counts]
        words += ["conventional"] if any(row.fractions is None for row in active) else []
        if words:
            yield f"{name} has rows for {', '.join(words)} fractions, this course has {course.fractions}"
        else:
            yield f"the {len(of_set)} rows of {name} were read in one text only, or are held"
