"""Recovery that the user typed with a reference: a column beside the sum without any, which alone decides.

It is credited to courses whose last fraction lies at least the stated interval before the latest course, at the
shortest the two can be apart; never to the latest course itself, and never where the interval is not known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rtcalc.assessment.context import Context
from rtcalc.assessment.sessions import precedes
from rtcalc.assessment.shares import Share, shares, together
from rtcalc.case import Recovery
from rtcalc.chronology import gap_days
from rtcalc.cumulative import Bounds, Part
from rtcalc.decimals import plain
from rtcalc.limits import Metric

HEADER = "with recovery as typed"


def recoveries(context: Context, organ: str) -> tuple[Recovery, ...]:
    """What the user typed for an organ."""
    return tuple(recovery for recovery in context.case.recovery if recovery.organ == organ)


def recovery_words(recovery: Recovery) -> str:
    """A typed recovery as a report names it."""
    percent = f"{plain(recovery.percent)} % after {recovery.after_days} d or more"
    return f"Recovery of {recovery.organ}, {percent}: typed by the user [{recovery.reference}]"


def with_recovery(
    context: Context, metric: Metric, found: list[Share], ratio: float, recovery: Recovery
) -> Bounds | None:
    """Bounds of the sum with the recovery credited; None: no share is known to be that long ago. [Gy]"""
    last = _latest(context, found)
    old = [share for share in found if share is not last and _long_ago(context, share, last, recovery.after_days)]
    if not old:
        return None
    kept = 1.0 - recovery.percent / 100.0
    left = [_left(share, kept) if share in old else share for share in found]
    return together(context, recovery.organ, metric, left, ratio)


def not_credited(context: Context) -> Iterator[str]:
    """Typed recoveries that no sum of courses shows."""
    for recovery in context.case.recovery:
        metrics = {dose.metric for dose in context.case.doses(recovery.organ) if dose.metric.is_dose}
        if not any(len(shares(context, recovery.organ, metric)) > 1 for metric in metrics):
            yield f"{recovery_words(recovery)}: no sum of courses on this organ, so nothing to credit it to."


def _latest(context: Context, found: list[Share]) -> Share:
    def earlier(share: Share) -> int:
        return sum(precedes(context, other.courses[0], share.courses[0]) for other in found if other is not share)

    return max(found, key=earlier)


def _long_ago(context: Context, share: Share, last: Share, days: int) -> bool:
    gaps = [gap_days(context.line, one, two)[0] for one in share.courses for two in last.courses]
    return all(gap is not None and gap >= days for gap in gaps)


def _left(share: Share, kept: float) -> Share:
    def left(part: Part) -> Part:
        return replace(part, kept=kept)

    return replace(share, low=left(share.low), high=None if share.high is None else left(share.high))
