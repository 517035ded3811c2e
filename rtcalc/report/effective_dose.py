"""What was written as an RT Dose of EQD2, as text and as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rtcalc.decimals import fixed, plain
from rtcalc.report.layout import visible

if TYPE_CHECKING:
    from rtcalc.dicom import Note
    from rtcalc.dicom.write import Eqd2Map


@dataclass(frozen=True, slots=True)
class WrittenMap:
    """A map, the UID and the file it was written to, and the notes that belong to it."""

    made: Eqd2Map
    uid: str
    file: str
    notes: Sequence[Note] = ()

    def text(self) -> str:
        """Lines for the terminal."""
        made = self.made
        lines = [
            f"{self.file}: EQD2 (a/b {plain(made.alpha_beta)}) of {made.course}, {made.fractions} fractions",
            f"highest physical dose {fixed(made.dose.maximum, 1)} Gy, highest EQD2 {fixed(self.highest, 1)} Gy",
            "One alpha/beta for every voxel, LQ. DoseType EFFECTIVE: a biological dose, never to be converted again.",
            "The file names no patient: the reader keeps no identity.",
            *(f"note: {note}" for note in self.notes),
        ]
        return "\n".join([*map(visible, lines), ""])

    @property
    def highest(self) -> float:
        """Of all voxels. [Gy]"""
        return float(self.made.values.max())

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready data."""
        made = self.made
        return {
            "file": self.file,
            "sop_instance_uid": self.uid,
            "course": made.course,
            "source_file": made.dose.source.name,
            "fractions": made.fractions,
            "alpha_beta_gray": made.alpha_beta,
            "model": "LQ",
            "comment": made.comment,
            "highest_physical_gray": made.dose.maximum,
            "highest_eqd2_gray": self.highest,
            "notes": [{"id": note.code, "where": note.where, "text": note.text} for note in self.notes],
        }
