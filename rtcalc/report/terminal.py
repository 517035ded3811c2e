"""Text to the terminal: coloured labels where a person reads it, plain text everywhere else."""

from __future__ import annotations

import shutil
import sys

STYLES = {"STOP": "bold white on red", "WARNING": "bold red", "CAUTION": "bold yellow", "INFO": "bold cyan"}


def width(most: int) -> int:
    """Characters to a line: those of the terminal, and never more than `most`, which holds where there is none."""
    return min(shutil.get_terminal_size((most, 1)).columns, most) if sys.stdout.isatty() else most


def show(text: str) -> None:
    """Print text; on a terminal the severity that starts a line is coloured.

    Names in it are text: no markup is read, and rich neither wraps nor cuts a line.
    """
    if not sys.stdout.isatty():
        sys.stdout.write(text)
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    for line in text.splitlines():
        shown = Text(line)
        word = line.split(" ", 1)[0]
        if word in STYLES:
            shown.stylize(STYLES[word], 0, len(word))
        console.print(shown)
