"""Bounds on intervals between events of which each is only partly known.

Every statement about time ("60 days after course 1", "in October 2013", "taken during course 3") is a bound on the
difference of two events. The tightest bounds between any two events follow by shortest paths over those statements;
statements that cannot all be true show as a negative cycle and are refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf

from rtcalc.errors import ProtocolError

ORIGIN = "day 0"
# The work grows with the third power; a real case has a few dozen events, and this many still take about a second.
MOST_EVENTS = 200
Bounds = tuple[int | None, int | None]


@dataclass(slots=True)
class Timeline:
    """A set of events and what is known of the days between them. [d]

    Examples
    --------
    >>> line = Timeline()
    >>> line.add("course 1 start", "course 2 start", 60, 90)
    >>> line.add("course 2 start", "drug", 0, None)
    >>> line.between("course 1 start", "drug")
    (60, None)
    """

    _edges: dict[tuple[str, str], float] = field(default_factory=dict)
    _closed: dict[tuple[str, str], float] | None = None

    def add(self, earlier: str, later: str, low: float | None, high: float | None) -> None:
        """State ``low <= later - earlier <= high``; None leaves a side open.

        Parameters
        ----------
        earlier, later : str
            The two events.
        low, high : float or None
            Fewest and most days between them. [d]
        """
        self._closed = None
        for pair in ((earlier, earlier), (later, later)):
            self._edges.setdefault(pair, 0.0)
        if high is not None:
            self._edges[earlier, later] = min(high, self._edges.get((earlier, later), inf))
        if low is not None:
            self._edges[later, earlier] = min(-low, self._edges.get((later, earlier), inf))

    def between(self, earlier: str, later: str) -> Bounds:
        """Return the tightest bounds of ``later - earlier`` that follow.

        Parameters
        ----------
        earlier, later : str
            The two events.

        Returns
        -------
        (int or None, int or None)
            Lower and upper bound; None: unbounded. [d]

        Raises
        ------
        ProtocolError
            The statements contradict each other.
        """
        closed = self._close()
        low, high = -closed.get((later, earlier), inf), closed.get((earlier, later), inf)
        return (None if low == -inf else int(low), None if high == inf else int(high))

    def _close(self) -> dict[tuple[str, str], float]:
        if self._closed is None:
            events = sorted({event for pair in self._edges for event in pair})
            if len(events) > MOST_EVENTS:
                raise ProtocolError(f"{len(events)} dated events; at most {MOST_EVENTS} are compared; split the case")
            reach = {a: {b: self._edges.get((a, b), inf) for b in events} for a in events}
            for via in events:
                for a in events:
                    first = reach[a][via]
                    if first == inf:
                        continue
                    for b in events:
                        reach[a][b] = min(reach[a][b], first + reach[via][b])
            if wrong := [event for event in events if reach[event][event] < 0]:
                named = [event for event in wrong if event != ORIGIN][:3] or wrong
                raise ProtocolError(f"the dates contradict each other: {', '.join(named)}; correct one of them")
            self._closed = {(a, b): reach[a][b] for a in events for b in events}
        return self._closed
