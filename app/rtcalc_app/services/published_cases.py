"""The published cases that come with the program, as case text."""

from __future__ import annotations

from functools import lru_cache

from rtcalc.casefile import parse_case
from rtcalc.errors import UnknownName
from rtcalc.registry.location import builtin


@lru_cache(maxsize=1)
def published_cases() -> dict[str, str]:
    """Id and text of each.

    Examples
    --------
    >>> "gist-case-2" in published_cases()
    True
    """
    files = sorted(
        (entry for entry in builtin().joinpath("cases").iterdir() if entry.name.endswith(".yaml")),
        key=lambda entry: entry.name,
    )
    return {entry.name.removesuffix(".yaml"): entry.read_text(encoding="utf-8") for entry in files}


def published_case(name: object) -> str:
    """The text of one.

    Raises
    ------
    UnknownName
        With the nearest names.
    """
    known = published_cases()
    if not isinstance(name, str) or name not in known:
        raise UnknownName("published case", str(name), list(known))
    return known[name]


@lru_cache(maxsize=1)
def case_of_schedule() -> dict[tuple[str, str], str]:
    """The published case of a paper's schedule, where exactly one case holds it.

    Returns
    -------
    dict
        By citation key and schedule text.

    Examples
    --------
    >>> case_of_schedule()[("gist-two-cases", "40 Gy / 4")]
    'gist-case-2'
    """
    found: dict[tuple[str, str], set[str]] = {}
    for name, text in published_cases().items():
        case = parse_case(text, name)
        for course in case.courses:
            for prescription in course.prescriptions:
                if case.source is not None:
                    found.setdefault((case.source[0], str(prescription.planned)), set()).add(name)
    return {key: names.pop() for key, names in found.items() if len(names) == 1}
