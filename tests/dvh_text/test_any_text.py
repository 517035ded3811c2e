"""Damaged exports: every one is refused by an error of the library, or gives a finite curve that never rises."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rtcalc.dvh_text import scan_dvh_text
from rtcalc.errors import RtcalcError

EXPORTS = (
    "Type : Cumulative\nStructure: A\nVolume [cm3]: 9.5\nMax Dose [Gy]: 8\n"
    "Dose [Gy] Structure Volume [cm3]\n0 9.5\n4 2\n8 0\n",
    "#RoiName:A\n#Dose unit:Gy\n0 100\n4,5 40\n9 0\n",
    "Patient ID: 1~X | Plan Name: P | Dose Units: cGy | Volume Units: %\nA 0 100\nA 4 40\nA 9 0\n2026-03-13\n",
    "A,Dose (Gy),Volume (%)\n,0,100\n,4,40\n,9,0\n",
    "Dose [Gy];Volume [cc]\n0;9,5\n4;2\n9;0\n",
)
PIECES = st.sampled_from(
    ["", " ", "\n", ",", ".", ";", "\t", "-", "%", "Gy", "cGy", "[", "]", "#", ":", "1e9", "0", "9", "nan", "\0", "|"]
)
DAMAGE = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 6), PIECES), max_size=4)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(EXPORTS), DAMAGE)
def test_damage_is_refused_or_harmless(text: str, damage: list[tuple[float, int, str]]) -> None:
    for where, cut, piece in damage:
        at = int(where * len(text))
        text = text[:at] + piece + text[at + cut :]
    try:
        found = scan_dvh_text(text + "\n", course="1", organ="A", organ_volume="9.5 cc")
    except RtcalcError:
        return
    for curve in found.curves.values():
        assert np.isfinite(curve.edges_gray).all()
        assert (np.diff(curve.edges_gray) >= 0).all()
        assert (curve.volume_cc >= 0).all()
        assert 9 < curve.organ_volume_cc < 10  # 9.5 cc is given; a per cent of print rounding at most


@given(st.binary(max_size=300))
def test_any_bytes(raw: bytes) -> None:
    try:
        scan_dvh_text(raw, course="1")
    except RtcalcError:
        return
