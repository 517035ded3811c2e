"""The structures of a course: what each was taken for, volume, the part that has a dose, distance to the target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rtcalc.decimals import fixed
from rtcalc.dicom.analysis import CourseAnalysis
from rtcalc.dicom.case_doses import BODY, targets_of
from rtcalc.dicom.courses import Named
from rtcalc.dicom.name_file import IGNORE, TARGET, mapping_text, parse_mapping
from rtcalc.dicom.name_table import table
from rtcalc.dicom.names import NameMatch
from rtcalc.errors import DicomError
from rtcalc_app.display import Display
from rtcalc_app.services.dicom.chosen import Chosen
from rtcalc_app.services.dicom.measured import Measured

NEAR = "D0.035cc"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One structure as texts.

    Attributes
    ----------
    read_as, how : str
        Standard name, and how sure that is.
    settled : bool
        False where the name may be an organ's and was mapped to nothing: the user is to say.
    """

    number: int
    name: str
    read_as: str
    how: str
    settled: bool
    is_target: bool
    volume: str
    covered: str
    distance: str
    near_max: str
    interpolation: str
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The structures of one course, their names in the file, and the targets that distances are measured from."""

    course: str
    rows: tuple[Row, ...]
    names: tuple[str, ...]
    targets: tuple[str, ...]
    unsettled: int


def structure_table(chosen: Chosen, course: object, display: Display) -> Table:
    """The table of a course; errors as `Chosen.course` and `measured`."""
    read = chosen.course(course)
    results, named = chosen.measured(read), read.structures()
    targets = targets_of(read)
    rows = tuple(_row(chosen, read, one, results[one.structure.number], targets, display) for one in named)
    return Table(
        course=read.id,
        rows=rows,
        names=tuple(dict.fromkeys(one.structure.name for one in named if one.structure.name)),
        targets=tuple(one.structure.name for one in targets),
        unsettled=sum(not row.settled for row in rows),
    )


def choices() -> list[str]:
    """Every name that a structure may get."""
    return [IGNORE, TARGET, *sorted(table().names)]


def renamed(names: object, structure: object, wanted: object, chosen: Chosen) -> dict[str, str]:
    """The user's own names with one more, or with one taken back where `wanted` is empty.

    Raises
    ------
    DicomError
        No such structure, or no name was chosen.
    UnknownName
        No name of TG-263.
    """
    known = {one.name for one in chosen.study.structures}
    if not isinstance(structure, str) or structure not in known:
        raise DicomError("Choose a structure of this study.")
    rest = {name: value for name, value in chosen.names.items() if name != structure}
    if wanted in (None, ""):
        return rest
    if not isinstance(wanted, str):
        raise DicomError("Choose a name of TG-263, target or ignore.")
    return parse_mapping(mapping_text({**rest, structure: wanted}))


def _row(
    chosen: Chosen, course: CourseAnalysis, one: Named, found: Measured, targets: Sequence[Named], display: Display
) -> Row:
    match, curve = one.match, found.curve(one, course.id)
    near = next((near for near in found.near_max if near.metric == NEAR), None)
    volume = "—" if curve is None else f"{display.mark(fixed(curve.organ_volume_cc, 2))} cc"
    return Row(
        number=one.structure.number,
        name=one.structure.label,
        read_as=match.standard or ("target" if match.is_target else "—"),
        how=_how(match, display),
        settled=match.organ is not None or match.is_target or match.how in ("yours", "helper") or curve is None,
        is_target=match.is_target,
        volume=volume,
        covered="—" if curve is None else f"{display.mark(fixed(100.0 * found.covered, 1, 'down'))} %",
        distance=_distance(chosen, course, one, targets, display),
        near_max="—" if near is None else display.dose(near.gray, 2),
        interpolation="—" if near is None else f"{display.dose(abs(near.linear_minus_cubic), 2)}",
        remarks=tuple(_remarks(found, match)),
    )


def _how(match: NameMatch, display: Display) -> str:
    if match.how == "yours":
        return "your name"
    if match.how in ("helper", "unknown") and match.standard is None:
        return match.why or "no known name is near enough"
    return f"{match.how} ({display.mark(fixed(match.confidence, 2))})"


def _distance(chosen: Chosen, course: CourseAnalysis, one: Named, targets: Sequence[Named], display: Display) -> str:
    """To the nearest target; only organs have one."""
    if one.match.is_target or one.match.organ == BODY or one.structure.kind != "volume" or chosen.left_out(one):
        return "—"
    away = [chosen.distance_mm(course, one, target) for target in targets]
    known = [each for each in away if each is not None]
    return f"{display.mark(fixed(min(known), 1))} mm" if known else "—"


def _remarks(found: Measured, match: NameMatch) -> Iterator[str]:
    if found.problem:
        yield found.problem
    if match.organ is None and match.candidates:
        yield f"nearest names: {', '.join(f'{name} ({share:g})' for name, share in match.candidates)}"
    yield from found.notes
