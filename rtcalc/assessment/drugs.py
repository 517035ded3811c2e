"""Drug findings: what the published rules say of each drug and course, and how much of a drug was there when."""

from __future__ import annotations

from collections.abc import Iterator

from rtcalc.assessment.context import Context
from rtcalc.courses import Course
from rtcalc.dates import show_day
from rtcalc.decimals import fixed, plain
from rtcalc.drugs import Drug, Exposure, HalfLife, Rule
from rtcalc.evidence import Evidence, Severity
from rtcalc.findings import Change, Finding, Firing, Question, Statement, Table
from rtcalc.systemic import HALF_LIVES_TO_OFF, DayState, Match, match, percent_left, state_on, washout_days

_FIRING_WORDS = {
    Firing.FIRES: "",
    Firing.NOT_EXCLUDED: "Cannot be excluded. ",
    Firing.NOT_EVALUABLE: "Not evaluable. ",
}
SPOKEN = (Firing.FIRES, Firing.NOT_EXCLUDED, Firing.NOT_EVALUABLE)


def drug_findings(context: Context) -> tuple[list[Finding], tuple[str, ...]]:
    """Findings on drugs, and the rules that were looked at and do not apply (``rule/drug/course``)."""
    findings: list[Finding] = []
    clear: list[str] = []
    for exposure, drug in context.exposures:
        if drug is None:
            findings.append(_unknown_drug(context, exposure))
            continue
        matches = [
            match(rule, exposure, course, context.case, context.line)
            for rule in context.registry.rules(drug=drug.name)
            for course in context.case.courses
            if rule.standing != "listed"
        ]
        if not matches:
            findings.append(_no_rule(context, drug))
        findings += _by_topic(context, drug, [m for m in matches if m.firing in SPOKEN])
        clear += [f"{m.rule.id}/{drug.name}/{m.course.id}" for m in matches if m.firing is Firing.CLEAR]
        findings += _days(context, exposure, drug)
        findings += _held(context, exposure, drug)
    return findings, tuple(clear)


def _by_topic(context: Context, drug: Drug, matches: list[Match]) -> Iterator[Finding]:
    """One finding per topic: what speaks for it and against it stands together."""
    for topic in dict.fromkeys(m.rule.topic for m in matches):
        group = [m for m in matches if m.rule.topic == topic]
        warning = [m for m in group if not m.rule.counters]
        if warning:
            yield _rule_finding(context, drug, warning, [m for m in group if m.rule.counters])
        else:
            yield _rule_finding(context, drug, group, [])


def _rule_finding(context: Context, drug: Drug, matches: list[Match], against: list[Match]) -> Finding:
    lead = max(matches, key=lambda m: (m.rule.severity.rank, m.firing is Firing.FIRES))
    # Courses of which the rule is less sure stay in the finding: none of them may fall silent behind another.
    same = [m for m in matches if m.rule is lead.rule]
    courses = "+".join(m.course.id for m in same)
    rule = lead.rule
    shown = "" if rule.evidence is Evidence.TWO_SOURCES else " (single transcription)"
    return Finding(
        id=f"{rule.id}/{drug.name}/{courses}",
        rule=rule.id,
        question=Question.DRUG,
        severity=rule.severity,
        subject=drug.name,
        title=f"{rule.headline}: {drug.name}{context.suffix(*(m.course for m in same))}",
        sentence=f"{_FIRING_WORDS[lead.firing]}{_sentence(rule.effect)} [{rule.source}]{shown}{_graded(rule)}",
        lines=tuple(_why(context, same, lead.firing)),
        details=(
            *_others(context, matches, lead),
            f"What follows: {rule.recommendation}.",
            f"As stated: {rule.as_stated}.",
        ),
        firing=lead.firing,
        supports=tuple(dict.fromkeys(_statement(m.rule) for m in matches)),
        against=tuple(dict.fromkeys(_statement(m.rule) for m in against)),
        sources=tuple(dict.fromkeys(key for m in (*matches, *against) for key in m.rule.sources)),
        evidence=rule.evidence,
        missing=tuple(dict.fromkeys(part for m in same for part in m.missing)),
        would_change=tuple(dict.fromkeys(change for m in same for change in _changes(m))),
    )


def _graded(rule: Rule) -> str:
    return f" Graded there as {rule.source_word}." if rule.source_word else ""


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + ("" if text.endswith(".") else ".")


