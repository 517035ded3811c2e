"""What was written as an RT Dose of EQD2 or BED, as text and as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rtcalc.decimals import fixed, plain
from rtcalc.report.layout import visible

if TYPE_CHECKING:
    from rtcalc.dicom import Note
    from rtcalc.dicom.effect_map import EffectMap


@dataclass(frozen=True, slots=True)
class WrittenMap:
    """A map, the UID and the file it was written to, and the notes that belong to it."""

    made: EffectMap
    uid: str
    file: str
    notes: Sequence[Note] = ()

    def text(self) -> str:
        """Lines for the terminal."""
        made = self.made
        each = " + ".join(f"{one}, {count} fractions" for one, count in zip(made.courses, made.fractions, strict=True))
        highest = " + ".join(fixed(one.maximum, 1) for one in made.sources)
        lines = [
            f"{self.file}: {made.effect} (a/b {plain(made.alpha_beta)}) of {each}",
            *(f"{' and '.join(group)} in the same sessions: added before conversion" for group in made.same_sessions),
            f"highest physical dose {highest} Gy, highest {made.effect} {fixed(self.highest, 1)} Gy",
            f"alpha/beta {plain(made.alpha_beta)} Gy, LQ, for every voxel{' but those below' if made.own else ''}. "
            "DoseType EFFECTIVE: a biological dose, never to be converted again.",
            *(f"  {one.structure}: a/b {plain(one.alpha_beta)} Gy in {one.voxels} voxels" for one in made.own),
            *(f"  {a} and {b} share {count} voxels: those of {a}, named first" for a, b, count in made.overlaps),
            *([f"sum: {made.note}"] if made.note else []),
            "The file names no patient: the reader keeps no identity.",
            *(f"note: {note}" for note in self._notes()),
        ]
        return "\n".join([*map(visible, lines), ""])

    def _notes(self) -> list[Note]:
        """Those of the files, and what was stated of a course, such as of how many fractions a file is."""
        return list(dict.fromkeys([*self.notes, *(note for one in self.made.sources for note in one.notes)]))

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
            "effect": made.effect,
            "courses": [
                {"id": one, "fractions": count, "source_file": dose.source.name, "highest_physical_gray": dose.maximum}
                for one, count, dose in zip(made.courses, made.fractions, made.sources, strict=True)
            ],
            "same_sessions": [list(group) for group in made.same_sessions],
            "alpha_beta_gray": made.alpha_beta,
            "structures": [
                {"id": one.structure, "alpha_beta_gray": one.alpha_beta, "voxels": one.voxels} for one in made.own
            ],
            "overlaps": [{"kept": a, "lost": b, "voxels": count} for a, b, count in made.overlaps],
            "model": "LQ",
            "comment": made.comment,
            "sum_note": made.note,
            f"highest_{made.effect.lower()}_gray": self.highest,
            "notes": [{"id": note.code, "where": note.where, "text": note.text} for note in self._notes()],
        }
