"""Three invented patients: organs as simple solids, doses as formulas. Nobody's anatomy, nobody's plan. [mm], [Gy]

x to the patient's left, y to the back, z to the head; lengths and doses are chosen so that limits are met narrowly,
crossed, or depend on which set of limits is asked.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

Point = tuple[float, float, float]


@dataclass(frozen=True)
class Ellipsoid:
    """An ellipsoid; with `reach` a tube of that half-length along z instead, with straight walls."""

    centre: Point
    semi: Point
    reach: float = 0.0

    def loop(self, z: float, step: float = 2.5) -> np.ndarray | None:
        """Its outline at a height, as (x, y), or None."""
        away = (z - self.centre[2]) / self.semi[2]
        share = float(abs(z - self.centre[2]) <= self.reach) if self.reach else 1.0 - away * away
        a, b = self.semi[0] * max(share, 0.0) ** 0.5, self.semi[1] * max(share, 0.0) ** 0.5
        if min(a, b) < 1.5:
            return None
        corners = max(20, round(2.0 * np.pi * max(a, b) / step))
        angle = 2.0 * np.pi * np.arange(corners) / corners
        outline = (self.centre[0] + a * np.cos(angle), self.centre[1] + b * np.sin(angle))
        return np.round(np.column_stack(outline), 2)

    def scaled(self, x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
        """1 on the surface, less inside, more outside."""
        parts = zip((x, y, z), self.centre, self.semi, strict=True)
        if self.reach:
            inside = np.abs(z - self.centre[2]) <= self.reach
            return np.where(
                inside, np.hypot((x - self.centre[0]) / self.semi[0], (y - self.centre[1]) / self.semi[1]), 9
            )
        return np.sqrt(sum(((at - middle) / half) ** 2 for at, middle, half in parts))


def tube(x: float, y: float, a: float, b: float, low: float, high: float) -> Ellipsoid:
    """Return a straight elliptic tube along z."""
    return Ellipsoid((x, y, (low + high) / 2.0), (a, b, 1.0), (high - low) / 2.0)


@dataclass(frozen=True)
class Roi:
    """A structure: what it is made of, and what is taken out (drawn as inner contours)."""

    name: str
    kind: str
    solids: tuple[Ellipsoid, ...]
    holes: tuple[Ellipsoid, ...] = ()
    metrics: tuple[str, ...] = ()


@dataclass(frozen=True)
class Frame:
    """A frame of reference of its own: where a point of the patient's first frame lies in it."""

    shift: Point
    degrees: float

    def matrix(self) -> np.ndarray:
        """Homogeneous; a turn about z, so that axial contours stay axial, then the shift."""
        cos, sin = np.cos(np.radians(self.degrees)), np.sin(np.radians(self.degrees))
        return np.array(
            [[cos, -sin, 0, self.shift[0]], [sin, cos, 0, self.shift[1]], [0, 0, 1, self.shift[2]], [0, 0, 0, 1]]
        )


