"""One site that is crawled, and the bounds of what an operator may ask for."""

from dataclasses import dataclass
from datetime import datetime

from crawler.fetching.urls import Rules
from townclerk.errors import BadInput

DEPTH = 10
MAX_PAGES = 5000
MAX_DEPTH = 50
MOST_PAGES = 100_000


@dataclass(frozen=True)
class Source:
    """One site (or part of one) of one jurisdiction.

    `schedule` is a cron line in the jurisdiction's time zone, or "" for by hand only.
    `depth` counts links from the start page. `include` and `exclude` are regular
    expressions searched in the whole URL; exclude wins. `private_ok`: an operator typed
    this loopback address on the command line, so exactly its host:port may be connected to.
    A `paused` one is crawled by hand only, until it is resumed.
    """

    id: str
    city: str
    url: str
    schedule: str = ""
    depth: int = DEPTH
    max_pages: int = MAX_PAGES
    include: str = ""
    exclude: str = ""
    private_ok: bool = False
    paused: bool = False
    next_due_at: datetime | None = None

    def __post_init__(self) -> None:
        for name, value, most in (("depth", self.depth, MAX_DEPTH), ("limit of pages", self.max_pages, MOST_PAGES)):
            least = 0 if name == "depth" else 1
            if not least <= value <= most:
                raise BadInput(f"The {name} is a number from {least} to {most}; got {value}.")
        for name, text, longest in (
            ("The address", self.url, 2048),
            ("The schedule", self.schedule, 120),
            ("The include pattern", self.include, 1000),
            ("The exclude pattern", self.exclude, 1000),
        ):
            if len(text) > longest:
                raise BadInput(f"{name} has at most {longest} characters; got {len(text)}.")
        _ = self.rules  # raises BadInput for a wrong pattern

    @property
    def rules(self) -> Rules:
        """What belongs to this source."""
        return Rules(start=self.url, include=self.include, exclude=self.exclude)
