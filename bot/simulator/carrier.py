"""The carrier's books: every message, who opted out, and the faults that were asked for."""

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import format_datetime
from typing import Literal

from bot.sms.opt_out import Keyword, keyword
from townclerk.clock import iso, now
from townclerk.errors import NotFound
from townclerk.text.segments import measure

Fault = Literal["429", "500", "500_after_accept", "hang", "drop", "drop_after_accept", "slow"]
"""How the next API call fails. `_after_accept`: the text is sent all the same. `slow` accepts late."""
KEPT = 50_000
"""Messages kept; the oldest go first."""


@dataclass(frozen=True)
class Message:
    """One text. `direction` is Twilio's: inbound is from a phone to the city."""

    sid: str
    direction: Literal["inbound", "outbound-api"]
    from_number: str
    to_number: str
    body: str
    status: str
    created_at: datetime

    def twilio_form(self, account: str) -> dict[str, object]:
        """As Twilio's API gives it."""
        made = format_datetime(self.created_at)
        return {
            "sid": self.sid, "account_sid": account, "api_version": "2010-04-01", "body": self.body, "status": self.status,
            "direction": self.direction, "from": self.from_number, "to": self.to_number, "date_created": made,
            "date_updated": made, "date_sent": made if self.status in ("received", "sent", "delivered") else None,
            "num_segments": str(measure(self.body).segments), "num_media": "0", "error_code": None, "error_message": None,
            "messaging_service_sid": None, "price": None, "price_unit": "USD", "subresource_uris": {},
            "uri": f"/2010-04-01/Accounts/{account}/Messages/{self.sid}.json",
        }  # fmt: skip

    def phone_form(self) -> dict[str, object]:
        """As the phone page shows it: `out` is what the phone sent."""
        return {
            "id": self.sid, "direction": "out" if self.direction == "inbound" else "in", "from": self.from_number,
            "to": self.to_number, "body": self.body, "segments": measure(self.body).segments, "status": self.status,
            "at": iso(self.created_at),
        }  # fmt: skip


@dataclass
class Carrier:
    """All texts in memory, oldest first, opt-outs, and the faults that wait for their turn."""

    messages: dict[str, Message] = field(default_factory=dict)
    opted_out: set[tuple[str, str]] = field(default_factory=set)
    faults: list[tuple[Fault, float]] = field(default_factory=list)

    def from_phone(self, phone: str, city: str, body: str) -> Message:
        """A phone texts a city. STOP and START words do at the carrier what they do at Twilio."""
        word = keyword(body, suppressed=(phone, city) in self.opted_out)
        if word is Keyword.STOP:
            self.opted_out.add((phone, city))
        elif word is Keyword.START:
            self.opted_out.discard((phone, city))
        return self._keep(Message("SM" + secrets.token_hex(16), "inbound", phone, city, body, "received", now()))

    def to_phone(self, city: str, phone: str, body: str) -> Message:
        """A city texts a phone."""
        return self._keep(Message("SM" + secrets.token_hex(16), "outbound-api", city, phone, body, "queued", now()))

    def set_status(self, sid: str, status: str) -> None:
        """Move a message on."""
        self.messages[sid] = replace(self.get(sid), status=status)

    def get(self, sid: str) -> Message:
        """Raises NotFound."""
        if sid not in self.messages:
            raise NotFound(f"There is no message {sid[:40]!r}.")
        return self.messages[sid]

    def of_phone(self, number: str) -> list[Message]:
        """What a phone sent and received, oldest first."""
        return [m for m in self.messages.values() if number in (m.from_number, m.to_number)]

    def next_fault(self) -> tuple[Fault, float] | None:
        """The fault for this API call, with its seconds."""
        return self.faults.pop(0) if self.faults else None

    def _keep(self, message: Message) -> Message:
        self.messages[message.sid] = message
        while len(self.messages) > KEPT:
            del self.messages[next(iter(self.messages))]
        return message
