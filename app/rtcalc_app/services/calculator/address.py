"""The state of the calculator in an address, and what of an address cannot be read.

`assets/calculator_address.js` reads the same in the page; a test holds the two to the same form and the same words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

from rtcalc.decimals import plain
from rtcalc.errors import DomainError
from rtcalc.registry import Registry
from rtcalc_app.services.calculator.form import MOST_SCHEDULES, Form, ScheduleForm, TissueForm
from rtcalc_app.services.calculator.reading import ratio, read
from rtcalc_app.services.calculator.sheet import SIDES
from rtcalc_app.services.calculator.tissues import OWN_ID, presets

Given = dict[str, list[str]]
"""The values of an address by key, in the order in which they stand."""
VERSION = "1"
LONGEST, QUOTED = 2000, 40
"""Characters of an address that is read, with its question mark, and of a part of it that is repeated."""
KEYS = {"tumour": ("tt", "abt"), "late": ("tl", "abl")}
_KNOWN = ("v", "s", "tt", "abt", "tl", "abl")
_DIGITS = r"\d{1,5}(?:\.\d{1,10})?"
_SCHEDULE = re.compile(rf"(?:({_DIGITS})/)?(\d{{1,3}})?(?:x({_DIGITS}))?(?:@({_DIGITS}|unknown))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Opened:
    """What an address says: the form, and in words what of it was left out."""

    form: Form
    left: tuple[str, ...] = ()


def opened(query: str, registry: Registry) -> Opened:
    """Read the part of an address behind the question mark.

    Examples
    --------
    >>> found = opened("v=1&s=54/3@80,5x8&tt=prostate&abt=1.4&tl=own&abl=x", Registry())
    >>> [one.total for one in found.form.schedules], found.form.tumour.tissue, found.left
    (['54', ''], 'prostate', ('abl: Late alpha/beta: "x" is not a number',))
    """
    form, left = Form(), list[str]()
    if not query:
        return Opened(form)
    if len(query) + 1 > LONGEST:
        return Opened(form, (f"everything: {len(query) + 1} characters, at most {LONGEST} are read",))
    given: Given = {}
    for key, value in parse_qsl(query, keep_blank_values=True, errors="replace"):
        given.setdefault(key, []).append(value)
    version = _first(given, "v")
    if version is None:
        left.append(f"nothing, but the address names no version; it was read as version {VERSION}")
    elif version != VERSION:
        said = f"everything: version {_quoted(version)} of the address is not known here, only {VERSION}"
        return Opened(form, (said,))
    for key, values in given.items():
        if key not in _KNOWN:
            left.append(f"{_quoted(key)}: not known")
        elif len(values) > 1:
            left.append(f"{_quoted(key)} stands {len(values)} times; the first was read")
    schedules = _schedules(_first(given, "s"), left) or form.schedules
    tumour = _tissue(given, "tumour", form.tumour, left, registry)
    late = _tissue(given, "late", form.late, left, registry)
    return Opened(Form(schedules=schedules, tumour=tumour, late=late), tuple(left))


def _schedules(text: str | None, left: list[str]) -> tuple[ScheduleForm, ...]:
    if text is None:
        left.append("no schedules in it; the first page's one is shown")
        return ()
    found: list[ScheduleForm] = []
    for part in text.split(","):
        match = _SCHEDULE.fullmatch(part)
        if match is None:
            left.append(f"schedule {_quoted(part)}: not readable")
            continue
        total, fractions, each, isodose = match.groups(default="")
        one = ScheduleForm(total=total, fractions=fractions, each=each, isodose=isodose or "100")
        problems = list(read(one).problems.values())
        if problems:
            left.append(f"schedule {_quoted(part)}: {problems[0]}")
        elif len(found) == MOST_SCHEDULES:
            left.append(f"schedule {_quoted(part)}: more than {MOST_SCHEDULES}")
        else:
            found.append(one)
    return tuple(found)


def _tissue(given: Given, side: str, first: TissueForm, left: list[str], registry: Registry) -> TissueForm:
    what = SIDES[side]
    name, text = (_first(given, key) for key in KEYS[side])
    if name is None and text is None:
        left.append(f"no {what[0].lower()}{what[1:]} in it; {first.ratio} Gy of the first page is shown")
        return first
    # By its id alone: the registry also finds a tissue by its name, which the page does not.
    tissue = next((one for one in registry.tissues.values() if one.id == name), None)
    if name is not None and name != OWN_ID and tissue is None:
        left.append(f"tissue {_quoted(name)}: not known")
    if text is not None:
        try:
            return TissueForm(tissue=OWN_ID if tissue is None else tissue.id, ratio=plain(ratio(text, what)))
        except DomainError as problem:
            left.append(f"{KEYS[side][1]}: {problem}")
    return first if tissue is None else TissueForm(tissue=tissue.id, ratio=presets(tissue)[0].digits)


def _first(given: Given, key: str) -> str | None:
    return given[key][0] if key in given else None


def _quoted(text: str) -> str:
    return f'"{text[:QUOTED]}…"' if len(text) > QUOTED else f'"{text}"'
