"""DICOM-RT on the command line: curves, EQD2 maps, and the folder of a case. No figure is computed here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from rtcalc.errors import DicomError, DomainError

if TYPE_CHECKING:
    from rtcalc.case import Case
    from rtcalc.registry import Registry

CASE_FILE, NAMES_FILE = "case.yaml", "names.yaml"
Answer: TypeAlias = "Callable[[typer.Context, bool, dict[str, Any], Callable[[], str]], None]"
Emit: TypeAlias = "Callable[[str, bool], None]"
Folder = Annotated[Path, typer.Argument(help="A folder or zip archive of DICOM-RT of one patient.")]
Course = Annotated[str | None, typer.Option("--course", help="Plan label or dose file; default: every course.")]
Fractions = Annotated[
    list[str] | None,
    typer.Option("--fractions", help="N, or COURSE=N: fractions, where the plan has none; may be repeated."),
]
InFile = Annotated[
    list[str] | None,
    typer.Option("--fractions-in-file", help="N, or COURSE=N: of how many fractions a FRACTION dose is; repeatable."),
]
Isolated = Annotated[
    bool, typer.Option("--isolated", help="Read in a process of its own with bounded memory and time.")
]
Sessions = Annotated[
    list[str] | None,
    typer.Option("--same-sessions", help="COURSE,COURSE: given in the same fractions, added first; repeatable."),
]
Names = Annotated[Path | None, typer.Option("--names", help="Your own names for structures (YAML).")]
Accept = Annotated[
    list[str] | None,
    typer.Option(
        "--acknowledge",
        help='Accept a contradiction in the words of its message, "different plan"; every output says so.',
    ),
]


def add_to(app: typer.Typer, answer: Answer, emit: Emit) -> None:
    """Add the commands to an application.

    Parameters
    ----------
    app : typer.Typer
    answer : callable
        Writes an answer as text or JSON, with what every output carries.
    emit : callable
        Writes data as they are.
    """

    @app.command()
    def dvh(
        context: typer.Context,
        folder: Folder,
        structure: Annotated[
            list[str] | None, typer.Option("--structure", help="Name or number; may be repeated. Default: all.")
        ] = None,
        course: Course = None,
        alpha_beta: Annotated[
            list[str] | None, typer.Option("--alpha-beta", help='EQD2 as well, at such as "3 Gy"; may be repeated.')
        ] = None,
        fractions: Fractions = None,
        in_file: InFile = None,
        names: Names = None,
        acknowledge: Accept = None,
        isolated: Isolated = False,
        cubic: Annotated[bool, typer.Option("--cubic", help="Interpolate the dose by cubic splines.")] = False,
        slices: Annotated[
            str | None,
            typer.Option("--slice", help='Distance of the image slices, "3 mm", for single-plane structures.'),
        ] = None,
        bed: Annotated[bool, typer.Option("--bed", help="With --alpha-beta: BED beside EQD2.")] = False,
        curves: Annotated[bool, typer.Option("--curves", help="The curves as well, in JSON.")] = False,
        summed: Annotated[
            bool, typer.Option("--sum", help="Instead: all courses added on these structures, in EQD2.")
        ] = False,
        same_sessions: Sessions = None,
        as_csv: Annotated[bool, typer.Option("--csv", help="The cumulative curves as CSV.")] = False,
        as_json: Annotated[bool, typer.Option("--json", help="JSON on standard output.")] = False,
    ) -> None:
        """Dose-volume metrics of the structures of a DICOM study."""
        from rtcalc.dicom import read_dicom
        from rtcalc.dicom.survey import survey
        from rtcalc.report.course_sums import CourseSums
        from rtcalc.report.dose_volume import DoseVolumes
        from rtcalc.units import read as read_text

        if as_csv and as_json:
            raise DomainError("--csv and --json: give one of the two")
        if slices is not None and summed:
            raise DomainError("--slice is not taken with --sum; without it the ends follow the contours' own distance")
        if bed and (summed or not alpha_beta):
            raise DomainError("--bed needs --alpha-beta, and is not made of a sum (rtcalc eqd2-map --bed does that)")
        if same_sessions and not summed:
            raise DomainError("--same-sessions says how courses are added; give it with --sum")
        counts, held = by_course("--fractions", fractions), by_course("--fractions-in-file", in_file)
        study = read_dicom(folder, acknowledge=acknowledge or (), isolated=isolated)
        if summed:
            if not structure or not alpha_beta or len(alpha_beta) > 1 or as_csv or cubic or course is not None:
                raise DomainError("--sum needs --structure and one --alpha-beta; it adds every course, linearly")
            mine = _names(folder, names)
            groups = _groups(same_sessions)
            sums = CourseSums(
                [
                    study.course_sum(
                        one,
                        alpha_beta[0],
                        same_sessions=groups,
                        fractions=counts,
                        fractions_in_file=held,
                        names=mine,
                    )
                    for one in structure
                ]
            )
            answer(context, as_json, sums.to_dict(), sums.text)
            return
        found = survey(
            study,
            course=course,
            structures=structure or (),
            alpha_beta=alpha_beta or (),
            fractions=counts,
            fractions_in_file=held,
            names=_names(folder, names),
            slice_mm=None if slices is None else read_text(slices, "length", "--slice"),
            method="cubic" if cubic else "linear",
            effects=("EQD2", "BED") if bed else ("EQD2",),
        )
        report = DoseVolumes(study, found, curves)
        if as_csv:
            emit(report.csv(), True)
        else:
            answer(context, as_json, report.to_dict(), report.text)

    @app.command("eqd2-map")
    def eqd2_map(
        context: typer.Context,
        folder: Folder,
        out: Annotated[Path, typer.Option("-o", "--out", help="The RT Dose to write; nothing is replaced.")],
        alpha_beta: Annotated[str, typer.Option("--alpha-beta", help='Such as "3 Gy"; of all voxels but those below.')],
        own: Annotated[
            list[str] | None,
            typer.Option("--structure-alpha-beta", help='"SpinalCord=2 Gy"; repeatable. The first named has a voxel.'),
        ] = None,
        bed: Annotated[bool, typer.Option("--bed", help="BED instead of EQD2.")] = False,
        course: Annotated[
            list[str] | None, typer.Option("--course", help="Plan label or dose file; several are added.")
        ] = None,
        same_sessions: Sessions = None,
        fractions: Fractions = None,
        in_file: InFile = None,
        names: Names = None,
        acknowledge: Accept = None,
        isolated: Isolated = False,
        as_json: Annotated[bool, typer.Option("--json", help="JSON on standard output.")] = False,
    ) -> None:
        """Write the EQD2 (or BED) of one course or a sum, voxel by voxel, as an RT Dose of type EFFECTIVE."""
        from rtcalc.dicom import read_dicom
        from rtcalc.report.effective_dose import WrittenMap

        counts, held = by_course("--fractions", fractions), by_course("--fractions-in-file", in_file)
        ratios = _ratios(own or ())
        study = read_dicom(folder, acknowledge=acknowledge or (), isolated=isolated)
        made = study.effect_map(
            alpha_beta,
            course or (),
            effect="BED" if bed else "EQD2",
            by_structure=ratios,
            same_sessions=_groups(same_sessions),
            fractions=counts,
            fractions_in_file=held,
            names=_names(folder, names),
        )
        report = WrittenMap(made, made.write(out), str(out), study.notes)
        answer(context, as_json, report.to_dict(), report.text)


def _groups(given: list[str] | None) -> list[list[str]]:
    return [[name.strip() for name in group.split(",")] for group in given or ()]


def _ratios(given: Sequence[str]) -> dict[str, str]:
    """Read ``STRUCTURE=DOSE``, each structure once."""
    found: dict[str, str] = {}
    for one in given:
        name, equals, dose = one.rpartition("=")
        if not equals or not name or name in found:
            raise DomainError(f'--structure-alpha-beta {one!r}: write STRUCTURE=DOSE ("SpinalCord=2 Gy"), each once')
        found[name] = dose
    return found


def by_course(option: str, given: list[str] | None) -> int | dict[str, int] | None:
    """Read ``5`` for all courses, or ``COURSE=5`` for one.

    Raises
    ------
    DomainError
        No whole number, both forms together, one course twice.

    Examples
    --------
    >>> by_course("--fractions", ["5"]), by_course("--fractions", ["boost=3", "lung=5"])
    (5, {'boost': 3, 'lung': 5})
    """
    found: dict[str, int] = {}
    for one in given or ():
        course, _, number = one.rpartition("=")
        if not (number.isascii() and number.isdigit()) or course in found:
            raise DomainError(f"{option} {one!r}: write a whole number, or COURSE=N once for each course")
        found[course] = int(number)
    if "" in found and len(found) > 1:
        raise DomainError(f"{option}: write one number for all courses, or COURSE=N for each")
    return found.get("", found or None)


def case_at(
    path: Path,
    registry: Registry,
    acknowledge: Sequence[str] = (),
    isolated: bool = False,
    in_file: list[str] | None = None,
) -> Case:
    """Read a case: a file, a file that names a folder of DICOM, or a folder with `case.yaml` and DICOM.

    `acknowledge` and `isolated` as `read_dicom` takes them; `in_file` as `by_course` reads it, of how many fractions a
    FRACTION dose is.

    Raises
    ------
    DicomError
        A folder without a case file, or DICOM that does not belong to the case.
    ProtocolError
        As `load_case`.
    """
    from rtcalc.casefile import load_case

    if not path.is_dir():
        case = load_case(path)
        if case.dicom is None:
            if acknowledge or isolated or in_file:
                options = "--acknowledge, --isolated and --fractions-in-file"
                raise DomainError(f"{path}: {options} are about DICOM, and the case names none (dicom:)")
            return case
        return _with_dicom(case, path.parent / case.dicom, registry, acknowledge, isolated, in_file)
    file = path / CASE_FILE
    if not file.is_file():
        raise DicomError(
            f"{path}: has no {CASE_FILE}; expected one beside the DICOM, because no DICOM file says disease, tissue, "
            "technique and drugs. Write it as docs/case-file.md shows; organ doses are read from the DICOM"
        )
    case = load_case(file)
    return _with_dicom(case, path / (case.dicom or "."), registry, acknowledge, isolated, in_file)


def inputs(path: Path) -> list[Path]:
    """Files that an assessment of this path reads, and that its answer may not replace."""
    return [one for one in path.iterdir() if one.is_file()] if path.is_dir() else [path]


def _with_dicom(
    case: Case,
    folder: Path,
    registry: Registry,
    acknowledge: Sequence[str],
    isolated: bool,
    in_file: list[str] | None,
) -> Case:
    from rtcalc.dicom import read_dicom
    from rtcalc.dicom.case_doses import with_dicom

    held = by_course("--fractions-in-file", in_file)
    study = read_dicom(folder, acknowledge=acknowledge, isolated=isolated)
    return with_dicom(case, study, names=_names(folder, None), registry=registry, fractions_in_file=held)


def _names(folder: Path, file: Path | None) -> dict[str, str]:
    """Your own names: those of the file given, else those that lie with the DICOM."""
    from rtcalc.dicom.name_file import load_mapping

    beside = folder / NAMES_FILE
    if file is None and not beside.is_file():
        return {}
    return load_mapping(file or beside)
