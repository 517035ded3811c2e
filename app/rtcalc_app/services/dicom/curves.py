"""The dose-volume chart of a course: targets and the organs nearest to their limits, in physical dose or EQD2."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rtcalc.coverage import percent_words
from rtcalc.decimals import fixed, plain
from rtcalc.dicom.analysis import CourseAnalysis
from rtcalc.dicom.case_doses import BODY, targets_of
from rtcalc.dicom.courses import Named
from rtcalc.dvh import Dvh
from rtcalc.errors import DicomError, UnknownName
from rtcalc.registry import Registry
from rtcalc_app.display import Display
from rtcalc_app.services.dicom.chosen import Chosen
from rtcalc_app.services.dicom.limits import Held, held, sets_that_ask, worst_percent
from rtcalc_app.services.dicom.measured import Measured

NEAREST, MOST_TARGETS = 5, 3
"""Organs and targets in the chart."""
MOST_POINTS = 300
"""Of one curve in the chart; metrics are read from the whole curve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One curve of the chart.

    Attributes
    ----------
    name, organ : str
        Name in the file, and what it was taken for.
    gray, percent : tuple of float
        Dose, and the part of the whole structure that gets at least it. [Gy, %]
    basis : str
        alpha/beta and its source, for EQD2.
    """

    name: str
    organ: str
    is_target: bool
    gray: tuple[float, ...]
    percent: tuple[float, ...]
    basis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """The chart and what stands round it.

    Attributes
    ----------
    biological : bool
        EQD2 instead of physical dose.
    lines : tuple of Line
    limits : tuple of Held
        Of the organs in the chart first, then of the others.
    shown : frozenset of str
        Organs in the chart.
    left_out : tuple of str
        What is not in the chart, and why.
    summary : str
        What the chart shows, in words.
    """

    course: str
    biological: bool
    lines: tuple[Line, ...]
    limits: tuple[Held, ...]
    shown: frozenset[str]
    left_out: tuple[str, ...]
    summary: str


def sets_of(chosen: Chosen, course: object, registry: Registry) -> tuple[tuple[str, str], ...]:
    """Id and title of the sets that have a limit for this course."""
    return tuple((name, registry.sets[name].title) for name in sets_that_ask(chosen.course(course), registry))


def tumours(registry: Registry) -> tuple[tuple[str, str], ...]:
    """Id and name of the tumours that have an alpha/beta read in two sources."""
    return tuple(
        (one.id, f"{one.name}, a/b {plain(one.deciding.gray)} Gy")
        for one in registry.tissues.values()
        if one.kind == "tumour" and one.deciding is not None
    )


def dvh_chart(
    chosen: Chosen,
    course: object,
    sets: object,
    registry: Registry,
    display: Display,
    *,
    biological: bool = False,
    tumour: object = None,
) -> Chart:
    """The chart of a course.

    Parameters
    ----------
    sets : list of str
        Ids of the limit sets to be held against it.
    biological : bool
        EQD2, each structure at its own alpha/beta; a structure without one is left out and named.
    tumour : str, optional
        Tissue of the targets, for their alpha/beta; none is assumed.

    Raises
    ------
    DicomError, UnknownName
        As `Chosen.course`; EQD2 of an unknown number of fractions; no such tissue or set.
    """
    read = chosen.course(course)
    results, wanted = chosen.measured(read), _sets(sets, registry)
    ratio_of_targets = _tumour(tumour, registry)
    if biological:
        _ = read.fractions
    limits, curves, left_out = _held(chosen, read, results, wanted, registry, biological)
    targets = _targets(read, curves)
    organs = _nearest(curves, limits, read)
    lines, without = [], []
    for one in [*targets, *organs]:
        curve = curves[one.structure.number]
        if not biological:
            lines.append(_line(one, curve, ""))
            continue
        ratio = ratio_of_targets if one.match.is_target else _ratio(one, registry)
        if ratio is None:
            without.append(one)
        else:
            gray, source = ratio
            converted = curve.relabelled(read.fractions, f"{gray!r} Gy")
            lines.append(_line(one, converted, f"a/b {plain(gray)} Gy ({source})"))
    left_out += [_without_ratio(one) for one in without]
    left_out += _not_asked(read, curves)
    shown = frozenset(one.organ for one in organs if one not in without)
    everything = sorted(
        (each for found in limits.values() for each in found),
        key=lambda each: (each.verdict.organ not in shown, -(each.verdict.percent or -1.0)),
    )
    return Chart(
        course=read.id,
        biological=biological,
        lines=tuple(lines),
        limits=tuple(everything),
        shown=shown,
        left_out=tuple(left_out),
        summary=_summary(read, lines, everything, wanted, biological, display),
    )


def _sets(given: object, registry: Registry) -> tuple[str, ...]:
    names = given if isinstance(given, list) else []
    for name in names:
        if name not in registry.sets:
            raise UnknownName("limit set", str(name), registry.sets)
    return tuple(names)


def _tumour(given: object, registry: Registry) -> tuple[float, str] | None:
    if not isinstance(given, str) or not given:
        return None
    found = registry.tissues[given].deciding
    return None if found is None else (found.gray, f"{given}, {found.source}")


def _ratio(one: Named, registry: Registry) -> tuple[float, str] | None:
    found = registry.alpha_beta_of(one.organ)
    return None if found is None else (found.gray, found.source)


def _not_asked(read: CourseAnalysis, curves: Mapping[int, Dvh]) -> Iterator[str]:
    """Structures that no limit can be asked of, and why none is asked at all."""
    unnamed = [
        one.structure.name or one.structure.label
        for one in read.structures()
        if one.structure.number in curves and one.match.organ is None and not one.match.is_target
    ]
    if unnamed:
        yield f"Not in the chart, because they were read as no organ: {', '.join(unnamed)}."
    try:
        _ = read.fractions
    except DicomError:
        yield "No limit is asked until the number of fractions is known."


def _without_ratio(one: Named) -> str:
    if one.match.is_target:
        return f"{one.structure.name}: no EQD2 until its tumour is chosen; no alpha/beta is assumed."
    return f"{one.structure.name}: no EQD2, because no alpha/beta of {one.organ} was read in two sources."


def _held(
    chosen: Chosen,
    read: CourseAnalysis,
    results: Mapping[int, Measured],
    wanted: Sequence[str],
    registry: Registry,
    biological: bool,
) -> tuple[dict[int, tuple[Held, ...]], dict[int, Dvh], list[str]]:
    """Limits and curves by structure, and which structures have none."""
    limits: dict[int, tuple[Held, ...]] = {}
    curves: dict[int, Dvh] = {}
    left_out = []
    for one in read.structures():
        number = one.structure.number
        curve = results[number].curve(one, read.id)
        if curve is None or one.match.organ == BODY or chosen.left_out(one):
            continue
        curves[number] = curve
        if results[number].covered < 1.0:
            part = percent_words(results[number].covered)
            left_out.append(f"{one.structure.name}: {part} of it lies in the dose grid; what is read of it are bounds.")
        if wanted:
            ratio = _ratio(one, registry) if biological else None
            limits[number] = held(read, one, curve, wanted, registry, ratio[0] if ratio else None)
    return limits, curves, left_out


def _targets(read: CourseAnalysis, curves: Mapping[int, Dvh]) -> list[Named]:
    """The targets that the course treats first, then the others."""
    treated = {one.structure.number for one in targets_of(read)}
    drawn = [one for one in read.structures() if one.match.is_target and one.structure.number in curves]
    return sorted(drawn, key=lambda one: one.structure.number not in treated)[:MOST_TARGETS]


def _nearest(curves: Mapping[int, Dvh], limits: Mapping[int, Sequence[Held]], read: CourseAnalysis) -> list[Named]:
    """The organs nearest to a limit; without any limit those with the highest dose."""
    organs = [
        one
        for one in read.structures()
        if one.structure.number in curves and one.match.organ is not None and not one.match.is_target
    ]
    known = [(worst_percent(limits.get(one.structure.number, ())), one) for one in organs]
    asked = [(percent, one) for percent, one in known if percent is not None]
    if asked:
        return [one for _, one in sorted(asked, key=lambda pair: -pair[0])[:NEAREST]]
    return sorted(organs, key=lambda one: -float(curves[one.structure.number].edges_gray[-1]))[:NEAREST]


def _line(one: Named, curve: Dvh, basis: str) -> Line:
    gray, percent = points(curve)
    return Line(
        name=one.structure.name or one.structure.label,
        organ=one.organ,
        is_target=one.match.is_target,
        gray=gray,
        percent=percent,
        basis=basis,
    )


def points(curve: Dvh) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The cumulative curve for the screen, thinned out: dose, and the part of the whole that gets at least it. [Gy, %]

    Examples
    --------
    >>> points(Dvh(organ="SpinalCord", course="1", edges_gray=[5, 10, 20], volume_cc=[8, 2]))
    ((0.0, 5.0, 10.0, 20.0), (100.0, 100.0, 20.0, 0.0))
    """
    above = np.concatenate((np.cumsum(curve.volume_cc[::-1])[::-1], [0.0]))
    percent = 100.0 * above / curve.organ_volume_cc
    kept = np.unique(np.linspace(0, len(percent) - 1, MOST_POINTS).round().astype(int))
    gray = (0.0, *curve.edges_gray[kept].round(3).tolist())
    return gray, (round(float(percent[0]), 3), *percent[kept].round(3).tolist())


def _summary(
    read: CourseAnalysis,
    lines: Sequence[Line],
    limits: Sequence[Held],
    sets: Sequence[str],
    biological: bool,
    d: Display,
) -> str:
    names = ", ".join(line.name for line in lines) or "nothing"
    what = "EQD2, every dose at its own dose per fraction" if biological else "Physical dose"
    try:
        count = f"{read.fractions} fractions"
    except DicomError:
        count = "an unknown number of fractions"
    text = f"{what} of {read.id} in {count}: {names}."
    known = [one for one in limits if one.verdict.percent is not None]
    if not sets:
        return f"{text} No set of limits was asked."
    if not known:
        return f"{text} No limit of {', '.join(sets)} could be answered."
    worst = max(known, key=lambda one: one.verdict.percent or 0.0).verdict
    percent = d.mark(fixed(worst.percent or 0.0, 1))
    return (
        f"{text} Nearest to its limit: {worst.organ}, {worst.set_id} {worst.metric} {worst.bound}, "
        f"{percent} % ({worst.state.words})."
    )
