"""The rows behind text messages: what came in, what goes out, who asked for silence.

Every function here runs inside a transaction of the caller.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Connection, RowMapping, delete, func, select, union, update

from bot.alerts.alerts import why_not
from bot.records import erasure
from bot.sms.opt_out import Keyword, keyword
from bot.sms.reactions import is_reaction
from bot.sms.silence import is_repeated, is_suppressed, silence, suppress
from bot.tables import sms_inbox, sms_outbox, suppressions
from townclerk.clock import now
from townclerk.database import upsert

DECIDING = (Keyword.STOP, Keyword.STOP_REQUEST, Keyword.START)
"""Words by which a person decides whether we may text."""
WAITING = ("queued", "sending")
"""States of a part that is not done with."""


@dataclass(frozen=True)
class Received:
    """A text message as Twilio posted it. `place` holds the From* fields it had."""

    message_sid: str
    person: str
    from_number: str
    to_number: str
    body: str
    place: Mapping[str, str] = field(default_factory=dict)
    action: str = Keyword.NONE
    received_at: datetime | None = None


@dataclass(frozen=True)
class Outgoing:
    """One part of a reply, on its way."""

    id: int
    person: str
    from_number: str
    to_number: str
    body: str
    confirms_stop: bool
    state: str
    attempts: int
    created_at: datetime
    tried_at: datetime | None
    alert_id: int | None


def accept(connection: Connection, text: Received, *, handled: Keyword | None = None) -> bool:
    """Store a new text; STOP and START take effect at once. False when it came before.

    A text that was fetched late has `received_at`. `handled` is what the carrier took it for and answered itself.
    """
    reason = silence(connection, text.person, text.to_number)
    silenced = reason is not None
    received_at = text.received_at or now()
    action = handled or keyword(text.body, suppressed=silenced)
    late = action in DECIDING and _decided_since(connection, text, received_at)
    welcomed = action is Keyword.START and reason in (None, Keyword.STOP_REQUEST)  # the carrier knows of no silence
    unasked = action is Keyword.NONE and (
        is_reaction(text.body) or is_repeated(connection, text.person, text.message_sid, text.body)
    )
    unanswered = handled or late or action is Keyword.STOP or ((silenced or action is Keyword.START) and not welcomed)
    row = {
        "message_sid": text.message_sid, "person": text.person, "from_number": text.from_number,
        "to_number": text.to_number, "body": text.body, "place": dict(text.place), "action": str(action),
        "state": "silent" if unanswered or unasked else "new", "received_at": received_at,
    }  # fmt: skip
    statement = upsert(connection, sms_inbox).values(row).on_conflict_do_nothing()
    if connection.execute(statement.returning(sms_inbox.c.message_sid)).first() is None:
        return False
    if late:
        return True
    if action is Keyword.START:
        mine = (suppressions.c.person == text.person) & (suppressions.c.our_number == text.to_number)
        connection.execute(delete(suppressions).where(mine))
    elif action in (Keyword.STOP, Keyword.STOP_REQUEST):
        suppress(connection, text.person, text.to_number, reason=str(action))
    if silenced:
        _erase_if_asked(connection, text)
    return True


def may_be_answered(connection: Connection, text: Received) -> bool:
    """Whether a text that just came is new, from somebody who did not ask for silence."""
    silent = is_suppressed(connection, text.person, text.to_number) or is_repeated(
        connection, text.person, text.message_sid, text.body
    )
    return not silent and bool(unknown(connection, [text.message_sid]))


def people_waiting(connection: Connection) -> list[str]:
    """Everyone with a text to answer or a reply to send."""
    return list(connection.execute(_waiting()).scalars())


def is_waiting(connection: Connection, person: str) -> bool:
    """Whether this person has a text to answer or a reply to send."""
    waiting = _waiting().subquery()
    return connection.execute(select(waiting).where(waiting.c.person == person)).first() is not None


def our_numbers(connection: Connection) -> dict[str, datetime]:
    """The numbers that texts came to, and when the first one came."""
    first = select(sms_inbox.c.to_number, func.min(sms_inbox.c.received_at)).group_by(sms_inbox.c.to_number)
    return {number: since for number, since in connection.execute(first)}


def unknown(connection: Connection, sids: Collection[str]) -> set[str]:
    """Those of these ids of texts that never came."""
    known = select(sms_inbox.c.message_sid).where(sms_inbox.c.message_sid.in_(sids))
    return set(sids) - set(connection.execute(known).scalars())


def next_text(connection: Connection, person: str) -> Received | None:
    """The person's oldest text that is not answered yet."""
    waiting = (sms_inbox.c.person == person) & (sms_inbox.c.state == "new")
    query = select(sms_inbox).where(waiting).order_by(sms_inbox.c.received_at, sms_inbox.c.message_sid).limit(1)
    row = connection.execute(query).mappings().first()
    return Received(**{name: row[name] for name in Received.__dataclass_fields__}) if row else None


