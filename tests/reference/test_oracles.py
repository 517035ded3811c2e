"""Worked numbers of the linear-quadratic model from other hands, as they print them.

A published number is met when this library prints the same digits. Rows whose source is a formula with numbers worked
here are marked "derived": they guard the formula, not the transcription.
"""

from dataclasses import dataclass

import pytest

from rtcalc.decimals import compare, fixed
from rtcalc.effects import bed, eqd2, eqdx
from rtcalc.models import lq


@dataclass(frozen=True)
class Row:
    source: str
    place: str
    schedule: str
    alpha_beta: str
    bed: str = ""
    eqd2: str = ""
    physical: str = ""


ROWS = [
    Row("ALTOOS2015", "published, BED at a/b 3", "5 x 10 Gy", "3 Gy", bed="216.67"),
    Row("ALTOOS2015", "published, BED at a/b 3", "20 x 2 Gy", "3 Gy", bed="66.67"),
    Row("ALTOOS2015", "published, BED at a/b 3", "10 x 3 Gy", "3 Gy", bed="60"),
    Row("ALTOOS2015", "published, BED at a/b 3", "5 x 4 Gy", "3 Gy", bed="46.67"),
    Row("CCO_SBRT", "published, BED at a/b 10", "5 x 10 Gy", "10 Gy", bed="100"),
    Row("CCO_SBRT", "published, BED at a/b 10", "8 x 7.5 Gy", "10 Gy", bed="105"),
    Row("DRQTPHAM_AB", "published, prostate", "20 x 3 Gy", "1.5 Gy", bed="180"),
    Row("ANTICA_HANDBOOK", "published, quad shot", "4 x 3.7 Gy", "10 Gy", bed="20.3"),
    Row("ANTICA_HANDBOOK", "published, one fraction", "1 x 3.5 Gy", "10 Gy", bed="4.73"),
    Row("ANTICA_HANDBOOK", "published, one fraction", "1 x 3.5 Gy", "3 Gy", bed="7.58"),
    Row("ATINUKEINYANG", "published, README", "25 x 2 Gy", "10 Gy", "60.00", "50.00", "50"),
    Row("ATINUKEINYANG", "published, README", "3 x 8 Gy", "10 Gy", "43.2", "36.0", "24"),
    Row("ATINUKEINYANG", "published, README", "3 x 8 Gy", "3 Gy", "88.0", "52.8", "24"),
    Row("ATINUKEINYANG", "published, README, two courses", "25 x 2 Gy + 3 x 8 Gy", "3 Gy", "171.33", "102.8", "74"),
    Row("GECESTRO_LQ", "derived, bladder or rectum", "25 x 1.8 Gy + 4 x 5 Gy", "3 Gy", eqd2="75.20"),
    # HYTEC_CORD prints the five limits; the EQD2 is worked by hand, D * (1 + d/2) / 2, and is nearly one isoeffect.
    # The second is exactly 44.625 and prints half up.
    Row("HYTEC_CORD", "limit in 1 fraction, EQD2 derived", "12.4 Gy / 1", "2 Gy", eqd2="44.64"),
    Row("HYTEC_CORD", "limit in 2 fractions, EQD2 derived", "17 Gy / 2", "2 Gy", eqd2="44.63"),
    Row("HYTEC_CORD", "limit in 3 fractions, EQD2 derived", "20.3 Gy / 3", "2 Gy", eqd2="44.49"),
    Row("HYTEC_CORD", "limit in 4 fractions, EQD2 derived", "23 Gy / 4", "2 Gy", eqd2="44.56"),
    Row("HYTEC_CORD", "limit in 5 fractions, EQD2 derived", "25.3 Gy / 5", "2 Gy", eqd2="44.65"),
    # Worked by hand; the second column of each is BED / (1 + 2 / (a/b)).
    Row("by hand", "45 * (1 + 9/10)", "45 Gy / 5", "10 Gy", "85.5", "71.25"),
    Row("by hand", "45 * (1 + 9/3)", "45 Gy / 5", "3 Gy", "180", "108"),
    Row("by hand", "35 * (1 + 2.5/10)", "35 Gy / 14", "10 Gy", "43.75", "36.458333"),
    Row("by hand", "40 * (1 + 10/10)", "40 Gy / 4", "10 Gy", "80", "66.666667"),
    Row("by hand", "32 * (1 + 6.4/3)", "32 Gy / 5", "3 Gy", "100.266667", "60.16"),
    Row("by hand", "37.5 * (1 + 7.5/3)", "37.5 Gy / 5", "3 Gy", "131.25", "78.75"),
    Row("by hand", "30 * (1 + 6/2.6)", "30 Gy / 5", "2.6 Gy", "99.230769", "56.086957"),
    Row("by hand", "28 * 2.1 * (1 + 2.1/3)", "28 x 2.1 Gy", "3 Gy", "99.96", "59.976"),
    Row("by hand", "27 * 1.9 + 20 * 2", "3 x 9 Gy + 2 x 10 Gy", "10 Gy", "91.30", "76.083333"),
    Row("by hand", "27 * 4 + 20 * 13/3", "3 x 9 Gy + 2 x 10 Gy", "3 Gy", "194.67", "116.80"),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.source}: {row.schedule} at {row.alpha_beta}")
