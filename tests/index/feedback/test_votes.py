from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import Engine, delete, select

from index.feedback.search_log import Result, Search, SearchLog, answer_id, new_id, split_answer_id
from index.feedback.votes import Tally, Vote, Votes, matching
from index.schemas.feedback import RevokeRequest
from index.tables import searches, votes
from tests.index.conftest import CITIES
from townclerk import clock
from townclerk.database import reading, writing
from townclerk.errors import BadInput
from townclerk.jurisdictions import Jurisdictions

VECTOR = np.eye(1, 8, dtype=np.float32)[0]


@pytest.fixture
def database(engine: Engine) -> Engine:
    """Each database that the stores must work on."""
    Jurisdictions(engine).put(CITIES)
    return engine


def search(text: str = "When is trash collected?", city: str | None = "oakton", **given: bool) -> Search:
    results = tuple(Result(key, "oakton", key.title(), "", f"excerpt {key}") for key in ("first", "second"))
    return Search(
        new_id(), text, city, "web", given.get("refused", False), "high", results, VECTOR, 12.5, {"encode": 5.0}
    )


@pytest.fixture
def log(database: Engine) -> Iterator[SearchLog]:
    made = SearchLog(database)
    yield made
    made.close()


def adjustment(box: Votes, passage: str = "first", city: str | None = "oakton") -> float:
    return sum(each.weight * each.ballot.vote for each in box.box.counted(city, passage, VECTOR))


def test_a_vote_counts_at_once_and_a_second_replaces_it(database: Engine) -> None:
    box, asked = Votes(database), search()
    assert box.put(Vote(asked, 1, up=True, voter="v"))
    assert adjustment(box) == 1
    assert box.put(Vote(asked, 1, up=False, voter="v"))
    assert adjustment(box) == -1
    assert box.tally("first", "oakton") == Tally(up=0, down=1)
    assert Votes(database).box.counted("oakton", "first", VECTOR)[0].ballot.vote == -1


def test_a_vote_without_voter_is_one_per_answer(database: Engine) -> None:
    box, asked = Votes(database), search()
    for _ in range(3):
        box.put(Vote(asked, 2, up=True))
    assert box.tally("second", "oakton") == Tally(up=1, down=0)
    assert box.tally("first", "oakton") == Tally()


def test_scripted_votes_are_held_after_the_daily_number(database: Engine, caplog: pytest.LogCaptureFixture) -> None:
    box = Votes(database, passage_daily=5)
    for i in range(40):
        box.put(Vote(search(), 1, up=False, voter=f"number {i}"))
    assert adjustment(box) == -5
    assert box.counts() == (5, 35)
    assert caplog.text.count("burst") == 1
    assert box.revoke(*matching(RevokeRequest(passage="first"))) == 40
    assert (adjustment(box), box.counts()) == (0, (0, 0))


def test_one_voter_is_held_after_the_daily_number(database: Engine) -> None:
    box = Votes(database, voter_daily=3)
    for city in ("oakton", "elmville"):
        for rank in (1, 2, 1):
            box.put(Vote(search(city=city), rank, up=True, voter="busy"))
    assert box.counts() == (3, 3)


def test_an_undone_vote_stays_undone_when_it_is_sent_again(database: Engine) -> None:
    box, asked = Votes(database), search()
    box.put(Vote(asked, 1, up=False, voter="v"))
    started = clock.now()
    assert box.revoke(*matching(RevokeRequest(since=started + timedelta(hours=1)))) == 0
    assert box.revoke(*matching(RevokeRequest(since=started - timedelta(hours=1), city="oakton"))) == 1
    assert not box.put(Vote(asked, 1, up=False, voter="v"))
    assert adjustment(box) == 0


def forgotten(database: Engine) -> int:
    """Delete all recorded questions; gives their number."""
    with writing(database) as connection:
        return int(connection.execute(delete(searches)).rowcount)


