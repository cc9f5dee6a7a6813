"""What a page tells search engines to read and to pass over, in attributes and comments.

Attributes of Swiftype, Elastic and Pagefind, Google's `data-nosnippet`, and the pairs of comments of Google Search
Appliance, Funnelback, Ultraseek, ht://Dig, Sphider and Zoom. Like every other rule, none takes more than half of the
prose of a page: a site may close its home page to its own search.
"""

import re
from collections.abc import Collection, Iterator

from bs4 import Comment, Tag
from bs4.element import NavigableString, PageElement

from crawler.extract.common.tree import Elements, attr, closest, is_text, prose_length, tags, within
from crawler.extract.html.landmarks import prose_outside_frame

_INCLUDES = ("data-elastic-include", "data-pagefind-body")
_EXCLUDES = ("data-elastic-exclude", "data-pagefind-ignore", "data-nosnippet")
_MARKS = frozenset({"data-swiftype-index", *_INCLUDES, *_EXCLUDES})
_OFF = re.compile(r"googleoff:? *(index|all|snippet)|(htdig_|sphider_)?noindex|stopindex|zoomstop", re.I)
_ON = re.compile(r"googleon:? *(index|all|snippet)|(/|end)(htdig_|sphider_)?noindex|startindex|zoomrestart", re.I)


def included(tag: Tag) -> bool:
    """Whether the page marks `tag` as something to be found."""
    return not _MARKS.isdisjoint(tag.attrs) and (
        attr(tag, "data-swiftype-index").lower() == "true" or _set(tag, _INCLUDES)
    )


def excluded(tag: Tag) -> bool:
    """Whether the page marks `tag` as nothing to be found, and no part of it as something."""
    closed = not _MARKS.isdisjoint(tag.attrs) and (
        attr(tag, "data-swiftype-index").lower() == "false" or _set(tag, _EXCLUDES)
    )
    return closed and not any(map(included, tags(tag)))


def follow_search_marks(body: Tag, page: Elements) -> None:
    """Removes what stands between comments that close the search, and, where a page marks what is to be found, the rest.

    Call it while the comments are still there.
    """
    closed = list(_between_comments(body)) if any(_OFF.fullmatch(_words(c)) for c in page.comments) else []
    if closed and _prose(closed) <= prose_outside_frame(body, page) / 2:
        for node in closed:
            node.extract()
    marked = [tag for tag in page if included(tag) and within(tag, body)]
    outermost = [tag for tag in marked if not any(within(tag, other) for other in marked)]
    if outermost and sum(map(prose_length, outermost)) >= prose_outside_frame(body, page) / 2:
        _keep_only(body, outermost)


def _set(tag: Tag, names: Collection[str]) -> bool:
    return any(name in tag.attrs and attr(tag, name).lower() != "false" for name in names)


def _between_comments(body: Tag) -> Iterator[NavigableString]:
    """Strings from a comment that closes the search to the one that opens it."""
    closed = False
    for node in body.descendants:
        if isinstance(node, Comment):
            words = _words(node)
            closed = bool(_OFF.fullmatch(words)) or (closed and not _ON.fullmatch(words))
        elif closed and isinstance(node, NavigableString) and is_text(node):
            yield node


def _words(comment: Comment) -> str:
    return " ".join(comment.split())


def _prose(nodes: list[NavigableString]) -> int:
    return sum(len(node.strip()) for node in nodes if closest(node, "a") is None)


def _keep_only(tag: Tag, kept: list[Tag]) -> None:
    """Removes from `tag` all that neither holds nor is one of `kept`."""
    for child in list[PageElement](tag.children):
        if not isinstance(child, Tag):
            child.extract()
        elif not any(child is keep for keep in kept):
            if any(within(keep, child) for keep in kept):
                _keep_only(child, kept)
            else:
                child.decompose()
