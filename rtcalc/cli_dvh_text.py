"""``rtcalc dvh-text``: the curves of a planning system's text export, and metrics read from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from rtcalc.errors import DomainError, ProtocolError

if TYPE_CHECKING:
    from rtcalc.dvh import Dvh
    from rtcalc.dvh_text import DvhText
    from rtcalc.limits import Metric

Answer: TypeAlias = Callable[[typer.Context, bool, dict[str, Any], Callable[[], str]], None]
COURSE = "text"
ALWAYS = ("volume", "Dmax", "Dmean")
PLACES = 2
WIDTH = 120
KEYS = {"Gy": "gray", "cc": "cc"}


def add_to(app: typer.Typer, answer: Answer) -> None:
    """Add the command to an application; `answer` writes text or JSON, with what every output carries."""

    @app.command("dvh-text")
    def _dvh_text(
        context: typer.Context,
        file: Annotated[Path, typer.Argument(help="Text export: Eclipse, RayStation, Monaco, Precision, two columns.")],
        organ: Annotated[str | None, typer.Option("--organ", help="This structure only, as the file names it.")] = None,
        metric: Annotated[
            list[str] | None, typer.Option("--metric", help="Such as D2cc or V20Gy; may be repeated.")
        ] = None,
        reference: Annotated[
            str | None, typer.Option("--reference", help='The dose that is 100 %, such as "45 Gy".')
        ] = None,
        organ_volume: Annotated[
            str | None, typer.Option("--organ-volume", help='Such as "35 cc", for a curve in %; with --organ.')
        ] = None,
        max_dose: Annotated[
            str | None,
            typer.Option("--max-dose", help="Largest dose, for a curve that does not end at zero; with --organ."),
        ] = None,
        kind: Annotated[
            str | None, typer.Option("--kind", help="cumulative or differential, where the file does not say.")
        ] = None,
        decimal: Annotated[
            str | None, typer.Option("--decimal", help="point or comma, where it may group thousands as well.")
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="JSON on standard output.")] = False,
    ) -> None:
        """Read dose-volume curves from the text export of a planning system."""
        from rtcalc.dvh_text import scan_dvh_text
        from rtcalc.limits import Metric

        if kind not in (None, "cumulative", "differential"):
            raise DomainError(f"--kind {kind!r}: write cumulative or differential")
        if decimal not in (None, "point", "comma"):
            raise DomainError(f"--decimal {decimal!r}: write point or comma")
        metrics = [Metric.parse(text) for text in dict.fromkeys([*ALWAYS, *(metric or [])])]
        given = {"reference": reference, "organ_volume": organ_volume, "max_dose": max_dose, "decimal": decimal}
        found = scan_dvh_text(file, course=COURSE, organ=organ, kind=kind, **given)  # type: ignore[arg-type]
        if not found.curves:
            raise ProtocolError(next(iter(found.refused.values())))
        answer(context, as_json, _to_dict(found, metrics), lambda: _text(found, metrics))


def _to_dict(found: DvhText, metrics: Sequence[Metric]) -> dict[str, Any]:
    curves = [
        {
            "structure": name,
            "metrics": [_metric(curve, metric) for metric in metrics],
            "notes": [found.notes[name]] if name in found.notes else [],
        }
        for name, curve in found.curves.items()
    ]
    refused = [{"structure": name, "reason": why} for name, why in found.refused.items()]
    return {"layout": found.layout, "curves": curves, "not_read": refused}


def _metric(curve: Dvh, metric: Metric) -> dict[str, Any]:
    try:
        value, unit = curve.value(metric)
    except DomainError as problem:
        return {"metric": str(metric), "undefined": str(problem)}
    return {"metric": str(metric), KEYS[unit]: value}


def _text(found: DvhText, metrics: Sequence[Metric]) -> str:
    from rtcalc.report.layout import columns, visible

    units = ["Gy" if metric.is_dose else "cc" for metric in metrics]
    header = ["structure", *(f"{metric}, {unit}" for metric, unit in zip(metrics, units, strict=True))]
    undefined: list[str] = []
    rows = [
        [visible(name), *(_cell(curve, metric, undefined) for metric in metrics)]
        for name, curve in found.curves.items()
    ]
    notes = [f"note: {visible(note)}" for note in found.notes.values()]
    refused = [f"not read: {visible(why)}" for why in found.refused.values()]
    table = list(columns(header, rows, WIDTH))
    return (
        "\n".join([f"{found.layout} export, physical dose", "", *table, "", *undefined, *notes, *refused]).rstrip()
        + "\n"
    )


def _cell(curve: Dvh, metric: Metric, undefined: list[str]) -> str:
    from rtcalc import decimals

    try:
        return decimals.fixed(curve.value(metric)[0], PLACES)
    except DomainError as problem:
        undefined.append(str(problem))
        return "undefined"
