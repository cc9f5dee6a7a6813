"""Requests and responses of the crawl service. Light: no table, no parser."""

from datetime import datetime
from typing import get_args

from pydantic import BaseModel, ConfigDict, Field

from crawler.outcome import Counts, OutcomeKind

OUTCOMES: tuple[OutcomeKind, ...] = get_args(OutcomeKind)


class SourceRequest(BaseModel):
    """A source to add. Empty patterns take everything; an empty schedule means by hand.

    A private address is refused: only the command line may add one.
    """

    model_config = ConfigDict(str_strip_whitespace=True)

    url: str
    city: str
    schedule: str = ""
    depth: int | None = None
    max_pages: int | None = None
    include: str = ""
    exclude: str = ""


class SourceChange(BaseModel):
    """What a source is to become; its address stays. Fields that are left out stay as they are."""

    model_config = ConfigDict(str_strip_whitespace=True)

    city: str | None = None
    schedule: str | None = None
    depth: int | None = None
    max_pages: int | None = None
    include: str | None = None
    exclude: str | None = None


class PreviewRequest(SourceRequest):
    """A source to look at before it is saved; `id` of a stored one, whose address stays, or ""."""

    id: str = ""


class PauseRequest(BaseModel):
    """Whether a source rests: its schedule does not count until it is resumed."""

    paused: bool


class StopRequest(BaseModel):
    """Who asks a run to stop."""

    by: str


class DueTimes(BaseModel):
    """When a schedule is due next, in UTC, and the time zone of the city in which it is read."""

    timezone: str
    times: list[datetime]


class CrawlRequest(BaseModel):
    """Which source to crawl now. `allow_removals` accepts that many pages go or change alike."""

    source_id: str
    allow_removals: bool = False


class HeldChange(BaseModel):
    """One stored page that a guarded crawl left as it was. `kind`: `changed` into the text `after`, or to be removed,
    because it is `missing`, `closed` to us or `barred` by a log-in, refusal, notice or fault.
    """

    url: str
    kind: str
    reason: str
    before: str
    after: str = ""


class HeldList(BaseModel):
    """What the last crawl of a source held back; `run` is None where that is nothing."""

    source: str
    run: int | None
    changes: list[HeldChange]


class AcceptRequest(BaseModel):
    """Which held changes to make: those of these addresses, or all."""

    urls: list[str] = []
    everything: bool = False


class AcceptedChanges(BaseModel):
    """How many pages were changed and removed, and how many are held back still."""

    source: str
    changed: int
    removed: int
    left: int


class RunSummary(BaseModel):
    """One crawl of one source. Times are absent until they happen."""

    id: int = Field(alias="run")
    source: str
    city: str
    url: str
    status: str
    reason: str
    counts: Counts
    seconds: float
    queued_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    stopped_by: str = ""

    @property
    def under_way(self) -> bool:
        """Whether it still waits or runs."""
        return self.status in ("queued", "running")


class OutcomeEntry(BaseModel):
    """What became of one URL."""

    url: str
    outcome: str
    reason: str


class LiveRun(BaseModel):
    """What a run under way waits for: addresses in the `queue`, and its `host`, which is asked once each `delay` seconds and
    wants to be left alone for `pause` seconds more.
    """

    queue: int
    host: str
    delay: float
    pause: float


class ReasonCount(BaseModel):
    """How often addresses of a run had one outcome for one reason, without the address that it names."""

    outcome: str
    reason: str
    count: int


class RunDetail(RunSummary):
    """One run with a page of its per-URL outcomes; `next_offset` is None at the end. `reasons` are the commonest."""

    live: LiveRun | None = None
    reasons: list[ReasonCount] = []

    outcomes: list[OutcomeEntry] = []
    next_offset: int | None = None


class SourceEntry(SourceRequest):
    """A stored source, its pages that can be answered from, and its last run."""

    id: str
    paused: bool = False
    next_due_at: datetime | None
    pages: int
    last_run: RunSummary | None


class ChangedSource(BaseModel):
    """A source as it is, or would be, after a change, and the stored pages that its new rules no longer hold:
    how many that are answered from, and the first of them.
    """

    source: SourceEntry
    dropped: int
    first_dropped: list[str]


class SourceList(BaseModel):
    """All sources."""

    sources: list[SourceEntry]


class RunList(BaseModel):
    """Runs, newest first."""

    runs: list[RunSummary]


class RemovedSource(BaseModel):
    """A removed source and how many pages went with it."""

    source: str
    pages: int


class StatusResponse(BaseModel):
    """What the service holds and does."""

    sources: int
    pages: int
    revision: int
    running: list[RunSummary]
    queued: list[RunSummary]
