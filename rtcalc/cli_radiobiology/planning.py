"""Commands on what to do: after missed days, after an earlier course, and within the limits of the organs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from rtcalc.cli_radiobiology.output import Json, K, KBasis, Kickoff, Output, ScheduleText, TimeFactorOf
from rtcalc.cli_radiobiology.reading import (
    counts,
    hours_of,
    items,
    months_of,
    repopulation_of,
    share,
    whole_days,
    yes_or_no,
)

AlphaBeta = Annotated[str, typer.Option("--alpha-beta", help='Such as "2 Gy".')]
Fractions = Annotated[list[str] | None, typer.Option("--fractions", help="Fraction numbers to look at: 1,3,5.")]


@dataclass(frozen=True, slots=True)
class PlanningCommands:
    """`rtcalc gap`, `budget` and `feasible`."""

    output: Output

    def add_to(self, app: typer.Typer) -> None:
        """Add them to an application."""
        app.command("gap")(self.gap)
        app.command("budget")(self.budget)
        app.command("feasible")(self.feasible)

    def gap(
        self,
        context: typer.Context,
        schedule: ScheduleText,
        start: Annotated[str, typer.Option("--start", help="First treatment day, such as 2026-03-02.")],
        missed: Annotated[list[str], typer.Option("--missed", help="Missed days: 2026-03-16,2026-03-17.")],
        tumour_alpha_beta: Annotated[str, typer.Option("--tumour-alpha-beta", help='Such as "10 Gy".')],
        late_alpha_beta: Annotated[str, typer.Option("--late-alpha-beta", help='Such as "3 Gy".')],
        k: K = None,
        k_basis: KBasis = None,
        kickoff: Kickoff = None,
        time_factor_of: TimeFactorOf = None,
        pattern: Annotated[
            str, typer.Option("--pattern", help="every weekday, every day, or days such as 'Mon Wed Fri'.")
        ] = "every weekday",
        holidays: Annotated[
            list[str] | None, typer.Option("--holidays", help="Days without treatment that were planned so.")
        ] = None,
        late_half_time: Annotated[
            str | None, typer.Option("--late-half-time", help='Repair of late tissue between two fractions: "4 h".')
        ] = None,
        interval: Annotated[str | None, typer.Option("--interval", help='Between them, such as "6 h".')] = None,
        as_json: Json = False,
    ) -> None:
        """What missed treatment days cost, and what each compensation does to tumour and late tissue."""
        from rtcalc.report.radiobiology import gap
        from rtcalc.treatment_calendar import TreatmentCalendar

        registry = self.output.knowledge(context) if time_factor_of else None
        found = gap.compute(
            schedule,
            TreatmentCalendar.of(start, pattern, holidays=items(holidays), missed=items(missed)),
            tumour_alpha_beta=tumour_alpha_beta,
            late_alpha_beta=late_alpha_beta,
            repopulation=repopulation_of(k, k_basis, kickoff, time_factor_of, registry),
            late_repair=late_half_time,
            interval_hours=hours_of(interval, "--interval"),
        )
        self.output.show(context, as_json, found)

    def budget(
        self,
        context: typer.Context,
        organ: Annotated[str, typer.Option("--organ", help="TG-263 name, such as SpinalCord.")],
        prior: Annotated[str, typer.Option("--prior", help='Maximum of the organ so far, such as "30.9 Gy / 10".')],
        alpha_beta: AlphaBeta,
        limit: Annotated[str | None, typer.Option("--limit", help='Cumulative limit in EQD2, such as "50 Gy".')] = None,
        rule: Annotated[
            str | None, typer.Option("--rule", help="Published rule, such as HYTEC.SpinalCord.reirradiation.")
        ] = None,
        measured_on: Annotated[
            str, typer.Option("--measured-on", help="Structure of those doses, such as 'thecal sac'; for a rule.")
        ] = "not stated",
        interval: Annotated[
            str | None, typer.Option("--interval", help='Since the earlier course: "8.2 months" or "250 d".')
        ] = None,
        earlier_end: Annotated[
            str | None, typer.Option("--earlier-end", help="Instead: last day of the earlier course.")
        ] = None,
        new_start: Annotated[str | None, typer.Option("--new-start", help="And first day of the new one.")] = None,
        fractions: Fractions = None,
        new: Annotated[
            str | None,
            typer.Option("--new", help='A new course to hold against it: maximum of the organ, "12 Gy / 5".'),
        ] = None,
        recovery: Annotated[
            str | None, typer.Option("--recovery", help='A column beside, never deciding: "25 %"; with --new.')
        ] = None,
        recovery_ceiling: Annotated[str | None, typer.Option(help='The most the reference grants: "50 %".')] = None,
        recovery_after: Annotated[str | None, typer.Option(help='Shortest interval of the reference: "180 d".')] = None,
        recovery_reference: Annotated[str | None, typer.Option(help="Where that recovery is from.")] = None,
        recovery_in_limit: Annotated[
            str | None, typer.Option(help="yes or no: whether the limit was derived with recovery in it.")
        ] = None,
        as_json: Json = False,
    ) -> None:
        """What an organ may still get after an earlier course; allowed doses round down."""
        from rtcalc.report.radiobiology import budget, held, known

        earlier = known.Known.of(
            organ, prior, alpha_beta, months=months_of(interval, earlier_end, new_start), measured_on=measured_on
        )
        given = (recovery, recovery_ceiling, recovery_after, recovery_reference)
        typed = held.recovery_of(organ, given, whole_days(recovery_after, "--recovery-after"))
        course = held.new_course(
            new, earlier_end, new_start, typed, yes_or_no(recovery_in_limit, "--recovery-in-limit")
        )
        registry = self.output.knowledge(context)
        found = budget.compute(earlier, registry, limit, rule, counts(fractions, ()), course)
        self.output.show(context, as_json, found)

    def feasible(
        self,
        context: typer.Context,
        target_bed: Annotated[str, typer.Option("--target-bed", help='BED to reach, such as "100 Gy".')],
        alpha_beta: AlphaBeta,
        organ: Annotated[
            list[str], typer.Option("--organ", help="ORGAN:METRIC=SHARE of the prescription: SpinalCord:D0.035cc=60%.")
        ],
        sets: Annotated[list[str], typer.Option("--sets", help="Limit sets: TG101,HYTEC.")],
        fractions: Fractions = None,
        as_json: Json = False,
    ) -> None:
        """Which numbers of fractions reach a BED within the organ limits, the first operative limit named."""
        from rtcalc.report.radiobiology import feasible

        found = feasible.compute(
            target_bed,
            alpha_beta,
            [share(text) for text in organ],
            self.output.knowledge(context),
            items(sets),
            counts(fractions, ()),
        )
        self.output.show(context, as_json, found)
