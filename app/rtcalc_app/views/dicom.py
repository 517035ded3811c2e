"""The DICOM page's view models as components."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from rtcalc_app.services.dicom.curves import Chart
from rtcalc_app.services.dicom.found import Found, FoundCourse, Question
from rtcalc_app.services.dicom.structures import Row, Table
from rtcalc_app.services.dicom.sums import Sum
from rtcalc_app.views.parts import details, named, notice, source, state, table

ACCEPT = "dicom-accept"
"""Type of the ids of the answers to an inconsistency."""
FRACTIONS = "Fractions that the files do not say"


def found_card(found: Found) -> list[Any]:
    """What a study holds, each inconsistency as a line to be answered."""
    parts: list[Any] = [html.P([html.Strong(found.title), f": {found.counts}" if found.counts else ""])]
    parts += [_question(question) for question in found.questions]
    parts += [_course(course) for course in found.courses]
    if found.accepted:
        parts.append(notice(f"Acknowledged by you: {'; '.join(found.accepted)}.", kind="caution"))
    if found.notes:
        parts.append(notice(html.Strong("Notes of the reader"), _list(found.notes), kind="caution"))
    if found.courses and not (found.questions or found.accepted or found.notes):
        parts.append(html.P("Nothing in it contradicts.", className="source"))
    if found.unused:
        parts.append(details(f"Files that were not used ({len(found.unused)} kinds)", _list(found.unused)))
    return parts


def _question(question: Question) -> html.Div:
    answer: list[Any] = []
    if question.accept:
        answer = [
            html.Button(
                f'Accept "{question.accept}" and read again',
                id={"type": ACCEPT, "word": question.accept},
                className="plain",
            )
        ]
    elif question.course:
        word = "Number of fractions" if question.number == "fractions" else "Fractions whose dose the file holds"
        answer = [html.Span(f'{word} of {question.course}: state it below the chart, at "{FRACTIONS}".')]
    return notice(html.P(question.text), *answer, kind="warning")


def _course(course: FoundCourse) -> html.Div:
    rows = (
        ("Plan", course.plan),
        ("Prescribed", course.prescription),
        ("Dose", course.dose),
        ("Frame", course.frame),
    )
    terms = [part for term, text in rows for part in (html.Dt(term), html.Dd(text))]
    return html.Div([html.H3(f"Course {course.id}"), html.Dl(terms, className="terms")])


def limits_table(chart: Chart, rows: Sequence[tuple[str, str, str, str, str, str, str]]) -> list[Any]:
    """Every limit that was asked, nearest first; the organs of the chart before the others."""
    parts: list[Any] = [notice(text, kind="caution") for text in chart.left_out]
    if not rows:
        return [*parts, html.P("No limit was asked: none of the chosen sets has a row for these organs.")]
    heads = ("Organ", "Limit", "Measured", "Of the limit", "State", "Remark", "Source")
    cells = [(*row[:4], state(row[4]), row[5], html.Span(row[6], className="source")) for row in rows]
    open_rows = table(heads, cells, caption="Limits and how this course meets them", numeric=(3,))
    return [*parts, details(f"All {len(rows)} limits as a table", open_rows)]


def curves_table(chart: Chart) -> Any:
    """What each line of the chart is, for EQD2 with its alpha/beta."""
    rows = [
        (line.name, "target" if line.is_target else line.organ, line.basis or "physical dose") for line in chart.lines
    ]
    return details(
        "The chart's lines as a table", table(("Line", "Read as", "Basis"), rows, caption="Lines of the chart")
    )


def structures_table(found: Table) -> list[Any]:
    """The structures of a course."""
    to = f"Distances are to {', '.join(found.targets)}." if found.targets else "There is no target to measure from."
    heads = ("Structure", "Read as", "Volume", "In the dose", "To the target", "D0.035cc", "± interpolation")
    rows = [
        (
            html.Span([html.Strong(row.name), *[html.Div(text, className="source") for text in row.remarks]]),
            html.Span([_read_as(row), html.Div(row.how, className="source")]),
            row.volume, row.covered, row.distance, row.near_max, row.interpolation,
        )
        for row in found.rows
    ]  # fmt: skip
    parts: list[Any] = []
    if found.unsettled:
        parts.append(
            notice(
                f"{found.unsettled} structures may be organs and were mapped to nothing: name them, or ignore them.",
                kind="warning",
            )
        )
    shown = table(heads, rows, caption=f"Structures of course {found.course}", numeric=(2, 3, 4, 5, 6))
    note = (
        f"Course {found.course}. {to} The last column is how far linear and cubic interpolation of the dose differ in "
        "D0.035cc; a distance is exact for the contours as drawn, and uncertain by half a slice along z."
    )
    return [*parts, shown, source(note)]


def _read_as(row: Row) -> Any:
    return row.read_as if row.settled else html.Strong("to be named")


def sum_table(total: Sum) -> list[Any]:
    """Metrics of the sum, with what is certain from the curves alone."""
    heads = ("Metric", "Sum", "Highest within 3 mm", "Certain from the curves alone")
    shown = table(heads, total.rows, caption=f"{total.structure}, {total.alpha_beta}", numeric=(1, 2, 3))
    return [html.P(f"{total.structure}, {total.alpha_beta}, LQ"), shown, source(total.note)]


def words(texts: Sequence[str], id: str | None = None) -> html.Ul:
    """A plain list."""
    return html.Ul([html.Li(text) for text in texts], **named(id))


def _list(texts: Sequence[str]) -> html.Ul:
    return words(texts)
