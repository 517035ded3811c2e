"""What the doses of a dose-volume curve are: physical, converted at an alpha/beta, or biological in an unknown way."""

from __future__ import annotations

from rtcalc import decimals
from rtcalc.basis import Basis

PHYSICAL: Basis = ("physical", None, None)
EFFECTIVE = "EFFECTIVE"


def effective(comment: str) -> Basis:
    """Return the basis of a dose that a planning system calls EFFECTIVE: biological, in a way that only it knows.

    Nothing converts such a curve, and nothing holds it against a limit.

    Parameters
    ----------
    comment : str
        What the file says of it.

    Examples
    --------
    >>> effective("EQD2Gy(a/b=3.0)")
    ('EFFECTIVE (EQD2Gy(a/b=3.0))', None, None)
    """
    return (f"{EFFECTIVE} ({comment or 'no comment'})", None, None)


def basis_name(basis: Basis) -> str:
    """Name a basis for a message.

    Parameters
    ----------
    basis : (str, float or None, str or None)

    Examples
    --------
    >>> basis_name(PHYSICAL), basis_name(("EQD2", 3.0, "LQ"))
    ('physical dose', 'EQD2 (a/b 3)')
    """
    kind, ratio, _ = basis
    if basis == PHYSICAL:
        return "physical dose"
    return kind if ratio is None else f"{kind} (a/b {decimals.plain(ratio)})"
