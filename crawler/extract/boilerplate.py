"""Removes what surrounds the content: navigation, footers, notices, share and search boxes.

By element, ARIA role and exact class or id tokens (never parts of words: "nav" must not
remove "navigator-program"). No rule may take more than half of the prose of the page, so a
site that wraps its content in a `<header>` or a form keeps it.
"""

import re
from collections import Counter
from collections.abc import Callable

from bs4 import Tag

from crawler.extract.characters import key, words
from crawler.extract.panels import Panels
from crawler.extract.tree import (
    attr,
    gone,
    heading_level,
    link_length,
    prose_length,
    roles,
    tags,
    text_length,
    text_of,
    tokens,
)

_ROLES = words("navigation banner contentinfo search menu menubar toolbar dialog alertdialog complementary")
_NAVIGATION = words(
    "nav navbar navigation main-nav main-navigation site-navigation sitenav site-nav topnav top-nav top_nav "
    "mainnav navmenu nav-menu menu main-menu mainmenu mobile-menu mega-menu megamenu submenu sub-menu side-menu "
    "side-nav sidenav sidebar-nav leftnav left-nav rightnav right-nav subnav sub-nav secondary-nav nav-links "
    "post-navigation posts-navigation local-nav section-nav in-page-nav pagination pager page-links breadcrumb "
    "breadcrumbs breadcrumbcontainer breadcrumb-nav sf-breadscrumb crumbs dropdown-menu quick-links quicklinks "
    "skip-link skiplink skip-links skip-to-content skipnav skip-nav skip-to-main skip-main skip toc table-of- "
    "contents on-this-page page-toc tag-cloud tagcloud mymenu language-switcher lang-switcher usa-sidenav usa-in- "
    "page-nav"
)
_CRUMBS = frozenset(
    ["breadcrumb", "breadcrumbs", "breadcrumbcontainer", "sf-breadscrumb", "crumbs", "usa-breadcrumb", "breadcrumb-nav"]
)
_FOOTER = words(
    "footer site-footer page-footer global-footer main-footer footer-wrapper footercontainer footer-container "
    "footer-widgets colophon bottom-footer sitefooter siteinfo copyright footernav usa-footer footerwrap"
)
_HEADER = words(
    "header site-header siteheader global-header main-header masthead topbar top-bar header-wrapper "
    "headercontainer header-container usa-banner gov-banner usa-header site-branding branding headercolumn "
    "branding-wrapper utility-header"
)
_SHARE = words(
    "share sharing social social-share social-sharing social-links social-icons social-media social-media-links "
    "addtoany a2a_kit addtoany_share_save_container addthis_toolbox addthis sharethis sharedaddy share-buttons "
    "share-links sharebar sd-sharing at-share-btn print-link printfriendly page-tools pagetools page-actions "
    "tools-share email-share"
)
_SEARCH = words(
    "search searchbox search-box search-form searchform search_block top_search site-search search-bar searchbar "
    "usa-search search-block-form widgetsearch search_overlay search-container"
)
_NOTICE = words(
    "cookie-banner cookie-notice cookie-consent cookie-law-info-bar cookiebar cookie-bar cookie-message cookie- "
    "popup cookie-alert cookieconsent cookie-policy-banner cc-window cc-banner cc_banner cc-cookies onetrust- "
    "banner-sdk onetrust-consent-sdk cybotcookiebotdialog eu-cookie-compliance-banner sliding-popup gdpr-banner "
    "gdpr-cookie-notice consent-banner consent-popup moove_gdpr_cookie_info_bar cmplz-cookiebanner osano-cm- "
    "window truste_box_overlay usercentrics-root google_translate_element gtranslate gtranslate_wrapper goog-te- "
    "banner-frame modal modal-dialog popup newsletter-signup back-to-top backtotop scroll-to-top to-top preloader"
)
_CONSENT = frozenset(["cookie", "cookies", "consent", "gdpr", "privacy-notice", "privacy-banner"])
_COMMENTS = words(
    "comments comments-area comment-list commentlist comment-section comments-section comment-respond respond "
    "disqus_thread fb-comments comment-form comments-container user-comments"
)
_SIDE = words(
    "sidebar side-bar sidebar-wrapper left-sidebar right-sidebar sidebar-left sidebar-right widget-area widgetarea"
)
_BOXES = words("div section aside ul ol form dialog p footer header table")
_SKIP = re.compile(
    r"^(skip (to|navigation)|jump to (main )?content|back to top|return to top|go to top|(top of|print( this)?|e?-?mail( this)?|share( this)?) page|top|print|"
    r"share|share this|tweet|volver arriba|saltar al? )\b.{0,25}$",
    re.I,
)
_BACK = re.compile(r"^[«‹<←\s]*(return|go back|back|volver) (to|a|al)\b.{0,60}$", re.I)
_MENU_HEADING = re.compile(
    r"\bmenu$|^(site )?navigation$|^quick ?links$|^in this section:?$|^(on|in) this page:?$|^explore$", re.I
)
_NOT_INDEXED = {
    "data-swiftype-index": "false",
    "data-elastic-exclude": "",
    "data-pagefind-ignore": "",
    "data-nosnippet": "",
}
_AGREES = re.compile(r"\b(accept|agree|got it|decline|reject|allow|dismiss|ok(ay)?|close|aceptar|preferences)\b", re.I)

