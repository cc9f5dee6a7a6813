"""Loopback stand-ins for what is behind the gateway, with named faults."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from actions.dialogue import Dialogue
from actions.replies.reply import Reply
from actions.state import Outcome, Turn
from bot.conversation.fallback import step_for
from index.schemas.feedback import FeedbackRequest, FeedbackResponse, VoteCount
from index.schemas.operations import StatusResponse
from index.schemas.search import Answer, SearchRequest, SearchResponse

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

TRASH = "Trash is picked up on Tuesdays. Put carts out by 7 a.m."


def answer(
    id: str = "a1", *, excerpt: str = TRASH, url: str = "https://www.alder-falls.example/trash", **more: object
) -> Answer:
    """An answer of the shape that the index gives."""
    given: dict[str, object] = {
        "id": id, "kind": "passage", "title": "Trash and recycling", "heading": "Pick-up days", "excerpt": excerpt,
        "highlights": [(0, 5)], "url": url, "jurisdiction": "alder-falls", "score": 0.9, "confidence": "high",
        "passage": f"p-{id}",
    }  # fmt: skip
    return Answer.model_validate(given | more)


@dataclass
class Server:
    """A loopback server; `base` is its address once started."""

    routes: list[tuple[str, str, Handler]]
    base: str = ""
    runner: web.AppRunner | None = None

    async def start(self, port: int = 0) -> "Server":
        app = web.Application()
        for method, path, handler in self.routes:
            app.router.add_route(method, path, handler)
        self.runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", port)
        await site.start()
        self.base = site.name
        return self

    @property
    def port(self) -> int:
        return int(self.base.rsplit(":", 1)[1])

    async def stop(self) -> None:
        if self.runner is not None:
            await self.runner.cleanup()


@dataclass
class FakeRasa:
    """Rasa's REST channel with the real dialogue behind it. It knows the fixed words only, not what residents mean.

    `fault`: "", hang, slow, empty, 500, invalid, nonsense, unavailable, own_words.
    """

    dialogue: Dialogue
    fault: str = ""
    seconds: float = 60.0
    heard: list[dict[str, Any]] = field(default_factory=list)
    most_inside: int = 0
    most_inside_per_sender: dict[str, int] = field(default_factory=dict)
    _inside: dict[str, int] = field(default_factory=dict)

    def server(self) -> Server:
        return Server([("POST", "/webhooks/rest/webhook", self.webhook), ("GET", "/", self.root)])

    async def root(self, request: web.Request) -> web.StreamResponse:
        return web.Response(text="Hello from Rasa: 3.6.21")

    async def webhook(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.heard.append(body)
        sender = body["sender"]
        self._inside[sender] = self._inside.get(sender, 0) + 1
        most = max(self.most_inside_per_sender.get(sender, 0), self._inside[sender])
        self.most_inside_per_sender[sender] = most
        self.most_inside = max(self.most_inside, sum(self._inside.values()))
        try:
            return await self._reply(Turn(text=body["message"], **body["metadata"]))
        finally:
            self._inside[sender] -= 1

    async def _reply(self, turn: Turn) -> web.StreamResponse:
        if self.fault in ("hang", "slow", "own_words"):
            await asyncio.sleep(self.seconds)
        if self.fault == "500":
            return web.Response(status=500, text="Internal Server Error")
        if self.fault == "invalid":
            return web.Response(text="[{", content_type="application/json")
        down = Outcome(type="unavailable", reply=Reply(text="I cannot look that up."), state=turn.state)
        odd: dict[str, object] = {
            "empty": [],
            "nonsense": [{"custom": {"answers": "x"}}],
            "unavailable": [{"custom": down.model_dump(mode="json")}],
            "own_words": [{"text": f"Reply to {turn.text}"}],
        }
        if self.fault in odd:
            return web.json_response(odd[self.fault])
        outcome = await self.dialogue.answer(step_for(turn.text), turn)
        return web.json_response([{"custom": outcome.model_dump(mode="json", exclude_none=True)}])


@dataclass
class FakeIndex:
    """The search service's contract. `fault`: "", hang, 500, refuse, starting."""

    fault: str = ""
    answers: list[Answer] = field(default_factory=lambda: [answer("a1"), answer("a2", excerpt="Carts are free.")])
    searched: list[SearchRequest] = field(default_factory=list)
    votes: list[FeedbackRequest] = field(default_factory=list)

    def server(self) -> Server:
        routes = [
            ("POST", "/search", self.search),
            ("POST", "/feedback", self.feedback),
            ("GET", "/status", self.status),
        ]
        return Server(list(routes))

    async def status(self, request: web.Request) -> web.StreamResponse:
        return web.Response(text=StatusResponse(home="", ready=True).model_dump_json(), content_type="application/json")

    async def search(self, request: web.Request) -> web.StreamResponse:
        asked = SearchRequest.model_validate_json(await request.read())
        self.searched.append(asked)
        if self.fault == "hang":
            await asyncio.sleep(60)
        if self.fault == "500":
            return web.json_response({"error": {"code": "broken", "message": "broken"}}, status=500)
        if self.fault == "starting":
            return web.json_response({"error": {"code": "starting", "message": "It is starting."}}, status=503)
        refused = self.fault == "refuse"
        found = SearchResponse(answers=self.answers, refused=refused, city=asked.city, layers=["alder-falls"])
        return web.Response(text=found.model_dump_json(), content_type="application/json")

    async def feedback(self, request: web.Request) -> web.StreamResponse:
        vote = FeedbackRequest.model_validate_json(await request.read())
        self.votes.append(vote)
        done = FeedbackResponse(recorded=True, votes=VoteCount(up=1, down=0))
        return web.Response(text=done.model_dump_json(), content_type="application/json")
