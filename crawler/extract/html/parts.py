"""The parts of a page that are read: its main content, the head above it, content beside it, and how to reach the office."""

import re
from collections.abc import Iterator
from itertools import groupby, takewhile

from bs4 import Tag
from bs4.element import PageElement

from crawler.extract.common.tree import (
    HEADINGS,
    attr,
    first,
    prose_length,
    strings,
    tags,
    text_length,
    text_of,
    within,
)
from crawler.extract.html.boilerplate import is_boilerplate
from crawler.extract.html.landmarks import declares_main, is_frame
from crawler.extract.html.panels import Panels
from crawler.extract.html.walk.walk import Walk
from crawler.page import Block

_HEAD_LEAST, _HEAD_MOST = 60, 1500  # characters of an introduction
_BESIDE_LEAST = 120  # characters of prose beside the main content
_TITLED = [*HEADINGS, "table", "dl"]
_LOOSE = HEADINGS | {"p", "ul", "ol", "dl", "table", "blockquote", "hr"}
_PHONE = re.compile(r"(?<![\d-])(?:\(\d{3}\) ?|\d{3}[-. ])?\d{3}[-. ]\d{4}(?![\d-])")
_POSTCODE = re.compile(r"\b[A-Z]{2},? \d{5}(?:-\d{4})?\b")
_STREET = re.compile(r"\b\d{1,5} (?:[NSEW]\.? )?[A-Z][a-z]+")  # "414 Elm": two offices may share a postcode
_DIGITS = re.compile(r"\d{4}")  # in every number and address that is looked for
_CONTACT_MOST = 300  # characters of one contact block
_CONTACTS = 4  # blocks of one page
_OF_SITE = re.compile(r"©|\bcopyright\b|\ball rights reserved\b|\bcookies\b", re.I)


def parts_of(main: Tag) -> list[Tag]:
    """What to read, in the order of the page. Call it after hidden text is removed."""
    above: list[Tag] = []
    below: list[Tag] = []
    here = main
    while here.parent is not None and here.name != "body":
        above = [*reversed([tag for tag in here.previous_siblings if isinstance(tag, Tag)]), *above]
        below = [*below, *(tag for tag in here.next_siblings if isinstance(tag, Tag))]
        here = here.parent
    head = next((tag for tag in above if _is_head(tag)), None)
    if not declares_main(main):
        return [head, main] if head is not None else [main]
    beside = {id(tag) for side in (above, below) for tag in _content(side)}
    return [*(tag for tag in above if tag is head or id(tag) in beside), main, *(t for t in below if id(t) in beside)]


def _content(side: list[Tag]) -> Iterator[Tag]:
    """Blocks, and runs of paragraphs and lists, that are prose of the page."""
    for loose, run in groupby(side, lambda tag: tag.name in _LOOSE or id(tag)):
        tags_of_run = list(run)
        if all(map(_is_content, tags_of_run)) and (
            sum(map(prose_length, tags_of_run)) >= _BESIDE_LEAST and (loose is True or first(tags_of_run[0], *_TITLED))
        ):
            yield from tags_of_run


def _is_head(block: Tag) -> bool:
    """Whether a block above the main content holds the page's h1 and its introduction."""
    for heading in tags(block, "h1"):
        if any(is_frame(tag) for tag in heading.parents):
            continue
        return _HEAD_LEAST <= prose_length(block) - text_length(heading) <= _HEAD_MOST and not is_boilerplate(block)
    return False


def _is_content(block: Tag) -> bool:
    """Whether nothing says that a block beside the main content is of the site, or a form."""
    return (
        not is_frame(block)
        and first(block, "form") is None
        and not is_boilerplate(block)
        and not any(map(_OF_SITE.search, strings(block)))
    )


def contacts_of(body: Tag) -> list[list[str]]:
    """Every telephone number and postal address with the lines around it, as the page groups them.

    Call it before the surroundings of the main content are dropped: most sites say it in their footer only.
    """
    boxes: list[Tag] = []
    for node in strings(body):
        if _matches(node) and not any(within(node, box) for box in boxes):
            boxes.append(_whole(node))
    return [lines for lines in map(_contact_lines, boxes) if any(map(_matches, lines))]


def unsaid(contacts: list[list[str]], blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """The contacts of which the blocks of the page hold no number and no address, each a block of its own."""
    said = "\n".join("\n".join([*block.heading, block.question, block.text]) for block in blocks)
    new = ["\n".join(lines) for lines in contacts]
    fresh = [text for text in dict.fromkeys(new) if not _is_said(text, said)]
    return tuple(Block("text", (), text) for text in fresh[:_CONTACTS])


def _is_said(contact: str, said: str) -> bool:
    """Whether one of its numbers is there, or its address; a postcode may be that of another one."""
    if any(match.group() in said for match in _PHONE.finditer(contact)):
        return True
    streets = _STREET.findall(contact)
    return all(street in said for street in streets) and any(match in said for match in _matches(contact))


def _contact_lines(box: Tag) -> list[str]:
    """The text of `box` without links to other pages and the notices of a footer."""
    texts = [text_of(link) for link in tags(box, "a") if not attr(link, "href").startswith(("tel:", "mailto:"))]
    links = {text for text in texts if not any(map(str.isdigit, text))}  # "2925 Main Street" leads to a map
    lines = Walk(Panels()).lines_of(box, 0)
    return [line for line in lines if _matches(line) or not (_OF_SITE.search(line) or line in links)]


def _matches(text: str) -> list[str]:
    if not _DIGITS.search(text):
        return []
    return [match.group() for pattern in (_PHONE, _POSTCODE) for match in pattern.finditer(text)]


def _whole(text: PageElement) -> Tag:
    """The largest element around `text` that is short enough to be one contact."""
    around = (tag for tag in text.parents if tag.name == "body" or text_length(tag) > _CONTACT_MOST)
    too_large = next(around, None)
    inside = list(takewhile(lambda tag: tag is not too_large, text.parents))
    return inside[-1] if inside else next(iter(text.parents))
