"""Which fragment id a reader should be sent to for a piece of the page."""

import re

from bs4 import Tag

from crawler.extract.common.tree import attr, tags

# Ids that a content system makes up anew, or that frame half the page.
_MADE_UP = re.compile(
    r"[0-9a-f]{8}|\d{6}|ctl\d\d|contentplaceholder|^(ember|yui|ext-|react|wrapper|page|content|main)", re.I
)


class Anchors:
    """The ids around the place where the walk is, and an empty anchor just passed.

    The id of a surrounding block serves only up to the first heading in it: what comes
    later is not where that id lands.
    """

    def __init__(self) -> None:
        self._around: list[str] = []
        self._passed = ""

    def enter(self, tag: Tag) -> None:
        """Enter a block element; `leave` must follow."""
        self._around.append(_kept(attr(tag, "id")))

    def leave(self) -> None:
        self._around.pop()

    def pass_by(self, tag: Tag) -> None:
        """`<a id="fees"></a>` marks what follows."""
        self._passed = _kept(attr(tag, "id") or attr(tag, "name"))

    def here(self, tag: Tag | None = None) -> str:
        """For content: its own id, or the nearest around it."""
        own = _kept(attr(tag, "id")) if tag is not None else ""
        return own or next((a for a in reversed(self._around) if a), "")

    def heading(self, tag: Tag | None = None) -> str:
        """For a heading: its own id, one inside it, the anchor just before it, or the block it opens."""
        own = _inside(tag) if tag is not None else ""
        anchor = own or self._passed or self.here()
        self._passed = ""
        self._around = ["" for _ in self._around]
        return anchor


def _inside(tag: Tag) -> str:
    if _kept(attr(tag, "id")):
        return attr(tag, "id")
    inner = next(iter([*tags(tag, having="id"), *tags(tag, "a", having="name")]), None)
    return _kept(attr(inner, "id") or attr(inner, "name")) if inner is not None else ""


def _kept(anchor: str) -> str:
    return "" if _MADE_UP.search(anchor) or any(c.isspace() for c in anchor) else anchor
