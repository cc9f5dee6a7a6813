"""Shapes that tell the condition of the index: what is stored, whether it is whole, what was removed."""

from index.shapes import Shape


class Storage(Shape):
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
