"""What is deleted by age, what holds keep, and what the accounts say of it, on both databases."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, insert, select

from bot.records import erasure, kinds
from bot.records.expiry import expire
from bot.records.overview import overview
from bot.tables import messages, suppressions
from tests.bot.records.rows import counts, texts, wrote
from townclerk import clock
from townclerk.clock import now
from townclerk.database import reading, writing
from townclerk.errors import BadInput, NotFound
from townclerk.records import disposal, timetable
from townclerk.records.disposal import accounts, dispose
from townclerk.records.holds import Holds
from townclerk.records.tables import disposals
from townclerk.schema import open_database
from townclerk.settings import Settings

NUMBER = "+16035550123My number is 603-555-0123"
FULL = {"messages": 1, "sessions": 1, "shown_answers": 1, "sms_inbox": 1, "sms_outbox": 1}
LOOKED_AT = {**FULL, "alert_subscriptions": 0, "handoff_messages": 0, "handoffs": 0}
"""What a request goes through."""


class EndsAtFirstPause(threading.Event):
    """Somebody asks the run to end while it pauses."""

    def wait(self, timeout: float | None = None) -> bool:
        self.set()
        return True


def test_what_is_old_goes_and_what_is_young_stays(engine: Engine, settings: Settings) -> None:
    for person, days in (("ann", 31), ("bob", 29), ("cid", 1)):
        wrote(engine, person, days=days)
    with writing(engine) as connection:
        connection.execute(
            insert(suppressions).values(
                person="ann", our_number="+15550100", reason="stop", at=now() - timedelta(days=900)
            )
        )
    conversations, numbers = expire(engine, settings, only_due=False)
    assert counts(engine) == {**{name: 2 for name in FULL}, "sms_inbox": 3, "suppressions": 1}
    assert texts(engine) == [
        ("SM-ann-31", "", "", {}),
        ("SM-bob-29", "bob", "", {}),
        ("SM-cid-1", "cid", NUMBER, {"FromZip": "03049"}),
    ]
    assert (conversations.kind, conversations.counts, conversations.held) == ("conversations", FULL, 0)
    assert (numbers.kind, numbers.counts) == ("phone numbers", {"sms_inbox": 1, "sms_outbox": 1})
    again = expire(engine, settings, only_due=False)
    assert [each.counts for each in again] == [{}, {}]


def test_what_is_under_way_stays_whatever_its_age(engine: Engine, settings: Settings) -> None:
    wrote(engine, "ann", days=90, state="new")
    expire(engine, settings, only_due=False)
    assert counts(engine) == {"sms_inbox": 1, "sms_outbox": 1}
    assert texts(engine)[0][2] == NUMBER


def test_zero_days_keep_for_ever(engine: Engine, settings: Settings) -> None:
    wrote(engine, "ann", days=5000)
    kept = settings.model_copy(update={"keep_conversations_days": 0, "keep_numbers_days": 0})
    assert expire(engine, kept, only_due=False) == []
    assert counts(engine) == FULL


@pytest.mark.parametrize("person", ["ann", ""], ids=["one person", "everybody"])
def test_a_hold_goes_before_age_until_it_is_released(engine: Engine, settings: Settings, person: str) -> None:
    for each in ("ann", "bob"):
        wrote(engine, each, days=40)
    hold = Holds(engine).place(person=person, reason="records request 7", by="clerk")
    conversations, _numbers = expire(engine, settings, only_due=False)
    left = {"ann"} if person else {"ann", "bob"}
    with reading(engine) as connection:
        assert set(connection.execute(select(messages.c.person)).scalars()) == left
    assert {text[1] for text in texts(engine)} - {""} == left
    assert conversations.held == 5 * len(left)
    assert Holds(engine).release(hold.id, by="clerk").released_by == "clerk"
    expire(engine, settings, only_due=False)
    assert counts(engine) == {"sms_inbox": 2}


def test_holds_say_what_is_wrong(engine: Engine) -> None:
    holds = Holds(engine)
    with pytest.raises(BadInput, match="needs a reason"):
        holds.place(reason=" ", by="clerk")
    with pytest.raises(NotFound, match="no hold 9"):
        holds.release(9, by="clerk")
    hold = holds.place(reason="r", by="clerk")
    assert [each.id for each in holds.standing()] == [hold.id]
    holds.release(hold.id, by="clerk")
    assert holds.standing() == []
    with pytest.raises(BadInput, match="released already"):
        holds.release(hold.id, by="clerk")


def test_a_run_that_ends_early_has_told_what_it_did_and_the_next_does_the_rest(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disposal, "BATCH", 3)
    for number in range(8):
        wrote(engine, f"p{number}", days=40)
    before = now() - timedelta(days=30)
    first = dispose(engine, kinds.conversations(before), kind="conversations", before=before, stop=EndsAtFirstPause())
    assert first.counts == {"messages": 3}
    assert first.done_at is None
    assert timetable.last_run(engine, "conversations") is None
    second, _ = expire(engine, settings, only_due=False)
    assert second.counts == {name: 8 - first.counts.get(name, 0) for name in FULL}
    assert counts(engine) == {"sms_inbox": 8}


def test_kill_9_in_the_middle_loses_no_account(settings: Settings) -> None:

    engine = open_database(settings)
    for number in range(60):
        wrote(engine, f"p{number}", days=40)
    program = (
        "from pathlib import Path; from datetime import timedelta\n"
        "from bot.records import kinds; from townclerk import clock, database; from townclerk.records import disposal\n"
        "from townclerk.settings import Settings\n"
        "disposal.BATCH = 1; disposal._PAUSE_SECONDS = 0.1; before = clock.now() - timedelta(days=30)\n"
        f"engine = database.connect(Settings(home=Path({str(settings.home)!r})))\n"
        "disposal.dispose(engine, kinds.conversations(before), kind='conversations', before=before)\n"
    )
    child = subprocess.Popen([sys.executable, "-c", program])
    deadline = time.monotonic() + 60
    while counts(engine)["messages"] > 50 and time.monotonic() < deadline:
        time.sleep(0.005)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    left = counts(engine)["messages"]
    assert 0 < left <= 50
    (killed,) = accounts(engine)
    assert killed.counts == {"messages": 60 - left}
    assert killed.done_at is None
    expire(engine, settings, only_due=False)
    with reading(engine) as connection:
        told = connection.execute(select(disposals.c.counts).where(disposals.c.kind == "conversations")).scalars()
        assert sum(each.get("messages", 0) for each in told) == 60
    engine.dispose()


def test_a_run_a_day_and_a_day_of_notice_after_a_gap_or_a_jump(
    engine: Engine, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    start = now()

    def look(after: timedelta) -> list[str]:
        with clock.stopped(start + after):
            return [each.kind for each in expire(engine, settings, only_due=True)]

    both = ["conversations", "phone numbers"]
    wrote(engine, "ann", days=40)
    assert look(timedelta()) == []  # the first time is announced
    assert look(timedelta(hours=23)) == []
    assert counts(engine) == FULL
    assert "ALARM" not in caplog.text
    assert look(timedelta(hours=24)) == both
    assert look(timedelta(hours=47)) == []
    assert look(timedelta(hours=48)) == both
    wrote(engine, "bob", days=0)
    years = timedelta(days=3650)
    assert look(years) == []  # the clock jumped, or nothing ran for years
    assert caplog.text.count("ALARM conversations were last looked through") == 1
    assert look(timedelta(hours=72)) == []  # it was set right: the announcement of the far future counts for nothing
    assert counts(engine)["messages"] == 1
    assert look(timedelta(hours=96)) == both
    assert counts(engine)["messages"] == 1


def test_two_days_are_a_gap_and_less_is_none(engine: Engine, settings: Settings) -> None:
    start = now()
    for hours, runs in ((0, 0), (24, 2), (71, 2), (120, 0), (144, 2)):
        with clock.stopped(start + timedelta(hours=hours)):
            assert len(expire(engine, settings, only_due=True)) == runs


def test_announcements_alone_do_not_quieten_the_alarm(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every run fails; after each gap the next one is announced again."""

    def fail(*_words: object, **_more: object) -> None:
        raise OSError("disk full")

    start = now()
    expire(engine, settings, only_due=True)
    monkeypatch.setattr("bot.records.expiry.dispose", fail)
    told = []
    for hour in range(12, 24 * 15, 12):
        with clock.stopped(start + timedelta(hours=hour)):
            with contextlib.suppress(OSError):
                expire(engine, settings, only_due=True)
            told.append("conversations" in timetable.overdue(engine, settings))
    assert told == [hour > 73 for hour in range(12, 24 * 15, 12)]


