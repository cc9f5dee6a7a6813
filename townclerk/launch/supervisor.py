"""Starts the processes, waits until each is ready, restarts one that dies, stops them together.

Every child asks the kernel to be ended when the supervisor dies (Linux), so a killed supervisor
leaves nothing behind. A child that dies is started again after a pause that doubles from
1 s to 30 s, and falls back to 1 s once it has lived for a minute. One that takes more memory
than it may is ended and started again in the same way. Logs are rotated when they are long.

A process that answers is alive, however long it takes to become ready; what it says of its
progress is passed on. Only silence, or dying again and again, is a failure.
"""

import asyncio
import contextlib
import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import psutil

from townclerk.errors import Conflict, Unavailable
from townclerk.launch.processes import ManagedProcess
from townclerk.settings import Settings

_PAUSE = (1.0, 30.0)
_STEADY_SECONDS = 60
_PR_SET_PDEATHSIG = 1

Say = Callable[[str], None]


@dataclass(frozen=True)
class Limits:
    """A supervisor's patience: seconds of silence and deaths in a row until it gives up waiting for a process,
    seconds a process has to stop, seconds between two looks at its memory and log and between two lines about
    its progress, bytes of a log."""

    silence: float = 600
    deaths: int = 5
    stop: float = 12
    look: float = 10
    progress: float = 2
    log_bytes: int = 20_000_000


class Supervisor:
    """Runs a fixed list of processes; `async with` starts them, and stops them at the end."""

    def __init__(
        self, settings: Settings, processes: Sequence[ManagedProcess], *, say: Say, limits: Limits | None = None
    ) -> None:
        self._settings = settings
        self._processes = list(processes)
        self._say = say
        self._limits = limits or Limits()
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._deaths: dict[str, int] = {}
        self._watchers: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "Supervisor":
        for process in self._processes:
            refuse_taken_port(process)
        (self._settings.home / "log").mkdir(parents=True, exist_ok=True)
        for process in self._processes:
            await self._start(process)
            self._watchers.append(asyncio.create_task(self._watch(process)))
        return self

    async def __aexit__(self, *_: object) -> None:
        for watcher in self._watchers:
            watcher.cancel()
        await asyncio.gather(*self._watchers, return_exceptions=True)
        await asyncio.gather(*(self._stop(child) for child in reversed(self._running.values())))
        self._pid_file.unlink(missing_ok=True)

    async def wait_alive(self, name: str) -> None:
        """Wait until the named process answers. Raises Unavailable with its log when it does not."""
        await asyncio.gather(*(self._wait(p, p.live_url) for p in self._processes if p.name == name))

    async def wait_ready(self, names: Sequence[str] | None = None) -> None:
        """Wait until each named process (default: all) can do all its work, telling how far it is.

        Raises Unavailable naming one that falls silent or keeps dying, and its log.
        """
        began = time.monotonic()

        async def wait(process: ManagedProcess) -> None:
            await self._wait(process, process.ready_url)
            self._say(f"  {process.name:<11} ready after {time.monotonic() - began:4.1f} s")

        await asyncio.gather(*(wait(p) for p in self._processes if names is None or p.name in names))

    def log_file(self, name: str) -> Path:
        """Where the process of this name writes."""
        return self._settings.home / "log" / f"{name}.log"

    @property
    def _pid_file(self) -> Path:
        return self._settings.home / "processes.json"

    async def _wait(self, process: ManagedProcess, url: str) -> None:
        heard = told_at = time.monotonic()
        told = ""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as http:
            while (hindrance := await _hindrance(http, url)) != "":
                now = time.monotonic()
                if hindrance is not None:
                    heard = now
                elif now - heard > self._limits.look:
                    hindrance = "does not answer yet"
                if hindrance and hindrance != told and now - told_at > self._limits.progress:
                    self._say(f"  {process.name:<11} {hindrance}")
                    told, told_at = hindrance, now
                self._give_up_on_dead(process, silent=now - heard)
                await asyncio.sleep(0.2)

    def _give_up_on_dead(self, process: ManagedProcess, *, silent: float) -> None:
        reason = f"did not answer for {silent:.0f} s" if silent > self._limits.silence else ""
        if (deaths := self._deaths.get(process.name, 0)) >= self._limits.deaths:
            reason = f"ended {deaths} times in a row"
        if reason:
            raise Unavailable(f"{process.name} {reason}. Its log says why: {self.log_file(process.name)}")

    async def _start(self, process: ManagedProcess) -> None:
        path = self.log_file(process.name)
        rotate(path, self._limits.log_bytes)
        with path.open("ab") as log:
            self._running[process.name] = await asyncio.create_subprocess_exec(
                *process.command,
                cwd=process.folder,
                env=dict(process.environment),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C reaches the supervisor alone, which stops the rest in order
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,
            )
        pids = {name: child.pid for name, child in self._running.items()}
        draft = self._pid_file.with_suffix(".new")
        draft.write_text(json.dumps({"launcher": os.getpid(), "processes": pids}), encoding="utf-8")
        draft.replace(self._pid_file)  # who reads it never sees half of it

    async def _watch(self, process: ManagedProcess) -> None:
        pause = _PAUSE[0]
        while True:
            began = time.monotonic()
            reason = await self._ended(process)
            if time.monotonic() - began > _STEADY_SECONDS:
                pause, self._deaths[process.name] = _PAUSE[0], 0
            self._deaths[process.name] = self._deaths.get(process.name, 0) + 1
            self._say(
                f"  {process.name} {reason}; it starts again in {pause:.0f} s. Its log: {self.log_file(process.name)}"
            )
            await asyncio.sleep(pause)
            try:
                await self._start(process)
            except (OSError, subprocess.SubprocessError) as error:
                # A full disk, no memory left: the next turn tries again.
                self._say(f"  {process.name} could not be started: {error}")
            pause = min(pause * 2, _PAUSE[1])

    async def _ended(self, process: ManagedProcess) -> str:
        """Wait for the end of a child, and bring it about when it takes too much memory; gives the reason."""
        child = self._running[process.name]
        end = asyncio.ensure_future(child.wait())
        try:
            while not (await asyncio.wait({end}, timeout=self._limits.look))[0]:
                rotate(self.log_file(process.name), self._limits.log_bytes)
                taken = _resident(child.pid) if process.most_memory else 0
                if taken > process.most_memory:
                    await self._stop(child)
                    return f"took {taken / 1e6:.0f} MB of memory, more than {process.most_memory / 1e6:.0f}"
            return f"ended with status {end.result()}"
        finally:
            end.cancel()

    async def _stop(self, child: asyncio.subprocess.Process) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGTERM)
        try:
            await asyncio.wait_for(child.wait(), self._limits.stop)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            await child.wait()


