"""One real installation for all system tests: `townclerk up --demo` on free ports."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import CHECKOUT
from tests.ports import free_ports
from townclerk.launch import rasa_environment
from townclerk.settings import Settings

READY_SECONDS = 240
_PROCESSES = ("gateway", "index", "crawler", "assistant", "actions", "simulator", "demo_sites")


@dataclass(frozen=True)
class Installation:
    """A running Townclerk: its addresses, its state directory, and what it printed."""

    settings: Settings
    environment: dict[str, str]
    output: Path

    def url(self, process: str) -> str:
        return f"http://127.0.0.1:{getattr(self.settings, process + '_port')}"

    def pid(self, process: str) -> int:
        found: int = json.loads((self.settings.home / "processes.json").read_text())["processes"][process]
        return found

    def chat(self, text: str, **more: Any) -> dict[str, Any]:
        answer = httpx.post(f"{self.url('gateway')}/chat", json={"text": text, **more}, timeout=15)
        answer.raise_for_status()
        body: dict[str, Any] = answer.json()
        return body

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        program = [sys.executable, "-c", "from townclerk.launch.cli import main; main()", *words]
        return subprocess.run(program, env=self.environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Started once; stopped by the signal that Ctrl-C sends."""
    folder = tmp_path_factory.mktemp("installation")
    ports = dict(zip(_PROCESSES, free_ports(len(_PROCESSES)), strict=True))
    environment = os.environ | {"TOWNCLERK_HOME": str(folder / "var")}
    environment |= {f"TOWNCLERK_{name.upper()}_PORT": str(port) for name, port in ports.items()}
    settings = Settings.model_validate({"home": folder / "var"} | {f"{n}_port": p for n, p in ports.items()})
    _share_trained_assistant(settings)
    output = folder / "up.log"
    with output.open("wb") as log:
        program = [sys.executable, "-c", "from townclerk.launch.cli import main; main()", "up", "--demo"]
        launcher = subprocess.Popen(program, env=environment, stdout=log, stderr=log, cwd=CHECKOUT)
        try:
            _wait_ready(launcher, output)
            yield Installation(settings, environment, output)
        finally:
            launcher.send_signal(signal.SIGINT)
            status = launcher.wait(60)
    assert status == 0, output.read_text()[-3000:]


def _share_trained_assistant(settings: Settings) -> None:
    """Train into the checkout's `var/`, so that the files are trained once for all tests that need them."""
    trained = rasa_environment.train(Settings())
    wanted = rasa_environment.model_path(settings)
    wanted.parent.mkdir(parents=True)
    os.link(trained, wanted) if trained.stat().st_dev == wanted.parent.stat().st_dev else wanted.write_bytes(
        trained.read_bytes()
    )


def _wait_ready(launcher: subprocess.Popen[bytes], output: Path) -> None:
    for _ in range(READY_SECONDS * 5):
        said = output.read_text()
        if re.search(r"^Townclerk is ready", said, re.MULTILINE):
            return
        if launcher.poll() is not None:
            pytest.fail(f"townclerk up ended with status {launcher.returncode}:\n{said[-4000:]}")
        time.sleep(0.2)
    logs = "\n".join(
        f"--- {p.name}\n{p.read_text(errors='replace')[-1500:]}" for p in output.parent.glob("var/log/*.log")
    )
    pytest.fail(f"not ready after {READY_SECONDS} s:\n{output.read_text()[-2000:]}\n{logs}")
