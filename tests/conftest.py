"""Fixtures that every part's tests share."""

import os
import resource
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from index.embedding.models import MINILM
from tests import postgres
from tests.migrated import place_schema
from tests.ports import free_ports
from townclerk.schema import open_database
from townclerk.settings import Settings

CHECKOUT = Path(__file__).resolve().parent.parent
MOST_MEGABYTES = 3500
"""Resident at the peak in each process that runs tests; more ends the run as failed."""
PEAKS = pytest.StashKey[dict[str, int]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """`make kill-test` and `make isolation-test` give more than CI has time for."""
    parser.addoption("--kills", type=int, default=6, help="how often publishing is killed in the test of that")
    parser.addoption("--receivers", type=int, default=120, help="how many get the alert in the test of its sending")
    parser.addoption(
        "--pairs", type=int, default=600, help="questions asked of each kind of index in its test of isolation"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Tests, and what they start, take the smaller model, but where they name another. The peaks of all processes come together."""
    os.environ.setdefault("TOWNCLERK_MODEL", MINILM)
    if hasattr(
        config, "workerinput"
    ):  # programs that tests start are not counted: each would start half a second later
        for name in ("COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START"):
            os.environ.pop(name, None)
    config.stash[PEAKS] = {}
    if config.pluginmanager.hasplugin("xdist"):
        config.pluginmanager.register(WorkerPeaks(config.stash[PEAKS]))


class WorkerPeaks:
    """Collects what each worker of xdist said at its end."""

    def __init__(self, peaks: dict[str, int]) -> None:
        self._peaks = peaks

    def pytest_testnodedown(self, node: Any) -> None:
        output = getattr(node, "workeroutput", {})  # none from a worker that crashed
        self._peaks[node.gateway.id] = output.get("peak_megabytes", 0)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail when a process that ran tests was too large, which slows or kills the others on a small machine."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    output: dict[str, int] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["peak_megabytes"] = peak
        return
    peaks = session.config.stash[PEAKS]
    peaks["main"] = peak
    if max(peaks.values()) > MOST_MEGABYTES and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how large each process became."""
    peaks = config.stash[PEAKS]
    terminalreporter.write_line("Peak memory: " + ", ".join(f"{name} {peak} MB" for name, peak in peaks.items()))
    for name, peak in peaks.items():
        if peak > MOST_MEGABYTES:
            terminalreporter.write_line(
                f"{name} may have at most {MOST_MEGABYTES} MB: share what its tests load.", red=True
            )


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a throw-away installation on free ports."""
    ports = free_ports(7)
    names = ("gateway", "index", "crawler", "assistant", "actions", "simulator", "demo_sites")
    given = {f"{name}_port": port for name, port in zip(names, ports, strict=True)}
    return Settings.model_validate({"home": tmp_path / "var", **given})


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Engine]:
    """A real database with the schema and the reviewed cities: SQLite, and once more PostgreSQL."""
    if request.param == "postgres":
        settings = settings.model_copy(update={"database_url": request.getfixturevalue("postgres_url")})
    place_schema(settings)
    made = open_database(settings)
    yield made
    made.dispose()


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server of this test run; its SQLAlchemy URL."""
    if postgres.programs() is None:
        pytest.skip("PostgreSQL's server programs are not installed (Debian: apt-get install postgresql)")
    with postgres.server(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """A new, empty database on the server."""
    name = f"t{uuid.uuid4().hex}"
    admin = create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    return make_url(postgres_server).set(database=name).render_as_string(hide_password=False)
