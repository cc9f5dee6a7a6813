"""What a site is asked for, and how often: the guard of its address and the delay between requests."""

from yarl import URL

from crawler.fetching.address_guard import AddressGuard, loopback_literal, private_hosts
from crawler.fetching.politeness import Politeness
from crawler.fetching.robots import Robots
from crawler.fetching.urls import site
from crawler.source import Source
from townclerk.settings import Settings


class SiteAccess:
    """Shared by all that asks sites in this process, so that `politeness` holds for them together."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.politeness = Politeness(settings.crawl_delay)

    def guard(self, source: Source) -> AddressGuard:
        """What may be connected to for this source."""
        url = URL(source.url, encoded=True)
        private = private_hosts(self._settings.crawl_private_hosts)
        return AddressGuard(
            port=url.port, private=private, loopback=loopback_literal(url) if source.private_ok else None
        )

    def start_delay(self, source: Source) -> float:
        """Keep the delay of the settings, in seconds, until robots.txt was read; none for an own loopback address."""
        own = loopback_literal(URL(source.url, encoded=True)) is not None
        delay = 0.0 if own else self._settings.crawl_delay
        self.politeness.begin(site(source.url), delay)
        return delay

    def honor_delay(self, source: Source, robots: Robots, polite: float) -> str:
        """Keep what robots.txt asks for, up to the cap; says so when it is more than `polite`."""
        requested, cap = robots.delay or 0.0, self._settings.crawl_delay_cap
        self.politeness.set_delay(site(source.url), max(polite, min(requested, cap)))
        if requested > cap:
            return f"robots.txt asks for {requested:g} s between requests; {cap:g} s were kept, the most that the settings allow"
        return f"robots.txt asks for {requested:g} s between requests" if requested > polite else ""