Sign = Callable[[Tag], str]


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


def _frame(tag: Tag, main: Tag) -> bool:
    """A page's own footer may hold more words than its short content; what stays must still be something."""
    sure = (
        tag.name in {"footer", "nav"} or bool(roles(tag) & {"contentinfo", "navigation"}) or bool(tokens(tag) & _NOTICE)
    )
    return sure and prose_length(main) - prose_length(tag) >= 80


def _rule(tag: Tag, whole_page: bool) -> str:
    """The name of the rule that removes `tag`, or ""."""
    if not tag.attrs and tag.name not in {"nav", "footer", "aside", "header", "a", "button", "form", "dialog"}:
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
    if any(name in tag.attrs and attr(tag, name).lower() in {value, "true"} for name, value in _NOT_INDEXED.items()):
        return "not indexed"
    found = roles(tag) & _ROLES if "role" in tag.attrs else frozenset()
    if found & {"complementary"}:
        return "aside" if _aside_of_site(tag) else ""
    return "role" if found and heading_level(tag) == 0 else ""


def _by_token(tag: Tag) -> str:
    """Exact class or id tokens. Words that content uses too need a second sign."""
    if tag.name not in _BOXES:
        return ""
    found = tokens(tag)
    if found & _CRUMBS or found & _NOTICE:
        return "notice"
    if found & _NAVIGATION and _mostly_links(tag):
        return "navigation"
    if found & _FOOTER:
        return "footer"
    if found & _COMMENTS and tag.find("h1") is None:
        return "comments"
    return _by_small_token(tag, found)


def _by_small_token(tag: Tag, found: frozenset[str]) -> str:
    if found & _SHARE and prose_length(tag) < 80:
        return "share"
    if found & _SEARCH and prose_length(tag) < 120:
        return "search"
    if found & _CONSENT and _AGREES.search(text_of(tag)) and text_length(tag) < 1500:
        return "consent"
    return ""


def _by_words(tag: Tag) -> str:
    """Links that only move about on the page, and consent notices without a known name."""
    if tag.name == "a":
        text = text_of(tag)
        moves = attr(tag, "href").startswith(("#", "javascript:")) or not tag.has_attr("href")
        return "skip" if _BACK.match(text) or (moves and _SKIP.match(text)) else ""
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
    return said and any(_AGREES.search(text_of(b)) for b in tag.find_all(["button", "a"], limit=8))


def _by_page_token(tag: Tag) -> str:
    """Only where no main content is marked, so the whole body is read."""
    if tag.name not in _BOXES:
        return ""
    found = tokens(tag)
    if found & _HEADER:
        return "header"
    if found & _SIDE and _mostly_links(tag):
        return "aside"
    return "menu" if tag.name in {"ul", "ol"} and _is_menu(tag) else ""


def _is_headed_menu(tag: Tag) -> bool:
    """A box of links whose heading says that it is a menu."""
    first = next((t for t in tags(tag) if heading_level(t)), None) if text_length(tag) < 3000 else None
    return first is not None and bool(_MENU_HEADING.search(text_of(first))) and _mostly_links(tag)


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
