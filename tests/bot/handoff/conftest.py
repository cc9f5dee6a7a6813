"""A town whose staff take talks, on a Monday morning by its clock."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.bot.town import PLACES, Town, town, until
from townclerk import clock
from townclerk.jurisdictions import Jurisdictions
from townclerk.text.office_hours import OfficeHours

MONDAY = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
"""10 a.m. in Alder Falls."""
SUNDAY = datetime(2026, 11, 29, 15, 0, tzinfo=UTC)
OFFICE = OfficeHours("Monday to Friday, 8:00 a.m. to 5 p.m.", answers=("Please call 555-010-0100.",))


@pytest.fixture
def monday() -> Iterator[None]:
    with clock.stopped(MONDAY):
        yield


@pytest.fixture
async def staffed_town(tmp_path: Path) -> AsyncIterator[Town]:
    """Alder Falls has staff who take talks, Birch Bay has none."""
    async with town(tmp_path) as running:
        places = [replace(one, handoff=OFFICE) if one.id == "alder-falls" else one for one in PLACES]
        Jurisdictions(running.gateway.engine).put(places)
        await until(lambda: OFFICE in [one.handoff for one in running.gateway.places.current().cities])
        yield running
