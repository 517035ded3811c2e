"""What each rule of the assessment looks at, in words: what `explain` prints for a finding."""

from __future__ import annotations

from types import MappingProxyType

RULES = MappingProxyType(
    {
        "bed-100": (
            "BED of every dose point at every alpha/beta of the tissue, held against 100 Gy on the ten digits "
            "that are printed. The break-even alpha/beta is D d / (100 - D), for phases sum(D_i d_i) / (100 - sum "
            "D_i), rounded down. A sum of courses is an upper bound and is never held against 100. The mark comes "
            "from early lung cancer at alpha/beta 10 Gy."
        ),
        "organ-limit": (
            "Every active row of the case's limit sets for an organ with a dose or named near a target: the "
            "printed row of this fraction number first, else both neighbouring rows converted by EQD2 and kept "
            "between their printed values. One metric is used for another where it implies it, and the dose of a "
            "structure for one inside or around it. near: met at "
            "95-100 % of the limit. stop: a two-source row at its own fraction number, exceeded and passed by no "
            "other active set."
        ),
        "limit-over-prescription": (
            "Near-maximum limit divided by the prescribed dose: where an organ without a dose must not be. Per "
            "cent of the prescription, never of the maximum; a screen, not an allowance."
        ),
        "cumulative-dose": (
            "EQD2 of several courses on one organ without a common frame of reference: bounds. D_v of the sum "
            "lies between the larger D_v and min(Dmax1 + D_v2, D_v1 + Dmax2); the EQD2 of a mean is a lower "
            "bound. Where every course has a curve, the curves bound the sum more closely. No recovery is credited; "
            "one that the user typed with a reference is a column beside, which decides nothing. Where two courses "
            "may share days, no upper bound is given."
        ),
        "same-sessions": (
            "Courses given in the same sessions: physical dose adds within each fraction and is converted afterwards. "
            "Limits are held against the bounds of the sum: exceeded where its lower end is, met where its upper "
            "end is, else undetermined."
        ),
        "reirradiation-without-dose": (
            "Two courses on one target, on different days, where an organ that either names has no dose in both."
        ),
        "overlapping-without-dose": (
            "Two courses that ran at the same time on one target, where an organ that either names has no dose in "
            "both. Their days may be shared, and then doses add before they are converted."
        ),
        "organ-doses-as-delivered": (
            "A course of which fewer or more fractions were given than planned: its organ doses are held against "
            "limits at the number of fractions given."
        ),
        "precedent": "The courses of one lesion repeat a published course of events.",
        "drug-at-fractions": (
            "State of a drug on the day of each fraction: on, washing out (per cent left after whole days since "
            "the last dose day, longest published half-life), off after 5 half-lives, or unknown. "
            "Pharmacokinetics, not advice."
        ),
        "drug-held": ("A drug stopped for the sessions without dates: what a stop of days leaves by its half-life."),
        "single-transcription": (
            "Rows of the case's limit sets that were read in one transcription only: answered beside the others, never "
            "counted, never deciding."
        ),
        "no-drug-rule": (
            "A known drug on which no rule may be used: what it adds to the risk is unknown, not nothing."
        ),
        "unknown-drug": (
            "A drug of which the case says that the registry has no entry: no rule and no half-life, so what "
            "it adds is unknown, not nothing, and it is treated as on board."
        ),
        "isodose-not-stated": (
            "The prescription isodose or the maximum is missing, so the dose in the target is known at the "
            "prescription only."
        ),
        "plausibility": (
            "A physical dose, in total or per fraction, beyond ordinary schedules: most often a slip of unit or count."
        ),
        "no-limit-for-organ": (
            "An organ has a dose, and no active row of the requested sets speaks of it, nor of a structure inside or "
            "around it. Rows of structures akin to it are named."
        ),
        "organ-not-asked": (
            "An organ is named near a target, and no active row of the requested sets speaks of it, nor of a structure "
            "inside or around it. Rows of structures akin to it are named."
        ),
        "complication-probability": (
            "Each published parameter set for an organ with a dose-volume curve, on the basis it was fitted on; a "
            "range where its alpha/beta or the patient's risk factors are open. Information, held against nothing."
        ),
        "tumour-control": (
            "The parameter set that the case chooses, for each target with a dose-volume curve, on the EQD2 it was "
            "fitted on and with the days of the course where it has regrowth. Information, held against nothing; no "
            "set is ever chosen by the program."
        ),
        "alpha-beta-range": (
            "BED marks, converted limits and sums of courses: up to which alpha/beta the answer holds, and how often "
            "over each published interval. A limit at its own fraction number compares physical doses and gets no "
            "probability."
        ),
        "curves-read": (
            "Dose-volume curves of the case: every metric that a requested limit or another course asks of the organ "
            "is interpolated on the curve, in physical dose. A typed metric must agree with it to the digits typed."
        ),
        "not-used": (
            "Fields of the case that no figure rests on: electrons or sources read as photons, a recovery without a "
            "sum, a folder of DICOM, margins, the number of kidneys, tags."
        ),
        "dose-rate": (
            "BED and EQD2 of a target under continuous irradiation, D (1 + G D / (a/b)), at every alpha/beta of its "
            "tissue, with the half-time of repair that was typed or the only one of two sources of the tissue. Held "
            "against nothing: marks, limits and sums are of fractions."
        ),
        "particle-dose": (
            "What the doses of protons or ions were taken for: physical and multiplied by a constant RBE once, before "
            "everything else; Gy(RBE) as stated; physical with RBEmax and RBEmin, for the target alone; or not stated, "
            "and then nothing of the course is evaluable."
        ),
        "no-limit-set": "The case requests no limit set.",
        "no-limit-requested": "No active row applies to this course.",
        "no-organ-dose": "Limits are requested and none could be evaluated.",
        "file-note": (
            "What the files of the case say of themselves, as they were read: a dose that cannot be the plan's or may "
            "be weighted already, a plan that is not approved, contours that cross, and every other note."
        ),
        "acknowledged": "What the user accepted knowing that it is not measured; it stands in every output.",
        "stopped-without-delivered": "A course that was stopped early, without the dose that was given.",
        "model-lq": "The model behind every BED and EQD2, and what is not computed.",
        "nearest-published": (
            "The published schedule of the same tissue with the closest total dose and fraction number."
        ),
    }
)
