"""How an alert went, receiver by receiver, in words."""

import re
from collections import Counter

from sqlalchemy import Connection, func, select

from bot.tables import sms_outbox

LIMIT_OF_THE_DAY = "had as many alerts that day as one may get"
STOPPED = "asked for no texts before it was sent"
_CODES = {
    21211: "not a phone number", 21408: "country is not allowed in the Twilio account", 21610: STOPPED, 21612: "cannot be reached from our number",
    21614: "number takes no texts", 30003: "phone is off or out of reach", 30004: "blocked by the phone or its carrier", 30005: "number is not in use",
    30006: "landline", 30007: "filtered by the carrier", 30008: "the carrier does not say why", 30034: "our number is not registered for texts (A10DLC)",
}  # fmt: skip
"""Twilio's error codes (twilio.com/docs/api/errors)."""


def outcomes(connection: Connection, alert_id: int) -> dict[str, int]:
    """Receivers by outcome, the most first."""
    kept = sms_outbox.c
    query = select(kept.state, kept.delivery, kept.error, func.count()).where(kept.alert_id == alert_id)
    counts: Counter[str] = Counter()
    for state, delivery, error, count in connection.execute(query.group_by(kept.state, kept.delivery, kept.error)):
        counts[_words(state, delivery, error)] += count
    return dict(counts.most_common())


def _words(state: str, delivery: str, error: str) -> str:
    if state == "sent":
        lost = delivery in ("undelivered", "failed")
        return f"not delivered: {_reason(error)}" if lost else "delivered" if delivery == "delivered" else "sent"
    if state in ("queued", "sending"):
        return "being sent"
    fixed = {"suppressed": STOPPED, "expired": "not sent: Twilio could not take it in time"}
    return fixed.get(state) or f"not sent: {_reason(error)}"


def _reason(error: str) -> str:
    codes = [int(code) for code in re.findall(r"\d{5}", error)]
    return next((_CODES[code] for code in codes if code in _CODES), error or "no reason was given")
