"""The protocols page as components."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from dash import dcc, html

from rtcalc_app.services.protocols import AuditView, Catalogue, ClaimView, Effect, Protocol
from rtcalc_app.views import parts
from rtcalc_app.views.sources import evidence, source_block

COLUMNS = 9


def catalogue(found: Catalogue, opener: str) -> html.Div:
    """The schedules: a row of numbers each, and under it what the paper says.

    A schedule of a published case has a button (pattern id of type `opener`) that opens the case.
    """
    compared = f"against {found.reference}" if found.reference else "difference"
    heads = [
        ("Schedule", False), ("Site and disease", False),
        (f"BED, tumour a/b {found.tumour}", True), ("BED 100 Gy", False), (f"EQD2, tumour a/b {found.tumour}", True),
        (f"BED, late a/b {found.late}", True), (f"EQD2, late a/b {found.late}", True),
        (f"EQD2 {compared}, tumour; late", True), ("Source", False),
    ]  # fmt: skip
    if not found.protocols:
        return html.Div([parts.notice("No published schedule contains this text.")])
    body: list[Any] = []
    for entry in found.protocols:
        body += _rows(entry, opener)
    head = html.Tr([html.Th(text, scope="col", className="numeric" if right else "") for text, right in heads])
    caption = html.Caption("Published schedules with BED and EQD2", className="hidden")
    table = html.Table([caption, html.Thead(head), html.Tbody(body)])
    count = f"{len(found.protocols)} of {found.total} published schedules. {' '.join(found.notes)}"
    return html.Div(
        [
            html.P(count, className="subtitle"),
            html.Div(table, className="table", tabIndex="0", role="region", **parts.aria(label="Published schedules")),
        ]
    )


def _rows(entry: Protocol, opener: str) -> list[html.Tr]:
    difference: Any = [entry.tumour.difference, html.Br(), entry.late.difference]
    cells = [
        html.Td([html.B(entry.dose, className="whole"), html.Br(), html.Span(entry.each, className="muted")]),
        html.Td([entry.site, html.Br(), html.Span(entry.disease, className="muted")], className="broad"),
        html.Td(entry.tumour.bed, className="numeric"),
        html.Td(_mark(entry.tumour)),
        html.Td(entry.tumour.eqd2, className="numeric"),
        html.Td(entry.late.bed, className="numeric"),
        html.Td(entry.late.eqd2, className="numeric"),
        html.Td(difference, className="numeric"),
        html.Td([entry.source.key, html.Br(), evidence(entry.source)]),
    ]
    return [
        html.Tr(cells, className="entry"),
        html.Tr(html.Td(_more(entry, opener), colSpan=COLUMNS), className="under"),
    ]


def _mark(effect: Effect) -> html.Span:
    return html.Span(effect.mark, className="mark")


def _more(entry: Protocol, opener: str) -> html.Details:
    facts = [part for name, text in entry.facts for part in (html.Dt(name), html.Dd(text))]
    questions = (
        [html.H3("What the paper leaves open"), html.Ul([html.Li(text) for text in entry.questions])]
        if entry.questions
        else []
    )
    return parts.details(
        html.Span(["Outcome, toxicity, source ", html.Span(f"{entry.id} · {entry.group}", className="muted")]),
        html.Div(
            [
                html.Dl([*facts, html.Dt("Numbers"), html.Dd(entry.printed)], className="facts"),
                *questions,
                *[parts.notice(text, kind="caution") for text in entry.notes],
                source_block(entry.source),
                html.P(_ways(entry, opener), className="ways no-print"),
            ]
        ),
    )


def _ways(entry: Protocol, opener: str) -> list[Any]:
    ways: list[Any] = []
    if entry.schedule:
        ways.append(dcc.Link("Open in the calculator", href=calculator_link(entry.schedule)))
    if entry.case:
        words = f"Open the case {entry.case}"
        ways += [" · ", html.Button(words, id={"type": opener, "name": entry.id}, className="opener", n_clicks=0)]
    return ways or ["Not enough is printed to compute with."]


def calculator_link(schedule: str) -> str:
    """The calculator with one schedule."""
    return f"/?{urlencode({'v': 1, 's': schedule.replace(' Gy', '').replace(' ', '')})}"


def audit(found: AuditView) -> html.Div:
    """The claims recomputed, then the other statements that were checked."""
    rows = [
        (f"{source}, {place}", statement, check, verdict) for source, place, statement, check, verdict in found.checked
    ]
    return html.Div(
        [
            *[_claim(claim) for claim in found.claims],
            parts.card(
                f"Other statements checked ({len(rows)})",
                parts.table(("Source", "Statement", "What comes out", "Verdict"), rows, caption="Checked statements"),
            ),
        ]
    )


def _claim(claim: ClaimView) -> html.Section:
    lists: list[Any] = []
    for part in claim.lists:
        columns = range(2, len(part.heads))
        lists += [
            html.H3(part.title),
            parts.table(part.heads, part.rows, caption=part.title, numeric=tuple(columns)),
            html.P(part.needed, className="subtitle"),
        ]
    verdict = html.Span(claim.verdict, className=f"state state-{'pass' if claim.reproducible else 'exceeded'}")
    return parts.card(
        "Published claim",
        html.P([claim.statement, " ", verdict]),
        html.P(f"As stated: {claim.stated}.", className="subtitle"),
        *lists,
        html.P(claim.note),
        source_block(claim.source),
    )
