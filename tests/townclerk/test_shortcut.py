"""The shorter way to an endpoint answers as the framework's own way does."""

from collections.abc import Iterator
from typing import Annotated

import pytest
from fastapi import Depends, FastAPI, Response
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from pydantic import BaseModel, Field
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect

from townclerk.errors import NotFound, TooMany
from townclerk.service import service
from townclerk.shortcut import shorten

TOKEN = "open-sesame"


class Asked(BaseModel):
    text: str = Field(max_length=20)
    limit: int = 5


def made(*, short: bool) -> FastAPI:
    app = service("sample", ready=dict, body_limit=1000, token=TOKEN)

    @app.post("/ask")
    async def ask(asked: Asked) -> Response:
        if asked.text == "busy":
            raise TooMany("Slow down.", retry_after=7)
        if asked.text == "nothing":
            raise NotFound("There is no such thing.")
        if asked.text == "crash":
            raise RuntimeError("secret inner detail")
        return Response(f'{{"said":"{asked.text}","limit":{asked.limit}}}', media_type="application/json")

    if short:
        shorten(app, "/ask", Asked, ask)
    return app


@pytest.fixture
def clients() -> Iterator[tuple[TestClient, TestClient]]:
    ways = [
        TestClient(made(short=short), raise_server_exceptions=False, headers={"Authorization": f"Bearer {TOKEN}"})
        for short in (False, True)
    ]
    yield ways[0], ways[1]
    for way in ways:
        way.close()


JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b'{"text":"hello"}', JSON, 200),
        (b'{"text":"h\xc3\xa9llo","limit":"7","more":1}', JSON, 200),
        (b'{"text":"hello"}', {"Content-Type": "application/json; charset=utf-8"}, 200),
        (b'{"text":"hello"}', {"Content-Type": "text/plain"}, 400),
        (b'{"text":"hello"}', {}, 400),
        (b'{"text":"hello","limit":"many"}', JSON, 400),
        (b'{"text":"longer than what is taken"}', JSON, 400),
        (b'{"limit":1}', JSON, 400),
        (b'{"text":', JSON, 400),
        (b"[]", JSON, 400),
        (b"", JSON, 400),
        (b"\xff\xfe", JSON, 400),
        (b'{"text":"' + b"x" * 2000 + b'"}', JSON, 413),
        (b'{"text":"busy"}', JSON, 429),
        (b'{"text":"nothing"}', JSON, 404),
        (b'{"text":"crash"}', JSON, 500),
        (b'{"text":"hello"}', JSON | {"Authorization": "Bearer other"}, 403),
    ],
)
def test_both_ways_answer_alike(
    clients: tuple[TestClient, TestClient], content: bytes, headers: dict[str, str], status: int
) -> None:
    long, short = (client.post("/ask", content=content, headers=headers) for client in clients)
    assert (short.status_code, short.content) == (long.status_code, long.content)
    assert {**short.headers} == {**long.headers}
    assert short.status_code == status


def test_only_what_is_well_formed_passes_the_framework_by(monkeypatch: pytest.MonkeyPatch) -> None:
    app = made(short=True)
    met: list[str] = []
    whole = app.router.middleware_stack

    async def watched(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            met.append("whole")
        await whole(scope, receive, send)

    monkeypatch.setattr(app.router, "middleware_stack", watched)
    with TestClient(app, headers={"Authorization": f"Bearer {TOKEN}"}) as client:
        assert client.post("/ask", json={"text": "hello"}).json() == {"said": "hello", "limit": 5}
        assert met == []
        assert client.post("/ask", json={"text": 5}).status_code == 400
        assert met == ["whole"]
        assert client.get("/ask").status_code == 405
        assert client.get("/openapi.json").json()["paths"]["/ask"]["post"]["requestBody"]["required"]


def test_what_is_no_request_is_left_to_the_framework() -> None:
    with TestClient(made(short=True), headers={"Authorization": f"Bearer {TOKEN}"}) as client:
        with pytest.raises(WebSocketDisconnect), client.websocket_connect("/ask"):
            pass
        assert client.post("/ask", json={"text": "hello"}).status_code == 200


def test_what_has_dependencies_or_is_another_function_has_no_shortcut() -> None:
    app = FastAPI()

    def checked() -> int:
        return 1

    @app.post("/checked")
    async def endpoint(asked: Asked, number: Annotated[int, Depends(checked)]) -> Response:
        return Response(f"{asked.text}{number}")

    async def other(asked: Asked) -> Response:
        return Response(asked.text)

    @app.put("/put")
    async def put(asked: Asked) -> Response:
        return Response(asked.text)

    for path, function in (("/checked", endpoint), ("/checked", other), ("/nowhere", other), ("/put", put)):
        with pytest.raises(ValueError, match="is not an endpoint of this function"):
            shorten(app, path, Asked, function)  # type: ignore[arg-type]


def test_an_application_that_runs_gets_no_shortcut() -> None:
    app = made(short=False)
    endpoint = next(route.endpoint for route in app.routes if isinstance(route, APIRoute) and route.path == "/ask")
    with TestClient(app), pytest.raises(RuntimeError, match="before the application starts"):
        shorten(app, "/ask", Asked, endpoint)


async def test_a_caller_who_goes_away_in_the_middle_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    sent: list[Message] = []
    told: Iterator[Message] = iter(
        [{"type": "http.request", "body": b'{"text":', "more_body": True}, {"type": "http.disconnect"}]
    )

    async def receive() -> Message:
        return next(told)

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"authorization", f"Bearer {TOKEN}".encode()), (b"content-type", b"application/json")]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/ask",
        "headers": headers,
        "query_string": b"",
        "http_version": "1.1",
    }
    await made(short=True)(scope, receive, send)
    assert sent == []
    assert "unexpected" not in caplog.text
