"""What is kept of talks with staff goes by age and on request, but not under who still waits."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select, update

from bot.handoff import handoffs as rows
from bot.handoff.handoffs import RESIDENT, Handoff, State
from bot.records import erasure, kinds
from bot.tables import handoff_messages, handoffs, sms_inbox
from tests.bot.records.rows import wrote
from townclerk.clock import now
from townclerk.database import reading, writing
from townclerk.records.disposal import dispose


def talked(engine: Engine, person: str, state: State, *, days: float) -> None:
    at = now() - timedelta(days=days)
    with writing(engine) as connection:
        talk = rows.begin(connection, Handoff(0, person, "sms", "alder-falls", "en", state, "", at, at, None))
        rows.add(connection, talk, RESIDENT, "call me at 603-555-0123")
        connection.execute(update(handoff_messages).where(handoff_messages.c.person == person).values(at=at))


def left(engine: Engine) -> tuple[int, int]:
    """Talks, and lines of them."""
    with reading(engine) as connection:
        count = [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (handoffs, handoff_messages)
        ]
    return count[0], count[1]


def due(engine: Engine, kind: str, days: float) -> None:
    before = now() - timedelta(days=days)
    dispose(
        engine, {"numbers": kinds.numbers, "conversations": kinds.conversations}[kind](before), kind=kind, before=before
    )


@pytest.mark.parametrize(("state", "lines"), [("closed", 0), ("message", 1), ("open", 1)])
def test_unmasked_words_go_with_the_numbers_once_the_talk_has_ended(engine: Engine, state: State, lines: int) -> None:
    talked(engine, "p1", state, days=4)
    wrote(engine, "p1", days=4)
    due(engine, "numbers", 3)
    assert left(engine) == (1, lines)
    with reading(engine) as connection:
        number = connection.execute(select(sms_inbox.c.from_number)).scalar_one()
    assert bool(number) is bool(lines)


@pytest.mark.parametrize("state", ["closed", "message", "open"])
def test_all_of_it_goes_with_the_transcripts(engine: Engine, state: State) -> None:
    talked(engine, "p1", state, days=31)
    talked(engine, "p2", state, days=1)
    due(engine, "conversations", 30)
    assert left(engine) == (1, 1)


def test_one_person_is_deleted_on_request(engine: Engine) -> None:
    talked(engine, "p1", "waiting", days=0)
    talked(engine, "p2", "waiting", days=0)
    with writing(engine) as connection:
        erasure.erase(connection, "p1", by="resident")
    assert left(engine) == (1, 1)
