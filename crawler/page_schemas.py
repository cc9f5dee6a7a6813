"""Pages as the crawl service tells of them. Light: no table, no parser."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel

PageState = Literal["answered", "hidden", "copy", "gone", "unread"]


class ListedPage(BaseModel):
    """One address of a source: `answered` from, `hidden` by staff, a `copy` of a page that answers for it, `gone`, or met in
    the last run and `unread`, for this `reason`.
    """

    url: str
    title: str
    state: PageState
    reason: str
    changed_at: datetime | None


class PageList(BaseModel):
    """Some addresses of a source in their order; `next_offset` is None at the end."""

    pages: list[ListedPage]
    next_offset: int | None


class HideRequest(BaseModel):
    """Whether a page is out of the answers."""

    url: str
    hidden: bool


class SeenInRun(BaseModel):
    """What became of one address in one run."""

    run: int
    at: datetime | None
    outcome: str
    reason: str


class SeenBlock(BaseModel):
    """One block of a page. `anchor` is the fragment to link to, or "". `part` of the page: `content`; `frame`, which
    many pages of the site share, so it is left out; or `contact`, kept here for the whole site.
    """

    kind: str
    heading: list[str]
    question: str
    text: str
    anchor: str
    part: str = "content"


class SeenPage(BaseModel):
    """One address of one source as the crawler keeps it: whether it is answered from, and why or why not.

    What was never read has no title, no dates and no blocks. `runs` are the newest first.
    """

    url: str
    source: str
    city: str
    answered: bool
    why: str
    hidden: bool = False
    title: str = ""
    language: str = ""
    page_date: date | None = None
    page_date_origin: str = ""
    first_seen_at: datetime | None = None
    changed_at: datetime | None = None
    checked_at: datetime | None = None
    blocks: list[SeenBlock] = []
    runs: list[SeenInRun] = []


class PreviewedPage(BaseModel):
    """A page as the bot reads it."""

    url: str
    title: str
    blocks: list[SeenBlock]


class SkippedAddresses(BaseModel):
    """How many addresses would not be kept for one reason, and one of them."""

    reason: str
    count: int
    example: str


class Preview(BaseModel):
    """The first steps of a crawl of which nothing was stored: addresses `found` so far, of which `read` are pages.

    `delay` is the time in seconds between two requests, with a note when the site asks for it; `whole_seconds` an estimate
    for the addresses found so far. `problem`: why the site cannot be crawled, or not further.
    """

    problem: str
    found: int
    addresses: list[str]
    read: int
    skipped: list[SkippedAddresses]
    pages: list[PreviewedPage]
    delay: float
    delay_note: str
    seconds: float
    whole_seconds: int
