"""Target findings: BED and EQD2 at every dose point and alpha/beta, and whether BED reaches 100 Gy there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from rtcalc.assessment.context import Context
from rtcalc.assessment.sessions import same_session_groups, summed
from rtcalc.assessment.weighting import field_to_give, weighting_words
from rtcalc.composition import break_even, effect
from rtcalc.conditions import Particles
from rtcalc.courses import Course, DosePoint
from rtcalc.decimals import ALPHA_BETA_PLACES, TOTAL_PLACES, beside, compare, fixed, plain
from rtcalc.doses import BED, EQD2
from rtcalc.effects import BreakEven, bed, break_even_alpha_beta, eqd2
from rtcalc.evidence import Evidence, Severity
from rtcalc.findings import Change, Figure, Finding, Question, Table
from rtcalc.isoeffect import solve_total
from rtcalc.schedules import Schedule
from rtcalc.tissues import AlphaBeta, Tissue

MARK = "100 Gy"
MARK_GRAY = 100.0
# The source of the mark, and of the formula behind every BED.
MARK_SOURCES = ("fowler1989", "onishi2007")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One dose point of one target in one course (or in courses of the same sessions)."""

    courses: tuple[str, ...]
    label: str
    target: str
    point: DosePoint
    flagged: bool = True
    open: bool = False
    unit: str = "Gy"
    # Of a physical dose whose effect is not that of one photon dose at every alpha/beta.
    particles: Particles | None = None

    @property
    def course(self) -> str:
        """Its course or courses, as the ids of findings and figures name them."""
        return "+".join(self.courses)

    def bed(self, ratio: AlphaBeta) -> BED:
        """BED of the point. [Gy]"""
        return effect(self.point.schedule, None, alpha_beta=f"{ratio.gray} Gy", particles=self.particles).bed

    def eqd2(self, ratio: AlphaBeta) -> EQD2:
        """EQD2 of the point. [Gy]"""
        return effect(self.point.schedule, None, alpha_beta=f"{ratio.gray} Gy", particles=self.particles).eqd2

    def break_even(self) -> BreakEven:
        """The alpha/beta up to which BED reaches the mark."""
        if self.particles is None:
            return break_even_alpha_beta(self.point.schedule, bed=MARK)
        return break_even(self.point.schedule, bed=MARK, particles=self.particles)

    def reaches(self, ratio: AlphaBeta) -> bool:
        """Whether BED reaches the mark, tested on the ten digits that are printed."""
        return compare(float(self.bed(ratio).gray), MARK_GRAY) >= 0


def target_findings(context: Context) -> list[Finding]:
    """One finding per tissue: a table of dose points by alpha/beta."""
    tissues = (context.registry.tissues[name] for name in dict.fromkeys(t.tissue for t in context.case.targets))
    return [_finding(context, tissue) for tissue in tissues if _in_fractions(context, tissue)]


def _in_fractions(context: Context, tissue: Tissue) -> bool:
    """Whether any course treats the tissue in fractions; one of continuous irradiation has a finding of its own."""
    return any(course.dose_rate is None and _treats(context, course, tissue) for course in context.case.courses)


def rows_of(context: Context, tissue: Tissue) -> list[Row]:
    """All dose points of the targets of one tissue, courses in order."""
    rows = list(_single_rows(context, tissue))
    return rows + list(_same_session_rows(context, tissue))


def _single_rows(context: Context, tissue: Tissue) -> Iterator[Row]:
    """Each course on its own; a part of shared sessions is shown and not held against the mark, their sum is."""
    groups = same_session_groups(context)
    for course in context.case.courses:
        others = [other for group in groups if course in group for other in group if other != course]
        for prescription in course.prescriptions:
            target = prescription.target
            if context.case.target(target).tissue != tissue.id or not _has_effect(course):
                continue
            row = Row(
                courses=(course.id,),
                label=_label(context, course, target),
                target=target,
                point=prescription.dose_points()[0],
                flagged=not any(target in other.targets for other in others),
                open=course.status not in ("completed", "stopped"),
                unit=course.unit if course.comparable else "Gy physical",
                particles=None if course.comparable else course.particles,
            )
            yield from (replace(row, point=point) for point in prescription.dose_points())
            if prescription.delivered is not None and prescription.delivered != prescription.planned:
                planned = DosePoint(name="planned", schedule=prescription.planned, basis="planned, not delivered")
                yield replace(row, point=planned, flagged=False)


