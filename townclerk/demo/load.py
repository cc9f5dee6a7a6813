"""Loads the demo: invented cities, a source for each of their websites, and their FAQs.

Nothing here runs in a plain installation. Loading again changes only what has changed.
"""

import re
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Engine

from crawler.jobs.sources import Sources
from crawler.source import Source
from index.faqs import csv_file
from index.faqs.store import FaqStore
from townclerk.demo.sites import DEMO, SITES, WRITTEN_FOR
from townclerk.errors import Broken
from townclerk.jurisdictions import Jurisdiction, Jurisdictions, read_files
from townclerk.settings import Settings


def load(settings: Settings, engine: Engine) -> None:
    """Put cities, sources and FAQs of the demo into the database. Raises Broken when a FAQ file has a bad row."""
    base = settings.url("demo_sites")
    Jurisdictions(engine).put(_served_at(base, j) for j in read_files(DEMO))
    sources = Sources(engine)
    for site in SITES:
        _put_source(sources, site, url=f"{base}/{site}/")
    for file in sorted(DEMO.glob("*/faq.csv")):
        _put_faqs(FaqStore(engine), file, base)


def _served_at(base: str, one: Jurisdiction) -> Jurisdiction:
    report = tuple(replace(channel, page=channel.page.replace(WRITTEN_FOR, base)) for channel in one.report)
    return replace(
        one, url=one.url.replace(WRITTEN_FOR, base), alerts=one.alerts.replace(WRITTEN_FOR, base), report=report
    )


def _put_source(sources: Sources, site: str, *, url: str) -> None:
    """One source for the site. After a change of port the source of the old address goes."""
    old = [s for s in sources.all() if s.city == site and re.fullmatch(rf"http://127\.0\.0\.1:\d+/{site}/", s.url)]
    for source in old:
        if source.url != url:
            sources.remove(source.id)
    if all(source.url != url for source in old):
        # The sites share a host, so a source ends where its path ends: a county page is no page of the city.
        sources.add(Source(id="", city=site, url=url, include=f"^{re.escape(url)}", private_ok=True))


def _put_faqs(store: FaqStore, file: Path, base: str) -> None:
    text = file.read_text(encoding="utf-8").replace(WRITTEN_FOR, base)
    rejected = csv_file.load(store, text.encode()).rejected
    if rejected:
        raise Broken(f"{file}, line {rejected[0].line}: {rejected[0].reason}. Restore the file from the checkout.")
