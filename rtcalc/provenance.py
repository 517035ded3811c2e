"""Where a number came from: the model, what was read for it, and what went in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Provenance:
    """The origin of one value, in plain text only, so that it survives JSON, print and pickle.

    Parameters
    ----------
    model : str
        What produced the value ("LQ", "sum", "entered").
    citations : tuple of str
        Keys of the reference list.
    inputs : tuple of (str, str)
        Name and text of every input, as typed where it was typed.
    parents : tuple of Provenance
        The values this one was made of; a sum keeps all its terms.

    Examples
    --------
    >>> origin = Provenance("LQ", ("fowler1989",), (("dose", "45 Gy"), ("fractions", "5")))
    >>> origin.lines()
    ('LQ [fowler1989]: dose 45 Gy, fractions 5',)
    """

    model: str
    citations: tuple[str, ...] = ()
    inputs: tuple[tuple[str, str], ...] = ()
    parents: tuple[Provenance, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the same facts as dicts, lists and text, ready for JSON.

        Inputs stay a list of pairs: the phases of one schedule repeat the same names.

        Returns
        -------
        dict
            Keys `model`, `citations`, `inputs`, `parents`.

        Examples
        --------
        >>> Provenance("entered", inputs=(("dose", "45 Gy"),)).to_dict()
        {'model': 'entered', 'citations': [], 'inputs': [['dose', '45 Gy']], 'parents': []}
        """
        return {
            "model": self.model,
            "citations": list(self.citations),
            "inputs": [list(pair) for pair in self.inputs],
            "parents": [parent.to_dict() for parent in self.parents],
        }

    def lines(self, indent: int = 0) -> tuple[str, ...]:
        """Return the origin as lines of text, parents indented below.

        Parameters
        ----------
        indent : int
            Levels of indentation of the first line.

        Returns
        -------
        tuple of str
            One line for this value and those of its parents.
        """
        cited = f" [{', '.join(self.citations)}]" if self.citations else ""
        given = ", ".join(f"{name} {text}" for name, text in self.inputs)
        own = f"{'  ' * indent}{self.model}{cited}{': ' if given else ''}{given}"
        return (own, *(line for parent in self.parents for line in parent.lines(indent + 1)))

    def terms(self) -> tuple[Provenance, ...]:
        """Return what this value adds to a sum: its own terms if it is one, else itself.

        Sums stay flat this way; nested, a sum of a thousand voxels would exceed the recursion limit.
        """
        return self.parents if self.model == SUM else (self,)


SUM = "sum"
"""The `model` of a value that was added up."""