def _has_effect(course: Course) -> bool:
    """Whether BED means something for a course: not for particles of which nothing is said."""
    return course.comparable or course.particles is not None


def _label(context: Context, course: Course, target: str) -> str:
    """A course, and which of its targets where it has several."""
    label = context.label(course)
    if len(course.prescriptions) == 1:
        return label
    return target if len(context.case.courses) == 1 else f"{label} {target}"


def _same_session_rows(context: Context, tissue: Tissue) -> Iterator[Row]:
    """Dose of the same fractions to the same target adds before it is converted."""
    for group in same_session_groups(context):
        for target in (target for target in context.case.targets if target.tissue == tissue.id):
            given = {c: p.given for c in group for p in c.prescriptions if p.target == target.id}
            if len(given) > 1 and all(course.comparable for course in given):
                numbers = " + ".join(str(context.case.number(course.id)) for course in given)
                yield Row(
                    courses=tuple(course.id for course in given),
                    label=f"course {numbers}, same sessions",
                    target=target.id,
                    point=DosePoint(name="Rx", schedule=summed(list(given.values())), basis="sum within each fraction"),
                    unit=max((course.unit for course in given), key=len),
                )


def _finding(context: Context, tissue: Tissue) -> Finding:
    rows = rows_of(context, tissue)
    flagged = [row for row in rows if row.flagged]
    unknown = [course for course in context.case.courses if _unanswered(context, course, tissue)]
    # The largest alpha/beta gives the smallest BED: the one that is shown where there is room for one only.
    widest = max(tissue.alpha_beta, key=lambda ratio: ratio.gray)
    courses = dict.fromkeys([*(row.course for row in flagged), *(course.id for course in unknown)])
    calm = all(row.unit == "Gy" for row in rows) and not unknown
    everywhere = all(row.reaches(ratio) for row in flagged for ratio in tissue.alpha_beta)
    return Finding(
        id=f"bed-100/{tissue.id}/{'+'.join(courses)}",
        rule="bed-100",
        question=Question.TARGET,
        severity=Severity.INFO if everywhere and calm else Severity.CAUTION,
        subject=tissue.id,
        title=f"Target: is BED {MARK} reached?",
        sentence=_sentence(flagged, unknown),
        lines=(
            _mark_line(tissue),
            *_particle_lines(context, tissue),
            *_sum_lines(context, tissue, (widest,)),
            *_stopped_lines(context, tissue),
        ),
        details=(
            f"a/b: {'; '.join(_ratio_words(ratio) for ratio in tissue.alpha_beta)}.",
            *_sum_lines(context, tissue, tuple(ratio for ratio in tissue.alpha_beta if ratio is not widest)),
        ),
        table=_table(rows, tissue) if rows else None,
        figures=tuple(_figures(rows, tissue)),
        sources=(*MARK_SOURCES, *dict.fromkeys(ratio.source for ratio in tissue.alpha_beta)),
        evidence=Evidence.UNVERIFIED if all(r.assumed for r in tissue.alpha_beta) else None,
        would_change=tuple(_changes(flagged, tissue)),
        missing=tuple(field_to_give(course) for course in unknown),
    )


def _unanswered(context: Context, course: Course, tissue: Tissue) -> bool:
    """Whether a target's dose of a course, alone or within shared sessions, has no BED for want of a weighting."""
    if course.comparable or course.dose_rate is not None or not _treats(context, course, tissue):
        return False
    partners = [other for group in same_session_groups(context) if course in group for other in group]
    shared = any(set(course.targets) & set(other.targets) for other in partners if other != course)
    return shared or not _has_effect(course)


