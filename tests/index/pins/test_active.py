"""What a pin does to a search: first where it holds, nowhere else, and nothing once it cannot."""

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update

from crawler.tables import pages
from index import revisions
from index.feedback.votes import Vote
from index.pins.active import MOST, Pins
from index.schemas.pins import PinRequest
from index.tables import pins as table
from tests.index.pins.conftest import Town
from tests.index.toy import faq, page
from townclerk import clock
from townclerk.database import writing
from townclerk.errors import BadInput, NotFound

TRASH, SNOW = "https://oakton.example/1", "https://oakton.example/2"
PAGES = (
    page(1, "Trash is collected every Monday before seven. Put the cart at the curb."),
    page(2, "Because of the storm the trucks stay in the yard until Friday. City hall is closed."),
    page(3, "The swimming pool opens in June. A ticket costs five dollars."),
    page(4, "The county burns leaves in October.", jurisdiction="ohio"),
    page(5, "Trash is collected on Friday in Elmville.", jurisdiction="elmville"),
)
ASKED = "When is trash collected?"


@pytest.fixture
def pairs(pytestconfig: pytest.Config) -> int:
    return int(pytestconfig.getoption("pairs"))


@pytest.fixture(autouse=True)
def published(oakton: Town) -> None:
    oakton.publish(*PAGES)


def test_a_pinned_passage_stands_first_from_the_next_question_on(oakton: Town) -> None:
    assert oakton.first(ASKED) == TRASH
    oakton.pin(ASKED, passage=oakton.key("storm trucks", SNOW))
    found = oakton.ask("  when is TRASH collected").answers
    assert [found[0].url, found[0].pinned, found[0].confidence] == [SNOW, True, "high"]
    assert (found[1].url, found[1].pinned) == (TRASH, None)
    assert "pinned" not in found[1].model_dump()
    assert found[0].score > found[1].score
    assert oakton.first("swimming pool ticket").endswith("/3")


def test_it_is_gone_from_the_next_question_on_when_it_is_removed_paused_or_over(oakton: Town) -> None:
    made = oakton.pin(ASKED, passage=oakton.key("storm trucks", SNOW))
    today = clock.now().date()
    request = {"city": "oakton", "wordings": [ASKED]}
    for change, shown, stands in (
        ({"active": False}, TRASH, "paused"),
        ({"active": True}, SNOW, "in_force"),
        ({"valid_until": today - timedelta(days=2)}, TRASH, "ended"),
        ({"valid_from": today + timedelta(days=2)}, TRASH, "waiting"),
        ({"valid_from": today - timedelta(days=2), "valid_until": today + timedelta(days=2)}, SNOW, "in_force"),
    ):
        entry = oakton.pin_editor.change(made.id, PinRequest.model_validate(request | change))
        assert (oakton.first(ASKED), entry.state) == (shown, stands)
    oakton.pin_editor.remove(made.id)
    assert oakton.first(ASKED) == TRASH


