"""What links and images say beyond their words: addresses behind them, coded mail addresses, facts in a picture."""

import re
from itertools import chain
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

from crawler.extract.common.characters import squeezed
from crawler.extract.common.tree import Elements, attr, roles, text_after, text_before, text_of
from crawler.extract.html.links import absolute
from townclerk.text.link_address import address_behind

_CODED_LINK = re.compile(r"/cdn-cgi/l/email-protection#([0-9a-f]+)", re.I)
_ACTS = re.compile(
    r"\b(here|online|e-?forms?|forms?|aquí|en línea|formulario)\b|^(pay|apply|register|sign up|enroll|book|schedule|reserve|renew|"
    r"request|report|submit|e-?mail|contact|download|order|buy|subscribe|rsvp|pague|pagar|solicite|inscríbase)\b",
    re.I,
)
_PLACES = re.compile(r"\b(applications?|portal|web ?site|survey|solicitud)\b", re.I)
_DOCUMENT = re.compile(r"\.(pdf|docx?|xlsx?)$|/DocumentCenter/View/", re.I)
_FACT = re.compile(
    r"\d{1,2}(:\d\d)?\s?[ap]\.?m\b|[$€£]\s?\d|\b\d{3}[-.\s]\d{4}\b|\b\d{1,2}[/-]\d{1,2}[/-]\d{2,4}\b|"
    r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2}\b",
    re.I,
)
_FEWEST_WORDS = 4  # of an image's description that states something


def decode_mail(page: Elements) -> None:
    """Mail addresses that Cloudflare codes: in `data-cfemail`, and behind the `#` of its links."""
    for tag in page.named(having="data-cfemail"):
        address = _decoded(attr(tag, "data-cfemail"))
        if address:
            _write(tag, address)
    for link in page.named("a", having="href"):
        match = _CODED_LINK.search(attr(link, "href"))
        address = _decoded(match[1]) if match else ""
        if address:
            link["href"] = f"mailto:{address}"
            if "protected" in text_of(link):
                _write(link, address)


def _write(tag: Tag, text: str) -> None:
    tag.clear(decompose=True)
    tag.append(text)


def _decoded(coded: str) -> str:
    """The first byte is the key that the others are XORed with."""
    try:
        key, *rest = bytes.fromhex(coded)
        address = bytes(byte ^ key for byte in rest).decode()
    except ValueError:
        return ""
    return address if "@" in address else ""


def beside(link: Tag, base: str = "", *, anywhere: bool = False) -> str:
    """The address to read behind a link's words, or "".

    Mail addresses and numbers always; a web address where the words ask the reader to do something there, in a
    sentence or on another site. A list of links to pages of the site is read there. `anywhere` gives every web address; without
    `base` none is given.
    """
    words = text_of(link)
    href = attr(link, "href")
    target = href if href.lower().startswith(("mailto:", "tel:", "sms:", "callto:")) else ""
    if not target and base and not href.startswith("#") and (_ACTS.search(words) or _PLACES.search(words)):
        there = absolute(href, base) or ""
        in_sentence = any(map(str.isalnum, text_before(link) + text_after(link)))
        away = urlsplit(there).hostname != urlsplit(base).hostname or _DOCUMENT.search(urlsplit(there).path)
        target = there if away or (in_sentence and _ACTS.search(words)) else ""
    elif not target and anywhere:
        target = href
    if not words:  # an icon
        address = address_behind(target, "") if target.lower().startswith(("mailto:", "tel:")) else ""
        return "" if address.partition("@")[0][-4:] in text_before(link) + text_after(link) else address
    return address_behind(target, words)


def read_images(soup: BeautifulSoup, page: Elements, written: str) -> bool:
    """Puts the description of an image in its place where it states a fact that the page does not write out.

    True when it did.
    """
    put = False
    for image in chain(page.named("img", having="alt"), page.named(having="aria-label")):
        text = " ".join(attr(image, "alt" if image.name == "img" else "aria-label").split())
        if (
            (image.name == "img" or "img" in roles(image))
            and len(text.split()) >= _FEWEST_WORDS
            and _FACT.search(text)
            and squeezed(text) not in written
        ):
            caption = soup.new_tag("figcaption", attrs={"style": attr(image, "style"), "class": attr(image, "class")})
            caption.string = f"Image: {text}"
            image.insert_before(caption)
            image.decompose()
            put = True
    return put
