"""What every part of an assessment looks at: the case, the knowledge, the timeline."""

from __future__ import annotations

from dataclasses import dataclass

from rtcalc.assessment import names
from rtcalc.assessment.curves import with_readings
from rtcalc.assessment.weighting import in_photon_dose
from rtcalc.case import Case
from rtcalc.chronology import timeline
from rtcalc.courses import Course
from rtcalc.drugs import Drug, Exposure
from rtcalc.limits import Limit
from rtcalc.registry import Registry
from rtcalc.timeline import Timeline
from rtcalc.tissues import Tissue


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """A case with the knowledge it is held against.

    Attributes
    ----------
    case : Case
        With what the limits ask read from its curves, beside the typed doses; doses of particles weighted.
    rows : tuple of (str, tuple of Limit)
        The case's limit sets, in its order.
    exposures : tuple of (Exposure, Drug or None)
        None: the case says that the registry has no entry of the drug, and so it is.
    set_aside : tuple of (str, str)
        Organ or target, and course, of doses that the case has and that cannot be used: of particles without a
        weighting.
    """

    case: Case
    registry: Registry
    line: Timeline
    rows: tuple[tuple[str, tuple[Limit, ...]], ...]
    exposures: tuple[tuple[Exposure, Drug | None], ...]
    set_aside: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, case: Case, registry: Registry) -> Context:
        """Look everything up that the case names.

        Raises
        ------
        UnknownName
            A tissue, a limit set, a drug, an organ or a citation that nothing knows; with file, line and nearest names.
        DomainError
            One drug under two of its names: what it was on a day would be answered twice; or a drug with an entry of
            which the case says that it has none.
        """
        rows, exposures = names.limit_rows(case, registry), names.exposures(case, registry)
        names.require_structures(case)
        names.require_tissues_and_source(case, registry)
        names.require_control_set(case, registry)
        case, set_aside = in_photon_dose(case)
        case = with_readings(case, [row for _, of_set in rows for row in of_set])
        return cls(
            case=case, registry=registry, line=timeline(case), rows=rows, exposures=exposures, set_aside=set_aside
        )

    def organs(self, course: Course) -> tuple[str, ...]:
        """Organs that have a dose in a course, usable or not, or are named near one of its targets."""
        aside = (name for name, of_course in self.set_aside if of_course == course.id and name not in course.targets)
        return tuple(dict.fromkeys([*self.case.organs(course), *aside]))

    def label(self, course: Course) -> str:
        """A course as a report names it: ``course 2``, or ``the course`` where there is one only."""
        return f"course {self.case.number(course.id)}" if len(self.case.courses) > 1 else "the course"

    def suffix(self, *courses: Course) -> str:
        """The end of a title: ``, courses 1 and 2``; nothing where the case has one course only."""
        if len(self.case.courses) == 1:
            return ""
        numbers = [str(self.case.number(course.id)) for course in courses]
        return f", course{'s' if len(numbers) > 1 else ''} {_listed(numbers)}"

    def tissue(self, target_id: str) -> Tissue:
        """The tissue of a target."""
        return self.registry.tissues[self.case.target(target_id).tissue]


def _listed(words: list[str]) -> str:
    """``1``, ``1 and 2``, ``1, 2 and 3``."""
    return " and ".join([part for part in (", ".join(words[:-1]), words[-1]) if part])
