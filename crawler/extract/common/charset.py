"""Bytes to text: byte order mark, HTTP header, meta tag, UTF-8, then a guess."""

from collections.abc import Iterator

from charset_normalizer import from_bytes
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom

_GUESS_FROM = 64_000
_LATIN = 0x24F  # last letter of the Latin blocks
_NOT_ON_PAGES = ("utf-7", "utf-16", "utf-32", "idna", "punycode", "unicode", "raw-unicode", "undefined")


def decode(body: bytes, content_type: str | None) -> str:
    """The text of `body`. A charset that is claimed but wrong is passed over; never fails."""
    encoding, mark = read_bom(body)
    if encoding and mark:
        return body[len(mark) :].decode(encoding, "replace")
    for claimed in _claims(body, content_type):
        text = _strictly(body, claimed)
        if text is not None:
            return text
    return _guess(body)


def _claims(body: bytes, content_type: str | None) -> Iterator[str]:
    """Charsets to try in order. UTF-8 goes before single-byte claims: those accept any bytes."""
    if not body.isascii():
        yield "utf-8"
    for claimed in (http_content_type_encoding(content_type), html_body_declared_encoding(body)):
        # A meta tag was read as ASCII, so the page is not UTF-16, whatever it says.
        if claimed and not claimed.replace("_", "-").startswith(_NOT_ON_PAGES):
            yield claimed
    yield "utf-8"


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
