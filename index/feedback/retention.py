"""Deletes recorded questions that have been kept long enough. Votes stay: they hold what they need."""

import logging
import threading
from datetime import timedelta

from sqlalchemy import Engine

from index.tables import searches
from townclerk.clock import now
from townclerk.records import timetable
from townclerk.records.disposal import Disposal, Step, dispose
from townclerk.records.periods import QUESTIONS
from townclerk.settings import Settings

log = logging.getLogger(__name__)


def expire(
    engine: Engine, settings: Settings, *, only_due: bool, stop: threading.Event | None = None
) -> Disposal | None:
    """Delete what is older than the settings say; gives the account. With `only_due`, once a day, else None."""
    days = settings.keep_questions_days
    if not days or (only_due and not timetable.due(engine, QUESTIONS)):
        return None
    before = now() - timedelta(days=days)
    disposal = dispose(
        engine, (Step(searches, searches.c.asked_at < before),), kind=QUESTIONS, before=before, stop=stop
    )
    log.info("kept long enough and deleted, %s: %s", QUESTIONS, disposal.counts or "nothing")
    return disposal
