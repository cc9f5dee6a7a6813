"""The languages in which residents are answered, by their BCP 47 tags."""

from collections.abc import Mapping

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
