"""How record keeping stands, for the command line, the doctor and the console."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from bot.records import erasure
from bot.records.erasure import Waiting
from townclerk.records import timetable
from townclerk.records.disposal import Disposal, accounts
from townclerk.records.holds import Hold, Holds
from townclerk.records.periods import kept_days
from townclerk.settings import Settings


@dataclass(frozen=True)
class Overview:
    """`kept_days` by kind, 0 for ever. `overdue`: kinds of which nothing was deleted for too long, and since when.

    `runs` and `requests` are accounts, newest first.
    """

    kept_days: dict[str, int]
    holds: list[Hold]
    waiting: list[Waiting]
    overdue: dict[str, datetime]
    runs: list[Disposal]
    requests: list[Disposal]


def overview(engine: Engine, settings: Settings, *, limit: int = 20) -> Overview:
    """How it stands now, with the newest accounts."""
    return Overview(
        kept_days(settings),
        Holds(engine).standing(),
        erasure.waiting(engine),
        timetable.overdue(engine, settings),
        accounts(engine, limit=limit),
        accounts(engine, requests=True, limit=limit),
    )
