"""Where a page sends its reader without a link: meta refresh, script, frames, log-in pages."""

import re
from urllib.parse import urlsplit

SOON = 10.0
"""Seconds: a refresh within them leaves no time to read, so the page is a way to another one."""
LATER = 60.0
"""Seconds within which a page with next to no text is one too; longer ones end sessions."""
NEXT_TO_NOTHING = 400
"""Characters of text that a page which has moved says about it."""
STUB_BYTES = 20_000
"""Where the redirect of a page without text is looked for."""

_UNSEEN = re.compile(rb"<!--.*?-->|<(script|style|template)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_NOSCRIPT = re.compile(rb"<noscript\b.*?</noscript\s*>", re.IGNORECASE | re.DOTALL)
_META = re.compile(rb"<meta\b[^>]{0,3000}>", re.IGNORECASE)
_REFRESH = re.compile(rb"""http-equiv\s*=\s*["']?\s*refresh\b""", re.IGNORECASE)
_CONTENT = re.compile(
    rb"""content\s*=\s*["']?\s*(\d*\.?\d*)\s*[;,\s]\s*(?:url\s*=\s*)?["']?([^"'<>\s][^"'<>]{0,2000})""", re.IGNORECASE
)
_SCRIPT = re.compile(
    rb"""location(?:\.href)?\s*=\s*(["'])([^"']{1,2000})\1|location\.(?:replace|assign)\(\s*(["'])([^"']{1,2000})\3""",
    re.IGNORECASE,
)
_FRAME = re.compile(
    rb"""<i?frame\b[^>]{0,2000}?\bsrc\s*=\s*(?:"([^"]{1,2000})"|'([^']{1,2000})'|([^\s"'>]{1,2000}))""", re.IGNORECASE
)
_LOGIN_PATH = re.compile(r"/(log-?in|sign-?in|account/login|sso|oauth2?|saml2?|unblock)(/|\.|$)", re.IGNORECASE)


def sent_on_to(body: bytes, *, text_length: int) -> str:
    """Where the page in `body`, with so many characters of text, sends its reader at once, as written; or ""."""
    seen = _UNSEEN.sub(b"", body)
    for tag in _META.findall(_NOSCRIPT.sub(b"", seen) if text_length else seen):
        refresh = _CONTENT.search(tag) if _REFRESH.search(tag) else None
        if refresh:
            seconds = float(refresh[1].strip(b".") or 0)
            if seconds <= SOON or (seconds <= LATER and text_length <= NEXT_TO_NOTHING):
                return _text(refresh[2])
    script = None if text_length else _SCRIPT.search(body[:STUB_BYTES])
    return _text(script[2] or script[4]) if script else ""


def frames(body: bytes) -> list[str]:
    """Addresses of the frames that make up a page, as written."""
    return [_text(next(filter(None, groups))) for groups in _FRAME.findall(_UNSEEN.sub(b"", body))]


def login_redirect(location: str) -> bool:
    """Whether a redirect leads to a log-in or unblock page."""
    parts = urlsplit(location)
    return bool(_LOGIN_PATH.search(parts.path)) or (parts.hostname or "").startswith(("login.", "sso.", "unblock."))


def _text(address: bytes) -> str:
    return address.decode("utf-8", "replace").strip().replace("&amp;", "&")
