"""Target findings: BED and EQD2 at every dose point and alpha/beta, and whether BED reaches 100 Gy there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rtcalc.assessment.context import Context
from rtcalc.courses import Course, DosePoint, Prescription
from rtcalc.decimals import ALPHA_BETA_PLACES, TOTAL_PLACES, beside, compare, fixed, plain
from rtcalc.doses import BED, EQD2
from rtcalc.effects import bed, break_even_alpha_beta, eqd2
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

    course: str
    label: str
    target: str
    point: DosePoint
    flagged: bool = True

    def bed(self, ratio: AlphaBeta) -> BED:
        """BED of the point. [Gy]"""
        return bed(self.point.schedule, alpha_beta=f"{ratio.gray} Gy")

    def eqd2(self, ratio: AlphaBeta) -> EQD2:
        """EQD2 of the point. [Gy]"""
        return eqd2(self.point.schedule, alpha_beta=f"{ratio.gray} Gy")

    def reaches(self, ratio: AlphaBeta) -> bool:
        """Whether BED reaches the mark, tested on the ten digits that are printed."""
        return compare(float(self.bed(ratio).gray), MARK_GRAY) >= 0


def target_findings(context: Context) -> list[Finding]:
    """One finding per tissue: a table of dose points by alpha/beta."""
    tissues = dict.fromkeys(target.tissue for target in context.case.targets)
    return [_finding(context, context.registry.tissues[tissue]) for tissue in tissues]


def rows_of(context: Context, tissue: Tissue) -> list[Row]:
    """All dose points of the targets of one tissue, courses in order."""
    rows = list(_single_rows(context, tissue))
    return rows + list(_same_session_rows(context, tissue))


def _single_rows(context: Context, tissue: Tissue) -> Iterator[Row]:
    for course in context.case.courses:
        for prescription in course.prescriptions:
            if context.case.target(prescription.target).tissue != tissue.id:
                continue
            label = context.label(course)
            for point in prescription.dose_points():
                yield Row(course=course.id, label=label, target=prescription.target, point=point)
            if prescription.delivered is not None and prescription.delivered != prescription.planned:
                planned = DosePoint(name="planned", schedule=prescription.planned, basis="planned, not delivered")
                yield Row(course=course.id, label=label, target=prescription.target, point=planned, flagged=False)


def _same_session_rows(context: Context, tissue: Tissue) -> Iterator[Row]:
    """Dose of the same fractions to the same target adds before it is converted."""
    for course, other in same_session_pairs(context):
        for one in course.prescriptions:
            for two in other.prescriptions:
                if one.target != two.target or context.case.target(one.target).tissue != tissue.id:
                    continue
                total = one.given.total + two.given.total
                summed = Schedule(total=total, fractions=course.fractions)
                point = DosePoint(name="Rx", schedule=summed, basis="sum within each fraction")
                label = f"{context.label(course)} + {context.case.number(other.id)}, same sessions"
                yield Row(course=f"{course.id}+{other.id}", label=label, target=one.target, point=point)


def same_session_pairs(context: Context) -> list[tuple[Course, Course]]:
    """Courses given in the same sessions: said so, or treated on the very same days."""
    courses = context.case.courses
    pairs = []
    for i, course in enumerate(courses):
        for other in courses[i + 1 :]:
            said = other.id in course.same_sessions_as or course.id in other.same_sessions_as
            days = course.fraction_days()
            if said or (days is not None and days == other.fraction_days()):
                pairs.append((course, other))
    return pairs


def _finding(context: Context, tissue: Tissue) -> Finding:
    rows = rows_of(context, tissue)
    flagged = [row for row in rows if row.flagged]
    # The largest alpha/beta gives the smallest BED: the one that is shown where there is room for one only.
    widest = max(tissue.alpha_beta, key=lambda ratio: ratio.gray)
    everywhere = all(row.reaches(ratio) for row in flagged for ratio in tissue.alpha_beta)
    return Finding(
        id=f"bed-100/{tissue.id}/{'+'.join(dict.fromkeys(row.course for row in flagged))}",
        rule="bed-100",
        question=Question.TARGET,
        severity=Severity.INFO if everywhere else Severity.CAUTION,
        subject=tissue.id,
        title=f"Target: is BED {MARK} reached?",
        sentence=_sentence(flagged),
        lines=(_mark_line(tissue), *_sum_lines(context, tissue, (widest,)), *_stopped_lines(context, tissue)),
        details=(
            f"a/b: {'; '.join(_ratio_words(ratio) for ratio in tissue.alpha_beta)}.",
            *_sum_lines(context, tissue, tuple(ratio for ratio in tissue.alpha_beta if ratio is not widest)),
        ),
        table=_table(rows, tissue),
        figures=tuple(_figures(rows, tissue)),
        sources=(*MARK_SOURCES, *dict.fromkeys(ratio.source for ratio in tissue.alpha_beta)),
        evidence=Evidence.UNVERIFIED if all(r.assumed for r in tissue.alpha_beta) else None,
        would_change=tuple(_changes(flagged, tissue)),
    )


def _sentence(rows: list[Row]) -> str:
    return f"Reached {'; '.join(f'{_where(row)} {_break_even_words(row)}' for row in rows)}."


def _where(row: Row) -> str:
    """A row in a sentence: its course, and its dose point where that is not the prescription."""
    if row.label == "the course":
        return "at prescription" if row.point.name == "Rx" else f"at {row.point.name}"
    return row.label if row.point.name == "Rx" else f"{row.label} {row.point.name}"


def _break_even(row: Row) -> float | None:
    return break_even_alpha_beta(row.point.schedule, bed=MARK).gray


def _break_even_words(row: Row) -> str:
    gray = _break_even(row)
    return "at every a/b" if gray is None else f"only if a/b <= {fixed(gray, ALPHA_BETA_PLACES, 'down')}"


def _mark_line(tissue: Tissue) -> str:
    mark = f"The {MARK} mark comes from early lung cancer at a/b 10; for {tissue.name} it is a convention."
    return f"{mark} {tissue.note}".strip()


def _ratio_words(ratio: AlphaBeta) -> str:
    kind = "assumed, " if ratio.assumed else ""
    return f"{plain(ratio.gray)} {ratio.endpoint} ({kind}{ratio.evidence.value}, {ratio.source})"


def _sums(context: Context, tissue: Tissue) -> Iterator[tuple[str, list[Prescription]]]:
    """Targets of this tissue with several courses on different days: course numbers, prescriptions."""
    paired = {course.id for pair in same_session_pairs(context) for course in pair}
    for target in context.case.targets:
        given = [
            (course, prescription)
            for course in context.case.courses
            for prescription in course.prescriptions
            if prescription.target == target.id and course.id not in paired
        ]
        if target.tissue == tissue.id and len(given) > 1:
            yield "+".join(str(context.case.number(course.id)) for course, _ in given), [p for _, p in given]


def _sum_lines(context: Context, tissue: Tissue, ratios: tuple[AlphaBeta, ...]) -> Iterator[str]:
    """The courses of one lesion together: an upper bound, never held against the mark."""
    for numbers, prescriptions in _sums(context, tissue):
        sums = "; ".join(_sum_words(prescriptions, ratio) for ratio in ratios)
        yield (
            f"Courses {numbers} together: {sums}: an upper bound (no time factor for the days between), not compared "
            f"with {MARK}."
        )


def _sum_words(prescriptions: list[Prescription], ratio: AlphaBeta) -> str:
    beds = [bed(prescription.given, alpha_beta=f"{ratio.gray} Gy") for prescription in prescriptions]
    eqd2s = [eqd2(prescription.given, alpha_beta=f"{ratio.gray} Gy") for prescription in prescriptions]
    total, total2 = (fixed(float(sum(values[1:], values[0]).gray), TOTAL_PLACES) for values in (beds, eqd2s))
    return f"BED {total} (EQD2 {total2}) at a/b {plain(ratio.gray)}"


def _stopped_lines(context: Context, tissue: Tissue) -> Iterator[str]:
    for course in context.case.courses:
        for p in course.prescriptions:
            if context.case.target(p.target).tissue != tissue.id or p.delivered is None or p.delivered == p.planned:
                continue
            state = "incomplete: " if p.delivered.fractions < p.planned.fractions else ""
            yield f"{context.label(course).capitalize()}: {state}delivered {p.delivered}, planned {p.planned}."


def _table(rows: list[Row], tissue: Tissue) -> Table:
    points = any(row.point.name != "Rx" for row in rows)
    given = ("course", "point", "schedule") if points else ("course", "schedule")
    header = (*given, *(f"BED a/b {plain(ratio.gray)}" for ratio in tissue.alpha_beta), "only if a/b <=")
    return Table(header=header, rows=tuple(_table_row(row, tissue, points) for row in rows))


def _table_row(row: Row, tissue: Tissue, points: bool) -> tuple[str, ...]:
    cells = [row.label.removeprefix("course ").removeprefix("the course") or "1"]
    cells += [row.point.name] if points else []
    cells.append(_schedule_words(row.point.schedule))
    for ratio in tissue.alpha_beta:
        value = beside(float(row.bed(ratio).gray), MARK_GRAY, TOTAL_PLACES)
        verdict = f" {'yes' if row.reaches(ratio) else 'no'}" if row.flagged else ""
        cells.append(f"{value}{verdict}")
    gray = _break_even(row)
    cells.append("any" if gray is None else fixed(gray, ALPHA_BETA_PLACES, "down"))
    return tuple(cells)


def _schedule_words(schedule: Schedule) -> str:
    """A schedule with its doses as printed everywhere: totals to a tenth, more where it was typed so."""
    return " + ".join(f"{_short(phase.gray)} Gy / {phase.fractions}" for phase in schedule.phases)


def _short(gray: float) -> str:
    return plain(gray) if len(plain(gray)) <= 6 else fixed(gray, 2)


def _figures(rows: list[Row], tissue: Tissue) -> Iterator[Figure]:
    for row in rows:
        at = f"{row.target}, {row.course}, {row.point.name}"
        for ratio in tissue.alpha_beta:
            for dose in (row.bed(ratio), row.eqd2(ratio)):
                gray = float(dose.gray)
                name = "BED" if isinstance(dose, BED) else "EQD2"
                basis = f"{name}, a/b {plain(ratio.gray)} Gy, LQ, at {at}"
                yield Figure(name=f"{name} {at}", low=gray, high=gray, unit="Gy", basis=basis, text=str(dose))
        found = break_even_alpha_beta(row.point.schedule, bed=MARK)
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
    """The dose in the same fractions that would reach the mark, rounded up, at the first alpha/beta that does not."""
    for row in rows:
        short = next((ratio for ratio in tissue.alpha_beta if not row.reaches(ratio)), None)
        if row.point.name != "Rx" or short is None:
            continue
        count = row.point.schedule.fractions
        needed = solve_total(fractions=count, alpha_beta=f"{short.gray} Gy", bed=MARK)
        dose = fixed(float(needed.gray), 2, "up")
        yield Change(fact=_where(row), to=f"{dose} Gy / {count}", then=f"BED {MARK} at a/b {plain(short.gray)}")
