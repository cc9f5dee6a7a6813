"""A real browser for the tests that are marked `browser`."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.bot.widget.fake_gateway import Script, application, serve

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
WATCH = """
    window.violations = [];
    document.addEventListener("securitypolicyviolation", (e) => window.violations.push(`${e.violatedDirective} ${e.blockedURI} ${e.sample}`));
"""


@pytest.fixture(scope="module")  # not longer: while it is open its event loop would break other modules' async tests
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, or the one named by CHROMIUM."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "Chromium is needed: apt-get install chromium, or set CHROMIUM to its path."
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield made
        made.close()


@pytest.fixture
def script() -> Script:
    """What the gateway will answer."""
    return Script()


@pytest.fixture
def site(tmp_path: Path, script: Script) -> Iterator[str]:
    """The address of a gateway with the real pages and that script."""
    with serve(application(tmp_path, script)) as address:
        yield address


@contextmanager
def opened(chromium: Browser, **options: object) -> Iterator[Page]:
    """A page in a fresh profile. At the end nothing may have broken: no page error, no policy violation."""
    context: BrowserContext = chromium.new_context(**options)  # type: ignore[arg-type]
    context.set_default_timeout(10_000)
    context.add_init_script(WATCH)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    try:
        yield page
        violations = [v for frame in page.frames for v in frame.evaluate("window.violations ?? []")]
        assert errors == []
        assert violations == []
    finally:
        context.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A desktop page."""
    with opened(chromium, viewport={"width": 1280, "height": 900}) as made:
        yield made
