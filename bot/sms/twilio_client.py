"""The only place that calls Twilio: send a text, and look whether one was sent."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import aiohttp
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.base.values import unset
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from twilio.rest import Client

VALID_SECONDS = 600
"""How long Twilio may hold a reply; a later answer is worse than none."""
MOST_RECEIVED = 1000
"""Texts to one number that are looked through at once, the newest: Twilio's largest page."""
SKEW = timedelta(seconds=60)
"""How far Twilio's clock may be from ours."""


class NotAccepted(Exception):
    """Twilio said no for good. `code` is its error code; 21610 means the person opted out."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class TryLater(Exception):
    """Not accepted now: too many requests, or no connection. Sending again cannot double."""


class Unclear(Exception):
    """Perhaps accepted: a time-out, a lost connection or a server error. Look before sending again."""


@dataclass(frozen=True)
class Text:
    """What is sent from our number to a phone."""

    from_number: str
    to_number: str
    body: str


@dataclass(frozen=True)
class Inbound:
    """A text that came to one of our numbers. `at` is when, by Twilio's clock."""

    sid: str
    from_number: str
    body: str
    at: datetime


class TwilioApi:
    """Twilio's Messages resource. `base` replaces Twilio's host when it is not empty (simulator, proxy)."""

    def __init__(
        self, http: aiohttp.ClientSession, *, account: str, token: str, base: str, timeout: float = 15.0
    ) -> None:
        transport = _Transport(http, base=base, timeout=timeout)
        self._messages = Client(account, token, http_client=transport).messages

    async def send(self, text: Text, *, callback: str = "") -> str:
        """Send, and return Twilio's id. Raises NotAccepted, TryLater or Unclear."""
        try:
            sent = await self._messages.create_async(
                to=text.to_number, from_=text.from_number, body=text.body,
                validity_period=VALID_SECONDS, status_callback=callback or unset,
            )  # fmt: skip
        except TwilioRestException as error:
            raise _meaning(error) from error
        except aiohttp.ClientConnectorError as error:
            raise TryLater("no connection to Twilio") from error
        except (aiohttp.ClientError, TimeoutError, TwilioException, json.JSONDecodeError, KeyError) as error:
            raise Unclear(type(error).__name__) from error
        if not sent.sid:
            raise Unclear("Twilio gave no id")
        return str(sent.sid)

    async def find(self, text: Text, *, since: datetime, known: set[str]) -> str | None:
        """Twilio's id of a text like this one, made after `since` and not in `known`, or None.

        Raises TryLater when Twilio cannot say.
        """
        try:
            # Not filtered by date: `date_sent` is empty while Twilio still queues a text.
            recent = await self._messages.list_async(to=text.to_number, from_=text.from_number, limit=50)
        except (aiohttp.ClientError, TimeoutError, TwilioException, json.JSONDecodeError, KeyError) as error:
            raise TryLater(type(error).__name__) from error
        for message in recent:
            made = message.date_created
            same = message.body == text.body and message.sid not in known
            if same and made is not None and made >= since - SKEW:
                return str(message.sid)
        return None

    async def received(self, number: str, *, since: datetime) -> list[Inbound]:
        """Texts that came to our number since a moment, at most `MOST_RECEIVED`. Raises TryLater when Twilio cannot say."""
        try:
            # The day before, too: how exactly Twilio takes the time is not said everywhere.
            recent = await self._messages.list_async(
                to=number, date_sent_after=since - timedelta(days=1), limit=MOST_RECEIVED, page_size=MOST_RECEIVED
            )
        except (aiohttp.ClientError, TimeoutError, TwilioException, json.JSONDecodeError, KeyError) as error:
            raise TryLater(type(error).__name__) from error
        return [
            Inbound(str(m.sid), str(m.from_), str(m.body or ""), m.date_created)
            for m in recent
            if m.direction == "inbound" and m.sid and m.from_ and m.date_created and m.date_created >= since
        ]


class _Transport(AsyncHttpClient):  # type: ignore[misc]  # the SDK is untyped
    """The SDK's HTTP over our own session: its own has no time-out and no way to another host."""

    def __init__(self, http: aiohttp.ClientSession, *, base: str, timeout: float) -> None:
        super().__init__(logger=None, is_async=True, timeout=timeout)
        self._http = http
        self._base = urlsplit(base) if base else None
        self._limit = aiohttp.ClientTimeout(total=timeout, connect=min(5.0, timeout))

    async def request(  # noqa: PLR0913 - the SDK's signature
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
        allow_redirects: bool = False,
    ) -> Response:
        async with self._http.request(
            method.upper(),
            self._address(url),
            params=_text(params),
            data=_text(data),
            headers=dict(headers or {}) | _login(auth),
            timeout=self._limit,
            allow_redirects=allow_redirects,
        ) as reply:
            return Response(reply.status, await reply.text(), reply.headers)

    def _address(self, url: str) -> str:
        if self._base is None:
            return url
        return urlunsplit(urlsplit(url)._replace(scheme=self._base.scheme, netloc=self._base.netloc))


def _login(auth: tuple[str, str] | None) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(':'.join(auth).encode()).decode()}"} if auth else {}


def _text(values: Mapping[str, Any] | None) -> dict[str, str] | None:
    return None if values is None else {name: str(value) for name, value in values.items() if value is not None}


def _meaning(error: TwilioRestException) -> Exception:
    if error.status == 429:
        return TryLater("Twilio says too many requests")
    if error.status >= 500:
        return Unclear(f"Twilio answered {error.status}")
    return NotAccepted(error.code or 0, f"Twilio refused: {error.status} / {error.code}")