def _why(context: Context, matches: list[Match], said: Firing) -> Iterator[str]:
    """What the rule saw, courses that read the same together; its firing where it is not the one already said."""
    seen: dict[str, list[Match]] = {}
    for m in matches:
        other = _FIRING_WORDS[m.firing].lower().replace(". ", ": ") if m.firing is not said else ""
        window = f" (rule: {m.window})" if m.window else ""
        seen.setdefault(f"{other}{m.anatomy}; {m.timing}{window}", []).append(m)
    for text, group in seen.items():
        where = context.suffix(*(m.course for m in group)).removeprefix(", ")
        yield f"{where.capitalize()}: {text}." if where else f"{text[0].upper()}{text[1:]}."


def _others(context: Context, matches: list[Match], lead: Match) -> Iterator[str]:
    """Further rules of the topic, each once, in its own words, with the courses it speaks of."""
    for rule in {m.rule.id: m.rule for m in matches if m.rule is not lead.rule}.values():
        own = [m for m in matches if m.rule is rule]
        surest = max(own, key=lambda m: m.firing is Firing.FIRES).firing
        where = context.suffix(*(m.course for m in own))
        yield f"Also {rule.id}{where}: {_FIRING_WORDS[surest]}{_sentence(rule.effect)} [{rule.source}]"
        yield from (f"{rule.id}: {line}" for line in _why(context, own, surest))


def _statement(rule: Rule) -> Statement:
    text = f"{rule.headline}: {rule.effect}"
    return Statement(text=text, source=rule.source, evidence=rule.evidence, kind=rule.evidence_type, n=rule.n)


def _changes(m: Match) -> Iterator[Change]:
    """The nearest day that would clear a rule on timing, where the dates are exact."""
    days = m.course.fraction_days()
    if days is None:
        return
    for window in m.rule.windows:
        if window.to_days is None or m.firing is not Firing.FIRES:
            continue
        lasts = [p.last.exact for p in m.exposure.periods if p.last.exact is not None and p.last.exact < days[0]]
        if window.phase == "before" and lasts:
            day = show_day(max(lasts) + window.to_days + 1, m.course.calendar)
            yield Change(
                fact=f"first fraction of {m.course.id}", to=f"on or after {day}", then=f"{m.rule.id} clear on timing"
            )
        begun = [p.first.exact for p in m.exposure.periods if p.first.exact is not None and p.first.exact > days[0]]
        if window.phase == "after" and begun:
            day = show_day(days[-1] + window.to_days, m.course.calendar)
            then = f"{m.rule.id} clear on timing"
            yield Change(fact=f"{m.exposure.drug} started again after {m.course.id}", to=f"after {day}", then=then)


# --- how much was there --------------------------------------------------------------------------------------------
def _days(context: Context, exposure: Exposure, drug: Drug) -> Iterator[Finding]:
    """The state of a drug at each fraction, where days and dates are exact."""
    for course in context.case.courses:
        days = course.fraction_days()
        if days is None or not exposure.periods:
            continue
        states = [state_on(exposure, drug, day) for day in days]
        if all(state.word == "off" and state.percent_left is None for state in states):
            continue
        yield Finding(
            id=f"drug-at-fractions/{drug.name}/{course.id}",
            rule="drug-at-fractions",
            question=Question.DRUG,
            severity=Severity.INFO if all(state.word == "off" for state in states) else Severity.CAUTION,
            subject=drug.name,
            title=f"{drug.name.capitalize()} at each fraction{context.suffix(course)}",
            sentence=f"{_counts(states)}: {' | '.join(_day_words(s, course.calendar) for s in states)}.",
            lines=(_half_life_words(drug),),
            detail_table=Table(
                header=("fraction", "day", "drug", "left"),
                rows=tuple(_day_row(i, state, course.calendar) for i, state in enumerate(states, start=1)),
            ),
            sources=_half_life_sources(drug),
            evidence=drug.washout.evidence if drug.washout else Evidence.UNVERIFIED,
        )


def _counts(states: list[DayState]) -> str:
    words = [state.word for state in states]
    return ", ".join(f"{words.count(word)} {word}" for word in dict.fromkeys(words)) + f" of {len(words)} fractions"


def _day_words(state: DayState, calendar: bool) -> str:
    return f"{show_day(state.day, calendar)} {state.word} {_left_words(state)}".strip()


def _day_row(number: int, state: DayState, calendar: bool) -> tuple[str, ...]:
    return str(number), show_day(state.day, calendar), f"{state.word} ({state.why})", _left_words(state)


