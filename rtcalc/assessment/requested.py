"""Which limits a case asks for: of the organs it names, and of structures whose limit the named ones stand nearest to.

A set may have no row for a structure as it was contoured, and one for a structure inside it or around it: that row is
asked, so that it is answered where it follows and is missing aloud where it does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rtcalc.assessment.context import Context
from rtcalc.case import OrganDose
from rtcalc.courses import Course
from rtcalc.evidence import Standing
from rtcalc.nesting import around, within
from rtcalc.verdicts import Asked, asked

# A cord measured on its canal or sac is a dose of that structure.
_MEASURED_AS = {"SpinalCanal": "canal", "ThecalSac": "thecal sac"}
_SPINE = ("SpinalCord", "CaudaEquina")


def doses_of(context: Context, organ: str, course: Course) -> tuple[OrganDose, ...]:
    """Doses of an organ in a course: its own, and those that were measured on it in place of what lies inside."""
    case, here = context.case, course.id
    own = (*case.doses(organ, here), *case.bounds(organ, here))
    as_other = _MEASURED_AS.get(organ)
    inside = (dose for dose in (*case.doses(course=here), *case.bounds(course=here)) if dose.organ in _SPINE)
    return (*own, *(replace(d, organ=organ, measured_on="organ") for d in inside if d.measured_on == as_other))


def outer_doses(context: Context, organ: str, course: Course) -> tuple[OrganDose, ...]:
    """Doses of structures that contain an organ."""
    return tuple(dose for other in around(organ) for dose in doses_of(context, other, course))


def inner_doses(context: Context, organ: str, course: Course) -> tuple[OrganDose, ...]:
    """Doses of structures that lie in an organ."""
    return tuple(dose for other in within(organ) for dose in doses_of(context, other, course))


def touches(context: Context, organ: str, course: Course) -> bool:
    """Whether a course has a dose that says something of an organ."""
    return any(part(context, organ, course) for part in (doses_of, outer_doses, inner_doses))


def questions(context: Context, course: Course, standing: Standing = "active") -> Iterator[tuple[str, Asked]]:
    """Every limit asked in a course, with the organ it is asked of, organ by organ in the order of the case."""
    organs = context.organs(course)
    taken = {
        _rows_of(question)
        for organ in organs
        for _, rows in context.rows
        for question in asked(rows, organ, course.fractions, conventional=course.conventional, standing=standing)
    }
    for organ in organs:
        for _, rows in context.rows:
            own = asked(rows, organ, course.fractions, conventional=course.conventional, standing=standing)
            yield from ((organ, question) for question in own)
            for other in () if own else (*within(organ), *around(organ)):
                for one in asked(rows, other, course.fractions, conventional=course.conventional, standing=standing):
                    if _rows_of(one) not in taken:
                        taken.add(_rows_of(one))
                        yield other, one


def _rows_of(question: Asked) -> tuple[str, ...]:
    return question.below.id, question.above.id if question.above else ""
