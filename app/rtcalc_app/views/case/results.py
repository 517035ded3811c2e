"""An assessed case: summary with filters, timeline, findings beside the ladder, targets, sums, sources."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import html

from rtcalc_app.figures import case as figures
from rtcalc_app.services.case.ladder import Rung
from rtcalc_app.services.case.results import Entry, Grid, Group, Results
from rtcalc_app.services.case.targets import TargetTable
from rtcalc_app.services.case.whatif import Options
from rtcalc_app.views.case import ids, whatif
from rtcalc_app.views.parts import DASH, aria, card, chart, details, severity, state, table

LADDER_CAPTION = "Requested organ limits"


def results(shown: Results, options: Options, dark: bool) -> html.Div:
    """All cards, in the order in which they are read; the filters hide by the class of the block round them."""
    cards = [
        _summary(shown),
        _timeline(shown, dark),
        html.Div([_findings(shown.groups), _ladder(shown.ladder)], className="columns findings-ladder"),
        *(_targets(one) for one in shown.targets),
        *_cumulative(shown, dark),
        _changes(shown),
        whatif.card_of(options),
        _sources(shown),
    ]
    return html.Div(cards, id=ids.FILTERED)


def _summary(shown: Results) -> html.Section:
    states = [_chip(value, count, state(value)) for value, count in shown.states]
    severities = [_chip(value, count, severity(value)) for value, count in shown.severities]
    said = "every requested limit has an answer" if shown.complete else "some requested limits have no answer"
    facts = [part for name, value in shown.facts for part in (html.Dt(name), html.Dd(value))]
    copy = dmc.CopyButton(
        value=shown.note,
        children="Copy for note",
        copiedChildren="Copied",
        size="xs",
        variant="default",
        className="no-print",
    )
    identity = html.Span(
        f"{shown.identity} · complete: {'yes' if shown.complete else 'no'}, {said}", className="source"
    )
    return html.Section(
        [
            html.H2(shown.title),
            html.P(shown.sentence, className="phone-sentence"),
            html.Div(
                [_chips(ids.STATES, "Limits", states), _chips(ids.SEVERITIES, "Findings", severities)],
                className="case-filters",
            ),
            html.Div([identity, copy], className="identity"),
            details("What the case says of the patient", html.Dl(facts, className="case-facts")),
        ],
        className="card summary",
    )


def _chips(id: str, title: str, chips: list[Any]) -> html.Div:
    """Counts, each a filter: chosen ones stay, the others are hidden."""
    group = dmc.ChipGroup(chips, id=id, multiple=True, value=[])
    return html.Div(
        [html.Span(title, className="chips-title"), group],
        className="chips",
        role="group",
        **aria(label=f"{title}: show only"),
    )


def _chip(value: str, count: int, words: Any) -> dmc.Chip:
    return dmc.Chip([html.B(str(count)), words], value=value, size="xs", variant="outline", disabled=count == 0)


def _timeline(shown: Results, dark: bool) -> html.Section:
    view = shown.timeline
    return card(
        "Timeline",
        chart(figures.timeline(view, dark), view.summary, id=ids.TIMELINE, height=figures.timeline_height(view)),
        details("The same in words", table(("What", "When"), view.rows, caption="Timeline in words")),
        subtitle=f"{view.axis}. Drag to zoom, double click to return.",
    )


# --- findings --------------------------------------------------------------------------------------------------------
def _findings(groups: tuple[Group, ...]) -> html.Section:
    parts: list[Any] = []
    for group in groups:
        parts.append(html.H3(f"{group.heading} ({len(group.entries)})"))
        parts += [_entry(entry) for entry in group.entries]
    return card("Findings", *parts, subtitle="Worst first. Doses in Gy and as the sources print them.")


def _entry(entry: Entry) -> html.Article:
    parts: list[Any] = [
        html.Div([severity(entry.severity), html.B(entry.title)], className="finding-title"),
        html.P(entry.sentence),
        *(_grid(grid, entry.title) for grid in entry.tables),
    ]
    if entry.lines:
        parts.append(html.Ul([html.Li(line) for line in entry.lines]))
    parts += [html.P([html.I("Against this: "), text]) for text in entry.against]
    if entry.changes:
        parts.append(html.P([html.B("What would change it: "), "; ".join(entry.changes), "."]))
    if entry.missing:
        parts.append(html.P([html.B("Settles it: "), "; ".join(entry.missing), "."]))
    grids = [_grid(grid, f"{entry.title}, more") for grid in entry.more_tables]
    # One block of text, a line each: every component costs the browser time, and this is seldom opened.
    more = html.P("\n".join((*entry.more, entry.foot)), className="source lines")
    parts.append(details("Source and more", *grids, more))
    return html.Article(parts, className=f"finding is-{entry.severity}")


def _grid(grid: Grid, caption: str) -> html.Div:
    return table(grid.header, grid.rows, caption=caption)


# --- ladder ----------------------------------------------------------------------------------------------------------
def _ladder(rungs: tuple[Rung, ...]) -> html.Section:
    if not rungs:
        return card("Limit ladder", html.P("No limit was asked: the case names no set, or no organ that a set knows."))
    body: list[Any] = []
    for course in dict.fromkeys(rung.course for rung in rungs):
        own = [rung for rung in rungs if rung.course == course]
        body.append(html.Tr(html.Th(f"Course {course}", colSpan=3, scope="rowgroup"), className="rung-course"))
        body += [_rung(rung) for rung in own]
    head = html.Tr([html.Th(text, scope="col") for text in ("Limit", "Per cent of the limit", "State")])
    ladder = html.Table([html.Caption(LADDER_CAPTION, className="hidden"), html.Thead(head), html.Tbody(body)])
    return card(
        "Limit ladder",
        html.Div(ladder, className="table ladder", tabIndex="0", role="region", **aria(label=LADDER_CAPTION)),
        subtitle="Each course on its own, physical dose unless said. Scale 0 to 150 %; lines at 95 % (near) and 100 %. "
        "A converted limit shows its stricter row.",
    )


def _rung(rung: Rung) -> html.Tr:
    missing = f"missing: {rung.missing}" if rung.missing else ""
    said = [rung.measured or missing, rung.how, rung.note]
    bar = html.Div(
        className="rung-bar" if rung.bar is None else f"rung-bar filled{' cut' if rung.cut else ''}",
        style=_length(rung),
    )
    return html.Tr(
        [
            html.Th([html.B(rung.organ), f"{rung.set_id} {rung.limit}"], scope="row", title=rung.source),
            html.Td([bar, "; ".join(filter(None, said))]),
            html.Td([state(rung.state), rung.percent or DASH]),
        ],
        className=f"rung is-{rung.state.replace('_', '-')}",
    )


def _length(rung: Rung) -> dict[str, str]:
    return {} if rung.bar is None else {"--length": f"{rung.bar:.2f}%"}


# --- below -----------------------------------------------------------------------------------------------------------
def _targets(one: TargetTable) -> html.Section:
    return card(
        f"Target: {one.heading}",
        table(one.header, one.rows, caption=f"BED and EQD2 of {one.heading} by dose point", numeric=one.numeric),
        subtitle=one.subtitle,
    )


def _cumulative(shown: Results, dark: bool) -> list[Any]:
    if not shown.cumulative:
        return []
    parts: list[Any] = []
    if shown.intervals:
        said = f"Bounds of {len(shown.intervals)} sums, from what is certain to what is possible."
        height = figures.intervals_height(shown.intervals)
        parts.append(chart(figures.intervals(shown.intervals, dark), said, id=ids.SUMS, height=height))
        rows = [(one.label, one.text, one.basis) for one in shown.intervals]
        heads = ("Organ, metric, α/β", "Cumulative EQD2", "Basis")
        parts.append(details("The same in words", table(heads, rows, caption="Bounds of cumulative doses")))
    parts += [_grid(grid, "Cumulative organ dose") for grid in shown.cumulative]
    return [
        card(
            "Cumulative organ dose, no recovery",
            *parts,
            subtitle="EQD2 in Gy, LQ, without a common frame of reference: bounds, never one number. In brackets the "
            "other α/β.",
        )
    ]


def _changes(shown: Results) -> html.Section:
    parts: list[Any] = []
    if shown.changes:
        heads = ("Finding", "Fact", "To", "Then")
        parts.append(table(heads, shown.changes, caption="What would change most"))
    else:
        parts.append(html.P("No single dose or date was computed that would change a finding."))
    if shown.missing:
        parts.append(html.H3("What would settle what is open"))
        parts.append(html.Ul([html.Li(text) for text in shown.missing]))
    return card("What would change most", *parts, subtitle="Computed, worst finding first; not advice.")


def _sources(shown: Results) -> html.Section:
    clear = [html.Ul([html.Li(text) for text in shown.clear])] if shown.clear else [html.P("None.")]
    return card(
        "Sources",
        table(("Key", "Reference"), shown.sources, caption="Sources of the findings"),
        html.P([html.B("Not computed: "), "; ".join(shown.not_computed), "."]),
        details(f"Drug rules that were looked at and do not apply ({len(shown.clear)})", *clear),
    )
