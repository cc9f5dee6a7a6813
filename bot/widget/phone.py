"""The phone simulator's page. The simulator process serves it and answers these calls on its own origin:

`POST /phone/send {"from", "to", "body"}` -> 200 with any JSON: the text was handed to the gateway.
`GET /phone/messages?number=+1...` -> `{"messages": [PhoneMessage]}` of one phone, oldest first.

A PhoneMessage is `{"id", "direction": "in" | "out", "from", "to", "body", "segments", "status", "at"}`;
`out` is what the phone sent, `in` what it received; `segments` is null when unknown; `at` is ISO 8601.
Errors are our usual body, `{"error": {"code", "message"}}`. The page's files come from
`bot.widget.assets.STATIC.router()`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi.responses import HTMLResponse

from bot.widget.security import page, policy
from bot.widget.templates import render

PHONES = ("+15550123401", "+15550123402", "+15550123403")
"""Invented phones to text from."""


@dataclass(frozen=True)
class CityNumber:
    """A phone number that a city is reached at."""

    number: str
    city: str


def phone_page(cities: Sequence[CityNumber], *, phones: Sequence[str] = PHONES, demo_url: str = "") -> HTMLResponse:
    """The page: choose a phone and a city's number, then text. `demo_url` is a way back, empty for none."""
    markup = render("phone.html", cities=cities, phones=phones, demo_url=demo_url)
    return page(markup, csp=policy())
