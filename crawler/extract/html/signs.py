"""The names by which pages mark what is no content: roles, exact class and id tokens, and wording."""

import re

from crawler.extract.common.characters import words

_PLACES = words(
    "main site top left right side sidebar sub secondary local section mobile mega dropdown primary global utility"
)


def _spelled(names: frozenset[str]) -> frozenset[str]:
    """The names with their parts joined by hyphens, underscores or nothing."""
    return names | {name.replace("-", joint) for name in names for joint in ("_", "")}


ROLES = words("navigation banner contentinfo search menu menubar toolbar dialog alertdialog complementary")
NAVIGATION = _spelled(
    words(
        "nav navbar navigation navmenu nav-menu menu mymenu nav-links post-navigation posts-navigation in-page-nav pagination "
        "pager page-links breadcrumb breadcrumbs breadcrumbcontainer breadcrumb-nav sf-breadscrumb crumbs quick-links "
        "skip-link skip-links skip-to-content skip-nav skip-to-main skip-main skip toc table-of-contents on-this-page page-toc "
        "tag-cloud language-switcher lang-switcher usa-sidenav usa-in-page-nav"
    )
    | {f"{place}-{menu}" for place in _PLACES for menu in ("nav", "navigation", "menu")}
)
CRUMBS = frozenset(
    ["breadcrumb", "breadcrumbs", "breadcrumbcontainer", "sf-breadscrumb", "crumbs", "usa-breadcrumb", "breadcrumb-nav"]
)
FOOTER = words(
    "footer ftr site-footer page-footer global-footer main-footer footer-wrapper footercontainer footer-container "
    "footer-widgets colophon bottom-footer sitefooter siteinfo copyright footernav usa-footer footerwrap"
)
HEADER = words(
    "header site-header siteheader global-header main-header masthead topbar top-bar header-wrapper "
    "headercontainer header-container usa-banner gov-banner usa-header site-branding branding headercolumn "
    "branding-wrapper utility-header"
)
SHARE = words(
    "share sharing social social-share social-sharing social-links social-icons social-media social-media-links "
    "addtoany a2a_kit addtoany_share_save_container addthis_toolbox addthis sharethis sharedaddy share-buttons "
    "share-links sharebar sd-sharing at-share-btn print-link printfriendly page-tools pagetools page-actions "
    "tools-share email-share"
)
SEARCH = words(
    "search searchbox search-box search-form searchform search_block top_search site-search search-bar searchbar "
    "usa-search search-block-form widgetsearch search_overlay search-container"
)
CONSENT = words("cookie cookies consent gdpr privacy-notice privacy-banner")
NOTICE = words(
    "alert-bar alertbar site-alert site-alerts sitewide-alert alert-banner announcement-bar cookie-banner cookie-notice cookie-consent cookie-law-info-bar cookiebar cookie-bar cookie-message cookie-popup "
    "cookie-alert cookieconsent cookie-policy-banner cc-window cc-banner cc_banner cc-cookies onetrust-banner-sdk "
    "onetrust-consent-sdk cybotcookiebotdialog eu-cookie-compliance-banner sliding-popup gdpr-banner "
    "gdpr-cookie-notice consent-banner consent-popup moove_gdpr_cookie_info_bar cmplz-cookiebanner osano-cm-window "
    "truste_box_overlay usercentrics-root google_translate_element gtranslate gtranslate_wrapper goog-te-banner-frame "
    "modal modal-dialog popup newsletter-signup back-to-top backtotop scroll-to-top to-top preloader"
)
COMMENTS = words(
    "comments comments-area comment-list commentlist comment-section comments-section comment-respond respond "
    "disqus_thread fb-comments comment-form comments-container user-comments"
)
SIDE = words(
    "sidebar side-bar sidebar-wrapper left-sidebar right-sidebar sidebar-left sidebar-right widget-area widgetarea"
)
BOXES = words("div section aside ul ol form dialog p footer header table")
SKIP = re.compile(
    r"^(skip (to|navigation)|jump to (main )?content|back to top|return to top|go to top|(top of|print( this)?|e?-?mail( this)?|share( this)?) page|top|print|"
    r"share|share this|tweet|volver arriba|saltar al? )\b.{0,25}$",
    re.I,
)
BACK = re.compile(r"^[«‹<←\s]*(return|go back|back|volver) (to|a|al)\b.{0,60}$", re.I)
HOME = re.compile(r"(?:\w+ )?home(?: ?page)?|inicio", re.I)
"""The text of a link that leads to the first page of a site or department."""
BARS = re.compile(r"\s*[|»›>•]+\s*")
YEAR = re.compile(r"(?:19|20)\d\d")
ELSEWHERE = words(
    "facebook twitter x linkedin pinterest whatsapp reddit email print copylink outlook ical icalendar googlecalendar "
    "yahoo yahoocalendar outlooklive outlook365 office365"
)
"""Texts of links, without spaces, that share a page or save its date in a calendar."""
COOKIES = re.compile(r"(?=.*\bcookies\b).*\b(we use|(uses|use of|usamos) cookies)\b", re.I)
AGREES = re.compile(r"\b(accept|agree|got it|decline|reject|allow|dismiss|ok(ay)?|close|aceptar|preferences)\b", re.I)
ONLY_CONTROL = re.compile(
    r"[^\w¿]*(?:(?:click|tap) to )?(?:toggle|expand|collapse|open|close|show|hide|view|read|see|learn|more|"
    r"less|print|menu|details|search|next|prev|previous|skip|leer|ver|mostrar|ocultar|imprimir)"
    r"(?:\s+(?:the|this|all|more|less|details?|sections?|menu|navigation|nav|panel|contents?|answers?|submenu|dropdown|full|"
    r"text|items?|page|info|information|to|más|menos|todo|página))*\W*|\W*",
    re.I,
)
"""All that stands on a control which only shows, hides, prints or moves about."""
UNSEEN = words(
    "visually-hidden visuallyhidden sr-only sr-only-focusable screen-reader-text screen-reader-only element-invisible "
    "usa-sr-only wcag_only show-for-sr offscreen off-screen ui-helper-hidden-accessible visually-hidden-focusable "
    "assistive-text a11y-hidden govuk-visually-hidden ewd-ufaq-post-margin-symbol"
)
"""Classes of text for screen readers alone."""
POPUP = words("modal popup tooltip popover lightbox offcanvas dropdown-menu sub-menu submenu")
