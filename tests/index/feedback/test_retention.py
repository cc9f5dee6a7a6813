"""Recorded questions are deleted by age, once a day, and votes stay."""

from datetime import timedelta

from sqlalchemy import Engine, func, insert, select

from index.feedback import retention
from index.tables import searches
from townclerk import clock
from townclerk.clock import now
from townclerk.database import reading, writing
from townclerk.records.disposal import Disposal
from townclerk.records.holds import Holds
from townclerk.settings import Settings


def asked(engine: Engine, *days: int) -> None:
    with writing(engine) as connection:
        for age in days:
            row = {
                "id": f"s{age}", "asked_at": now() - timedelta(days=age), "text": "when", "channel": "web", "refused": False,
                "confidence": "high", "results": [], "timings": {}, "milliseconds": 1.0, "vector": b"",
            }  # fmt: skip
            connection.execute(insert(searches).values(row))


def expire(engine: Engine, settings: Settings) -> Disposal | None:
    return retention.expire(engine, settings, only_due=True)


def left(engine: Engine) -> int:
    with reading(engine) as connection:
        return int(connection.execute(select(func.count()).select_from(searches)).scalar_one())


def test_old_questions_go_a_day_after_the_first_look(engine: Engine, settings: Settings) -> None:
    asked(engine, 1, 300, 401, 900)
    assert expire(engine, settings) is None
    with clock.stopped(now() + timedelta(hours=25)):
        done = expire(engine, settings)
        assert done is not None
        assert (done.kind, done.counts) == ("questions", {"searches": 2})
        assert expire(engine, settings) is None
    assert left(engine) == 2


def test_a_hold_on_everybody_keeps_them_and_one_on_a_person_does_not(engine: Engine, settings: Settings) -> None:
    asked(engine, 500)
    assert expire(engine, settings) is None
    hold = Holds(engine).place(reason="r", by="clerk")
    Holds(engine).place(person="ann", reason="r", by="clerk")
    with clock.stopped(now() + timedelta(hours=25)):
        done = expire(engine, settings)
        assert done is not None
        assert (done.counts, done.held) == ({}, 1)
    Holds(engine).release(hold.id, by="clerk")
    with clock.stopped(now() + timedelta(hours=50)):
        expire(engine, settings)
    assert left(engine) == 0


def test_zero_days_keep_them(engine: Engine, settings: Settings) -> None:
    asked(engine, 5000)
    assert expire(engine, settings.model_copy(update={"keep_questions_days": 0})) is None
    assert left(engine) == 1
