"""The language of short messages, on data written for this: 3 to 12 words, with English names of places in them."""

import csv
from pathlib import Path

import pytest

from townclerk.text.language_detection import language_of

MESSAGES = Path(__file__).with_name("messages_in_languages.tsv")
RIGHT = 0.93


def messages(part: str = "") -> list[tuple[str, str]]:
    """Language and message; `part` is "tune" (seen while thresholds were chosen) or "held"."""
    with MESSAGES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [(row["language"], row["message"]) for row in rows if part in ("", row["part"])]


@pytest.mark.parametrize("part", ["tune", "held"])
def test_short_messages_are_told_apart(part: str) -> None:
    asked = messages(part)
    wrong = [(wanted, text) for wanted, text in asked if language_of(text) != wanted]
    assert len(asked) == 150
    assert 1 - len(wrong) / len(asked) >= RIGHT, wrong


def test_english_is_taken_for_nothing_else() -> None:
    english = [text for wanted, text in messages() if wanted == "en"]
    assert [text for text in english if language_of(text) != "en"] == []


@pytest.mark.parametrize("before", ["en", "es", "vi", "zh-Hant"])
@pytest.mark.parametrize(
    "text", ["MORE", "yes", "no", "ok", "99994", "Port Maren", "👍", "", "?", "pay.example.gov", "Слава"]
)
def test_what_is_unclear_is_in_the_language_before(text: str, before: str) -> None:
    assert language_of(text, before=before) == before


@pytest.mark.parametrize(
    ("text", "language"),
    [("hola", "es"), ("Gracias!", "es"), ("AYUDA", "es"), ("buenos días", "es"), ("merci", "fr"), ("salamat", "tl"), ("谢谢", "zh-Hans"), ("شكرا", "ar")],
)  # fmt: skip
def test_words_of_courtesy_need_no_sentence(text: str, language: str) -> None:
    assert language_of(text) == language


def test_a_talk_in_spanish_goes_on_in_english_when_english_is_spoken() -> None:
    assert language_of("what time does the pool close", before="es") == "en"
    assert language_of("¿y los domingos?", before="es") == "es"


@pytest.mark.parametrize("text", ["bye now", "STOP MESSAGING ME!!!", "no cat", "TRASH DAY", "happy Thanksgiving!"])
def test_a_few_english_words_change_nothing(text: str) -> None:
    assert language_of(text) == "en"


def test_only_languages_that_are_served_are_found() -> None:
    assert language_of("comment payer ma facture d'eau", served=("en", "es")) == "en"
