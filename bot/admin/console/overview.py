"""The first page: what runs, what was asked in the last day, what was crawled last."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

import aiohttp
from fastapi import APIRouter
from fastapi.responses import Response

from bot.admin.auth.guard import Gateway, Staff
from bot.admin.rendering import Pages
from bot.widget.templates import day
from index.schemas.faqs import FaqEntry
from index.schemas.feedback import AskedQuestion
from townclerk import clock
from townclerk.errors import TownclerkError
from townclerk.records import timetable

routes = APIRouter(route_class=Pages)
MOST = 1000
DAY = timedelta(hours=24)
SOON = timedelta(days=14)
"""How long before its last day a FAQ is shown as due."""
_PROBE_SECONDS = 2.0
Result = TypeVar("Result")


@dataclass(frozen=True)
class Health:
    """Whether a part answers, and what it does for residents."""

    name: str
    purpose: str
    well: bool
    detail: str = ""


@dataclass(frozen=True)
class Day:
    """Questions of the last 24 hours; `capped` when there were more than we look at."""

    asked: int
    unanswered: int
    up: int
    down: int
    capped: bool


@routes.get("/")
async def overview(staff: Staff) -> Response:
    """Health, the last day, the last crawls. A part that is down leaves its piece of the page empty."""
    found = asyncio.gather(_or_none(staff.crawler.sources()), _or_none(staff.index.faqs()))
    health, questions, runs, status, pins = await asyncio.gather(
        parts(staff.gateway),
        _or_none(staff.index.questions(limit=MOST)),
        _or_none(staff.crawler.runs(limit=6)),
        _or_none(staff.index.status()),
        _or_none(staff.index.pins()),
    )
    sources, faqs = await found
    recent = None if questions is None else last_day(questions)
    open_questions = [q for q in questions or [] if q.refused][:5]
    return await staff.show_places(
        "overview.html",
        health=health,
        day=recent,
        runs=runs,
        index=status,
        open_questions=open_questions,
        stuck=[s for s in sources or [] if s.last_run and s.last_run.status in ("held", "failed")],
        due=due(faqs or [], clock.now().date()),
        due_known=sources is not None and faqs is not None,
        pins=[pin for pin in pins or [] if pin.state in ("broken", "changed")],
        late=await asyncio.to_thread(timetable.overdue, staff.gateway.engine, staff.gateway.settings),
    )


def due(faqs: list[FaqEntry], today: date) -> list[tuple[FaqEntry, str]]:
    """FAQs that somebody should look at, the longest due first: to review, over, or over soon; and which of these."""
    found: list[tuple[date, FaqEntry, str]] = []
    for faq in faqs:
        if faq.review_by is not None and faq.review_by <= today:
            found.append((faq.review_by, faq, "review was due"))
        elif faq.valid_until is not None and faq.valid_until - SOON <= today:
            found.append((faq.valid_until, faq, "not used since" if faq.valid_until < today else "last day is"))
    return [(faq, f"{why} {day(when)}") for when, faq, why in sorted(found, key=lambda each: (each[0], each[1].id))]


def last_day(questions: list[AskedQuestion]) -> Day:
    """Counts of the last 24 hours."""
    since = clock.now() - DAY
    recent = [q for q in questions if q.asked_at >= since]
    return Day(
        asked=len(recent),
        unanswered=sum(q.refused for q in recent),
        up=sum(q.votes.up for q in recent),
        down=sum(q.votes.down for q in recent),
        capped=len(recent) == MOST,
    )


async def parts(gateway: Gateway) -> list[Health]:
    """Every process, asked at the same time."""
    settings = gateway.settings
    probes = (
        ("Search service", "finds the answers", f"{settings.url('index')}/health/ready"),
        ("Crawl service", "keeps the pages fresh", f"{settings.url('crawler')}/health/ready"),
        ("Assistant", "holds the conversation", f"{settings.url('assistant')}/webhooks/rest/"),
        ("Actions", "connects assistant and search", f"{settings.url('actions')}/health"),
    )
    found = await asyncio.gather(*(_probe(gateway.http, *probe) for probe in probes))
    return [Health("Gateway", "takes chats and texts", well=True), *found]


async def _probe(http: aiohttp.ClientSession, name: str, purpose: str, url: str) -> Health:
    try:
        async with http.get(url, timeout=aiohttp.ClientTimeout(total=_PROBE_SECONDS)) as reply:
            return Health(name, purpose, reply.status == 200, "" if reply.status == 200 else "starting or not ready")
    except (aiohttp.ClientError, TimeoutError):
        return Health(name, purpose, well=False, detail="does not answer")


async def _or_none(wanted: Awaitable[Result]) -> Result | None:
    try:
        return await wanted
    except TownclerkError:
        return None