def test_the_printed_digits_are_met(row: Row) -> None:
    found = {
        "bed": bed(row.schedule, alpha_beta=row.alpha_beta).gray,
        "eqd2": eqd2(row.schedule, alpha_beta=row.alpha_beta).gray,
        "physical": bed(row.schedule, alpha_beta="1000000000 Gy").gray,  # BED without its quadratic term
    }
    printed = {kind: text for kind in found if (text := getattr(row, kind))}
    assert printed
    assert {kind: fixed(float(found[kind]), decimals_of(text)) for kind, text in printed.items()} == printed


def decimals_of(text: str) -> int:
    return len(text.partition(".")[2])


@pytest.mark.parametrize(
    ("schedule", "alpha_beta"), [("50 Gy / 5", "10 Gy"), ("60 Gy / 30", "3 Gy"), ("15 x 2.5 Gy", "1.5 Gy")]
)
def test_a_schedule_of_exactly_one_hundred_is_exactly_one_hundred(schedule: str, alpha_beta: str) -> None:
    # by hand: 50 * 2, 60 * 5/3, 37.5 * 8/3
    assert compare(float(bed(schedule, alpha_beta=alpha_beta).gray), 100) == 0


def test_withers_isoeffective_total() -> None:
    # WITHERS, the isoeffect formula D2 = D1 * (a/b + d1) / (a/b + d2); numbers by hand: 60 * (3 + 2) / (3 + 3) = 50
    assert fixed(float(eqdx("60 Gy / 30", alpha_beta="3 Gy", per_fraction="3 Gy").gray), 3) == "50.000"


def test_cord_example_with_a_fraction_count_that_is_not_whole() -> None:
    # ANTICA_HANDBOOK, published: 47 Gy at 1.67 Gy per fraction, a/b 2: BED 86.2, EQD2 43.1
    effect = lq.bed(47.0, 47.0 / 1.67, 2.0)  # type: ignore[arg-type]
    assert (fixed(effect, 1), fixed(lq.eqdx(effect, 2.0, 2.0), 1)) == ("86.2", "43.1")


def test_the_rectal_ratio_is_that_of_its_published_alpha_and_beta() -> None:
    """SUWINSKI2007 prints alpha 0.339 /Gy and beta 0.067 /Gy2: 0.339 / 0.067 = 5.06 Gy, the value of the registry."""
    from rtcalc.registry import Registry

    listed = [ratio.gray for tissue in Registry().tissues.values() for ratio in tissue.alpha_beta]
    assert any(fixed(gray, 2) == fixed(0.339 / 0.067, 2) == "5.06" for gray in listed)
