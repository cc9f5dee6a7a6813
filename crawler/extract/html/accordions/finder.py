"""Finds accordions, tabs and questions by what the mark-up says.

First by references (details, aria-controls, data-target, microdata), then by the pairs of
class names that content systems use (title + content), then by how the page behaves.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from bs4 import Tag

from crawler.extract.common.tree import (
    Elements,
    attr,
    by_id,
    children,
    classes,
    definition_pairs,
    first,
    lower_words,
    next_tag,
    roles,
    strings,
    tags,
    tokens,
    within,
)
from crawler.extract.html.accordions.toggles import find_toggles
from crawler.extract.html.panels import Panels

_TITLE = re.compile(
    r"^(?=.*(accordion|faq|collaps|expander|toggle|tta|tab|panel))[a-z0-9_-]*?"
    r"(title|header|heading|button|trigger|toggle|question|label|btn)$"
)
_BODY = re.compile(
    r"^(?=.*(accordion|faq|collaps|expander|toggle|tta|tab|panel))[a-z0-9_-]*?(content|body|panel|answer|text|pane|inner|collapse|container|details)$"
)
_HOLDER = re.compile("accordion|faq|collaps|toggle|expander")
_TRIGGERS = frozenset({"aria-controls", "aria-expanded", "data-bs-toggle", "data-toggle", "href", "role"})
_SWITCHES = frozenset({"collapse", "tab", "pill", "accordion", "toggle"})


def find_panels(page: Elements) -> Panels:
    """All panels of a page, whatever is hidden."""
    panels = Panels()
    for details in page.named("details"):
        summary = first(details, "summary")
        if summary is not None:
            panels.add(summary, details)
    _microdata(page, panels)
    ids = by_id(page)
    for trigger in filter(_is_trigger, page):
        for target in _targets(trigger, ids):
            panels.add(trigger, target)
    _class_pairs(page, panels)
    _terms(page, panels)
    find_toggles(page, panels)
    return panels


def _is_trigger(tag: Tag) -> bool:
    if _TRIGGERS.isdisjoint(tag.attrs) or (
        "dialog" in attr(tag, "aria-haspopup")
        or attr(tag, "data-toggle") == "modal"
        or attr(tag, "data-bs-toggle") == "modal"
    ):
        return False
    if tag.has_attr("aria-controls") or "tab" in roles(tag):
        return True
    if tag.name == "button" and attr(tag, "aria-expanded") and next_tag(tag) is not None:
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
    following = next_tag(trigger)
    if not ids_named and following is not None:  # a button that expands what comes after it
        yield following
    for name in ids_named:
        target = ids.get(name)
        if target is not None and target.name not in {"body", "main", "input", "form"}:
            yield target


def _microdata(page: Elements, panels: Panels) -> None:
    for question in page.named(having="itemtype"):
        if not attr(question, "itemtype").lower().rstrip().endswith("schema.org/question"):
            continue
        name = question.find(itemprop="name")
        answer = question.find(itemprop=re.compile("^(acceptedAnswer|suggestedAnswer)$"))
        if isinstance(name, Tag) and isinstance(answer, Tag) and not within(answer, name):
            panels.add(name, answer, marked=True)


def _class_pairs(page: Elements, panels: Panels) -> None:
    for title in page.named(having="class"):
        question = _names_question(attr(title, "class"))
        if not question and not _names_title(attr(title, "class")):
            continue
        body = _body_after(title)
        if body is not None and id(body) not in panels.titles and not _holds_panel(body, panels):
            panels.add(title, body, marked=question)


@lru_cache(1024)
def _names_question(value: str) -> bool:
    names = lower_words(value)
    return any(n in {"question", "faqquestion"} or n.endswith(("-question", "_question")) for n in names)


@lru_cache(1024)
def _names_title(value: str) -> bool:
    return any(map(_TITLE.match, lower_words(value)))


def _body_after(title: Tag) -> Tag | None:
    """The next element of the title, or of the wrapper that holds only the title."""
    here = title
    for _ in range(3):
        following = next_tag(here)
        if following is not None:
            return _body_in(following)
        parent = here.parent
        if parent is None or len(strings(parent)) > len(strings(title)) + 4:
            return None
        here = parent
    return None


def _body_in(tag: Tag) -> Tag | None:
    """`tag` when it is a body by its name, or the body that is all it holds."""
    if _is_body(tag):
        return tag
    inner = children(tag)
    return inner[0] if len(inner) == 1 and _is_body(inner[0]) else None


def _terms(page: Elements, panels: Panels) -> None:
    """Terms with one definition each in a list that is called an accordion."""
    for holder in page.named("dl", having="class"):
        if any(_HOLDER.search(name) for name in tokens(holder)):
            for term, details in definition_pairs(holder):
                if len(details) == 1:
                    panels.add(term, details[0])


def _is_body(tag: Tag) -> bool:
    return any(
        n in {"answer", "collapse", "faqanswer"} or n.endswith(("-answer", "_answer")) or _BODY.match(n)
        for n in classes(tag)
    )


def _holds_panel(body: Tag, panels: Panels) -> bool:
    """True when a part of `body` is the panel already, e.g. its inner wrapper with the id."""
    return any(id(tag) in panels.titles for tag in tags(body)[:5])
