"""Names of structures: the primary names of AAPM TG-263, and the margins (PRV) around them."""

from __future__ import annotations

import csv
import re
from functools import cache

from rtcalc.registry.location import builtin

# A planning organ at risk volume carries its margin in millimetres, where the list has the placeholder xx.
_MARGIN = re.compile(r"(?<=PRV)\d{1,2}|(?<=PRV_[LR])\d{1,2}")
# The side stands before or after the millimetres: OpticNrv_PRV_L03, Retina_PRV03_L.
_AROUND = re.compile(r"(.+?)(_PRV(?:_[LR])?(?:\d{1,2}|xx)?(?:_[LR])?)")


@cache
def tg263_names() -> frozenset[str]:
    """Primary names of AAPM TG-263, as the built-in list has them.

    Examples
    --------
    >>> "SpinalCord" in tg263_names(), "Cord" in tg263_names()
    (True, False)
    """
    with (builtin() / "structures" / "tg263.csv").open(encoding="utf-8", newline="") as stream:
        return frozenset(row["primary_name"] for row in csv.DictReader(stream))


def is_structure(name: str) -> bool:
    """Whether a name is one of TG-263, alone or with a margin around it.

    Examples
    --------
    >>> is_structure("SpinalCord_PRV05"), is_structure("Cord")
    (True, False)
    """
    known = tg263_names()
    return name in known or _MARGIN.sub("xx", name, count=1) in known


def organ_and_margin(standard: str) -> tuple[str, str]:
    """A standard name as organ and margin.

    Examples
    --------
    >>> organ_and_margin("SpinalCord_PRV05"), organ_and_margin("OpticNrv_PRV_L03")
    (('SpinalCord', '_PRV05'), ('OpticNrv_L', '_PRV_L03'))
    """
    found = _AROUND.fullmatch(standard)
    if not found:
        return standard, ""
    organ, margin = found.groups()
    side = next((side for side in ("_L", "_R") if side in margin), "")
    return organ + side, margin
