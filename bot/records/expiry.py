"""Deletes what has been kept long enough: a look now and then, a run a day."""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Engine

from bot.records import erasure, kinds
from townclerk.clock import now
from townclerk.database import overwrite_deleted
from townclerk.records import timetable
from townclerk.records.disposal import Disposal, Step, dispose
from townclerk.records.periodic import keep_looking
from townclerk.records.periods import CONVERSATIONS, NUMBERS, kept_days
from townclerk.settings import Settings

_KINDS: dict[str, Callable[[datetime], Sequence[Step]]] = {
    CONVERSATIONS: kinds.conversations,
    NUMBERS: kinds.numbers,
}

log = logging.getLogger(__name__)


def expire(
    engine: Engine, settings: Settings, *, only_due: bool, stop: threading.Event | None = None
) -> list[Disposal]:
    """Dispose of what has been kept long enough, and of what waited for a hold to end; gives the accounts.

    With `only_due`, once a day and with the caution of `timetable`.
    """
    erasure.carry_out_waiting(engine)
    done = []
    for kind, steps in _KINDS.items():
        days = kept_days(settings)[kind]
        if not days or (only_due and not timetable.due(engine, kind)):
            continue
        before = now() - timedelta(days=days)
        done.append(dispose(engine, steps(before), kind=kind, before=before, stop=stop))
        log.info("kept long enough and deleted, %s: %s", kind, done[-1].counts or "nothing")
    return done


async def keep(engine: Engine, settings: Settings) -> None:
    """Look for it until cancelled."""

    def look(stop: threading.Event) -> None:
        expire(engine, settings, only_due=True, stop=stop)
        overwrite_deleted(engine)

    await keep_looking(look)
