"""What every HTTP service of ours does alike."""

from collections.abc import Iterator

import pytest
from fastapi import Body
from fastapi.testclient import TestClient

from townclerk.errors import TooMany
from townclerk.service import service


@pytest.fixture
def waiting() -> dict[str, str]:
    return {}


@pytest.fixture
def client(waiting: dict[str, str]) -> Iterator[TestClient]:
    app = service("sample", ready=lambda: waiting, body_limit=1000, token="open-sesame")
    app.state.progress = lambda: "3 of 4"

    @app.post("/echo")
    async def echo(text: str = Body(embed=True)) -> dict[str, str]:
        return {"text": text}

    @app.get("/busy")
    async def busy() -> None:
        raise TooMany("Slow down.", retry_after=7)

    @app.get("/crash")
    async def crash() -> None:
        raise RuntimeError("secret inner detail")

    with TestClient(app, raise_server_exceptions=False, headers={"Authorization": "Bearer open-sesame"}) as made:
        yield made


def test_live_and_ready_differ(client: TestClient, waiting: dict[str, str]) -> None:
    waiting["index"] = "loading"
    assert client.get("/health/live").status_code == 200
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["waiting"]) == (503, {"index": "loading"})
    waiting.clear()
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["progress"]) == (200, "3 of 4")


def test_head_is_answered_as_get_without_a_body(client: TestClient) -> None:
    answer = client.head("/health/live")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert client.head("/echo").status_code == 405
    assert client.head("/nowhere").status_code == 404


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [("/busy", 429, "too_many"), ("/crash", 500, "internal"), ("/nowhere", 404, "not_found")],
)
def test_errors_have_one_body(client: TestClient, path: str, status: int, code: str) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert set(answer.json()["error"]) == {"code", "message"}
    assert answer.json()["error"]["code"] == code
    assert "secret inner detail" not in answer.text


def test_retry_after_is_a_header(client: TestClient) -> None:
    assert client.get("/busy").headers["retry-after"] == "7"


def test_the_rejected_value_is_not_repeated(client: TestClient) -> None:
    answer = client.post("/echo", json={"text": 5, "ssn": "123-45-6789"})
    assert answer.status_code == 400
    assert "123-45-6789" not in answer.text
    assert "body.text" in answer.json()["error"]["message"]


@pytest.mark.parametrize("declared", [True, False])
def test_a_large_body_is_refused(client: TestClient, declared: bool) -> None:
    body = b'{"text":"' + b"x" * 2000 + b'"}'
    content = body if declared else iter([body[:900], body[900:]])
    answer = client.post("/echo", content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "too_large"


def test_without_the_token_only_health_answers(client: TestClient) -> None:
    del client.headers["Authorization"]
    assert client.post("/echo", json={"text": "hi"}).status_code == 403
    assert client.post("/echo", json={"text": "hi"}, headers={"Authorization": "Bearer wrong"}).status_code == 403
    assert client.get("/health/live").status_code == 200
    assert client.get("/openapi.json").status_code == 200
    refused = client.get("/nowhere")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "refused")
