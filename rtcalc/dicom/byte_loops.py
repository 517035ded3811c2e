"""What numba compiles of reading: walk over the items of contours, count their numbers, read them.

Each loop takes what is ordinary and stops at what is not; the walk in `scan` and the texts in `decimal_text` then look
at that, and say what is wrong with it. So these loops refuse nothing. Plain functions of bytes and numbers: without
numba they run too, slowly.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from rtcalc.geometry import kernels

MOST_DIGITS = 15
"""A double holds any whole number of so many digits, and its division by a power of ten is rounded once, as `float`."""
_POWERS = tuple(10.0**power for power in range(MOST_DIGITS + 1))
_BLANK, _MINUS, _POINT, _ZERO, _MARK = b" -.0\\"
_CS, _DS, _IS, _UI, _SQ = (first | second << 8 for first, second in (b"CS", b"DS", b"IS", b"UI", b"SQ"))
_FIRST, _IMAGES, _TYPE, _COUNT, _DATA = 0x16, 0x16, 0x42, 0x46, 0x50
_OF_CONTOUR = sum(1 << element - _FIRST for element in (_IMAGES, _TYPE, 0x44, 0x45, _COUNT, 0x48, 0x49, _DATA))
_FIRST_OF_IMAGE = 0x1150
_OF_IMAGE = sum(1 << element - _FIRST_OF_IMAGE for element in (0x1150, 0x1155, 0x1160))


@dataclass(frozen=True, slots=True)
class ByteLoops:
    """The loops, compiled or as they are written, and what makes of a file the bytes that they take."""

    items: Callable[..., Any]
    count: Callable[..., Any]
    decimals: Callable[..., Any]
    bytes_of: Callable[[bytes], Any]


def ready() -> ByteLoops | None:
    """Return the loops compiled where those of the geometry are in use already, else None.

    To load numba takes longer than to read a plan without it; whoever has computed a curve has loaded it.
    """
    return _compiled() if kernels.in_use() else None


@lru_cache(maxsize=1)
def _compiled() -> ByteLoops:
    items, count, decimals = kernels.made((contour_items, count_numbers, read_decimals), PARTS)
    return ByteLoops(items, count, decimals, lambda data: np.frombuffer(data, np.uint8))


def plain() -> ByteLoops:
    """Return the loops as they are written: far too slow to use, the same numbers."""
    return ByteLoops(contour_items, count_numbers, read_decimals, bytes)


# --- items -----------------------------------------------------------------------------------------------------------
def contour_items(data: Any, at: int, end: int, explicit: bool, found: Any) -> tuple[int, int, int]:
    """Walk over ordinary items of a Contour Sequence, as far as there is room and up to one that is not.

    Parameters
    ----------
    data : bytes
    at, end : int
        Where the next item begins, and where the sequence ends at the latest.
    explicit : bool
        Whether elements say their representation.
    found : array (items, 3, 2)
        Gets begin and length of type, count and data of each item; zeros for what an item has not.

    Returns
    -------
    (int, int, int)
        Number of items, number of the elements in them, and where the next item begins.
    """
    items, elements = 0, 0
    while items < len(found):
        after, counted = _contour(data, at, end, explicit, found[items])
        if after == 0:
            break
        at, items, elements = after, items + 1, elements + counted
    return items, elements, at


def _contour(data: Any, at: int, end: int, explicit: bool, spans: Any) -> tuple[int, int]:
    """Return where an item ends, and how many elements it has; 0 where it is not ordinary."""
    at, stop = _item(data, at, end)
    spans[:] = 0
    seen, counted = 0, 0
    while at < stop:
        group, element, vr, begins, after = _head(data, at, stop, explicit)
        bit = element - _FIRST
        if after == 0 or group != 0x3006 or not 0 <= bit < 63 or not _OF_CONTOUR >> bit & 1 or seen >> bit & 1:
            return 0, 0
        if (vr == _SQ) != (element == _IMAGES) and explicit:
            return 0, 0
        seen |= 1 << bit
        counted += 1
        if element == _IMAGES:
            inside = _images(data, begins, after, explicit)
            if inside < 0:
                return 0, 0
            counted += inside
        elif element == _TYPE:
            spans[0, 0], spans[0, 1] = begins, after - begins
        elif element == _COUNT:
            spans[1, 0], spans[1, 1] = begins, after - begins
        elif element == _DATA:
            spans[2, 0], spans[2, 1] = begins, after - begins
        at = after
    return at, counted


def _images(data: Any, at: int, end: int, explicit: bool) -> int:
    """Return how many elements the items of a Contour Image Sequence have; -1 where they are not ordinary."""
    counted = 0
    while at < end:
        at, stop = _item(data, at, end)
        if at == 0:
            return -1
        seen = 0
        while at < stop:
            group, element, vr, _, after = _head(data, at, stop, explicit)
            bit = element - _FIRST_OF_IMAGE
            if after == 0 or group != 0x0008 or not 0 <= bit < 63 or not _OF_IMAGE >> bit & 1 or seen >> bit & 1:
                return -1
            if vr == _SQ:
                return -1
            seen |= 1 << bit
            counted += 1
            at = after
    return counted


def _item(data: Any, at: int, end: int) -> tuple[int, int]:
    """Return where the content of an item of stated length begins and ends; 0, 0 where there is none."""
    if at + 8 > end or _number(data, at) != 0xE000FFFE:
        return 0, 0
    stop = at + 8 + _number(data, at + 4)
    return (at + 8, stop) if stop <= end else (0, 0)


def _head(data: Any, at: int, stop: int, explicit: bool) -> tuple[int, int, int, int, int]:
    """Return group, element, representation (0: not said), and where the value begins and ends; 0 at the end: look."""
    if at + 8 > stop:
        return 0, 0, 0, 0, 0
    group, element = _two(data, at), _two(data, at + 2)
    vr, begins, length = 0, at + 8, 0
    if not explicit:
        length = _number(data, at + 4)
    else:
        vr = _two(data, at + 4)
        if vr == _SQ and at + 12 <= stop:
            begins, length = at + 12, _number(data, at + 8)
        elif vr in (_CS, _DS, _IS, _UI):
            length = _two(data, at + 6)
        else:
            return 0, 0, 0, 0, 0
    if length & 1 or begins + length > stop:
        return 0, 0, 0, 0, 0
    return group, element, vr, begins, begins + length


def _number(data: Any, at: int) -> int:
    return _two(data, at) + 65536 * _two(data, at + 2)


def _two(data: Any, at: int) -> int:
    # Shifts of single bytes would be unsigned numbers, which with signed ones make floats in numba.
    return int(data[at] + 256 * data[at + 1])


# --- numbers ---------------------------------------------------------------------------------------------------------
def count_numbers(data: Any, spans: Any, counts: Any) -> None:
    """Count the parts of texts, each a row of begin and length; none in a text of blanks."""
    for text in range(len(spans)):
        at, end = _text(data, spans[text, 0], spans[text, 1])
        marks = 0
        for place in range(at, end):
            marks += data[place] == _MARK
        counts[text] = marks + 1 if end > at else 0


def read_decimals(data: Any, spans: Any, values: Any) -> bool:
    """Read the numbers of texts; False where one is no plain decimal number, or has too many digits."""
    number = 0
    for text in range(len(spans)):
        at, end = _text(data, spans[text, 0], spans[text, 1])
        while at < end:
            negative = data[at] == _MINUS
            at += negative
            digits, places, value = 0, 0, 0
            while at < end and _ZERO <= data[at] <= _ZERO + 9:
                value = value * 10 + (data[at] - _ZERO)
                digits += 1
                at += 1
            if at < end and data[at] == _POINT:
                at += 1
                while at < end and _ZERO <= data[at] <= _ZERO + 9:
                    value = value * 10 + (data[at] - _ZERO)
                    places += 1
                    at += 1
            digits += places
            if digits == 0 or digits > MOST_DIGITS:
                return False
            values[number] = -(value / _POWERS[places]) if negative else value / _POWERS[places]
            number += 1
            if at < end:
                at += 1
                if data[at - 1] != _MARK:
                    return False
    return number == len(values)


def _text(data: Any, begin: int, length: int) -> tuple[int, int]:
    """Return where a text begins and ends without the padding around it."""
    end = begin + length
    while begin < end and (data[begin] == _BLANK or data[begin] == 0):
        begin += 1
    while begin < end and (data[end - 1] == _BLANK or data[end - 1] == 0):
        end -= 1
    return begin, end


PARTS = (_contour, _images, _item, _head, _number, _two, _text)
"""What the loops call, to be compiled with them."""
