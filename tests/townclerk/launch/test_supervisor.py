"""The supervisor starts, watches, restarts and stops real child processes."""

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
from townclerk.launch.processes import ManagedProcess
from townclerk.launch.supervisor import Limits, Supervisor, rotate
from townclerk.settings import Settings

_SERVER = "import http.server,sys; http.server.test(http.server.SimpleHTTPRequestHandler, port=int(sys.argv[1]), bind='127.0.0.1')"

_SLOW = """
import http.server, pathlib, sys
class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        status, _, body = pathlib.Path("ready").read_text().partition(" ") if self.path == "/ready" else ("200", "", "{}")
        self.send_response(int(status))
        self.end_headers()
        self.wfile.write(body.encode())
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Health).serve_forever()
"""
"""Live at once; what it says of its readiness stands in the file `ready`."""


def child(name: str, folder: Path, program: str = _SERVER) -> ManagedProcess:
    port = free_ports(1)[0]
    command = (sys.executable, "-c", program, str(port))
    return ManagedProcess(
        name, command, port, f"http://127.0.0.1:{port}/", f"http://127.0.0.1:{port}/", os.environ, folder
    )


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
    async with Supervisor(settings, [process], say=said.append) as supervisor:
        await supervisor.wait_ready()
        pids = running(settings)
        os.kill(pids["web"], signal.SIGKILL)
        await until(lambda: running(settings)["web"] != pids["web"])
        again = running(settings)
        await supervisor.wait_ready()
        assert any("starts again" in line for line in said)
    with pytest.raises(ProcessLookupError):
        os.kill(again["web"], 0)
    assert not (settings.home / "processes.json").exists()


async def test_a_start_that_fails_is_tried_again(settings: Settings, tmp_path: Path) -> None:
    said: list[str] = []
    async with Supervisor(settings, [child("web", tmp_path)], say=said.append) as supervisor:
        await supervisor.wait_ready()
        first = running(settings)["web"]
        (settings.home / "log").rename(settings.home / "elsewhere")
        os.kill(first, signal.SIGKILL)
        await until(lambda: any("could not be started: [Errno 2]" in line for line in said))
        (settings.home / "elsewhere").rename(settings.home / "log")
        await until(lambda: running(settings)["web"] != first)
        await supervisor.wait_ready()


