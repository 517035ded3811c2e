"""From the columns of one structure to its curve: what is stated is held against what is there."""

from __future__ import annotations

from typing import cast

import numpy as np

from rtcalc import decimals
from rtcalc.consistency import unit_doubt
from rtcalc.dvh import Dvh
from rtcalc.dvh_text.cells import Kind, Number
from rtcalc.dvh_text.columns import Columns, Given, columns_of, gray
from rtcalc.dvh_text.section import Section
from rtcalc.dvh_text.source import Source
from rtcalc.histogram import Values
from rtcalc.limits import Metric

RISE_TOLERANCE = 1e-4
"""How far a cumulative curve may rise from one row to the next, as a share of the whole organ."""
SUM_TOLERANCE = 0.01
"""How far the bins of a differential curve may be from the whole in sum, as a share."""
MEAN_TOLERANCE = 0.05
"""How far the curve's mean dose may be from the stated one, as a share; one step of the curve is allowed anyway."""
MAXIMUM_SHORTFALL = 0.05
"""How far a stated maximum may lie inside its curve, as a share: systems sample curve and maximum differently."""
MAXIMUM_FACTOR = 2.0
"""A stated maximum this many times beyond the end of its curve speaks of another unit or another plan."""


HIDDEN_CC = 0.01
"""Volume that may hide behind a printed zero before it is said: a third of the 0.03 cc of near-maximum limits. [cc]"""


def curve(source: Source, section: Section, mark: str, given: Given, organ: str, course: str) -> tuple[Dvh, str]:
    """Return the curve of one structure, and what has to be said of its end.

    Parameters
    ----------
    source : Source
        For the messages.
    section : Section
    mark : str
        Decimal mark of the file.
    given : Given
    organ, course : str
        As in `Dvh`.

    Returns
    -------
    (Dvh, str)
        In physical dose; the note is empty where the print hides nothing that matters and no unit is in doubt.

    Raises
    ------
    ProtocolError
        What is ambiguous, contradicts itself or is missing, with the line and what to give.
    """
    if section.problem:
        source.refuse(section.line, f"{organ}: {section.problem}")
    if len(section.rows) < 2:
        source.refuse(section.line, f"{organ}: {len(section.rows)} rows are no curve; export it again")
    columns = columns_of(source, section, mark, given)
    fallen = np.flatnonzero(np.diff(columns.doses) < 0)
    if fallen.size:
        columns.refuse("the dose falls from the row above; export one curve for each structure", int(fallen[0]) + 1)
    if columns.percent and not columns.whole:
        columns.refuse("its volumes are in %, and its volume is not stated or printed as 0; give organ_volume")
    if _kind(columns, given) == "cumulative":
        found = _cumulative(columns, organ, course)
    else:
        found = _differential(columns, organ, course)
    _require_mean(columns, found)
    doubt = unit_doubt(found.value(Metric("max"))[0], columns.reference)
    return found, " ".join(part for part in (f"{organ}: {doubt}" if doubt else "", _hidden(columns, found)) if part)


# --- which kind -------------------------------------------------------------------------------------------------------
def _kind(columns: Columns, given: Given) -> Kind:
    stated = columns.section.kind
    if stated is not None and given.kind is not None and stated != given.kind:
        columns.refuse(f"the file calls the curve {stated}, and kind is {given.kind}; leave kind out")
    found = stated or given.kind or _inferred(columns)
    if found is None:
        what = "the file does not say whether the curve is cumulative or differential, and both are possible"
        columns.refuse(f"{what}; give kind, or for volumes in cc organ_volume")
    return found


def _inferred(columns: Columns) -> Kind | None:
    """The kind that the numbers leave no doubt of: the first value is the whole organ, or the sum of all is."""
    full = columns.full
    if full is None:
        return None
    begins = columns.is_full(float(columns.volumes[0]), float(columns.volume_steps[0]))
    sums = abs(float(columns.volumes.sum()) - full) <= SUM_TOLERANCE * full
    if begins == sums:
        return None
    return "cumulative" if begins else "differential"


# --- cumulative -------------------------------------------------------------------------------------------------------
def _cumulative(columns: Columns, organ: str, course: str) -> Dvh:
    left = _falling(columns)
    last = int(np.flatnonzero(left > 0)[-1])
    beyond = float(columns.doses[last + 1]) if last + 1 < len(left) else None
    return Dvh.from_cumulative(
        organ=organ,
        course=course,
        dose_gray=columns.doses[: last + 1],
        volume=left[: last + 1] * columns.cc_per_unit,
        max_gray=_top(columns, float(columns.doses[last]), beyond),
    )


