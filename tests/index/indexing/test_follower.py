import threading
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine, delete, update

from crawler.fetching.fetcher import Validators
from crawler.jobs.runs import Runs
from crawler.outcome import Counts
from index import revisions, tables
from index.faqs import csv_file
from index.indexing.follower import Follower
from index.installation import Installation
from index.schemas.search import SearchRequest
from tests.index.conftest import FAQS, keep_page
from townclerk import clock
from townclerk.database import writing
from townclerk.errors import Starting

Open = Callable[[], Installation]


def ask(process: Installation, text: str, city: str = "oakton") -> list[str]:
    request = SearchRequest(text=text, city=city, record=False)
    return [answer.excerpt for answer in process.answers.ask(request).answers]


def test_imported_faqs_are_answered_and_removed_ones_are_not(open_process: Open) -> None:
    process = open_process()
    csv_file.load(process.faqs, FAQS.encode())
    process.look()
    assert "Monday" in ask(process, "When is trash collected?")[0]
    trash = next(faq for faq in process.faqs.all("oakton") if "trash" in faq.question)
    process.faqs.remove(trash.id)
    process.look()
    assert not [text for text in ask(process, "When is trash collected?") if "Monday" in text]


def test_a_page_enters_changes_and_leaves(open_process: Open, database: Engine) -> None:
    process = open_process()
    page = {"url": "https://oakton.example/pool", "title": "Swimming pool"}
    keep_page(database, **page, text="The pool opens on June 1 and costs $5.")
    process.look()
    assert "June 1" in ask(process, "When does the pool open?")[0]
    archive = keep_page(database, **page, text="The pool opens on July 4 and costs $6.")
    process.look()
    assert "July 4" in ask(process, "When does the pool open?")[0]
    archive.remove([known.id for known in archive.known().values()])
    process.look()
    assert ask(process, "When does the pool open?") == []


def test_everything_is_read_whatever_the_size_of_a_batch_and_the_first_is_small(open_process: Open) -> None:
    process = open_process()
    csv_file.load(process.faqs, FAQS.encode())
    progress: list[tuple[int, int]] = []
    follower = Follower(process.publisher, process.database, first_batch=1, batch=3)
    follower.catch_up(lambda done, total: progress.append((done, total)))
    assert process.status().faqs == 6
    assert progress == [(1, 6), (3, 6), (6, 6)]


def test_a_city_of_which_nothing_was_read_yet_is_told_from_one_without_an_answer(open_process: Open) -> None:
    process = open_process()
    csv_file.load(process.faqs, FAQS.encode())
    said: list[str] = []

    def ask_meanwhile(_done: int, _total: int) -> None:
        for city in ("oakton", "elmville"):
            try:
                process.answers.ask(SearchRequest(text="When is trash collected?", city=city))
                said.append(city)
            except Starting as error:
                said.append(str(error))

    process.follower = Follower(process.publisher, process.database, first_batch=1, batch=1)
    process.look(ask_meanwhile)
    assert said[:2] == [
        "oakton",
        "The pages of elmville are not all read yet (reading pages and FAQs: 1 of 6). Try again in a moment.",
    ]
    assert said[-2:] == ["oakton", "elmville"]


def test_while_pages_are_read_a_question_is_not_refused(open_process: Open) -> None:
    process = open_process()
    csv_file.load(process.faqs, FAQS.encode())
    request = SearchRequest(text="Who won the chess game last night?", city="oakton")
    said: list[str] = []

    def ask_meanwhile(_done: int, _total: int) -> None:
        with pytest.raises(Starting, match="not all read yet") as raised:
            process.answers.ask(request)
        said.append(str(raised.value))

    process.follower = Follower(process.publisher, process.database, first_batch=2, batch=4)
    process.look(ask_meanwhile)
    assert len(said) == 2
    assert process.answers.ask(request).refused


def test_while_a_site_is_crawled_for_the_first_time_a_question_is_not_refused(
    open_process: Open, database: Engine
) -> None:
    process = open_process()
    csv_file.load(process.faqs, FAQS.encode())
    keep_page(database, url="https://oakton.example/pool", title="Swimming pool", text="The pool opens on June 1.")
    process.look()
    lacking = SearchRequest(text="Who won the chess game last night?", city="oakton")
    runs = Runs(database)
    run = runs.queue("site")
    with pytest.raises(Starting, match="being read for the first time"):
        process.answers.ask(lacking)
    assert "June 1" in ask(process, "When does the pool open?")[0]
    runs.start(run.id)
    runs.finish(run.id, "succeeded", reason="", counts=Counts(), outcomes=[])
    assert process.answers.ask(lacking).refused
    runs.queue("site")
    assert process.answers.ask(lacking).refused


def test_nothing_changed_publishes_nothing(open_process: Open) -> None:
    process = open_process()
    csv_file.load(process.faqs, FAQS.encode())
    process.look()
    before = process.status()
    process.look()
    assert process.status() == before


def test_what_was_read_is_not_read_again_after_a_restart(open_process: Open) -> None:
    process = open_process()
    csv_file.load(process.faqs, FAQS.encode())
    process.look()
    before = process.status()
    process.close()
    again = open_process()
    told: list[tuple[int, int]] = []
    again.look(lambda done, total: told.append((done, total)))
    assert told == []
    assert again.status().snapshot == before.snapshot


