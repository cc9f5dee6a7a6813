"""The search service: HTTP in front of the engine, the FAQs, the votes and the recorded questions.

Nothing that takes time runs on the loop: searches pass a limiter into worker threads, and
when too many wait their callers get 429 instead of a late answer; the other endpoints are plain
functions, which the framework runs in worker threads.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Annotated, Protocol

from fastapi import FastAPI, Query, Response

from index.api import faqs, operations, pins, synonyms
from index.api.lifecycle import IndexLifecycle
from index.api.limiter import ConcurrencyLimiter
from index.api.views import asked
from index.faqs import csv_file
from index.feedback.search_log import Search, split_answer_id
from index.feedback.votes import Vote, matching
from index.schemas.base import Before, Id, Question
from index.schemas.feedback import (
    AskedQuestion,
    FeedbackRequest,
    FeedbackResponse,
    RevokeRequest,
    RevokeResponse,
    VoteCount,
)
from index.schemas.search import Explanation, SearchRequest, SearchResponse
from index.search.answerer import Answerer
from townclerk.errors import NotFound
from townclerk.service import service
from townclerk.settings import Settings

SEARCHES_AT_ONCE = max(2, os.cpu_count() or 2)
SEARCHES_WAITING = 200
SEARCH_WAIT_SECONDS = 3.0
"""How long a search waits for its turn; its caller gives up at about this time anyway."""


def make(settings: Settings) -> FastAPI:
    """The application. The index is opened in the background; `/health/ready` tells when that is done."""
    lifecycle = IndexLifecycle(settings)
    app = service(
        "index",
        ready=lambda: {"index": lifecycle.waiting} if lifecycle.waiting else {},
        lifespan=lambda _app: _running(lifecycle),
        body_limit=csv_file.MAX_BYTES + 100_000,
        token=settings.service_token.get_secret_value(),
    )
    app.state.progress = lambda: lifecycle.progress
    _add_about_answers(app, lifecycle, add_search(app, lifecycle))
    faqs.add(app, lifecycle)
    _add_staff(app, lifecycle)
    pins.add(app, lifecycle)
    synonyms.add(app, lifecycle)
    operations.add(app, lifecycle, settings)
    return app


@asynccontextmanager
async def _running(lifecycle: IndexLifecycle) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(work) for work in (lifecycle.follow(), lifecycle.expire())]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await lifecycle.close()


class Opened(Protocol):
    """What answers questions."""

    @property
    def answers(self) -> Answerer: ...


def add_search(app: FastAPI, lifecycle: Callable[[], Opened]) -> ConcurrencyLimiter:
    """The endpoint that answers questions; gives what searches pass through."""
    limiter = ConcurrencyLimiter(running=SEARCHES_AT_ONCE, waiting=SEARCHES_WAITING, seconds=SEARCH_WAIT_SECONDS)

    @app.post("/search", tags=["search"], response_model=SearchResponse)
    async def search(request: SearchRequest) -> Response:
        """Answers to a question from the city and the layers above it."""
        answers = lifecycle().answers
        # Written here, in the worker: the framework would check every field once more, on the loop.
        found = await limiter.run(lambda: answers.ask(request).model_dump_json())
        return Response(found, media_type="application/json")

    return limiter


def _add_about_answers(app: FastAPI, lifecycle: IndexLifecycle, limiter: ConcurrencyLimiter) -> None:
    @app.post("/feedback", tags=["search"])
    def feedback(request: FeedbackRequest) -> FeedbackResponse:
        """A vote on one answer; it counts in the next search."""
        index = lifecycle()
        search, rank = split_answer_id(request.answer_id)
        found = index.searches.find(search)
        if found is None or not 1 <= rank <= len(found.results):
            raise NotFound("There is no such answer. Vote with the id of an answer that /search gave and recorded.")
        vote = Vote(found, rank, up=request.vote == "up", voter=request.voter or "", comment=request.comment or "")
        recorded = index.votes.put(vote)
        tally = index.votes.tally(found.results[rank - 1].passage, found.city)
        return FeedbackResponse(recorded=recorded, votes=VoteCount(up=tally.up, down=tally.down))

    @app.get("/explain", tags=["search"])
    async def explain(
        text: Annotated[Question, Query()],
        city: Annotated[Id | None, Query()] = None,
        history: Annotated[list[Before], Query(max_length=10)] = [],  # noqa: B006
        limit: Annotated[int, Query(ge=1, le=50)] = 10,
        pins: bool = True,
    ) -> Explanation:
        """Why the candidates stand in this order: every part of each score and each vote that counted. `pins=false`: without pins."""
        request = SearchRequest(text=text, city=city, history=history, limit=limit, record=False)
        answers = lifecycle().answers
        return await limiter.run(lambda: answers.explain(request, pins=pins))


def _add_staff(app: FastAPI, lifecycle: IndexLifecycle) -> None:
    @app.get("/questions", tags=["staff"])
    def questions(
        limit: Annotated[int, Query(ge=1, le=1000)] = 100, unanswered: bool = False, city: str | None = None
    ) -> list[AskedQuestion]:
        """Recent questions, newest first, personal data masked."""
        index = lifecycle()
        found: list[Search] = index.searches.recent(limit=limit, unanswered=unanswered, city=city)
        tallies = index.votes.by_search([search.id for search in found])
        return [asked(search, tallies.get(search.id)) for search in found]

    @app.post("/votes/revoke", tags=["staff"])
    def revoke(request: RevokeRequest) -> RevokeResponse:
        """Undo all votes that match every given condition."""
        return RevokeResponse(revoked=lifecycle().votes.revoke(*matching(request)))
