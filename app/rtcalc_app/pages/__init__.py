"""The pages, in the order of the navigation. A page is a module with NAME, PATH, TITLE, `layout` and `register`."""

from __future__ import annotations

from typing import Any, Protocol

from dash import Dash

from rtcalc_app.context import Context
from rtcalc_app.pages import calculator, case, dicom, protocols, reference


class Page(Protocol):
    """What a page module has."""

    NAME: str
    PATH: str
    TITLE: str

    def layout(self, context: Context) -> Any:
        """The components of the page, before anything is chosen."""
        ...

    def register(self, app: Dash, context: Context) -> None:
        """Wire its callbacks."""
        ...


PAGES: tuple[Page, ...] = (calculator, case, dicom, protocols, reference)


def page_at(path: str) -> Page | None:
    """The page of an address, a closing slash apart; None when there is none.

    Examples
    --------
    >>> page_at("/case/").TITLE, page_at("/nowhere")
    ('Case', None)
    """
    wanted = path.rstrip("/") or "/"
    return next((page for page in PAGES if wanted == page.PATH), None)
