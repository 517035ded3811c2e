"""Oracles of complication and control: gEUD, LKB, logistic forms, Poisson, and a volume that is spared."""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from rtcalc.dvh import Dvh
from rtcalc.limits import Metric
from rtcalc.models import ntcp, tcp
from rtcalc.models.geud import geud
from rtcalc.oracles.table import Oracle, exact, printed
from rtcalc.response_forms import EvenLogLogistic

HALF = np.array([0.5, 0.5])
# The five published points of QUANTEC for the lung; the two coefficients of the curve were not read in the paper.
LUNG = ((7.0, "4.8", "5"), (13.0, "9.7", "10"), (20.0, "20.6", "20"), (24.0, "30.0", "30"), (27.0, "38.5", "40"))
WITHIN = 2.0
"""How near the curve of the lung is to its points. [%]"""


def _lung(mld: float) -> float:
    return 100.0 * ntcp.logit(-3.87 + 0.126 * mld)


def _point(mld: float, published: str) -> Oracle:
    what = f"pneumonitis at mean lung dose {mld:g} Gy, published point, %"
    return Oracle(
        id="quantec_lung_mld",
        what=what,
        expected=float(published),
        tolerance=WITHIN,
        source="MARKS2010LUNG",
        compute=partial(_lung, mld),
    )


def _cord_risk(gray: float) -> float:
    """The curve through the published D50 and the published 5 % at 59.3 Gy."""
    return 100.0 * ntcp.log_logistic(gray, 69.4, EvenLogLogistic.through(69.4, 59.3, 0.05).gamma50)


def _control() -> float:
    return tcp.poisson(np.array([3e8]), np.array([84.0]), 0.3, 0.0)


def _liver() -> float:
    curve = Dvh.from_cumulative(organ="Liver", course="1", dose_gray=[0, 17.1, 40], volume=[1500, 750, 50], max_gray=45)
    return curve.value(Metric.parse("CV17.1Gy"))[0]


ROWS = (
    # response
    printed("schultheiss_cord", "myelopathy at 59.3 Gy, %", "5.0", "SCHULTHEISS2008", lambda: _cord_risk(59.3)),
    printed("schultheiss_cord", "myelopathy at 50 Gy, %", "0.2", "SCHULTHEISS2008", lambda: _cord_risk(50.0)),
    printed("schultheiss_cord", "myelopathy at 45 Gy, %", "0.03", "SCHULTHEISS2008", lambda: _cord_risk(45.0)),
    printed(
        "schultheiss_cord", "the same at 50 Gy, %: 100 / (1 + (69.4/50)^18.7213)", "0.215", "by hand, SCHULTHEISS2008",
        lambda: _cord_risk(50.0),
    ),
    printed("lkb_uniform_points", "LKB one SD below TD50", "0.15866", "by hand", lambda: ntcp.lkb(20.09, 24.5, 0.18)),
    printed("lkb_uniform_points", "LKB at TD50", "0.50000", "by hand", lambda: ntcp.lkb(24.5, 24.5, 0.18)),
    printed("lkb_uniform_points", "LKB one SD above TD50", "0.84134", "by hand", lambda: ntcp.lkb(28.91, 24.5, 0.18)),
    printed(
        "lkb_two_bin", "gEUD of half at 40 Gy, n 0.87: 40 x 0.5^0.87", "21.8859", "by hand, BURMAN1991",
        lambda: geud(np.array([40.0, 0.0]), HALF, 1 / 0.87),
    ),
    printed(
        "lkb_two_bin", "its NTCP, TD50 24.5, m 0.18: Phi(-0.59277)", "0.27667", "by hand, BURMAN1991",
        lambda: ntcp.lkb(geud(np.array([40.0, 0.0]), HALF, 1 / 0.87), 24.5, 0.18),
    ),
    printed(
        "niemierko_two_bin", "gEUD of half at 60 Gy, a 5: 60 x 0.5^0.2", "52.233", "by hand, GAY_NIEMIERKO",
        lambda: geud(np.array([60.0, 0.0]), HALF, 5.0),
    ),
    printed(
        "niemierko_two_bin", "its NTCP, TD50 60, gamma50 3: 1 / (1 + 2^2.4)", "0.15929", "by hand, GAY_NIEMIERKO",
        lambda: ntcp.log_logistic(geud(np.array([60.0, 0.0]), HALF, 5.0), 60.0, 3.0),
    ),
    *(
        printed(
            "quantec_lung_mld", f"pneumonitis at mean lung dose {mld:g} Gy, %: b0 -3.87, b1 0.126", model, "by hand",
            partial(_lung, mld),
        )
        for mld, model, _ in LUNG
    ),
    *(_point(mld, published) for mld, _, published in LUNG),
    printed(
        "huang_esophagitis", "oesophagitis at mean 30 Gy: x = -3.13 + 0.0688 x 30", "0.2562", "by hand, HUANG2012ESO",
        lambda: ntcp.logit(-3.13 + 0.0688 * 30.0),
    ),
    printed(
        "huang_esophagitis", "the same with chemotherapy: x + 1.5", "0.6068", "by hand, HUANG2012ESO",
        lambda: ntcp.logit(-3.13 + 0.0688 * 30.0 + 1.5),
    ),
    printed(
        "appelt_base", "pneumonitis at mean 10 Gy: 1 / (1 + exp(3.3763))", "0.0330", "by hand, APPELT2014",
        lambda: ntcp.logistic(10.0, 34.4, 1.19),
    ),
    printed(
        "appelt_base", "pneumonitis at mean 20 Gy: 1 / (1 + exp(1.9926))", "0.1200", "by hand, APPELT2014",
        lambda: ntcp.logistic(20.0, 34.4, 1.19),
    ),
    exact(
        "appelt_base", "pneumonitis at D50", 0.5, "by hand, APPELT2014", lambda: ntcp.logistic(34.4, 34.4, 1.19)
    ),
    printed(
        "poisson_tcp", "TCP 70 Gy / 35, alpha 0.3, a/b 10, 3e8 cells: exp(-3e8 exp(-25.2))", "0.99659", "by hand",
        _control,
    ),
    printed(
        "poisson_tcp", "cells that survive it: 3e8 exp(-25.2)", "0.00341", "by hand", lambda: -math.log(_control())
    ),
    exact("critical_volume_check", "liver, 1500 cc, spared of 17.1 Gy, cc: 1500 - 750", 750.0, "by hand", _liver),
)  # fmt: skip
