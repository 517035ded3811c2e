"""The page's own formulas and the words at its fields against Python's: not one character may differ."""

from __future__ import annotations

import random

import pytest

from rtcalc.registry import Registry
from rtcalc_app.display import Display
from rtcalc_app.services.calculator.address import opened
from rtcalc_app.services.calculator.form import Form, ScheduleForm
from rtcalc_app.services.calculator.reading import read
from rtcalc_app.services.calculator.rows import row
from rtcalc_app.services.calculator.tissues import table

SCHEDULES = 30_000
ROWS = """(cases) => cases.map(([form, typed, tumour, late, unit, comma, other]) => {
    const show = rtcalc.rows.display(unit, comma);
    const reference = other ? rtcalc.reading.read(other, "Gy").schedule : null;
    return rtcalc.rows.row(rtcalc.reading.read(form, typed), tumour, late, show, reference);
})"""
READINGS = """(cases) => cases.map(([form, unit]) => {
    const { schedule, derived, isodose, problems, offers } = rtcalc.reading.read(form, unit);
    return { schedule: schedule && [schedule.total, schedule.fractions], derived, isodose, problems, offers };
})"""


@pytest.fixture
def ready(page, live_url):
    page.goto(live_url)
    page.wait_for_function("() => window.rtcalc && rtcalc.rows && rtcalc.reading && rtcalc.decimals && rtcalc.fields")
    return page


def _digits(draw: random.Random, highest: float) -> str:
    places = draw.choice((0, 0, 0, 1, 2, 3))
    return f"{draw.uniform(0.5, highest):.{places}f}"


def _form(draw: random.Random) -> dict[str, str]:
    count = draw.randrange(1, 61)
    form = {"total": "", "fractions": str(count), "each": "", "isodose": draw.choice(("100", "80", "62.5", "unknown"))}
    if draw.random() < 0.6:
        form["total"] = _digits(draw, 110.0)
    else:
        form["each"] = _digits(draw, 24.0)
    return form


def _expected(case: list[object]) -> dict[str, str]:
    form, typed, tumour, late, unit, comma, other = case
    reference = read(ScheduleForm(**other), "Gy").schedule if other else None
    display = Display(unit, comma)
    return row(read(ScheduleForm(**form), typed), tumour, late, display, reference).to_dict()


def test_every_number_of_the_table_is_the_same_in_page_and_library(ready):
    draw = random.Random(20261121)
    ratios = (1.0, 1.4, 1.5, 2.0, 2.5, 2.6, 2.88, 3.0, 3.9, 6.9, 10.0, 10.5, 14.9, 20.0)
    exact = [("60", "30", 3.0), ("50", "5", 10.0), ("58.8", "28", 3.0), ("45", "5", 10.0), ("100", "5", 10.0)]
    cases = [
        [{"total": total, "fractions": n, "each": "", "isodose": "80"}, "Gy", ratio, 3.0, unit, comma, None]
        for total, n, ratio in exact
        for unit in ("Gy", "cGy")
        for comma in (False, True)
    ]
    while len(cases) < SCHEDULES:
        typed = draw.choice(("Gy", "Gy", "Gy", "cGy"))
        reference = _form(draw) if draw.random() < 0.5 else None
        display = draw.choice(("Gy", "cGy"))
        comma = draw.random() < 0.3
        cases.append([_form(draw), typed, draw.choice(ratios), draw.choice(ratios), display, comma, reference])
    shown = [text for at in range(0, len(cases), 5000) for text in ready.evaluate(ROWS, cases[at : at + 5000])]
    different = [(case, a, b) for case, a, b in zip(cases, shown, map(_expected, cases), strict=True) if a != b]
    assert not different, different[:3]
    assert sum(text["reached"] == "reached exactly" for text in shown) >= 8


TYPED = (
    "", " ", "0", "-5", "2.5", "1e9", "5", "5.0", "９", "45", "45,0", "1.234,5", "1,234.5", "200", "201", "nan", "inf",
    "1e308", "-2", "9 Gy", "900 cGy", "9 Sv", "=cmd()", "😀", "0.0001", "9", "9.00", "10000.1", "x" * 50,
)  # fmt: skip
ISODOSES = ("100", "80 %", "0", "9.9", "101", "unknown", " Unknown ", "?", "", "0,8", "abc", "99.5")


