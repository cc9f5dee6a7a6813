"""A look now and then for what has been kept long enough, beside a service's other work."""

import asyncio
import logging
import threading
from collections.abc import Callable

LOOK_SECONDS = 600

log = logging.getLogger(__name__)


async def keep_looking(work: Callable[[threading.Event], object]) -> None:
    """Call `work` in a thread every ten minutes until cancelled; its event is set then, and it should end soon."""
    stop = threading.Event()
    try:
        while True:
            try:
                await asyncio.to_thread(work, stop)
            except Exception:
                log.exception("ALARM what has been kept long enough could not be deleted; it is tried again")
            await asyncio.sleep(LOOK_SECONDS)
    finally:
        stop.set()
