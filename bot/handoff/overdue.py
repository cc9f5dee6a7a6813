"""Nobody is left between: who waits too long for staff is told so, and the bot answers again."""

from contextlib import suppress

from sqlalchemy import ColumnElement, Connection, Engine, select, update

from actions.replies import handoff as words
from bot.handoff.handoffs import IDLE, NOTICE, WITH_STAFF, Handoff, tell
from bot.tables import handoffs, sms_outbox
from townclerk.clock import now
from townclerk.database import reading, writing
from townclerk.errors import Conflict
from townclerk.jurisdictions import Jurisdiction
from townclerk.places import PlaceDirectory
from townclerk.text.translation import speaking


def speak_up(engine: Engine, places: PlaceDirectory) -> list[str]:
    """Tell those whose time is over, end talks in which nobody speaks any more; gives who has a text message to send."""
    with reading(engine) as connection:
        late = _late(connection)
        idle = connection.execute(select(handoffs.c.id).where(_idle())).scalars().all()
        texting = _texting(connection)
    for talk in late:
        with writing(engine) as connection:
            _give_back(connection, talk, places.current().get(talk.city))
    if idle:
        with writing(engine) as connection:
            connection.execute(update(handoffs).where(_idle()).values(state="closed"))
    return sorted({*texting, *(talk.person for talk in late if talk.channel == "sms")})


def _give_back(connection: Connection, talk: Handoff, city: Jurisdiction | None) -> None:
    """Its messages stay in the inbox, for any colleague. Nothing when somebody answered, or another process was quicker."""
    still = (handoffs.c.id == talk.id) & (handoffs.c.due_at == talk.due_at) & handoffs.c.state.in_(WITH_STAFF)
    change = update(handoffs).where(still).values(state="message", claimed_by="", due_at=None)
    if connection.execute(change).rowcount and city is not None:
        with speaking(talk.language), suppress(Conflict):
            tell(connection, talk, words.late(city), author=NOTICE)


def _late(connection: Connection) -> list[Handoff]:
    rows = connection.execute(select(handoffs).where(handoffs.c.due_at <= now()).order_by(handoffs.c.due_at)).mappings()
    return [Handoff(**{name: row[name] for name in Handoff.__dataclass_fields__}) for row in rows]


def _idle() -> ColumnElement[bool]:
    quiet = handoffs.c.due_at.is_(None) & (handoffs.c.touched_at < now() - IDLE)
    return quiet & handoffs.c.state.in_(("taking", "open"))


def _texting(connection: Connection) -> set[str]:
    queued = sms_outbox.c.message_sid.startswith("handoff-") & (sms_outbox.c.state == "queued")
    return set(connection.execute(select(sms_outbox.c.person).where(queued)).scalars())
