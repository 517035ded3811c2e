"""Radiotherapy dose/fractionation planning: BED and EQD2, cited schedules, organ limits, drug warnings.

Public names are loaded when first used, so that a short command does not pay for a long one.

Examples
--------
>>> import rtcalc as rt
>>> rt.bed("45 Gy / 5", alpha_beta="10 Gy")
<BED 85.5 Gy (a/b 10 Gy, LQ)>
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rtcalc import report as report
    from rtcalc.assessment import Assessment as Assessment
    from rtcalc.assessment import assess as assess
    from rtcalc.case import Case as Case
    from rtcalc.casefile import load_case as load_case
    from rtcalc.casefile import parse_case as parse_case
    from rtcalc.composition import effect as effect
    from rtcalc.composition import protraction_range as protraction_range
    from rtcalc.conditions import Particles as Particles
    from rtcalc.conditions import Repair as Repair
    from rtcalc.conditions import Repopulation as Repopulation
    from rtcalc.dicom import read_dicom as read_dicom
    from rtcalc.doses import BED as BED
    from rtcalc.doses import EQD2 as EQD2
    from rtcalc.doses import PhysicalDose as PhysicalDose
    from rtcalc.dvh import Dvh as Dvh
    from rtcalc.dvh_text import read_dvh_text as read_dvh_text
    from rtcalc.effects import bed as bed
    from rtcalc.effects import break_even_alpha_beta as break_even_alpha_beta
    from rtcalc.effects import eqd2 as eqd2
    from rtcalc.effects import eqdx as eqdx
    from rtcalc.fraction_models import LQL as LQL
    from rtcalc.fraction_models import USC as USC
    from rtcalc.isoeffect import solve_fractions as solve_fractions
    from rtcalc.isoeffect import solve_per_fraction as solve_per_fraction
    from rtcalc.isoeffect import solve_total as solve_total
    from rtcalc.registry import Registry as Registry
    from rtcalc.schedules import Schedule as Schedule

__version__ = "0.1.0"

_HOME = {
    "Assessment": "assessment",
    "assess": "assessment",
    "Case": "case",
    "load_case": "casefile",
    "parse_case": "casefile",
    "BED": "doses",
    "EQD2": "doses",
    "PhysicalDose": "doses",
    "Dvh": "dvh",
    "read_dicom": "dicom",
    "read_dvh_text": "dvh_text",
    "effect": "composition",
    "protraction_range": "composition",
    "Particles": "conditions",
    "Repair": "conditions",
    "Repopulation": "conditions",
    "LQL": "fraction_models",
    "USC": "fraction_models",
    "bed": "effects",
    "break_even_alpha_beta": "effects",
    "eqd2": "effects",
    "eqdx": "effects",
    "solve_fractions": "isoeffect",
    "solve_per_fraction": "isoeffect",
    "solve_total": "isoeffect",
    "Registry": "registry",
    "Schedule": "schedules",
    "report": "report",
}
__all__ = ["__version__", *_HOME]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'rtcalc' has no attribute {name!r}")
    module = import_module(f"rtcalc.{_HOME[name]}")
    return module if name == "report" else getattr(module, name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
