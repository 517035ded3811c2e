"""The shape of a context note: what a paper says that stands beside a case and decides nothing."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from rtcalc.published import ContextNote
from rtcalc.registry.fields import Id, Ids, Text
from rtcalc.registry.schema import CitedEntry


class NoteEntry(CitedEntry):
    """One note; `about` names the tumours beside whose cases it belongs, by tissue id."""

    source: Id
    place: Text
    id: Id
    about: Annotated[Ids, Field(min_length=1)]
    title: Text
    text: Text

    def value(self) -> ContextNote:
        """The note as a value."""
        return ContextNote(**self.cited(), id=self.id, about=self.about, title=self.title, text=self.text)
