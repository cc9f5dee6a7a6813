"""What asks for alerts, what ends them, and what is a question all the same."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.alerts.requests import may_ask, read_request
from tests.bot.alerts.rows import TOPICS

ON = tuple(replace(topic, id=number, number=number) for number, topic in enumerate(TOPICS, 1))


@pytest.mark.parametrize(
    "text", ["ALERTS", "alert", "My alerts", "show alerts please", "Alertas", "avisos", "what alerts do you have?"]
)
def test_the_list(text: str) -> None:
    assert may_ask(text)
    request = read_request(text, ON, ())
    assert request is not None
    assert request.kind == "list"
    assert read_request(text, (), ()) is None


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("ALERTS 1", [1]), ("alert 2 and 3", [2, 3]), ("Alertas 1, 3", [1, 3]), ("tell me when trash day moves", [1]),
        ("let me know if the garbage pickup is cancelled", [1]), ("text me when there is a parking ban", [2]),
        ("Notify me about road closures", [3]), ("sign me up for snow alerts", [2]), ("trash alerts", [1]), ("ALERTS trash", [1]),
        ("can i get a text when the street closes", [3]), ("send me alerts for snow please", [2]), ("remind me about recycling", [1]),
        ("avíseme cuando cambie el día de la basura", [1]), ("quiero recibir avisos de nieve", [2]),
        ("i want to get texts about detours", [3]), ("hi can you alert me when snow emergencies are declared", [2]),
    ],
)  # fmt: skip
def test_what_asks_for_a_topic(text: str, numbers: list[int]) -> None:
    assert may_ask(text)
    request = read_request(text, ON, ())
    assert request is not None
    assert (request.kind, [topic.number for topic in request.topics]) == ("join", numbers)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("alert me when trash or snow changes", [1, 2]),
        ("remind me to water the plants", []),
        ("notify me about the holiday", [1]),
    ],
)
def test_what_is_asked_back(text: str, numbers: list[int]) -> None:
    request = read_request(text, ON, ())
    assert request is not None
    assert (request.kind, [topic.number for topic in request.topics]) == ("choose", numbers)


def test_a_number_that_no_topic_has_is_named() -> None:
    request = read_request("ALERTS 9", ON, ())
    assert request is not None
    assert (request.topics, request.missing) == ((), (9,))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("STOP 1", [1]), ("stop trash", [1]), ("Stop trash alerts", [1]), ("unsubscribe from road closings", [3]), ("no more snow alerts", [2]),
        ("turn off alerts 2", [2]), ("alto basura", [1]), ("cancelar avisos de nieve", [2]), ("please stop the trash day alerts", [1]),
    ],
)  # fmt: skip
def test_what_ends_one_topic(text: str, numbers: list[int]) -> None:
    assert may_ask(text)
    request = read_request(text, ON, ON)
    assert request is not None
    assert (request.kind, [topic.number for topic in request.topics], request.all) == ("leave", numbers, False)


@pytest.mark.parametrize(
    "text", ["stop alerts", "STOP ALL ALERTS", "no more alerts please", "cancel my alerts", "cancelar avisos"]
)
def test_what_ends_all_alerts(text: str) -> None:
    request = read_request(text, ON, ON[:2])
    assert request is not None
    assert (request.kind, request.topics, request.all) == ("leave", ON[:2], True)


@pytest.mark.parametrize(
    "text",
    [
        "tell me when trash day is", "tell me if trash is picked up tomorrow", "tell me when the pool opens", "when is trash day?",
        "how do I sign up for alerts?", "are there flood alerts", "what is an amber alert", "stop sign missing", "stop work order",
        "cancel my trash pickup", "how do I stop my water service", "stop", "let me know what the fee is", "text me the address", "subscribe",
        "let me know where to park", "when must snow be cleared", "trash", "1", "yes", "", "is there a parking ban tonight",
    ],
)  # fmt: skip
def test_what_is_for_the_talk(text: str) -> None:
    assert read_request(text, ON, ()) is None
    assert read_request(text, ON, ON[1:]) is None


def test_a_bus_stop_is_no_topic() -> None:
    assert read_request("stop 12", ON, ()) is None


@given(st.text(max_size=300))
def test_any_text_is_read_and_what_is_read_may_ask(text: str) -> None:
    assert read_request(text, ON, ON) is None or may_ask(text)
