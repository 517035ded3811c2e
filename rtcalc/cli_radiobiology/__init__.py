"""The radiobiology on the command line: arguments in, the library's answer out. No figure is computed here.

No biological parameter has a default: what is not given is not applied, and what is needed and missing is refused.

The commands are built when one of them, or the help, is asked for: reading their many options takes longer than a BED.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import typer
from typer.core import TyperGroup

from rtcalc.cli_radiobiology.output import Answer, Knowledge, Output

NAMES = ("effect", "continuous", "isoeffect", "reaching", "gap", "budget", "feasible", "response")


def add_to(app: typer.Typer, answer: Answer, knowledge: Knowledge) -> None:
    """Add the commands to an application.

    Parameters
    ----------
    app : typer.Typer
    answer : callable
        Writes an answer as text or JSON, with what every output carries.
    knowledge : callable
        Returns the registry of a call.
    """
    output = Output(answer, knowledge)

    class Group(TyperGroup):
        """The application's own commands, and behind them these."""

        def get_command(self, ctx: Any, cmd_name: str) -> Any:
            return super().get_command(ctx, cmd_name) or (_built(output)[cmd_name] if cmd_name in NAMES else None)

        def list_commands(self, ctx: Any) -> list[str]:
            return [*super().list_commands(ctx), *NAMES]

    app.info.cls = Group


@cache
def _built(output: Output) -> dict[str, Any]:
    from rtcalc.cli_radiobiology.dose import DoseCommands
    from rtcalc.cli_radiobiology.planning import PlanningCommands
    from rtcalc.cli_radiobiology.response import ResponseCommands

    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    for commands in (DoseCommands(output), PlanningCommands(output), ResponseCommands(output)):
        commands.add_to(app)
    group: Any = typer.main.get_command(app)
    return dict(group.commands)
