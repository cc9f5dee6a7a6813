"""What residents read, in their language: gettext catalogues, one of them chosen for the work in hand.

Sentences stand in the code in English, marked by `_` (translated where they stand) or `N_` (translated later), with named
placeholders. `locale/TAG.po` holds their translations; an untranslated one is said in English. The catalogues
are compiled in memory when a language is first spoken, so there is no second form of them to keep in step.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from townclerk.text.languages import LANGUAGES

SOURCE = "en"
"""The language of the sentences in the code."""
CATALOGUES = Path(__file__).parent / "locale"
_SPOKEN = ContextVar("spoken", default=SOURCE)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Translate into this language meanwhile, in this task or thread. An unknown one, or none, means English."""
    before = _SPOKEN.set(language if language in LANGUAGES else SOURCE)
    try:
        yield
    finally:
        _SPOKEN.reset(before)


def spoken() -> str:
    """The tag of the language translated into."""
    return _SPOKEN.get()


def gettext(message: str, **values: object) -> str:
    """`message` in the language spoken, with its placeholders filled."""
    translated = translations(spoken()).gettext(message)
    return translated.format(**values) if values else translated


def N_(message: str) -> str:
    """`message` as it is: marks it for the catalogues."""
    return message


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of a language."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    path = CATALOGUES / f"{language}.po"
    if not path.is_file():
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=None))
    compiled.seek(0)
    return GNUTranslations(compiled)
