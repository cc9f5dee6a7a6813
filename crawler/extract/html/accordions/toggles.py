"""Accordions that no name gives away: a title that can be clicked, and what appears below it.

Told by behaviour: text that is hidden right after what is clicked, or after titles that are
alike; or several buttons that are alike, each with its own words and its own text below.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from bs4 import Tag

from crawler.extract.common.tree import (
    Elements,
    attr,
    by_id,
    first,
    heading_level,
    link_length,
    next_tag,
    previous_tag,
    roles,
    text_length,
    text_of,
    tokens,
    within,
)
from crawler.extract.html.hidden import is_hidden
from crawler.extract.html.panels import Panels, title_text
from crawler.extract.html.signs import ONLY_CONTROL, POPUP

_BODIES = frozenset({"div", "section", "dd", "article", "span"})
_PLAIN = frozenset({"p", "ul", "ol", "table"})
_LONGEST = 200  # characters of a title
_NO_PAGE = ("#", "#!", "javascript:void(0)", "javascript:void(0);", "javascript:;", "javascript:")
_QUOTED = re.compile(r"""['"]#?([\w-]+)['"]""")
Alike = tuple[str, str, str, str]


@dataclass(frozen=True)
class _Pair:
    title: Tag
    text: str
    body: Tag
    clicked: bool
    hidden: bool

    @property
    def alike(self) -> Alike:
        """What the pairs of one accordion have in common."""
        return (self.title.name, attr(self.title, "class"), self.body.name, attr(self.body, "class"))


def find_toggles(page: Elements, panels: Panels) -> None:
    """Adds the pairs of title and body that the mark-up does not name."""
    groups: dict[Alike, list[_Pair]] = defaultdict(list)
    for pair in _pairs(page, panels):
        groups[pair.alike].append(pair)
    for pairs in groups.values():
        several = len({pair.text for pair in pairs}) > 1
        for pair in pairs:
            _add(pair, several, panels)


def _add(pair: _Pair, several: bool, panels: Panels) -> None:
    asks = pair.text.endswith("?")
    if pair.body.name in _PLAIN and not pair.hidden:
        if several and pair.title.name == "button" and not ONLY_CONTROL.fullmatch(pair.text):
            panels.heads.add(id(pair.title))
    elif (pair.hidden and (pair.clicked or several)) or (pair.clicked and (several or asks)):
        panels.add(pair.title, pair.body)


def _pairs(page: Elements, panels: Panels) -> Iterator[_Pair]:
    boxes = {attr(f, "id") for f in page.named("input", having="id") if attr(f, "type") in {"checkbox", "radio"}}
    ids = by_id(page)
    title: Tag | None
    body: Tag | None
    for tag in page:
        if _is_control(tag, boxes):
            title, body = tag, _named_by(tag, ids) or _next_of(tag)
        elif tag.attrs and (tag.name in _BODIES or tag.name in _PLAIN) and is_hidden(tag):
            title, body = previous_tag(tag), tag
        else:
            continue
        if title is None or body is None or id(title) in panels.triggers or id(body) in panels.targets:
            continue
        pair = _Pair(title, title_text(title), body, _is_control(title, boxes), is_hidden(body))
        if _can_be(pair):
            yield pair


def _can_be(pair: _Pair) -> bool:
    body = pair.body
    if not 2 <= len(pair.text) <= _LONGEST or body.name not in _BODIES | _PLAIN or not text_length(body):
        return False
    if first(body, "input", "select", "textarea") is not None:  # a filter or a form to fill in
        return False
    if roles(body) & {"dialog", "alertdialog", "menu", "navigation", "tooltip"} or tokens(body) & POPUP:
        return False
    if not pair.clicked and not heading_level(pair.title) and pair.text.endswith("."):
        return False
    # A menu that drops down is links alone.
    return pair.text.endswith("?") or 2 * link_length(body) <= text_length(body)


def _is_control(tag: Tag, boxes: set[str]) -> bool:
    """A title to click: a button, what runs a script, the label of a hidden tick box."""
    if tag.name == "label":
        return attr(tag, "for") in boxes
    if tag.name == "button" or "button" in roles(tag):
        return attr(tag, "type") not in {"submit", "reset"}
    if tag.name == "a":
        return attr(tag, "href").strip().lower() in _NO_PAGE
    return "onclick" in tag.attrs and tag.name not in {"input", "body", "form", "tr"}


def _named_by(control: Tag, ids: dict[str, Tag]) -> Tag | None:
    """The element whose id the control's script names, elsewhere on the page: `openTab(event, 'fees')`."""
    named = (ids.get(name) for name in _QUOTED.findall(attr(control, "onclick")))
    return next((tag for tag in named if tag is not None and not within(control, tag)), None)


def _next_of(control: Tag) -> Tag | None:
    """The element after the control, or after the wrapper that holds nothing else."""
    here = control
    for _ in range(3):
        following = next_tag(here)
        if following is not None:
            return following
        parent = here.parent
        if parent is None or parent.name in {"body", "main", "li", "td"} or text_of(parent) != text_of(control):
            return None
        here = parent
    return None
