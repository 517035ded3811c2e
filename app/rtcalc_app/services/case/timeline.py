"""Courses, drugs and rule windows on one axis of days, with what is not known drawn as not known.

The axis is the calendar (or the case's own day numbers) where some course has its place on it; else the days from the
first fraction of the first course, of which the intervals of the case may still tell something.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from rtcalc.assessment.context import Context
from rtcalc.chronology import end_of, start_of, taken
from rtcalc.courses import Course
from rtcalc.dates import show_day
from rtcalc.decimals import fixed
from rtcalc.drugs import Drug, Exposure, Window
from rtcalc.findings import Firing
from rtcalc.systemic import Match, match, state_on
from rtcalc.timeline import ORIGIN, Bounds

Kind = Literal["course", "drug", "rule"]
MARGIN_DAYS = 7
LONGEST_DAYS = 36_525
"""A century: an axis that is longer would hold nothing that can be seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A stretch of days on a lane: from the start of `first` to the end of `last`. [d]

    Attributes
    ----------
    word : str
        ``course``, ``on``, ``washing out``, ``off``, ``unknown``, or ``rule`` and ``rule, dates not exact``.
    strength : float
        How much of a drug is left, at the long end of its half-life, from 0 to 1; 1 elsewhere.
    """

    lane: int
    first: int
    last: int
    word: str
    text: str
    strength: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A fraction, or what the case says of a drug during a course, on its day."""

    lane: int
    day: int
    text: str
    word: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One line of the picture."""

    kind: Kind
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineView:
    """The picture and, as `rows`, the same in words: what, and when.

    Attributes
    ----------
    calendar : bool
        True: days are ordinals of dates; False: numbers of days.
    first, last : int
        Ends of the axis. [d]
    """

    calendar: bool
    axis: str
    first: int
    last: int
    lanes: tuple[Lane, ...]
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    summary: str
    rows: tuple[tuple[str, str], ...]


def timeline_view(context: Context) -> TimelineView:
    """The timeline of a case.

    Examples
    --------
    >>> from rtcalc.casefile import load_case
    >>> from rtcalc.registry import Registry
    >>> from rtcalc.registry.location import builtin
    >>> case = load_case(builtin() / "cases" / "gist-case-2.yaml")
    >>> view = timeline_view(Context.of(case, Registry()))
    >>> view.calendar, view.axis
    (False, 'Days from the first fraction of course 1, whose date is not known')
    """
    return _Drawing(context).view()


@dataclass(slots=True)
class _Drawing:
    context: Context
    lanes: list[Lane] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    ticks: list[Tick] = field(default_factory=list)
    rows: list[tuple[str, str]] = field(default_factory=list)
    zero: str = ORIGIN
    calendar: bool = True
    first: int = 0
    last: int = 0

    def view(self) -> TimelineView:
        case = self.context.case
        dated = [
            course for course in case.courses if None not in self.context.line.between(ORIGIN, start_of(course.id))
        ]
        self.zero = ORIGIN if dated else start_of(case.courses[0].id)
        self.calendar = bool(dated) and dated[0].calendar and dated[0].start.calendar
        self.ends()
        for course in case.courses:
            self.course(course)
        for exposure, drug in self.context.exposures:
            self.drug(exposure, drug)
        return TimelineView(
            calendar=self.calendar,
            axis=self.axis(),
            first=self.first,
            last=self.last,
            lanes=tuple(self.lanes),
            bars=tuple(self.bars),
            ticks=tuple(self.ticks),
            summary=self.summary(),
            rows=tuple(self.rows),
        )

    def axis(self) -> str:
        if self.zero != ORIGIN:
            return "Days from the first fraction of course 1, whose date is not known"
        return "Date" if self.calendar else "Day of the case"

    def summary(self) -> str:
        courses, drugs, rules = (sum(lane.kind == kind for lane in self.lanes) for kind in ("course", "drug", "rule"))
        hatched = sum(bar.word in ("unknown", "rule, dates not exact") for bar in self.bars)
        said = [_counted(courses, "course"), _counted(drugs, "drug")]
        said.append(f"{_counted(rules, 'time window')} of rules that speak or cannot be excluded")
        open_words = f" Hatched: {_counted(hatched, 'stretch', 'es')} that the dates leave open." if hatched else ""
        return f"{', '.join(said)}.{open_words} What is left after a stop is pharmacokinetics, not advice."

    def at(self, event: str) -> Bounds:
        return self.context.line.between(self.zero, event)

    def ends(self) -> None:
        """The axis: every day that is known, the windows of rules, and a margin."""
        case = self.context.case
        events = [which(course.id) for course in case.courses for which in (start_of, end_of)]
        for exposure in case.exposures:
            events += [taken(exposure.drug, n + 1, w) for n in range(len(exposure.periods)) for w in ("first", "last")]
        known = [day for event in events for day in self.at(event) if day is not None]
        for m in self.matches():
            start, end = self.edges(m.course)
            low, high = _window_days(m, start, end)
            known += [day for day in (low, high) if day is not None]
        middle = known[0] if known else 0
        known = [day for day in known if abs(day - middle) <= LONGEST_DAYS] or [0]
        margin = max(MARGIN_DAYS, (max(known) - min(known)) // 25)
        self.first, self.last = min(known) - margin, max(known) + margin

    def edges(self, course: Course) -> tuple[int | None, int | None]:
        """First and last fraction where something is known of them: the day, or the bound that is known."""
        low, high = self.at(start_of(course.id))
        start = low if low is not None else high
        low_end, high_end = self.at(end_of(course.id))
        end = low_end if low_end is not None else high_end
        return start, end if end is not None else start

    def exact(self, course: Course) -> bool:
        start, end = self.at(start_of(course.id)), self.at(end_of(course.id))
        return None not in (*start, *end) and start[0] == start[1] and end[0] == end[1]

    def lane(self, kind: Kind, label: str) -> int:
        self.lanes.append(Lane(kind=kind, label=label))
        return len(self.lanes) - 1

    def day(self, day: int) -> str:
        return show_day(day, self.calendar)

    def bar(self, lane: int, first: int, last: int, word: str, text: str, strength: float = 1.0) -> None:
        first, last = max(first, self.first), min(last, self.last)
        if first <= last:
            self.bars.append(Bar(lane=lane, first=first, last=last, word=word, text=text, strength=strength))

    # --- courses -----------------------------------------------------------------------------------------------------
    def course(self, course: Course) -> None:
        case = self.context.case
        given = "; ".join(f"{course.words(p.given)} to {p.target}" for p in course.prescriptions)
        label = f"Course {case.number(course.id)}: {given}"
        lane = self.lane("course", label)
        days = course.fraction_days()
        offset = self.at(start_of(course.id))[0]
        if days is not None and offset is not None:
            for number, day in enumerate(days, start=1):
                shown = offset + day - days[0]
                self.ticks.append(Tick(lane=lane, day=shown, text=f"fraction {number}, {self.day(shown)}"))
            self.rows.append((label, f"fractions on {', '.join(self.day(offset + day - days[0]) for day in days)}"))
            return
        start, end = self.at(start_of(course.id)), self.at(end_of(course.id))
        words = f"start {course.start}" + (f", end {course.end}" if course.end.stated else "")
        if start[0] is not None and start[0] == start[1]:
            self.ticks.append(Tick(lane=lane, day=start[0], text=f"first fraction; {words}"))
        self.span(lane, start, end, "course", f"{label}; {words}; treatment days {course.pattern}")
        self.rows.append((label, f"{words}; treatment days {course.pattern}"))

    def span(self, lane: int, start: Bounds, end: Bounds, word: str, text: str) -> None:
        """What is certain between two events, and hatched what may be: as far as the bounds go, else to the edge."""
        low = self.first if start[0] is None else start[0]
        high = self.last if end[1] is None else end[1]
        if word == "course" and end[1] is None and start[0] is not None and start[0] == start[1]:
            high = start[0] if end[0] is None else end[0]  # the tick says where it begins; no end is drawn
        if start[1] is None or end[0] is None or start[1] > end[0]:
            self.bar(lane, low, high, "unknown", f"{text}: may lie here")
            return
        self.bar(lane, low, start[1] - 1, "unknown", f"{text}: may have begun")
        self.bar(lane, start[1], end[0], word, text)
        self.bar(lane, end[0] + 1, high, "unknown", f"{text}: may not have ended")

    # --- drugs -------------------------------------------------------------------------------------------------------
    def drug(self, exposure: Exposure, drug: Drug | None) -> None:
        number = self.context.case.number
        said = ", ".join(f"{state} during course {number(course)}" for course, state in exposure.during)
        label = exposure.drug.capitalize() + (f" (stated: {said})" if said else "")
        lane = self.lane("drug", label)
        if self.zero == ORIGIN:
            self.daily(lane, exposure, drug)
        else:
            self.bounded(lane, exposure)
        if said:
            self.rows.append((label, said))
        for course, state in exposure.during:
            start, end = self.edges(self.context.case.course(course))
            if start is not None and end is not None:
                text = f"{exposure.drug}: {state} during course {number(course)}, as the case says"
                self.ticks.append(Tick(lane=lane, day=(start + end) // 2, text=text, word=state))
        self.windows(exposure)

    def daily(self, lane: int, exposure: Exposure, drug: Drug | None) -> None:
        """The state of each day, days of one state together; a drug that washes out changes from day to day."""
        name = exposure.drug.capitalize()
        runs: list[Bar] = []
        for day in range(self.first, self.last + 1):
            state = state_on(exposure, drug, day)
            left = max(state.percent_left) / 100.0 if state.percent_left and state.word == "washing out" else 1.0
            before = runs[-1] if runs else None
            text = f"{name}: {state.word}" + (f", {fixed(100 * left, 1)} % left" if state.word == "washing out" else "")
            if before is not None and (before.word, before.strength, before.text) == (state.word, left, text):
                day, first = before.last + 1, before.first
                runs[-1] = Bar(lane=lane, first=first, last=day, word=state.word, text=text, strength=left)
            else:
                runs.append(Bar(lane=lane, first=day, last=day, word=state.word, text=text, strength=left))
        self.bars += runs
        self.rows += [
            (name, f"{words}: {self.day(first)} to {self.day(last)}") for words, first, last in _stretches(runs)
        ]

    def bounded(self, lane: int, exposure: Exposure) -> None:
        """Without dates: what the order of events says of each period."""
        name = exposure.drug.capitalize()
        for number, period in enumerate(exposure.periods, start=1):
            start, end = (self.at(taken(exposure.drug, number, which)) for which in ("first", "last"))
            words = f"first day {period.first}, {'still taken' if period.last.still else f'last day {period.last}'}"
            self.span(lane, start, (self.last, None) if period.last.still else end, "on", f"{name}: {words}")
            self.rows.append((name, words))
        if not exposure.periods:
            self.bar(lane, self.first, self.last, "unknown", f"{name}: dates not stated")
            self.rows.append((name, "dates not stated"))

    # --- rules -------------------------------------------------------------------------------------------------------
    def matches(self, exposure: Exposure | None = None) -> Iterator[Match]:
        """Rules with a time window that fire, or cannot be excluded, for a drug and a course."""
        registry, case, line = self.context.registry, self.context.case, self.context.line
        for one, drug in self.context.exposures:
            if drug is None or exposure not in (None, one):
                continue
            for rule in registry.rules(drug=drug.name):
                for course in case.courses:
                    if rule.standing == "listed" or rule.counters:
                        continue
                    found = match(rule, one, course, case, line)
                    if found.window is not None and found.firing is not Firing.CLEAR:
                        yield found

    def windows(self, exposure: Exposure) -> None:
        """A bracket for each window and course; rules of the same window share it."""
        shared: dict[tuple[str, Window], list[Match]] = {}
        for m in self.matches(exposure):
            assert m.window is not None
            shared.setdefault((m.course.id, m.window), []).append(m)
        for (course_id, window), group in shared.items():
            course = self.context.case.course(course_id)
            fires = any(m.firing is Firing.FIRES for m in group)
            said = "" if fires else ", cannot be excluded"
            name = f"course {self.context.case.number(course_id)}"
            label = f"{exposure.drug} rule: {window}".replace("the course", name)
            label += f", {name}{said}" if window.phase != "during" else said
            lane = self.lane("rule", label)
            low, high = _window_days(group[0], *self.edges(course))
            rules = ", ".join(m.rule.id for m in group)
            word = "rule" if self.exact(course) else "rule, dates not exact"
            first, last = self.first if low is None else low, self.last if high is None else high
            self.bar(lane, first, last, word, f"{label} ({rules})")
            self.rows.append((label, rules))


def _counted(count: int, what: str, plural: str = "s") -> str:
    return f"{count} {what}{'' if count == 1 else plural}"


def _window_days(m: Match, start: int | None, end: int | None) -> Bounds:
    """First and last day of a rule's window around a course; None where it has no end there. [d]"""
    assert m.window is not None
    first, last = m.window.from_days, m.window.to_days
    if m.window.phase == "before":
        return (None if start is None or last is None else start - last, None if start is None else start - first)
    if m.window.phase == "during":
        return start, end
    return (None if end is None else end + first, None if end is None or last is None else end + last)


def _stretches(runs: list[Bar]) -> Iterator[tuple[str, int, int]]:
    """Days of one word together, whatever is left of the drug."""
    first = 0
    for number, run in enumerate(runs):
        if number + 1 == len(runs) or runs[number + 1].word != run.word:
            yield run.word, runs[first].first, run.last
            first = number + 1
