"""Pages in other languages than English: found in their own forms, by questions with accents and without."""

from dataclasses import replace
from pathlib import Path

import pytest

from index.keywords.bm25_index import KeywordIndex
from index.query.query import ask
from index.text.languages import TONGUES, functions, guess, language_asked, spoken, terms, tongue, word_in
from index.text.tokenizer import FUNCTION_WORDS, subject
from tests.index.keywords.test_bm25_index import passage
from tests.index.toy import mark, open_engine, page


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("es", "es"),
        ("es-MX", "es"),
        ("PT-br", "pt"),
        ("nb", "no"),
        ("en", ""),
        ("en-US", ""),
        ("zh", ""),
        ("", ""),
        ("x", ""),
    ],
)
def test_a_language_tag_names_a_language_that_can_be_stemmed(language: str, code: str) -> None:
    assert tongue(language) == code


def test_forms_of_a_word_are_one_with_accents_and_without() -> None:
    assert len({word_in("es", word) for word in ("información", "informacion", "INFORMACIONES")}) == 1
    assert len({word_in("fr", word) for word in ("déchet", "dechets", "Déchets")}) == 1
    assert terms("es", "Las basuras") == ["es/las", "es/basur"]
    assert word_in("es", "a" * 80) == ""


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("¿Cómo pago la factura del agua?", "es"),
        ("donde esta la biblioteca", "es"),
        ("Comment payer la facture de l'eau ?", "fr"),
        ("como posso pagar a conta de água", "pt"),
        ("How do I pay my water bill?", ""),
        ("Is the Los Angeles office open?", ""),
        ("no parking on my street", ""),
        ("basura", ""),
        ("", ""),
    ],
)
def test_the_language_of_a_question_is_told_by_its_function_words(text: str, code: str) -> None:
    assert guess(text, ["es", "fr", "pt"]) == code


def test_only_languages_that_are_there_are_guessed() -> None:
    assert guess("¿Cómo pago la factura del agua?", []) == ""
    assert guess("¿Cómo pago la factura del agua?", ["fi"]) == ""


@pytest.mark.parametrize("codes", [(), ("es",), ("es", "fr"), ("es", "pt")])
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("quand ramasse-t-on les ordures dans la rue du Moulin ?", "fr"),
        ("à qui dois-je m'adresser si la rue est inondée ?", "fr"),
        ("est-ce que la patinoire est ouverte le samedi", "fr"),
        ("hồ bơi mở cửa lúc mấy giờ", "vi"),
        ("làm thế nào để xin giấy phép xây nhà", "vi"),
        ("kilè pisin nan louvri pou timoun yo", "ht"),
        ("kote pou m peye bòdwo dlo a", "ht"),
        ("magkano ang bayad para sa lisensya ng aso", "tl"),
        ("saan po pwedeng magbayad ng buwis", "tl"),
        ("¿a qué hora abre la piscina los domingos?", "es"),
        ("necesito un permiso para la cerca de mi casa", "es"),
        ("什么时候收垃圾？", "zh"),
        ("متى تفتح المكتبة؟", "ar"),
        ("when does the pool open on Sundays?", ""),
    ],
)
def test_a_question_is_in_its_own_language_whatever_its_places_have(
    text: str, code: str, codes: tuple[str, ...]
) -> None:
    assert language_asked(text, codes) == code


@pytest.mark.parametrize(
    ("text", "codes", "code"),
    [
        ("como posso pagar a conta de água", ("es", "pt"), "pt"),
        ("quanto custa a licença do cachorro", ("pt",), "pt"),
        ("wie bezahle ich die Wasserrechnung", ("de", "es"), "de"),
        ("¿dónde pago el agua?", ("es", "pt"), "es"),
        ("la multa", ("es",), "es"),
        ("", ("es",), ""),
    ],
)
def test_function_words_tell_what_detection_does_not(text: str, codes: tuple[str, ...], code: str) -> None:
    assert language_asked(text, codes) == code


def test_function_words_are_those_of_the_language() -> None:
    text = "¿Cómo puedo pagar la factura?"
    assert subject(text, functions=functions("es")) == ["pagar", "factura"]
    assert functions("") is FUNCTION_WORDS
    assert "CÓMO".lower() in functions("es")
    assert "como" in functions("es")
    assert "agua" not in functions("es")


