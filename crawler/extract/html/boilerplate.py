"""Removes what surrounds the content: navigation, footers, notices, share and search boxes.

By element, ARIA role and exact class or id tokens (never parts of words: "nav" must not
remove "navigator-program"). No rule may take more than half of the prose of the page, so a
site that wraps its content in a `<header>` or a form keeps it.
"""

from collections import Counter
from collections.abc import Iterator

from bs4 import Tag
from bs4.element import PageElement

from crawler.extract.common.characters import key
from crawler.extract.common.tree import (
    attr,
    gone,
    heading_level,
    is_text,
    link_length,
    prose_length,
    roles,
    tags,
    text_length,
    text_of,
    tokens,
)
from crawler.extract.html import signs
from crawler.extract.html.panels import Panels


def drop_boilerplate(main: Tag, panels: Panels) -> None:
    """Removes the surroundings inside `main`, rule by rule in document order."""
    whole_page = main.name in {"body", "[document]"}
    half = prose_length(main) / 2
    taken: Counter[str] = Counter()
    for tag in tags(main):
        if gone(tag) or tag is main:
            continue
        rule = _rule(tag, whole_page)
        if not rule or id(tag) in panels.titles:
            continue
        cost = prose_length(tag)
        if cost and taken[rule] + cost > half and not _frame(tag, main):
            continue
        taken[rule] += cost
        tag.decompose()
    if half > signs.PROSE_BESIDE_MENU:
        _drop_leading_menu(main)


def _drop_leading_menu(main: Tag) -> None:
    """A list of short links before anything else is the menu of the section."""
    for tag in tags(main, "ul", "ol"):
        if not _is_menu(tag) or any(is_text(node) and str(node).strip() for node in _before(tag, main)):
            return
        tag.decompose()
        return


def _before(tag: Tag, main: Tag) -> Iterator[PageElement]:
    """What stands before `tag` inside `main`."""
    for node in main.descendants:
        if node is tag:
            return
        yield node


def is_boilerplate(tag: Tag) -> bool:
    """True when a rule would remove `tag` wherever it stands."""
    return bool(_rule(tag, True))


def _frame(tag: Tag, main: Tag) -> bool:
    """A page's own footer may hold more words than its short content; what stays must still be something."""
    sure = (
        tag.name in {"footer", "nav"}
        or bool(roles(tag) & {"contentinfo", "navigation"})
        or bool(tokens(tag) & signs.NOTICE)
    )
    return sure and prose_length(main) - prose_length(tag) >= 80


def _rule(tag: Tag, whole_page: bool) -> str:
    """The name of the rule that removes `tag`, or ""."""
    if not tag.attrs and tag.name not in {"ul", "nav", "footer", "aside", "header", "a", "button", "form", "dialog"}:
        return ""
    for sign in (_by_element, _by_role, _by_token, _by_words):
        rule = sign(tag)
        if rule:
            return rule
    return _by_page_token(tag) if whole_page else ""


def _by_element(tag: Tag) -> str:
    if tag.name in {"nav", "footer", "dialog"}:
        return tag.name
    if tag.name == "aside":
        return "aside" if _aside_of_site(tag) else ""
    if tag.name == "header" and _site_header(tag):
        return "header"
    if tag.name == "button" and not _in_heading(tag):
        return "button"
    return ""


def _by_role(tag: Tag) -> str:
    if any(
        name in tag.attrs and attr(tag, name).lower() in {value, "true"} for name, value in signs.NOT_INDEXED.items()
    ):
        return "not indexed"
    found = roles(tag) & signs.ROLES if "role" in tag.attrs else frozenset()
    if found & {"complementary"}:
        return "aside" if _aside_of_site(tag) else ""
    return "role" if found and heading_level(tag) == 0 else ""


