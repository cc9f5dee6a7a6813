"""What residents of a city can ask to be told, as staff define it.

Every function here runs inside a transaction of the caller.
"""

import re
from dataclasses import dataclass, fields

from sqlalchemy import Connection, func, insert, select, update

from bot.alert_tables import alert_topics, alerts
from townclerk.errors import BadInput, Conflict, NotFound

LONGEST = {"name": 60, "words": 500, "description": 300}
MOST_MONTHLY = 100


@dataclass(frozen=True)
class Topic:
    """One topic. `number` is what residents type; `words` are other words for it, with commas or on lines.

    `monthly`: texts to expect a month, 0 when that varies. `urgent` ones come in quiet hours and beyond a day's limit.
    """

    city: str
    name: str
    words: str = ""
    description: str = ""
    monthly: int = 0
    urgent: bool = False
    active: bool = True
    id: int = 0
    number: int = 0

    def __post_init__(self) -> None:
        for field, most in LONGEST.items():
            if len(getattr(self, field)) > most:
                raise BadInput(f"The {field} of a topic has at most {most} characters.")
        if not self.name.strip() or not self.name.isprintable():
            raise BadInput("A topic needs a name in one line, for example: Trash day changes.")
        if not 0 <= self.monthly <= MOST_MONTHLY:
            raise BadInput(f"Texts to expect a month: 0 (varies) to {MOST_MONTHLY}; got {self.monthly}.")


def topics_of(connection: Connection, city: str | None = None, *, active: bool = False) -> list[Topic]:
    """Topics of one city or all, by number; only those that are on with `active`."""
    query = select(alert_topics).order_by(alert_topics.c.city, alert_topics.c.number)
    query = query if city is None else query.where(alert_topics.c.city == city)
    query = query.where(alert_topics.c.active) if active else query
    return [Topic(**row) for row in connection.execute(query).mappings()]


def put_topic(connection: Connection, topic: Topic) -> Topic:
    """Add a topic (id 0), or write it in place of the one with its id; its city and number stay.

    Raises Conflict for a name that another one of the city has, or a new one while an alert goes out under the old one;
    NotFound for an unknown id.
    """
    others = [each for each in topics_of(connection, topic.city) if each.id != topic.id]
    if any(re.sub(r"\W+", " ", each.name).casefold() == re.sub(r"\W+", " ", topic.name).casefold() for each in others):
        raise Conflict(f"There is a topic {topic.name!r} already; residents could not tell the two apart.")
    _refuse_new_name_of_one_in_use(connection, topic)
    kept = {"id", "city", "number"}
    values = {field.name: getattr(topic, field.name) for field in fields(topic) if field.name not in kept}
    highest = select(func.coalesce(func.max(alert_topics.c.number), 0)).where(alert_topics.c.city == topic.city)
    number = int(connection.execute(highest).scalar_one()) + 1
    change = update(alert_topics).where(alert_topics.c.id == topic.id).values(values)
    added = insert(alert_topics).values(values | {"city": topic.city, "number": number})
    statement = (change if topic.id else added).returning(*alert_topics.c)
    row = connection.execute(statement).mappings().first()
    if row is None:
        raise NotFound(f"There is no topic {topic.id}. The list shows all.")
    return Topic(**row)


def _refuse_new_name_of_one_in_use(connection: Connection, topic: Topic) -> None:
    """The name is sent with an alert's text, and was read by who approved it."""
    this = select(alert_topics.c.name).where(alert_topics.c.id == topic.id)
    if connection.scalar(this.with_for_update()) in (None, topic.name):
        return
    going = select(alerts.c.id, alerts.c.topics).where(alerts.c.state.in_(("waiting", "ready", "sending")))
    for id, about in connection.execute(going.order_by(alerts.c.id)):
        if topic.id in about:
            raise Conflict(
                f"Alert {id} goes out under the topic's name as it is. Rename it when that is over or canceled."
            )