def test_a_request_of_somebody_unknown_leaves_no_account(engine: Engine) -> None:
    with writing(engine) as connection:
        assert set(erasure.erase(connection, "nobody", by="resident") or {}) == set(LOOKED_AT)
    assert accounts(engine, requests=True) == []


def test_requests_do_not_hide_runs(engine: Engine, settings: Settings) -> None:
    expire(engine, settings, only_due=False)
    for number in range(25):
        wrote(engine, f"p{number}", days=1)
        with writing(engine) as connection:
            erasure.erase(connection, f"p{number}", by="resident")
    found = overview(engine, settings)
    assert [each.kind for each in found.runs] == ["phone numbers", "conversations"]
    assert len(found.requests) == 20


def test_what_was_not_looked_through_is_told(engine: Engine, settings: Settings) -> None:
    expire(engine, settings, only_due=True)
    assert overview(engine, settings).overdue == {}
    with clock.stopped(now() + timedelta(days=4)):
        assert set(overview(engine, settings).overdue) == {"conversations", "phone numbers"}
        kept = settings.model_copy(update={"keep_numbers_days": 0})
        assert set(overview(engine, kept).overdue) == {"conversations"}


def test_a_request_waits_for_the_end_of_a_hold_and_is_carried_out_by_the_next_look(
    engine: Engine, settings: Settings
) -> None:
    wrote(engine, "ann", days=1)
    wrote(engine, "bob", days=1)
    hold = Holds(engine).place(person="ann", reason="r", by="clerk")
    for _ in range(2):
        with writing(engine) as connection:
            assert erasure.erase(connection, "ann", by="resident") is None
    assert len(erasure.waiting(engine)) == 1
    expire(engine, settings, only_due=True)
    assert counts(engine)["messages"] == 2
    Holds(engine).release(hold.id, by="clerk")
    expire(engine, settings, only_due=True)
    assert erasure.waiting(engine) == []
    assert counts(engine) == {**FULL, "sms_inbox": 2}
    assert [text[1] for text in texts(engine)] == ["", "bob"]
    (done,) = accounts(engine, requests=True)
    assert (done.kind, done.counts) == ("one person", LOOKED_AT)


def test_what_was_deleted_is_not_in_the_file_any_more(settings: Settings) -> None:
    from townclerk import database

    engine = open_database(settings)
    for number in range(40):
        wrote(engine, f"p{number}", days=40)
    path = settings.home / "townclerk.db"
    expire(engine, settings, only_due=False)
    log = path.with_name("townclerk.db-wal")
    assert b"603-555-0123" in log.read_bytes()
    database.overwrite_deleted(engine)
    assert b"603-555-0123" not in path.read_bytes() + log.read_bytes()
    with writing(engine) as connection:  # and the database goes on as before
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 15_000
    engine.dispose()


def test_many_rows_leave_room_for_others(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two batches somebody else can write."""

    engine = open_database(settings)
    monkeypatch.setattr(disposal, "BATCH", 10)
    for number in range(50):
        wrote(engine, f"p{number}", days=40)
    between: list[int] = []

    class Pausing(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            with writing(engine) as connection:
                between.append(connection.execute(select(func.count()).select_from(messages)).scalar_one())
            return super().wait(0)

    before = now() - timedelta(days=30)
    dispose(engine, kinds.conversations(before), kind="conversations", before=before, stop=Pausing())
    assert between[:5] == [40, 30, 20, 10, 0]
    engine.dispose()