async def test_a_child_that_cannot_be_made_is_tried_again(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    made, failures = asyncio.create_subprocess_exec, iter([True])

    async def make(*words: Any, **more: Any) -> asyncio.subprocess.Process:
        if next(failures, False):
            raise subprocess.SubprocessError("Exception occurred in preexec_fn.")
        return await made(*words, **more)

    async with Supervisor(settings, [child("web", tmp_path)], say=said.append) as supervisor:
        await supervisor.wait_ready()
        monkeypatch.setattr("asyncio.create_subprocess_exec", make)
        first = running(settings)["web"]
        os.kill(first, signal.SIGKILL)
        await until(lambda: running(settings)["web"] != first)
        await supervisor.wait_ready()
    assert any("could not be started: Exception occurred" in line for line in said)


def test_a_log_that_cannot_be_moved_stays_and_so_does_the_one_before(tmp_path: Path) -> None:
    log, before = tmp_path / "web.log", tmp_path / "web.log.1"
    log.write_text("twelve bytes")
    before.write_text("before")
    (tmp_path / "web.log.new").mkdir()  # nothing can be written there
    rotate(log, 10)
    assert (log.read_text(), before.read_text()) == ("twelve bytes", "before")
    (tmp_path / "web.log.new").rmdir()
    rotate(log, 10)
    assert (log.read_text(), before.read_text()) == ("", "twelve bytes")


async def test_a_process_that_takes_too_much_memory_is_restarted(settings: Settings, tmp_path: Path) -> None:
    said: list[str] = []
    grown = tmp_path / "grown"
    growing = f"import os; os.path.exists({str(grown)!r}) or (open({str(grown)!r}, 'w'), globals().update(much=b'x' * 300_000_000))"
    process = replace(child("web", tmp_path, f"{growing}\n{_SERVER}"), most_memory=200_000_000)
    async with Supervisor(settings, [process], say=said.append, limits=Limits(look=0.05)) as supervisor:
        await until(lambda: any("starts again" in line for line in said))
        await supervisor.wait_ready()
        await asyncio.sleep(0.3)
    told = [line for line in said if "starts again" in line]
    assert len(told) == 1
    assert re.match(r"  web took \d{3} MB of memory, more than 200; it starts again in 1 s", told[0])


async def test_a_long_log_is_moved_while_its_process_runs(settings: Settings, tmp_path: Path) -> None:
    talking = "import sys, threading, time\ndef talk():\n  n = 0\n  while True: print(n, flush=True); n += 1; time.sleep(.001)\nthreading.Thread(target=talk, daemon=True).start()"
    process = child("web", tmp_path, f"{talking}\n{_SERVER}")
    limits = Limits(look=0.05, log_bytes=1000)
    async with Supervisor(settings, [process], say=lambda _: None, limits=limits) as supervisor:
        log = supervisor.log_file("web")
        await until(lambda: log.with_suffix(".log.1").exists() and log.stat().st_size > 0)
    assert log.with_suffix(".log.1").stat().st_size > 1000
    last = [int(line) for line in log.read_text().splitlines() if line.isdigit()]
    assert last == list(range(last[0], last[0] + len(last)))
    assert last[0] > 0


async def test_a_taken_port_is_named(settings: Settings, tmp_path: Path) -> None:
    process = child("web", tmp_path)
    async with Supervisor(settings, [process], say=lambda _: None) as supervisor:
        await supervisor.wait_ready()
        with pytest.raises(Conflict, match=f"Port {process.port} for web .*TOWNCLERK_WEB_PORT"):
            async with Supervisor(settings, [process], say=lambda _: None):
                pass


async def test_a_process_that_never_answers_names_its_log(settings: Settings, tmp_path: Path) -> None:
    process = child("mute", tmp_path, "import time; time.sleep(60)")
    async with Supervisor(settings, [process], say=lambda _: None, limits=Limits(silence=0.5)) as supervisor:
        with pytest.raises(Unavailable, match=r"mute did not answer .*mute\.log"):
            await supervisor.wait_alive("mute")


async def test_a_process_that_keeps_dying_names_its_log(settings: Settings, tmp_path: Path) -> None:
    process = child("weak", tmp_path, "raise SystemExit(3)")
    async with Supervisor(settings, [process], say=lambda _: None, limits=Limits(deaths=2)) as supervisor:
        with pytest.raises(Unavailable, match=r"weak ended 2 times in a row.*weak\.log"):
            await supervisor.wait_alive("weak")


async def test_a_process_that_still_reads_is_alive_and_says_how_far_it_is(settings: Settings, tmp_path: Path) -> None:
    said: list[str] = []
    process = child("slow", tmp_path, _SLOW)
    process = replace(process, ready_url=process.live_url + "ready")
    health = tmp_path / "ready"
    health.write_text('503 {"waiting": {"index": "nothing is read yet"}, "progress": ""}')
    limits = Limits(silence=6, progress=0.01)
    async with Supervisor(settings, [process], say=said.append, limits=limits) as supervisor:
        await supervisor.wait_alive("slow")
        ready = asyncio.create_task(supervisor.wait_ready())
        await asyncio.sleep(6.5)
        assert not ready.done()
        assert said == ["  slow        nothing is read yet"]
        health.write_text('200 {"waiting": {}, "progress": "reading pages: 340 of 755"}')
        await until(lambda: said[1:] == ["  slow        reading pages: 340 of 755"])
        health.write_text('200 {"waiting": {}, "progress": ""}')
        await ready
    assert re.match(r"  slow        ready after +\d+\.\d s", said[2])


async def test_children_end_with_a_killed_launcher(settings: Settings, tmp_path: Path) -> None:
    program = f"""
import asyncio, os, sys
from pathlib import Path
from townclerk.launch.supervisor import Supervisor
from townclerk.launch.processes import ManagedProcess
from townclerk.settings import Settings
async def main():
    port = {free_ports(1)[0]}
    one = ManagedProcess("web", (sys.executable, "-c", {_SERVER!r}, str(port)), port, f"http://127.0.0.1:{{port}}/", f"http://127.0.0.1:{{port}}/", os.environ, Path({str(tmp_path)!r}))
    async with Supervisor(Settings(home=Path({str(settings.home)!r})), [one], say=lambda line: None) as supervisor:
        await supervisor.wait_ready()
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