def test_votes_on_an_answer_under_a_pin_are_counted_for_it_after_the_question_is_forgotten(
    database: Engine, log: SearchLog
) -> None:
    asked = search()
    pinned = replace(asked, results=(replace(asked.results[0], pin=7), *asked.results[1:]))
    log.record(pinned)
    stored, box = log.find(pinned.id), Votes(database)
    assert stored is not None
    assert [result.pin for result in stored.results] == [7, None]
    for voter, rank, up in (("a", 1, False), ("b", 1, True), ("c", 1, False), ("d", 2, True)):
        box.put(Vote(stored, rank, up=up, voter=voter))
    assert forgotten(database) == 1
    assert box.by_pin() == {7: Tally(up=1, down=2)}
    box.revoke(*matching(RevokeRequest(voter="c")))
    assert box.by_pin() == {7: Tally(up=1, down=1)}


def test_undoing_without_conditions_is_refused(database: Engine) -> None:
    with pytest.raises(BadInput):
        Votes(database).revoke(*matching(RevokeRequest()))


def test_another_process_sees_new_replaced_and_undone_votes_after_a_refresh(database: Engine) -> None:
    here, there = Votes(database), Votes(database)
    asked, elsewhere = search(), search(city="elmville")
    for vote, expected in ((Vote(asked, 1, up=True, voter="v"), 1), (Vote(asked, 1, up=False, voter="v"), -1)):
        there.put(vote)
        here.refresh()
        assert adjustment(here) == expected
    there.put(Vote(elsewhere, 1, up=True, voter="w"))
    there.revoke(*matching(RevokeRequest(voter="v")))
    here.refresh()
    assert (adjustment(here), adjustment(here, city="elmville")) == (0, 1)


def test_only_what_changed_is_read_again(database: Engine) -> None:
    here, there = Votes(database), Votes(database)
    for city in ("oakton", "elmville"):
        there.put(Vote(search(city=city), 1, up=True, voter="v"))
    here.refresh()
    elmville = here.box.of("elmville")
    there.put(Vote(search(), 2, up=True, voter="w"))
    here.refresh()
    assert here.box.of("elmville") is elmville
    assert adjustment(here, passage="second") == 1


def test_no_personal_data_is_stored(database: Engine, log: SearchLog) -> None:
    asked = search("My number is 212-555-0123, when is trash?")
    log.record(asked)
    stored = log.find(asked.id)
    assert stored is not None
    Votes(database).put(Vote(stored, 1, up=False, voter="v", comment="write to me@example.org"))
    with reading(database) as connection:
        rows = [*connection.execute(select(searches)), *connection.execute(select(votes))]
    assert "555-0123" not in str(rows)
    assert "me@example" not in str(rows)


def test_a_search_is_found_right_after_it_was_recorded(log: SearchLog) -> None:
    for _ in range(20):
        asked = search()
        log.record(asked)
        found = log.find(asked.id)
        assert found is not None
        assert (found.results, found.city, found.timings) == (asked.results, "oakton", {"encode": 5.0})
        assert np.array_equal(found.vector, VECTOR)
    assert log.find("unknown") is None


def test_recent_questions_come_newest_first_and_can_be_only_the_unanswered(log: SearchLog) -> None:
    for text, refused, city in (("one", False, "oakton"), ("two", True, "oakton"), ("three", True, "elmville")):
        log.record(search(text, city, refused=refused))
    assert [s.text for s in log.recent(limit=2)] == ["three", "two"]
    assert [s.text for s in log.recent(limit=9, unanswered=True, city="oakton")] == ["two"]


def test_closing_writes_what_waits(database: Engine) -> None:
    log = SearchLog(database)
    asked = [search() for _ in range(300)]
    for each in asked:
        log.record(each)
    log.close()
    with reading(database) as connection:
        assert len(connection.execute(select(searches.c.id)).all()) == 300


def test_forgetting_searches_keeps_the_votes(database: Engine, log: SearchLog) -> None:
    asked, box = search(), Votes(database)
    log.record(asked)
    log.flush()
    box.put(Vote(asked, 1, up=True, voter="v"))
    assert forgotten(database) == 1
    box.refresh()
    assert adjustment(box) == 1


def test_answer_ids_are_taken_apart_whatever_the_search_id_holds() -> None:
    assert split_answer_id(answer_id("a-b_c", 12)) == ("a-b_c", 12)
    assert split_answer_id("nonsense") == ("", 0)
    assert split_answer_id("x-²")[1] == 0
