"""For every test: examples of hypothesis are drawn the same way each time, and how long one takes says nothing."""

from hypothesis import settings

settings.register_profile("rtcalc", deadline=None, derandomize=True, database=None)
settings.load_profile("rtcalc")
