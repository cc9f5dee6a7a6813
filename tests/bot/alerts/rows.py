"""Topics of an invented city, and people who asked for them."""

from collections.abc import Callable

from sqlalchemy import Engine

from bot.alerts.subscriptions import Consent, subscribe
from bot.alerts.topics import Topic, put_topic
from townclerk.database import writing

CITY = "alder-falls"
TOPICS = (
    Topic(CITY, "Trash day changes", "garbage, recycling, basura", "When pick-up moves for a holiday or a storm.", 2),
    Topic(CITY, "Snow emergencies", "parking ban, plowing, nieve", "Parking bans and plowing.", urgent=True),
    Topic(CITY, "Road closings", "street closures, detours", "Streets that close for work."),
)


def put_topics(engine: Engine) -> list[Topic]:
    """The topics, with their numbers 1 to 3."""
    with writing(engine) as connection:
        return [put_topic(connection, topic) for topic in TOPICS]


def subscribed(
    engine: Engine, topic: Topic, *phones: str, our_number: str = "+15550100", named: Callable[[str], str] = str
) -> None:
    """Each phone asks for the topic; a person is named like the phone, or as `named` says."""
    with writing(engine) as connection:
        for phone in phones:
            consent = Consent(named(phone), our_number, phone, "en", f"SM-{phone}", f"ALERTS {topic.number}")
            subscribe(connection, consent, topic, wording="You will get them.")
