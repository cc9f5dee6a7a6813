"""Starts the processes, waits until each is ready, restarts one that dies, stops them together.

Every child asks the kernel to be ended when the launcher dies (Linux), so a killed launcher
leaves nothing behind. A child that dies is started again after a pause that doubles from
1 s to 30 s, and falls back to 1 s once it has lived for a minute. One that takes more memory
than it may is ended and started again in the same way. Logs are moved when they are long.
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
from pathlib import Path

import aiohttp
import psutil

from townclerk.errors import Conflict, Unavailable
from townclerk.launch.processes import Process
from townclerk.settings import Settings

READY_SECONDS = 120
STOP_SECONDS = 12
_LOG_BYTES = 20_000_000
_PAUSE = (1.0, 30.0)
_STEADY_SECONDS = 60
_LOOK_SECONDS = 10
_PR_SET_PDEATHSIG = 1

Say = Callable[[str], None]


class Launcher:
    """Runs a fixed list of processes; `async with` starts them, and stops them at the end."""

    def __init__(self, settings: Settings, processes: Sequence[Process], *, say: Say) -> None:
        self._settings = settings
        self._processes = list(processes)
        self._say = say
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._keepers: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "Launcher":
        for process in self._processes:
            refuse_taken_port(process)
        (self._settings.home / "log").mkdir(parents=True, exist_ok=True)
        for process in self._processes:
            await self._start(process)
            self._keepers.append(asyncio.create_task(self._keep(process)))
        return self

    async def __aexit__(self, *_: object) -> None:
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        await asyncio.gather(*(_stop(child) for child in reversed(self._running.values())))
        self._pid_file.unlink(missing_ok=True)

    @property
    def names(self) -> list[str]:
        """The processes, in the order they are started."""
        return [process.name for process in self._processes]

    async def wait_ready(self, names: Sequence[str] | None = None) -> dict[str, float]:
        """Seconds until each named process (default: all) was ready. Raises Unavailable naming the late one and its log."""
        wanted = [p for p in self._processes if names is None or p.name in names]
        began = time.monotonic()
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as http:
            waits = [self._wait(http, p, began) for p in wanted]
            return dict(zip([p.name for p in wanted], await asyncio.gather(*waits), strict=True))

    def log_file(self, name: str) -> Path:
        """Where the process of this name writes."""
        return self._settings.home / "log" / f"{name}.log"

    @property
    def _pid_file(self) -> Path:
        return self._settings.home / "processes.json"

    async def _wait(self, http: aiohttp.ClientSession, process: Process, began: float) -> float:
        while time.monotonic() - began < READY_SECONDS:
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                async with http.get(process.ready_url) as answer:
                    if answer.status == 200:
                        took = time.monotonic() - began
                        self._say(f"  {process.name:<11} ready after {took:4.1f} s")
                        return took
            await asyncio.sleep(0.2)
        raise Unavailable(
            f"{process.name} was not ready after {READY_SECONDS} s. Its log: {self.log_file(process.name)}"
        )

    async def _start(self, process: Process) -> None:
        path = self.log_file(process.name)
        rotate(path)
        with path.open("ab") as log:
            self._running[process.name] = await asyncio.create_subprocess_exec(
                *process.command,
                cwd=process.folder,
                env=dict(process.environment),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C reaches the launcher alone, which stops the rest in order
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,
            )
        pids = {name: child.pid for name, child in self._running.items()}
        draft = self._pid_file.with_suffix(".new")
        draft.write_text(json.dumps({"launcher": os.getpid(), "processes": pids}), encoding="utf-8")
        draft.replace(self._pid_file)  # who reads it never sees half of it

    async def _keep(self, process: Process) -> None:
        pause = _PAUSE[0]
        while True:
            began = time.monotonic()
            reason = await self._ended(process)
            pause = _PAUSE[0] if time.monotonic() - began > _STEADY_SECONDS else pause
            self._say(
                f"  {process.name} {reason}; it starts again in {pause:.0f} s. Its log: {self.log_file(process.name)}"
            )
            await asyncio.sleep(pause)
            try:
                await self._start(process)
            except (
                OSError,
                subprocess.SubprocessError,
            ) as error:  # a full disk, no memory left: the next turn tries again
                self._say(f"  {process.name} could not be started: {error}")
            pause = min(pause * 2, _PAUSE[1])

    async def _ended(self, process: Process) -> str:
        """Wait for the end of a child, and bring it about when it takes too much memory; gives the reason."""
        child = self._running[process.name]
        end = asyncio.ensure_future(child.wait())
        try:
            while not (await asyncio.wait({end}, timeout=_LOOK_SECONDS))[0]:
                rotate(self.log_file(process.name))
                taken = _resident(child.pid) if process.most_memory else 0
                if taken > process.most_memory:
                    await _stop(child)
                    return f"took {taken / 1e6:.0f} MB of memory, more than {process.most_memory / 1e6:.0f}"
            return f"ended with status {end.result()}"
        finally:
            end.cancel()


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


def refuse_taken_port(process: Process) -> None:
    """Raises Conflict when something listens on the process's port already."""
    with socket.socket() as probe:
        probe.settimeout(1)
        if probe.connect_ex(("127.0.0.1", process.port)) == 0:
            raise Conflict(
                f"Port {process.port} for {process.name} is in use. Stop what listens there, or set TOWNCLERK_{process.name.upper()}_PORT to a free one."
            )


def rotate(log: Path) -> None:
    """Move what a long log holds to `.log.1`. Whoever writes to it, by appending, goes on writing to the same file.

    What the disk does not take stays where it is.
    """
    copied = log.with_suffix(".log.new")
    try:
        if log.stat().st_size > _LOG_BYTES:
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


async def _stop(child: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGTERM)
    try:
        await asyncio.wait_for(child.wait(), STOP_SECONDS)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        await child.wait()


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
