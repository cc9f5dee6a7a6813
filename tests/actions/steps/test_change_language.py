"""Another language by word, with or without Rasa, and replies in the language of the state."""

import pytest

from actions.steps.change_language import language_named
from tests.actions.conftest import Talk
from tests.actions.fake_index import FakeIndex, answer
from townclerk.text.languages import AUTONYMS, LANGUAGES


@pytest.mark.parametrize(
    ("text", "language"),
    [("español", "es"), ("En español, por favor.", "es"), ("¿Habla usted español?", "es"), ("do you speak Spanish?", "es"), ("English", "en"),
     ("in English please", "en"), ("I only speak Spanish", "es"), ("solo hablo español", "es"), ("en inglés por favor", "en"), ("tiếng Việt", "vi"), ("en français s'il vous plaît", "fr"), ("kreyòl", "ht"),
     ("请说中文", "zh-Hans"), ("繁體中文", "zh-Hant"), ("العربية من فضلك", "ar"), ("Tagalog po", "tl"), ("switch to Haitian Creole", "ht")],
)  # fmt: skip
def test_a_language_is_asked_for_by_its_name(text: str, language: str) -> None:
    assert language_named(text, LANGUAGES) == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_knows_its_own_name(language: str) -> None:
    assert language_named(AUTONYMS[language], LANGUAGES) == language


@pytest.mark.parametrize(
    "text",
    ["¿Con quién hablo en español?", "English classes at the library", "is there a form in Spanish", "french street parking", "English or Spanish",
     "German please", "", "viet nam memorial", "talk to someone in Spanish"],
)  # fmt: skip
def test_questions_about_a_language_ask_for_none(text: str) -> None:
    assert language_named(text, LANGUAGES) is None


def test_only_languages_that_are_served_are_changed_to() -> None:
    assert language_named("français", ("en", "es")) is None


def test_the_change_is_confirmed_in_the_language_and_kept(talk: Talk) -> None:
    assert talk.run("action_search", "en español por favor")["text"] == "Ahora respondo en español. ¿Qué desea saber?"
    assert talk.state["language"] == "es"
    assert talk.run("action_thanks", "ok")["text"].startswith("De nada.")
    assert talk.run("action_greet", "English")["text"].startswith("I answer in English now.")
    assert talk.state["language"] == "en"


def test_a_question_that_names_a_language_is_looked_up(talk: Talk, index: FakeIndex) -> None:
    """Whatever Rasa takes it for."""
    assert talk.run("action_change_language", "¿Con quién hablo en español?")["type"] == "answers"
    assert index.searches[-1]["text"] == "¿Con quién hablo en español?"


def test_without_a_name_the_languages_are_offered(talk: Talk) -> None:
    asked = talk.run("action_change_language", "another language")
    assert [choice["text"] for choice in asked["choices"]] == list(AUTONYMS.values())


def test_a_quotation_in_another_language_says_so(talk: Talk, index: FakeIndex) -> None:
    index.answers = [answer(1) | {"lang": "en"}, answer(2) | {"lang": "es"}]
    talk.state = {"language": "es"}
    assert talk.search("¿cuánto cuesta?")["text"] == "De Alder Falls, en inglés:"
    assert talk.run("action_more", "más")["text"] == "De Alder Falls:"
    talk.state = {"language": "en"}
    assert talk.search("how much is it?")["text"] == "From Alder Falls:"
    assert talk.run("action_more", "more")["text"] == "From Alder Falls, in Spanish:"
    index.answers = [answer(1) | {"lang": "de"}]
    assert talk.search("how much is it?")["text"] == "From Alder Falls, in de:"


def test_buttons_say_their_words_in_the_language_and_send_the_same(talk: Talk) -> None:
    talk.state = {"language": "es"}
    shown = talk.search("¿cuánto cuesta?")["choices"]
    assert [(choice["label"], choice["text"]) for choice in shown] == [("Sí", "Yes"), ("No", "No"), ("Más", "More")]


def test_what_staff_write_is_never_taken_for_a_placeholder(talk: Talk) -> None:
    talk.state = {"language": "es"}
    assert "555-555-0100" in talk.run("action_help", "{city} {0} {")["text"]
