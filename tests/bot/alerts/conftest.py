"""How many receivers an alert has in the test that kills its sender."""

import pytest


@pytest.fixture
def receivers(request: pytest.FixtureRequest) -> int:
    """From `--receivers`."""
    return int(request.config.getoption("--receivers"))
