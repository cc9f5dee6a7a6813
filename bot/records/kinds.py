"""What the gateway keeps of residents, by kind, and which rows of it are due.

A text message's row stays when it is emptied: its MessageSid is what stops a replayed webhook.
Who must not be texted (`suppressions`) is kept for ever, as the rules for text messages ask. Who asked for which alerts,
with which words (`alert_subscriptions`), is kept as long as it stands and then like a transcript; the number goes when it ends.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from bot.alert_tables import alert_subscriptions
from bot.tables import handoff_messages, handoffs, messages, sessions, shown_answers, sms_inbox, sms_outbox
from townclerk.records.disposal import Step

PERSON = "one person"
"""The kind of an account of what was deleted on request."""

_ANSWERED = sms_inbox.c.state.in_(("done", "silent", "expired"))
_SENT = sms_outbox.c.state.in_(("sent", "failed", "suppressed", "expired"))
_WITH_STAFF = select(handoffs.c.person).where(handoffs.c.state != "closed")
"""Who waits for staff: their numbers and words are needed for the answer."""
_TEXT: tuple[tuple[str, Any], ...] = (("from_number", ""), ("body", ""), ("place", {}))


def conversations(before: datetime) -> Sequence[Step]:
    """Transcripts, talks, and what is left of text messages, of before a moment."""
    return (
        Step(messages, messages.c.at < before, messages.c.person),
        Step(shown_answers, shown_answers.c.at < before, shown_answers.c.person),
        Step(sessions, sessions.c.seen_at < before, sessions.c.person),
        Step(alert_subscriptions, alert_subscriptions.c.ended_at < before, alert_subscriptions.c.person),
        Step(handoff_messages, handoff_messages.c.at < before, handoff_messages.c.person),
        Step(handoffs, handoffs.c.touched_at < before, handoffs.c.person),
        Step(sms_outbox, _SENT & (sms_outbox.c.created_at < before), sms_outbox.c.person),
        Step(
            sms_inbox,
            _ANSWERED & (sms_inbox.c.received_at < before) & (sms_inbox.c.person != ""),
            sms_inbox.c.person,
            wipe=(("person", ""), *_TEXT),
        ),
    )


def numbers(before: datetime) -> Sequence[Step]:
    """Phone numbers and unmasked words of text messages, and of talks with staff, that were done with before a moment."""
    received = _ANSWERED & (func.coalesce(sms_inbox.c.done_at, sms_inbox.c.received_at) < before)
    sent = _SENT & (func.coalesce(sms_outbox.c.sent_at, sms_outbox.c.created_at) < before)
    return (
        Step(
            sms_outbox,
            sent & (sms_outbox.c.to_number != "") & sms_outbox.c.person.not_in(_WITH_STAFF),
            sms_outbox.c.person,
            wipe=(("to_number", ""), ("body", "")),
        ),
        Step(
            sms_inbox,
            received & (sms_inbox.c.from_number != "") & sms_inbox.c.person.not_in(_WITH_STAFF),
            sms_inbox.c.person,
            wipe=_TEXT,
        ),
        Step(
            handoff_messages,
            (handoff_messages.c.at < before) & handoff_messages.c.person.not_in(_WITH_STAFF),
            handoff_messages.c.person,
        ),
    )


def messages_of(connection: Connection, person: str) -> int:
    """How many messages of a person are kept, and to them."""
    return int(connection.execute(select(func.count()).where(messages.c.person == person)).scalar_one())


def of_person(person: str) -> Sequence[Step]:
    """All of one person but a text that is still being answered; an alert that is not sent yet is not sent any more."""
    tables = (messages, shown_answers, sessions, sms_outbox, sms_inbox, alert_subscriptions, handoff_messages, handoffs)
    mine: Sequence[ColumnElement[bool]] = [table.c.person == person for table in tables]
    return (
        Step(messages, mine[0]),
        Step(shown_answers, mine[1]),
        Step(sessions, mine[2]),
        Step(sms_outbox, mine[3] & (_SENT | sms_outbox.c.alert_id.is_not(None))),
        Step(handoff_messages, mine[6]),
        Step(handoffs, mine[7]),
        Step(sms_inbox, mine[4] & _ANSWERED, wipe=(("person", ""), *_TEXT)),
        Step(alert_subscriptions, mine[5]),
    )
