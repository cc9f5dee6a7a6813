"""Removes what surrounds the content: navigation, footers, notices, share and search boxes.

By element, ARIA role and exact class or id tokens (never parts of words: "nav" must not
remove "navigator-program"). No rule may take more than half of the prose of the page, so a
site that wraps its content in a `<header>` or a form keeps it.
"""

from collections import Counter

from bs4 import Tag

from crawler.extract.common.characters import squeezed
from crawler.extract.common.tree import (
    attr,
    children,
    first,
    gone,
    heading_level,
    is_longer,
    link_length,
    prose_length,
    roles,
    tags,
    text_after,
    text_before,
    text_length,
    text_of,
    tokens,
)
from crawler.extract.html import signs
from crawler.extract.html.panels import Panels
from crawler.extract.html.search_marks import excluded, included

_YEAR_HEAD = 12  # characters beside the years of a page's own archive


def drop_boilerplate(main: Tag, panels: Panels) -> None:
    """Removes the surroundings inside `main`, rule by rule in document order."""
    whole_page = main.name in {"body", "[document]"}
    half = prose_length(main) / 2
    taken: Counter[str] = Counter()
    for tag in tags(main):
        if gone(tag) or tag is main:
            continue
        rule = _rule(tag, whole_page)
        if not rule or panels.keep(tag):
            continue
        cost = 0 if tag.name == "a" else prose_length(tag)
        if cost and taken[rule] + cost > half and not _frame(tag, main):
            continue
        taken[rule] += cost
        _drop(tag, rule, main)


def _drop(tag: Tag, rule: str, main: Tag) -> None:
    """Removes `tag`, and of a menu the box that holds nothing more than its heading."""
    box = tag.parent
    tag.decompose()
    if rule in {"menu", "navigation", "share"} and box is not None and box is not main and box.name in signs.BOXES:
        rest = [child for child in tags(box) if text_length(child)]
        if rest and all(heading_level(child) or heading_level(child.parent or child) for child in rest):
            box.decompose()


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
    if not tag.attrs and tag.name not in {
        "ul",
        "ol",
        "nav",
        "footer",
        "aside",
        "header",
        "a",
        "button",
        "form",
        "dialog",
    }:
        return _by_links(tag)
    if included(tag):
        return ""
    for sign in (_by_element, _by_role, _by_token, _by_links, _by_words):
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
    if excluded(tag):
        return "not indexed"
    boilerplate_roles = roles(tag) & signs.ROLES if "role" in tag.attrs else frozenset()
    if boilerplate_roles & {"complementary"}:
        return "aside" if _aside_of_site(tag) else ""
    return "role" if boilerplate_roles and heading_level(tag) == 0 else ""


def _by_token(tag: Tag) -> str:
    """Exact class or id tokens. Words that content uses too need a second sign."""
    if tag.name not in signs.BOXES:
        return ""
    names = tokens(tag)
    if names & signs.CRUMBS or names & signs.NOTICE:
        return "notice"
    if names & signs.NAVIGATION and _mostly_links(tag):
        return "navigation"
    if names & signs.FOOTER:
        return "footer"
    if names & signs.COMMENTS and first(tag, "h1") is None:
        return "comments"
    if names & signs.SHARE and prose_length(tag) < 80:
        return "share"
    if names & signs.SEARCH and prose_length(tag) < 120:
        return "search"
    return "consent" if names & signs.CONSENT and text_length(tag) < 1500 and signs.AGREES.search(text_of(tag)) else ""


def _by_links(tag: Tag) -> str:
    """Links that lead about the site, share the page or show it for another year, and nothing else."""
    if tag.name in {"ul", "ol"}:
        items = [squeezed(text_of(item)) for item in tags(tag, "li")]
        if len(items) > 1 and set(items) <= signs.ELSEWHERE:
            return "share"
    if tag.name in {"ul", "ol", "table"}:
        return "menu" if _picks_year(tag) else ""
    if tag.name in {"p", "div", "td"} and _is_link_bar(tag):
        return "menu"
    return ""


def _by_words(tag: Tag) -> str:
    """Controls and links that only move about on the page or share it, and cookie notices without a known name."""
    if (tag.name == "a" or "button" in roles(tag) or "onclick" in tag.attrs) and _only_switches(tag):
        return "control"
    if tag.name == "a":
        text = text_of(tag)
        moves = attr(tag, "href").startswith(("#", "javascript:")) or not tag.has_attr("href")
        return "skip" if signs.BACK.match(text) or (moves and signs.SKIP.match(text)) else ""
    return "consent" if tag.name in {"div", "section", "aside", "form"} and _asks_consent(tag) else ""


def _only_switches(tag: Tag) -> bool:
    """ "Show" or "Read more" on a line of its own, or after a finished sentence."""
    text = text_of(tag)
    if len(text) > 60 or not any(map(str.isalnum, text)) or not signs.ONLY_CONTROL.fullmatch(text):
        return False
    return text_before(tag).rstrip()[-1:] in {"", ".", "!", "?", "…", ")", "]", "|"} and not text_after(tag).strip()


def _picks_year(tag: Tag) -> bool:
    """Years that show the same page for another year."""
    links = tags(tag, "a")
    if len(links) < 2 or not all(signs.YEAR.fullmatch(text_of(link)) for link in links):
        return False
    pages = {attr(link, "href").partition("?")[::2] for link in links}
    return len({path for path, _ in pages}) == 1 and all(query for _, query in pages) and prose_length(tag) < _YEAR_HEAD


def _is_link_bar(tag: Tag) -> bool:
    """ "Home | Boards | Contact us": links parted by bars, at most one part of them none, that start from a home page."""
    if len(children(tag, "a")) < 2 or is_longer(tag, 200):
        return False
    parts = signs.BARS.split(text_of(tag))
    if len(parts) < 3 or not signs.HOME.fullmatch(parts[0]):
        return False
    return len(set(parts) - {text_of(link) for link in tags(tag, "a")}) <= 1


def _asks_consent(tag: Tag) -> bool:
    if is_longer(tag, 900) or first(tag, "h1", "table") is not None:
        return False
    buttons = tags(tag, "button", "a")[:8]
    return bool(signs.COOKIES.match(text_of(tag))) and any(signs.AGREES.search(text_of(button)) for button in buttons)


def _by_page_token(tag: Tag) -> str:
    """Only where no main content is marked, so the whole body is read."""
    if tag.name == "td":
        return "menu" if _is_menu_cell(tag) else ""
    if tag.name not in signs.BOXES:
        return ""
    names = tokens(tag)
    if names & signs.HEADER:
        return "header"
    if names & signs.SIDE and _mostly_links(tag):
        return "aside"
    return "menu" if tag.name in {"ul", "ol"} and _is_menu(tag) else ""


def _is_menu(tag: Tag) -> bool:
    """A list of many short links with nothing else."""
    links = tags(tag, "a")[:400]
    return len(links) >= 5 and prose_length(tag) <= 3 * len(links) and link_length(tag) <= 28 * len(links)


def _is_menu_cell(tag: Tag) -> bool:
    """A cell of links beside a cell of text, as pages were laid out before style sheets."""
    beside = [cell for cell in children(tag.parent, "td") if cell is not tag] if tag.parent else []
    return _is_menu(tag) and any(prose_length(cell) > text_length(tag) for cell in beside)


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
