"""Several questions in one message: told apart, searched each, and answered in one reply."""

import pytest

from actions.understanding.question_parts import leans_on_first, parts
from tests.actions.conftest import Talk
from tests.actions.fake_index import FakeIndex, answer


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("what does a ferry ticket cost and when does the last one leave", 2),
        ("Is the skate park open? And who do I call about a fallen tree?", 2),
        ("ferry timetable? also do you sell stamps?", 2),
        ("Hello, two questions: where is the clerk's office, and how do I get a passport?", 2),
        ("fire permit cost and can we camp on the beach", 2),
        ("museum opening times and also ferry fares", 2),
        ("how do i renew a passport, what does it cost", 2),
        ("who picks up dead animals and who about broken benches", 2),
        ("is the rink open? does it rent skates? is there parking?", 3),
        ("when does the rink open, how much is it", 2),
        ("i need to know when the rink opens and if i can rent skates", 2),
        ("We just moved here. how do we get a cart. can we pay online", 2),
        ("tell me when the rink opens and if we can rent skates", 2),
        ("¿Cuándo abre la piscina y cuánto cuesta la entrada?", 2),
        ("¿Dónde pago el agua? ¿Y cuánto es la multa por pagar tarde?", 2),
        ("¿Está abierta la biblioteca el lunes?¿Recogen la basura ese día?", 2),
        ("donde saco una licencia de perro y a que hora abre la oficina", 2),
        ("buenas tardes, como pago mi factura y cuanto cuesta la reconexion del agua", 2),
        ("quiero saber cuando abre la pista y si puedo alquilar patines", 2),
        ("¿puedo quemar hojas en el patio y a quién llamo por un árbol caído?", 2),
        ("Hola, tengo dos preguntas: ¿dónde queda el museo?, ¿aceptan tarjetas?", 2),
        ("que documentos necesito para el pasaporte y cuanto tiempo tarda el tramite", 2),
        ("dónde saco la licencia y cuánto cuesta", 2),
        ("horario del museo y también tarifas del ferry", 2),
        ("¿hay clases de natación? ¿también hay yoga? ¿dónde me inscribo?", 3),
    ],
)
def test_questions_that_stand_by_themselves_are_told_apart(text: str, asked: int) -> None:
    assert len(parts(text)) == asked


@pytest.mark.parametrize(
    "text",
    [
        "when and where do i vote",
        "how and when do I pay",
        "trash and recycling day",
        "can i put paper and cardboard together",
        "what can i see and do downtown",
        "Hello? Is anyone there?",
        "can you help me? i need a passport",
        "I got a ticket. how do I pay it?",
        "when is the fair. we live in town",
        "Hello? how much?",
        "in winter, can i park on the street",
        "if I rent, do I pay for water",
        "what is open on labor day and the day after",
        "can i get out of it and do it later",
        "do you take mattresses and also couches",
        "who can help me with rent and utilities?",
        "is it true? I heard the rink is closed",
        "¿Cuándo y dónde puedo votar?",
        "cuanto cuesta y donde saco la licencia de perro",
        "qué días y a qué horas abre la biblioteca",
        "¿a qué hora abre y cierra la pista?",
        "el agua se corta cuando llueve y cuando nieva",
        "dónde reporto que hay basura y que huele mal",
        "se puede votar por correo y hay que registrarse antes",
        "mi perro se perdió y puede estar en el refugio",
        "quiero un permiso para construir y para demoler",
        "disculpe, dónde queda la oficina",
        "en invierno, ¿puedo estacionar en la calle?",
        "Recibí una multa. ¿Cómo la pago?",
        "¿puedo poner papel y cartón juntos?",
        "¿Y los domingos?",
        "¿Hola? ¿hay alguien?",
        "",
        "???",
    ],
)
def test_one_question_stays_whole(text: str) -> None:
    assert parts(text) == [text]


def test_what_a_question_leaves_out_is_said_by_the_one_before() -> None:
    assert parts("who do i call about a lamp and who about a fallen branch") == [
        "who do i call about a lamp",
        "who do i call about a fallen branch",
    ]
    assert parts("when is the rink open and what about the pool") == ["when is the rink open", "what about the pool"]


