"""The tissues to choose from, with what is published of each alpha/beta."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rtcalc.decimals import plain
from rtcalc.registry import Registry
from rtcalc.tissues import AlphaBeta, Tissue
from rtcalc_app.services.calculator.form import TissueForm

STANDING = {"active": "", "offered": "single transcription", "listed": "listed only, drives no verdict"}
OWN_ID = "own"
OWN = "a value of your own, without a source"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """One published value of a tissue.

    Attributes
    ----------
    digits : str
        What goes into the field. [Gy]
    words : str
        The value, its interval, how it was found, and its source.
    source, standing : str
        Citation key, and how far the value may be used (`rtcalc.evidence`).
    low, high : float or None
        Its published interval as far as it is above zero; None: none is published. [Gy]
    """

    digits: str
    gray: float
    words: str
    source: str
    standing: str
    low: float | None
    high: float | None


def default_of(tissue: Tissue) -> AlphaBeta:
    """The value that fills the field: the deciding one, else the first listed."""
    return tissue.deciding or tissue.alpha_beta[0]


@lru_cache(maxsize=1024)
def presets(tissue: Tissue) -> tuple[Preset, ...]:
    """The published values of a tissue, the one that fills the field first; asked several times for each change."""
    first = default_of(tissue)
    return tuple(_preset(one) for one in (first, *(other for other in tissue.alpha_beta if other is not first)))


def groups(registry: Registry, kinds: tuple[str, ...]) -> list[dict[str, Any]]:
    """Choices for a picker: a value of one's own first, then the tissues of the registry by kind."""
    heads = {"tumour": "Tumours", "late": "Late-reacting tissues", "early": "Early-reacting tissues"}
    chosen: list[dict[str, Any]] = [
        {"group": "Not in the registry", "items": [{"value": OWN_ID, "label": "Own value"}]}
    ]
    for kind in kinds:
        found = sorted((one for one in registry.tissues.values() if one.kind == kind), key=lambda one: one.name)
        chosen.append({"group": heads[kind], "items": [{"value": one.id, "label": _title(one.name)} for one in found]})
    return chosen


def table(registry: Registry) -> dict[str, Any]:
    """What the page itself needs while somebody types: the values by tissue, as texts."""
    return {
        tissue.id: {"name": tissue.name, "values": [[one.digits, one.words] for one in presets(tissue)]}
        for tissue in registry.tissues.values()
    }


def chosen(form: TissueForm, ratio: float | None, registry: Registry) -> tuple[Tissue | None, Preset | None]:
    """The tissue of a field, and the published value that stands in it; the first one where it was edited."""
    tissue = registry.tissues.get(form.tissue)
    if tissue is None:
        return None, None
    known = presets(tissue)
    return tissue, next((one for one in known if one.gray == ratio), known[0])


def interval(tissue: Tissue, preset: Preset) -> tuple[float, float]:
    """What is published for a tissue: the interval of the value in use, else from its lowest to its highest value.

    Examples
    --------
    >>> prostate = Registry().tissues["prostate"]
    >>> interval(prostate, presets(prostate)[0])
    (0.9, 2.2)
    """
    if preset.low is not None and preset.high is not None:
        return preset.low, preset.high
    known = [one.gray for one in tissue.alpha_beta]
    return min(known), max(known)


def words(form: TissueForm, ratio: float | None, registry: Registry) -> str:
    """Where the alpha/beta in a field is from, for a note or a file.

    Examples
    --------
    >>> words(TissueForm(tissue="prostate", ratio="1.4"), 1.4, Registry())
    'prostate adenocarcinoma, 1.4 Gy (95 % CI 0.9 to 2.2), biochemical control [MIRALBELL2012]'
    >>> words(TissueForm(tissue="prostate", ratio="2"), 2.0, Registry())[:58]
    'prostate adenocarcinoma, edited; preset 1.4 Gy (95 % CI 0.'
    """
    tissue, preset = chosen(form, ratio, registry)
    if tissue is None or preset is None:
        return OWN if form.tissue == OWN_ID else f"no tissue is called {form.tissue!r}; {OWN}"
    edited = "" if preset.gray == ratio else "edited; preset "
    return f"{tissue.name}, {edited}{preset.words}"


def _preset(value: AlphaBeta) -> Preset:
    digits = plain(value.gray)
    span = ""
    if value.low is not None and value.high is not None:
        span = f" ({value.interval} {plain(value.low)} to {plain(value.high)})"
    how = [value.endpoint, "assumed" if value.assumed else "", STANDING[value.standing]]
    said = "".join(f", {one}" for one in how if one)
    return Preset(
        digits=digits,
        gray=value.gray,
        words=f"{digits} Gy{span}{said} [{value.source}]",
        source=value.source,
        standing=value.standing,
        low=None if value.low is None else max(value.low, 0.0),
        high=value.high,
    )


def _title(name: str) -> str:
    return name[0].upper() + name[1:]
