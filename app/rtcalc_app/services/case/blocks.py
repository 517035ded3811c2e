"""What a form consists of: blocks of fields, each with the place of its value in the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from rtcalc.textfile import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field.

    Attributes
    ----------
    place : tuple of str or int
        Where its value stands in the file.
    kind : {"text", "choice", "many"}
        How it is entered.
    value : str or tuple of str
        What stands there; empty where nothing does.
    options : tuple of (str, str)
        Value and words of each choice; suggestions for a text.
    empty : str or None
        What an emptied field means: a text, or None for a field that is left out.
    """

    place: Place
    label: str
    value: Any = ""
    kind: str = "text"
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()
    empty: str | None = None
    error: str = ""
    wide: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Fields of one entry, with its own entries below; `acts` are buttons: what, where, words."""

    title: str
    fields: tuple[Field, ...] = ()
    blocks: tuple[Block, ...] = ()
    acts: tuple[tuple[str, Place, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The form of a case.

    Attributes
    ----------
    unreadable : str
        Why there is no form: the text is not readable as fields.
    elsewhere : tuple of str
        Fields of the file that only the text shows.
    """

    blocks: tuple[Block, ...] = ()
    organs: tuple[str, ...] = ()
    courses: tuple[str, ...] = ()
    unreadable: str = ""
    elsewhere: tuple[str, ...] = ()


def fields(blocks: Iterable[Block]) -> Iterator[Field]:
    """Every field of blocks and of the blocks in them."""
    for block in blocks:
        yield from block.fields
        yield from fields(block.blocks)
