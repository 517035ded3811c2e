"""Structures: by number, with their contours as they were drawn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from rtcalc.dicom import StructureSet, read_dicom
from tests.dicom import builder as b


def read(folder: Path, data: Any) -> StructureSet:
    return read_dicom(b.write(folder, structures=data) / "structures.dcm").structure_sets[0]


def test_a_good_set(tmp_path: Path) -> None:
    found = read(tmp_path, b.structures())
    assert [(one.label, one.kind, one.interpreted_type, one.is_target) for one in found.structures] == [
        ("PTV #1", "volume", "PTV", True),
        ("Duodenum #2", "volume", "ORGAN", False),
    ]
    assert found.notes == ()
    assert found.frames == (b.FRAME,)
    np.testing.assert_array_equal(found.structures[0].contours, [b.square(z) for z in (30.0, 33.0, 36.0)])
    np.testing.assert_array_equal(found.structures[0].planes, [30.0, 33.0, 36.0])


def test_structures_come_by_rising_number(tmp_path: Path) -> None:
    found = read(tmp_path, b.structures([(9, "A", b.box()), (2, "B", b.box()), (5, "C", None)]))
    assert [one.label for one in found.structures] == ["B #2", "C #5", "A #9"]


def test_a_structure_below_zero_is_found_by_its_number(tmp_path: Path) -> None:
    """A whole number of DICOM may be negative; a label that leads nowhere would be a way out of nothing."""
    found = read(tmp_path, b.structures([(-1, "PTV", b.box()), (2, "Cord", b.box())]))
    assert [one.label for one in found.structures] == ["PTV #-1", "Cord #2"]
    assert found.find("#-1") is found.find(-1) is found.find("PTV")


def test_each_way_to_name_a_structure(tmp_path: Path) -> None:
    found = read(tmp_path, b.structures([(4, "Bowel Small", b.box()), (7, "12", b.box())]))
    for wanted in ("Bowel Small", "bowelsmall", "BOWEL SMALL", 4, "4", "#4", "Bowel Small #4"):
        assert found.find(wanted).number == 4
    # A name that looks like a number is still a name where no structure has that number.
    assert found.find("12").number == 7


def test_contours_of_several_kinds_in_one_structure(tmp_path: Path) -> None:
    contours = [b.contour(b.square(30.0)), b.contour([(0, 0, 33)], "POINT"), b.contour([(0, 0, 36), (1, 0, 36)])]
    one = read(tmp_path, b.structures([(1, "Mixed", contours)])).structures[0]
    assert (len(one.contours), len(one.points), one.kind) == (1, 2, "volume")
    assert [note.code for note in one.notes] == ["degenerate-contour", "single-plane"]


def test_a_contour_may_leave_its_plane_by_rounding(tmp_path: Path) -> None:
    ring = b.square(30.0)
    ring[0, 2] += 0.04
    assert read(tmp_path, b.structures([(1, "A", [b.contour(ring)])])).structures[0].kind == "volume"


def test_contours_without_a_count_are_read(tmp_path: Path) -> None:
    contours = [b.contour(b.square(30.0), NumberOfContourPoints=None)]
    assert read(tmp_path, b.structures([(1, "A", contours)])).structures[0].kind == "volume"


def test_an_observation_that_contradicts_itself_says_nothing(tmp_path: Path) -> None:
    data = b.structures([(1, "A", b.box()), (2, "B", b.box())])
    data.RTROIObservationsSequence[1].ReferencedROINumber = 1
    data.RTROIObservationsSequence[1].RTROIInterpretedType = "PTV"
    assert [one.interpreted_type for one in read(tmp_path, data).structures] == ["", ""]
