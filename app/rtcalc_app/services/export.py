"""Files that leave the page: CSV that a spreadsheet does not run, and what `dcc.Download` wants."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins with one of these would be run by a spreadsheet."""


def csv_text(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    r"""Rows as CSV; the unit belongs in the head of its column.

    Parameters
    ----------
    heads : sequence of str
    rows : iterable of sequences
        Text and numbers; a text that a spreadsheet would run gets an apostrophe in front, a number stays a number.

    Returns
    -------
    str
        With a head line, ended by CR LF (RFC 4180).

    Examples
    --------
    >>> csv_text(("name", "dose, Gy"), [("=cmd()", 45.0), ("liver", -1.5)])
    'name,"dose, Gy"\r\n\'=cmd(),45.0\r\nliver,-1.5\r\n'
    """
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([_safe(head) for head in heads])
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return file.getvalue()


def download(name: str, content: str, kind: str = "text/csv") -> dict[str, Any]:
    """What `dcc.Download` takes."""
    return {"filename": name, "content": content, "type": f"{kind};charset=utf-8", "base64": False}


def _safe(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
