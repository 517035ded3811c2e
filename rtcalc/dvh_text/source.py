"""From a file, bytes or text to lines, whatever encoding a planning system wrote."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from rtcalc.errors import ProtocolError

MAX_BYTES = 50_000_000
MAX_LINE = 100_000
TEXT_NAME = "text"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
AGAIN = "export the curves again as text"


@dataclass(frozen=True, slots=True)
class Source:
    """Lines of an export, and how messages call it.

    Lines are kept only until the curves are read, and no message quotes one: headers name the patient.

    Attributes
    ----------
    name : str
    lines : tuple of str
        Without line ends and outer blanks; line 1 is ``lines[0]``.
    """

    name: str
    lines: tuple[str, ...] = field(repr=False)

    def refuse(self, line: int | None, what: str) -> NoReturn:
        """Raise the error of this package.

        Raises
        ------
        ProtocolError
            Always, with the file and the line.
        """
        raise ProtocolError(f"{self.name}{f':{line}' if line else ''}: {what}")


def opened(file: str | Path | bytes) -> Source:
    r"""Return the lines of a file, of bytes, or of text that has line ends.

    Parameters
    ----------
    file : str, Path or bytes
        Text with a line end is the export itself; other text is a path.

    Returns
    -------
    Source

    Raises
    ------
    ProtocolError
        Unreadable, too large, or no text in UTF-8, UTF-16 or Windows-1252 (which Latin-1 is part of).

    Examples
    --------
    >>> opened("Dose [Gy]\n0\n").lines
    ('Dose [Gy]', '0')
    >>> opened("Volume [cm³]\n".encode("cp1252")).lines
    ('Volume [cm³]',)
    """
    if isinstance(file, str) and ("\n" in file or "\r" in file):
        return _source(TEXT_NAME, file)
    if isinstance(file, bytes):
        return _source(TEXT_NAME, _decoded(TEXT_NAME, file))
    path = Path(file)
    name = str(path) if str(path).isprintable() else repr(str(path))[1:-1]
    return _source(name, _decoded(name, _bytes(path, name)))


def _source(name: str, text: str) -> Source:
    # Not splitlines(): it also breaks at form feeds and other signs, and the line numbers would be wrong.
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    while lines and not lines[-1].strip():
        lines.pop()
    long = next((place for place, line in enumerate(lines, 1) if len(line) > MAX_LINE), None)
    if long is not None:
        raise ProtocolError(f"{name}:{long}: a line of more than {MAX_LINE} characters; {AGAIN}")
    return Source(name, tuple(line.strip() for line in lines))


def _bytes(path: Path, name: str) -> bytes:
    try:
        strange = path.exists() and not path.is_file()  # a device or a pipe may never end
    except ValueError:  # a zero byte, in some versions of Python
        strange = True
    if strange:
        raise ProtocolError(f"{name}: not a file; give the path of a text export")
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or "not a path"
        raise ProtocolError(f"{name}: {reason}; give the path of a readable file") from problem
    return raw


def _decoded(name: str, raw: bytes) -> str:
    if len(raw) > MAX_BYTES:
        raise ProtocolError(f"{name}: more than {MAX_BYTES} bytes, which is the most that is read; {AGAIN}")
    try:
        text = raw.decode(_encoding(raw))
    except UnicodeDecodeError as problem:
        where = f"byte {problem.start} is no character of {problem.encoding}"
        raise ProtocolError(f"{name}: not readable as text: {where}; {AGAIN} in UTF-8") from problem
    if "\0" in text:
        raise ProtocolError(f"{name}: not a text file; {AGAIN}")
    return text


def _encoding(raw: bytes) -> str:
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return encoding
    # Without a mark, the zero bytes of Latin text in UTF-16 all stand on one side of each pair.
    sample = raw[:2000]
    if sample[1::2].count(0) > len(sample) // 4 and not sample[::2].count(0):
        return "utf-16-le"
    if sample[::2].count(0) > len(sample) // 4 and not sample[1::2].count(0):
        return "utf-16-be"
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"
