"""Ten thousand changed doses and plans: refused in one line, or read and computed without a bad number."""

from pathlib import Path

import pytest

from tests.fuzz.course import SEED, some_cases


@pytest.mark.no_cover  # the tracer would triple the time, and other tests cover the same lines
@pytest.mark.parametrize("block", range(10))
def test_changed_doses_and_plans(block: int, tmp_path: Path) -> None:
    some_cases(tmp_path, SEED, range(2000 * block, 2000 * (block + 1), 2))
