"""What stands in the fields of the calculator, as typed. Nothing here is read as a number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rtcalc_app.fields import LONGEST, Unit

MOST_SCHEDULES = 6
FIELDS = ("total", "fractions", "each")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleForm:
    """The four fields of one schedule; two of the first three are typed, the third follows."""

    total: str = ""
    fractions: str = ""
    each: str = ""
    isodose: str = "100"


@dataclass(frozen=True, slots=True, kw_only=True)
class TissueForm:
    """Id of a tissue of the registry, or `own` for a value of one's own, and the alpha/beta in the field."""

    tissue: str = ""
    ratio: str = ""


FIRST = ScheduleForm(total="45", fractions="5")
TUMOUR = TissueForm(tissue="generic-tumour", ratio="10")
LATE = TissueForm(tissue="small-bowel", ratio="3")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Everything typed.

    Attributes
    ----------
    schedules : tuple of ScheduleForm
        One to six; the first is the reference.
    selected : int
        The one that is being edited.
    tumour, late : TissueForm
    unit : {"Gy", "cGy"}
        What a bare number in a dose field means.
    """

    schedules: tuple[ScheduleForm, ...] = (FIRST,)
    selected: int = 0
    tumour: TissueForm = TUMOUR
    late: TissueForm = LATE
    unit: Unit = "Gy"

    @classmethod
    def of(cls, data: object) -> Form:
        """From what the browser sends; anything that is not text stands as an empty field.

        Examples
        --------
        >>> Form.of({"schedules": [{"total": "54", "fractions": 3}], "selected": "x"}).schedules
        (ScheduleForm(total='54', fractions='', each='', isodose=''),)
        """
        given: Mapping[str, Any] = data if isinstance(data, dict) else {}
        entries = given.get("schedules")
        kept = entries[:MOST_SCHEDULES] if isinstance(entries, list) else []
        schedules = tuple(ScheduleForm(**_texts(one, (*FIELDS, "isodose"))) for one in kept) or (FIRST,)
        number = given.get("selected")
        selected = number if type(number) is int and 0 <= number < len(schedules) else 0
        return cls(
            schedules=schedules,
            selected=selected,
            tumour=TissueForm(**_texts(given["tumour"], ("tissue", "ratio"))) if "tumour" in given else TUMOUR,
            late=TissueForm(**_texts(given["late"], ("tissue", "ratio"))) if "late" in given else LATE,
            unit="cGy" if given.get("unit") == "cGy" else "Gy",
        )

    def to_dict(self) -> dict[str, Any]:
        """The form as the browser keeps it."""
        return {
            "schedules": [
                {"total": one.total, "fractions": one.fractions, "each": one.each, "isodose": one.isodose}
                for one in self.schedules
            ],
            "selected": self.selected,
            "tumour": {"tissue": self.tumour.tissue, "ratio": self.tumour.ratio},
            "late": {"tissue": self.late.tissue, "ratio": self.late.ratio},
            "unit": self.unit,
        }


def _texts(entry: object, names: tuple[str, ...]) -> dict[str, str]:
    given: Mapping[str, Any] = entry if isinstance(entry, dict) else {}
    # One character more than a field may have, so that the reader still says that it is too long.
    return {name: given[name][: LONGEST + 1] if isinstance(given.get(name), str) else "" for name in names}
