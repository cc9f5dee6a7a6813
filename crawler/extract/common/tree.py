"""Helpers over the parsed element tree."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import takewhile

from bs4 import Comment, Tag
from bs4.element import NavigableString, PageElement

from crawler.extract.common.characters import words

BLOCKS = words(
    "address article aside blockquote body center dd details dialog div dl dt fieldset figcaption figure footer "
    "form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre section summary table tbody td "
    "tfoot th thead tr ul caption"
)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_NEAR = 24  # characters beside an element that say what it is


def attr(tag: Tag, name: str) -> str:
    """An attribute as one string; "" when it is missing."""
    value = tag.attrs.get(name) or ""
    return value if isinstance(value, str) else " ".join(value)


def tokens(tag: Tag) -> frozenset[str]:
    """Class names and id, lower case."""
    return lower_words(f"{attr(tag, 'class')} {attr(tag, 'id')}")


def classes(tag: Tag) -> frozenset[str]:
    """Class names, lower case."""
    return lower_words(attr(tag, "class"))


def roles(tag: Tag) -> frozenset[str]:
    return lower_words(attr(tag, "role"))


@lru_cache(1024)  # the elements of a site share a few values
def lower_words(value: str) -> frozenset[str]:
    """The words of an attribute, lower case."""
    return frozenset(value.lower().split())


def is_text(node: PageElement) -> bool:
    """True for text to read; comments, doctypes, scripts and the like are other classes."""
    return type(node) is NavigableString


def strings(tag: Tag) -> list[NavigableString]:
    """All text inside `tag`, in order, at any depth."""
    return [node for node in tag.descendants if type(node) is NavigableString]


def text_of(tag: Tag) -> str:
    """All text inside `tag`, spaces collapsed; nothing between inline elements."""
    return " ".join("".join(strings(tag)).split())


def text_before(tag: Tag) -> str:
    """The last characters in front of an inline element, on its own line."""
    return _near(tag, tag.previous_elements)[::-1]


def text_after(tag: Tag) -> str:
    """The first characters behind an inline element, on its own line."""
    inside = set(map(id, tag.descendants))
    return _near(tag, (node for node in tag.next_elements if id(node) not in inside), forward=True)


def _near(tag: Tag, nodes: Iterable[PageElement], *, forward: bool = False) -> str:
    """Characters from the element outwards."""
    line, found = _block_of(tag), ""
    for node in takewhile(lambda n: not (isinstance(n, Tag) and (n.name in BLOCKS or n.name == "br")), nodes):
        if is_text(node):
            if len(found) >= _NEAR or _block_of(node) is not line:
                break
            found += str(node) if forward else str(node)[::-1]
    return found


def _block_of(node: PageElement) -> Tag | None:
    return next((parent for parent in node.parents if parent.name in BLOCKS), None)


def text_length(tag: Tag) -> int:
    """Characters of text inside `tag`, white space at the ends of strings left out."""
    return sum(map(len, map(str.strip, strings(tag))))


def is_longer(tag: Tag, most: int) -> bool:
    """Whether `text_length` is above `most`, counted no further than that."""
    length = 0
    for node in filter(is_text, tag.descendants):
        length += len(str(node).strip())
        if length > most:
            return True
    return False


def link_length(tag: Tag) -> int:
    """Characters of text that are links."""
    return sum(text_length(a) for a in tags(tag, "a"))


def prose_length(tag: Tag) -> int:
    """Characters of text that are not links: what a removal rule must not take too much of."""
    return max(0, text_length(tag) - link_length(tag))


def tags(root: Tag, *names: str, having: str = "") -> list[Tag]:
    """Elements below `root` of these names (any, when none is given) that carry the attribute `having`.

    Much faster than `find_all` on large pages: its filters cost more than the tree.
    """
    found = [node for node in root.descendants if isinstance(node, Tag)]
    if names:
        found = [tag for tag in found if tag.name in names]
    return [tag for tag in found if having in tag.attrs] if having else found


def first(root: Tag, *names: str) -> Tag | None:
    """The first element below `root` of these names."""
    return next((node for node in root.descendants if isinstance(node, Tag) and node.name in names), None)


def children(tag: Tag, *names: str) -> list[Tag]:
    """Elements right below `tag` of these names (any, when none is given)."""
    return [node for node in tag.contents if isinstance(node, Tag) and (not names or node.name in names)]


class Elements:
    """The elements of a page in its order, found in one walk. What is removed later is left out, what is added is not known."""

    def __init__(self, page: Tag) -> None:
        self.comments: list[Comment] = []
        self._all: list[Tag] = []
        self._by_name: defaultdict[str, list[Tag]] = defaultdict(list)
        self._having: defaultdict[str, list[Tag]] = defaultdict(list)
        for node in page.descendants:
            if isinstance(node, Tag):
                self._all.append(node)
                self._by_name[node.name].append(node)
                for name in node.attrs:
                    self._having[name].append(node)
            elif isinstance(node, Comment):
                self.comments.append(node)

    def __iter__(self) -> Iterator[Tag]:
        return (tag for tag in self._all if tag.name)

    def named(self, *names: str, having: str = "") -> Iterator[Tag]:
        """Elements of these names (any, when none is given) that carry the attribute `having`."""
        if len(names) == 1:
            found = self._by_name.get(names[0], [])
        else:
            found = self._having.get(having, []) if having else self._all
        wanted = frozenset(names)
        for tag in found:
            if tag.name and (not names or tag.name in wanted) and (not having or having in tag.attrs):
                yield tag


def next_tag(tag: Tag) -> Tag | None:
    """The next element beside `tag`."""
    return next((node for node in tag.next_siblings if isinstance(node, Tag)), None)


def previous_tag(tag: Tag) -> Tag | None:
    """The element beside and before `tag`."""
    return next((node for node in tag.previous_siblings if isinstance(node, Tag)), None)


def closest(tag: PageElement, *names: str) -> Tag | None:
    """The innermost element of these names around `tag`."""
    return next((parent for parent in tag.parents if parent.name in names), None)


def gone(tag: Tag) -> bool:
    """True after `decompose`, which takes the name. `Tag.decomposed` itself searches the whole tree below the tag each time."""
    return not tag.name


def within(tag: PageElement, ancestor: Tag) -> bool:
    return any(parent is ancestor for parent in tag.parents)


def heading_level(tag: Tag) -> int:
    """1 to 6 for a heading element or role=heading, else 0."""
    if tag.name in HEADINGS:
        return int(tag.name[1])
    if "heading" in roles(tag):
        level = attr(tag, "aria-level")
        return int(level) if level in {"1", "2", "3", "4", "5", "6"} else 2
    return 0


def by_id(page: Elements) -> dict[str, Tag]:
    """The first element with each id."""
    tag_by_id: dict[str, Tag] = {}
    for tag in page.named(having="id"):
        tag_by_id.setdefault(attr(tag, "id"), tag)
    return tag_by_id


def definition_pairs(tag: Tag) -> list[tuple[Tag, list[Tag]]]:
    """The terms of a <dl>, each with its definitions; nested lists are left to their own."""
    pairs: list[tuple[Tag, list[Tag]]] = []
    for part in tags(tag, "dt", "dd"):
        if closest(part, "dl") is not tag:
            continue
        if part.name == "dt" or not pairs:
            pairs.append((part, []))
        else:
            pairs[-1][1].append(part)
    return pairs


def is_card(tag: Tag) -> bool:
    """One of several alike: an item, an article, or a block beside another of the same class."""
    if tag.name in {"li", "article", "section"}:
        return True
    names = attr(tag, "class")
    if tag.name != "div" or not names:
        return False
    beside = (next_tag(tag), previous_tag(tag))
    return any(other is not None and other.name == "div" and attr(other, "class") == names for other in beside)


def stands_apart(tag: Tag) -> bool:
    """True when style sheets part an inline element from the one right before it: two links, or spans of
    different classes. Spans without classes may be halves of one word, as pasted from word processors."""
    before = tag.previous_sibling
    if not isinstance(before, Tag) or before.name != tag.name:
        return False
    if tag.name == "a":
        return True
    if tag.name != "span":
        return False
    if "" != attr(tag, "class") != attr(before, "class") != "":
        return True
    return "itemprop" in tag.attrs and "itemprop" in before.attrs and text_of(before)[-1:].isalnum()
