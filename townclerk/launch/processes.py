"""The processes of an installation: how each is started and how to tell that it is ready."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from townclerk.launch import rasa_environment
from townclerk.settings import CHECKOUT, ProcessName, Settings


@dataclass(frozen=True)
class ManagedProcess:
    """One process. `live_url` answers 200 once it serves, `ready_url` once it can do all its work.

    With more than `most_memory` bytes resident it is restarted; 0 sets no limit.
    """

    name: str
    command: tuple[str, ...]
    port: int
    live_url: str
    ready_url: str
    environment: Mapping[str, str]
    folder: Path = field(default=CHECKOUT)
    most_memory: int = 0


def five(settings: Settings) -> list[ManagedProcess]:
    """Index, crawler, actions, assistant, gateway: slowest to start first."""
    return [
        _rasa(settings),
        _python(settings, "index", "index", ready="/health/ready"),
        _python(settings, "crawler", "crawler", ready="/health/ready"),
        _python(settings, "actions", "actions", live="/health"),
        _python(settings, "gateway", "bot.gateway"),
    ]


def local(settings: Settings) -> list[ManagedProcess]:
    """Those of the five that run on this host: the setting of their address is empty."""
    return [process for process in five(settings) if not getattr(settings, f"{process.name}_url", "")]


def demo(settings: Settings) -> list[ManagedProcess]:
    """What the demo adds: the invented cities' websites and the phone carrier simulator."""
    return [
        _python(settings, "demo_sites", "townclerk.demo.sites", live="/alder-falls/"),
        _python(settings, "simulator", "bot.simulator"),
    ]


def _python(
    settings: Settings, name: ProcessName, module: str, *, live: str = "/health/live", ready: str = ""
) -> ManagedProcess:
    port = getattr(settings, f"{name}_port")
    # One BLAS thread a process: five processes share the cores, and the encoder sets its own.
    environment = {"OMP_NUM_THREADS": "1"} | os.environ | {"PYTHONUNBUFFERED": "1", "TOKENIZERS_PARALLELISM": "false"}
    base = settings.url(name)
    return ManagedProcess(name, (sys.executable, "-m", module), port, base + live, base + (ready or live), environment)


def _rasa(settings: Settings) -> ManagedProcess:
    port = settings.assistant_port
    command = (
        str(rasa_environment.PYTHON), "-m", "rasa", "run",
        "--model", str(rasa_environment.model_path(settings)),
        "--interface", "127.0.0.1", "--port", str(port),
        "--credentials", "credentials.yml", "--endpoints", "endpoints.yml",
    )  # fmt: skip
    url = settings.url("assistant") + "/webhooks/rest/"
    return ManagedProcess(
        "assistant", command, port, url, url, rasa_environment.environment(settings), rasa_environment.PROJECT,
        most_memory=settings.assistant_memory_mb * 1_000_000,
    )  # fmt: skip
