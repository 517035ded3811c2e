"""Changes to case text, one field or one entry at a time; what the form does not show is kept.

The file's fields are changed as a tree of text and written out again. Comments do not survive that, which the form
says; nothing else is lost, because nothing of the tree is read and printed anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from rtcalc.dates import NOT_STATED
from rtcalc.errors import DomainError
from rtcalc.textfile import Place, Tree, dumps
from rtcalc_app.services.case.text import file_name, tree
from rtcalc_app.services.case.typed import strict

NEW_CASE = """\
schema_version: 1
id: new-case
disease: not stated
targets:
  target-1: {site: not stated, region: not stated, near: not stated, largest: not stated, tissue: generic-tumour}
courses:
  course-1:
    prescription:
      target-1: {dose: '', isodose: not stated}
    technique: unknown
organ_doses: not stated
limit_sets: []
"""
STATED = ("near", "organ_doses")
"""Blocks that the file must have: without any entry they read `not stated`."""
NEW_PERIOD = {"dose": NOT_STATED, "first": NOT_STATED, "last": NOT_STATED}


def written(data: Tree, like: str) -> str:
    """A tree as text of the same kind as `like`: JSON stays JSON."""
    if file_name(like) == "case.json":
        return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
    return dumps(data)


def value_at(data: Tree, place: Place) -> Tree | None:
    """What stands at a place; None where nothing does."""
    for part in place:
        if not _has(data, part):
            return None
        data = data[part]
    return data


def _has(data: Tree, part: str | int) -> bool:
    if isinstance(data, dict):
        return part in data
    return isinstance(data, list) and isinstance(part, int) and 0 <= part < len(data)


def put(data: Tree, place: Place, value: Tree | None) -> None:
    """Write a value at a place, making blocks on the way; None takes the field away.

    Examples
    --------
    >>> data = {"courses": {"a": {"start": "2026"}}}
    >>> put(data, ("courses", "a", "end"), "2027"); put(data, ("courses", "a", "start"), None); data
    {'courses': {'a': {'end': '2027'}}}

    Raises
    ------
    DomainError
        There is no such place in a list.
    """
    if value is None:
        take(data, place)
        return
    for part in place[:-1]:
        if not (_has(data, part) and isinstance(data[part], dict | list)):
            _enter(data, part, {})
        data = data[part]
    _enter(data, place[-1], value)


def _enter(data: Tree, part: str | int, value: Tree) -> None:
    if not (isinstance(data, dict) and isinstance(part, str)) and not _has(data, part):
        raise DomainError(f"there is no {part} to write into")
    data[part] = value


def take(data: Tree, place: Place) -> None:
    """Take a field or an entry away, and the blocks that it leaves empty, which the file may not hold.

    Examples
    --------
    >>> data = {"organ_doses": {"SpinalCord": {"a": {"Dmax": "20 Gy"}}}}
    >>> take(data, ("organ_doses", "SpinalCord", "a", "Dmax")); data
    {'organ_doses': 'not stated'}
    """
    parent = value_at(data, place[:-1])
    if parent is None or not _has(parent, place[-1]):
        return
    del parent[place[-1]]
    if isinstance(parent, dict) and not parent and len(place) > 1:
        if place[-2] in STATED:
            put(data, place[:-1], NOT_STATED)
        elif len(place) > 2:
            take(data, place[:-1])


def new_name(stem: str, taken: Sequence[str]) -> str:
    """`stem` with the first free number.

    Examples
    --------
    >>> new_name("course", ["course-1", "spine"])
    'course-2'
    """
    number = 1
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"


# --- entries ---------------------------------------------------------------------------------------------------------
def _block(data: Tree, name: str) -> dict[str, Any]:
    if not isinstance(data.get(name), dict):
        data[name] = {}
    block: dict[str, Any] = data[name]
    return block


def _list(data: Tree, name: str) -> list[Any]:
    if not isinstance(data.get(name), list):
        data[name] = []
    entries: list[Any] = data[name]
    return entries


def _add_target(data: Tree, at: Place) -> None:
    targets = _block(data, "targets")
    targets[new_name("target", list(targets))] = {
        "site": NOT_STATED, "region": NOT_STATED, "near": NOT_STATED, "largest": NOT_STATED, "tissue": "generic-tumour",
    }  # fmt: skip


def _add_course(data: Tree, at: Place) -> None:
    courses, targets = _block(data, "courses"), _block(data, "targets")
    first = next(iter(targets), "target-1")
    entry = {"prescription": {first: {"dose": "", "isodose": NOT_STATED}}, "technique": "unknown"}
    courses[new_name("course", list(courses))] = entry


def _add_prescription(data: Tree, at: Place) -> None:
    """The next target that the course does not treat yet."""
    course = value_at(data, at)
    if isinstance(course, dict):
        treated = _block(course, "prescription")
        left = [target for target in _block(data, "targets") if target not in treated]
        if left:
            treated[left[0]] = {"dose": "", "isodose": NOT_STATED}


def _add_drug(data: Tree, at: Place) -> None:
    _list(data, "drugs").append({"drug": "", "periods": [dict(NEW_PERIOD)]})


def _add_period(data: Tree, at: Place) -> None:
    drug = value_at(data, at)
    if isinstance(drug, dict):
        _list(drug, "periods").append(dict(NEW_PERIOD))


ACTS: dict[str, Callable[[Tree, Place], None]] = {
    "add target": _add_target,
    "add course": _add_course,
    "add prescription": _add_prescription,
    "add drug": _add_drug,
    "add period": _add_period,
    "remove": take,
}


def act(text: str, name: str, at: Place) -> str:
    """Case text after an entry was added or taken away.

    Raises
    ------
    DomainError
        An act that does not exist, or a place that is none.
    """
    if name not in ACTS or not (at or name != "remove"):
        raise DomainError(f"{name} is nothing that the form does")
    data = tree(text)
    ACTS[name](data, at)
    return written(data, text)


def add_organ_dose(text: str, organ: str, course: str, metric: str, value: str) -> str:
    """Case text with one more organ dose.

    Raises
    ------
    DomainError
        A part of it is empty.
    """
    for part, what in ((organ, "organ"), (course, "course"), (metric, "metric"), (value, "value")):
        if not part.strip():
            raise DomainError(f"Enter the {what} of the organ dose")
    data = tree(text)
    if not isinstance(data.get("organ_doses"), dict):
        data["organ_doses"] = {}
    put(
        data,
        ("organ_doses", organ.strip(), course.strip(), metric.strip()),
        strict(("organ_doses", organ, course, metric.strip()), value.strip()),
    )
    return written(data, text)
