"""Doses of single beams: left out beside their plan's own dose, added where all of them are there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from rtcalc.dicom.dose import DoseGrid
from rtcalc.dicom.plan import Plan
from rtcalc.dicom.wording import Note


def whole_doses(plans: Sequence[Plan], doses: Sequence[DoseGrid]) -> list[DoseGrid]:
    """The doses to compute from: where a plan's own dose is there its beams are left out, else they are added."""
    out: list[DoseGrid] = []
    done: set[tuple[str, ...]] = set()
    for dose in doses:
        beams = [other for other in doses if other.summation == "BEAM" and other.plan_uids == dose.plan_uids]
        if dose.summation == "BEAM" and dose.plan_uids:
            whole = any(other.summation == "PLAN" and other.plan_uids == dose.plan_uids for other in doses)
            if not whole and dose.plan_uids not in done:
                plan = next((plan for plan in plans if (plan.source.uid,) == dose.plan_uids), None)
                out.append(_added(beams, plan))
            done.add(dose.plan_uids)
        elif dose.summation == "PLAN" and beams and dose.plan_uids:
            text = f"the doses of {len(beams)} beams of the same plan are in this one and were left out"
            out.append(replace(dose, notes=(*dose.notes, Note("beams-left-out", dose.source.name, text))))
        else:
            out.append(dose)
    return out


def _added(beams: list[DoseGrid], plan: Plan | None) -> DoseGrid:
    """The sum of all beams of a plan, or the first of them as it is where they do not make the plan."""
    first = beams[0]
    problem = _why_not_added(beams, plan)
    if problem:
        return replace(first, notes=(*first.notes, Note("beams-incomplete", first.source.name, problem)))
    total = np.zeros(first.values.shape, np.float64)
    for beam in beams:
        total += beam.values
    values = total.astype(np.float32)
    values.setflags(write=False)
    names = ", ".join(beam.source.name for beam in beams)
    note = Note(
        "beams-added", first.source.name, f"the doses of all {len(beams)} beams of the plan were added: {names}"
    )
    numbers = tuple(sorted(number for beam in beams for number in beam.beams))
    notes = tuple(dict.fromkeys(note for beam in beams for note in beam.notes))
    return replace(first, values=values, summation="PLAN", beams=numbers, notes=(*notes, note), stored_dvhs=())


def _why_not_added(beams: list[DoseGrid], plan: Plan | None) -> str:
    if plan is None:
        return "the plan of these beams is not among the files, so that nobody knows whether all are there"
    given = [number for beam in beams for number in beam.beams]
    missing = sorted(plan.treatment_beams - set(given))
    if missing:
        return f"the dose of beam {', '.join(map(str, missing))} is not among the files"
    if len(given) != len(set(given)) or set(given) - plan.treatment_beams or not given:
        return "the files do not hold each beam of the plan once"
    if any(beam.units != "GY" or beam.kind != "PHYSICAL" for beam in beams):
        return "not all of them are physical doses in gray"
    if not all(first_grid.same_grid(beams[0]) for first_grid in beams):
        return "the beams lie on different grids"
    return ""
