"""The shared client of our services, through the client of the search service: every fault becomes one of our errors."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from index.client import IndexClient
from index.schemas.feedback import FeedbackRequest
from index.schemas.search import SearchRequest
from townclerk import errors

ANSWER = {
    "id": "x-1",
    "kind": "faq",
    "title": "T",
    "heading": "",
    "excerpt": "Monday.",
    "highlights": [[0, 6]],
    "url": "",
    "jurisdiction": "oakton",
    "score": 1.0,
    "confidence": "high",
    "passage": "p",
}


async def search(request: web.Request) -> web.StreamResponse:
    """A search service with named faults: the question says which."""
    fault = (await request.json())["text"]
    if fault == "slow":
        await asyncio.sleep(5)
    if fault == "broken off" and request.transport is not None:
        request.transport.close()
    if fault == "not json":
        return web.Response(text="<html>", content_type="text/html")
    if fault.isdigit():
        return web.json_response({"error": {"code": "any", "message": f"said {fault}"}}, status=int(fault))
    if fault == "proxy error":
        return web.Response(text="Bad Gateway", status=502)
    if request.headers.get("Authorization") != "Bearer s3cret":
        return web.json_response({"error": {"code": "refused", "message": "no token"}}, status=403)
    return web.json_response(
        {"answers": [ANSWER], "refused": False, "city": "oakton", "layers": ["oakton"], "new_field": 1}
    )


@pytest.fixture
async def client() -> AsyncIterator[IndexClient]:
    app = web.Application()
    app.router.add_post("/search", search)
    async with TestServer(app) as server, IndexClient(str(server.make_url("")), timeout=0.5, token="s3cret") as made:
        yield made


async def test_an_answer_comes_back_typed(client: IndexClient) -> None:
    found = await client.search(SearchRequest(text="hello"))
    assert found.answers[0].highlights == [(0, 6)]
    assert found.answers[0].model_dump(mode="json")["excerpt"] == "Monday."


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("400", errors.BadInput),
        ("403", errors.Refused),
        ("404", errors.NotFound),
        ("409", errors.Conflict),
        ("413", errors.TooLarge),
        ("429", errors.TooMany),
        ("500", errors.Broken),
        ("503", errors.Unavailable),
        ("418", errors.Unavailable),
    ],
)
async def test_every_error_status_has_its_class_and_keeps_the_message(
    client: IndexClient, status: str, kind: type[errors.TownclerkError]
) -> None:
    with pytest.raises(errors.TownclerkError) as caught:
        await client.search(SearchRequest(text=status))
    assert type(caught.value) is kind
    assert caught.value.message == f"said {status}"


@pytest.mark.parametrize("fault", ["slow", "broken off", "not json", "proxy error"])
async def test_every_fault_of_the_service_is_unavailable(client: IndexClient, fault: str) -> None:
    with pytest.raises(errors.Unavailable):
        await client.search(SearchRequest(text=fault))


async def test_a_service_that_is_not_there_is_unavailable() -> None:
    async with IndexClient("http://127.0.0.1:9", timeout=1) as nobody:
        with pytest.raises(errors.Unavailable):
            await nobody.feedback(FeedbackRequest(answer_id="x-1", vote="up"))
