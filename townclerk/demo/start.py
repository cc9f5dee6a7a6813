"""What `townclerk up --demo` adds to a plain start: the simulator as SMS carrier, and a first crawl."""

import asyncio
from collections.abc import Callable

from crawler.client import CrawlerClient
from crawler.schemas import RunSummary
from index.client import IndexClient
from townclerk.errors import Unavailable
from townclerk.secrets import secret
from townclerk.settings import Settings

NUMBERS = {"+15555550101": "alder-falls", "+15555550102": "port-maren"}
"""The demo cities' phone numbers (never assigned: exchange 555)."""

_CRAWL_SECONDS = 300


def environment(settings: Settings) -> dict[str, str]:
    """Settings of the demo: texts go to the simulator, whatever account is configured."""
    token = secret(settings.home, "demo_twilio_token")
    return {
        "TOWNCLERK_TWILIO_ACCOUNT_SID": "AC" + secret(settings.home, "demo_twilio_account")[:32],
        "TOWNCLERK_TWILIO_AUTH_TOKENS": token[:32],
        "TOWNCLERK_TWILIO_API_URL": settings.url("simulator"),
        "TOWNCLERK_TWILIO_NUMBERS": ",".join(f"{number}={city}" for number, city in NUMBERS.items()),
    }


async def crawl(settings: Settings, *, say: Callable[[str], None]) -> None:
    """Crawl every source through the crawl service and have the index catch up, saying what was found."""
    say("Crawling the demo cities' websites ...")
    async with CrawlerClient.of(settings, timeout=_CRAWL_SECONDS) as crawler:
        sources = await crawler.sources()
        for run in await asyncio.gather(*(_crawl(crawler, source.id, settings) for source in sources)):
            counts = ", ".join(f"{n} {outcome}" for outcome, n in run.counts.as_dict().items() if n)
            say(f"  {run.source}: {run.status}; {counts}")
    say("Indexing what is new ...")
    async with IndexClient.of(settings, timeout=_CRAWL_SECONDS) as index:
        say(f"  {(await index.sync()).passages} passages can be searched")


async def _crawl(crawler: CrawlerClient, source_id: str, settings: Settings) -> RunSummary:
    run: RunSummary = await crawler.crawl(source_id)
    for _ in range(_CRAWL_SECONDS * 5):
        if not run.under_way:
            return run
        await asyncio.sleep(0.2)
        run = await crawler.run(run.id, limit=1)
    raise Unavailable(
        f"The crawl of {source_id} was not done after {_CRAWL_SECONDS} s. Its log: {settings.home / 'log' / 'crawler.log'}"
    )
