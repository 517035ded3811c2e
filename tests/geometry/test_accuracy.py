"""The bounds that are stated for the curves, on all analytic solids; `benchmarks/accuracy.py` tabulates the errors."""

import pytest

from rtcalc.geometry.dvh_engine import dvh
from rtcalc.limits import Metric
from tests.geometry.analytic import METRICS, Analytic, cases

LINEAR = {"volume": 1e-4, "D95%": 0.05, "D50%": 0.05, "D2%": 0.05, "D0.03cc": 0.07, "Dmean": 0.05}
"""In a gradient of 1 Gy/mm: part of the volume; Gy."""
GAUSSIAN = {"volume": 1e-4, "D95%": 0.1, "D2%": 0.1, "Dmean": 0.1}
"""Of sigma 10 mm, with the cubic refinement."""


def errors(case: Analytic, method: str, solid: bool = False) -> dict[str, float]:
    """Computed minus true: part of the volume; Gy."""
    found = dvh(case.contours(), case.grid(), organ=case.kind, course="1", method=method).dvh  # type: ignore[arg-type]
    truth = case.truth(solid)
    values = {metric: found.value(Metric.parse(metric))[0] for metric in METRICS}
    return {m: values[m] / truth[m] - 1.0 if m == "volume" else values[m] - truth[m] for m in METRICS}


@pytest.mark.parametrize("case", list(cases()), ids=str)
def test_within_the_stated_bounds(case: Analytic) -> None:
    curved = case.dose == "Gaussian"
    found = errors(case, "cubic" if curved else "linear")
    for metric, bound in (GAUSSIAN if curved else LINEAR).items():
        assert abs(found[metric]) <= bound, metric
