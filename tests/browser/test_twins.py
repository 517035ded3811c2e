"""The page's own rounding and reading of numbers against Python's: not one character may differ."""

from __future__ import annotations

import json
import random

import pytest

from rtcalc.decimals import beside, compare, fixed, plain
from rtcalc.errors import DomainError
from rtcalc_app import fields


@pytest.fixture
def ready(page, live_url):
    page.goto(live_url)
    page.wait_for_function("() => window.rtcalc && window.rtcalc.decimals && window.rtcalc.fields")
    return page


def test_rounding_is_the_same_in_page_and_library(ready):
    draw = random.Random(20261121)
    values = [
        draw.choice((1, -1)) * draw.randrange(1, 10 ** draw.randrange(1, 13)) * 10.0 ** -draw.randrange(0, 12)
        for _ in range(6000)
    ]
    values += [0.0, -0.0, 0.25, 60 * (1 + 2 / 3), 1e-9, 1e21, 123456789.05, 0.12345678905, 99.99999999995]
    values += [
        draw.randrange(1, 400) * (1 + draw.randrange(1, 3000) / 100 / draw.choice((1, 2, 2.6, 3, 10)))
        for _ in range(6000)
    ]
    cases = [
        (value, places, mode)
        for value in values
        for places, mode in ((1, "half-up"), (2, "down"), (2, "up"), (0, "half-up"))
    ]
    shown = ready.evaluate("(cases) => cases.map(([x, p, m]) => rtcalc.decimals.fixed(x, p, m))", cases)
    assert shown == [fixed(*case) for case in cases]
    assert ready.evaluate("(all) => all.map((x) => rtcalc.decimals.plain(x))", values) == [
        plain(value) for value in values
    ]
    near = [100 + draw.randrange(-200, 200) * 10.0 ** -draw.randrange(1, 9) for _ in range(2000)] + [
        100.0,
        60 * (1 + 2 / 3),
    ]
    found = ready.evaluate(
        "(all) => all.map((x) => [rtcalc.decimals.beside(x, 100, 1), rtcalc.decimals.compare(x, 100)])", near
    )
    assert found == [[beside(value, 100.0, 1), compare(value, 100.0)] for value in near]


TYPED = (
    "1,8", "1.8 Gy", "１.８", "1.8\u00a0Gy", "180 cGy", "1.234,5", "1,234.5", "", " ", "12.", ".5", "-2", "−2", "+3",
    "1e2", "1e999", "nan", "inf", "Infinity", "0x10", "1_000", "1 000", "=cmd()", "😀", "9" * 41, "1,2,3", "1.2.3",
    "Gy", "cGy", "2 Sv",
    "1\u200b.8", "٣",
    "1.1e1 cGy", "7.35 cGy",
)  # fmt: skip


@pytest.mark.parametrize("unit", ["Gy", "cGy"])
def test_typed_text_is_read_the_same_in_page_and_server(ready, unit):
    def server(text: str) -> list[object]:
        try:
            return ["ok", float(fields.gray(text, "Total dose", unit).removesuffix(" Gy"))]
        except DomainError as problem:
            return ["no", str(problem)]

    script = """([texts, unit]) => texts.map((text) => {
        try {
            const x = rtcalc.fields.gray(text, "Total dose", unit);
            return ["ok", Number.isFinite(x) ? x : "Infinity"];
        } catch (problem) {
            if (!(problem instanceof rtcalc.fields.Problem)) throw problem;
            return ["no", problem.message];
        }
    })"""
    found = ready.evaluate(script, [list(TYPED), unit])
    expected = [[word, "Infinity" if value == float("inf") else value] for word, value in map(server, TYPED)]
    assert json.loads(json.dumps(found)) == expected
