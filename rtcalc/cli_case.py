"""The case of a call: a file, a folder of DICOM with a case file, or DICOM and what no DICOM file says."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rtcalc.cli_dicom import by_course, by_file, own_names
from rtcalc.errors import DicomError, DomainError

if TYPE_CHECKING:
    from rtcalc.case import Case
    from rtcalc.dicom import Study
    from rtcalc.registry import Registry

CASE_FILE = "case.yaml"
Disease = Annotated[
    str | None, typer.Option("--disease", help="DICOM without a case file: the disease, in your words.")
]
Tissue = Annotated[
    str | None, typer.Option("--tissue", help="DICOM without a case file: the tumour's tissue, such as gist.")
]
Technique = Annotated[
    str | None, typer.Option("--technique", help="DICOM without a case file: such as cyberknife. Default: unknown.")
]
LimitSets = Annotated[
    list[str] | None, typer.Option("--limit-set", help="DICOM without a case file: limits to ask, such as TG101.")
]
WriteCase = Annotated[
    Path | None,
    typer.Option("--write-case", help="DICOM: write what it says as a case file to be filled in, and assess nothing."),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How the DICOM of a case is read: as the options of the same names say."""

    acknowledge: Sequence[str] = ()
    isolated: bool = False
    in_file: list[str] | None = None
    reference: list[str] | None = None

    @property
    def given(self) -> bool:
        """Whether any of them was given."""
        return bool(self.acknowledge or self.isolated or self.in_file or self.reference)

    def study(self, folder: Path) -> Study:
        """Read the folder or archive."""
        from rtcalc.dicom import read_dicom

        stated = by_file(self.reference)
        return read_dicom(folder, acknowledge=self.acknowledge, isolated=self.isolated, reference=stated)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What no DICOM file says, for DICOM that has no case file."""

    disease: str | None = None
    tissue: str | None = None
    technique: str | None = None
    limit_sets: tuple[str, ...] = ()

    @property
    def given(self) -> bool:
        """Whether any of it was given."""
        return bool(self.disease or self.tissue or self.technique or self.limit_sets)

    def words(self) -> dict[str, Any]:
        """As the library takes it; a technique that is not said is unknown, which every output shows."""
        technique = self.technique or "unknown"
        return {"disease": self.disease, "tissue": self.tissue, "technique": technique, "limit_sets": self.limit_sets}


def case_at(path: Path, registry: Registry, reading: Reading, said: Said) -> Case:
    """Read a case: a file, a file that names DICOM, a folder with `case.yaml` and DICOM, or DICOM and what was said.

    Raises
    ------
    DicomError
        DICOM without a case file and without what a case needs, or that does not belong to the case.
    DomainError
        What is said of DICOM, where there is a case file.
    ProtocolError
        As `load_case`.
    """
    from rtcalc.casefile import load_case

    if said.given:
        if path.suffix in (".yaml", ".yml", ".json") or (path / CASE_FILE).is_file():
            where = path / CASE_FILE if path.is_dir() else path
            raise DomainError(f"{where} says disease, tissue, technique and limit sets; write them there")
        held = by_course("--fractions-in-file", reading.in_file)
        names, study = own_names(path, None), reading.study(path)
        return study.case(**said.words(), names=names, registry=registry, fractions_in_file=held)
    if not path.is_dir():
        case = load_case(path)
        if case.dicom is None:
            if reading.given:
                options = "--acknowledge, --isolated, --reference and --fractions-in-file"
                raise DomainError(f"{path}: {options} are about DICOM, and the case names none (dicom:)")
            return case
        return _with_dicom(case, path.parent / case.dicom, registry, reading)
    file = path / CASE_FILE
    if not file.is_file():
        raise DicomError(
            f"{path}: has no {CASE_FILE}, and no DICOM file says disease and tissue; expected --disease and --tissue "
            "(and --technique, --limit-set), or a case file: --write-case FILE writes one to be filled in"
        )
    case = load_case(file)
    return _with_dicom(case, path / (case.dicom or "."), registry, reading)


def write_case(path: Path, file: Path, reading: Reading, said: Said) -> str:
    """Write what the DICOM says as a case file; nothing is replaced.

    Returns
    -------
    str
        What was written and what is to be added, for the terminal.

    Raises
    ------
    DicomError
        No usable DICOM.
    DomainError
        There is such a file.
    """
    from rtcalc.dicom.case_skeleton import skeleton
    from rtcalc.report.layout import visible
    from rtcalc.report.writing import write_file

    if file.exists():
        raise DomainError(f"{file}: there is such a file; give the name of a new one")
    held = by_course("--fractions-in-file", reading.in_file)
    found = skeleton(reading.study(path), names=own_names(path, None), fractions_in_file=held, **said.words())
    write_file(file, found.text(Path(os.path.relpath(path, file.parent)).as_posix()))
    lines = [f"written: {file}"]
    if found.missing:
        lines += ["to be added before it can be assessed:", *(f"- {one}" for one in found.missing)]
    return "".join(f"{visible(line)}\n" for line in lines)


def inputs(path: Path) -> list[Path]:
    """Files that an assessment of this path reads, and that its answer may not replace."""
    return [one for one in path.iterdir() if one.is_file()] if path.is_dir() else [path]


def _with_dicom(case: Case, folder: Path, registry: Registry, reading: Reading) -> Case:
    from rtcalc.dicom.case_doses import with_dicom

    held = by_course("--fractions-in-file", reading.in_file)
    study, names = reading.study(folder), own_names(folder, None)
    return with_dicom(case, study, names=names, registry=registry, fractions_in_file=held)
