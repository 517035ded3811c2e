"""The distance of the CT slices beside that of the contours: ends, single planes, and what is said."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rtcalc.dicom import Study, read_dicom
from rtcalc.dicom.slices import image_steps, read_slice
from rtcalc.errors import DicomError
from tests.dicom import builder as b

SAMPLE = Path(__file__).resolve().parents[2] / "sample_dicom" / "gist-pararenal"


def image(z: float, series: str = "ct", **changes: Any) -> Any:
    """An axial CT image of nothing."""
    data = b.base(b.CT, b.uid("image", series, z), "CT")
    data.SeriesInstanceUID = b.uid(series)
    data.ImagePositionPatient, data.ImageOrientationPatient = [-20.0, -30.0, z], [1, 0, 0, 0, 1, 0]
    data.SliceThickness, data.PixelSpacing, data.Rows, data.Columns = 3.0, [1.0, 1.0], 2, 2
    data.SamplesPerPixel, data.BitsAllocated, data.PhotometricInterpretation = 1, 16, "MONOCHROME2"
    data.add_new(0x7FE00010, "OW", b"\0" * 40_000)  # more than is read of it
    return b.changed(data, changes)


def study(folder: Path, heights: tuple[float, ...], *images: Any) -> Study:
    """A square of 4 mm at some heights, and images."""
    loops = [b.contour(b.square(z)) for z in heights]
    files = {f"ct{at}": one for at, one in enumerate(images)}
    return read_dicom(b.good(folder, structures=b.structures([(2, "Duodenum", loops)]), **files))


def stack(step: float, series: str = "ct", **changes: Any) -> list[Any]:
    return [image(30.0 + step * number, series, **changes) for number in range(4)]


def volume(made: Study, **stated: float) -> tuple[float, tuple[str, ...]]:
    course = made.course(**stated)
    found = course.computed(course.find("Duodenum"))
    return found.dvh.organ_volume_cc, found.notes


def test_contours_on_every_slice_end_half_a_slice_beyond(tmp_path: Path) -> None:
    """4 x 4 mm over three planes 3 mm apart: 16 x 9 mm3."""
    cc, notes = volume(study(tmp_path, (30.0, 33.0, 36.0), *stack(3.0)))
    assert (cc, notes) == (pytest.approx(0.144), ())


def test_contours_on_every_second_slice_are_said(tmp_path: Path) -> None:
    """Planes 6 mm apart, images 3 mm: 16 x 12 mm3, from 27 to 39 mm; told 3 mm, two planes of 3 mm and a gap."""
    made = study(tmp_path, (30.0, 36.0), *stack(3.0))
    cc, notes = volume(made)
    assert cc == pytest.approx(0.192)
    assert notes == ("contours are 6 mm apart, the CT slices 3 mm; its ends reach half the distance of the contours",)
    cc, notes = volume(made, slice_mm=3.0)
    assert cc == pytest.approx(0.096)
    assert notes == ("no contour between z = 30 and 36 mm; the gap is left empty",)


def test_a_single_plane_is_as_thick_as_the_slices_are_apart(tmp_path: Path) -> None:
    """16 mm2 and slices 2.5 mm apart, whatever SliceThickness (3 mm) says; 3 mm where there is one image only."""
    cc, notes = volume(study(tmp_path / "many", (33.0,), *stack(2.5)))
    assert cc == pytest.approx(0.040)
    assert notes == ("drawn in a single plane; as thick as the distance of the CT slices, 2.5 mm",)
    assert volume(study(tmp_path / "one", (33.0,), image(33.0)))[0] == pytest.approx(0.048)
    assert volume(study(tmp_path / "said", (33.0,), *stack(2.5)), slice_mm=2.0)[0] == pytest.approx(0.032)


def test_a_single_plane_is_refused_where_the_images_do_not_say(tmp_path: Path) -> None:
    both = [*stack(2.5), *stack(1.0, "another series")]
    elsewhere = stack(2.5, FrameOfReferenceUID=b.uid("frame 2"))
    for name, images in (("none", []), ("two series", both), ("another frame", elsewhere)):
        with pytest.raises(DicomError, match="no slice spacing"):
            volume(study(tmp_path / name, (33.0,), *images))
    # On one of two series the contours are as far apart as its slices.
    assert volume(study(tmp_path / "fits", (30.0, 32.5), *both)) == (pytest.approx(0.080), ())


@pytest.mark.parametrize(
    "changes",
    [
        {"ImagePositionPatient": None},
        {"ImageOrientationPatient": [1, 0, 0, 0, 0, -1]},  # coronal
        {"ImagePositionPatient": [0, 0, 1e9]},
        {"FrameOfReferenceUID": None},
        {"SeriesInstanceUID": None},
    ],
)
def test_an_image_that_does_not_say_where_it_lies_is_left_out(tmp_path: Path, changes: dict[str, Any]) -> None:
    assert read_slice(b.encoded(image(30.0))[:16_384]) is not None
    made = study(tmp_path, (30.0, 33.0, 36.0), image(30.0, **changes))
    assert made.images == ()
    assert volume(made)[0] == pytest.approx(0.144)


def test_bytes_that_are_no_image_are_none() -> None:
    good = b.encoded(image(30.0))
    rng = np.random.default_rng(1)
    for cut in rng.integers(0, 700, 40):
        read_slice(good[:cut])  # whatever it says, it raises nothing
    assert read_slice(b"") is None
    assert read_slice(good[:200]) is None


@pytest.mark.parametrize("isolated", [False, True])
def test_the_sample_has_slices_of_3_mm(isolated: bool) -> None:
    made = read_dicom(SAMPLE, isolated=isolated)
    course = made.course("pararenal-1")
    assert len(made.images) == 80
    assert image_steps(made.images, course.chosen.frame) == (3.0,)
    assert not any("CT slices" in note for one in course.structures() for note in course.contours(one).notes)
