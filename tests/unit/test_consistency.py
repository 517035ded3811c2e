"""Numbers of one curve that cannot all be true are refused; all that can be true are taken."""

from __future__ import annotations

import pytest

from rtcalc.consistency import consistent
from rtcalc.errors import DomainError
from rtcalc.limits import Metric


def readings(*texts):
    split = [text.partition(" ") for text in texts]
    return [(Metric.parse(name), *Metric.parse(name).read_value(value)) for name, _, value in split]


@pytest.mark.parametrize(
    "curve",
    [
        ["D0.03cc 26.4 Gy", "D0.35cc 20.5 Gy", "D1.2cc 13.9 Gy"],
        ["D1.2cc 13.9 Gy", "D0.03cc 26.4 Gy"],  # in any order
        ["D0.03cc 26.4 Gy", "D1cc 26.4 Gy"],  # a flat curve
        ["Dmax 27 Gy", "D0.03cc 26.4 Gy", "D2% 25 Gy", "D98% 1 Gy", "Dmean 5 Gy"],
        ["D0.03cc 10 Gy", "D50% 12 Gy"],  # 50 % of 0.04 cc is less than 0.03 cc: not known, so not refused
        ["V5Gy 40 %", "V20Gy 4.1 %", "CV12.5Gy 2900 cc", "CV13.5Gy 2925 cc"],
        ["V5Gy 40 %", "V20Gy 300 cc"],  # of an unknown volume
        ["volume 140 cc", "CV17.5Gy 140 cc", "V10Gy 140 cc", "V1Gy 100 %"],
        ["D0.03cc 10 Gy", "Dmean 12 Gy"],  # a mean above a near-maximum needs an organ under 0.06 cc: left alone
        [],
    ],
)
def test_curves_that_can_be(curve):
    consistent("Organ", readings(*curve))


@pytest.mark.parametrize(
    ("curve", "words"),
    [
        (["D0.03cc 10 Gy", "D1cc 12 Gy"], "Organ: D0.03cc 10 Gy is below D1cc 12 Gy"),
        (["D1cc 12 Gy", "D0.03cc 10 Gy"], "Organ: D0.03cc 10 Gy is below D1cc 12 Gy"),
        (["D0.03cc 13 Gy", "D0.35cc 10 Gy", "D1.2cc 11 Gy"], "D0.35cc 10 Gy is below D1.2cc 11 Gy"),
        (["Dmax 26 Gy", "D0.03cc 26.4 Gy"], "Dmax 26 Gy is below D0.03cc 26.4 Gy"),
        (["Dmax 26 Gy", "D2% 27 Gy"], "Dmax 26 Gy is below D2% 27 Gy"),
        (["D2% 9 Gy", "D98% 10 Gy"], "D2% 9 Gy is below D98% 10 Gy"),
        (["Dmax 10 Gy", "Dmean 12 Gy"], "Dmax 10 Gy is below Dmean 12 Gy"),
        (["Dmean 12 Gy", "Dmax 10 Gy"], "Dmax 10 Gy is below Dmean 12 Gy"),
        (["V5Gy 4 %", "V20Gy 40 %"], "V5Gy 4 % is below V20Gy 40 %"),
        (["V5Gy 4 cc", "V20Gy 40 cc"], "V5Gy 4 cc is below V20Gy 40 cc"),
        (["CV12.5Gy 2925 cc", "CV13.5Gy 2900 cc"], "CV13.5Gy 2900 cc is below CV12.5Gy 2925 cc"),
        (["V20Gy 120 %"], r"V20Gy 120 % is more than the whole organ \(100 %\)"),
        (["volume 140 cc", "CV17.5Gy 141 cc"], r"CV17.5Gy 141 cc is more than the whole organ \(140 cc\)"),
        (["V20Gy 141 cc", "volume 140 cc"], r"V20Gy 141 cc is more than the whole organ \(140 cc\)"),
        (["D0.03cc 10 Gy", "D0.030cc 10 Gy"], "D0.03cc stands twice"),
    ],
)
def test_curves_that_cannot_be(curve, words):
    with pytest.raises(DomainError, match=words):
        consistent("Organ", readings(*curve))
