"""Which language a page is written in: what it declares, corrected when its words say otherwise."""

import re
from itertools import islice

from crawler.extract.common.characters import words
from crawler.extract.common.titles import Metas
from crawler.extract.common.tree import Elements, attr

# The commonest words that the other listed languages do not have.
_COMMON = {
    "en": words("the and of to is for you your with are this that by from be have will or not can at"),
    "es": words("el los las del y en que por con una su para es se al lo como más está usted este esta"),
    "fr": words("le les des et dans pour une est sur vous avec que qui par au ce cette votre sont du"),
    "pt": words("os das dos e em que para com uma não você seu sua por mais como pelo pela ao são"),
}
_WORDS = re.compile(r"[^\W\d_]+")
_ENOUGH = 30


def language_of(page: Elements, metas: Metas, text: str) -> str:
    """Primary language tag, lower case ("en", "es"); "en" when nothing says."""
    declared = _declared(page, metas)
    seen = guess(text)
    # Templates often declare the site's language on pages written in another one.
    return seen or declared or "en"


def guess(text: str) -> str:
    """The language whose common words clearly prevail, or "" when it is unclear or another."""
    words = [w.lower() for w in _WORDS.findall(text[:20_000])]
    counts = sorted(((sum(map(common.__contains__, words)), code) for code, common in _COMMON.items()), reverse=True)
    (most, code), (second, _) = counts[0], counts[1]
    clear = most >= _ENOUGH and most >= 2 * second and most * 8 >= len(words)
    return code if clear else ""


def _declared(page: Elements, metas: Metas) -> str:
    values = [
        *(attr(html, "lang") or attr(html, "xml:lang") for html in islice(page.named("html"), 1)),
        metas.get("content-language", ""),
        metas.get("og:locale", ""),
    ]
    for value in values:
        code = re.match(r"\s*([a-zA-Z]{2,3})(?=$|[-_,\s])", value)
        if code:
            return code.group(1).lower()
    return ""
