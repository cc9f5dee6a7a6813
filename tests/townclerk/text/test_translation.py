"""The catalogues hold every sentence, with its placeholders; Spanish is complete and cheap by text message."""

import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog

from scripts.catalogues import FOLDERS, catalogue, extracted
from tests.conftest import CHECKOUT
from townclerk.text.gsm import septets
from townclerk.text.languages import LANGUAGES
from townclerk.text.translation import CATALOGUES, gettext, speaking, spoken

COMPLETE = ("es",)
"""Languages in which nothing may be said in English; the others wait for a speaker."""
WRITTEN = sorted(CATALOGUES.glob("*.po"))


@pytest.fixture(scope="module")
def sentences() -> Catalog:
    return extracted()


def ids(kept: Catalog) -> set[str]:
    return {str(message.id) for message in kept if message.id}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.stem)
def test_every_sentence_stands_in_every_catalogue(path: Path, sentences: Catalog) -> None:
    assert ids(catalogue(path)) == ids(sentences), "run `python -m scripts.catalogues`, then translate what is new"


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.stem)
def test_placeholders_are_those_of_the_sentence(path: Path) -> None:
    wrong = [
        m.id for m in catalogue(path) if m.id and m.string and placeholders(str(m.string)) != placeholders(str(m.id))
    ]
    assert wrong == []


@pytest.mark.parametrize("language", COMPLETE)
def test_complete_languages_lack_nothing(language: str) -> None:
    assert [m.id for m in catalogue(CATALOGUES / f"{language}.po") if m.id and not m.string] == []


def test_languages_without_a_check_say_so() -> None:
    unmarked = {path.stem for path in WRITTEN if "needs a speaker's review" not in path.read_text(encoding="utf-8")}
    assert unmarked == set(COMPLETE)
    assert {path.stem for path in WRITTEN} <= set(LANGUAGES)


def test_sentences_are_marked_where_they_can_be_found() -> None:
    """What is marked inside an f-string is not extracted."""
    files = [file for folder in FOLDERS for file in (CHECKOUT / folder).rglob("*.py")]
    assert len(files) > 40
    assert [file for file in files if re.search(r"\{_\(['\"]", file.read_text(encoding="utf-8"))] == []


def test_spanish_by_text_message_takes_no_letter_that_doubles_its_price() -> None:
    """Buttons and the names of languages are not sent by text; the words of crisis keep every accent."""
    dear = {
        str(message.id)
        for message in catalogue(CATALOGUES / "es.po")
        if message.id
        and septets(str(message.string)) is None
        and not all(file.startswith(("bot/widget", "bot/web")) for file, _ in message.locations)
    }
    assert {sentence for sentence in dear if not sentence.startswith(("How do I", "When is", "You are not alone"))} <= {
        "Arabic",
        "Yes",
        "More",
    }


def test_the_language_is_that_of_the_task() -> None:
    assert gettext("Yes") == "Yes"
    with speaking("es"):
        assert (spoken(), gettext("Yes")) == ("es", "Sí")
        assert gettext("I answer for {city} now.", city="{x}") == "Ahora respondo sobre {x}."
        with speaking("xx"):
            assert gettext("Yes") == "Yes"
    assert spoken() == "en"
