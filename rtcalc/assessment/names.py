"""Every name of a case is one that the knowledge has; what it does not have is refused with its line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rtcalc.case import Case
from rtcalc.drugs import Drug, Exposure
from rtcalc.errors import DomainError, RtcalcError, UnknownName
from rtcalc.limits import Limit
from rtcalc.registry import Registry
from rtcalc.registry.structures import is_structure, organ_and_margin, tg263_names

WITHOUT_ENTRY = "if the registry does not have it, add 'registry_entry: none': the drug then reads unknown"


@contextmanager
def _at(case: Case, *place: str | int) -> Iterator[str]:
    """The place for a person; what is refused meanwhile keeps it for a form."""
    try:
        yield case.where(*place)
    except RtcalcError as problem:
        problem.place = place if case.document is None else case.document.known(place)
        raise


def require_tissues_and_source(case: Case, registry: Registry) -> None:
    """Refuse a tissue or a citation that the registry does not have."""
    for target in case.targets:
        with _at(case, "targets", target.id, "tissue") as where:
            if target.tissue not in registry.tissues:
                raise registry.tissues.unknown(target.tissue, where=where)
    with _at(case, "source", "key") as where:
        if case.source and case.source[0] not in registry.references:
            raise UnknownName("reference", case.source[0], registry.references, where=where)


def require_control_set(case: Case, registry: Registry) -> None:
    """Refuse a set for tumour control that the registry does not have, or that is of complications."""
    chosen = case.tumour_control
    if chosen is None:
        return
    with _at(case, "tumour_control", "parameters") as where:
        if chosen not in registry.response:
            raise UnknownName("response parameter set", chosen, registry.response, where=where)
        if registry.response[chosen].kind != "tcp":
            raise DomainError(f"{where}: {chosen} is a set for complications of {registry.response[chosen].organ}")


def limit_rows(case: Case, registry: Registry) -> tuple[tuple[str, tuple[Limit, ...]], ...]:
    """The case's limit sets in its order, with their rows; no other set is read."""
    for number, name in enumerate(case.limit_sets):
        with _at(case, "limit_sets", number) as where:
            if name not in registry.sets:
                raise registry.sets.unknown(name, where=where)
    return tuple((name, registry.limits(set_id=name)) for name in case.limit_sets)


def exposures(case: Case, registry: Registry) -> tuple[tuple[Exposure, Drug | None], ...]:
    """The case's drugs with their entries; None for one of which the case says that there is no entry."""
    found: list[tuple[Exposure, Drug | None]] = []
    seen: dict[str, str] = {}
    for number, exposure in enumerate(case.exposures):
        drug = registry.drugs.get(exposure.drug)
        with _at(case, "drugs", number, "drug") as where:
            if drug is None and not exposure.no_entry:
                raise registry.drugs.unknown(exposure.drug, where=where, remedy=WITHOUT_ENTRY)
            if drug is not None and exposure.no_entry:
                raise DomainError(f"{where}: the registry has {drug.name}; leave 'registry_entry: none' out")
            if drug is not None and drug.name in seen:
                both = f"{seen[drug.name]!r} and {exposure.drug!r} are both {drug.name}"
                raise DomainError(f"{where}: {both}; write one entry with its periods")
        if drug is not None:
            seen[drug.name] = exposure.drug
        found.append((exposure, drug))
    return tuple(found)


def require_structures(case: Case) -> None:
    """Refuse an organ that is no structure of TG-263: no limit and no rule would ever look at it."""
    for name, *place in _structures(case):
        organ, margin = organ_and_margin(name)
        with _at(case, *place) as where:
            if not is_structure(name):
                raise UnknownName("structure of TG-263", name, tg263_names(), where=where)
            if margin:
                raise DomainError(f"{where}: {name} is a margin around an organ; write {organ} here")


def _structures(case: Case) -> Iterator[tuple[str, *tuple[str | int, ...]]]:
    """Every organ that a case names, with its place; a dose on a PRV has already become one of its organ."""
    for organ in dict.fromkeys(dose.organ for dose in case.doses()):
        yield organ, "organ_doses", organ
    for organ, course in (curve.place for curve in case.curves):
        yield organ, "courses", course, "dvh", organ
    for target in case.targets:
        for basis in ("stated", "dicom", "assumed"):
            for number, near in enumerate(near for near in target.near or () if near.basis == basis):
                # Written as a block of distances, or as a list: the place that exists is printed.
                yield near.organ, "targets", target.id, "near", basis, near.organ, number
    for organ, _ in case.patient.volumes_cc:
        yield organ, "patient", "volumes", organ
    for number, recovery in enumerate(case.recovery):
        yield recovery.organ, "recovery", number, "organ"