def test_a_faq_enters_and_leaves_on_its_days(open_process: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    process = open_process()
    text = "question,answer,valid_from,valid_until\nWhen is leaf pick-up?,Leaves are picked up on Tuesdays.,2026-10-01,2026-11-30\n"
    csv_file.load(process.faqs, text.encode(), city="oakton")
    held: dict[date, bool] = {}
    for day in (date(2026, 9, 30), date(2026, 10, 2), date(2026, 11, 30), date(2026, 12, 1)):
        noon = datetime(day.year, day.month, day.day, 17, tzinfo=clock.now().tzinfo)
        monkeypatch.setattr("townclerk.clock.now", lambda noon=noon: noon)
        process.look()
        held[day] = bool(ask(process, "When is leaf pick-up?"))
    assert list(held.values()) == [False, True, True, False]


def test_a_replaced_database_takes_old_documents_out(open_process: Open, database: Engine) -> None:
    process = open_process()
    csv_file.load(process.faqs, FAQS.encode())
    process.look()
    process.close()
    with writing(database) as connection:
        connection.execute(delete(tables.faqs).where(tables.faqs.c.jurisdiction == "oakton"))
        connection.execute(update(tables.state).where(tables.state.c.name == "database").values(text="another"))
    again = open_process()
    again.look()
    assert again.status().faqs == 3
    assert not [text for text in ask(again, "When is trash collected?") if "Monday" in text]


def test_a_roll_back_holds_until_everything_is_compared_anew(open_process: Open) -> None:
    process = open_process()
    csv_file.load(process.faqs, FAQS.encode())
    process.look()
    csv_file.load(process.faqs, FAQS.replace("Monday", "Thursday").encode())
    process.look()
    process.follower.roll_back()
    process.look()
    assert "Monday" in ask(process, "When is trash collected?")[0]
    process.look(anew=True)
    assert "Thursday" in ask(process, "When is trash collected?")[0]


def test_when_a_page_was_checked_is_fresh_without_indexing_again(open_process: Open, database: Engine) -> None:
    process = open_process()
    page = {"url": "https://oakton.example/pool", "title": "Swimming pool", "text": "The pool opens on June 1."}
    keep_page(database, **page)
    process.look()
    before = process.status().snapshot
    moment = clock.now() + timedelta(seconds=5)
    archive = keep_page(database, **page)
    (known,) = archive.known().values()
    archive.touch([(known, Validators())], at=moment)
    process.look()
    answer = process.answers.ask(SearchRequest(text="When does the pool open?", city="oakton", record=False)).answers[0]
    assert answer.checked_at == moment
    assert process.status().snapshot == before


def test_revisions_are_counted_in_order(database: Engine) -> None:
    with writing(database) as connection:
        assert revisions.advance(connection, "test", by=3) == 3
        assert revisions.advance(connection, "test") == 4
    assert revisions.number(database, "test") == 4
    assert revisions.database_name(database) == revisions.database_name(database)


def test_a_comparison_that_was_interrupted_is_made_again(open_process: Open) -> None:
    process = open_process()
    csv_file.load(process.faqs, FAQS.encode())
    process.look()
    with writing(process.database) as connection:
        connection.execute(delete(tables.faqs).where(tables.faqs.c.question.contains("trash")))
    process.follower = Follower(process.publisher, process.database, first_batch=1, batch=1)

    def stop(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        process.look(stop, anew=True)
    process.close()
    again = open_process()
    again.look()
    assert again.status().faqs == 4
    assert [text for text in ask(again, "When is trash collected?") if "Monday" in text] == []


def test_progress_is_told_and_what_was_published_is_searched_meanwhile(open_process: Open) -> None:
    process = open_process()
    process.follower = Follower(process.publisher, process.database, first_batch=1, batch=1)
    csv_file.load(process.faqs, FAQS.encode())
    seen: list[tuple[int, int, int]] = []

    def look(_done: int, _total: int) -> None:
        status = process.status()
        assert status.reading is not None
        seen.append((status.reading.done, status.reading.total, status.faqs))

    process.look(look)
    assert seen == [(i, 6, i) for i in range(1, 7)]
    assert process.status().reading is None


def test_a_roll_back_stops_a_catch_up_and_stays(open_process: Open) -> None:
    process = open_process()
    process.follower = Follower(process.publisher, process.database, first_batch=1, batch=1)
    csv_file.load(process.faqs, FAQS.encode())
    asked: list[threading.Thread] = []

    def roll_back(done: int, _total: int) -> None:
        if done == 3:
            asked.append(threading.Thread(target=process.follower.roll_back))
            asked[0].start()
            while not process.follower.interrupted:
                time.sleep(0.01)

    process.look(roll_back)
    asked[0].join()
    status = process.status()
    assert status.faqs == 2
    assert status.rolled_back
    process.look()
    assert process.status().faqs == 5  # the third stays out, what came after it is read
    process.look(anew=True)
    assert process.status().faqs == 6
    assert process.status().rolled_back == ""


def test_trouble_is_told_until_it_is_over(open_process: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    process = open_process()
    csv_file.load(process.faqs, FAQS.encode())
    with monkeypatch.context() as patched:
        patched.setattr(
            "index.snapshots.writer.os.fsync",
            lambda _handle: (_ for _ in ()).throw(OSError(28, "No space left on device")),
        )
        with pytest.raises(OSError, match="No space"):
            process.look()
        assert any("No space left" in alarm for alarm in process.status().alarms)
    process.look()
    assert process.status().alarms == []
