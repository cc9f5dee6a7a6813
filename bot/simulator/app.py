"""The simulator's routes: Twilio's Messages API, the phone page, and the faults for tests."""

import asyncio
import base64
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

import aiohttp
from fastapi import APIRouter, FastAPI, Form, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from pydantic import BaseModel, Field, StringConstraints

from bot.conversation.sanitize import SMS_LIMIT
from bot.simulator.carrier import Carrier, Fault, Message
from bot.simulator.webhooks import Webhooks
from bot.sms.caller_city import cities_of_numbers
from bot.sms.sender import OPTED_OUT
from bot.widget.assets import STATIC
from bot.widget.phone import CityNumber, phone_page
from townclerk.errors import BadInput, Unauthenticated, Unavailable
from townclerk.service import service
from townclerk.settings import Settings

Number = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^\+[1-9]\d{6,14}$")]

log = logging.getLogger(__name__)


class PhoneText(BaseModel):
    """A text typed on the phone page. `place` may hold FromCity, FromState, FromZip, FromCountry."""

    from_: Number = Field(alias="from")
    to: Number
    body: Annotated[str, StringConstraints(min_length=1, max_length=SMS_LIMIT)]
    place: dict[str, str] = {}


class FaultRequest(BaseModel):
    """The next `count` API calls fail this way; `seconds` for the slow ones."""

    kind: Fault
    count: int = Field(default=1, ge=1, le=1000)
    seconds: float = Field(default=10, ge=0, le=120)


@dataclass
class SimulatorParts:
    """What the routes work with; at `app.state.parts`."""

    settings: Settings
    carrier: Carrier
    webhooks: Webhooks
    reports: set[asyncio.Task[None]] = field(default_factory=set)

    def report(self, message: Message, url: str) -> None:
        """Deliver the text a moment later, and tell the gateway each step."""
        task = asyncio.create_task(self._steps(message, url))
        self.reports.add(task)
        task.add_done_callback(self.reports.discard)

    async def _steps(self, message: Message, url: str) -> None:
        for status in ("sent", "delivered"):
            await asyncio.sleep(0.2)
            self.carrier.set_status(message.sid, status)
            try:
                await self.webhooks.status(message, url, status)
            except Unavailable as error:
                log.info("status report not taken: %s", error)


def make_app(settings: Settings) -> FastAPI:
    """The application. Raises BadInput without a Twilio account and token to play."""
    if not settings.twilio_account_sid or not settings.twilio_auth_tokens.get_secret_value():
        raise BadInput(
            "The simulator plays a Twilio account: set TOWNCLERK_TWILIO_ACCOUNT_SID and TOWNCLERK_TWILIO_AUTH_TOKENS."
        )

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with aiohttp.ClientSession(trust_env=False) as http:
            app.state.parts = SimulatorParts(settings, Carrier(), Webhooks(http, settings))
            yield
            for task in app.state.parts.reports:
                task.cancel()

    app = service("simulator", ready=dict, lifespan=lifespan, body_limit=64_000)
    app.include_router(_phone_routes())
    app.include_router(_twilio_routes())
    app.include_router(STATIC.router())
    return app


def _phone_routes() -> APIRouter:
    routes = APIRouter()
    routes.add_api_route("/", page, response_class=HTMLResponse)
    routes.add_api_route("/phone/send", send, methods=["POST"])
    routes.add_api_route("/phone/messages", messages)
    routes.add_api_route("/faults", set_fault, methods=["POST"])
    return routes


def _twilio_routes() -> APIRouter:
    routes = APIRouter(prefix="/2010-04-01/Accounts/{account}")
    routes.add_api_route("/Messages.json", create, methods=["POST"], status_code=201)
    routes.add_api_route("/Messages.json", listing)
    return routes


async def page(request: Request) -> HTMLResponse:
    """The phone."""
    settings: Settings = request.app.state.parts.settings
    cities = [
        CityNumber(number, city.replace("-", " ").title())
        for number, city in cities_of_numbers(settings.twilio_numbers).items()
    ]
    return phone_page(cities, demo_url=settings.public_base + "/demo")


async def send(text: PhoneText, request: Request) -> dict[str, str]:
    """Text a city from a phone."""
    parts: SimulatorParts = request.app.state.parts
    message = parts.carrier.from_phone(text.from_, text.to, text.body)
    await parts.webhooks.text(message, text.place)
    return {"id": message.sid}


