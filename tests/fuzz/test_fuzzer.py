"""The fuzzer itself: the same cases everywhere, all kinds of outcome, and it sees what it is there to see."""

from pathlib import Path

import numpy as np
import pytest

from rtcalc.dicom import study
from rtcalc.errors import DomainError
from tests.fuzz import course, soak
from tests.fuzz.elements import EXPLICIT, file_of, parsed, written


def test_a_tree_is_written_as_it_was_read() -> None:
    for kind, trees in course.GOOD.items():
        for tree in trees:
            body = written(tree, explicit=True)
            assert written(parsed(body), explicit=True) == body
            assert file_of(tree, course.CLASSES[kind], EXPLICIT).endswith(body)


def test_the_same_number_is_the_same_case() -> None:
    one, other, next_one = (course.Case.of(7, number) for number in (11, 11, 13))
    assert one == other
    assert one.files != next_one.files


@pytest.mark.parametrize(
    ("breakage", "words"),
    [
        (lambda *_: (_ for _ in ()).throw(DomainError("not of this package")), "not of this package"),
        (lambda data, *_: 1 / 0, "division by zero"),
    ],
    ids=["another-error-of-ours", "a-bug"],
)
def test_other_errors_than_refusals_are_seen(breakage, words, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    course._warm()
    monkeypatch.setattr(course, "read_object", breakage)
    with pytest.raises((DomainError, ZeroDivisionError), match=words) as seen:
        course.run(tmp_path, 1, 1)
    assert "--seed 1 --case 1" in seen.value.__notes__[0]


def test_numbers_that_differ_when_read_again_are_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    course._warm()
    plain, calls = course._checked, []

    def unsteady(curve):  # type: ignore[no-untyped-def]
        calls.append(1)
        return plain(curve) + len(calls) * 1e-12

    monkeypatch.setattr(course, "_checked", unsteady)
    with pytest.raises(AssertionError, match="differs when read again"):
        course.some_cases(tmp_path, 1, range(40))


def test_an_error_of_our_own_that_a_refusal_hides_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    course._warm()
    monkeypatch.setattr(study, "open_rt", lambda *_: 1 / 0)
    with pytest.raises(AssertionError, match="ZeroDivisionError in "):
        course.run(tmp_path, 1, 1)


def test_a_hang_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    course._warm()
    monkeypatch.setattr(course, "SECONDS", 0.2)

    def hang(*_: object) -> None:
        while True:
            pass

    monkeypatch.setattr(study, "open_rt", hang)
    with pytest.raises(course.Hang):
        course.run(tmp_path, 1, 1)


def test_a_curve_that_is_not_finite_is_seen() -> None:
    class Curve:
        edges_gray, volume_cc, organ_volume_cc, volume_outside_grid_cc = [0.0, np.nan], [1.0], 1.0, 0.0

    with pytest.raises(AssertionError):
        course._checked(Curve())


def test_a_soak_goes_on_where_it_ended(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    state = tmp_path / "soak.json"
    assert soak.main(["--cases", "60", "--block", "30", "--state", str(state), "--workers", "1"]) == 0
    first = soak.loaded(state, course.SEED)
    assert first["done"] == sum(first["outcomes"].values()) == 60
    assert set(first["outcomes"]) >= {"refused", "accepted"}
    assert soak.main(["--cases", "90", "--block", "30", "--state", str(state), "--workers", "1"]) == 0
    assert soak.loaded(state, course.SEED)["done"] == 90
    assert "90 of 90" in capsys.readouterr().out
    assert soak.main(["--case", "3"]) == 0


def test_what_a_soak_finds_is_kept_and_ends_it_badly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    course._warm()
    monkeypatch.setattr(course, "read_object", lambda *_: 1 / 0)
    state = tmp_path / "soak.json"
    assert soak.main(["--cases", "25", "--block", "25", "--state", str(state), "--workers", "1"]) == 1
    kept = soak.loaded(state, course.SEED)
    assert kept["failures"][0]["case"] == 1
    assert "ZeroDivisionError" in kept["failures"][0]["error"]
    assert study.read_object is not course.read_object
    assert soak.main(["--cases", "25", "--state", str(state)]) == 1  # it fails again, and stays
    # Mended, they move to what they come to now, and stay on record.
    monkeypatch.undo()
    assert soak.main(["--cases", "25", "--state", str(state)]) == 0
    after = soak.loaded(state, course.SEED)
    assert (after["failures"], after["mended"]) == ([], kept["failures"])
    assert sum(after["outcomes"].values()) == 25
    assert after["outcomes"].get("failed", 0) == 0
