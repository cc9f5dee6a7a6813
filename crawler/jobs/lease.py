"""Who carries out a run, and whether that process still lives."""

import os
import socket
from datetime import datetime, timedelta

import psutil

from townclerk import clock

DEAD_AFTER = timedelta(seconds=60)


def owner() -> str:
    """Host, process id and its start time: tells a living process from a later one with the same id."""
    return f"{socket.gethostname()}:{os.getpid()}:{psutil.Process().create_time():.0f}"


def is_dead(name: str, alive_at: datetime | None) -> bool:
    """Whether the process with this `owner` is gone, or has given no sign of life for long."""
    host, _, rest = name.rpartition(":")[0].rpartition(":")
    started = name.rpartition(":")[2]
    if host == socket.gethostname() and rest.isdigit():
        try:
            return f"{psutil.Process(int(rest)).create_time():.0f}" != started
        except psutil.NoSuchProcess:
            return True
    return alive_at is None or clock.now() - alive_at > DEAD_AFTER
