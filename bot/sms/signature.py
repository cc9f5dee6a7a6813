"""Checks that a webhook was sent by our own Twilio account.

A signature carries no time, so a replayed request passes here; the MessageSid, stored once, stops it.
"""

import logging
from collections.abc import Sequence
from urllib.parse import parse_qsl

from fastapi import Request
from starlette.datastructures import ImmutableMultiDict
from twilio.request_validator import (
    SIGNATURE_HEADER,
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
    get_signature_algorithm,
)

from townclerk.errors import Refused
from townclerk.settings import Settings

log = logging.getLogger(__name__)

Form = ImmutableMultiDict[str, str]


class SignatureGuard:
    """Lets only our own Twilio account in. `refused` counts everything else."""

    def __init__(self, settings: Settings) -> None:
        self._account = settings.twilio_account_sid
        tokens = settings.twilio_auth_tokens.get_secret_value().split(",")
        self._validators = [RequestValidator(token.strip()) for token in tokens if token.strip()]
        self._base = settings.public_base
        self.refused = 0
        if self._account and not self._validators:
            log.error("TOWNCLERK_TWILIO_AUTH_TOKENS is empty: every text message is refused with 403 until it is set")

    async def admit(self, request: Request) -> Form:
        """The form of a signed request. Raises Refused for any other."""
        body = await request.body()
        form = Form(_pairs(body))
        if not self._signed(request, form) or form.get("AccountSid") != self._account:
            self.refused += 1
            log.warning("refused a text webhook: not signed by our Twilio account (%s so far)", self.refused)
            raise Refused(
                "This request is not signed by the configured Twilio account. Check TOWNCLERK_PUBLIC_URL and TOWNCLERK_TWILIO_AUTH_TOKENS."
            )
        return form

    def _signed(self, request: Request, form: Form) -> bool:
        signature = request.headers.get(SIGNATURE_HEADER)
        if not signature or not self._account:
            return False
        algorithm = get_signature_algorithm(request.headers.get(SIGNATURE_SETTINGS_HEADER))
        query = f"?{request.url.query}" if request.url.query else ""
        url = f"{self._base}{request.url.path}{query}"
        try:
            return any(v.validate(url, form, signature, algorithm) for v in self._validators)
        except (ValueError, TypeError):
            return False


def _pairs(body: bytes) -> Sequence[tuple[str, str]]:
    try:
        return parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=200)
    except ValueError:
        return ()
