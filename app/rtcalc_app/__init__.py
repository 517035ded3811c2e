"""The web calculator: a Dash app over :mod:`rtcalc`. A view never computes; every figure comes from the library."""
