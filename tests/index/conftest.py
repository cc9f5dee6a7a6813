"""Real parts to test with: a temporary installation, its database, and a small engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from townclerk.database import connect
from townclerk.jurisdictions import Jurisdiction, Jurisdictions
from townclerk.migrations import upgrade
from townclerk.settings import Settings

CITIES = (
    Jurisdiction("us", "United States", level="federal"),
    Jurisdiction("ohio", "Ohio", level="state", parent_id="us"),
    Jurisdiction("oakton", "Oakton", parent_id="ohio", phone="555-0101", url="https://oakton.example"),
    Jurisdiction("elmville", "Elmville", parent_id="ohio"),
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


@pytest.fixture
def database(settings: Settings) -> Iterator[Engine]:
    engine = connect(settings)
    upgrade(engine)
    Jurisdictions(engine).put(CITIES)
    yield engine
    engine.dispose()
