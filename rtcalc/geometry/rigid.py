"""Rigid transformations between two frames of reference: a rotation and a shift, and nothing that changes a length."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rtcalc.errors import DomainError
from rtcalc.geometry.values import Floats

ORTHONORMAL = 1e-4
"""A rotation may miss orthonormality by this much: 0.05 mm at 500 mm from the origin."""
SAME_MM = 0.1
"""Two transformations are the same where no point within `REACH_MM` of the origin is moved apart by more. [mm]"""
REACH_MM = 500.0
Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Rigid:
    """A point p of one frame lies at ``rotation @ p + shift`` in another.

    Parameters
    ----------
    matrix : (4, 4) array
        Homogeneous, for column vectors: the rotation, beside it the shift, below them 0 0 0 1. [mm]

    Raises
    ------
    DomainError
        Another shape, NaN or infinite, another last row, a rotation that scales, shears or mirrors.

    Examples
    --------
    >>> quarter = Rigid(np.array([[0, -1, 0, 5], [1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]))
    >>> (quarter @ quarter.inverse).is_identity
    True
    """

    matrix: Matrix

    def __post_init__(self) -> None:
        matrix = np.array(self.matrix, dtype=np.float64)
        if matrix.shape != (4, 4) or not np.isfinite(matrix).all():
            raise DomainError("a transformation is four rows of four finite numbers")
        if np.abs(matrix[3] - [0.0, 0.0, 0.0, 1.0]).max() > 1e-9:
            last = ", ".join(f"{value:g}" for value in matrix[3])
            raise DomainError(f"the last row of the matrix is {last}, not 0, 0, 0, 1")
        turned = matrix[:3, :3]
        if np.abs(turned @ turned.T - np.eye(3)).max() > ORTHONORMAL:
            scales = ", ".join(f"{value:.4f}" for value in np.linalg.norm(turned, axis=1))
            raise DomainError(f"the matrix is no rotation: its rows are not orthonormal (their lengths are {scales})")
        if np.linalg.det(turned) < 0.0:
            raise DomainError("the matrix mirrors the patient (determinant -1)")
        # The nearest true rotation: what the rounded text of a file leaves open must not grow along a chain.
        left, _, right = np.linalg.svd(turned)
        matrix[:3, :3] = left @ right
        object.__setattr__(self, "matrix", matrix)

    def __matmul__(self, first: Rigid) -> Rigid:
        """Return both one after the other: `first` acts first."""
        return Rigid(np.matmul(self.matrix, first.matrix))

    @property
    def inverse(self) -> Rigid:
        """The way back."""
        back = np.eye(4)
        back[:3, :3] = self.matrix[:3, :3].T
        back[:3, 3] = -back[:3, :3] @ self.matrix[:3, 3]
        return Rigid(back)

    @property
    def is_identity(self) -> bool:
        """Whether it moves nothing."""
        return self.same_as(Rigid(np.eye(4)))

    def same_as(self, other: Rigid) -> bool:
        """Whether both move the points around the origin to the same places, within 0.1 mm."""
        corners = REACH_MM * np.array(np.meshgrid(*3 * [[-1.0, 1.0]])).reshape(3, -1)
        apart = self.at(*corners) - other.at(*corners)
        return bool(np.linalg.norm(apart, axis=0).max() <= SAME_MM)

    def at(self, x: Floats, y: Floats, z: Floats) -> Floats:
        """Return where points lie, as one array of their x, y and z. [mm]"""
        turned, shift = self.matrix[:3, :3], self.matrix[:3, 3]
        return np.stack([row[0] * x + row[1] * y + row[2] * z + by for row, by in zip(turned, shift, strict=True)])
