"""The language of a talk: told by its messages, kept, changed by word, and said with each reply."""

import pytest

from tests.bot.town import Town


@pytest.mark.parametrize("fault", ["", "500"])
async def test_a_talk_is_in_the_language_of_its_messages(town: Town, fault: str) -> None:
    """With and without the assistant."""
    town.rasa.fault = fault
    first = await town.chat("¿Cuándo recogen la basura en Maple Street?", city="alder-falls")
    assert first["messages"][0]["text"] == "De Alder Falls:"
    assert first["messages"][0]["lang"] == "es"
    thanks = await town.chat("ok", session=first["session"])
    assert thanks["messages"][0]["lang"] == "es"
    back = await town.chat("what time does the pool close in summer?", session=first["session"])
    assert (back["messages"][0]["lang"], back["messages"][0]["text"]) == ("en", "From Alder Falls:")


async def test_short_words_are_in_the_language_before_and_courtesies_in_their_own(town: Town) -> None:
    assert (await town.chat("hola", city="alder-falls"))["messages"][0]["text"].startswith("¡Hola!")
    assert (await town.chat("Gracias", city="alder-falls"))["messages"][0]["text"].startswith("De nada.")
    assert (await town.chat("hello", city="alder-falls"))["messages"][0]["text"].startswith("Hello!")


async def test_a_language_is_changed_to_by_word_and_kept(town: Town) -> None:
    said = await town.chat("en español, por favor", city="alder-falls")
    assert said["messages"][0]["text"].startswith("Ahora respondo en español.")
    town.index.fault = "refuse"
    kept = await town.chat("99994", session=said["session"], city="alder-falls")
    assert kept["messages"][0]["text"].startswith("No encontré eso en el sitio web de Alder Falls.")
    english = await town.chat("English", session=said["session"])
    assert english["messages"][0]["lang"] == "en"
    assert town.rows("select language from sessions") == [("en",)]


async def test_a_request_to_delete_and_nothing_to_read_are_answered_in_the_language(town: Town) -> None:
    assert (await town.chat("borre mis datos por favor"))["messages"][0]["text"].startswith("Se borraron")
    said = await town.chat("hola")
    assert (await town.chat("\u200b", session=said["session"]))["messages"][0]["text"].startswith("Solo puedo leer")


async def test_an_emergency_is_answered_in_its_language(town: Town) -> None:
    said = (await town.chat("hay un incendio en mi casa"))["messages"][0]
    assert (said["lang"], said["text"][:27]) == ("es", "Si es una emergencia, llame")
