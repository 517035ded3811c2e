"""What the page's stores say, read once: which study, whose names, which course. Nothing of it is trusted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from rtcalc.dicom import Study
from rtcalc.dicom.analysis import CourseAnalysis
from rtcalc.dicom.courses import Named, course_ids
from rtcalc.dicom.name_file import IGNORE, checked_mapping
from rtcalc.errors import DicomError
from rtcalc_app.services.dicom import studies
from rtcalc_app.services.dicom.measured import Measured, distance_mm, measured
from rtcalc_app.spool import GONE, Spool


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What the user says of a course because its files do not; None: nothing said."""

    fractions: int | None = None
    fractions_in_file: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A study with what the user has said about it.

    Attributes
    ----------
    spool : Spool
    id : str
    study : Study
    names : mapping
        The user's own names for structures.
    stated : mapping of course id to Stated
    """

    spool: Spool = field(repr=False)
    id: str
    study: Study
    names: Mapping[str, str]
    stated: Mapping[str, Stated]

    @classmethod
    def of(cls, spool: Spool, study: object, names: object = None, stated: object = None) -> Chosen:
        """From the values of the stores.

        Raises
        ------
        DicomError
            No study, or stores that hold something else than this page writes.
        UnknownName
            A name that is none of TG-263.
        """
        read = studies.load(spool, study)
        return cls(
            spool=spool,
            id=str(study),
            study=read,
            names=checked_mapping(_texts(names)),
            stated={name: _stated(value) for name, value in _mapping(stated).items()},
        )

    @property
    def courses(self) -> tuple[str, ...]:
        """Ids of the courses."""
        return tuple(course_ids(self.study))

    def course(self, name: object) -> CourseAnalysis:
        """A course ready to be computed from; errors as `CourseAnalysis.of`."""
        known = self.courses
        wanted = name if isinstance(name, str) and name in known else (known[0] if known else None)
        said = self.stated.get(wanted or "", Stated())
        return CourseAnalysis.of(
            self.study,
            wanted,
            names=self.names,
            fractions=said.fractions,
            fractions_in_file=said.fractions_in_file,
        )

    def measured(self, course: CourseAnalysis) -> Mapping[int, Measured]:
        """Its structures, computed once; errors as `measured`."""
        with _while_it_is_there():
            return measured(self.spool.study(self.id), course)

    def distance_mm(self, course: CourseAnalysis, one: Named, other: Named) -> float | None:
        """Shortest distance of two structures; None where one is no volume. [mm]"""
        with _while_it_is_there():
            return distance_mm(self.spool.study(self.id), course, one.structure.number, other.structure.number)

    def left_out(self, one: Named) -> bool:
        """Whether the user has said to ignore a structure."""
        return self.names.get(one.structure.name) == IGNORE


@contextmanager
def _while_it_is_there() -> Iterator[None]:
    """A study may be removed, in another tab, while something is computed of it."""
    try:
        yield
    except FileNotFoundError:
        raise DicomError(GONE) from None


def _mapping(value: object) -> dict[str, object]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise DicomError("The page's own data are damaged; reload the page.")
    return {str(key): one for key, one in value.items()}


def _texts(value: object) -> dict[str, str]:
    found = _mapping(value)
    if not all(isinstance(one, str) for one in found.values()):
        raise DicomError("The page's own data are damaged; reload the page.")
    return {key: str(one) for key, one in found.items()}


def _stated(value: object) -> Stated:
    found = _mapping(value)
    numbers = {key: found.get(key) for key in ("fractions", "fractions_in_file")}
    if not all(one is None or type(one) is int for one in numbers.values()):
        raise DicomError("The page's own data are damaged; reload the page.")
    return Stated(**numbers)  # type: ignore[arg-type]
