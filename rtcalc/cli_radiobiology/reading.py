"""Options as text to the values of the library: small grammars of the command line, as strict as `units`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rtcalc.errors import DomainError, UnitsError
from rtcalc.rates import hours
from rtcalc.units import LONGEST_TEXT, read

if TYPE_CHECKING:
    from rtcalc.conditions import RepopulationLike
    from rtcalc.organ_shares import OrganShare
    from rtcalc.registry import Registry
    from rtcalc.tissues import AlphaBeta

_MONTHS = re.compile(r" *([0-9]{1,4}(?:\.[0-9]+)?) *months? *", re.ASCII)
_COUNT = re.compile(r"[0-9]{1,3}", re.ASCII)
_SHARE = re.compile(r"([A-Za-z0-9_+\-~]+):([A-Za-z0-9.%]+)=(.+)", re.ASCII)


def hours_of(text: str | None, name: str) -> float | None:
    """Read a time in hours; None stays None. [h]"""
    return None if text is None else hours(text, name)


def whole_days(text: str | None, name: str) -> int | None:
    """Read a whole number of days; None stays None. [d]

    Raises
    ------
    UnitsError, DomainError
        Not a time, or not a whole number of days.

    Examples
    --------
    >>> whole_days("39 d", "--overall")
    39
    """
    if text is None:
        return None
    days = read(text, "time", name) / 24.0
    if not days.is_integer():
        raise DomainError(f"{name}: {text!r} is not a whole number of days; overall time counts days of the calendar")
    return int(days)


def months_of(interval: str | None, earlier_end: str | None, new_start: str | None) -> float | None:
    """Read the interval between two courses, from text or from two dates; None: not known. [months]

    Raises
    ------
    UnitsError, DomainError
        Another form, both forms, one date alone, or an end before its start.

    Examples
    --------
    >>> months_of("8.2 months", None, None), months_of("60 d", None, None), months_of(None, "2025-01-15", "2025-06-15")
    (8.2, 1, 5)
    """
    dates = (earlier_end, new_start)
    if interval is not None and dates != (None, None):
        raise DomainError("--interval: give it, or the two dates --earlier-end and --new-start, not both")
    if interval is not None:
        return _months_of_text(interval)
    if earlier_end is None or new_start is None:
        if dates != (None, None):
            raise DomainError("--earlier-end and --new-start belong together; give both or neither")
        return None
    from datetime import date

    from rtcalc.dates import completed_months
    from rtcalc.treatment_calendar import day_number

    last, first = day_number(earlier_end, "--earlier-end"), day_number(new_start, "--new-start")
    return completed_months(date.fromordinal(last), date.fromordinal(first))


def _months_of_text(interval: str) -> float:
    from rtcalc.dates import months_in_days

    found = _MONTHS.fullmatch(interval) if len(interval) <= LONGEST_TEXT else None
    if found:
        return float(found[1])
    if "month" in interval:
        raise UnitsError(f"--interval: {interval[:40]!r} is not one number of months; write '8.2 months' or '250 d'")
    days = whole_days(interval, "--interval")
    assert days is not None
    return months_in_days(days)


def items(texts: Sequence[str] | None) -> list[str]:
    """Split repeated options with commas in them.

    Examples
    --------
    >>> items(["2026-03-16,2026-03-17", "2026-03-18"])
    ['2026-03-16', '2026-03-17', '2026-03-18']
    """
    return [part.strip() for text in texts or [] for part in text.split(",")]


def counts(texts: Sequence[str] | None, usual: tuple[int, ...]) -> tuple[int, ...]:
    """Read numbers of fractions, "1,3,5"; the usual ones without any.

    Examples
    --------
    >>> counts(["1,3"], (5,)), counts(None, (5,))
    ((1, 3), (5,))
    """
    if texts is None or not texts:
        return usual
    for text in items(texts):
        if not _COUNT.fullmatch(text):
            raise DomainError(f"--fractions: {text!r} is not a number of fractions; write --fractions 1,3,5")
    return tuple(dict.fromkeys(int(text) for text in items(texts)))


def share(text: str) -> OrganShare:
    """Read what an organ gets at a metric as a share of the prescription.

    Examples
    --------
    >>> share("Duodenum:D0.035cc=40 %").share
    0.4
    """
    from rtcalc.organ_shares import OrganShare

    found = _SHARE.fullmatch(text) if len(text) <= LONGEST_TEXT else None
    if not found:
        raise DomainError(
            f"--organ: {text[:60]!r} is not ORGAN:METRIC=SHARE of the prescription; write SpinalCord:D0.035cc=60%"
        )
    return OrganShare.of(found[1], found[2], found[3])


def repopulation_of(
    k: str | None, basis: str | None, kickoff: str | None, tissue: str | None, registry: Registry | None
) -> RepopulationLike | None:
    """Read K with its basis and kick-off time, or take a tissue's published one; None: none is asked for.

    Raises
    ------
    UnitsError, DomainError, UnknownName
        Parts missing, both forms, or a tissue without a time factor.
    """
    given = {"--k": k, "--k-basis": basis, "--kickoff": kickoff}
    missing = [name for name, value in given.items() if value is None]
    if tissue is not None and registry is not None:
        if len(missing) < len(given):
            raise DomainError("--time-factor-of: give it, or --k with --k-basis and --kickoff, not both")
        published = registry.tissues[tissue].repopulation
        if published is None:
            raise DomainError(f"--time-factor-of: no time factor of {tissue} is listed; give --k, --k-basis, --kickoff")
        return published
    if k is None or basis is None or kickoff is None:
        if len(missing) < len(given):
            raise DomainError(f"--k, --k-basis and --kickoff belong together; missing: {', '.join(missing)}")
        return None
    from rtcalc.conditions import Repopulation

    return Repopulation.of(k, basis=basis, kickoff=kickoff)


def interval_of(span: str, centre: str | None, level: str | None) -> AlphaBeta:
    """Read an alpha/beta with its interval, "3 Gy to 7 Gy": even between the ends, or a CI around a central value.

    Raises
    ------
    UnitsError, DomainError
        Another form; a central value without the level of its interval, or the other way round.
    """
    from rtcalc.doses import basis_gray
    from rtcalc.evidence import Evidence
    from rtcalc.tissues import AlphaBeta

    ends = span.split(" to ")
    if len(ends) != 2:
        raise UnitsError(f"--alpha-beta-range: {span[:40]!r} is not two doses; write '3 Gy to 7 Gy'")
    if (centre is None) != (level is None):
        raise DomainError("--alpha-beta and --level belong together beside --alpha-beta-range; give both or neither")
    low, high = (basis_gray(end, "--alpha-beta-range") for end in ends)
    return AlphaBeta(
        source="typed",
        place="command line",
        evidence=Evidence.ONE_SOURCE,
        gray=low if centre is None else basis_gray(centre, "--alpha-beta"),
        low=low,
        high=high,
        interval="range" if level is None else level,
    )


def yes_or_no(text: str | None, name: str) -> bool | None:
    """Read yes or no; None stays None.

    Examples
    --------
    >>> yes_or_no("no", "--recovery-in-limit")
    False
    """
    if text not in (None, "yes", "no"):
        raise DomainError(f"{name}: {text!r} is not yes or no")
    return None if text is None else text == "yes"


def factors_of(texts: Sequence[str] | None) -> dict[str, bool]:
    """Read risk factors, "concurrent chemotherapy=yes".

    Examples
    --------
    >>> factors_of(["concurrent chemotherapy=no"])
    {'concurrent chemotherapy': False}
    """
    found: dict[str, bool] = {}
    for text in texts or []:
        name, _, word = text.rpartition("=")
        if word not in ("yes", "no") or not name or name in found:
            raise DomainError(f"--factor: {text[:60]!r} is not NAME=yes or NAME=no, each name once")
        found[name] = word == "yes"
    return found
