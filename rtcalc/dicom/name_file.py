"""The user's own names for structures, and the file that keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from rtcalc import textfile
from rtcalc.dicom.name_table import table
from rtcalc.dicom.wording import shown
from rtcalc.errors import ProtocolError, UnknownName
from rtcalc.registry.structures import organ_and_margin

if TYPE_CHECKING:
    from rtcalc.dicom.names import NameMatch

IGNORE, TARGET = "ignore", "target"


def checked_mapping(names: Mapping[str, str]) -> dict[str, str]:
    """Check your own names.

    Raises
    ------
    UnknownName
        What a name is mapped to is no TG-263 name (with or without a PRV), ``target`` or ``ignore``.
    """
    known = table().names
    for wanted in names.values():
        organ, _ = organ_and_margin(wanted)
        if wanted not in (IGNORE, TARGET) and wanted not in known and organ not in known:
            raise UnknownName("structure of TG-263", shown(wanted), known)
    return dict(names)


def load_mapping(path: str | Path) -> dict[str, str]:
    """Read your own names from a YAML file.

    Raises
    ------
    ProtocolError
        An unreadable file, another shape, or a name that is not one of TG-263.
    """
    return _mapping(textfile.load(path))


def parse_mapping(text: str, name: str = "names.yaml") -> dict[str, str]:
    """Read your own names from text, as `load_mapping` does from a file.

    Examples
    --------
    >>> parse_mapping("{schema_version: '1', names: {Darm: Bowel_Small}}")
    {'Darm': 'Bowel_Small'}
    """
    return _mapping(textfile.loads(text, name))


def _mapping(document: textfile.Document) -> dict[str, str]:
    data = document.data
    if not isinstance(data, dict) or set(data) != {"schema_version", "names"} or not isinstance(data["names"], dict):
        raise ProtocolError(
            f"{document.name}: expected schema_version: '1' and names: {{name in the file: TG-263 name}}"
        )
    if data["schema_version"] != "1":
        raise ProtocolError(f"{document.where(('schema_version',))}: expected 1; a newer rtcalc may read it")
    for name, wanted in data["names"].items():
        where = document.where(("names", name))
        if not isinstance(wanted, str):
            raise ProtocolError(f"{where}: expected one TG-263 name")
        try:
            checked_mapping({name: wanted})
        except UnknownName as problem:
            raise ProtocolError(f"{where}: {problem}; expected a TG-263 name, target or ignore") from problem
    return dict(data["names"])


def mapping_text(names: Mapping[str, str]) -> str:
    """Your own names as the text of a file that `load_mapping` reads.

    Examples
    --------
    >>> print(mapping_text({"Darm": "Bowel_Small"}), end="")
    schema_version: '1'
    names:
      Darm: Bowel_Small
    """
    return textfile.dumps({"schema_version": "1", "names": checked_mapping(names)})


def review_text(matches: Iterable[NameMatch]) -> str:
    """What names were taken for, as the text of a file of your own names: to be corrected, and kept.

    Names that were mapped to nothing and may be organs stand in comments above, with the nearest known ones.

    Parameters
    ----------
    matches : iterable of NameMatch
        Of the structures of a study.

    Examples
    --------
    >>> from rtcalc.dicom.names import match_name
    >>> print(review_text([match_name("Liver"), match_name("Qwertz"), match_name("PTV boost")]), end="")
    # What the structures were taken for. Correct it; what you write wins.
    # To be added, each with its TG-263 name, target or ignore:
    #   Qwertz: (nothing near)
    schema_version: '1'
    names:
      Liver: Liver
      PTV boost: PTV
    """
    found: dict[str, str] = {}
    open_: dict[str, str] = {}
    for one in matches:
        if one.how == "yours" and one.standard is None and not one.is_target:
            found[one.name] = IGNORE
        elif one.standard is not None or one.is_target:
            found[one.name] = one.standard or TARGET
        elif one.how != "helper" and one.name:
            near = ", ".join(f"{name} {share:g}" for name, share in one.candidates)
            open_[one.name] = f"(nearest: {near})" if near else "(nothing near)"
    head = ["What the structures were taken for. Correct it; what you write wins."]
    head += ["To be added, each with its TG-263 name, target or ignore:"] if open_ else []
    head += [f"  {shown(name)}: {near}" for name, near in open_.items()]
    return "".join(f"# {line}\n" for line in head) + mapping_text(found)


def save_mapping(path: str | Path, names: Mapping[str, str]) -> None:
    """Write your own names to a file, replacing it as a whole.

    Raises
    ------
    UnknownName
        As `checked_mapping`.
    ProtocolError
        The file cannot be written.
    """
    text, target = mapping_text(names), Path(path)
    beside = target.with_name(f"{target.name}.new")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(target)
    except OSError as problem:
        raise ProtocolError(f"{shown(target)}: {problem.strerror}; choose a folder you may write to") from problem
