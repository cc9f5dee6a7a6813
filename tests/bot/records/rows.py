"""Rows of a known age in the gateway's tables."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, func, insert, select

from bot.tables import messages, sessions, shown_answers, sms_inbox, sms_outbox, suppressions
from townclerk.clock import now
from townclerk.database import reading, writing

TABLES = {t.name: t for t in (messages, sessions, shown_answers, sms_inbox, sms_outbox, suppressions)}


def wrote(engine: Engine, person: str, *, days: float, sid: str = "", state: str = "done") -> None:
    """One text message of a person, answered so many days ago, with all that is kept of it."""
    at, sid = now() - timedelta(days=days), sid or f"SM-{person}-{days}"
    sent = {"done": "sent", "new": "queued"}[state]
    rows: dict[Any, dict[str, Any]] = {
        messages: {"direction": "in", "text": "When is trash day?"},
        shown_answers: {"answer_id": sid},
        sms_inbox: {
            "message_sid": sid, "from_number": "+16035550123", "to_number": "+15550100", "body": "My number is 603-555-0123",
            "place": {"FromZip": "03049"}, "action": "none", "state": state, "received_at": at, "done_at": at,
        },
        sms_outbox: {
            "message_sid": sid, "part": 0, "from_number": "+15550100", "to_number": "+16035550123", "body": "On Monday.",
            "state": sent, "twilio_sid": f"out-{sid}", "created_at": at, "sent_at": at,
        },
    }  # fmt: skip
    with writing(engine) as connection:
        for table, row in rows.items():
            shared = {"person": person} | ({"channel": "sms", "at": at} if table is messages else {})
            connection.execute(insert(table).values(shared | ({"at": at} if table is shown_answers else {}) | row))
        if not connection.execute(select(sessions.c.person).where(sessions.c.person == person)).first():
            connection.execute(
                insert(sessions).values(
                    person=person,
                    channel="sms",
                    name=f"talk-{person}",
                    history=[],
                    answers=[],
                    created_at=at,
                    seen_at=at,
                )
            )


def counts(engine: Engine) -> dict[str, int]:
    """Rows by table, without empty ones."""
    with reading(engine) as connection:
        found = {
            name: connection.execute(select(func.count()).select_from(t)).scalar_one() for name, t in TABLES.items()
        }
    return {name: count for name, count in found.items() if count}


def texts(engine: Engine) -> list[tuple[str, str, str, Any]]:
    """What is left of text messages received: id, person, number, words and place, oldest first."""
    query = select(
        sms_inbox.c.message_sid, sms_inbox.c.person, sms_inbox.c.from_number, sms_inbox.c.body, sms_inbox.c.place
    )
    with reading(engine) as connection:
        return [(r[0], r[1], r[2] + r[3], r[4]) for r in connection.execute(query.order_by(sms_inbox.c.received_at))]
