"""Commands on complication and control probabilities: the parameter sets, and one of them with a curve."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from rtcalc.cli_radiobiology.output import Json, Output
from rtcalc.cli_radiobiology.reading import factors_of, whole_days


@dataclass(frozen=True, slots=True)
class ResponseCommands:
    """`rtcalc response list`, `show` and `compute`."""

    output: Output

    def add_to(self, app: typer.Typer) -> None:
        """Add them to an application."""
        group = typer.Typer(rich_markup_mode=None, help="Complication and control probabilities (NTCP, TCP).")
        group.command("list")(self.listed)
        group.command("show")(self.shown)
        group.command("compute")(self.computed)
        app.add_typer(group, name="response")

    def listed(
        self,
        context: typer.Context,
        search: Annotated[str, typer.Option("--search", help="Only sets that contain this text.")] = "",
        as_json: Json = False,
    ) -> None:
        """List the published parameter sets."""
        from rtcalc.report.radiobiology import parameter_sets

        self.output.show(context, as_json, parameter_sets.listed(self.output.knowledge(context), search))

    def shown(
        self,
        context: typer.Context,
        name: Annotated[str, typer.Argument(help="Id of a parameter set.")],
        as_json: Json = False,
    ) -> None:
        """Show one parameter set with its source."""
        from rtcalc.report.radiobiology import parameter_sets

        self.output.show(context, as_json, parameter_sets.shown(self.output.knowledge(context), name))

    def computed(
        self,
        context: typer.Context,
        name: Annotated[str, typer.Argument(help="Id of a parameter set.")],
        dvh: Annotated[
            Path, typer.Option("--dvh", help="CSV with the header 'dose [Gy],cumulative volume [cc]' (or cGy, %).")
        ],
        structure: Annotated[str, typer.Option("--structure", help="TG-263 name of the structure of that curve.")],
        schedule: Annotated[str, typer.Option("--schedule", help='The course of that curve, such as "60 Gy / 30".')],
        alpha_beta: Annotated[
            str | None, typer.Option("--alpha-beta", help="For a set that leaves a range of them.")
        ] = None,
        organ_volume: Annotated[
            str | None, typer.Option("--organ-volume", help='Whole volume, for a curve in %: "1500 cc".')
        ] = None,
        largest: Annotated[
            str | None, typer.Option("--max", help='Largest dose, where the curve does not end at zero: "61.2 Gy".')
        ] = None,
        factor: Annotated[
            list[str] | None, typer.Option("--factor", help="Risk factor of the set: 'NAME=yes' or 'NAME=no'.")
        ] = None,
        overall: Annotated[
            str | None, typer.Option("--overall", help='First to last fraction, for a set with regrowth: "44 d".')
        ] = None,
        as_json: Json = False,
    ) -> None:
        """Probability of one parameter set for a dose-volume curve in physical dose."""
        from rtcalc.cli_radiobiology.curve_file import read_curve
        from rtcalc.report.radiobiology import response

        found = response.compute(
            self.output.knowledge(context).response[name],
            read_curve(dvh, structure, organ_volume=organ_volume, largest=largest),
            schedule,
            alpha_beta=alpha_beta,
            factors=factors_of(factor),
            overall_days=whole_days(overall, "--overall"),
        )
        self.output.show(context, as_json, found)
