"""HTML text to the tree that the rules walk over.

lxml parses, and BeautifulSoup's elements are made of its tree in one pass: BeautifulSoup's own builder takes four times as long
for the same tree, because it hears of each tag and string by a call of its own. Attributes of several words (`class`, `rel`)
are one string, with single spaces.
"""

import warnings

from bs4 import BeautifulSoup, Comment, Tag, XMLParsedAsHTMLWarning
from bs4.builder import HTMLTreeBuilder
from bs4.element import NavigableString, PageElement
from lxml import etree

_DEEPEST = 2000  # levels; libxml2 leaves out what stands below 2,048
_SPACES = frozenset("\t\n\f\r ")
_SEVERAL = {name: frozenset(names) for name, names in HTMLTreeBuilder.DEFAULT_CDATA_LIST_ATTRIBUTES.items()}
_EVERYWHERE = _SEVERAL["*"]
_STRINGS = HTMLTreeBuilder.DEFAULT_STRING_CONTAINERS  # script, style and the like: no text to read
_KEEP_SPACES = HTMLTreeBuilder.DEFAULT_PRESERVE_WHITESPACE_TAGS
_HEAD_ONLY = frozenset({"title", "meta", "link", "script", "style", "base", "noscript", "template", "object"})


def parse(text: str) -> BeautifulSoup:
    """The tree as browsers see it: libxml2 leaves newer elements in the head of a page that writes no <body>."""
    soup = _tree(text)
    if soup.head is None or soup.html is None:
        return soup
    strays = [c for c in list(soup.head.children) if isinstance(c, Tag) and c.name not in _HEAD_ONLY]
    if strays:
        body = soup.body
        if body is None:
            body = soup.new_tag("body")
            soup.html.append(body)
        for position, stray in enumerate(strays):
            body.insert(position, stray.extract())
    return soup


def _tree(text: str) -> BeautifulSoup:
    soup = BeautifulSoup("", "lxml")
    builder = _Builder(soup)
    for top in _tops(text):
        builder.fill(top)
    if builder.depth < _DEEPEST:
        return soup
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        return BeautifulSoup(text, "lxml")  # hears of every element, however deep


def _tops(text: str) -> list[etree._Element]:
    """The html element, and what stands behind its end."""
    parser = etree.HTMLParser(huge_tree=True)
    try:
        parser.feed(text.removeprefix("\ufeff"))
        root = parser.close()
    except etree.LxmlError:  # nothing but white space or a comment
        return []
    return [root, *root.itersiblings("*")] if root is not None else []


class _Builder:
    """Makes elements in the order of the page, each linked to the one before."""

    def __init__(self, soup: BeautifulSoup) -> None:
        self._open: list[Tag] = [soup]
        self._last: PageElement = soup
        self._keeps_spaces = 0
        self.depth = 0

    def fill(self, root: etree._Element) -> None:
        for event, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
            if event == "start":
                self._start(node)
            elif event == "end":
                self._keeps_spaces -= self._open.pop().name in _KEEP_SPACES
                self._string(node.tail)
            else:
                self._add(Comment(node.text or ""))
                self._string(node.tail)

    def _start(self, node: etree._Element) -> None:
        name = str(node.tag)
        strings = _STRINGS.get(name)
        tag = Tag(name=name, interesting_string_types={strings} if strings else Tag.MAIN_CONTENT_STRING_TYPES)
        several = _SEVERAL.get(name, _EVERYWHERE)
        tag.attrs = {
            key: " ".join(value.split()) if key in _EVERYWHERE or key in several else value
            for key, value in node.attrib.items()
        }
        self._add(tag)
        self._open.append(tag)
        self.depth = max(self.depth, len(self._open))
        self._keeps_spaces += name in _KEEP_SPACES
        self._string(node.text)

    def _string(self, text: str | None) -> None:
        if text:
            if not self._keeps_spaces and _SPACES.issuperset(text):
                text = "\n" if "\n" in text else " "
            self._add(_STRINGS.get(self._open[-1].name, NavigableString)(text))

    def _add(self, node: PageElement) -> None:
        parent = self._open[-1]
        node.setup(parent, self._last)
        parent.contents.append(node)
        self._last = node
