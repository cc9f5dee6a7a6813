"""Up to where the database has been read, and what is served."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Marker:
    """Up to where the database had been read when a snapshot was published.

    All zero means nothing was read yet (or all snapshots were lost): read everything again.
    `database` tells one database from another, so that a replaced one is read from its start.
    `rolled_back` says to what and when the content was rolled back; empty once all was compared again.
    """

    pages: int = 0
    faqs: int = 0
    database: str = ""
    rolled_back: str = ""


@dataclass(frozen=True)
class EngineStats:
    """What is being served."""

    snapshot: str
    passages: int
    pages: int
    faqs: int
    marker: Marker
    model: str
    dimension: int
    alarms: tuple[str, ...] = ()
    searched_on: str = "cpu"