def _treats(context: Context, course: Course, tissue: Tissue) -> bool:
    return any(context.tissue(target).id == tissue.id for target in course.targets)


def _particle_lines(context: Context, tissue: Tissue) -> Iterator[str]:
    for course in context.case.courses:
        if course.of_particles and _treats(context, course, tissue):
            doses = f"doses in {course.unit}" if course.comparable else "doses as stated"
            yield f"{context.label(course).capitalize()}: {course.radiation}, {weighting_words(course)}, {doses}."


def _sentence(rows: list[Row], unknown: list[Course]) -> str:
    said = [f"Reached: {'; '.join(f'{_where(row)} {_break_even_words(row)}' for row in rows)}."] if rows else []
    if unknown:
        said.append(f"Not evaluable without {', '.join(field_to_give(course) for course in unknown)}.")
    return " ".join(said)


def _where(row: Row) -> str:
    """A row in a sentence: its course, and its dose point where that is not the prescription."""
    if row.label == "the course":
        return "at prescription" if row.point.name == "Rx" else f"at {row.point.name}"
    return row.label if row.point.name == "Rx" else f"{row.label} {row.point.name}"


def _break_even(row: Row) -> float | None:
    return row.break_even().gray


def _break_even_words(row: Row) -> str:
    gray = _break_even(row)
    return "at every a/b" if gray is None else f"only if a/b <= {fixed(gray, ALPHA_BETA_PLACES, 'down')}"


def _mark_line(tissue: Tissue) -> str:
    mark = f"The {MARK} mark comes from early lung cancer at a/b 10; for {tissue.name} it is a convention."
    return f"{mark} {tissue.note}".strip()


def _ratio_words(ratio: AlphaBeta) -> str:
    kind = "assumed, " if ratio.assumed else ""
    return f"{plain(ratio.gray)} {ratio.endpoint} ({kind}{ratio.evidence.value}, {ratio.source})"


def _sums(context: Context, tissue: Tissue) -> Iterator[tuple[str, list[Schedule]]]:
    """Targets of this tissue with several courses on different days: course numbers, what each gave."""
    groups = same_session_groups(context)
    for target in (target for target in context.case.targets if target.tissue == tissue.id):
        given = {c: p.given for c in context.case.courses for p in c.prescriptions if p.target == target.id}
        if not all(course.comparable for course in given):
            continue  # the finding on doses of particles says so
        sessions = [[course for course in group if course in given] for group in groups]
        sessions += [[course] for course in given if not any(course in group for group in groups)]
        sessions = sorted(filter(None, sessions), key=lambda session: context.case.number(session[0].id))
        if len(sessions) > 1:
            numbers = "+".join(str(context.case.number(course.id)) for session in sessions for course in session)
            yield numbers, [summed([given[course] for course in session]) for session in sessions]


def _sum_lines(context: Context, tissue: Tissue, ratios: tuple[AlphaBeta, ...]) -> Iterator[str]:
    """The courses of one lesion together: an upper bound, never held against the mark."""
    if not ratios:
        return
    for numbers, schedules in _sums(context, tissue):
        sums = "; ".join(_sum_words(schedules, ratio) for ratio in ratios)
        yield (
            f"Courses {numbers} together: {sums}: an upper bound (no time factor for the days between), not compared "
            f"with {MARK}."
        )


def _sum_words(schedules: list[Schedule], ratio: AlphaBeta) -> str:
    beds = [bed(schedule, alpha_beta=f"{ratio.gray} Gy") for schedule in schedules]
    eqd2s = [eqd2(schedule, alpha_beta=f"{ratio.gray} Gy") for schedule in schedules]
    total, total2 = (fixed(float(sum(values[1:], values[0]).gray), TOTAL_PLACES) for values in (beds, eqd2s))
    return f"BED {total} (EQD2 {total2}) at a/b {plain(ratio.gray)}"


