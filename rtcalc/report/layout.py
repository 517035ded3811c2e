"""Laying text out in a fixed width, so that nothing is cut and no name steers the terminal."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence

GAP = "  "
# Less room than this for the last column would break it into fragments; the table gets wider instead.
LAST_COLUMN = 24


# Where a line may end: at a space, but not between a number and its unit ("26.4 Gy"), inside a schedule ("45 Gy / 5"),
# or between "a/b", "<=" or "course" and their number.
UNITS = r"(?:Gy|cc|mm|d|h|%)(?!\w)"
BEFORE = ("a/b", "<", ">", "<=", ">=", "course", "Course", "/")
SPACES = re.compile(
    rf"((?<!\d){''.join(f'(?<!{word})' for word in BEFORE)} +(?! */ \d)"
    rf"|(?<=\d) +(?! *{UNITS})(?! */ \d)|(?:{'|'.join(f'(?<={word})' for word in BEFORE)}) +(?! *\d))"
)


class _Wrapper(textwrap.TextWrapper):
    wordsep_simple_re = SPACES


def wrapped(words: str, width: int, first: str = "", others: str = "") -> list[str]:
    """Lines of a paragraph; no word is broken and no number is parted from its unit.

    Parameters
    ----------
    words : str
    width : int
        Characters to a line; a longer word has a longer line.
    first, others : str
        What the first line begins with, and every other.

    Examples
    --------
    >>> wrapped("near-max 26.4 Gy of 30 Gy", 20)
    ['near-max 26.4 Gy of', '30 Gy']
    """
    wrapper = _Wrapper(
        width, initial_indent=first, subsequent_indent=others, break_long_words=False, break_on_hyphens=False
    )
    return wrapper.wrap(words)


def visible(line: str) -> str:
    r"""Show control characters as escapes: a name may not steer the terminal.

    Examples
    --------
    >>> visible("PTV\x1b[31m")
    'PTV\\x1b[31m'
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in line)


def folder_line(folder: str, overridden: Sequence[str]) -> str:
    """Say that a department's folder is in use, and what of the built-in knowledge it replaced.

    Examples
    --------
    >>> folder_line("our_limits", ["constraints: TG101"])
    'department folder in use: our_limits; it replaces constraints: TG101'
    """
    replaced = f"; it replaces {', '.join(overridden)}" if overridden else ""
    return visible(f"department folder in use: {folder}{replaced}")


def columns(header: Sequence[str] | None, rows: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    r"""Lines of a table: columns as wide as their longest cell, the last one wrapped under itself.

    Parameters
    ----------
    header : sequence of str or None
    rows : sequence of sequence of str
        As many cells each as the header.
    width : int
        Characters to a line; a table that needs more gets more, because no cell is cut.

    Examples
    --------
    >>> print("\n".join(columns(("id", "dose"), [("a", "45 Gy / 5")], 40)))
    id  dose
    a   45 Gy / 5
    """
    everything = [header, *rows] if header else list(rows)
    if not everything:
        return
    widths = [max(len(row[i]) for row in everything) for i in range(len(everything[0]) - 1)]
    room = max(width - sum(widths) - len(GAP) * len(widths), LAST_COLUMN)
    for row in everything:
        start = "".join(f"{cell:<{size}}{GAP}" for cell, size in zip(row[:-1], widths, strict=True))
        first, *more = wrapped(row[-1], room) or [""]
        yield f"{start}{first}".rstrip()
        for line in more:
            yield f"{' ' * len(start)}{line}"
