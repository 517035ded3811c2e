"""Text exports of dose-volume curves: the layout is recognised by its own marks, each structure becomes a curve."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import NoReturn

from rtcalc.dvh import Dvh
from rtcalc.dvh_text import eclipse, monaco, precision, raystation, two_column
from rtcalc.dvh_text.cells import MARKS, Decimal, Kind, decimal_mark
from rtcalc.dvh_text.columns import Given
from rtcalc.dvh_text.curve import curve
from rtcalc.dvh_text.section import Section
from rtcalc.dvh_text.source import Source, opened
from rtcalc.errors import DomainError, ProtocolError, RtcalcError, UnknownName
from rtcalc.units import read

LAYOUTS: tuple[ModuleType, ...] = (eclipse, raystation, monaco, precision, two_column)
LONGEST_NAME = 64


@dataclass(frozen=True, slots=True)
class DvhText:
    """What an export holds.

    Attributes
    ----------
    layout : str
        The system whose layout it has.
    curves : mapping of str to Dvh
        By the name that the file gives.
    notes : mapping of str to str
        What has to be said with a curve: where its print may hide the largest doses, or its unit may be wrong.
    refused : mapping of str to str
        Structures that could not be read, and why; none of them is silently left out.
    """

    layout: str
    curves: Mapping[str, Dvh] = field(repr=False)
    notes: Mapping[str, str]
    refused: Mapping[str, str]


def read_dvh_text(
    file: str | Path | bytes,
    *,
    course: str,
    organ: str | None = None,
    reference: str | None = None,
    organ_volume: str | None = None,
    max_dose: str | None = None,
    kind: Kind | None = None,
    decimal: Decimal | None = None,
) -> dict[str, Dvh]:
    r"""Read the dose-volume curves of a text export of a planning system.

    Parameters
    ----------
    file : str, Path or bytes
        A path; or the export itself, as text with line ends or as bytes.
    course : str
        Id of the course.
    organ : str, optional
        Read this structure only; needed where the layout has no names.
    reference : str, optional
        The dose that is 100 %, such as "45 Gy"; needed with relative doses whose file does not state it. [Gy]
    organ_volume : str, optional
        Whole volume, with `organ`; needed with volumes in per cent whose file does not state it. [cc]
    max_dose : str, optional
        Largest dose, with `organ`; needed where a curve ends with volume left and the file does not state it. [Gy]
    kind : {"cumulative", "differential"}, optional
        Needed where the file does not say and the numbers leave it open.
    decimal : {"point", "comma"}, optional
        The decimal mark; needed where it stands before three digits only and may group thousands as well.

    Returns
    -------
    dict of str to Dvh
        By the name that the file gives, in physical dose. Nothing about the patient is kept.

    Raises
    ------
    ProtocolError
        A file of no layout or of two; anything ambiguous, contradictory or missing, with the line. Without `organ`
        one unusable structure refuses the file: `scan_dvh_text` tells them apart.
    UnknownName
        No structure is called `organ`.
    UnitsError, DomainError
        An option that cannot be read.

    Notes
    -----
    A printed curve is known to its step and its digits: Dmax is the stated maximum, or else the dose at which the
    printed volume has come to zero; then a printed zero may hide larger doses, which `scan_dvh_text` notes.

    Examples
    --------
    >>> text = "Dose [cGy];Volume [%]\n0;100\n1000,5;50\n2000;0\n"
    >>> liver = read_dvh_text(text, course="1", organ="Liver", organ_volume="1500 cc")["Liver"]
    >>> liver.edges_gray.tolist()
    [0.0, 10.005, 20.0]
    """
    found = scan_dvh_text(
        file,
        course=course,
        organ=organ,
        reference=reference,
        organ_volume=organ_volume,
        max_dose=max_dose,
        kind=kind,
        decimal=decimal,
    )
    for why in found.refused.values():
        others = "" if organ is not None else " (or name the structure you need with organ)"
        raise ProtocolError(f"{why}{others}")
    return dict(found.curves)


def scan_dvh_text(
    file: str | Path | bytes,
    *,
    course: str,
    organ: str | None = None,
    reference: str | None = None,
    organ_volume: str | None = None,
    max_dose: str | None = None,
    kind: Kind | None = None,
    decimal: Decimal | None = None,
) -> DvhText:
    r"""Read what can be read of an export, and say of the rest why not; everything else as in `read_dvh_text`.

    Raises
    ------
    ProtocolError
        A file of no layout or of two, or a row that belongs to no structure.
    UnknownName, UnitsError, DomainError
        As in `read_dvh_text`.

    Examples
    --------
    >>> scan_dvh_text("Structure,Dose [Gy],Volume [cc]\nCord,0,9\nCord,9,8\n", course="1", kind="cumulative").refused
    mappingproxy({'Cord': 'text:3: Cord: the curve ends at 9 Gy with volume left; give max_dose'})
    """
    if organ is None and (organ_volume is not None or max_dose is not None):
        raise DomainError("organ_volume and max_dose belong to one structure; name it with organ")
    if decimal not in (None, *MARKS):
        raise DomainError(f"decimal {decimal!r}: write point or comma")
    given = _given(reference, organ_volume, max_dose, kind)
    source = opened(file)
    layout = _layout(source)
    sections = _named(source, layout.sections(source), organ)
    cells = (cell for _, section in sections for cell in section.cells())
    mark = decimal_mark(source, cells) if decimal is None else MARKS[decimal]
    repeated = {name for name, times in Counter(name for name, _ in sections).items() if times > 1}
    curves: dict[str, Dvh] = {}
    notes: dict[str, str] = {}
    refused: dict[str, str] = {}
    for name, section in _chosen(sections, organ):
        try:
            if name in repeated:
                _refuse_repeated(source, sections, name)
            curves[name], note = curve(source, section, mark, given, name, course)
            notes |= {name: note} if note else {}
        except ProtocolError as problem:
            refused[name] = str(problem)
        except RtcalcError as problem:
            refused[name] = f"{source.name}:{section.line}: {problem}"
    return DvhText(layout.NAME, MappingProxyType(curves), MappingProxyType(notes), MappingProxyType(refused))


def _given(reference: str | None, volume: str | None, most: str | None, kind: Kind | None) -> Given:
    if kind not in (None, "cumulative", "differential"):
        raise DomainError(f"kind {kind!r}: write cumulative or differential")
    dose = None if reference is None else read(reference, "dose", "reference")
    whole = None if volume is None else read(volume, "volume", "organ_volume")
    if dose == 0 or whole == 0:
        raise DomainError("reference and organ_volume must be above zero")
    return Given(dose, whole, None if most is None else read(most, "dose", "max_dose"), kind)


def _layout(source: Source) -> ModuleType:
    if not source.lines:
        source.refuse(None, "the file is empty; export the curves again")
    lacking = {layout: layout.missing(source) for layout in LAYOUTS}
    fitting = [layout for layout, marks in lacking.items() if not marks]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        both = " and of ".join(layout.NAME for layout in fitting)
        source.refuse(None, f"the file has the marks of {both}; one file holds one export")
    if precision.is_pinnacle_points(source):
        what = "a list of points as Pinnacle stores it states neither units nor the structure"
        source.refuse(None, f"{what}; write a table under a heading such as 'Dose [cGy];Volume [cm3]'")
    wanted = "; ".join(f"{layout.NAME} lacks {' and '.join(marks)}" for layout, marks in lacking.items())
    source.refuse(None, f"no layout that is known: {wanted}")


def _named(source: Source, sections: list[Section], organ: str | None) -> list[tuple[str, Section]]:
    found = []
    for section in sections:
        name = section.name or organ
        if not name:
            source.refuse(section.line, "the file does not name its structure; give organ")
        if len(name) > LONGEST_NAME or not name.isprintable():
            source.refuse(section.line, f"the name of a structure is not {LONGEST_NAME} printable characters or less")
        found.append((name, replace(section, name=name)))
    return found


def _chosen(sections: list[tuple[str, Section]], organ: str | None) -> list[tuple[str, Section]]:
    if organ is None:
        return sections
    exact = [pair for pair in sections if pair[0] == organ]
    found = exact or [pair for pair in sections if pair[0].casefold() == organ.casefold()]
    names = sorted({name for name, _ in found})
    if not found:
        raise UnknownName("structure", organ, [name for name, _ in sections])
    if len(names) > 1:
        raise DomainError(f"organ {organ!r} may be {' or '.join(names)}; write it as the file does")
    return found


def _refuse_repeated(source: Source, sections: list[tuple[str, Section]], name: str) -> NoReturn:
    """Two structures of one name may be two plans: which of them is meant is not guessed."""
    first, second = islice((section.line for other, section in sections if other == name), 2)
    both = f"from lines {first} and {second}"
    source.refuse(None, f"{name}: stands more than once, {both}; export one plan, one curve each")