def test_dates_are_followed_without_a_change(oakton: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    oakton.pin(ASKED, passage=oakton.key("storm trucks", SNOW), valid_until=str(clock.now().date()))
    assert oakton.first(ASKED) == SNOW
    later = clock.now() + timedelta(days=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    oakton.pins.refresh()
    assert oakton.first(ASKED) == TRASH


def test_another_process_learns_of_it_at_its_next_look(oakton: Town) -> None:
    other = Pins(oakton.database, encode=oakton.engine.searcher.encode, model=oakton.engine.encoder.id)
    oakton.pin(ASKED, passage=oakton.key("storm trucks", SNOW))
    assert len(other.matcher) == 0
    other.refresh()
    assert len(other.matcher) == 1


def test_a_question_alike_meets_the_pin_and_one_that_is_not_does_not(oakton: Town) -> None:
    oakton.pin("When is the trash collected in Oakton this week please?", passage=oakton.key("storm trucks", SNOW))
    (mark,) = [c.pin for c in oakton.explain("when is trash collected in oakton this week please").candidates if c.pin]
    assert not mark.exact
    assert 0.9 < mark.similarity < 1
    assert oakton.first("When is trash collected?") == TRASH


def test_the_name_of_the_place_makes_no_other_question(oakton: Town) -> None:
    oakton.pin(ASKED, passage=oakton.key("storm trucks", SNOW))
    for named in (
        "When is trash collected in Oakton?",
        "Oakton: when is trash collected",
        "when is trash collected in Ohio",
    ):
        assert oakton.first(named) == SNOW, named
    assert oakton.first("When is trash collected in Elmville?") == TRASH
    oakton.pin("Where is Oakton's library?", city="ohio", url="https://ohio.example/4")
    assert oakton.first("Where is Oakton's library?") == "https://ohio.example/4"
    for word in ("Oakton", "in Oakton?"):
        assert oakton.ask(word, limit=1).answers[0].pinned is None


def test_what_is_far_from_the_question_is_brought_up_and_never_refused(oakton: Town) -> None:
    nonsense = "zxqv wobble frobnicate quux"
    assert oakton.ask(nonsense).refused
    oakton.pin(nonsense, url=SNOW)
    found = oakton.ask(nonsense, limit=2)
    assert not found.refused
    assert [(a.confidence, a.pinned) for a in found.answers] == [("high", True), ("low", None)]


def test_votes_do_not_move_a_pin_and_staff_see_them(oakton: Town) -> None:
    made = oakton.pin(ASKED, passage=oakton.key("storm trucks", SNOW))
    before = oakton.explain(ASKED).candidates[0].score
    for number in range(25):
        id = oakton.ask(ASKED).answers[0].id
        search = oakton.log.find(id.rpartition("-")[0])
        assert search is not None
        oakton.votes.put(Vote(search, 1, up=False, voter=f"v{number}"))
        oakton.votes.put(Vote(search, 2, up=True, voter=f"v{number}"))
    explained = oakton.explain(ASKED).candidates
    assert explained[0].url == SNOW
    assert explained[0].vote_adjustment < 0 < explained[1].vote_adjustment
    assert explained[0].score == pytest.approx(1 + explained[1].score)
    assert before > 1
    (entry,) = oakton.pin_editor.all()
    assert (entry.id, entry.votes.up, entry.votes.down) == (made.id, 0, 25)


def test_every_part_of_the_score_is_shown(oakton: Town) -> None:
    oakton.pin(ASKED, passage=oakton.key("storm trucks", SNOW))
    for candidate in oakton.explain(ASKED).candidates:
        shown = ("relative", "layer", "freshness", "tokens", "words", "kind", "vote", "pin")
        added = sum(candidate.parts.get(name, 0.0) for name in shown)
        assert candidate.score == pytest.approx(added, abs=1e-5)
        assert (candidate.pin is not None) == ("pin" in candidate.parts)


def test_the_nearest_layer_comes_first_then_the_very_wording(oakton: Town) -> None:
    leaves = oakton.key("county burns leaves", "https://ohio.example/4")
    oakton.pin(ASKED, city="ohio", passage=leaves)
    assert oakton.first(ASKED) == "https://ohio.example/4"
    oakton.pin(ASKED + " today", url=SNOW)
    oakton.pin(ASKED, url="https://oakton.example/3")
    assert [a.url for a in oakton.ask(ASKED).answers[:3]] == [
        "https://oakton.example/3",
        SNOW,
        "https://ohio.example/4",
    ]


def test_a_pin_of_a_layer_holds_in_the_cities_below_it(oakton: Town) -> None:
    oakton.pin(ASKED, city="ohio", url="https://ohio.example/4")
    assert oakton.first(ASKED) == oakton.first(ASKED, "elmville") == "https://ohio.example/4"


def test_no_more_than_a_few_stand_first_and_none_twice(oakton: Town) -> None:
    oakton.publish(*(page(n, f"Notice {n} about {'abcdefghij'[n - 20]} things.") for n in range(20, 26)))
    for n in (20, 20, 21, 22, 23, 24):
        oakton.pin(ASKED, url=f"https://oakton.example/{n}")
    assert sum(1 for a in oakton.ask(ASKED, limit=10).answers if a.pinned) == MOST
    assert len({a.url for a in oakton.ask(ASKED, limit=10).answers}) == len(oakton.ask(ASKED, limit=10).answers)


def test_of_a_page_the_passage_that_fits_the_question_is_shown(oakton: Town) -> None:
    text = "\n".join(f"{name} information. " + f"{name} words " * 30 for name in ("alpha", "beta", "gamma"))
    long = page(9, text)
    oakton.publish(long)
    oakton.pin("zeta question", "zeta question about beta", url="https://oakton.example/9")
    assert "beta" in oakton.ask("zeta question about beta").answers[0].excerpt
    assert oakton.ask("zeta question").answers[0].url == "https://oakton.example/9"


def test_a_changed_page_is_followed_and_staff_are_told(oakton: Town) -> None:
    made = oakton.pin(ASKED, passage=oakton.key("storm trucks", SNOW))
    oakton.publish(page(2, "Because of the storm the trucks stay in the yard until Sunday. City hall is closed."))
    assert "Sunday" in oakton.ask(ASKED).answers[0].excerpt
    oakton.publish(page(77, "Something else is published meanwhile."))
    assert "Sunday" in oakton.ask(ASKED).answers[0].excerpt
    (entry,) = oakton.pin_editor.all()
    assert (entry.id, entry.state) == (made.id, "changed")
    assert "changed" in entry.problem
    oakton.publish(page(2, "Welcome to our new website about tennis."))
    assert oakton.first(ASKED) == TRASH
    assert oakton.pin_editor.all()[0].state == "broken"


def test_a_pin_on_what_is_gone_is_broken_and_the_search_goes_on(oakton: Town) -> None:
    oakton.pin(ASKED, url=SNOW)
    oakton.publish(gone=["page:2"])
    assert oakton.first(ASKED) == TRASH
    (entry,) = oakton.pin_editor.all()
    assert (entry.state, entry.problem) == ("broken", "The page is gone.")
    oakton.publish(PAGES[1])
    assert oakton.first(ASKED) == SNOW


def test_a_page_that_came_back_under_another_number_is_found_by_its_address(oakton: Town) -> None:
    oakton.pin(ASKED, passage=oakton.key("storm trucks", SNOW))
    with writing(oakton.database) as connection:
        connection.execute(delete(pages).where(pages.c.id == 2))
    oakton.publish(replace(PAGES[1], key="page:33"), gone=["page:2"])
    assert oakton.first(ASKED) == SNOW
    assert oakton.pin_editor.all()[0].state == "in_force"


def test_a_faq_stays_pinned_when_its_answer_changes(oakton: Town) -> None:
    oakton.publish(faq(7, "Is city hall open?", "It is closed until Friday."))
    key = next(c.passage for c in oakton.explain("Is city hall open?").candidates if c.document == "faq:7")
    entry = oakton.pin("storm news", passage=key)
    assert (entry.kind, entry.document) == ("faq", "faq:7")
    oakton.publish(faq(7, "Is city hall open?", "It is open again since this morning at nine."))
    assert "nine" in oakton.ask("storm news").answers[0].excerpt
    assert oakton.pin_editor.all()[0].state == "in_force"


def test_what_belongs_to_another_city_cannot_be_pinned(oakton: Town) -> None:
    other = oakton.key("trash friday", "https://elmville.example/5", "elmville")
    with pytest.raises(BadInput, match="elmville cannot be pinned in oakton"):
        oakton.pin(ASKED, passage=other)
    with pytest.raises(BadInput, match="cannot be pinned in ohio"):
        oakton.pin(ASKED, city="ohio", url=TRASH)
    assert oakton.pin_editor.all() == []


def test_nothing_or_two_things_cannot_be_pinned(oakton: Town) -> None:
    wrong: list[dict[str, Any]] = [{}, {"url": SNOW, "faq": 1}]
    for named in wrong:
        with pytest.raises(BadInput, match="one thing"):
            oakton.pin(ASKED, **named)
    unknown: list[dict[str, Any]] = [{"url": "https://oakton.example/none"}, {"faq": 99}, {"passage": "x" * 40}]
    for named in [*unknown, {"city": "atlantis", "url": SNOW}]:
        with pytest.raises(NotFound):
            oakton.pin(ASKED, **named)


def test_a_row_that_names_another_citys_page_shows_nothing(oakton: Town) -> None:
    """Whatever stands in the table: by a slip, or because a page moved to another city since."""
    made = oakton.pin(ASKED, url=SNOW)
    for wrong in ({"document": "page:5"}, {"document": "page:5", "place": "elmville"}):
        with writing(oakton.database) as connection:
            connection.execute(update(table).where(table.c.id == made.id).values(wrong))
            revisions.advance(connection, revisions.PINS)
        oakton.pins.refresh()
        assert oakton.first(ASKED) == TRASH


def test_no_pin_ever_shows_another_citys_text(oakton: Town, pairs: int) -> None:
    rng = random.Random(11)
    places = ("oakton", "elmville", "ohio", "us")
    words = ["trash", "pool", "permit", "storm", "clerk", "dog", "license", "road"]
    layers = {
        "oakton": ("oakton", "ohio", "us"),
        "elmville": ("elmville", "ohio", "us"),
        "ohio": ("ohio", "us"),
        "us": ("us",),
    }
    oakton.publish(*(page(n, " ".join(rng.choices(words, k=8)), jurisdiction=places[n % 4]) for n in range(100, 180)))
    questions = [" ".join(rng.choices(words, k=3)) for _ in range(40)]
    set_ = 0
    for _ in range(80):
        number, city = rng.randrange(100, 180), rng.choice(places)
        try:
            oakton.pin(*rng.sample(questions, 2), city=city, url=f"https://{places[number % 4]}.example/{number}")
            set_ += 1
        except (BadInput, NotFound):
            assert places[number % 4] not in layers[city]
    moved = rng.sample(range(100, 180), 20)
    oakton.publish(*(page(n, " ".join(rng.choices(words, k=8)), jurisdiction=rng.choice(places)) for n in moved))
    met = 0
    for _ in range(pairs):
        city, text = rng.choice(("oakton", "elmville")), rng.choice([*questions, " ".join(rng.choices(words, k=3))])
        answers = oakton.ask(text, city, limit=8, record=False).answers
        assert {a.jurisdiction for a in answers} <= set(layers[city])
        met += any(a.pinned for a in answers)
    assert set_ > 20
    assert met > pairs // 4
