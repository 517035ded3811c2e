"""A data set as a tree of raw elements, that can be written again with anything in it, true or not."""

from __future__ import annotations

import struct
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

LONG = (b"OB", b"OW", b"OF", b"OD", b"SQ", b"UN", b"UT", b"UC", b"UR")
UNDEFINED = 0xFFFFFFFF
IMPLICIT, EXPLICIT, DEFLATED = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99"
DEEPEST = 10_000
"""Calls within calls that the writer of nested sequences may take; several to a sequence."""


@dataclass(slots=True)
class Element:
    """One element; a list of items as value makes a sequence.

    `length` is what is announced instead of the true length; `open_end` writes a sequence with delimiters.
    """

    tag: int
    vr: bytes
    value: bytes | list[list[Element]]
    length: int | None = None
    open_end: bool = False

    def copy(self) -> Element:
        value = self.value
        return replace(self, value=value if isinstance(value, bytes) else [[e.copy() for e in item] for item in value])


def parsed(data: bytes) -> list[Element]:
    """The elements of an explicit little endian data set with true lengths."""
    found, at = [], 0
    while at < len(data):
        group, number, vr, length = struct.unpack_from("<HH2sH", data, at)
        at += 8
        if vr in LONG:
            (length,) = struct.unpack_from("<I", data, at)
            at += 4
        content = data[at : at + length]
        found.append(Element(group << 16 | number, vr, _items(content) if vr == b"SQ" else content))
        at += length
    return found


def _items(data: bytes) -> list[list[Element]]:
    found, at = [], 0
    while at < len(data):
        (length,) = struct.unpack_from("<I", data, at + 4)
        found.append(parsed(data[at + 8 : at + 8 + length]))
        at += 8 + length
    return found


def written(elements: list[Element], explicit: bool) -> bytes:
    """The bytes of a data set."""
    return b"".join(_element(element, explicit) for element in elements)


def _element(element: Element, explicit: bool) -> bytes:
    value = element.value
    if not isinstance(value, bytes):
        items = b"".join(_item(item, explicit, element.open_end) for item in value)
        value = items + b"\xfe\xff\xdd\xe0\0\0\0\0" if element.open_end else items
    length = element.length
    if length is None:
        length = UNDEFINED if element.open_end and not isinstance(element.value, bytes) else len(value)
    head = struct.pack("<HH", element.tag >> 16, element.tag & 0xFFFF)
    if not explicit:
        return head + struct.pack("<I", length) + value
    if element.vr in LONG:
        return head + element.vr + b"\0\0" + struct.pack("<I", length) + value
    return head + element.vr + struct.pack("<H", length & 0xFFFF) + value


def _item(item: list[Element], explicit: bool, open_end: bool) -> bytes:
    content = written(item, explicit)
    if open_end:
        return b"\xfe\xff\x00\xe0\xff\xff\xff\xff" + content + b"\xfe\xff\x0d\xe0\0\0\0\0"
    return b"\xfe\xff\x00\xe0" + struct.pack("<I", len(content)) + content


def file_of(elements: list[Element], sop_class: bytes, syntax: str) -> bytes:
    """A file: preamble, meta information, data set."""
    uid = syntax.encode()
    meta = [
        Element(0x00020001, b"OB", b"\0\1"),
        Element(0x00020002, b"UI", sop_class + b"\0" * (len(sop_class) % 2)),
        Element(0x00020010, b"UI", uid + b"\0" * (len(uid) % 2)),
    ]
    head = written(meta, explicit=True)
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(DEEPEST)  # for this writer alone: what it nests is a question to the reader
    try:
        body = written(elements, explicit=syntax != IMPLICIT)
    finally:
        sys.setrecursionlimit(usual)
    if syntax == DEFLATED:
        packer = zlib.compressobj(1, zlib.DEFLATED, -15)
        body = packer.compress(body) + packer.flush()
    length = written([Element(0x00020000, b"UL", struct.pack("<I", len(head)))], explicit=True)
    return b"\0" * 128 + b"DICM" + length + head + body


def places(elements: list[Element]) -> Iterator[tuple[list[Element], int]]:
    """Every element of the tree, as its list and its place in it."""
    for at, element in enumerate(elements):
        yield elements, at
        if not isinstance(element.value, bytes):
            for item in element.value:
                yield from places(item)


def numbers(element: Element) -> list[Any]:
    """The parts of a multi-valued text."""
    assert isinstance(element.value, bytes)
    return element.value.strip(b" \0").split(b"\\")


def even(value: bytes, pad: bytes = b" ") -> bytes:
    """A value of even length."""
    return value + pad * (len(value) % 2)
