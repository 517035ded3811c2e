"""The oracle table: numbers with a source or a hand calculation, and how this program computes each.

A number that a source prints is met when it agrees to half a unit of its last digit. What is worked by hand from a
source's formula guards the formula, not the print, and says so; where the hand calculation ends exactly, it is met to
1e-9. Nothing of the registry is read: the table is about the program, not about its knowledge.
"""

from __future__ import annotations

from rtcalc.oracles.linear_quadratic import ROWS as LINEAR_QUADRATIC
from rtcalc.oracles.other_models import ROWS as OTHER_MODELS
from rtcalc.oracles.response import ROWS as RESPONSE
from rtcalc.oracles.table import Oracle as Oracle

ORACLES = (*LINEAR_QUADRATIC, *OTHER_MODELS, *RESPONSE)
