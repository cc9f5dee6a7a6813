"""Counts the clicks that a task takes, and compares them with the table of `docs/clerk.md`."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page

from tests.conftest import CHECKOUT

_SIGN = "clicked"
_COUNT = f"window.counted ??= addEventListener('pointerdown', () => console.log('{_SIGN}'), true) ?? true"


@contextmanager
def documented_clicks(page: Page, task: str) -> Iterator[None]:
    """The block, from the first page of the console on, takes as many clicks as the document says of this task."""
    clicks: list[None] = []
    page.context.on("console", lambda message: clicks.append(None) if message.text == _SIGN else None)
    page.add_init_script(_COUNT)
    page.goto("/admin/")
    yield
    table = (CHECKOUT / "docs" / "clerk.md").read_text(encoding="utf-8")
    said = re.search(rf"^\| {re.escape(task)} \|.*\| (\d+) \|$", table, re.MULTILINE)
    assert said, task
    assert len(clicks) == int(said[1])
