"""Bytes to text: byte order mark, HTTP header, meta tag, UTF-8, then a guess."""

import codecs
import re

from charset_normalizer import from_bytes

from crawler.extract.common.characters import words

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HTTP = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_META = re.compile(rb"<meta[^>]{0,400}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_META_WITHIN = 4096  # browsers look at 1024 bytes; pages of content systems are later
_GUESS_FROM = 64_000
_LATIN = 0x24F  # last letter of the Latin blocks
_NO_CHARSETS = words("idna punycode unicode_escape unicode-escape raw_unicode_escape utf-7 utf7 undefined")
# What browsers do: pages that say Latin-1 or ASCII are windows-1252.
_MEANT = {
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "gb2312": "gb18030",
}


def decode(body: bytes, content_type: str | None) -> str:
    """The text of `body`. A charset that is claimed but wrong is passed over; never fails."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    for claimed in _claims(body, content_type):
        text = _strictly(body, claimed)
        if text is not None:
            return text
    return _guess(body)


def _claims(body: bytes, content_type: str | None) -> list[str]:
    """Charsets to try in order. UTF-8 goes before single-byte claims: those accept any bytes."""
    claims = [m.group(1) for m in [_HTTP.search(content_type or "")] if m]
    claims += [m.group(1).decode("ascii", "replace") for m in [_META.search(body[:_META_WITHIN])] if m]
    known = [_MEANT.get(c.lower(), c.lower()) for c in claims]
    # A meta tag was read as ASCII, so the page is not UTF-16, whatever it says.
    known = [c for c in known if not c.startswith(("utf-16", "utf16", "utf-32", "utf32")) and c not in _NO_CHARSETS]
    if not body.isascii():
        known.insert(0, "utf-8")
    return [*known, "utf-8"]


def _strictly(body: bytes, name: str) -> str | None:
    """Decoded text, or None when `name` is no text charset or the bytes break it badly."""
    try:
        return body.decode(name)
    except LookupError:
        return None
    except UnicodeDecodeError:
        return _almost(body, name)


def _almost(body: bytes, name: str) -> str | None:
    """A few bad bytes in a long page (a pasted quotation mark, a cut end) do not make the claim wrong."""
    text = body.decode(name, "replace")
    bad = text.count("\ufffd")
    good = sum(1 for byte in body if byte >= 0x80) - bad
    return text if bad <= 20 and bad * 10 <= good else None


def _guess(body: bytes) -> str:
    """The detector's guess where it finds another script; among Latin charsets it errs, and windows-1252 is the rule."""
    best = from_bytes(body[:_GUESS_FROM]).best()
    if best is not None:
        text = body.decode(best.encoding, "replace")
        foreign = sum(1 for c in text[:_GUESS_FROM] if c.isalpha() and ord(c) > _LATIN)
        if foreign * 10 > len(text[:_GUESS_FROM]):
            return text
    return body.decode("cp1252", "replace")
