"""What-if: the questions, and only what changes."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from rtcalc_app.services.case.whatif import Comparison, Difference, Options
from rtcalc_app.views.case import ids
from rtcalc_app.views.parts import DASH, aria, card, notice, severity, state, table


def card_of(options: Options) -> html.Section:
    """The questions that the case allows."""
    prescriptions = [{"value": value, "label": words} for value, words in options.prescriptions]
    holds = [{"value": value, "label": words} for value, words in options.holds]
    schedule = html.Div(
        [
            dmc.Select(
                id=ids.WHAT_PRESCRIPTION, label="Prescription", data=prescriptions, size="xs", allowDeselect=False,
                value=prescriptions[0]["value"],
            ),
            dmc.TextInput(
                id=ids.WHAT_SCHEDULE, label="Other schedule [Gy / fractions]", placeholder="40 Gy / 8", size="xs"
            ),
            html.Button("Show what changes", id=ids.WHAT_SHOW_SCHEDULE, className="plain", type="button"),
        ],
        className="question",
    )  # fmt: skip
    hold = html.Div(
        [
            dmc.Select(
                id=ids.WHAT_HOLD, label="Drug and hold", data=holds, size="xs", allowDeselect=False,
                value=holds[0]["value"] if holds else None, disabled=not holds,
                placeholder="" if holds else "no drug with a period in this case",
            ),
            dmc.TextInput(id=ids.WHAT_LAST, label="Last day before the hold", placeholder="2026-03-08", size="xs"),
            dmc.TextInput(id=ids.WHAT_AGAIN, label="First day after it", placeholder="2026-04-01", size="xs"),
            html.Button("Show what changes", id=ids.WHAT_SHOW_HOLD, className="plain", type="button"),
        ],
        className="question",
    )  # fmt: skip
    result = [html.Div(id=ids.WHAT_RESULT, **aria(live="polite")), dcc.Store(id=ids.WHAT_TEXT)]
    return card(
        "What if", schedule, hold, *result, subtitle="The case is assessed again and compared; the case itself stays."
    )


def comparison(shown: Comparison) -> list[Any]:
    """Before and after of what changes."""
    if shown.problem:
        return [notice(shown.problem, kind="error")]
    parts: list[Any] = [html.H3(shown.change)]
    if shown.assumptions:
        parts.append(notice(html.Ul([html.Li(text) for text in shown.assumptions]), kind="caution"))
    if shown.sentence[0] != shown.sentence[1]:
        rows = [("Before", shown.sentence[0]), ("After", shown.sentence[1])]
        parts.append(table(("", "In one sentence"), rows, caption="The sentence before and after"))
    if not shown.findings and not shown.limits:
        return [*parts, html.P(f"Nothing changes: {shown.same} findings stay as they are.")]
    if shown.findings:
        rows = [_row(one, severity) for one in shown.findings]
        parts.append(table(("", "Finding", "Before", "After"), rows, caption="Findings that change"))
    if shown.limits:
        rows = [_row(one, state) for one in shown.limits]
        parts.append(table(("", "Limit", "Before", "After"), rows, caption="Limits that change"))
    parts.append(html.P(f"{shown.same} findings stay as they are.", className="source"))
    parts.append(html.Button("Work with the changed case", id=ids.WHAT_USE, className="plain no-print", type="button"))
    return parts


def _row(one: Difference, badge: Any) -> tuple[Any, ...]:
    before = [badge(one.severity_before), " "] if one.severity_before else []
    after = [badge(one.severity_after), " "] if one.severity_after else []
    return one.kind, one.what, [*before, one.before or DASH], [*after, one.after or DASH]
