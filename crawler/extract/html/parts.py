"""The parts of a page that are read: its main content, the head above it, and content that stands beside it."""

import re
from collections.abc import Iterator
from itertools import groupby

from bs4 import Tag

from crawler.extract.common.tree import HEADINGS, prose_length, strings, tags, text_length
from crawler.extract.html.boilerplate import is_boilerplate
from crawler.extract.html.landmarks import declares_main, is_frame

_HEAD_LEAST, _HEAD_MOST = 60, 1500  # characters of an introduction
_BESIDE_LEAST = 120  # characters of prose beside the main content
_TITLED = [*HEADINGS, "table", "dl"]
_LOOSE = HEADINGS | {"p", "ul", "ol", "dl", "table", "blockquote", "hr"}
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
            sum(map(prose_length, tags_of_run)) >= _BESIDE_LEAST and (loose is True or tags_of_run[0].find(_TITLED))
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
        and block.find("form") is None
        and not is_boilerplate(block)
        and not any(map(_OF_SITE.search, strings(block)))
    )
