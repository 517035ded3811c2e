"""Whether a patient belongs to the population that a limit was published for.

Three answers: yes, no, and not known. A row whose population cannot be told from the case is never answered; a row
for other patients does not apply.
"""

from __future__ import annotations

import re

from rtcalc.case import Patient

_REMOVED = re.compile(r"hepatectomy|(?:liver|hepatic) (?:resection|lobectomy|segmentectomy)", re.IGNORECASE)
_DENIED = re.compile(r"\b(?:no|not|without|never|planned)\b", re.IGNORECASE)


def holds(population: str, patient: Patient) -> bool | None:
    """Whether a patient is of a population.

    Parameters
    ----------
    population : str
        As a row of a limit set names it. ``female``, ``male``, ``solitary kidney`` and ``after hepatectomy`` are read
        from the patient's facts.
    patient : Patient

    Returns
    -------
    bool or None
        None: the facts do not tell, or no fact of a case answers for this population.

    Notes
    -----
    An operation that is not listed was not necessarily not done, so surgery answers yes or nothing. An entry such as
    "no hepatectomy" or "hepatectomy planned" does not say yes.

    Examples
    --------
    >>> holds("female", Patient(sex="female")), holds("female", Patient(sex="male")), holds("female", Patient())
    (True, False, None)
    >>> holds("head-and-neck re-irradiation", Patient(sex="female")) is None
    True
    """
    if population in ("female", "male"):
        return None if patient.sex is None else patient.sex == population
    if population == "solitary kidney":
        return None if patient.kidneys is None else patient.kidneys == 1
    if population == "after hepatectomy":
        return True if any(_REMOVED.search(what) and not _DENIED.search(what) for what, _ in patient.surgery) else None
    return None
