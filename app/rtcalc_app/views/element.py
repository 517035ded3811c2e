"""Elements of the page as Dash sends them: for what a page has by the hundred, such as the cells of its tables."""

from __future__ import annotations

from typing import Any


class Element(dict[str, Any]):
    """What a component of `dash.html` becomes on its way to the browser, made at once.

    A component checks every property by name, twice, and turns itself into this when it is sent: about 15 us each. This
    is a dictionary: below 1 us. It has no id, so no callback can name it.

    Parameters
    ----------
    kind : str
        Name of the component, such as `Td`.
    children : object
        Text, an element, a component, or a list of them.
    **props
        Further properties, such as `className`.

    Examples
    --------
    >>> Element("Td", "45 Gy", className="numeric")["props"]
    {'children': '45 Gy', 'className': 'numeric'}
    """

    def __init__(self, kind: str, children: Any = None, **props: Any) -> None:
        super().__init__(type=kind, namespace="dash_html_components", props={"children": children, **props})

    @property
    def children(self) -> Any:
        """What is inside, as a component has it."""
        return self["props"]["children"]