async def messages(number: str, request: Request) -> dict[str, list[dict[str, object]]]:
    """What a phone sent and received."""
    parts: SimulatorParts = request.app.state.parts
    return {"messages": [m.phone_form() for m in parts.carrier.of_phone("+" + number.strip().removeprefix("+"))]}


async def set_fault(fault: FaultRequest, request: Request) -> dict[str, int]:
    """Make the next API calls fail; for tests."""
    parts: SimulatorParts = request.app.state.parts
    parts.carrier.faults += [(fault.kind, fault.seconds)] * fault.count
    return {"waiting": len(parts.carrier.faults)}


async def create(  # noqa: PLR0913 - Twilio's form
    account: str,
    request: Request,
    To: Annotated[str, Form()],
    From: Annotated[str, Form()],
    Body: Annotated[str, Form()],
    StatusCallback: Annotated[str, Form()] = "",
) -> Response:
    """Twilio's `POST Messages.json`."""
    parts: SimulatorParts = request.app.state.parts
    _check_login(request, account, parts.settings)
    kind, seconds = parts.carrier.next_fault() or ("", 0.0)
    if (failed := await _before(kind, seconds)) is not None:
        return failed
    if (To, From) in parts.carrier.opted_out:
        return _error(400, OPTED_OUT, "Attempt to send to unsubscribed recipient")
    if not Body or len(Body) > SMS_LIMIT:
        return _error(400, 21617, "The concatenated message body exceeds the 1600 character limit")
    message = parts.carrier.to_phone(From, To, Body)
    parts.report(message, StatusCallback)
    if kind.endswith("_after_accept"):
        return _after(kind)
    return JSONResponse(message.twilio_form(account), 201)


async def listing(account: str, request: Request) -> JSONResponse:
    """Twilio's `GET Messages.json`, newest first, filtered by To, From and DateSent>."""
    parts: SimulatorParts = request.app.state.parts
    _check_login(request, account, parts.settings)
    to, sender = request.query_params.get("To"), request.query_params.get("From")
    after = request.query_params.get("DateSent>")
    since = datetime.fromisoformat(after) if after else None
    found = [
        m.twilio_form(account)
        for m in reversed(parts.carrier.messages.values())
        if to in (None, m.to_number) and sender in (None, m.from_number) and (since is None or m.created_at >= since)
    ]
    size = min(int(request.query_params.get("PageSize", "50")), 1000)
    path = f"/2010-04-01/Accounts/{account}/Messages.json"
    body = {"messages": found[:size], "page": 0, "page_size": size, "start": 0, "end": len(found[:size]) - 1}
    return JSONResponse(body | {"uri": path, "first_page_uri": path, "next_page_uri": None, "previous_page_uri": None})


async def _before(kind: str, seconds: float) -> Response | None:
    """Faults that strike before the text is accepted."""
    if kind == "429":
        return _error(429, 20429, "Too Many Requests")
    if kind == "500":
        return _error(500, 20500, "Internal Server Error")
    if kind in ("slow", "hang"):
        await asyncio.sleep(seconds)
    return _drop() if kind in ("hang", "drop") else None


def _after(kind: str) -> Response:
    return _drop() if kind == "drop_after_accept" else _error(500, 20500, "Internal Server Error")


def _drop() -> Response:
    """A reply whose connection closes before the body."""

    async def nothing() -> AsyncIterator[bytes]:
        yield b"{"
        raise ConnectionAbortedError("dropped on purpose")

    return StreamingResponse(nothing(), 201, {"content-length": "1000"})


def _check_login(request: Request, account: str, settings: Settings) -> None:
    token = settings.twilio_auth_tokens.get_secret_value().split(",")[0].strip()
    wanted = base64.b64encode(f"{settings.twilio_account_sid}:{token}".encode())
    given = request.headers.get("authorization", "").removeprefix("Basic ").encode()
    if account != settings.twilio_account_sid or not secrets.compare_digest(given, wanted):
        raise Unauthenticated("Authenticate with the account SID and its auth token.")


def _error(status: int, code: int, message: str) -> JSONResponse:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return JSONResponse({"code": code, "message": message, "more_info": more, "status": status}, status)
