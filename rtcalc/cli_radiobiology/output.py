"""What every command of the radiobiology shares: where its answer goes, and the options that mean the same in all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Protocol, TypeAlias

import typer

if TYPE_CHECKING:
    from rtcalc.registry import Registry

Json = Annotated[bool, typer.Option("--json", help="JSON on standard output.")]
ScheduleText = Annotated[str, typer.Argument(help='Such as "45 Gy / 5" or "50 Gy / 25 + 5 x 9 Gy".')]
K = Annotated[str | None, typer.Option("--k", help='Loss by repopulation, such as "0.9 Gy/d".')]
KBasis = Annotated[str | None, typer.Option("--k-basis", help="What that K is: BED or EQD2.")]
Kickoff = Annotated[str | None, typer.Option("--kickoff", help='Kick-off time in elapsed days, such as "28 d".')]
TimeFactorOf = Annotated[
    str | None, typer.Option("--time-factor-of", help="Tissue whose published K is taken instead; see rtcalc tissues.")
]


class Report(Protocol):
    """An answer of the library, ready to be shown."""

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready data."""

    def text(self) -> str:
        """Lines for the terminal."""


Answer: TypeAlias = "Callable[[typer.Context, bool, dict[str, Any], Callable[[], str]], None]"
Knowledge: TypeAlias = "Callable[[typer.Context], Registry]"


@dataclass(frozen=True, slots=True)
class Output:
    """Where answers go and where knowledge comes from."""

    answer: Answer
    knowledge: Knowledge

    def show(self, context: typer.Context, as_json: bool, found: Report) -> None:
        """Write one answer."""
        self.answer(context, as_json, found.to_dict(), found.text)
