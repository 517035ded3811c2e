"""The table of structures inside others: TG-263 names, no circle, both directions agree."""

import pytest

from rtcalc.nesting import _AKIN, _INSIDE, akin, around, within
from rtcalc.registry.structures import tg263_names

NAMES = sorted({*_INSIDE, *(outer for outers in _INSIDE.values() for outer in outers)})


@pytest.mark.parametrize("name", [*NAMES, *sorted({name for group in _AKIN for name in group})])
def test_every_structure_is_one_of_tg263(name: str) -> None:
    assert name in tg263_names()


@pytest.mark.parametrize("name", NAMES)
def test_both_directions_agree_and_nothing_contains_itself(name: str) -> None:
    assert name not in around(name)
    assert all(name in within(outer) for outer in around(name))
    assert all(name in around(inner) for inner in within(name))
    assert not set(akin(name)) & {name, *around(name), *within(name)}


def test_the_cord_lies_in_the_sac_and_the_sac_in_the_canal_and_never_the_other_way() -> None:
    assert around("SpinalCord") == ("ThecalSac", "SpinalCanal")
    assert around("SpinalCanal") == ()
    assert set(within("SpinalCanal")) == {"ThecalSac", "SpinalCord", "CaudaEquina"}
