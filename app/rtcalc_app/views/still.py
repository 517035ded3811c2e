"""A page as plain HTML, before any script is there: the same components, drawn once and still.

What React and the component library draw later is drawn here from the same layout, with what is known of an address
filled in by id. Texts are texts: markup in them is shown and not read. Nothing in it can be typed into or pressed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from dash.development.base_component import Component

Props = Mapping[str, Any]
ATTRIBUTES = {
    "className": "class",
    "href": "href",
    "role": "role",
    "scope": "scope",
    "tabIndex": "tabindex",
    "title": "title",
    "type": "type",
}
DROPPED = {"children", "id", "n_clicks", "open", "style"}
"""`id`: the page itself has them, and comes into the same document."""
WITHOUT_END = {"br"}


class Still:
    """Draws components; `filled` says for an id which properties are not those of the layout.

    Examples
    --------
    >>> from dash import html
    >>> Still({"name": {"children": "<b>"}}).draw(html.P([html.Span("?", id="name"), " & co"], className="unit"))
    '<p class="unit"><span>&lt;b&gt;</span> &amp; co</p>'
    """

    def __init__(self, filled: Mapping[str, Props]) -> None:
        self.filled = filled

    def draw(self, node: Any) -> str:
        """The markup of a component, of text, or of a list of them.

        Raises
        ------
        KeyError
            A component or a property that it does not know.
        """
        if node is None:
            return ""
        if isinstance(node, list | tuple):
            return "".join(map(self.draw, node))
        if not isinstance(node, Component | dict):
            return escape(str(node).replace("\0", ""))  # which a document cannot hold
        made = node.to_plotly_json() if isinstance(node, Component) else node
        props = made["props"] | self.filled.get(made["props"].get("id"), {})
        if made["namespace"] == "dash_html_components":
            return self._html(made["type"].lower(), props)
        return _OTHERS[made["type"]](self, props)

    def _html(self, tag: str, props: Props) -> str:
        opening = f"<{tag}{_attributes(props)}{' disabled' if tag == 'button' else ''}>"
        return opening if tag in WITHOUT_END else f"{opening}{self.draw(props.get('children'))}</{tag}>"

    def inside(self, props: Props) -> str:
        """What a component that draws nothing itself has inside."""
        return self.draw(props.get("children"))

    def link(self, props: Props) -> str:
        """A link to another page."""
        return self._html("a", {name: value for name, value in props.items() if name not in ("refresh", "target")})

    def chart(self, props: Props) -> str:
        """The place of a chart."""
        return f'<div style="height:{escape(props["style"]["height"])}"></div>'

    def field(self, props: Props) -> str:
        """A labelled field: its value, or where it is empty what follows from the others."""
        value: str = props.get("value") or ""
        chosen = {one["value"]: one["label"] for group in props.get("data", ()) for one in group["items"]}
        following = "" if value else f"<em>{escape(props.get('placeholder') or '')}</em>"
        section = props.get("rightSection")
        beside = f"<span>{self.draw(section)}</span>" if section is not None else ""
        return (
            f'<div class="still-field"><div>{escape(props["label"])}</div>'
            f"<div>{escape(chosen.get(value, value))}{following}{beside}</div></div>"
        )

    def tabs(self, props: Props) -> str:
        """The heads of the tabs, and what is in the open one."""
        heads, *panels = props["children"]
        shown = [panel.children for panel in panels if panel.value == props["value"]]
        return f'<div class="below">{self.draw(heads)}{self.draw(shown)}</div>'

    def tab_list(self, props: Props) -> str:
        """The heads of the tabs."""
        return f'<div class="still-tabs no-print">{self.draw(props["children"])}</div>'

    def tab(self, props: Props) -> str:
        """The head of one tab."""
        return f"<span>{escape(props['children'])}</span>"


def _attributes(props: Props) -> str:
    found = []
    for name, value in props.items():
        if name in DROPPED or name.startswith("data-") or value is None:
            continue
        shown = name if name.startswith("aria-") else ATTRIBUTES[name]
        found.append(f' {shown}="{escape(str(value))}"')
    return "".join(found)


_OTHERS: dict[str, Callable[[Still, Props], str]] = {
    "MantineProvider": Still.inside,
    "Link": Still.link,
    "Graph": Still.chart,
    "TextInput": Still.field,
    "Select": Still.field,
    "Tabs": Still.tabs,
    "TabsList": Still.tab_list,
    "TabsTab": Still.tab,
    **dict.fromkeys(("Location", "Store"), lambda _still, _props: ""),
}
