"""Commands on one schedule: its effect in a model, schedules of equal effect, and whether it reaches a dose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from rtcalc.cli_radiobiology.output import Json, K, KBasis, Kickoff, Output, ScheduleText, TimeFactorOf
from rtcalc.cli_radiobiology.reading import hours_of, interval_of, repopulation_of, whole_days
from rtcalc.errors import DomainError

if TYPE_CHECKING:
    from rtcalc.conditions import Particles
    from rtcalc.fraction_models import LQL, USC

AlphaBeta = Annotated[str | None, typer.Option("--alpha-beta", help='Such as "3 Gy".')]
Tissue = Annotated[str | None, typer.Option("--tissue", help="A tissue of the registry; see rtcalc tissues list.")]
NO_RATIO = '--alpha-beta is missing; there is no default, write --alpha-beta "3 Gy", or --tissue ID'


@dataclass(frozen=True, slots=True)
class DoseCommands:
    """`rtcalc effect`, `continuous`, `isoeffect` and `reaching`."""

    output: Output

    def add_to(self, app: typer.Typer) -> None:
        """Add them to an application."""
        app.command("effect")(self.effect)
        app.command("continuous")(self.continuous)
        app.command("isoeffect")(self.isoeffect)
        app.command("reaching")(self.reaching)

    def effect(
        self,
        context: typer.Context,
        schedule: ScheduleText,
        alpha_beta: AlphaBeta = None,
        tissue: Tissue = None,
        lql_threshold: Annotated[
            str | None, typer.Option("--lql-threshold", help='LQ-L above this dose per fraction, such as "6 Gy".')
        ] = None,
        usc_alpha: Annotated[str | None, typer.Option("--usc-alpha", help='USC: alpha, such as "0.33 /Gy".')] = None,
        usc_d0: Annotated[str | None, typer.Option("--usc-d0", help='USC: D0, such as "1.25 Gy".')] = None,
        half_time: Annotated[
            list[str] | None,
            typer.Option("--half-time", help='Of repair, such as "1.5 h", or "complete"; repeated: one row each.'),
        ] = None,
        minutes: Annotated[float | None, typer.Option("--minutes", help="Duration of a fraction, in minutes.")] = None,
        per_day: Annotated[int, typer.Option("--per-day", help="Fractions a day.")] = 1,
        interval: Annotated[
            str | None, typer.Option("--interval", help='From start to start on one day, such as "6 h".')
        ] = None,
        k: K = None,
        k_basis: KBasis = None,
        kickoff: Kickoff = None,
        time_factor_of: TimeFactorOf = None,
        overall: Annotated[
            str | None, typer.Option("--overall", help='Last day minus first day of treatment, such as "39 d".')
        ] = None,
        rbe: Annotated[
            float | None, typer.Option("--rbe", help="Particles of one weighting, 1.1; the schedule is physical dose.")
        ] = None,
        rbe_max: Annotated[
            float | None, typer.Option("--rbe-max", help="Instead: RBE as the dose per fraction goes to zero.")
        ] = None,
        rbe_min: Annotated[
            float | None, typer.Option("--rbe-min", help="With --rbe-max: RBE as the dose per fraction grows.")
        ] = None,
        as_json: Json = False,
    ) -> None:
        """BED and EQD2 in a composed model, beside the linear-quadratic one."""
        from rtcalc.report.radiobiology import effect

        if (alpha_beta is None) == (tissue is None):
            raise DomainError(NO_RATIO if tissue is None else "--alpha-beta and --tissue: give one of the two")
        registry = self.output.knowledge(context) if tissue or time_factor_of else None
        found = effect.compute(
            schedule,
            registry.tissues[tissue] if registry and tissue else None,
            half_times=tuple(half_time) if half_time else (None,),
            alpha_beta=alpha_beta,
            high_dose=_high_dose(lql_threshold, usc_alpha, usc_d0),
            per_day=per_day,
            interval_hours=hours_of(interval, "--interval"),
            minutes=minutes,
            repopulation=repopulation_of(k, k_basis, kickoff, time_factor_of, registry),
            overall_days=whole_days(overall, "--overall"),
            particles=_particles(rbe, rbe_max, rbe_min),
        )
        self.output.show(context, as_json, found)

    def continuous(
        self,
        context: typer.Context,
        dose: Annotated[str, typer.Argument(help='Total dose, such as "145 Gy"; of an implant until it has decayed.')],
        half_time: Annotated[
            list[str] | None,
            typer.Option("--half-time", help='Of repair, such as "1.5 h"; repeated: one row each.'),
        ] = None,
        alpha_beta: AlphaBeta = None,
        tissue: Tissue = None,
        duration: Annotated[
            str | None, typer.Option("--duration", help='Such as "60 h"; without it the source stays.')
        ] = None,
        half_life: Annotated[
            str | None, typer.Option("--half-life", help='Of the source, such as "59.4 d"; without it a constant rate.')
        ] = None,
        as_json: Json = False,
    ) -> None:
        """BED and EQD2 of a constant dose rate, a decaying source or a permanent implant."""
        from rtcalc.report.radiobiology import continuous

        if (alpha_beta is None) == (tissue is None):
            raise DomainError(NO_RATIO if tissue is None else "--alpha-beta and --tissue: give one of the two")
        if not half_time:
            raise DomainError('--half-time is missing: it decides everything here; write --half-time "1.5 h"')
        found = continuous.compute(
            dose,
            self.output.knowledge(context).tissues[tissue] if tissue else None,
            half_times=tuple(half_time),
            alpha_beta=alpha_beta,
            duration=duration,
            half_life=half_life,
        )
        self.output.show(context, as_json, found)

    def isoeffect(
        self,
        context: typer.Context,
        alpha_beta: Annotated[str, typer.Option("--alpha-beta", help='Such as "10 Gy".')],
        bed: Annotated[str | None, typer.Option("--bed", help='BED to reach, such as "100 Gy".')] = None,
        eqd2: Annotated[str | None, typer.Option("--eqd2", help="EQD2 to reach, instead of a BED.")] = None,
        fractions: Annotated[int | None, typer.Option("--fractions", help="Solve the dose for this number.")] = None,
        per_fraction: Annotated[
            str | None, typer.Option("--per-fraction", help='Solve the number for this dose, such as "2 Gy".')
        ] = None,
        as_json: Json = False,
    ) -> None:
        """Dose or number of fractions that reaches a BED or an EQD2; what is required rounds up."""
        from rtcalc.report.radiobiology import isoeffect

        if (bed is None) == (eqd2 is None):
            raise DomainError("--bed and --eqd2: give one of the two, the effect to reach")
        if fractions is not None and per_fraction is None:
            found = isoeffect.dose(fractions, alpha_beta, bed=bed, eqd2=eqd2)
        elif per_fraction is not None and fractions is None:
            found = isoeffect.number(per_fraction, alpha_beta, bed=bed, eqd2=eqd2)
        else:
            raise DomainError("--fractions and --per-fraction: give one of the two; the other one is solved")
        self.output.show(context, as_json, found)

    def reaching(
        self,
        context: typer.Context,
        schedule: ScheduleText,
        bed: Annotated[str | None, typer.Option("--bed", help='BED to reach, such as "100 Gy".')] = None,
        limit: Annotated[
            str | None, typer.Option("--limit", help='Instead: a limit of another fraction number, "25.3 Gy / 5".')
        ] = None,
        tissue: Tissue = None,
        alpha_beta_range: Annotated[
            str | None, typer.Option("--alpha-beta-range", help='Instead of a tissue: "3 Gy to 7 Gy".')
        ] = None,
        alpha_beta: Annotated[
            str | None, typer.Option("--alpha-beta", help="Central value of the range, with --level.")
        ] = None,
        level: Annotated[str | None, typer.Option("--level", help='What the range is, such as "95 % CI".')] = None,
        seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same draws.")] = 0,
        draws: Annotated[int, typer.Option("--draws", help="How many alpha/beta are drawn.")] = 100_000,
        as_json: Json = False,
    ) -> None:
        """Up to which alpha/beta a BED is reached or a limit exceeded, and how often when it is drawn."""
        from rtcalc.report.radiobiology import reaching

        if (bed is None) == (limit is None):
            raise DomainError("--bed and --limit: give one of the two")
        if (tissue is None) == (alpha_beta_range is None):
            raise DomainError('alpha/beta: give --tissue ID, or --alpha-beta-range "3 Gy to 7 Gy"; there is no default')
        if alpha_beta_range is None and (alpha_beta is not None or level is not None):
            raise DomainError("--alpha-beta and --level belong to --alpha-beta-range; a tissue has its own values")
        if tissue is not None:
            ratios = self.output.knowledge(context).tissues[tissue].alpha_beta
        else:
            ratios = (interval_of(alpha_beta_range or "", alpha_beta, level),)
        question = reaching.Question(schedule=schedule, bed=bed, limit=limit, seed=seed, draws=draws)
        self.output.show(context, as_json, reaching.compute(question, ratios, tissue or "typed"))


def _high_dose(threshold: str | None, alpha: str | None, d0: str | None) -> LQL | USC | None:
    """The model of a large fraction that was asked for; None: linear-quadratic."""
    from rtcalc.fraction_models import LQL, USC

    if (alpha is None) != (d0 is None):
        raise DomainError("--usc-alpha and --usc-d0 belong together; give both or neither")
    if threshold is not None and alpha is not None:
        raise DomainError("--lql-threshold and --usc-alpha: two models of a large fraction; give one of them")
    if threshold is not None:
        return LQL(threshold)
    return None if alpha is None or d0 is None else USC(alpha, d0)


def _particles(constant: float | None, rbe_max: float | None, rbe_min: float | None) -> Particles | None:
    """The weighting of particles that was asked for; None: photons."""
    from rtcalc.conditions import Particles

    if constant is None and rbe_max is None and rbe_min is None:
        return None
    if (constant is None) == (rbe_max is None) or (rbe_max is None) != (rbe_min is None):
        raise DomainError("--rbe, or --rbe-max with --rbe-min: give one of the two forms")
    return Particles(constant=constant, rbe_max=rbe_max, rbe_min=rbe_min)
