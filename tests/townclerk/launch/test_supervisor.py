"""The launcher starts, watches, restarts and stops real child processes."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.ports import free_ports
from townclerk.errors import Conflict, Unavailable
from townclerk.launch.processes import Process
from townclerk.launch.supervisor import Launcher, rotate
from townclerk.settings import Settings

_SERVER = "import http.server,sys; http.server.test(http.server.SimpleHTTPRequestHandler, port=int(sys.argv[1]), bind='127.0.0.1')"


def child(name: str, folder: Path, program: str = _SERVER) -> Process:
    port = free_ports(1)[0]
    command = (sys.executable, "-c", program, str(port))
    return Process(name, command, port, f"http://127.0.0.1:{port}/", os.environ, folder)


def running(settings: Settings) -> dict[str, int]:
    found: dict[str, int] = json.loads((settings.home / "processes.json").read_text())["processes"]
    return found


async def until(true: Callable[[], bool]) -> None:
    for _ in range(6000):
        if true():
            return
        await asyncio.sleep(0.01)
    pytest.fail("what was waited for did not come in a minute")


async def test_ready_restart_and_stop(settings: Settings, tmp_path: Path) -> None:
    said: list[str] = []
    process = child("web", tmp_path)
    async with Launcher(settings, [process], say=said.append) as launcher:
        assert set(await launcher.wait_ready()) == {"web"}
        pids = running(settings)
        os.kill(pids["web"], signal.SIGKILL)
        await until(lambda: running(settings)["web"] != pids["web"])
        again = running(settings)
        await launcher.wait_ready()
        assert any("starts again" in line for line in said)
    with pytest.raises(ProcessLookupError):
        os.kill(again["web"], 0)
    assert not (settings.home / "processes.json").exists()


async def test_a_start_that_fails_is_tried_again(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    async with Launcher(settings, [child("web", tmp_path)], say=said.append) as launcher:
        await launcher.wait_ready()
        first = running(settings)["web"]
        (settings.home / "log").rename(settings.home / "elsewhere")
        os.kill(first, signal.SIGKILL)
        await until(lambda: any("could not be started: [Errno 2]" in line for line in said))
        (settings.home / "elsewhere").rename(settings.home / "log")
        await until(lambda: running(settings)["web"] != first)
        await launcher.wait_ready()


async def test_a_child_that_cannot_be_made_is_tried_again(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    made, failures = asyncio.create_subprocess_exec, iter([True])

    async def make(*words: Any, **more: Any) -> asyncio.subprocess.Process:
        if next(failures, False):
            raise subprocess.SubprocessError("Exception occurred in preexec_fn.")
        return await made(*words, **more)

    async with Launcher(settings, [child("web", tmp_path)], say=said.append) as launcher:
        await launcher.wait_ready()
        monkeypatch.setattr("asyncio.create_subprocess_exec", make)
        first = running(settings)["web"]
        os.kill(first, signal.SIGKILL)
        await until(lambda: running(settings)["web"] != first)
        await launcher.wait_ready()
    assert any("could not be started: Exception occurred" in line for line in said)


def test_a_log_that_cannot_be_moved_stays_and_so_does_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("townclerk.launch.supervisor._LOG_BYTES", 10)
    log, before = tmp_path / "web.log", tmp_path / "web.log.1"
    log.write_text("twelve bytes")
    before.write_text("before")
    (tmp_path / "web.log.new").mkdir()  # nothing can be written there
    rotate(log)
    assert (log.read_text(), before.read_text()) == ("twelve bytes", "before")
    (tmp_path / "web.log.new").rmdir()
    rotate(log)
    assert (log.read_text(), before.read_text()) == ("", "twelve bytes")


async def test_a_process_that_takes_too_much_memory_is_started_anew(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("townclerk.launch.supervisor._LOOK_SECONDS", 0.05)
    said: list[str] = []
    grown = tmp_path / "grown"
    growing = f"import os; os.path.exists({str(grown)!r}) or (open({str(grown)!r}, 'w'), globals().update(much=b'x' * 300_000_000))"
    process = replace(child("web", tmp_path, f"{growing}\n{_SERVER}"), most_memory=200_000_000)
    async with Launcher(settings, [process], say=said.append) as launcher:
        await until(lambda: any("starts again" in line for line in said))
        await launcher.wait_ready()
        await asyncio.sleep(0.3)
    told = [line for line in said if "starts again" in line]
    assert len(told) == 1
    assert re.match(r"  web took \d{3} MB of memory, more than 200; it starts again in 1 s", told[0])


async def test_a_long_log_is_moved_while_its_process_runs(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("townclerk.launch.supervisor._LOOK_SECONDS", 0.05)
    monkeypatch.setattr("townclerk.launch.supervisor._LOG_BYTES", 1000)
    talking = "import sys, threading, time\ndef talk():\n  n = 0\n  while True: print(n, flush=True); n += 1; time.sleep(.001)\nthreading.Thread(target=talk, daemon=True).start()"
    process = child("web", tmp_path, f"{talking}\n{_SERVER}")
    async with Launcher(settings, [process], say=lambda _: None) as launcher:
        log = launcher.log_file("web")
        await until(lambda: log.with_suffix(".log.1").exists() and log.stat().st_size > 0)
    assert log.with_suffix(".log.1").stat().st_size > 1000
    last = [int(line) for line in log.read_text().splitlines() if line.isdigit()]
    assert last == list(range(last[0], last[0] + len(last)))
    assert last[0] > 0


async def test_a_taken_port_is_named(settings: Settings, tmp_path: Path) -> None:
    process = child("web", tmp_path)
    async with Launcher(settings, [process], say=lambda _: None) as launcher:
        await launcher.wait_ready()
        with pytest.raises(Conflict, match=f"Port {process.port} for web .*TOWNCLERK_WEB_PORT"):
            async with Launcher(settings, [process], say=lambda _: None):
                pass


async def test_a_process_that_never_gets_ready_names_its_log(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("townclerk.launch.supervisor.READY_SECONDS", 0.5)
    process = child("mute", tmp_path, "import time; time.sleep(60)")
    async with Launcher(settings, [process], say=lambda _: None) as launcher:
        with pytest.raises(Unavailable, match=r"mute was not ready .*mute\.log"):
            await launcher.wait_ready()


async def test_children_end_with_a_killed_launcher(settings: Settings, tmp_path: Path) -> None:
    program = f"""
import asyncio, os, sys
from pathlib import Path
from townclerk.launch.supervisor import Launcher
from townclerk.launch.processes import Process
from townclerk.settings import Settings
async def main():
    port = {free_ports(1)[0]}
    one = Process("web", (sys.executable, "-c", {_SERVER!r}, str(port)), port, f"http://127.0.0.1:{{port}}/", os.environ, Path({str(tmp_path)!r}))
    async with Launcher(Settings(home=Path({str(settings.home)!r})), [one], say=lambda line: None) as launcher:
        await launcher.wait_ready()
        print("ready", flush=True)
        await asyncio.sleep(60)
asyncio.run(main())
"""
    launcher = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE)
    assert launcher.stdout is not None
    assert (await launcher.stdout.readline()).strip() == b"ready"
    pid = running(settings)["web"]
    launcher.kill()
    await launcher.wait()
    await until(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
