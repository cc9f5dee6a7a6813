"""What `townclerk up --demo` adds to a plain start: the simulator as SMS carrier, and a first crawl."""

import asyncio
from dataclasses import dataclass

import aiohttp

from townclerk.errors import Unavailable
from townclerk.launch.supervisor import Say
from townclerk.secrets import secret
from townclerk.settings import Settings

NUMBERS = {"+15555550101": "alder-falls", "+15555550102": "port-maren"}
"""The demo cities' phone numbers (never assigned: exchange 555)."""

_CRAWL_SECONDS = 300
_DONE = ("succeeded", "partial", "failed", "held", "interrupted")


@dataclass(frozen=True)
class _Run:
    source: str
    status: str
    counts: dict[str, int]


def environment(settings: Settings) -> dict[str, str]:
    """Settings of the demo: texts go to the simulator, whatever account is configured."""
    token = secret(settings.home, "demo_twilio_token")
    return {
        "TOWNCLERK_TWILIO_ACCOUNT_SID": "AC" + secret(settings.home, "demo_twilio_account")[:32],
        "TOWNCLERK_TWILIO_AUTH_TOKENS": token[:32],
        "TOWNCLERK_TWILIO_API_URL": settings.url("simulator"),
        "TOWNCLERK_TWILIO_NUMBERS": ",".join(f"{number}={city}" for number, city in NUMBERS.items()),
    }


async def crawl(settings: Settings, *, say: Say) -> None:
    """Crawl every source through the crawl service and have the index catch up, saying what was found."""
    headers = {"Authorization": f"Bearer {settings.service_token.get_secret_value()}"}
    limit = aiohttp.ClientTimeout(total=_CRAWL_SECONDS)
    async with aiohttp.ClientSession(headers=headers, timeout=limit, raise_for_status=True) as http:
        say("Crawling the demo cities' websites ...")
        async with http.get(f"{settings.url('crawler')}/sources") as answer:
            sources = [source["id"] for source in (await answer.json())["sources"]]
        for run in await asyncio.gather(*(_crawl_one(http, settings, source) for source in sources)):
            counts = ", ".join(f"{n} {what}" for what, n in run.counts.items() if n)
            say(f"  {run.source}: {run.status}; {counts}")
        say("Indexing what is new ...")
        async with http.post(f"{settings.url('index')}/sync") as answer:
            say(f"  {(await answer.json())['passages']} passages can be searched")


async def _crawl_one(http: aiohttp.ClientSession, settings: Settings, source: str) -> _Run:
    async with http.post(f"{settings.url('crawler')}/crawls", json={"source_id": source}) as answer:
        run = (await answer.json())["run"]
    for _ in range(_CRAWL_SECONDS * 5):
        async with http.get(f"{settings.url('crawler')}/runs/{run}") as answer:
            found = await answer.json()
        if found["status"] in _DONE:
            return _Run(found["source"], found["status"], found["counts"])
        await asyncio.sleep(0.2)
    raise Unavailable(
        f"The crawl of {source} was not done after {_CRAWL_SECONDS} s. Its log: {settings.home / 'log' / 'crawler.log'}"
    )