def _falling(columns: Columns) -> Values:
    """The volumes with rounding taken out: the first is the whole organ, and none is above the one before it."""
    volumes, full = columns.volumes, columns.full
    if full is None:
        if columns.doses[0] > 0:
            columns.refuse("the curve does not begin at 0 Gy, so its volume is not known; give organ_volume", 0)
        full = float(volumes[0])
    if not full > 0:
        columns.refuse("the curve begins with no volume at all; export it again", 0)
    if columns.full is not None and not columns.is_full(float(volumes[0]), float(columns.volume_steps[0])):
        unit = columns.section.volume_unit
        first, all_of_it = decimals.plain(float(volumes[0])), decimals.plain(full)
        columns.refuse(f"the curve begins with {first} {unit}, the whole organ has {all_of_it} {unit}", 0)
    coarser = np.maximum(columns.volume_steps[1:], columns.volume_steps[:-1])
    risen = np.flatnonzero(np.diff(volumes) > np.minimum(coarser, RISE_TOLERANCE * full))
    if risen.size:
        columns.refuse("the volume rises from the row above, and the curve is cumulative", int(risen[0]) + 1)
    left = np.minimum.accumulate(volumes)
    if columns.percent:
        left = np.append(full, np.minimum(left[1:], full))
    return left


def _top(columns: Columns, last: float, beyond: float | None) -> float:
    """The largest dose: the stated one, else where the curve has come to zero. [Gy]"""
    most = columns.maximum
    if most is None and beyond is None:
        columns.refuse(f"the curve ends at {decimals.plain(last)} Gy with volume left; give max_dose", -1)
    if most is None:
        return cast(float, beyond)
    _require_maximum(columns, most, last, beyond if beyond is not None else last)
    return max(most.value, last)


def _require_maximum(columns: Columns, most: Number, last: float, end: float) -> None:
    step = float(np.diff(columns.doses).max())
    if most.value + most.step < (1.0 - MAXIMUM_SHORTFALL) * last or most.value > MAXIMUM_FACTOR * end + step:
        says = f"the largest dose is stated as {decimals.plain(most.value)} Gy"
        columns.refuse(f"{says}, and the curve ends at {decimals.plain(end)} Gy; check the units of both")


# --- differential -----------------------------------------------------------------------------------------------------
def _differential(columns: Columns, organ: str, course: str) -> Dvh:
    edges, width = _edges(columns)
    per_dose = columns.section.per_dose
    bins = columns.volumes * (width * gray(per_dose, None) if per_dose is not None else 1.0)
    full = columns.full
    if not bins.sum() > 0:
        columns.refuse("the curve has no volume at all; export it again")
    if full is not None and abs(float(bins.sum()) - full) > SUM_TOLERANCE * full:
        found, unit = decimals.plain(float(bins.sum())), columns.section.volume_unit
        whole = decimals.plain(full)
        columns.refuse(f"the bins of the differential curve hold {found} {unit}, the whole organ has {whole} {unit}")
    used = np.flatnonzero(bins > 0)[-1]
    if columns.maximum is not None:
        _require_maximum(columns, columns.maximum, float(edges[used]), float(edges[used + 1]))
    return Dvh(organ=organ, course=course, edges_gray=edges, volume_cc=bins * columns.cc_per_unit)


def _edges(columns: Columns) -> tuple[Values, float]:
    """Edges of equal bins: doses are their centres where the first is half a bin, their beginnings where it is 0."""
    doses = columns.doses
    width = float((doses[-1] - doses[0]) / (len(doses) - 1))
    rounding = min(2.0 * float(columns.dose_steps.max()), width / 10.0)
    if not width > 0 or (np.abs(np.diff(doses) - width) > rounding).any():
        columns.refuse("the bins of the differential curve are not of one width; export a cumulative one")
    first = float(doses[0])
    if abs(first - width / 2.0) <= rounding:
        begins = np.maximum(doses - width / 2.0, 0.0)
    elif first == 0.0:
        begins = doses
    else:
        what = "the first dose is neither 0 nor half a bin, so where the bins lie is not clear"
        columns.refuse(f"{what}; export a cumulative curve", 0)
    return np.append(begins, begins[-1] + width), width


def _hidden(columns: Columns, found: Dvh) -> str:
    """What a printed zero may hide: half of the last place, which near-maximum doses would be read from."""
    hidden = 0.5 * float(columns.volume_steps.min()) * columns.cc_per_unit
    if columns.maximum is not None or hidden < HIDDEN_CC:
        return ""
    end = decimals.plain(found.value(Metric("max"))[0])
    what = f"volumes are printed so that up to {decimals.plain(hidden)} cc may lie above {end} Gy unseen"
    return f"{found.organ}: {what}, and Dmax and near-maximum doses be too low; give max_dose if it is known"


def _require_mean(columns: Columns, found: Dvh) -> None:
    """Hold the stated mean dose against the curve's: a wrong unit or column shows there first."""
    if columns.mean is None:
        return
    mean, stated = found.value(Metric("mean"))[0], columns.mean
    step = float(np.diff(columns.doses).max())
    if abs(mean - stated.value) > max(MEAN_TOLERANCE * stated.value, step) + stated.step:
        says = f"the mean dose is stated as {decimals.plain(stated.value)} Gy"
        columns.refuse(f"{says}, and the curve's is {decimals.fixed(mean, 2)} Gy; check the units of both")
