"""Detects responses that are no page: log-in forms, firewall and maintenance notices, empty stubs."""

import re
from urllib.parse import urlsplit

from crawler.extracted import Extracted

SHORT = 1500
"""Characters of text: a notice is short. A long page titled "Sign in" is a help page."""

STUB_BYTES = 20_000
"""Where the redirect of a stub page is looked for."""

_NOTICE = re.compile(
    r"\s*(access (to this page )?(has been |is )?denied|attention required|just a moment|request rejected|"
    r"(error )?40[13]\b|forbidden|unauthori[sz]ed|verify(ing)? you are (a )?human|are you a robot|robot check|"
    r"(site |we are |we're |down for |under |scheduled )+maintenance|site unavailable|service unavailable|"
    r"(please )?(log|sign) ?(in|on)\b|login$)",
    re.IGNORECASE,
)
_STUB = re.compile(
    rb"""(?:location(?:\.href)?\s*=\s*|location\.(?:replace|assign)\(\s*|http-equiv=["']?refresh["']?[^>]{0,80}?url=)(["']?)([^"'<>\s;)]{1,2000})""",
    re.IGNORECASE,
)
_LOGIN_PATH = re.compile(r"/(log-?in|sign-?in|account/login|sso|oauth2?|saml2?|unblock)(/|\.|$)", re.IGNORECASE)


def notice(extracted: Extracted) -> str:
    """Why this content is a notice instead of the page, or ""."""
    length = sum(len(block.text) for block in extracted.blocks)
    if length <= SHORT and _NOTICE.match(extracted.title):
        return f"blocked: the answer is titled {extracted.title.strip()[:60]!r}"
    return ""


def stub_target(body: bytes) -> str:
    """Where a page without text sends its reader by script or meta refresh, as written; or ""."""
    redirect = _STUB.search(body[:STUB_BYTES])
    return redirect.group(2).decode("utf-8", "replace").strip() if redirect else ""


def login_redirect(location: str) -> bool:
    """Whether a redirect leads to a log-in or unblock page."""
    parts = urlsplit(location)
    return bool(_LOGIN_PATH.search(parts.path)) or (parts.hostname or "").startswith(("login.", "sso.", "unblock."))
