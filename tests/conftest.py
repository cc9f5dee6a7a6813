"""Fixtures that every part's tests share."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from townclerk import database
from townclerk.settings import Settings

CHECKOUT = Path(__file__).resolve().parent.parent


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a throw-away installation on free ports."""
    ports = free_ports(7)
    names = ("gateway", "index", "crawler", "assistant", "actions", "simulator", "demo_sites")
    given = {f"{name}_port": port for name, port in zip(names, ports, strict=True)}
    return Settings.model_validate({"home": tmp_path / "var", **given})


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    """A real SQLite database with the schema and the reviewed cities."""
    made = database.open_database(settings)
    yield made
    made.dispose()


def free_ports(count: int) -> list[int]:
    """Ports of the loopback address that were free a moment ago, all different."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()
