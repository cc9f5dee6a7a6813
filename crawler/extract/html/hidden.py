"""Removes what a reader cannot see, so that nobody can plant text that only machines read.

Collapsed panels are kept: one click shows them.
"""

import re

from bs4 import BeautifulSoup, Comment, Tag

from crawler.extract.common.characters import words
from crawler.extract.common.tree import attr, gone, roles, tags, text_length, tokens
from crawler.extract.html.panels import Panels

_NOT_TEXT = words(
    "script style noscript template iframe object embed applet svg canvas audio video map select textarea option "
    "datalist head input link meta progress meter"
)
_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(hidden|collapse)|font-size\s*:\s*0(?![.\d]*[1-9])|opacity\s*:\s*0(?![.\d]*[1-9])|"
    r"(?<![-\w])color\s*:\s*transparent|text-indent\s*:\s*-\d{3,}|(left|top|right)\s*:\s*-\d{3,}|clip\s*:\s*rect\(\s*[01](px)?[\s,]+[01]|"
    r"(?<![-\w])(width|height)\s*:\s*[01](px)?\s*(;|!|$).*overflow\s*:\s*hidden",
    re.I | re.S,
)
_COLOR = re.compile(r"(?<![-\w])(background(?:-color)?|color)\s*:\s*([^;!]+)", re.I)
_HIDDEN = words(
    "hidden d-none hide invisible is-hidden visually-hidden visuallyhidden sr-only sr-only-focusable screen-reader-text "
    "screen-reader-only element-invisible element-hidden usa-sr-only wcag_only show-for-sr offscreen "
    "off-screen ui-helper-hidden-accessible visually-hidden-focusable assistive-text a11y-hidden govuk-visually-hidden"
)
_SHOWN = re.compile(
    r"^(d-\w+-(block|flex|inline|grid|table).*|d-(block|flex|inline|grid)|\w+:(block|flex|inline|grid).*|visible-.*|show|in)$"
)
_COLLAPSED = re.compile(
    r"^(collapse|tab-pane|tab-content|tabpanel|.*(accordion|faq|collaps|expander|toggle|tabs?|answer)[a-z0-9]*[_-]*"
    r"(content|body|panel|answer|text|pane|inner|collapse)?)$"
)
_DECORATION = 60  # characters: longer aria-hidden text is on the screen and meant to be read


def drop_unread(soup: BeautifulSoup) -> None:
    """Removes elements that hold no text to read (scripts, form fields, graphics) and comments."""
    _drop_field_labels(soup)
    for tag in tags(soup, *_NOT_TEXT):
        if not gone(tag):
            tag.decompose()
    for comment in [node for node in soup.descendants if isinstance(node, Comment)]:
        comment.extract()


def _drop_field_labels(soup: BeautifulSoup) -> None:
    """Labels of fields to fill in. Those of tick boxes stay: accordions without scripts use them."""
    fields = {
        attr(f, "id")
        for f in tags(soup, "input", "select", "textarea", having="id")
        if attr(f, "type") not in {"checkbox", "radio"}
    }
    for label in tags(soup, "label"):
        if attr(label, "for") in fields:
            label.decompose()


def drop_hidden(soup: BeautifulSoup, panels: Panels) -> None:
    """Removes hidden elements except the panels that a reader can open."""
    for tag in tags(soup):
        if gone(tag) or not tag.attrs or not is_hidden(tag):
            continue
        if not _opens(tag, panels):
            tag.decompose()


def is_hidden(tag: Tag) -> bool:
    """Hidden by attribute, inline style, a class name that means it, or decoration for the eye only."""
    attrs = tag.attrs
    if "hidden" in attrs and attr(tag, "hidden").lower() != "until-found":
        return True
    style = attr(tag, "style")
    if style and (_STYLE.search(style) or _same_colors(style)):
        return True
    if ("class" in attrs) and _hidden_by_class(tag):
        return True
    return attr(tag, "aria-hidden").lower() == "true" and text_length(tag) <= _DECORATION


def _hidden_by_class(tag: Tag) -> bool:
    names = set(attr(tag, "class").lower().split())
    return bool(names & _HIDDEN) and not any(_SHOWN.match(name) for name in names)


def _same_colors(style: str) -> bool:
    """Text in the color of its own background."""
    colors: dict[str, str] = {}
    for name, value in _COLOR.findall(style):
        colors["ink" if name.lower() == "color" else "paper"] = _color(value)
    return "ink" in colors and colors["ink"] == colors.get("paper")


def _color(value: str) -> str:
    plain = "".join(value.lower().split())
    if re.fullmatch("#[0-9a-f]{3}", plain):
        plain = "#" + "".join(2 * c for c in plain[1:])
    return {"white": "#ffffff", "black": "#000000", "rgb(255,255,255)": "#ffffff", "rgb(0,0,0)": "#000000"}.get(
        plain, plain
    )


def _opens(tag: Tag, panels: Panels) -> bool:
    if id(tag) in panels.targets or "tabpanel" in roles(tag) or tag.name == "details":
        return not ({"dialog", "alertdialog"} & roles(tag))
    return any(_COLLAPSED.match(name) for name in tokens(tag)) or _panel_parent(tag, panels)


def _panel_parent(tag: Tag, panels: Panels) -> bool:
    """The inner wrapper that a script shows and hides: the only element of a panel."""
    parent = tag.parent
    return (
        parent is not None
        and id(parent) in panels.targets
        and parent.name != "details"
        and text_length(parent) == text_length(tag)
    )
