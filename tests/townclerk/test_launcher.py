"""The launcher starts, watches, restarts and stops real child processes."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import psutil
import pytest

from tests.ports import free_ports
from townclerk.errors import Conflict, Unavailable
from townclerk.launcher import Launcher
from townclerk.processes import Process
from townclerk.settings import Settings

_SERVER = "import http.server,sys; http.server.test(http.server.SimpleHTTPRequestHandler, port=int(sys.argv[1]), bind='127.0.0.1')"


def child(name: str, folder: Path, program: str = _SERVER) -> Process:
    port = free_ports(1)[0]
    command = (sys.executable, "-c", program, str(port))
    return Process(name, command, port, f"http://127.0.0.1:{port}/", os.environ, folder)


async def test_ready_restart_and_stop(settings: Settings, tmp_path: Path) -> None:
    said: list[str] = []
    process = child("web", tmp_path)
    async with Launcher(settings, [process], say=said.append) as launcher:
        assert set(await launcher.wait_ready()) == {"web"}
        pids = json.loads((settings.home / "processes.json").read_text())["processes"]
        os.kill(pids["web"], signal.SIGKILL)
        for _ in range(100):
            again = json.loads((settings.home / "processes.json").read_text())["processes"]
            if again["web"] != pids["web"]:
                break
            await asyncio.sleep(0.05)
        await launcher.wait_ready()
        assert any("starts again" in line for line in said)
    with pytest.raises(ProcessLookupError):
        os.kill(again["web"], 0)
    assert not (settings.home / "processes.json").exists()


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
    monkeypatch.setattr("townclerk.launcher.READY_SECONDS", 0.5)
    process = child("mute", tmp_path, "import time; time.sleep(60)")
    async with Launcher(settings, [process], say=lambda _: None) as launcher:
        with pytest.raises(Unavailable, match=r"mute was not ready .*mute\.log"):
            await launcher.wait_ready()


async def test_children_end_with_a_killed_launcher(settings: Settings, tmp_path: Path) -> None:
    program = f"""
import asyncio, os, sys
from pathlib import Path
from townclerk.launcher import Launcher
from townclerk.processes import Process
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
    pid = json.loads((settings.home / "processes.json").read_text())["processes"]["web"]
    launcher.kill()
    await launcher.wait()
    for _ in range(100):
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return
        await asyncio.sleep(0.05)
    pytest.fail("the child outlived its launcher")