def test_what_is_typed_gets_the_same_words_in_page_and_server(ready):
    draw = random.Random(7)
    forms = [{"total": a, "fractions": "", "each": "", "isodose": "100"} for a in TYPED]
    forms += [{"total": "", "fractions": a, "each": "9", "isodose": "100"} for a in TYPED]
    forms += [{"total": "45", "fractions": "", "each": a, "isodose": "100"} for a in TYPED]
    forms += [{"total": "45", "fractions": "5", "each": "", "isodose": a} for a in ISODOSES]
    forms += [
        {
            "total": draw.choice(TYPED),
            "fractions": draw.choice(TYPED),
            "each": draw.choice(TYPED),
            "isodose": draw.choice(ISODOSES),
        }
        for _ in range(4000)
    ]
    forms += [
        {"total": _digits(draw, 80), "fractions": "", "each": _digits(draw, 9), "isodose": "100"} for _ in range(2000)
    ]
    cases = [[form, unit] for form in forms for unit in ("Gy", "cGy")]
    shown = ready.evaluate(READINGS, cases)
    for (form, unit), found in zip(cases, shown, strict=True):
        expected = read(ScheduleForm(**form), unit)
        schedule = expected.schedule
        assert found["schedule"] == (schedule and [schedule.phases[0].gray, schedule.fractions]), form
        assert (found["derived"], found["isodose"]) == (expected.derived, expected.isodose), form
        assert found["problems"] == expected.problems, form
        assert [(one["words"], one["fields"]) for one in found["offers"]] == [
            (offer.words, offer.fields) for offer in expected.offers
        ], form


ADDRESSES = """([queries, first, tissues]) => queries.map((query) => {
    // As the browser has it in the address, and sends it.
    const { search } = new URL(query ? `http://x/?${query}` : "http://x/");
    const { form, left } = search ? rtcalc.address.read(search, first, tissues) : { form: first, left: [] };
    return [search.slice(1), form, left];
})"""
PARTS = (
    "45/5", "5x8", "50/x10", "45/5x9", "45/5x8", "54/3@80", "54/3@unknown", "54/3@", "54/3@0", "54/3@12.5",
    "5", "", "x", "/", "1e3/5", "100000/5", "99999.1/9", "0/5", "45/0", "45/201", "٤/5", "45/5 ", "+45/5",
    "%34%35/5", "%zz", "%00", "%ff%fe", "60/37", "58.8/28", "50/x9", "<b>", "'\"", "😀" * 50, "a" * 41, "{%scripts%}",
)  # fmt: skip
TISSUES = (
    "own",
    "prostate",
    "rcc",
    "duodenum",
    "nowhere",
    "",
    "toString",
    "__proto__",
    "%70rostate",
    "Prostate",
    "x" * 60,
)
RATIOS = (
    "10",
    "3",
    "2.88",
    "2,6",
    "2%2C6",
    "",
    "0",
    "-1",
    "1e999",
    "0.0000001",
    "3 Gy",
    "300 cGy",
    "1001",
    "９",
    "%39",
    "a+b",
)


def test_an_address_is_read_the_same_in_page_and_server(ready):
    draw = random.Random(11)

    def pair() -> str:
        key = draw.choice(("s", "s", "s", "tt", "abt", "tl", "abl", "v", "n", "", "S", "%73", "😀"))
        values = {"s": lambda: ",".join(draw.choices(PARTS, k=draw.randrange(1, 9))), "v": lambda: draw.choice("1129")}
        values |= {name: lambda: draw.choice(TISSUES) for name in ("tt", "tl")}
        values |= {name: lambda: draw.choice(RATIOS) for name in ("abt", "abl")}
        return key + draw.choice(("=", "=", "=", "=", "", "==")) + values.get(key, lambda: draw.choice(PARTS))()

    queries = ["", "=", "&", "v=1", "s=45/5", "v=1&s=" + "54/3," * 1000, "v=1&s=" + "5x8," * 498 + "5x8", "v=1;s=5x8"]
    queries += ["&".join(pair() for _ in range(draw.randrange(1, 9))) for _ in range(1500)]
    queries += ["v=1&" + "&".join(pair() for _ in range(draw.randrange(1, 9))) for _ in range(1500)]
    registry = Registry()
    found = ready.evaluate(ADDRESSES, [queries, Form().to_dict(), table(registry)])
    for sent, form, left in found:
        expected = opened(sent, registry)
        assert (form, left) == (expected.form.to_dict(), list(expected.left)), sent
    assert sum(form["schedules"] != Form().to_dict()["schedules"] for _, form, _ in found) > 500
