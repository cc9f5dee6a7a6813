"""A home page stands behind what answers.

It names every subject of its site, mostly to link to the page about it, so it is near many questions and answers few. It gives way to
what is about as near, and stands where it stood when nothing else is.
"""

import re
from collections.abc import Callable, Collection, Sequence
from urllib.parse import urlsplit

from index.passages.document import Passage
from index.ranking.giving_way import behind_others
from index.ranking.ranker import Ranked

GIVES_WAY = 0.25
"""How much less score a passage may have before which a home page does not stand."""
_INDEX = re.compile(r"(?<=/)(?:index|default|home)(?:\.\w+)?/?$")


def behind(ranked: Sequence[Ranked], *, homes: Collection[str], read: Callable[[Ranked], Passage]) -> list[Ranked]:
    """The passages, best first, where no home page stands before what is about as near. They take over each other's scores.

    `homes` are the paths of home pages, as `home_path` gives them.
    """
    return behind_others(ranked, lambda each: _at_home(read(each), homes), within=GIVES_WAY, part="home")


def home_path(url: str) -> str:
    """The path of an address, without the file name that stands for a folder."""
    return "/" + _INDEX.sub("", urlsplit(url).path.lower()).strip("/")


def _at_home(passage: Passage, homes: Collection[str]) -> bool:
    return passage.kind != "faq" and bool(passage.url) and home_path(passage.url) in homes
