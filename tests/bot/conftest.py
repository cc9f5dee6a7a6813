"""A running gateway for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.town import Town
from tests.bot.town import town as started


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with started(tmp_path) as running:
        yield running
