"""DICOM-RT on the command line: curves, EQD2 maps, and the folder of a case. No figure is computed here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from rtcalc.errors import DomainError

if TYPE_CHECKING:
    from rtcalc.dicom import Study

NAMES_FILE = "names.yaml"
Answer: TypeAlias = "Callable[[typer.Context, bool, dict[str, Any], Callable[[], str]], None]"
Emit: TypeAlias = "Callable[[str, bool], None]"
Folder = Annotated[Path, typer.Argument(help="A folder or zip archive of DICOM-RT of one patient.")]
Courses = Annotated[
    list[str] | None,
    typer.Option("--course", help="Plan label or dose file; repeatable, --sum takes the structure of the first."),
]
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
Reference = Annotated[
    list[str] | None,
    typer.Option("--reference", help='"45 Gy", or DOSE_FILE=45 Gy: what 100 % of a RELATIVE dose is; repeatable.'),
]
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
        course: Courses = None,
        alpha_beta: Annotated[
            list[str] | None, typer.Option("--alpha-beta", help='EQD2 as well, at such as "3 Gy"; may be repeated.')
        ] = None,
        fractions: Fractions = None,
        in_file: InFile = None,
        names: Names = None,
        reference: Reference = None,
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
        write_names: Annotated[
            Path | None,
            typer.Option("--write-names", help="Write what names were taken for, to be corrected; compute nothing."),
        ] = None,
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
        if write_names is not None and (structure or course or alpha_beta or summed or as_csv or as_json):
            raise DomainError("--write-names writes the names of every structure and computes nothing; give it alone")
        counts, held = by_course("--fractions", fractions), by_course("--fractions-in-file", in_file)
        stated = by_file(reference)
        study = read_dicom(folder, acknowledge=acknowledge or (), isolated=isolated, reference=stated)
        if write_names is not None:
            emit(_written(study, write_names, own_names(folder, names)), False)
            return
        if summed:
            if not structure or not alpha_beta or len(alpha_beta) > 1 or as_csv or cubic:
                raise DomainError("--sum needs --structure and one --alpha-beta; it adds linearly, and has no --csv")
            mine = own_names(folder, names)
            groups = _groups(same_sessions)
            sums = CourseSums(
                [
                    study.course_sum(
                        one,
                        alpha_beta[0],
                        course or (),
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
        mine, slice_mm = own_names(folder, names), None if slices is None else read_text(slices, "length", "--slice")
        every: list[str | None] = [None]
        found = [
            surveyed
            for one in dict.fromkeys(course or every)
            for surveyed in survey(
                study,
                course=one,
                structures=structure or (),
                alpha_beta=alpha_beta or (),
                fractions=counts,
                fractions_in_file=held,
                names=mine,
                slice_mm=slice_mm,
                method="cubic" if cubic else "linear",
                effects=("EQD2", "BED") if bed else ("EQD2",),
            )
        ]
        report = DoseVolumes(study, tuple(found), curves)
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
        reference: Reference = None,
        acknowledge: Accept = None,
        isolated: Isolated = False,
        as_json: Annotated[bool, typer.Option("--json", help="JSON on standard output.")] = False,
    ) -> None:
        """Write the EQD2 (or BED) of one course or a sum, voxel by voxel, as an RT Dose of type EFFECTIVE."""
        from rtcalc.dicom import read_dicom
        from rtcalc.report.effective_dose import WrittenMap

        counts, held = by_course("--fractions", fractions), by_course("--fractions-in-file", in_file)
        ratios = _ratios(own or ())
        stated = by_file(reference)
        study = read_dicom(folder, acknowledge=acknowledge or (), isolated=isolated, reference=stated)
        made = study.effect_map(
            alpha_beta,
            course or (),
            effect="BED" if bed else "EQD2",
            by_structure=ratios,
            same_sessions=_groups(same_sessions),
            fractions=counts,
            fractions_in_file=held,
            names=own_names(folder, names),
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


def by_file(given: list[str] | None) -> str | dict[str, str] | None:
    """Read ``45 Gy`` for the one relative dose, or ``DOSE_FILE=45 Gy``.

    Raises
    ------
    DomainError
        Both forms together, or one file twice.

    Examples
    --------
    >>> by_file(["45 Gy"]), by_file(["RD.1.dcm=45 Gy", "RD.2.dcm=40 Gy"])
    ('45 Gy', {'RD.1.dcm': '45 Gy', 'RD.2.dcm': '40 Gy'})
    """
    found: dict[str, str] = {}
    for one in given or ():
        file, _, dose = one.rpartition("=")
        if file in found or (found and (not file or "" in found)):
            raise DomainError(f"--reference {one!r}: write one dose, or DOSE_FILE=DOSE once for each relative dose")
        found[file] = dose
    return found.get("", found or None)


def _written(study: Study, file: Path, mine: dict[str, str]) -> str:
    """Write what the structures of a study were taken for, as a new file; the line for the terminal."""
    from rtcalc.dicom.name_file import review_text
    from rtcalc.dicom.names import match_structures
    from rtcalc.report.writing import write_file

    if file.exists():
        raise DomainError(f"{file}: there is such a file; give the name of a new one")
    matches = [match for group in study.structure_sets for match in match_structures(group.structures, mine).values()]
    write_file(file, review_text(matches))
    return f"written: {file}; correct it and give it as --names, or lay it beside the DICOM as {NAMES_FILE}\n"


def own_names(folder: Path, file: Path | None) -> dict[str, str]:
    """Your own names: those of the file given, else those that lie with the DICOM."""
    from rtcalc.dicom.name_file import load_mapping

    beside = folder / NAMES_FILE
    if file is None and not beside.is_file():
        return {}
    return load_mapping(file or beside)
