"""A whole gateway on loopback: the real application and database, the real carrier simulator, fakes behind."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import create_engine, text
from twilio.request_validator import RequestValidator

from actions.dialogue import Dialogue
from bot.gateway.app import make_app
from bot.gateway.gateway import Gateway
from bot.simulator.app import make_app as make_simulator
from index.client import IndexClient
from tests.bot.fakes import FakeIndex, FakeRasa, Server
from tests.migrated import place_schema
from tests.ports import free_ports
from townclerk.jurisdictions import Jurisdiction, Jurisdictions
from townclerk.places import PlaceDirectory
from townclerk.schema import open_database
from townclerk.settings import Settings

ACCOUNT = "AC" + "0" * 32
TOKEN = "not-a-real-token"
CITY_NUMBER = "+15550100"
FREE_NUMBER = "+15550199"
"""A number of ours that belongs to no city."""
PHONE = "+16035550123"

PLACES = (
    Jurisdiction("us", "United States", level="federal"),
    Jurisdiction("cedar", "Cedar State", level="state", parent_id="us", aliases=("CS",)),
    Jurisdiction(
        "alder-falls",
        "Alder Falls",
        parent_id="cedar",
        phone="555-010-0100",
        url="https://www.alder-falls.example",
        zips=("03049",),
    ),
    Jurisdiction(
        "birch-bay",
        "Birch Bay",
        parent_id="cedar",
        phone="555-010-0200",
        url="https://www.birch-bay.example",
        zips=("03050",),
    ),
)


class _Quiet(uvicorn.Server):
    """Ends at once; uvicorn looks ten times a second whether it should."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ending = asyncio.Event()

    async def main_loop(self) -> None:
        await self.ending.wait()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serving(app: FastAPI, port: int) -> AsyncIterator[None]:
    """The application on a real loopback socket."""
    server = _Quiet(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, access_log=False, timeout_graceful_shutdown=1)
    )
    task = asyncio.create_task(server.serve())
    while not server.started:
        if task.done():
            task.result()
            raise RuntimeError("the application did not start")
        await asyncio.sleep(0.01)
    try:
        yield
    finally:
        server.ending.set()
        await task


@dataclass
class Town:
    """Everything a test of the gateway touches."""

    settings: Settings
    rasa: FakeRasa
    rasa_server: Server
    index: FakeIndex
    index_server: Server
    http: aiohttp.ClientSession
    app: FastAPI | None = None
    simulator: FastAPI | None = None

    @property
    def url(self) -> str:
        return self.settings.url("gateway")

    @property
    def gateway(self) -> Gateway:
        assert self.app is not None
        gateway: Gateway = self.app.state.gateway
        return gateway

    async def chat(self, text: str, **more: object) -> dict[str, Any]:
        """POST /chat; the body, with `status` and `headers` beside it."""
        async with self.http.post(self.url + "/chat", json={"text": text, **more}) as reply:
            body: dict[str, Any] = await reply.json()
            return body | {"status": reply.status, "headers": reply.headers}

    def form(self, body: str, *, sid: str = "SM1", **more: str) -> dict[str, str]:
        """A webhook form as Twilio sends it."""
        return {
            "MessageSid": sid,
            "AccountSid": ACCOUNT,
            "From": PHONE,
            "To": CITY_NUMBER,
            "Body": body,
            "NumMedia": "0",
            **more,
        }

    def sign(self, form: Mapping[str, object], *, path: str = "/sms", token: str = TOKEN) -> dict[str, str]:
        """The signature header for a form."""
        return {
            "X-Twilio-Signature": RequestValidator(token).compute_signature(
                self.settings.public_base + path, dict(form)
            )
        }

    async def webhook(
        self, form: Mapping[str, str], *, headers: Mapping[str, str] | None = None, path: str = "/sms"
    ) -> int:
        """POST a form, signed unless `headers` are given; the status."""
        signed = self.sign(form, path=path) if headers is None else headers
        async with self.http.post(self.url + path, data=dict(form), headers=signed) as reply:
            await reply.read()
            return reply.status

    async def text(
        self, body: str, *, phone: str = PHONE, to: str = CITY_NUMBER, place: Mapping[str, str] | None = None
    ) -> str:
        """Text the city from a phone, through the simulator; the MessageSid."""
        sent = {"from": phone, "to": to, "body": body, "place": dict(place or {})}
        async with self.http.post(self.settings.url("simulator") + "/phone/send", json=sent) as reply:
            assert reply.status == 200, await reply.text()
            return str((await reply.json())["id"])

    async def lost(self, body: str, *, phone: str = PHONE, to: str = CITY_NUMBER) -> None:
        """Text the city while nobody takes it from the carrier."""
        url = self.settings.url("simulator") + "/phone/send"
        async with self.http.post(url, json={"from": phone, "to": to, "body": body}) as reply:
            assert reply.status == 503, await reply.text()

    async def inbox(self, phone: str = PHONE) -> list[str]:
        """The texts that a phone received, oldest first."""
        url = self.settings.url("simulator") + "/phone/messages"
        async with self.http.get(url, params={"number": phone}) as reply:
            return [m["body"] for m in (await reply.json())["messages"] if m["direction"] == "in"]

    async def received(self, count: int = 1, *, phone: str = PHONE, seconds: float = 10) -> list[str]:
        """Wait until a phone received `count` texts."""
        await until(lambda: self._has(count, phone), seconds=seconds)
        return await self.inbox(phone)

    async def fault(self, kind: str, *, count: int = 1, seconds: float = 1) -> None:
        """Make the carrier's next API calls fail."""
        body = {"kind": kind, "count": count, "seconds": seconds}
        async with self.http.post(self.settings.url("simulator") + "/faults", json=body) as reply:
            assert reply.status == 200

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Read the gateway's own database."""
        return self.execute(query)

    def execute(self, statement: str) -> list[tuple[Any, ...]]:
        """Read or change the gateway's own database."""
        engine = create_engine(self.settings.database)
        try:
            with engine.begin() as connection:
                result = connection.execute(text(statement))
                return [tuple(row) for row in result] if result.returns_rows else []
        finally:
            engine.dispose()

    async def _has(self, count: int, phone: str) -> bool:
        return len(await self.inbox(phone)) >= count


