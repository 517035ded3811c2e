"""``rtcalc pin``, ``protocols``, and ``list`` and ``show`` of each kind of the knowledge."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

if TYPE_CHECKING:
    from rtcalc.registry import Registry

Answer: TypeAlias = Callable[[typer.Context, bool, dict[str, Any], Callable[[], str]], None]
Read: TypeAlias = "Callable[[typer.Context], Registry]"
Json = Annotated[bool, typer.Option("--json", help="JSON on standard output.")]
KINDS = {
    "schedules": "Published schedules.",
    "constraints": "Organ limits.",
    "drugs": "Drugs and half-lives.",
    "tissues": "Tissues and alpha/beta.",
    "interactions": "Rules on drugs near radiotherapy.",
}


def add_to(
    app: typer.Typer,
    answer: Answer,
    registry: Read,
    forget: Callable[[typer.Context], None],
    complain: Callable[[str], None],
) -> None:
    """Add the commands to an application.

    `answer` writes text or JSON, with what every output carries; `registry` gives the knowledge of this call, and
    `forget` lets it be read anew from another folder; `complain` says what is wrong.
    """
    _add_pin(app, answer, registry)
    _add_protocols(app, answer, registry, forget, complain)
    for kind, summary in KINDS.items():
        _add_listing(app, kind, summary, answer, registry)


def _add_pin(app: typer.Typer, answer: Answer, registry: Read) -> None:
    @app.command("pin")
    def _pin(context: typer.Context, as_json: Json = False) -> None:
        """Hold your department's folder to the knowledge as it is now."""
        from rtcalc.registry import pin
        from rtcalc.report import inventory
        from rtcalc.report.writing import write_file

        used = registry(context)
        place = pin.path(used)
        inventory.require_sound(used)
        write_file(place, pin.text(used))
        answer(context, as_json, {"pin": str(place)}, lambda: inventory.pinned(place, used))


def _add_protocols(
    app: typer.Typer,
    answer: Answer,
    registry: Read,
    forget: Callable[[typer.Context], None],
    complain: Callable[[str], None],
) -> None:
    group = typer.Typer(rich_markup_mode=None, help="Check the knowledge; review a set of limits against its paper.")

    @group.command("check")
    def _check(
        context: typer.Context,
        folder: Annotated[
            Path | None, typer.Argument(help="Default: the folder in use, else what is built in.")
        ] = None,
        as_json: Json = False,
    ) -> None:
        """Read every file strictly, look for slips, count what is known and how well."""
        from rtcalc.registry.inspection import take_inventory
        from rtcalc.registry.location import builtin
        from rtcalc.report import inventory

        if folder is not None:
            context.obj = None if folder.resolve() == builtin().resolve() else folder
            forget(context)
        used = registry(context)
        if problems := inventory.problems(used):
            for problem in problems:
                complain(problem)
            raise typer.Exit(2)
        found = take_inventory(used)
        answer(context, as_json, inventory.to_dict(found), lambda: inventory.text(found))

    @group.command("review")
    def _review(
        context: typer.Context, name: Annotated[str, typer.Argument(metavar="SET")], as_json: Json = False
    ) -> None:
        """Print a set of limits as a checklist, to be held against its paper."""
        from rtcalc.report import checklist

        found = checklist.review(name, registry(context))
        answer(context, as_json, found.to_dict(), found.text)

    app.add_typer(group, name="protocols")


def _add_listing(app: typer.Typer, kind: str, summary: str, answer: Answer, registry: Read) -> None:
    """Add ``rtcalc KIND list|show`` for one kind of the registry."""
    group = typer.Typer(rich_markup_mode=None, help=summary)

    @group.command("list", help=f"List {kind}.")
    def _list(
        context: typer.Context,
        search: Annotated[str, typer.Option("--search", help="Only entries that contain this text.")] = "",
        as_json: Json = False,
    ) -> None:
        from rtcalc.report import listing

        rows = listing.rows(kind, registry(context), search)
        answer(context, as_json, {"items": [row.data for row in rows]}, lambda: listing.table(kind, rows))

    @group.command("show", help="Show one entry with its source.")
    def _show(context: typer.Context, name: Annotated[str, typer.Argument()], as_json: Json = False) -> None:
        from rtcalc.report import listing

        found = listing.show(kind, name, registry(context))
        answer(context, as_json, found.to_dict(), found.text)

    app.add_typer(group, name=kind)
