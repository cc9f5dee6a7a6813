"""What Twilio reports of the texts it took."""

from sqlalchemy import Connection, update

from bot.tables import sms_outbox

DELIVERY = ("", "queued", "sending", "sent", "delivered", "undelivered", "failed")
"""What Twilio reports of a text, in the order it can happen; reports come late and twice, so it only moves forward."""


def report_delivery(connection: Connection, twilio_sid: str, status: str, *, error: str = "") -> None:
    """Move a part's delivery forward; a status that is unknown, doubled or late changes nothing.

    `error` is Twilio's code of why it was not delivered.
    """
    if status not in DELIVERY:
        return
    earlier = DELIVERY[: DELIVERY.index(status)]
    mine = (sms_outbox.c.twilio_sid == twilio_sid) & sms_outbox.c.delivery.in_(earlier)
    connection.execute(
        update(sms_outbox).where(mine).values({"delivery": status} | ({"error": error[:200]} if error else {}))
    )
