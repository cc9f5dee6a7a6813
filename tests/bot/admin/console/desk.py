"""The console in front of the real search service, with two clerks: what the tasks of a clerk are tried on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from httpx2 import get
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import Engine

from bot.admin.auth.accounts import Accounts
from index.api import app
from tests.bot.admin.conftest import PASSWORD, console, settings_for
from tests.bot.widget.conftest import opened
from tests.bot.widget.fake_gateway import CITIES, serve
from tests.index.api.conftest import wait_until
from tests.migrated import place_schema
from townclerk.jurisdictions import Jurisdictions
from townclerk.schema import open_database
from townclerk.settings import Settings

CLERKS = ("ada", "ben")


@dataclass(frozen=True)
class Desk:
    """The console's address, the search service's, and the database of both."""

    console: str
    index: str
    engine: Engine


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[Desk]:
    """Both services, with invented cities and no content."""
    home = tmp_path_factory.mktemp("desk")
    (home / "models").symlink_to(pytestconfig.cache.mkdir("models") if pytestconfig.cache else home)
    settings = Settings(home=home, cities=home / "cities", index_follow_seconds=0.2)
    place_schema(settings)
    engine = open_database(settings)
    Jurisdictions(engine).put(CITIES)
    for name in CLERKS:
        Accounts(engine).add(name, PASSWORD)
    with (
        serve(app.make(settings), lifespan="on") as index,
        serve(console(settings_for(home, index), engine), lifespan="on") as address,
    ):
        wait_until(lambda: get(f"{index}/health/ready").status_code == 200)
        yield Desk(address, index, engine)
    engine.dispose()


class Clerk:
    """Somebody at a browser who counts clicks. Typing is not counted, nor logging in."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = 0

    def click(self, role: str, name: str, *, exact: bool = False) -> None:
        """Click a link or a button as staff see it."""
        self._on(self.page.get_by_role(role, name=name, exact=exact).first)  # type: ignore[arg-type]

    def open(self, summary: str) -> None:
        """Open what lies behind a summary."""
        self._on(self.page.locator("summary", has_text=summary).first)

    def sees(self, text: str) -> None:
        """A notice says this."""
        expect(self.page.get_by_role("status")).to_contain_text(text)

    def _on(self, target: Locator) -> None:
        target.click()
        self.clicks += 1


@contextmanager
def at_the_desk(chromium: Browser, desk: Desk, name: str = CLERKS[0]) -> Iterator[Clerk]:
    """A clerk who is logged in, on the first page."""
    with opened(chromium) as page:
        page.goto(f"{desk.console}/admin/")
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("heading", name="Overview")).to_be_visible()
        yield Clerk(page)


def documented_clicks() -> dict[str, int]:
    """The clicks of each task, as docs/clerk.md has them."""
    rows = Path(__file__).parents[4].joinpath("docs/clerk.md").read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows if row.startswith("| ")]
    return {row[0]: int(row[2]) for row in cells if row[2].isdigit()}
