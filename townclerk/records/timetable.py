"""When deletion by age is due: once a day, and never at once after a gap or a jump of the clock.

A clock that is set wrong makes everything look old, and what is deleted cannot be had back. So
the first run, and any run after a gap, is announced first and carried out a day later.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, Select, select

from townclerk.clock import now
from townclerk.database import reading, writing
from townclerk.records.disposal import close_account, open_account
from townclerk.records.periods import kept_days
from townclerk.records.tables import disposals
from townclerk.settings import Settings

log = logging.getLogger(__name__)

EVERY = timedelta(hours=24)
GAP = timedelta(hours=48)
"""After so long without a look, or with the last one in the future, the clock is doubted."""
OVERDUE = timedelta(hours=73)
"""A run, and a notice before it after a gap, are well within this."""
_FUTURE = timedelta(hours=1)


def due(engine: Engine, kind: str) -> bool:
    """Whether a run of this kind is due now. Announces one where there has to be an announcement."""
    last = last_run(engine, kind, "time", "notice")
    passed = now() - last if last else None
    if passed is not None and -_FUTURE <= passed <= GAP:
        return passed >= EVERY
    with writing(engine) as connection:
        close_account(connection, open_account(connection, kind=kind, cause="notice", before=None))
    if last is None:
        log.info("%s that have been kept long enough are deleted once a day from tomorrow on", kind)
    else:
        log.warning(
            "ALARM %s were last looked through on %s. Is the clock right? What has been kept long enough is deleted "
            "in 24 hours; `townclerk records status` shows what is set.",
            kind, last.isoformat(timespec="minutes"),
        )  # fmt: skip
    return False


def overdue(engine: Engine, settings: Settings) -> dict[str, datetime]:
    """Kinds of which nothing was deleted for too long, and since when: the last run, or the first announcement of one."""
    kinds = [kind for kind, days in kept_days(settings).items() if days]
    since = {kind: last_run(engine, kind, "time") or _first(engine, kind) for kind in kinds}
    return {kind: at for kind, at in since.items() if at is not None and now() - at > OVERDUE}


def last_run(engine: Engine, kind: str, *causes: str) -> datetime | None:
    """When a run over `kind` for one of these causes last ended; None before the first."""
    return _ended(engine, _done(kind, *causes).order_by(disposals.c.id.desc()))


def _first(engine: Engine, kind: str) -> datetime | None:
    return _ended(engine, _done(kind, "notice").order_by(disposals.c.id))


def _done(kind: str, *causes: str) -> Select[Any]:
    wanted = (disposals.c.kind == kind, disposals.c.cause.in_(causes), disposals.c.done_at.is_not(None))
    return select(disposals.c.done_at).where(*wanted)


def _ended(engine: Engine, query: Select[Any]) -> datetime | None:
    with reading(engine) as connection:
        found: datetime | None = connection.execute(query.limit(1)).scalar()
    return found