def finish(
    connection: Connection, text: Received, parts: Sequence[str], *, state: str = "done", sent: str | None = None
) -> None:
    """Mark the text answered and queue its reply, together; `sent` is Twilio's id of one that is sent already.

    Nothing happens when it was answered before.
    """
    open_row = (sms_inbox.c.message_sid == text.message_sid) & (sms_inbox.c.state == "new")
    if not connection.execute(update(sms_inbox).where(open_row).values(state=state, done_at=now())).rowcount:
        return
    on_its_way = {"state": "sent" if sent else "queued", "twilio_sid": sent, "sent_at": now() if sent else None}
    for number, body in enumerate(parts):
        row = on_its_way | {
            "message_sid": text.message_sid, "part": number, "person": text.person, "body": body,
            "from_number": text.to_number, "to_number": text.from_number,
            "confirms_stop": text.action == Keyword.STOP_REQUEST, "created_at": now(),
        }  # fmt: skip
        connection.execute(sms_outbox.insert().values(row))


def let_go(connection: Connection, text: Received, *, state: str) -> None:
    """End a text without a reply; what needs none is done all the same."""
    finish(connection, text, (), state=state)
    _erase_if_asked(connection, text)


def forget(connection: Connection, text: Received) -> None:
    """Empty the row of a text that is answered; its reply goes when it is sent (see `settle`)."""
    mine = sms_inbox.c.message_sid == text.message_sid
    connection.execute(update(sms_inbox).where(mine).values(person="", from_number="", body="", place={}))


def next_reply(connection: Connection, person: str) -> Outgoing | None:
    """The person's oldest part that is not sent yet."""
    waiting = (sms_outbox.c.person == person) & sms_outbox.c.state.in_(WAITING)
    row = connection.execute(select(sms_outbox).where(waiting).order_by(sms_outbox.c.id).limit(1)).mappings().first()
    return _outgoing(row) if row else None


def start_sending(connection: Connection, part: Outgoing) -> Outgoing | None:
    """Claim a part before Twilio is called; gives it as it is now.

    None when it is not to be sent: the person asked for silence or ended the alert's topics meanwhile, the alert was
    canceled, another gateway has it, or an alert's time is over, whose row goes: it is made anew when the alert goes on.
    """
    if connection.execute(delete(sms_outbox).where(_unchanged(part), sms_outbox.c.not_after <= now())).rowcount:
        return None
    claimed = replace(part, state="sending", attempts=part.attempts + 1, tried_at=now())
    change: dict[str, Any] = {"state": claimed.state, "attempts": claimed.attempts, "tried_at": claimed.tried_at}
    if not part.confirms_stop and is_suppressed(connection, part.person, part.from_number):
        change["state"] = "suppressed"
    elif part.alert_id is not None:
        change |= why_not(connection, part.alert_id, person=part.person, our_number=part.from_number)
    claims = connection.execute(update(sms_outbox).where(_unchanged(part)).values(change)).rowcount
    return claimed if claims and change["state"] == "sending" else None


def settle(
    connection: Connection, part: Outgoing, *, state: str, twilio_sid: str | None = None, error: str = ""
) -> None:
    """Write how a send went: sent, queued (again), failed, suppressed or expired. Nothing when another gateway has it."""
    change = {
        "state": state,
        "twilio_sid": twilio_sid,
        "error": error[:200],
        "sent_at": now() if state == "sent" else None,
    }
    settled = connection.execute(update(sms_outbox).where(_unchanged(part)).values(change)).rowcount
    if settled and state not in WAITING:
        forgotten = (sms_inbox.c.message_sid == sms_outbox.c.message_sid) & (sms_inbox.c.person == "")
        emptied = select(sms_inbox.c.person).where(forgotten).exists()
        connection.execute(delete(sms_outbox).where(sms_outbox.c.id == part.id, emptied))


def opted_out(connection: Connection, part: Outgoing, error: str) -> None:
    """The carrier refused because the person opted out there: remember it and close the part, both or neither."""
    suppress(connection, part.person, part.from_number, reason="carrier")
    settle(connection, part, state="suppressed", error=error)


def sids_of(connection: Connection, person: str) -> set[str]:
    """Twilio's ids of what the person was sent."""
    sent = (sms_outbox.c.person == person) & sms_outbox.c.twilio_sid.is_not(None)
    return set(connection.execute(select(sms_outbox.c.twilio_sid).where(sent)).scalars())


def _waiting() -> CompoundSelect[Any]:
    texts = select(sms_inbox.c.person).where(sms_inbox.c.state == "new")
    return union(texts, select(sms_outbox.c.person).where(sms_outbox.c.state.in_(WAITING)))


def _unchanged(part: Outgoing) -> ColumnElement[bool]:
    """The part's row, as long as nobody else has tried or finished it."""
    return (sms_outbox.c.id == part.id) & (sms_outbox.c.attempts == part.attempts) & sms_outbox.c.state.in_(WAITING)


def _outgoing(row: RowMapping) -> Outgoing:
    return Outgoing(**{name: row[name] for name in Outgoing.__dataclass_fields__})


def _decided_since(connection: Connection, text: Received, moment: datetime) -> bool:
    """Whether the person stopped or started our texts after this moment: an older text, fetched late, changes nothing."""
    mine = (sms_inbox.c.person == text.person) & (sms_inbox.c.to_number == text.to_number)
    deciding = sms_inbox.c.action.in_([str(word) for word in DECIDING])
    later = mine & deciding & (sms_inbox.c.received_at > moment)
    return connection.execute(select(sms_inbox.c.message_sid).where(later)).first() is not None


def _erase_if_asked(connection: Connection, text: Received) -> None:
    if erasure.asked(text.body):
        erasure.erase(connection, text.person, by="resident")
