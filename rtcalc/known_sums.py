"""Which sums of courses are known, voxel by voxel, and stand for one course in the bounds of all of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rtcalc.case import OrganSum
from rtcalc.limits import Metric


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One metric of an organ that was summed voxel by voxel over some courses, and the maximum of that sum.

    Attributes
    ----------
    courses : tuple of str
    gray, within : float, float or None
        The sum, and the highest with each course 3 mm elsewhere, in EQD2; None: `gray` is the least it can be. [Gy]
    max_gray, max_within : float or None
        The same of the organ's maximum; None: not known. [Gy]
    how : str
        What connects the frames of reference.

    Examples
    --------
    >>> Known(courses=("1", "2"), gray=40.0, within=45.0, max_gray=50.0, max_within=60.0, how="one frame").courses
    ('1', '2')
    """

    courses: tuple[str, ...]
    gray: float
    within: float | None
    max_gray: float | None
    max_within: float | None
    how: str


def known_sums(
    sums: Sequence[OrganSum],
    metric: Metric,
    organ: str,
    ratio: float,
    sessions: Sequence[Collection[str]],
    measured_on: str = "organ",
) -> tuple[Known, ...]:
    """Choose what is known of a sum: the sums of the most courses first, no course twice.

    Parameters
    ----------
    sums : sequence of OrganSum
        Of a case.
    metric : Metric
    organ, measured_on : str
    ratio : float
        alpha/beta of the EQD2. [Gy]
    sessions : sequence of collections of str
        The courses that are to be summed, those of the same sessions together: a sum of a part of a session is none.

    Returns
    -------
    tuple of Known
        Each over two sessions or more; none where no sum has the metric.

    Examples
    --------
    >>> of = dict(organ="Duodenum", alpha_beta=3.0, unit="Gy", how="one frame of reference")
    >>> pair = OrganSum(courses=("1", "2"), metric=Metric("max"), value=50.0, within=60.0, **of)
    >>> [one.courses for one in known_sums([pair], Metric("max"), "Duodenum", 3.0, [("1",), ("2",), ("3",)])]
    [('1', '2')]
    """
    fitting = [one for one in sums if (one.organ, one.alpha_beta, one.measured_on) == (organ, ratio, measured_on)]
    tops = {frozenset(one.courses): one for one in fitting if one.metric.kind == "max"}
    found: list[Known] = []
    left = [frozenset(session) for session in sessions]
    for one in sorted(fitting, key=lambda one: -len(one.courses)):
        inside = [session for session in left if session <= set(one.courses)]
        if one.metric != metric or len(inside) < 2 or frozenset().union(*inside) != set(one.courses):
            continue
        left = [session for session in left if session not in inside]
        top = tops.get(frozenset(one.courses))
        found.append(
            Known(
                courses=one.courses,
                gray=one.value,
                within=one.within,
                max_gray=None if top is None else top.value,
                max_within=None if top is None else top.within,
                how=one.how,
            )
        )
    return tuple(found)
