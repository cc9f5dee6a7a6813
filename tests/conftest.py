"""Fixtures that every part's tests share."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from tests import postgres
from tests.ports import free_ports
from townclerk import database
from townclerk.settings import Settings

CHECKOUT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    """`make kill-test` and `make isolation-test` give more than CI has time for."""
    parser.addoption("--kills", type=int, default=6, help="how often publishing is killed in the test of that")
    parser.addoption(
        "--pairs", type=int, default=600, help="questions asked of each kind of index in its test of isolation"
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
    made = database.open_database(settings)
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