def _by_token(tag: Tag) -> str:
    """Exact class or id tokens. Words that content uses too need a second sign."""
    if tag.name not in signs.BOXES:
        return ""
    found = tokens(tag)
    if found & signs.CRUMBS or found & signs.NOTICE:
        return "notice"
    if found & signs.NAVIGATION and _mostly_links(tag):
        return "navigation"
    if found & signs.FOOTER:
        return "footer"
    if found & signs.COMMENTS and tag.find("h1") is None:
        return "comments"
    return _by_small_token(tag, found)


def _by_small_token(tag: Tag, found: frozenset[str]) -> str:
    if found & signs.SHARE and prose_length(tag) < 80:
        return "share"
    if found & signs.SEARCH and prose_length(tag) < 120:
        return "search"
    if found & signs.CONSENT and signs.AGREES.search(text_of(tag)) and text_length(tag) < 1500:
        return "consent"
    return ""


def _by_words(tag: Tag) -> str:
    """Links that only move about on the page, and consent notices without a known name."""
    if tag.name == "a":
        text = text_of(tag)
        moves = attr(tag, "href").startswith(("#", "javascript:")) or not tag.has_attr("href")
        return "skip" if signs.BACK.match(text) or (moves and signs.SKIP.match(text)) else ""
    if tag.name in {"ul", "ol"}:
        items = [key(text_of(item)) for item in tags(tag, "li")]
        return "share" if len(items) > 1 and set(items) <= signs.ELSEWHERE else ""
    if tag.name in {"div", "section", "aside", "form"}:
        if _is_consent(tag):
            return "consent"
        return "menu" if _is_headed_menu(tag) else ""
    return ""


def _is_consent(tag: Tag) -> bool:
    if tag.find(["button", "a"]) is None or tag.find(["h1", "table"]) is not None or text_length(tag) > 900:
        return False
    words = key(text_of(tag))
    said = "cookies" in words and (
        "we use" in words or "uses cookies" in words or "use of cookies" in words or "usamos cookies" in words
    )
    return said and any(signs.AGREES.search(text_of(b)) for b in tag.find_all(["button", "a"], limit=8))


def _by_page_token(tag: Tag) -> str:
    """Only where no main content is marked, so the whole body is read."""
    if tag.name not in signs.BOXES:
        return ""
    found = tokens(tag)
    if found & signs.HEADER:
        return "header"
    if found & signs.SIDE and _mostly_links(tag):
        return "aside"
    return "menu" if tag.name in {"ul", "ol"} and _is_menu(tag) else ""


def _is_headed_menu(tag: Tag) -> bool:
    """A box of links whose heading says that it is a menu."""
    if text_length(tag) > 3000:
        return False
    first = next((t for t in tags(tag) if heading_level(t)), None)
    if first is None or not signs.MENU_HEADING.search(text_of(first)):
        return False
    return text_of(tag).startswith(text_of(first)) and prose_length(tag) - text_length(first) <= 0.3 * text_length(tag)


def _is_menu(tag: Tag) -> bool:
    """A list of many short links with nothing else."""
    links = tag.find_all("a", limit=400)
    return len(links) >= 5 and prose_length(tag) <= 3 * len(links) and link_length(tag) <= 28 * len(links)


def _mostly_links(tag: Tag) -> bool:
    return prose_length(tag) <= 0.4 * text_length(tag)


def _site_header(tag: Tag) -> bool:
    """A header of the site; one of a section or article holds its heading."""
    return not any(parent.name in {"main", "article", "section"} or "main" in roles(parent) for parent in tag.parents)


def _aside_of_site(tag: Tag) -> bool:
    """A side box of links goes; one of prose inside the content (office hours, a note) stays."""
    inside = any(parent.name in {"main", "article"} or "main" in roles(parent) for parent in tag.parents)
    return not inside or _mostly_links(tag)


def _in_heading(tag: Tag) -> bool:
    return any(heading_level(parent) or parent.name == "summary" for parent in list(tag.parents)[:3])
