"""Accordions, tabs and question mark-up: which element opens under which words.

The content of a collapsed panel is content, though it is hidden until somebody asks for it.
Found by what the mark-up says (details, aria-controls, data-target, microdata), then by the
pairs of class names that content systems use (title + content).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bs4 import BeautifulSoup, Tag

from crawler.extract.common.characters import one_line
from crawler.extract.common.tree import HEADINGS, attr, by_id, roles, strings, tags, text_of, tokens, within

_TITLE = re.compile(
    r"^(?=.*(accordion|faq|collaps|expander|toggle|tta|tab|panel))[a-z0-9_-]*?"
    r"(title|header|heading|button|trigger|toggle|question|label|btn)$"
)
_BODY = re.compile(
    r"^(?=.*(accordion|faq|collaps|expander|toggle|tta|tab|panel))[a-z0-9_-]*?(content|body|panel|answer|text|pane|inner|collapse|container|details)$"
)
_SWITCHES = frozenset({"collapse", "tab", "pill", "accordion", "toggle"})
_GENERIC = re.compile(
    r"^((click|tap) (here )?(to|for) )?(toggle|expand|collapse|open|close|show|hide|menu|more|less|read more|view more|see more|learn more|"
    r"details|search|next|previous|skip)\b.{0,25}$|^[^\w]*$",
    re.I,
)
_LONGEST = 300


@dataclass
class Panels:
    """`titles` maps id(panel) to its title and fragment; `triggers` are the ids of elements that
    only carry such a title; `marked` are the panels that the page itself calls a question."""

    titles: dict[int, tuple[str, str]] = field(default_factory=dict)
    triggers: set[int] = field(default_factory=set)
    marked: set[int] = field(default_factory=set)
    targets: set[int] = field(default_factory=set)

    def add(self, trigger: Tag, panel: Tag, *, marked: bool = False) -> None:
        """The first title of a panel stays; every trigger of it is left out of the text."""
        title = one_line(text_of(trigger))
        self.targets.add(id(panel))
        if (
            not title
            or len(title) > _LONGEST
            or _GENERIC.match(title)
            or (within(trigger, panel) and trigger.name != "summary")
        ):
            return
        self.triggers.add(id(trigger))
        if id(panel) in self.titles:
            return
        self.titles[id(panel)] = (title, _fragment(trigger, panel))
        if marked:
            self.marked.add(id(panel))


def find_panels(soup: BeautifulSoup) -> Panels:
    """All panels of a page, whatever is hidden."""
    panels = Panels()
    for details in tags(soup, "details"):
        summary = details.find("summary")
        if isinstance(summary, Tag):
            panels.add(summary, details)
    _microdata(soup, panels)
    ids = by_id(soup)
    for trigger in filter(_is_trigger, tags(soup)):
        for target in _targets(trigger, ids):
            panels.add(trigger, target)
    _class_pairs(soup, panels)
    return panels


def _is_trigger(tag: Tag) -> bool:
    if (
        "dialog" in attr(tag, "aria-haspopup")
        or attr(tag, "data-toggle") == "modal"
        or attr(tag, "data-bs-toggle") == "modal"
    ):
        return False
    if tag.has_attr("aria-controls") or "tab" in roles(tag):
        return True
    if tag.name == "button" and attr(tag, "aria-expanded") and tag.find_next_sibling() is not None:
        return True
    switch = {attr(tag, "data-toggle"), attr(tag, "data-bs-toggle")}
    return bool(switch & _SWITCHES) or (
        tag.name == "a" and attr(tag, "href").startswith("#") and any(_TITLE.match(t) for t in tokens(tag))
    )


def _targets(trigger: Tag, ids: dict[str, Tag]) -> Iterator[Tag]:
    names = [attr(trigger, "aria-controls"), attr(trigger, "data-bs-target"), attr(trigger, "data-target")]
    if attr(trigger, "href").startswith("#"):
        names.append(attr(trigger, "href"))
    ids_named = {name for value in names for name in value.replace("#", " ").split()}
    if len(ids_named) > 3:  # "expand all"
        return
    following = trigger.find_next_sibling()
    if not ids_named and following is not None:  # a button that expands what comes after it
        yield following
    for name in ids_named:
        target = ids.get(name)
        if target is not None and target.name not in {"body", "main", "input", "form"}:
            yield target


def _microdata(soup: BeautifulSoup, panels: Panels) -> None:
    for question in tags(soup, having="itemtype"):
        if not attr(question, "itemtype").lower().rstrip().endswith("schema.org/question"):
            continue
        name = question.find(itemprop="name")
        answer = question.find(itemprop=re.compile("^(acceptedAnswer|suggestedAnswer)$"))
        if isinstance(name, Tag) and isinstance(answer, Tag) and not within(answer, name):
            panels.add(name, answer, marked=True)


def _class_pairs(soup: BeautifulSoup, panels: Panels) -> None:
    for title in tags(soup, having="class"):
        names = attr(title, "class").lower().split()
        question = any(n in {"question", "faqquestion"} or n.endswith(("-question", "_question")) for n in names)
        if not question and not any(_TITLE.match(n) for n in names):
            continue
        body = _body_after(title)
        if body is not None and id(body) not in panels.titles and not _holds_panel(body, panels):
            panels.add(title, body, marked=question)


def _body_after(title: Tag) -> Tag | None:
    """The next element of the title, or of the wrapper that holds only the title."""
    here = title
    for _ in range(3):
        following = here.find_next_sibling()
        if following is not None:
            return following if _is_body(following) else None
        parent = here.parent
        if parent is None or len(list(strings(parent))) > len(list(strings(title))) + 4:
            return None
        here = parent
    return None


def _is_body(tag: Tag) -> bool:
    names = attr(tag, "class").lower().split()
    return any(
        n in {"answer", "collapse", "faqanswer"} or n.endswith(("-answer", "_answer")) or _BODY.match(n) for n in names
    )


def _holds_panel(body: Tag, panels: Panels) -> bool:
    """True when a part of `body` is the panel already, e.g. its inner wrapper with the id."""
    return any(id(tag) in panels.titles for tag in body.find_all(True, limit=5))


def _fragment(trigger: Tag, panel: Tag) -> str:
    """Where a deep link should land: the panel's own id opens it on most sites."""
    for tag in (panel, trigger, panel.parent, trigger.parent):
        if tag is not None and attr(tag, "id"):
            return attr(tag, "id")
    return ""


def without_wrappers(tag: Tag, panels: Panels) -> Tag:
    """Follows div-in-div-in-div down to where something happens, however deep."""
    while (
        tag.name in {"div", "span", "section", "center", "font", "blockquote"}
        and len(tag.contents) == 1
        and id(tag) not in panels.titles
        and not attr(tag, "id")
    ):
        child = tag.contents[0]
        if (
            not isinstance(child, Tag)
            or child.name in HEADINGS
            or id(child) in panels.triggers
            or child.name not in {"div", "section", "center", "blockquote"}
        ):
            break
        tag = child
    return tag
