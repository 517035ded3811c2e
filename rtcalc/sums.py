"""Sums of courses that are known and not only bounded: voxels of one frame of reference, and the BEDs of a tumour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from rtcalc.basis import LQ
from rtcalc.doses import BED, EQD2, DoseLike, basis_gray
from rtcalc.effects import EQD2_FRACTION, EQD2_SOURCES, lq_origin
from rtcalc.errors import DomainError
from rtcalc.grays import checked
from rtcalc.models import lq
from rtcalc.schedule_text import fraction_count

Array = npt.NDArray[np.floating[Any]]


def voxel_sum(doses: Sequence[tuple[Array, int]], alpha_beta: DoseLike, *, same_sessions: bool = False) -> EQD2:
    """Sum courses voxel by voxel in a common frame of reference.

    Parameters
    ----------
    doses : sequence of (numpy.ndarray, int)
        Physical dose of every course on one grid, and its fractions. [Gy]
    alpha_beta : str, pint.Quantity or PhysicalDose
        [Gy]
    same_sessions : bool
        All courses are given in the same sessions: their doses add before they are converted.

    Returns
    -------
    EQD2
        One value per voxel, each converted at its own dose per fraction. [Gy]

    Raises
    ------
    DomainError
        No course, grids of different shapes, or different fraction numbers in the same sessions.

    Notes
    -----
    The grids must be registered; an error of the registration of a few millimetres can change a near-maximum value of
    the sum by a third, which no number here shows.

    References
    ----------
    [bentzen2012] EQD2.

    Examples
    --------
    >>> one, two = np.array([10.0, 0.0]), np.array([15.0, 2.0])
    >>> voxel_sum([(one, 5), (two, 5)], "3 Gy").gray.round(2).tolist()
    [28.0, 1.36]
    >>> voxel_sum([(one, 5), (two, 5)], "3 Gy", same_sessions=True).gray.round(2).tolist()
    [40.0, 1.36]
    """
    ratio = basis_gray(alpha_beta, "alpha_beta")
    grids = [np.asarray(checked(gray, f"course {k}")) for k, (gray, _) in enumerate(doses, start=1)]
    counts = [fraction_count(count) for _, count in doses]
    shapes = {grid.shape for grid in grids}
    if len(shapes) != 1:
        raise DomainError(f"grids of one shape are needed, at least one; got {sorted(shapes)!r}")
    if same_sessions:
        if len(set(counts)) > 1:
            raise DomainError(f"courses of the same sessions have one number of fractions, not {counts!r}")
        grids, counts = [sum(grids[1:], grids[0])], counts[:1]
    total = sum(
        (lq.bed(grid, count, ratio) for grid, count in zip(grids[1:], counts[1:], strict=True)),
        lq.bed(grids[0], counts[0], ratio),
    )
    inputs = (("fractions", ", ".join(map(str, counts))), ("voxels", " x ".join(map(str, grids[0].shape))))
    return EQD2.from_model(lq.eqdx(total, EQD2_FRACTION, ratio), ratio, LQ, lq_origin(EQD2_SOURCES, inputs, ratio))


@dataclass(frozen=True, slots=True, kw_only=True)
class TumourSum:
    """The sum of the BEDs of a tumour over its courses.

    Attributes
    ----------
    bed : BED
        An upper bound: the repopulation between the courses is not in it, and no recovery belongs to a tumour.
    note : str
        What it is, for every output.

    Examples
    --------
    >>> from rtcalc.effects import bed
    >>> TumourSum(bed=bed("45 Gy / 5", alpha_beta="10 Gy")).note[:22]
    'upper bound of the sum'
    """

    bed: BED
    note: str = "upper bound of the sum: no time factor between the courses; not compared with any threshold"


def tumour_sum(beds: Sequence[BED]) -> TumourSum:
    """Add the BEDs of one tumour over its courses, all on one alpha/beta and model.

    Parameters
    ----------
    beds : sequence of BED
        Two or more. [Gy]

    Returns
    -------
    TumourSum
        [Gy]

    Raises
    ------
    DomainError
        Fewer than two courses.
    BasisError
        BEDs of different alpha/beta or model.

    Examples
    --------
    >>> from rtcalc.effects import bed
    >>> print(tumour_sum([bed("45 Gy / 5", alpha_beta="10 Gy"), bed("40 Gy / 4", alpha_beta="10 Gy")]).bed)
    BED 165.5 Gy (a/b 10)
    """
    if len(beds) < 2:
        raise DomainError(f"a sum of courses needs two BEDs or more, not {len(beds)}")
    return TumourSum(bed=sum(beds[1:], beds[0]))
