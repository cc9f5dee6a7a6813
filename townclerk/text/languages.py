"""The languages in which residents are answered, by their BCP 47 tags."""

import re
from collections.abc import Iterable, Mapping, Sequence

AUTONYMS: Mapping[str, str] = {
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "vi": "Tiếng Việt",
    "zh-Hans": "简体中文",
    "zh-Hant": "繁體中文",
    "tl": "Tagalog",
    "ar": "العربية",
    "ht": "Kreyòl ayisyen",
}
"""Each language's name in itself."""
LANGUAGES = tuple(AUTONYMS)
RIGHT_TO_LEFT = frozenset({"ar"})


def direction(language: str) -> str:
    """What HTML's `dir` says of a language: "rtl" or "ltr"."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


def nearest(wanted: Iterable[str], languages: Sequence[str] = LANGUAGES) -> str:
    """The first wanted tag that is one of `languages` or a form of one ("es-MX", "zh-TW"); otherwise empty."""
    for tag in wanted:
        primary = tag.strip().split("-")[0].lower()
        if primary == "zh":
            primary = "zh-Hant" if re.search(r"-(?:hant|tw|hk|mo)\b", tag, re.IGNORECASE) else "zh-Hans"
        primary = "tl" if primary == "fil" else primary
        if primary in languages:
            return primary
    return ""
