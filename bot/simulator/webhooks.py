"""Posts to the gateway as Twilio does: signed, as a form, with one retry."""

import logging
from collections.abc import Mapping

import aiohttp
from twilio.request_validator import SIGNATURE_HEADER, RequestValidator

from bot.simulator.carrier import Message
from townclerk.errors import Unavailable
from townclerk.settings import Settings

TRIES = 2
TIMEOUT = aiohttp.ClientTimeout(total=15)

log = logging.getLogger(__name__)


class Webhooks:
    """Signs with the first auth token over the public address, and posts to the gateway on loopback."""

    def __init__(self, http: aiohttp.ClientSession, settings: Settings) -> None:
        self._http = http
        self._account = settings.twilio_account_sid
        self._validator = RequestValidator(settings.twilio_auth_tokens.get_secret_value().split(",")[0].strip())
        self._public = settings.public_base
        self._gateway = settings.url("gateway")

    async def text(self, message: Message, place: Mapping[str, str]) -> None:
        """Hand a phone's text to the gateway. Raises Unavailable when it does not take it."""
        form = {
            "MessageSid": message.sid, "SmsMessageSid": message.sid, "SmsSid": message.sid, "AccountSid": self._account,
            "From": message.from_number, "To": message.to_number, "Body": message.body, "NumMedia": "0",
            "NumSegments": "1", "SmsStatus": "received", "ApiVersion": "2010-04-01", **place,
        }  # fmt: skip
        await self._post("/sms", form)

    async def status(self, message: Message, url: str, status: str) -> None:
        """Report how far a text got. `url` is the StatusCallback that was given with it."""
        if not url.startswith(self._public):
            return
        form = {
            "MessageSid": message.sid, "SmsSid": message.sid, "AccountSid": self._account, "From": message.from_number,
            "To": message.to_number, "MessageStatus": status, "SmsStatus": status, "ApiVersion": "2010-04-01",
        }  # fmt: skip
        await self._post(url.removeprefix(self._public), form)

    async def _post(self, path: str, form: Mapping[str, str]) -> None:
        signature = self._validator.compute_signature(self._public + path, dict(form))
        reason = ""
        for _ in range(TRIES):
            try:
                headers = {SIGNATURE_HEADER: signature}
                async with self._http.post(self._gateway + path, data=form, headers=headers, timeout=TIMEOUT) as reply:
                    if reply.status < 400:
                        return
                    reason = f"it answered {reply.status}"
            except (aiohttp.ClientError, TimeoutError) as error:
                reason = type(error).__name__
        raise Unavailable(
            f"The gateway did not take the text: {reason}. Is it running with the same TOWNCLERK_TWILIO_* settings?"
        )
