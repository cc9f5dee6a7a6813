"""Alerts in a real browser: written with a preview, without a fault for those who do not see it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import Engine

from tests.bot.admin.conftest import console, settings_for
from tests.bot.admin.test_browser import faults, log_in
from tests.bot.alerts.rows import put_topics, subscribed
from tests.bot.widget.conftest import chromium, opened
from tests.bot.widget.fake_gateway import serve

__all__ = ["chromium"]
pytestmark = pytest.mark.browser


@pytest.fixture
def site(tmp_path: Path, staffed: Engine, back_end: str) -> Iterator[str]:
    """The console's address."""
    with serve(console(settings_for(tmp_path, back_end), staffed), lifespan="on") as address:
        yield address


@pytest.mark.parametrize("width", [1280, 390])
def test_an_alert_is_written_with_its_preview(chromium: Browser, site: str, staffed: Engine, width: int) -> None:
    trash, snow, _roads = put_topics(staffed)
    subscribed(staffed, trash, *(f"+1603555{n:04}" for n in range(120)))
    subscribed(staffed, snow, "+16035550001")
    with opened(chromium, viewport={"width": width, "height": 900}) as page:
        log_in(page, site)
        page.goto(f"{site}/admin/alerts")
        page.get_by_label("Trash day changes").check()
        page.get_by_label("Text", exact=True).fill("Trash is picked up on Friday this week, because of the holiday.")
        page.get_by_role("button", name="Preview").click()
        expect(page.get_by_text("somebody else must approve it")).to_be_visible()
        assert faults(page) == []
        page.get_by_role("button", name="Send now").click()
        expect(page.get_by_text("waits for approval")).to_be_visible()
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