def _left_words(state: DayState) -> str:
    if state.percent_left is None or state.word == "off":
        return ""
    low, high = (fixed(percent, 1) for percent in state.percent_left)
    return f"{high} %" if low == high else f"{low}-{high} %"


def _half_life_words(drug: Drug) -> str:
    life = drug.washout
    if life is None:
        return f"No half-life of {drug.name} may be used ({_why_none(drug)}): after a stop it is treated as on board."
    hours = _hours(life)
    days = fixed(washout_days(life.high_h), 1)
    mark = "" if life.evidence is Evidence.TWO_SOURCES else ", single transcription"
    return (
        f"Half-life {hours} ({life.of}, {life.source}{mark}); off after k = {HALF_LIVES_TO_OFF} of them, {days} d. "
        f"Pharmacokinetics, not advice."
    )


def _hours(life: HalfLife) -> str:
    if life.low_h == life.high_h:
        return f"{plain(life.high_h)} h"
    return f"{plain(life.low_h)}-{plain(life.high_h)} h"


def _why_none(drug: Drug) -> str:
    return "none is known" if not drug.half_lives else "one of them is unverified or held"


def _half_life_sources(drug: Drug) -> tuple[str, ...]:
    return (drug.washout.source,) if drug.washout else tuple(dict.fromkeys(life.source for life in drug.half_lives))


def _held(context: Context, exposure: Exposure, drug: Drug) -> Iterator[Finding]:
    """Stopped for the sessions, without dates: not taken is not gone."""
    held = [course for course in context.case.courses if dict(exposure.during).get(course.id) == "off"]
    held = [course for course in held if course.fraction_days() is None or not exposure.periods]
    if not held:
        return
    life = drug.washout
    yield Finding(
        id=f"drug-held/{drug.name}/{'+'.join(course.id for course in held)}",
        rule="drug-held",
        question=Question.DRUG,
        severity=Severity.CAUTION,
        subject=drug.name,
        title=f"{drug.name.capitalize()} was stopped for the sessions, not gone",
        sentence=f"Stopped during {_held_courses(context, held)}{f' ({exposure.reason})' if exposure.reason else ''}. "
        f"{_held_words(life, held)}",
        details=(_half_life_words(drug),),
        sources=_half_life_sources(drug),
        evidence=life.evidence if life else Evidence.UNVERIFIED,
        missing=(f"last day on which {drug.name} was taken before each course",),
    )


def _held_words(life: HalfLife | None, held: list[Course]) -> str:
    if life is None:
        return ""
    last = max(course.fractions for course in held)
    short = f"{fixed(percent_left(1, life.low_h), 0)}-{fixed(percent_left(last, life.low_h), 0)} %"
    long = f"{fixed(percent_left(1, life.high_h), 0)}-{fixed(percent_left(last, life.high_h), 0)} %"
    reading = (
        short if short == long else f"{short} (half-life {plain(life.low_h)} h) or {long} ({plain(life.high_h)} h)"
    )
    days = fixed(washout_days(life.low_h), 1), fixed(washout_days(life.high_h), 1)
    needs = days[0] if days[0] == days[1] else f"{days[0]}-{days[1]}"
    return f"A last dose the day before {last} daily fractions leaves {reading} over them; off needs {needs} d."


def _held_courses(context: Context, held: list[Course]) -> str:
    return "courses " + " and ".join(str(context.case.number(course.id)) for course in held)


def _no_rule(context: Context, drug: Drug) -> Finding:
    listed = len(context.registry.rules(drug=drug.name))
    why = f"{listed} are listed, unverified or held" if listed else "none is listed"
    return Finding(
        id=f"no-drug-rule/{drug.name}/{context.case.id}",
        rule="no-drug-rule",
        question=Question.DRUG,
        severity=Severity.CAUTION,
        subject=drug.name,
        title=f"No rule on {drug.name} may be used",
        sentence=f"Of rules on {drug.name} near radiotherapy {why}: what it adds is unknown.",
    )


def _unknown_drug(context: Context, exposure: Exposure) -> Finding:
    return Finding(
        id=f"unknown-drug/{exposure.drug}/{context.case.id}",
        rule="unknown-drug",
        question=Question.DRUG,
        severity=Severity.WARNING,
        subject=exposure.drug,
        title=f"{exposure.drug}: no entry in the registry",
        sentence=f"No rule and no half-life of {exposure.drug} is known here: what it adds is unknown, not "
        "nothing; treat as on board.",
        missing=(f"what is published on {exposure.drug} near radiotherapy",),
    )
