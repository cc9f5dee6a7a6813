"""The panels of a page that open under a title: accordions, tabs, questions with their answers.

The content of a collapsed panel is content, though it is hidden until somebody asks for it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bs4 import Tag

from crawler.extract.common.characters import one_line
from crawler.extract.common.tree import HEADINGS, attr, classes, heading_level, is_text, strings, tags, text_of, within
from crawler.extract.html.signs import ONLY_CONTROL, UNSEEN

_LONGEST = 300
_SWITCH_WORDS = re.compile(
    r"(?<=\?)\W*(show|hide|expand|collapse|open|close|toggle|more)\W*$|\s[+\u2013\u2212-]$", re.I
)


@dataclass
class Panels:
    """`titles` maps id(panel) to its title and fragment; `triggers` are the ids of elements that
    only carry such a title; `marked` are the panels that the page itself calls a question;
    `targets` are shown by a click; `heads` are buttons that head the plain text after them."""

    titles: dict[int, tuple[str, str]] = field(default_factory=dict)
    triggers: set[int] = field(default_factory=set)
    marked: set[int] = field(default_factory=set)
    targets: set[int] = field(default_factory=set)
    heads: set[int] = field(default_factory=set)

    def add(self, trigger: Tag, panel: Tag, *, marked: bool = False) -> None:
        """The first title of a panel stays; every trigger of it is left out of the text."""
        title = title_text(trigger)
        self.targets.add(id(panel))
        if (
            not title
            or len(title) > _LONGEST
            or ONLY_CONTROL.fullmatch(title)
            or (within(trigger, panel) and trigger.name != "summary")
        ):
            return
        self.triggers.add(id(trigger))
        if id(panel) in self.titles:
            return
        self.titles[id(panel)] = (title, _fragment(trigger, panel))
        if marked:
            self.marked.add(id(panel))

    def keep(self, tag: Tag) -> bool:
        """True for what no rule may take as surroundings: a panel, or a button that heads text."""
        return id(tag) in self.titles or id(tag) in self.heads

    def strings_besides_triggers(self, tag: Tag) -> Iterator[str]:
        """The words of a heading without those that are the title of a panel."""
        for child in tag.children:
            if isinstance(child, Tag):
                if id(child) not in self.triggers:
                    yield " " if child.name == "br" else "".join(strings(child))
            elif is_text(child):
                yield str(child)


def title_text(trigger: Tag) -> str:
    """The words of a title, without icons, words for screen readers and the switch itself."""
    heading = next((tag for tag in tags(trigger) if heading_level(tag)), None)
    text = one_line("".join(_seen(heading or trigger))) or one_line(text_of(trigger))
    return _SWITCH_WORDS.sub("", text)


def _seen(tag: Tag) -> Iterator[str]:
    for child in tag.children:
        if isinstance(child, Tag):
            if attr(child, "aria-hidden") != "true" and UNSEEN.isdisjoint(classes(child)):
                yield from _seen(child)
        elif is_text(child):
            yield str(child)


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