@dataclass(frozen=True)
class Course:
    """A plan: the dose is the prescription on the surface of the target, the maximum in its middle."""

    id: str
    label: str
    prescription: float
    fractions: int
    isodose: float
    days: tuple[str, ...]
    target: Ellipsoid
    falloff: float
    frame: Frame | None = None

    def dose(self, x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
        """Falls off with the distance from the target along the ray from its middle."""
        rho = np.maximum(self.target.scaled(x, y, z), 1e-6)
        radius = np.sqrt(sum((at - c) ** 2 for at, c in zip((x, y, z), self.target.centre, strict=True)))
        away = np.maximum(radius * (1.0 - 1.0 / rho), 0.0)
        outside = 0.80 * np.exp(-away / self.falloff) + 0.16 * np.exp(-away / 30.0) + 0.04 * np.exp(-away / 100.0)
        hill = (100.0 / self.isodose - 1.0) * np.maximum(1.0 - rho**1.5, 0.0)
        return self.prescription * (outside + hill)


@dataclass(frozen=True)
class Patient:
    """A case: folder, structures, courses, and what its case file says besides the numbers."""

    folder: str
    title: str
    disease: str
    target: str
    site: str
    region: str
    tissue: str
    body: Ellipsoid
    rois: tuple[Roi, ...]
    courses: tuple[Course, ...]
    technique: str
    low: float
    high: float
    dose_box: tuple[float, float, float, float]
    level: str = ""
    drugs: tuple[str, ...] = ()
    air: tuple[Ellipsoid, ...] = ()
    bone: tuple[Ellipsoid, ...] = ()
    sets: tuple[str, ...] = field(default=("TG101",))


NEAR_MAX = ("Dmax", "D0.035cc")

_GTV = Ellipsoid((-58.0, 24.0, 0.0), (17.0, 16.0, 17.0))
_PTV = Ellipsoid((-58.0, 24.0, 0.0), (20.0, 19.0, 20.0))
PARARENAL = Patient(
    folder="gist-pararenal",
    title="GIST, right pararenal metastasis, CyberKnife 45 Gy / 5 and 60 days later 40 Gy / 4",
    disease="GIST, metastatic",
    target="pararenal",
    site="right pararenal metastasis below the diaphragm",
    region="abdomen",
    tissue="gist",
    body=tube(0, 0, 165, 108, -60, 60),
    rois=(
        Roi("GTV", "GTV", (_GTV,)),
        Roi("PTV", "PTV", (_PTV,)),
        Roi("Kidney_R", "ORGAN", (Ellipsoid((-66.0, 68.0, -14.0), (26.0, 20.0, 44.0)),), metrics=("Dmean", *NEAR_MAX)),
        Roi("Kidney_L", "ORGAN", (Ellipsoid((70.0, 62.0, -4.0), (26.0, 21.0, 46.0)),), metrics=("Dmean",)),
        Roi("Duodenum", "ORGAN", (tube(-22, 8, 13, 12, -36, 24),), metrics=(*NEAR_MAX, "D5cc", "D10cc")),
        Roi("Jejunum_Ileum", "ORGAN", (tube(-46, -18, 22, 16, -58, -8), tube(35, -20, 38, 26, -58, 2)),
            metrics=(*NEAR_MAX, "D5cc")),
        Roi("Liver", "ORGAN", (Ellipsoid((-62.0, -34.0, 48.0), (80.0, 58.0, 58.0)),), metrics=("Dmean", "CV21Gy")),
        Roi("SpinalCord", "ORGAN", (tube(0, 64, 6, 5, -60, 60),), metrics=(*NEAR_MAX, "D0.35cc", "D1.2cc")),
        Roi("Stomach", "ORGAN", (Ellipsoid((52.0, -38.0, 36.0), (38.0, 30.0, 34.0)),), metrics=(*NEAR_MAX, "D10cc")),
    ),
    courses=(
        Course("pararenal-1", "PARARENAL 1", 45.0, 5, 80.0,
               ("2026-01-12", "2026-01-14", "2026-01-16", "2026-01-19", "2026-01-21"), _PTV, 9.0),
        Course("pararenal-2", "PARARENAL 2", 40.0, 4, 80.0,
               ("2026-03-22", "2026-03-24", "2026-03-26", "2026-03-28"),
               Ellipsoid((-58.5, 24.5, 0.5), (20.0, 19.0, 20.0)), 8.0,
               Frame(shift=(6.0, -4.0, 9.0), degrees=2.0)),
    ),
    technique="cyberknife",
    low=-60.0, high=60.0, dose_box=(-146.0, 106.0, -96.0, 100.0),
    drugs=(
        "  - drug: imatinib",
        "    periods:",
        "      - {dose: 800 mg/day, first: {before: pararenal-1}, last: not stated}",
        "    during: {pararenal-1: off, pararenal-2: off}",
    ),
    bone=(tube(0, 44, 20, 15, -60, 60),),
)  # fmt: skip

_T8 = Ellipsoid((0.0, 30.0, 0.0), (21.0, 16.0, 15.0))
_LUNG_R, _LUNG_L = Ellipsoid((-82.0, 0.0, 0.0), (52.0, 72.0, 95.0)), Ellipsoid((82.0, 4.0, 0.0), (48.0, 68.0, 95.0))
BONE = Patient(
    folder="rcc-bone-t8",
    title="Renal cell carcinoma, bone metastasis T8 near the cord, 37.5 Gy / 5",
    disease="renal cell carcinoma, metastatic",
    target="t8",
    site="vertebral body T8",
    region="spine",
    level="T8",
    tissue="rcc",
    body=tube(0, 0, 160, 105, -45, 45),
    rois=(
        Roi("GTV", "GTV", (Ellipsoid((0.0, 29.0, 0.0), (16.0, 12.0, 12.0)),)),
        Roi("PTV", "PTV", (_T8,)),
        Roi("SpinalCord", "ORGAN", (tube(0, 53, 6, 4.5, -45, 45),), metrics=(*NEAR_MAX, "D0.35cc", "D1.2cc")),
        Roi("Esophagus", "ORGAN", (tube(6, -4, 9, 7, -45, 45),), metrics=(*NEAR_MAX, "D5cc")),
        Roi("Heart", "ORGAN", (Ellipsoid((22.0, -48.0, -30.0), (44.0, 36.0, 40.0)),), metrics=(*NEAR_MAX, "D15cc")),
        Roi("Lungs", "ORGAN", (_LUNG_R, _LUNG_L), metrics=("Dmean", "V20Gy", "CV12.5Gy", "CV13.5Gy")),
    ),
    courses=(
        Course("t8", "T8", 37.5, 5, 80.0,
               ("2026-03-16", "2026-03-18", "2026-03-20", "2026-03-23", "2026-03-25"), _T8, 5.0),
    ),
    technique="vmat",
    low=-45.0, high=45.0, dose_box=(-138.0, 136.0, -90.0, 92.0),
    drugs=(
        "  - drug: pazopanib",
        "    periods:",
        "      - {dose: 800 mg/day, first: not stated, last: 2026-03-12}",
    ),
    air=(_LUNG_R, _LUNG_L), bone=(Ellipsoid((0.0, 30.0, 0.0), (20.0, 16.0, 45.0)),),
    sets=("TG101", "TIMMERMAN2022", "HYTEC"),
)  # fmt: skip

_TUMOUR = Ellipsoid((-40.0, 6.0, 0.0), (13.0, 13.0, 13.0))
_CENTRAL = Ellipsoid((-40.0, 6.0, 0.0), (18.0, 18.0, 18.0))
_RIGHT, _LEFT = Ellipsoid((-80.0, 0.0, 6.0), (56.0, 74.0, 110.0)), Ellipsoid((84.0, 4.0, 6.0), (50.0, 70.0, 108.0))
LUNG = Patient(
    folder="lung-central",
    title="Central lung lesion beside the right main bronchus, 50 Gy / 5",
    disease="renal cell carcinoma, metastatic",
    target="lung",
    site="central lung metastasis beside the right main bronchus",
    region="thorax",
    tissue="rcc",
    body=tube(0, 0, 165, 108, -54, 54),
    rois=(
        Roi("GTV", "GTV", (_TUMOUR,)),
        Roi("PTV", "PTV", (_CENTRAL,)),
        Roi("Esophagus", "ORGAN", (tube(-4, 34, 9, 7, -54, 54),), metrics=(*NEAR_MAX, "D5cc")),
        Roi("Bronchus_Main", "ORGAN", (Ellipsoid((-14.0, 8.0, 6.0), (13.0, 7.0, 12.0)), tube(14, 12, 6, 6, -12, 14)),
            metrics=(*NEAR_MAX, "D4cc")),
        Roi("Trachea", "ORGAN", (tube(0, 8, 8, 8, 22, 54),), metrics=(*NEAR_MAX, "D4cc")),
        Roi("Heart", "ORGAN", (Ellipsoid((20.0, -46.0, -44.0), (46.0, 38.0, 42.0)),), metrics=(*NEAR_MAX, "D15cc")),
        Roi("SpinalCord", "ORGAN", (tube(0, 70, 6, 5, -54, 54),), metrics=(*NEAR_MAX, "D0.35cc", "D1.2cc")),
        Roi("Lungs-GTV", "ORGAN", (_RIGHT, _LEFT), holes=(_TUMOUR,),
            metrics=("Dmean", "V20Gy", "CV12.5Gy", "CV13.5Gy")),
    ),
    courses=(
        Course("lung", "LUNG", 50.0, 5, 80.0,
               ("2026-05-04", "2026-05-06", "2026-05-08", "2026-05-11", "2026-05-13"), _CENTRAL, 8.0),
    ),
    technique="vmat",
    low=-54.0, high=54.0, dose_box=(-140.0, 138.0, -90.0, 90.0),
    drugs=(
        "  - drug: pazopanib",
        "    periods:",
        "      - {dose: 800 mg/day, first: 2026-01-05, last: still taken}",
    ),
    air=(_RIGHT, _LEFT), bone=(tube(0, 66, 22, 20, -54, 54),),
)  # fmt: skip

PATIENTS = (PARARENAL, BONE, LUNG)