FEE, HOURS = "what is the fee", "when is the rink open"
BOTH = f"{FEE} and {HOURS}"


def test_both_are_answered_in_one_reply(talk: Talk, index: FakeIndex) -> None:
    index.by_text = {FEE: [answer(1), answer(2)], HOURS: [answer(7, jurisdiction="tamarack-county"), answer(2)]}
    said = talk.search(BOTH)
    assert (said["type"], said["text"]) == ("answers", "You asked two things. From Alder Falls and Tamarack County:")
    assert [one["id"] for one in said["answers"]] == ["answer-1", "answer-7"]
    assert [choice["label"] for choice in said["choices"]] == ["More"]
    assert [(s["text"], s["history"]) for s in index.searches] == [(FEE, []), (HOURS, [])]
    assert talk.state["history"] == [BOTH]
    assert [one["id"] for one in talk.run("action_more", "MORE")["answers"]] == ["answer-2"]


def test_both_of_a_spanish_message_are_answered_in_spanish(talk: Talk, index: FakeIndex) -> None:
    index.by_text = {"¿dónde pago la multa": [answer(1)], "cuándo abre la pista?": [answer(7)]}
    talk.state = {"language": "es"}
    said = talk.search("¿dónde pago la multa y cuándo abre la pista?")
    assert said["text"] == "Usted hizo dos preguntas. De Alder Falls:"
    assert [one["id"] for one in said["answers"]] == ["answer-1", "answer-7"]


@pytest.mark.parametrize(
    ("text", "leans"),
    [("cuánto cuesta", True), ("a qué hora abre", True), ("¿puedo pagarlo en línea?", True), ("aceptan perros ahí", True),
     ("how much is it", True), ("cuándo abre la pista", False), ("who is Carlos", False)],
)  # fmt: skip
def test_a_question_without_a_subject_leans_on_the_one_before(text: str, leans: bool) -> None:
    assert leans_on_first(text) is leans


def test_yes_or_no_to_two_answers_is_no_vote(talk: Talk, index: FakeIndex) -> None:
    index.by_text = {FEE: [answer(1)], HOURS: [answer(7)]}
    for word in ("up", "down"):
        talk.search(BOTH)
        talk.run(f"action_vote_{word}")
    assert index.votes == []


def test_what_has_one_answer_gets_one(talk: Talk, index: FakeIndex) -> None:
    assert len(talk.search(BOTH)["answers"]) == 1  # both find the same
    index.by_text = {HOURS: []}
    assert len(talk.search(BOTH)["answers"]) == 1  # nothing of its own for one of them, which is said
    index.by_text = {FEE: [], HOURS: []}
    talk.search(BOTH)
    assert index.searches[-1]["text"] == BOTH


PARKING = "is there parking at the rink"


def test_three_are_answered_and_more_are_left_to_be_asked(talk: Talk, index: FakeIndex) -> None:
    index.by_text = {f"{FEE}?": [answer(1)], f"{HOURS}?": [answer(7)], f"{PARKING}?": [answer(8)]}
    said = talk.search(f"{FEE}? {HOURS}? {PARKING}?")
    assert said["text"] == "You asked several things. From Alder Falls:"
    assert [one["id"] for one in said["answers"]] == ["answer-1", "answer-7", "answer-8"]
    said = talk.search(f"{FEE}? {HOURS}? {PARKING}? is the cafe open?")
    assert said["text"] == "Please ask the rest one at a time. From Alder Falls:"
    assert len(said["answers"]) == 3


def test_what_leans_on_the_question_before_is_asked_after_it(talk: Talk, index: FakeIndex) -> None:
    index.by_text = {f"{FEE}?": [answer(1)], f"{HOURS}?": [answer(7)], "do they rent skates?": [answer(8)]}
    talk.search(f"{FEE}? {HOURS}? do they rent skates?")
    assert index.searches[-1]["history"] == [f"{HOURS}?"]
