"""Shapes that tell the condition of the index: what is served and stored, whether it is whole, what was removed."""

from pydantic import Field

from index.schemas.base import Shape


class StorageUsage(Shape):
    """Bytes by part. On disk a file that several snapshots share counts once; memory is resident bytes by process."""

    disk: dict[str, int]
    memory: dict[str, int]


class SnapshotInfo(Shape):
    """A snapshot to go back to. `content` names the snapshot in which this content was first."""

    name: str
    made_at: str
    content: str
    documents: int
    passages: int
    revision: str
    current: bool


class Verified(Shape):
    """Damaged or missing files by snapshot; `whole` when there are none."""

    whole: bool
    damaged: dict[str, list[str]]


class PruneResponse(Shape):
    """How many snapshots and kept vectors were removed, and the bytes that are on disk now."""

    snapshots: int
    embeddings: int
    disk: int


class SyncResponse(Shape):
    """The index after catching up: what it has read up to, and how long that took."""

    revision: str
    passages: int
    seconds: float


class ReadingProgress(Shape):
    """Changes taken in."""

    done: int
    total: int


class StatusResponse(Shape):
    """What serves now. `home` tells the command line whether this is its own installation.
    While `ready` is false only `waiting` says why. `alarms` are faults that an operator should look at.
    `reading` is there while changes are taken in; `rolled_back` says to what, until the index is rebuilt.
    `searched_on` is where vectors are searched: cpu or gpu."""

    home: str
    ready: bool
    snapshot: str = ""
    model: str = ""
    revision: str = ""
    passages: int = 0
    pages: int = 0
    faqs: int = 0
    votes: int = 0
    held_votes: int = 0
    alarms: list[str] = Field(default=[])
    waiting: str = ""
    reading: ReadingProgress | None = None
    rolled_back: str = ""
    searched_on: str = ""