@contextlib.asynccontextmanager
async def until_stopped() -> AsyncIterator[asyncio.Event]:
    """An event that SIGINT, SIGTERM and SIGHUP set."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for one in signals:
        loop.add_signal_handler(one, stopped.set)
    try:
        yield stopped
    finally:
        for one in signals:
            loop.remove_signal_handler(one)


async def _hindrance(http: aiohttp.ClientSession, url: str) -> str | None:
    """What the process at this health address still waits for or works on; None when it does not answer."""
    try:
        async with http.get(url) as answer:
            try:
                health = json.loads(await answer.read())
                waiting = [*health["waiting"].values(), health["progress"]]
            except (ValueError, KeyError, AttributeError, TypeError):  # not one of our services: its status tells
                waiting = []
            return "; ".join(filter(None, waiting)) or ("" if answer.status == 200 else f"answers {answer.status}")
    except (aiohttp.ClientError, TimeoutError):
        return None


def refuse_taken_port(process: ManagedProcess) -> None:
    """Raises Conflict when something listens on the process's port already."""
    with socket.socket() as probe:
        probe.settimeout(1)
        if probe.connect_ex((urlsplit(process.live_url).hostname or "", process.port)) == 0:
            raise Conflict(
                f"Port {process.port} for {process.name} is in use. Stop what listens there, or set TOWNCLERK_{process.name.upper()}_PORT to a free one."
            )


def rotate(log: Path, limit: int) -> None:
    """Move the content of a log over `limit` bytes to `.log.1`. Whoever appends to it goes on writing to the same file.

    When the disk has no room, the log stays as it is.
    """
    copied = log.with_suffix(".log.new")
    try:
        if log.stat().st_size > limit:
            shutil.copyfile(log, copied)
            copied.replace(log.with_suffix(".log.1"))
            os.truncate(log, 0)
    except OSError:
        with contextlib.suppress(OSError):
            copied.unlink(missing_ok=True)


def _resident(pid: int) -> int:
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