@pytest.mark.parametrize("code", TONGUES)
def test_every_language_has_function_words(code: str) -> None:
    assert "zzz" not in functions(code)


def test_a_question_in_a_language_without_known_function_words_is_answered(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    engine.apply([page(1, "يتم جمع القمامة يوم الاثنين."), page(2, "The museum shows paintings.")], marker=mark(1))
    found = engine.search("متى يتم جمع القمامة في شارعي؟", jurisdictions=["oakton"])
    assert found.candidates[0].passage.document_key == "page:1"
    engine.close()


def test_words_as_other_languages_have_them() -> None:
    assert spoken(["Las basuras"], ["es", "fr"])["basura"] == ("es/basur", "fr/basur")
    assert spoken(["Las basuras"], []) == {}


@pytest.fixture
def index(tmp_path: Path) -> KeywordIndex:
    made = KeywordIndex(tmp_path)
    texts = [
        ("oakton", "es-MX", "Renovamos las licencias de perro cada año. Reciclamos los martes."),
        ("oakton", "en", "We renew dog licenses each year."),
        ("oakton", "en", "The public hospital, and a hospital for dogs."),
        ("oakton", "es", "El hospital público."),
        ("elmville", "en", "Dogs need a license."),
    ]
    passages = [
        replace(passage(n, text, jurisdiction=place), language=language)
        for n, (place, language, text) in enumerate(texts)
    ]
    made.change(enumerate(passages), deleted_documents=[])
    return made


def rows(index: KeywordIndex, text: str, *places: str) -> list[int]:
    asked = ask(text)
    found, _ = index.search(asked.wanted, places, field="all", limit=9, spoken=spoken([text], index.languages(places)))
    return sorted(found.tolist())


def test_an_index_knows_which_languages_a_place_has(index: KeywordIndex) -> None:
    assert index.languages(["oakton"]) == ("es",)
    assert index.languages(["elmville"]) == ()
    assert index.languages(["elmville", "oakton"]) == ("es",)


def test_a_page_is_found_by_another_form_of_its_words(index: KeywordIndex) -> None:
    assert rows(index, "renovar licencia", "oakton") == [0]
    assert rows(index, "reciclar", "oakton") == [0]
    assert rows(index, "licencia", "elmville") == []


def test_a_word_of_two_languages_finds_both_and_counts_once(index: KeywordIndex) -> None:
    assert rows(index, "hospital", "oakton") == [2, 3]
    assert rows(index, "dogs", "oakton") == [1, 2]


def test_words_of_other_languages_are_known_and_so_not_mended(index: KeywordIndex) -> None:
    assert index.knows("licencia")
    assert index.knows("reciclar")
    assert not index.knows("licenciatura")


def test_deleting_a_page_deletes_its_words(index: KeywordIndex) -> None:
    index.change([], deleted_documents=["page:0", "page:3"])
    assert rows(index, "renovar licencia", "oakton") == []


def test_an_engine_leaves_out_function_words_of_the_language(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    spanish = replace(page(1, "La biblioteca abre a las nueve."), language="es")
    other = replace(page(2, "Para la factura de la luz y la de la basura."), language="es")
    engine.apply([spanish, other, page(3, "The library opens at ten.")], marker=mark(1))
    asked = engine.read("¿Cuándo abre la biblioteca?")
    assert asked.own == ("abr", "biblioteca")
    found = engine.search("¿Cuándo abre la biblioteca?", jurisdictions=["oakton"])
    assert found.candidates[0].passage.document_key == "page:1"
    english = engine.read("When does the library open?")
    assert english.own == ("librari", "open")
    engine.close()


def test_forms_of_a_word_are_marked_in_the_excerpt_and_count_as_held(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    spanish = replace(page(1, "Los pagos se hacen en la biblioteca."), language="es")
    engine.apply([spanish, page(2, "Pagos is a name.")], marker=mark(1))
    found = engine.search("¿Dónde puedo pagar?", jurisdictions=["oakton"]).candidates[0]
    assert [found.excerpt[a:b] for a, b in found.highlights] == ["pagos"]
    assert found.parts["covered"] == 1
    english = engine.search("Where do I pay the name?", jurisdictions=["oakton"]).candidates[0]
    assert english.passage.document_key == "page:2"
    engine.close()
