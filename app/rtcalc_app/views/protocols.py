"""The protocols page as components."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from dash import dcc, html

from rtcalc_app.services.claims import AuditView, ClaimView
from rtcalc_app.services.protocols import Catalogue, Effect, Protocol
from rtcalc_app.views import parts
from rtcalc_app.views.sources import evidence, source_block


def catalogue(found: Catalogue, opener: str) -> html.Div:
    """The schedules: a row of numbers each; its dose is a button (pattern id of type `opener`) for the rest."""
    compared = f"against {found.reference}" if found.reference else "difference"
    heads = [
        ("Schedule", False), ("Site and disease", False),
        (f"BED, tumour a/b {found.tumour}", True), ("BED 100 Gy", False), (f"EQD2, tumour a/b {found.tumour}", True),
        (f"BED, late a/b {found.late}", True), (f"EQD2, late a/b {found.late}", True),
        (f"EQD2 {compared}, tumour; late", True), ("Source", False),
    ]  # fmt: skip
    if not found.protocols:
        return html.Div([parts.notice("No published schedule contains this text.")])
    body = [_row(entry, opener) for entry in found.protocols]
    head = html.Tr([html.Th(text, scope="col", className="numeric" if right else "") for text, right in heads])
    caption = html.Caption("Published schedules with BED and EQD2", className="hidden")
    table = html.Table([caption, html.Thead(head), html.Tbody(body)])
    shown = f"{len(found.protocols)} of {found.total} published schedules"
    count = " ".join((f"{shown}; open one for outcome, toxicity and source.", *found.notes))
    return html.Div(
        [
            html.P(count, className="subtitle"),
            html.Div(table, className="table", tabIndex="0", role="region", **parts.aria(label="Published schedules")),
        ]
    )


def _row(entry: Protocol, opener: str) -> html.Tr:
    difference: Any = [entry.tumour.difference, html.Br(), entry.late.difference]
    dose = html.Button(entry.dose, id={"type": opener, "name": entry.id}, className="opener whole", n_clicks=0)
    return html.Tr(
        [
            html.Td([dose, html.Br(), html.Span(entry.each, className="muted")]),
            html.Td([entry.site, html.Br(), html.Span(entry.disease, className="muted")], className="broad"),
            html.Td(entry.tumour.bed, className="numeric"),
            html.Td(_mark(entry.tumour)),
            html.Td(entry.tumour.eqd2, className="numeric"),
            html.Td(entry.late.bed, className="numeric"),
            html.Td(entry.late.eqd2, className="numeric"),
            html.Td(difference, className="numeric"),
            html.Td([entry.source.key, html.Br(), evidence(entry.source)]),
        ],
        className="entry",
    )


def _mark(effect: Effect) -> html.Span:
    return html.Span(effect.mark, className="mark")


def entry(found: Protocol, case: str) -> html.Div:
    """One schedule in full: outcome, toxicity, what the paper leaves open, the source, and where to take it.

    A schedule of a published case has a button (pattern id of type `case`) that opens the case.
    """
    facts = [part for name, text in found.facts for part in (html.Dt(name), html.Dd(text))]
    questions = (
        [html.H3("What the paper leaves open"), html.Ul([html.Li(text) for text in found.questions])]
        if found.questions
        else []
    )
    return html.Div(
        [
            html.P(f"{found.dose}; {found.site}; {found.disease}", className="subtitle"),
            html.P(_ways(found, case), className="ways no-print"),
            html.Dl([*facts, html.Dt("Numbers"), html.Dd(found.printed)], className="facts"),
            *questions,
            *[parts.notice(text, kind="caution") for text in found.notes],
            source_block(found.source),
        ]
    )


def _ways(entry: Protocol, case: str) -> list[Any]:
    ways: list[Any] = []
    if entry.schedule:
        ways.append(dcc.Link("Open in the calculator", href=calculator_link(entry.schedule)))
    if entry.case:
        words = f"Open the case {entry.case}"
        ways += [" · ", html.Button(words, id={"type": case, "name": entry.id}, className="opener", n_clicks=0)]
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
