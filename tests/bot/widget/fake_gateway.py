"""A gateway with the real pages and a scripted conversation, and a simulator with a scripted carrier.

`serve` runs it on a free loopback port. What the next replies are is set on `Script`.
"""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse

from bot.widget import routes
from bot.widget.phone import CityNumber, phone_page
from bot.widget.templates import AskPage
from index.schemas.search import Answer
from townclerk import database
from townclerk.jurisdictions import Jurisdiction, Jurisdictions
from townclerk.settings import Settings

CITIES = [
    Jurisdiction("columbia", "State of Columbia", "state"),
    Jurisdiction("tamarack-county", "Tamarack County", "county", "columbia", phone="555-555-0180"),
    Jurisdiction("alder-falls", "Alder Falls", "city", "tamarack-county", "555-555-0100", "http://127.0.0.1:9/alder-falls/"),
    Jurisdiction("port-maren", "Port Maren", "city", "tamarack-county", "555-555-0140", "http://127.0.0.1:9/port-maren/"),
]  # fmt: skip
HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>\u202egnp.exe\u200b"


def answer(**changes: Any) -> Answer:
    """A good answer, with some fields changed."""
    base: dict[str, Any] = {
        "id": "a1",
        "kind": "passage",
        "title": "Pay your water bill",
        "heading": "Ways to pay",
        "excerpt": "Pay online at bills.alder-falls.example at any hour. You can also pay by phone at 555-555-0104, or bring a check to City Hall, 200 Mill Street.",
        "highlights": [(0, 52)],
        "url": "http://127.0.0.1:9/alder-falls/services/pay-water-bill.html",
        "jurisdiction": "alder-falls",
        "score": 0.9,
        "confidence": "high",
        "page_date": date(2026, 9, 14),
        "checked_at": datetime(2026, 11, 12, 9, 30, tzinfo=UTC),
        "passage": "p1",
    }
    return Answer(**base | changes)


VOTES = [{"label": "Yes", "text": "Yes"}, {"label": "No", "text": "No"}, {"label": "More", "text": "More"}]


def reply(*answers: Answer, text: str = "") -> dict[str, Any]:
    """One message of the chat contract."""
    return {"text": text, "answers": [a.model_dump(mode="json") for a in answers], "choices": VOTES if answers else []}


@dataclass
class Script:
    """What comes back: `status` other than 200 is a failure; `asked` records the bodies that came in."""

    messages: list[dict[str, Any]] = field(default_factory=lambda: [reply(answer())])
    status: int = 200
    delay: float = 0
    fail_times: int = 0
    asked: list[dict[str, Any]] = field(default_factory=list)
    texts: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Parts:
    """What the routes need of the gateway."""

    settings: Settings
    jurisdictions: Jurisdictions


def application(home: Path, script: Script, *, origins: str = "") -> FastAPI:
    """The pages over a real database in `home`."""
    settings = Settings(home=home, widget_origins=origins, twilio_numbers="+15555550101=alder-falls")
    engine = database.connect(settings)
    database.metadata.create_all(engine)
    cities = Jurisdictions(engine)
    cities.put(CITIES)
    app = FastAPI()
    app.state.gateway = Parts(settings, cities)
    app.include_router(routes.router())
    _add_chat(app, script)
    _add_ask(app, cities)
    _add_phone(app, script)
    return app


def _add_chat(app: FastAPI, script: Script) -> None:
    @app.post("/chat")
    async def chat(request: Request) -> JSONResponse:
        script.asked.append(await request.json())
        await asyncio.sleep(script.delay)
        if script.fail_times > 0 or script.status != 200:
            script.fail_times -= 1
            status = script.status if script.status != 200 else 503
            return JSONResponse({"error": {"code": "x", "message": "No."}}, status, {"Retry-After": "7"})
        return JSONResponse({"session": "signed.session", "messages": script.messages})


def _add_ask(app: FastAPI, cities: Jurisdictions) -> None:
    @app.get("/ask")
    async def ask(q: str = "", city: str = "alder-falls") -> HTMLResponse:
        known = {j.id: j for j in cities.all()}
        county = answer(id="a2", jurisdiction="tamarack-county", title="Property tax", heading="", highlights=[])
        return routes.ask_response(
            AskPage(
                question=q,
                city=known[city],
                cities=[j for j in known.values() if j.level == "city"],
                answers=[answer(), county] if q and q != "refuse" else [],
                refused=q == "refuse",
                contact=known[city],
                error="Please try again in a minute." if q == "fail" else "",
                places=known,
            )
        )


def _add_phone(app: FastAPI, script: Script) -> None:
    @app.get("/phone")
    async def phone() -> HTMLResponse:
        return phone_page(
            [CityNumber("+15555550101", "Alder Falls"), CityNumber("+15555550102", "Port Maren")], demo_url="/demo"
        )

    @app.post("/phone/send")
    async def send(request: Request) -> dict[str, str]:
        body = await request.json()
        number = len(script.texts)
        script.texts.append(
            body
            | {
                "id": f"o{number}",
                "direction": "out",
                "segments": 1,
                "status": "delivered",
                "at": "2026-11-20T10:00:00+00:00",
            }
        )
        script.texts.append(
            {
                "id": f"i{number}",
                "direction": "in",
                "from": body["to"],
                "to": body["from"],
                "body": f"You wrote: {body['body']}",
                "segments": 2,
                "status": "delivered",
                "at": "2026-11-20T10:00:01+00:00",
            }
        )
        return {"sid": "SM1"}

    @app.get("/phone/messages")
    async def messages(number: str) -> dict[str, Any]:
        return {"messages": [m for m in script.texts if number in (m["from"], m["to"])]}


@contextlib.contextmanager
def serve(app: FastAPI, *, port: int = 0, lifespan: Literal["on", "off"] = "off") -> Iterator[str]:
    """The application on that loopback port or a free one; gives its address."""
    with socket.create_server(("127.0.0.1", port)) as listener:
        port = listener.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan=lifespan))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join(10)
