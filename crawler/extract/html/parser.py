"""HTML text to the tree that the rules walk over.

lxml parses, and BeautifulSoup's elements are made of its tree in one pass: BeautifulSoup's own builder takes four times as long
for the same tree, because it hears of each tag and string by a call of its own. Attributes of several words (`class`, `rel`)
are one string, with single spaces. What is a table or a block by its role or style only is one by its name too.
"""

import re
import warnings
from collections.abc import Mapping

from bs4 import BeautifulSoup, Comment, Tag, XMLParsedAsHTMLWarning
from bs4.builder import HTMLTreeBuilder
from bs4.element import AttributeValueList, NavigableString, PageElement
from lxml import etree

from crawler.extract.common.tree import first

_DEEPEST = 2000  # levels; libxml2 leaves out what stands below 2,048
_SPACES = "\t\n\f\r "
_LISTS = HTMLTreeBuilder.DEFAULT_CDATA_LIST_ATTRIBUTES
_EVERYWHERE = frozenset(_LISTS["*"])
_SEVERAL = {name: _EVERYWHERE.union(names) for name, names in _LISTS.items()}
_STRINGS = HTMLTreeBuilder.DEFAULT_STRING_CONTAINERS  # script, style and the like: no text to read
_KEEP_SPACES = HTMLTreeBuilder.DEFAULT_PRESERVE_WHITESPACE_TAGS
_ROLES = {"row": "tr", "rowgroup": "tbody", "columnheader": "th", "rowheader": "th", "cell": "td", "gridcell": "td"}
_ROLES_OF_TABLES = frozenset({"table", "grid", "treegrid"})
_PLAIN = frozenset({"div", "span", "ul", "ol", "li", "section", "p", "a", "b", "strong"})
_BLOCK_STYLE = re.compile(r"(?<![-\w])display\s*:\s*(block|flex|grid|table|table-row|list-item)\s*(;|!|$)", re.I)
_HEAD_ONLY = frozenset({"title", "meta", "link", "script", "style", "base", "noscript", "template", "object"})


def parse(text: str) -> BeautifulSoup:
    """The tree as browsers see it: libxml2 leaves newer elements in the head of a page that writes no <body>."""
    soup = _tree(text)
    head, html = first(soup, "head"), first(soup, "html")
    if head is None or html is None:
        return soup
    strays = [c for c in list(head.children) if isinstance(c, Tag) and c.name not in _HEAD_ONLY]
    if strays:
        body = first(soup, "body")
        if body is None:
            body = soup.new_tag("body")
            html.append(body)
        for position, stray in enumerate(strays):
            body.insert(position, stray.extract())
    return soup


def _tree(text: str) -> BeautifulSoup:
    soup = BeautifulSoup("", "html.parser")  # it makes nothing of an empty page; "lxml" takes a while to
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


class _Element(Tag):
    """A tag as `Tag` makes it without a builder, in a third of the time: most of what it sets is the same for all."""

    parser_class = namespace = prefix = sourceline = sourcepos = None
    can_be_empty_element = cdata_list_attributes = preserve_whitespace_tags = None
    interesting_string_types = Tag.MAIN_CONTENT_STRING_TYPES

    def __init__(self, name: str, attrs: dict[str, str | AttributeValueList]) -> None:
        self.name = name
        self.attrs = attrs
        self.contents = []


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
            else:
                self._add(Comment(node.text or ""))
            text = node.text if event == "start" else node.tail
            if text:
                self._string(text)

    def _start(self, node: etree._Element) -> None:
        name = str(node.tag)
        raw = dict(node.items())
        attrs: dict[str, str | AttributeValueList] = {**raw}
        for key in _SEVERAL.get(name, _EVERYWHERE).intersection(raw):
            attrs[key] = " ".join(raw[key].split())
        if raw:
            name = self._meant(name, raw)
        tag = _Element(name, attrs)
        if name in _STRINGS:
            tag.interesting_string_types = {_STRINGS[name]}
        self._add(tag)
        self._open.append(tag)
        self.depth = max(self.depth, len(self._open))
        self._keeps_spaces += name in _KEEP_SPACES

    def _meant(self, name: str, attributes: Mapping[str, str]) -> str:
        """What an element is by its role (part of a table), its style (a block) or its place (a shadow tree that is shown)."""
        if name == "template":
            return "div" if "shadowrootmode" in attributes else name
        if name not in _PLAIN:
            return name
        role = attributes.get("role", "").strip().lower()
        if role in _ROLES_OF_TABLES:
            return "table"
        if role in _ROLES and any(tag.name == "table" for tag in self._open):
            return _ROLES[role]
        return "div" if name == "span" and _BLOCK_STYLE.search(attributes.get("style", "")) else name

    def _string(self, text: str) -> None:
        if not self._keeps_spaces and not text.strip(_SPACES):
            text = "\n" if "\n" in text else " "
        kind = _STRINGS.get(self._open[-1].name, NavigableString)
        self._add(str.__new__(kind, text))  # `NavigableString` itself sets the links twice

    def _add(self, node: PageElement) -> None:
        parent, last = self._open[-1], self._last
        before = parent.contents[-1] if parent.contents else None
        node.parent, node.previous_element, node.previous_sibling = parent, last, before
        node.next_element = node.next_sibling = None
        last.next_element = node
        if before is not None:
            before.next_sibling = node
        parent.contents.append(node)
        self._last = node
