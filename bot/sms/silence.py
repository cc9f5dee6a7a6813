"""Who gets no texts: people who asked for silence, and machines that send the same sentence again and again."""

from datetime import timedelta

from sqlalchemy import Connection, func, select, update

from bot.alerts.subscriptions import unsubscribe
from bot.tables import sms_inbox, sms_outbox, suppressions
from townclerk.clock import now
from townclerk.database import upsert

MOST_REPEATED, REPEATED_WITHIN, SENTENCE = 3, timedelta(hours=1), 3
"""So often the same sentence, of so many words at least, is answered within that time."""


def suppress(connection: Connection, person: str, our_number: str, *, reason: str) -> None:
    """Send nothing more from our number to the person, drop what is queued, and end the alerts, which START does not bring back."""
    row = {"person": person, "our_number": our_number, "reason": reason, "at": now()}
    connection.execute(upsert(connection, suppressions).values(row).on_conflict_do_nothing())
    queued = (
        (sms_outbox.c.person == person) & (sms_outbox.c.from_number == our_number) & (sms_outbox.c.state == "queued")
    )
    connection.execute(update(sms_outbox).where(queued).values(state="suppressed"))
    unsubscribe(connection, person, our_number, by=reason)


def is_suppressed(connection: Connection, person: str, our_number: str) -> bool:
    """Whether the person asked our number for silence."""
    return silence(connection, person, our_number) is not None


def is_repeated(connection: Connection, person: str, message_sid: str, body: str) -> bool:
    """Whether the phone sent this very sentence so often lately that a machine sends it."""
    if len(body.split()) < SENTENCE:
        return False
    same = (sms_inbox.c.person == person) & (sms_inbox.c.body == body)
    lately = same & (sms_inbox.c.message_sid != message_sid) & (sms_inbox.c.received_at > now() - REPEATED_WITHIN)
    return (connection.scalar(select(func.count()).where(lately)) or 0) >= MOST_REPEATED


def silence(connection: Connection, person: str, our_number: str) -> str | None:
    """Why the person gets no texts from our number; None when they do."""
    mine = (suppressions.c.person == person) & (suppressions.c.our_number == our_number)
    return connection.scalar(select(suppressions.c.reason).where(mine))
