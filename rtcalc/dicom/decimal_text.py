"""Decimal strings to numbers, thousands at a time: the contours of a plan are two million of them.

Eight digits lie in one 64-bit word, and three multiplications turn such a word into its number. Whole part and
fraction are read apart; together they have at most 15 digits, so that one division by a power of ten gives exactly the
double that ``float`` gives. Anything else than plain decimals (exponents, padding) takes the slower way.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import numpy.typing as npt

from rtcalc.dicom import byte_loops

Doubles = npt.NDArray[np.float64]
_Ints = npt.NDArray[np.int64]
Spans = npt.NDArray[np.int64]
# Possessive: a text that fails at its end must not be tried again in every other way to split its digits.
_NUMBER = rb" *+[+-]?(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][+-]?\d++)? *+"
_NUMBERS = re.compile(_NUMBER + rb"(?:\\" + _NUMBER + rb")*+")
_POWERS = 10.0 ** np.arange(16)
_TENS = np.array([10**power for power in range(9)], dtype=np.int64)
_BLOCK = 16_384


def decimals(raw: bytes) -> Doubles | None:
    r"""Read backslash-separated decimal strings.

    Parameters
    ----------
    raw : bytes
        Value of a DS or IS element, padding included.

    Returns
    -------
    array of float64, or None
        None where any part is not one finite decimal number.

    Examples
    --------
    >>> decimals(rb"-12.50\3\+.5e1 ")
    array([-12.5,   3. ,   5. ])
    >>> decimals(rb"1\nan\3") is None
    True
    """
    raw = raw.strip(b" \0")
    if not raw:
        return np.empty(0)
    fast = _plain(raw)
    return _any(raw) if fast is None else fast


def decimals_of(data: bytes, spans: Spans, sizes: npt.NDArray[np.int64]) -> Doubles | None:
    """Read several texts of decimal strings out of a file, by a compiled loop where one is ready.

    Parameters
    ----------
    data : bytes
        The file.
    spans : array (texts, 2)
        Begin and length of each text. [bytes]
    sizes : array
        How many numbers each text has, as from `sizes_of`.

    Returns
    -------
    array of float64, or None
        As `decimals`, of all texts one after the other.
    """
    loops = byte_loops.ready()
    if loops is not None:
        values = np.empty(int(sizes.sum()))
        if loops.decimals(loops.bytes_of(data), spans, values):
            return values
    return decimals(b"\\".join(text for text in texts_of(data, spans) if text))


def sizes_of(data: bytes, spans: Spans) -> npt.NDArray[np.int64]:
    """Return how many numbers each text has: one more than marks between them, none in a text of padding."""
    loops = byte_loops.ready()
    if loops is None:
        return np.array([text.count(b"\\") + 1 if text else 0 for text in texts_of(data, spans)])
    sizes = np.empty(len(spans), np.int64)
    loops.count(loops.bytes_of(data), spans, sizes)
    return sizes


def texts_of(data: bytes, spans: Spans) -> list[bytes]:
    """Return texts without the padding around them."""
    return [data[begin : begin + length].strip(b" \0") for begin, length in spans.tolist()]


def _any(raw: bytes) -> Doubles | None:
    if not _NUMBERS.fullmatch(raw):
        return None
    values = np.array([float(part) for part in raw.split(b"\\")])
    return values if np.isfinite(values).all() else None


def _plain(raw: bytes) -> Doubles | None:
    """The fast way, for ``-123.4567``; None where it does not apply."""
    # Eight bytes in front, so that the word that ends at the first digit lies inside.
    padded = np.frombuffer(b"\\" * 8 + raw + b"\\", np.uint8)
    ends = np.flatnonzero(padded == ord("\\"))[8:]
    starts = np.concatenate(([8], ends[:-1] + 1))
    first = padded[starts]
    negative = first == ord("-")
    starts += negative
    dots = np.flatnonzero(padded == ord("."))
    points = _points(starts, ends, dots)
    if points is None:
        return None
    whole, fraction = points - starts, np.maximum(ends - points - 1, 0)
    # A mark inside a number, an exponent or a blank leaves fewer digits than the widths promise.
    digits = np.count_nonzero((padded - ord("0")).astype(np.uint8) < 10)
    widths = whole + fraction
    if digits != widths.sum() or widths.min() < 1 or max(whole.max(), fraction.max()) > 8 or widths.max() > 15:
        return None
    out = np.empty(ends.size)
    words = np.ndarray(padded.size - 7, "<u8", padded, strides=(1,))
    for begin in range(0, ends.size, _BLOCK):
        part = slice(begin, begin + _BLOCK)
        places = fraction[part]
        value = _word(words, points[part], whole[part]) * _TENS[places]
        value += _word(words, ends[part], places)
        out[part] = value / _POWERS[places]
    return np.negative(out, out=out, where=negative)


def _points(starts: _Ints, ends: _Ints, dots: _Ints) -> _Ints | None:
    """Where the whole part of each number ends: at its point, or at its end."""
    if dots.size == ends.size and bool(((dots >= starts) & (dots < ends)).all()):
        return dots
    owner = np.searchsorted(ends, dots)
    if np.unique(owner).size != owner.size:
        return None
    points = ends.copy()
    points[owner] = dots
    return points


def _word(words: npt.NDArray[np.uint64], ends: _Ints, width: _Ints) -> npt.NDArray[np.int64]:
    """Number of the `width` digits (0 to 8) that end before `ends`."""
    word: npt.NDArray[Any] = words[ends - 8]
    empty = (8 * np.minimum(8 - width, 7)).astype(np.uint64)
    word >>= empty
    word <<= empty
    word &= np.uint64(0x0F0F0F0F0F0F0F0F)
    for factor, shift, mask in (
        (2561, 8, 0x00FF00FF00FF00FF),
        (6553601, 16, 0x0000FFFF0000FFFF),
        (42949672960001, 32, 0xFFFFFFFF),
    ):
        word *= np.uint64(factor)
        word >>= np.uint64(shift)
        word &= np.uint64(mask)
    return np.where(width > 0, word.view(np.int64), 0)