async def until(condition: Callable[[], Any], *, seconds: float = 10) -> None:
    """Wait for a condition (a function or a coroutine function) to hold; TimeoutError when it does not."""
    async with asyncio.timeout(seconds):
        while True:
            holds = condition()
            if await holds if asyncio.iscoroutine(holds) else holds:
                return
            await asyncio.sleep(0.03)


@asynccontextmanager
async def town(home: Path, *, gateway: bool = True, **changes: Any) -> AsyncIterator[Town]:
    """Start everything; without `gateway` the test starts it itself."""
    index = FakeIndex()
    index_server = await index.server().start()
    gateway_port, simulator_port, rasa_port = free_ports(3)
    given: dict[str, Any] = {
        "home": home, "gateway_port": gateway_port, "simulator_port": simulator_port, "assistant_port": rasa_port,
        "index_port": index_server.port, "twilio_account_sid": ACCOUNT, "twilio_auth_tokens": SecretStr(TOKEN),
        "twilio_api_url": f"http://127.0.0.1:{simulator_port}", "twilio_numbers": f"{CITY_NUMBER}=alder-falls",
    }  # fmt: skip
    settings = Settings(_env_file=None, **(given | changes))
    place_schema(settings)
    engine = open_database(settings)
    Jurisdictions(engine).put(PLACES)
    client = IndexClient(index_server.base)
    rasa = FakeRasa(Dialogue(PlaceDirectory(Jurisdictions(engine)), client))
    rasa_server = await rasa.server().start(rasa_port)
    simulator = make_simulator(
        settings.model_copy(update={"twilio_account_sid": ACCOUNT, "twilio_auth_tokens": SecretStr(TOKEN)})
    )
    app = make_app(settings)
    async with contextlib.AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession())
        stack.callback(engine.dispose)
        stack.push_async_callback(client.close)
        stack.push_async_callback(rasa_server.stop)
        stack.push_async_callback(index_server.stop)
        await stack.enter_async_context(serving(simulator, simulator_port))
        if gateway:
            await stack.enter_async_context(serving(app, settings.gateway_port))
        yield Town(settings, rasa, rasa_server, index, index_server, http, app, simulator)
