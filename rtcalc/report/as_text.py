"""An assessment as plain text: the phone sentence, the courses, the findings worst first, the sources.

Lines are laid out for a fixed width and nothing is cut: a cell that is too long makes its table longer, a sentence
goes on in the next line. Names from files are text; control characters in them are shown as escapes.
"""

from __future__ import annotations

from collections.abc import Iterator

from rtcalc.assessment import Assessment
from rtcalc.findings import Finding, State, Verdict
from rtcalc.report.explanation import cite
from rtcalc.report.layout import columns, visible
from rtcalc.report.page import Page
from rtcalc.report.short import Short

WIDTH = 120
NARROWEST = 60


def text(assessment: Assessment, *, full: bool = False, width: int = WIDTH) -> str:
    """Lay an assessment out as text.

    Parameters
    ----------
    assessment : Assessment
    full : bool
        Every line of every finding, every limit that passed or was not evaluated, the rules that do not apply, and
        the citation behind every source key. The short form leaves out what passed in detail and how figures came
        about; it names every finding, and every limit that did not pass.
    width : int
        Characters to a line, at least 60.

    Returns
    -------
    str

    Examples
    --------
    >>> import rtcalc as rt
    >>> from rtcalc.registry.location import builtin
    >>> found = rt.assess(rt.load_case(builtin() / "cases" / "rcc-bone.yaml"))
    >>> print(rt.report.text(found).splitlines()[0][:23])
    rtcalc assess  rcc-bone
    """
    page = (Full if full else Short)(assessment, max(width, NARROWEST))
    return "\n".join(visible(line).rstrip() for line in page.lines()) + "\n"


class Full(Page):
    """Everything an assessment says, each statement on lines of its own."""

    margin = 14

    def finding(self, label: str, number: str, finding: Finding) -> Iterator[str]:
        """A statement a line, with every note, table and piece of evidence."""
        indent = len(number) + 1
        title = f"{number} {finding.title}{'' if finding.title[-1] in '.?' else '.'}"
        yield from self.block(label, f"{title}  {finding.sentence} ({finding.id})", hang=indent)
        for table in (finding.table, finding.detail_table):
            if table:
                rows = columns(table.header, table.rows, self.width - self.margin - indent)
                yield from self.labelled("", rows, indent)
        for line in (*finding.lines, *finding.details):
            yield from self.block("", line, indent=indent)
        for one in finding.against:
            against = f"Against this: {one.text} [{one.source}, {one.kind}, {one.n}]."
            yield from self.block("", against, indent=indent)
        if finding.would_change:
            changes = "; ".join(str(change) for change in finding.would_change)
            yield from self.block("", f"What would change it: {changes}.", indent=indent)
        if finding.missing:
            yield from self.block("", f"Settles it: {'; '.join(finding.missing)}.", indent=indent)

    def not_evaluated(self) -> Iterator[str]:
        """A limit a line."""
        left = [verdict for verdict in self.found.verdicts if verdict.state is State.NOT_EVALUABLE]
        if left:
            organs = ", ".join(dict.fromkeys(verdict.organ for verdict in left))
            yield from self.block("NOT EVALUATED", f"{len(left)} requested limits of {organs}:")
            for verdict in left:
                yield from self.block("", _open_words(verdict))

    def rest(self) -> Iterator[str]:
        """The rules that do not apply, the notes on the tumour, the citations."""
        found = self.found
        if found.clear:
            yield from self.block("CLEAR", "; ".join(found.clear))
        if found.notes:
            about = ", ".join(dict.fromkeys(tissue for note in found.notes for tissue in note.about))
            said = f"{len(found.notes)} notes from papers on {about}, no verdict on this case: rtcalc explain ID."
            yield from self.block("BESIDE IT", said)
            for note in found.notes:
                yield from self.block("", f"{note.id}: {note.title}. {note.text} [{note.source}, {note.place}]", hang=2)
        yield from self.block("SOURCES", "Each rule: rtcalc explain ID.  Numbers: --json.")
        for reference in found.references:
            yield from self.block("", cite(reference), hang=2)


def _open_words(verdict: Verdict) -> str:
    why = f"; {verdict.note}" if verdict.note else ""
    return f"{verdict.course} {verdict.limit} ({verdict.bound}): missing {', '.join(verdict.missing)}{why}"
