"""Structures that lie inside others by their definition, and what a value of one says of the other.

Only pairs that hold in every patient and under every contouring guide stand here. Of an absolute volume, the larger
structure has at least what the smaller one has: the dose to its hottest 0.035 cc, its volume above a dose, its volume
below a dose. Of means and of per cent values nothing follows.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

# Each structure with those that contain it next: TG-263 names, with their descriptions in that list as the source.
_INSIDE = MappingProxyType(
    {
        "SpinalCord": ("ThecalSac",),
        "CaudaEquina": ("ThecalSac",),
        "ThecalSac": ("SpinalCanal",),
        "Lungs-PTV": ("Lungs-ITV", "Lungs-CTV"),
        "Lungs-ITV": ("Lungs-GTV",),
        "Lungs-CTV": ("Lungs-GTV",),
        "Lungs-GTV": ("Lungs",),
        "Lung_L": ("Lungs",),
        "Lung_R": ("Lungs",),
        "Liver-CTV": ("Liver-GTV",),
        "Liver-GTV": ("Liver",),
        "Kidney_Cortex_L": ("Kidney_L", "Kidney_Cortex"),
        "Kidney_Cortex_R": ("Kidney_R", "Kidney_Cortex"),
        "Kidney_Cortex": ("Kidneys",),
        "Kidney_L": ("Kidneys",),
        "Kidney_R": ("Kidneys",),
        "Bladder_Wall": ("Bladder",),
        "Jejunum": ("Jejunum_Ileum",),
        "Ileum": ("Jejunum_Ileum",),
        "Jejunum_Ileum": ("Bowel_Small",),
        "Bowel_Small": ("Bowel",),
        "Colon_Sigmoid": ("Colon",),
        "Colon": ("Bowel_Large",),
        "Bowel_Large": ("Bowel",),
    }
)
# Structures that overlap or that guides draw differently: the limit of one may be the one that is meant, and it does
# not follow from the dose of the other.
_AKIN = (
    frozenset({"Kidney_L", "Kidney_R", "Kidney_Cortex"}),
    frozenset({"Bowel", "Bowel_Small", "Bag_Bowel", "Spc_Bowel"}),
    frozenset({"Duodenum", "Bowel_Small"}),
    frozenset({"Colon", "Bowel_Large", "Rectum"}),
    frozenset({"Heart", "Pericardium"}),
    frozenset({"Bronchus_Main", "Bronchus", "AirWay_Prox", "Trachea"}),
    frozenset({"A_Aorta", "V_Venacava_I", "V_Venacava_S", "GreatVes"}),
)


def around(organ: str) -> tuple[str, ...]:
    """Structures that contain a structure, the nearest first.

    Examples
    --------
    >>> around("SpinalCord"), around("SpinalCanal")
    (('ThecalSac', 'SpinalCanal'), ())
    """
    return tuple(dict.fromkeys(_outwards(organ)))


def _outwards(organ: str) -> Iterator[str]:
    level = _INSIDE.get(organ, ())
    while level:
        yield from level
        level = tuple(outer for one in level for outer in _INSIDE.get(one, ()))


def within(organ: str) -> tuple[str, ...]:
    """Structures that a structure contains, the nearest first.

    Examples
    --------
    >>> within("Bowel_Small")
    ('Jejunum_Ileum', 'Jejunum', 'Ileum')
    """
    found = {inner: around(inner).index(organ) for inner in _INSIDE if organ in around(inner)}
    return tuple(sorted(found, key=lambda inner: found[inner]))


def akin(organ: str) -> tuple[str, ...]:
    """Other structures whose limit may be the one that is meant, though none follows from the dose of this one.

    Examples
    --------
    >>> akin("Kidney_R")
    ('Kidney_Cortex', 'Kidney_L')
    """
    groups = [group for group in _AKIN if organ in group]
    nested = {organ, *around(organ), *within(organ)}
    return tuple(sorted({other for group in groups for other in group} - nested))
