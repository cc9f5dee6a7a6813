"""Removes what a reader cannot see, so that nobody can plant text that only machines read.

Collapsed panels are kept: one click shows them.
"""

import re
from collections import Counter
from functools import lru_cache

from bs4 import BeautifulSoup, Tag

from crawler.extract.common.characters import squeezed, words
from crawler.extract.common.tree import (
    Elements,
    attr,
    children,
    classes,
    lower_words,
    next_tag,
    previous_tag,
    roles,
    text_after,
    text_length,
    text_of,
    tokens,
)
from crawler.extract.html.panels import Panels
from crawler.extract.html.signs import UNSEEN

_NOT_TEXT = words(
    "script style noscript template iframe object embed applet svg canvas audio video map select textarea option "
    "datalist head input link meta progress meter"
)
_STYLE = re.compile(
    r"display\s*:\s*none|font-size\s*:\s*0(?![.\d]*[1-9])|(?<![-\w])color\s*:\s*transparent|text-indent\s*:\s*-\d{3,}|"
    r"(left|top|right)\s*:\s*-\d{3,}|clip\s*:\s*rect\(\s*[01](px)?[\s,]+[01]|clip-path\s*:\s*inset\((50|100)%|"
    r"(?<![-\w])(max-)?(width|height)\s*:\s*[01](px)?\s*(;|!|$)(?=.*overflow\s*:\s*hidden)|"
    r"overflow\s*:\s*hidden.*(?<![-\w])(max-)?(width|height)\s*:\s*[01](px)?\s*(;|!|$)",
    re.I | re.S,
)
_FADED = re.compile(r"visibility\s*:\s*(hidden|collapse)|opacity\s*:\s*0(?![.\d]*[1-9])", re.I)
_ENTERS_BY_STYLE = re.compile(r"(transform|transition|animation|will-change|filter)[\w-]*\s*:", re.I)
_ENTERS_BY_NAME = re.compile(
    r"(^|[-_])(aos|wow|sal|fade|animate|anim|reveal|scroll|slide|inview|waypoint|motion|w-id|ix)", re.I
)
_COLOR = re.compile(r"(?<![-\w])(background(?:-color)?|color)\s*:\s*([^;!]+)", re.I)
_HIDDEN = words("hidden d-none hide invisible is-hidden element-hidden") | UNSEEN
_SHOWN = re.compile(
    r"^(d-\w+-(block|flex|inline|grid|table).*|d-(block|flex|inline|grid)|\w+:(block|flex|inline|grid).*|visible-.*|show|in)$"
)
_COLLAPSED = re.compile(
    r"^(collapse|tab-pane|tab-content|tabpanel|.*(accordion|faq|collaps|expander|toggle|tabs?|answer)[a-z0-9]*[_-]*"
    r"(content|body|panel|answer|text|pane|inner|collapse)?)$"
)
_STATES = re.compile(r"[$€£]\s?\d|\d[\d:.,-]*\s?[^\W\d]|[^\W\d]\s\d|\d{3}")
_DECORATION = 60  # characters: longer aria-hidden text is on the screen and meant to be read


def drop_unread(page: Elements) -> None:
    """Removes elements that hold no text to read (scripts, form fields, graphics) and comments."""
    _drop_field_labels(page)
    for tag in page.named(*_NOT_TEXT):
        tag.decompose()
    for comment in page.comments:
        if not comment.decomposed:
            comment.extract()


def _drop_field_labels(page: Elements) -> None:
    """Labels of fields to fill in. Those of tick boxes stay: accordions without scripts use them."""
    fields = {
        attr(f, "id")
        for f in page.named("input", "select", "textarea", having="id")
        if attr(f, "type") not in {"checkbox", "radio"}
    }
    for label in page.named("label"):
        if attr(label, "for") in fields:
            label.decompose()


def drop_hidden(soup: BeautifulSoup, page: Elements, panels: Panels) -> None:
    """Removes hidden elements except the panels that a reader can open, and all but one copy of a repeated text."""
    spoken = _seen_twins(page)
    everything = squeezed(text_of(soup)) if any(page.named(having="aria-hidden")) else ""
    taken: Counter[str] = Counter()
    for tag in page:
        if not tag.attrs:
            continue
        if attr(tag, "aria-hidden").lower() == "true" and not _opens(tag, panels):
            words = squeezed(text_of(tag))
            copy = len(words) > _DECORATION // 2 and everything.count(words) > taken[words] + 1
            taken[words] += copy
            if copy or (id(tag) not in spoken and _is_decoration(tag)):
                tag.decompose()
                continue
        if is_hidden(tag) and not _opens(tag, panels):
            tag.decompose()


def is_hidden(tag: Tag) -> bool:
    """Hidden by attribute, inline style or a class name that means it."""
    if "hidden" in tag.attrs and attr(tag, "hidden").lower() != "until-found":
        return True
    style = attr(tag, "style")
    if style and (_STYLE.search(style) or _same_colors(style) or (_FADED.search(style) and not _enters(tag, style))):
        return True
    return "class" in tag.attrs and _hidden_by_class(attr(tag, "class"))


def _enters(tag: Tag, style: str) -> bool:
    """Shown as soon as a reader scrolls to it."""
    names = (
        *attr(tag, "class").split(),
        *(name.removeprefix("data-") for name in tag.attrs if name.startswith("data-")),
    )
    return bool(_ENTERS_BY_STYLE.search(style)) or any(_ENTERS_BY_NAME.search(name) for name in names)


def _seen_twins(page: Elements) -> set[int]:
    """What is on the screen beside words that only a screen reader says ("6 ft" beside "six feet")."""
    spoken = [tag for tag in page.named(having="class") if UNSEEN & classes(tag)]
    beside = [twin for tag in spoken for twin in (previous_tag(tag), next_tag(tag))]
    labelled = [child for tag in page.named(having="aria-label") for child in children(tag)]
    return {id(twin) for twin in (*beside, *labelled) if twin is not None and not _is_icon(twin)}


def _is_icon(tag: Tag) -> bool:
    return tag.name in {"i", "svg"} or "icon" in attr(tag, "class").lower() or len(squeezed(text_of(tag))) < 2


def _is_decoration(tag: Tag) -> bool:
    """Short text for the eye only, which states nothing: a dollar sign in front of an amount does."""
    text = text_of(tag)
    amount = text in {"$", "€", "£"} and text_after(tag).lstrip()[:1].isdigit()
    return not amount and len(text) <= _DECORATION and not _STATES.search(text)


@lru_cache(1024)
def _hidden_by_class(value: str) -> bool:
    names = lower_words(value)
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
