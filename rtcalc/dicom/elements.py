"""One data set, read strictly: every value by its keyword, in the form the standard gives it, or a refusal.

The only door to pydicom's parser. Values are taken from the raw bytes, because converted ones pass NaN, infinities and
a row count in the wrong representation in silence.
"""

from __future__ import annotations

import re
import struct
import warnings
from collections.abc import Callable
from io import BytesIO
from typing import Any

from rtcalc.dicom.decimal_text import Doubles, decimals
from rtcalc.dicom.wording import AGAIN, refuse, shown, tag
from rtcalc.errors import DicomError

_INTEGER = re.compile(r"[+-]?\d{1,12}", re.ASCII)
_DELIMITERS = {0x09, 0x0A, 0x0C, 0x0D}
_BINARY = {"US": "<H", "SS": "<h", "UL": "<I", "SL": "<i"}
Decode = Callable[[bytes], str]


class Elements:
    """A data set or an item of a sequence.

    Parameters
    ----------
    dataset : pydicom.Dataset
        As parsed, nothing converted yet.
    where : str
        File, and place in it, for messages.
    decode : callable, optional
        Text of the file's character set; by default its own.
    """

    def __init__(self, dataset: Any, where: str, decode: Decode | None = None) -> None:
        self._dataset, self.where = dataset, where
        # Taken at once: pydicom converts some values by itself when a sequence is first asked for.
        self._elements = {int(number): dataset.get_item(number) for number in dataset.keys()}  # noqa: SIM118
        self.undecodable: list[str] = []
        self._decode = decode or self._decoder()

    def raw(self, keyword: str) -> bytes | None:
        """Bytes of a value without padding; None where it is absent or empty.

        Raises
        ------
        DicomError
            Another value representation than the standard's.
        """
        from pydicom.datadict import dictionary_VR, tag_for_keyword

        number = tag_for_keyword(keyword)
        if number is None or number not in self._elements:
            return None
        element = self._elements[number]
        wanted = dictionary_VR(number)
        given = element.VR or "UN"
        if given not in ("UN", *wanted.split(" or ")):
            refuse(self.where, f"{tag(keyword)} is of the representation {given}", wanted, AGAIN)
        value = element.value
        if value is None or value == "":  # an empty element
            return None
        if wanted == "SQ" or not isinstance(value, bytes):
            refuse(self.where, f"{tag(keyword)} holds a sequence", f"a value of representation {wanted}", AGAIN)
        return value if wanted in _BINARY else value.rstrip(b"\0 ") or None

    # --- text -------------------------------------------------------------------------------------------------------
    def text(self, keyword: str) -> str:
        """Text as it is written, without the blanks around it; "" where there is none. Not yet safe to show."""
        raw = self.raw(keyword)
        return self._decode(raw).strip() if raw else ""

    def name(self, keyword: str) -> str:
        """Text that is safe to show, cut to 64 characters."""
        return shown(self.text(keyword))

    def need_text(self, keyword: str, expected: str = "a value") -> str:
        """Text that has to be there."""
        value = self.text(keyword)
        if not value:
            refuse(self.where, f"{tag(keyword)} is missing", expected, AGAIN)
        return value

    # --- numbers ----------------------------------------------------------------------------------------------------
    def numbers(self, keyword: str) -> Doubles | None:
        """Decimal numbers of a multi-valued element; None where it is absent or empty.

        Raises
        ------
        DicomError
            A part that is not one finite number.
        """
        raw = self.raw(keyword)
        if not raw:
            return None
        values = decimals(raw)
        if values is None:
            given = shown(raw.decode("ascii", "backslashreplace"))
            refuse(self.where, f"{tag(keyword)} is {given!r}", "finite decimal numbers", AGAIN)
        return values

    def need_numbers(self, keyword: str, count: int) -> list[float]:
        """Exactly so many decimal numbers."""
        values = self.numbers(keyword)
        if values is None:
            refuse(self.where, f"{tag(keyword)} is missing", f"{count} numbers", AGAIN)
        if values.size != count:
            refuse(self.where, f"{tag(keyword)} has {values.size} values", f"{count}", AGAIN)
        return [float(value) for value in values]

    def number(self, keyword: str) -> float | None:
        """One decimal number; None where it is absent or empty."""
        values = self.numbers(keyword)
        if values is None:
            return None
        if values.size != 1:
            refuse(self.where, f"{tag(keyword)} has {values.size} values", "one number", AGAIN)
        return float(values[0])

    def integer(self, keyword: str) -> int | None:
        """One whole number, written as text or in binary; None where it is absent or empty."""
        from pydicom.datadict import dictionary_VR, tag_for_keyword

        raw = self.raw(keyword)
        if not raw:
            return None
        number = tag_for_keyword(keyword)
        form = _BINARY.get(dictionary_VR(number)) if number is not None else None
        if form is None:
            text = raw.decode("ascii", "backslashreplace").strip()
            if not _INTEGER.fullmatch(text):
                refuse(self.where, f"{tag(keyword)} is {shown(text)!r}", "one whole number", AGAIN)
            return int(text)
        if len(raw) != struct.calcsize(form):
            refuse(self.where, f"{tag(keyword)} has {len(raw)} bytes", f"{struct.calcsize(form)}", AGAIN)
        return int(struct.unpack(form, raw)[0])

    def need_integer(self, keyword: str, expected: str = "a whole number") -> int:
        """One whole number that has to be there."""
        value = self.integer(keyword)
        if value is None:
            refuse(self.where, f"{tag(keyword)} is missing", expected, AGAIN)
        return value

    # --- sequences --------------------------------------------------------------------------------------------------
    def has(self, keyword: str) -> bool:
        """Whether the element is there at all."""
        return keyword in self._dataset

    def items(self, keyword: str) -> list[Elements]:
        """Items of a sequence; none where it is absent."""
        from pydicom.datadict import tag_for_keyword

        number = tag_for_keyword(keyword)
        if number is None or number not in self._elements:
            return []
        if (given := self._elements[number].VR) not in (None, "SQ", "UN"):
            refuse(self.where, f"{tag(keyword)} is of the representation {given}", "a sequence (SQ)", AGAIN)
        place = f"{self.where}: {keyword}"
        found = self._dataset[number].value or []
        return [Elements(item, f"{place} {at}", self._decode) for at, item in enumerate(found, start=1)]

    # --- character set ----------------------------------------------------------------------------------------------
    def _decoder(self) -> Decode:
        from pydicom.charset import decode_bytes, python_encoding

        self._decode = lambda raw: raw.decode("ascii", "replace")
        terms = [term.strip() for term in self.text("SpecificCharacterSet").split("\\")]
        codecs = [python_encoding.get(term) for term in terms]
        known = [codec for codec in codecs if codec is not None]
        if len(known) < len(codecs):
            self.undecodable.append(f"the character set {shown(terms)} is unknown")
            return self._ascii

        def decode(raw: bytes) -> str:
            if raw.isascii() and b"\x1b" not in raw:
                return raw.decode("ascii")
            try:
                if len(known) == 1:
                    return raw.decode(known[0])
                with warnings.catch_warnings():
                    warnings.simplefilter("error")
                    return decode_bytes(raw, known, _DELIMITERS)
            except (UnicodeError, LookupError, UserWarning):
                return self._ascii(raw)

        return decode

    def _ascii(self, raw: bytes) -> str:
        """The bytes as they are, each one outside ASCII spelled out."""
        if not raw.isascii():
            self.undecodable.append("a text does not fit the character set of the file")
        return raw.decode("ascii", "backslashreplace")


def parse(header: bytes, explicit: bool, where: str) -> Elements:
    """Build the elements of a data set whose structure has been checked.

    Raises
    ------
    DicomError
        Anything that pydicom cannot read.
    """
    from pydicom.filereader import read_dataset

    try:
        return Elements(read_dataset(BytesIO(header), not explicit, True), where)
    except (DicomError, MemoryError):
        raise
    except Exception as problem:
        kind = type(problem).__name__
        raise DicomError(f"{where}: not readable as DICOM ({kind}); expected a whole data set. {AGAIN}") from problem
