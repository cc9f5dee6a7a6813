"""What residents read, in their language: gettext catalogues, one of them chosen for the work in hand.

Sentences stand in the code in English, marked by `_` (translated where they stand) or `N_` (translated later), with named
placeholders. `locale/TAG.po` holds their translations; an untranslated one is said in English. The catalogues
are compiled in memory when a language is first spoken, so there is no second form of them to keep in step.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from townclerk.text.languages import LANGUAGES

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

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
def of_scripts(language: str) -> dict[str, str]:
    """The translations of the sentences that stand in scripts of the browser."""
    with suppress(FileNotFoundError):
        entries = [
            entry for entry in _catalogue(language) if any(file.endswith(".js") for file, _line in entry.locations)
        ]
        return {str(entry.id): str(entry.string) for entry in entries if entry.string}
    return {}


def _catalogue(language: str) -> "Catalog":
    from babel.messages.pofile import read_po  # not needed as long as English alone is spoken

    with (CATALOGUES / f"{language}.po").open("rb") as file:
        return read_po(file, locale=None)


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of a language."""
    from babel.messages.mofile import write_mo

    compiled = BytesIO()
    try:
        write_mo(compiled, _catalogue(language))
    except FileNotFoundError:
        return NullTranslations()
    compiled.seek(0)
    return GNUTranslations(compiled)