def _stopped_lines(context: Context, tissue: Tissue) -> Iterator[str]:
    for course in context.case.courses:
        for p in course.prescriptions:
            if context.case.target(p.target).tissue != tissue.id or p.delivered is None or p.delivered == p.planned:
                continue
            state = "incomplete: " if p.delivered.fractions < p.planned.fractions else ""
            label = _label(context, course, p.target)
            given, planned = course.words(p.delivered), course.words(p.planned)
            yield f"{label[0].upper()}{label[1:]}: {state}delivered {given}, planned {planned}."


def _table(rows: list[Row], tissue: Tissue) -> Table:
    points = any(row.point.name != "Rx" for row in rows)
    given = ("course", "point", "schedule") if points else ("course", "schedule")
    header = (*given, *(f"BED a/b {plain(ratio.gray)}" for ratio in tissue.alpha_beta), "only if a/b <=")
    return Table(header=header, rows=tuple(_table_row(row, tissue, points) for row in rows))


def _table_row(row: Row, tissue: Tissue, points: bool) -> tuple[str, ...]:
    cells = [row.label.removeprefix("course ").removeprefix("the course") or "1"]
    cells += [row.point.name] if points else []
    cells.append(_schedule_words(row))
    for ratio in tissue.alpha_beta:
        value = beside(float(row.bed(ratio).gray), MARK_GRAY, TOTAL_PLACES)
        verdict = f" {'yes' if row.reaches(ratio) else 'no'}" if row.flagged else ""
        cells.append(f"{value}{verdict}")
    gray = _break_even(row)
    cells.append("any" if gray is None else fixed(gray, ALPHA_BETA_PLACES, "down"))
    return tuple(cells)


def _schedule_words(row: Row) -> str:
    """A schedule with its doses as printed everywhere: totals to a tenth, more where it was typed so."""
    return " + ".join(f"{_short(phase.gray)} {row.unit} / {phase.fractions}" for phase in row.point.schedule.phases)


def _short(gray: float) -> str:
    return plain(gray) if len(plain(gray)) <= 6 else fixed(gray, 2)


def _figures(rows: list[Row], tissue: Tissue) -> Iterator[Figure]:
    for row in rows:
        at = f"{row.target}, {row.course}, {row.point.name}"
        for ratio in tissue.alpha_beta:
            for dose in (row.bed(ratio), row.eqd2(ratio)):
                gray = float(dose.gray)
                name = "BED" if isinstance(dose, BED) else "EQD2"
                basis = f"{name}, a/b {plain(ratio.gray)} Gy, {dose.basis[2]}, at {at}"
                basis += "" if row.unit == "Gy" else f", of {row.unit}"
                yield Figure(name=f"{name} {at}", low=gray, high=gray, unit="Gy", basis=basis, text=str(dose))
        found = row.break_even()
        yield Figure(
            name=f"break-even alpha/beta {at}",
            low=found.gray,
            high=found.gray,
            unit="Gy",
            basis=f"alpha/beta at which BED is {MARK}, LQ",
            text=str(found),
            undefined=found.reason,
        )


def _changes(rows: list[Row], tissue: Tissue) -> Iterator[Change]:
    """The dose in the same fractions that would reach the mark, rounded up, at the first alpha/beta that does not.

    Of courses still to be given only: a dose that was given cannot be changed, and a number beside it reads as advice.
    """
    for row in (row for row in rows if row.open):
        short = next((ratio for ratio in tissue.alpha_beta if not row.reaches(ratio)), None)
        if row.point.name != "Rx" or short is None or row.particles is not None:
            continue
        count = row.point.schedule.fractions
        needed = solve_total(fractions=count, alpha_beta=f"{short.gray} Gy", bed=MARK)
        dose = fixed(float(needed.gray), 2, "up")
        then = f"BED {MARK} at a/b {plain(short.gray)} (organs not considered)"
        yield Change(fact=_where(row), to=f"{dose} {row.unit} / {count}", then=then)
