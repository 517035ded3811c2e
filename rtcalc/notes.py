"""What files say of themselves, or lack, that does not forbid a result and has to travel with it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Note:
    """Something that does not forbid the result and has to travel with it.

    Attributes
    ----------
    code : str
        Fixed word for programs: ``negative-dose``.
    where : str
        File, or file and structure.
    text : str
        One sentence for a person.

    Examples
    --------
    >>> print(Note("not-approved", "plan.dcm", "the approval of the plan is UNAPPROVED"))
    plan.dcm: the approval of the plan is UNAPPROVED
    """

    code: str
    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}"
