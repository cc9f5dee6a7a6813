"""Problems that residents tell of are led to where they are reported; questions about them are searched."""

from pathlib import Path

import pytest

from actions.understanding.problems import PROBLEMS, kind_of
from tests.actions.conftest import Talk
from tests.actions.fake_index import FakeIndex, answer
from townclerk.report_channels import KINDS

ROWS = [line.split("\t") for line in Path(__file__).with_name("problems.tsv").read_text(encoding="utf-8").splitlines()]
NOISE = PROBLEMS["noise"].question


@pytest.mark.parametrize(("text", "kind"), ROWS)
def test_a_problem_is_told_from_a_question(text: str, kind: str) -> None:
    assert kind_of(text) == kind


def test_every_kind_is_asked_about() -> None:
    assert {*PROBLEMS, "other"} == set(KINDS)


def told(excerpt: str, **more: object) -> dict[str, object]:
    return answer(1) | {"excerpt": excerpt, "highlights": []} | more


def test_the_page_about_reporting_it_leads(talk: Talk, index: FakeIndex) -> None:
    index.by_text = {
        PROBLEMS["street_light"].question: [told("Read us the number on the street light: call 555-555-0126.")]
    }
    said = talk.search("the street light at my corner is out")
    assert said["text"].startswith("I cannot report or send anybody myself.")
    assert said["answers"][0]["excerpt"].startswith("Read us the number")
    assert talk.state["history"] == ["the street light at my corner is out"]


def test_a_page_that_only_shares_a_word_is_not_quoted(talk: Talk, index: FakeIndex) -> None:
    index.by_text = {
        PROBLEMS["street_light"].question: [told("Trees beside the street are the city's; call 555-555-0127.")]
    }
    said = talk.search("the street light at my corner is out")
    assert not said["answers"]
    assert "555-555-0100" in said["text"]


def test_what_the_city_configured_is_told(talk: Talk, index: FakeIndex) -> None:
    index.by_text = {NOISE: []}
    said = talk.search("my neighbor is playing loud music")
    assert said["text"] == (
        "I cannot report or send anybody myself. You can call 555-555-0130 (at any hour) or visit https://falls.example/noise."
    )
    index.by_text = {NOISE: [told("While it is noisy, call 555-555-0130.")]}
    assert talk.search("my neighbor is playing loud music")["answers"]
    index.by_text = {NOISE: [told("For a noise permit call 555-555-0199.")]}
    assert not talk.search("my neighbor is playing loud music")["answers"]


def test_the_layer_above_takes_what_the_city_does_not(talk: Talk, index: FakeIndex) -> None:
    index.answers = []
    assert "555-555-0189" in talk.search("a dead deer is on mill st")["text"]


def test_alerts_are_signed_up_for_where_the_pages_say_so(talk: Talk, index: FakeIndex) -> None:
    index.answers = [told("Sign up for texts about storms online.")]
    assert talk.search("how do i get storm alerts on my phone")["answers"]
    said = talk.search("text me when the river rises")
    assert said["text"].startswith("I cannot send reminders or alerts myself.")


def test_what_was_told_before_is_what_we_are_asked_to_report(talk: Talk, index: FakeIndex) -> None:
    index.by_text = {NOISE: []}
    talk.search("my neighbor is playing loud music")
    assert "555-555-0130" in talk.search("can you report it for me")["text"]


def test_what_signs_up_for_a_class_is_no_alert(talk: Talk, index: FakeIndex) -> None:
    index.answers = [told("Sign up online for swimming lessons."), told("Texts: sign up online to hear of storms.")]
    (shown,) = talk.search("how do i get storm notifications")["answers"]
    assert shown["excerpt"].startswith("Texts")


def test_alerts_are_signed_up_for_where_it_is_configured_when_no_page_says_so(server: str, index: FakeIndex) -> None:
    index.answers = [told("Sign up online for swimming lessons.")]
    said = Talk(server, city="port-maren").search("how do i get storm notifications")
    assert said["text"].startswith("You can sign up for the city's alerts: https://harbor.example/alerts")
    assert not said.get("answers")


def test_a_search_service_that_is_down_leaves_the_channel(talk: Talk, index: FakeIndex) -> None:
    index.fault = "500"
    said = talk.search("my neighbor is playing loud music")
    assert said["type"] == "unavailable"
    assert "555-555-0130" in said["text"]
