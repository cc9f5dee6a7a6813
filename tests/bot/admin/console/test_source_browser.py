"""What a clerk does with a source, in a real browser in front of a real crawl service and a website on loopback."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from fastapi import FastAPI, Response
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

from crawler.api.app import application
from crawler.jobs.sources import Sources
from crawler.pages.store import PageStore
from crawler.source import Source
from tests.bot.admin.clicks import documented_clicks
from tests.bot.admin.conftest import console, settings_for
from tests.bot.admin.test_browser import faults, log_in
from tests.bot.widget.conftest import chromium, opened
from tests.bot.widget.fake_gateway import serve
from tests.crawler.site import html, words
from townclerk.service import served

__all__ = ["chromium"]
pytestmark = pytest.mark.browser
SEEN_AT = (390, 1280)


@dataclass
class Town:
    """A website, its crawl service and the console in front of them. `delay`: seconds that a page takes."""

    pages: dict[str, str]
    url: str = ""
    console: str = ""
    delay: float = 0.0

    def add(self, engine: Engine, **options: object) -> Source:
        """The website as a source of Alder Falls."""
        wanted = Source(id="", city="alder-falls", url=self.url, private_ok=True)
        return Sources(engine).add(replace(wanted, **options))  # type: ignore[arg-type]  # fields of a source


def website(town: Town) -> FastAPI:
    """Serves the pages of the town."""
    app = FastAPI()

    @app.get("/{path:path}")
    def answer(path: str) -> Response:
        time.sleep(town.delay)
        text = town.pages.get(f"/{path}")
        return Response(text or "no such page", 200 if text else 404, media_type="text/html" if text else "text/plain")

    return app


@pytest.fixture
def town(tmp_path: Path, staffed: Engine) -> Iterator[Town]:
    names = ("fees", "hours", "calendar/may", "calendar/june")
    pages = {f"/{name}": html(name.title(), words(name)) for name in names}
    made = Town(pages | {"/": html("Alder Falls", words("town"), *(f"/{name}" for name in names))})
    with serve(website(made)) as site:
        made.url = f"{site}/"
        private = site.removeprefix("http://")
        settings = settings_for(tmp_path, "http://127.0.0.1:1", crawl_delay=0, parse_processes=1)
        settings = settings.model_copy(update={"crawl_private_hosts": private})
        with served(application(staffed, settings)) as port:
            front = settings_for(tmp_path, f"http://127.0.0.1:{port}")
            with serve(console(front, staffed), lifespan="on") as made.console:
                yield made


@pytest.fixture
def page(chromium: Browser, town: Town) -> Iterator[Page]:
    """A logged-in browser."""
    with opened(chromium, base_url=town.console) as opened_page:
        log_in(opened_page, town.console)
        yield opened_page


def looked_at(page: Page) -> None:
    """No accessibility fault, and nothing beside the page, narrow or wide."""
    for width in SEEN_AT:
        page.set_viewport_size({"width": width, "height": 800})
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def crawled(page: Page) -> None:
    """Crawl the source that is shown, and come back to it."""
    page.get_by_role("button", name="Crawl now").click()
    expect(page.locator(".lead .tag")).to_have_text("succeeded", timeout=60_000)
    page.get_by_role("link", name="alder-falls-1").click()


def test_a_source_is_edited_after_what_it_drops_was_said(page: Page, town: Town, staffed: Engine) -> None:
    town.add(staffed, schedule="0 3 * * *")
    page.goto(f"{town.console}/admin/sources/alder-falls-1")
    crawled(page)
    said = page.get_by_role("status")
    with documented_clicks(page, "Edit a source"):
        page.get_by_role("link", name="Sources").first.click()
        page.get_by_role("link", name="Edit alder-falls-1").click()
        expect(page.get_by_role("listitem").filter(has_text="03:00")).to_have_count(5)
        page.get_by_text("Limits and patterns").click()
        page.get_by_label("Without addresses that match").fill("/calendar/")
        page.get_by_label("When").select_option("At the times of the cron line")
        page.get_by_label("Cron line").fill("30 2 * * 1-5")
        page.get_by_role("button", name="Save").click()
        expect(said).to_contain_text("2 stored pages are left out by these rules. Nothing is saved yet.")
        expect(said).to_contain_text(f"{town.url}calendar/june")
        expect(page.get_by_role("listitem").filter(has_text="02:30")).to_have_count(5)
        looked_at(page)
        page.get_by_role("button", name="Save and leave out 2").click()
        expect(said).to_have_text("Saved. 2 pages are no longer used for answers.")
    expect(page.locator(".lead")).to_contain_text("3 pages")
    (changed,) = Sources(staffed).all()
    assert (changed.exclude, changed.schedule, changed.url) == ("/calendar/", "30 2 * * 1-5", town.url)


def test_a_wrong_edit_keeps_what_was_typed(page: Page, town: Town, staffed: Engine) -> None:
    source = town.add(staffed)
    page.goto(f"{town.console}/admin/sources/{source.id}")
    page.get_by_text("Limits and patterns").click()
    page.get_by_label("Only addresses that match").fill("([")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("The include pattern is a regular expression")
    expect(page.get_by_label("Only addresses that match")).to_have_value("([")
    assert Sources(staffed).get(source.id) == source


def test_a_source_is_paused_and_resumed(page: Page, town: Town, staffed: Engine) -> None:
    town.add(staffed, schedule="0 3 * * *")
    with documented_clicks(page, "Pause a source"):
        page.get_by_role("link", name="Sources").first.click()
        page.get_by_role("link", name="Edit alder-falls-1").click()
        page.get_by_role("button", name="Pause").click()
        expect(page.get_by_role("status")).to_contain_text("not read by its schedule until you resume it")
    assert Sources(staffed).all()[0].paused
    looked_at(page)
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_role("status")).to_have_text("Its schedule counts again.")
    assert not Sources(staffed).all()[0].paused


def test_a_crawl_is_stopped_and_what_it_read_is_kept(page: Page, town: Town, staffed: Engine) -> None:
    town.add(staffed)
    town.pages |= {f"/topic{n}": html(f"Topic {n}", words(f"topic{n}")) for n in range(60)}
    town.pages["/"] = html("Alder Falls", words("town"), *(f"/topic{n}" for n in range(60)))
    town.delay = 1.0
    with documented_clicks(page, "Crawl a source now"):
        page.get_by_role("link", name="Sources").first.click()
        page.get_by_role("button", name="Crawl now alder-falls-1").click()
        expect(page.get_by_role("status")).to_contain_text("is queued")
    looked_at(page)
    with documented_clicks(page, "Stop a crawl"):
        page.get_by_role("link", name="Sources").first.click()
        page.get_by_role("link", name="Watch the crawl of alder-falls-1").click()
        page.get_by_role("button", name="Stop the crawl").click()
        expect(page.get_by_role("status")).to_contain_text("what was read is kept")
    expect(page.locator(".lead .tag")).to_have_text("stopped", timeout=60_000)
    page.get_by_role("link", name="alder-falls-1").click()
    expect(page.get_by_role("button", name="Crawl now")).to_be_visible()


def open_page(page: Page) -> None:
    """From the first page of the console to that of the calendar of May."""
    page.get_by_role("link", name="Sources").first.click()
    page.get_by_role("link", name="pages of alder-falls-1").click()
    page.get_by_role("link", name="Calendar/May").click()


def test_a_page_is_looked_at_hidden_and_its_folder_left_out(page: Page, town: Town, staffed: Engine) -> None:
    source = town.add(staffed)
    page.goto(f"{town.console}/admin/sources/{source.id}")
    crawled(page)
    with documented_clicks(page, "See a page as the bot sees it"):
        page.get_by_role("link", name="Sources").first.click()
        page.get_by_role("link", name="5 pages of alder-falls-1").click()
        page.get_by_label("Address or title contains").fill("calendar")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="2 addresses")).to_be_visible()
        page.get_by_role("link", name="Calendar/May").click()
        expect(page.get_by_text(words("calendar/may"))).to_be_visible()
    said = page.get_by_role("status")
    looked_at(page)
    with documented_clicks(page, "Hide a page"):
        open_page(page)
        page.get_by_role("button", name="Hide this page").click()
        expect(said).to_contain_text("It leaves the answers now.")
    expect(page.get_by_text("hidden by staff")).to_be_visible()
    assert PageStore(staffed).count(source.id) == 4
    with documented_clicks(page, "Show a hidden page again"):
        open_page(page)
        page.get_by_role("button", name="Show it again").click()
        expect(said).to_contain_text("comes back into the answers")
    assert PageStore(staffed).count(source.id) == 5
    with documented_clicks(page, "Leave out the folder of a page"):
        open_page(page)
        page.get_by_role("link", name="Leave out all of /calendar/").click()
        expect(said).to_contain_text("2 stored pages are left out by these rules.")
        page.get_by_role("button", name="Save and leave out 2").click()
        expect(said).to_contain_text("Saved.")
    assert PageStore(staffed).count(source.id) == 3
    page.goto(f"{town.console}/admin/sources/{source.id}/pages")
    looked_at(page)


def test_a_crawl_is_watched_while_something_is_typed(page: Page, town: Town, staffed: Engine) -> None:
    town.add(staffed)
    town.pages |= {f"/topic{n}": html(f"Topic {n}", words(f"topic{n}")) for n in range(120)}
    town.pages["/"] = html("Alder Falls", words("town"), "/lost", "/gone", *(f"/topic{n}" for n in range(120)))
    town.delay = 1.0
    with documented_clicks(page, "Watch a crawl"):
        page.get_by_role("link", name="Sources").first.click()
        page.get_by_role("button", name="Crawl now alder-falls-1").click()
        expect(page.get_by_text("in the queue")).to_be_visible(timeout=30_000)
    page.get_by_label("Address contains").fill("half")
    page.keyboard.press("End")
    figure = page.locator("#counts .figure").first
    early = int(figure.inner_text())
    page.evaluate("window.here = true")
    expect(figure).not_to_have_text(str(early), timeout=30_000)
    assert page.evaluate("window.here")  # the page was not loaded anew
    expect(page.get_by_label("Address contains")).to_be_focused()
    page.keyboard.type("way")
    expect(page.get_by_label("Address contains")).to_have_value("halfway")
    reasons = page.get_by_role("table").filter(has_text="How often")
    expect(reasons).to_contain_text("HTTP 404", timeout=30_000)
    why = reasons.get_by_role("row", name="HTTP 404").get_by_role("link")
    why.focus()
    early = int(figure.inner_text())
    expect(figure).not_to_have_text(str(early), timeout=30_000)
    expect(why).to_be_focused()
    looked_at(page)
    expect(page.locator(".lead .tag")).to_have_text("succeeded", timeout=60_000)
    page.get_by_label("Address contains").fill("topic77")
    page.keyboard.press("Enter")
    expect(page.locator("#outcomes tbody tr")).to_have_count(1)


def test_a_source_is_looked_at_before_it_is_added(page: Page, town: Town, staffed: Engine) -> None:
    town.pages["/"] = html("Alder Falls", words("town"), "/fees", "/hours", "/map.png")
    with documented_clicks(page, "Add a source after a preview"):
        page.get_by_role("link", name="Sources").first.click()
        page.get_by_label("Address to start from").fill(town.url)
        page.get_by_label("City or layer").select_option("Alder Falls")
        page.get_by_role("button", name="Preview").click()
        said = page.get_by_role("status")
        expect(said).to_contain_text("3 addresses found so far, 3 pages read", timeout=30_000)
        expect(page.get_by_text("not a page (.png)")).to_be_visible()
        assert Sources(staffed).all() == []
        looked_at(page)
        page.get_by_role("button", name="Add the source").click()
        expect(said).to_contain_text("Added")
    (added,) = Sources(staffed).all()
    assert (added.url, added.city) == (town.url, "alder-falls")
    page.goto(f"{town.console}/admin/sources/{added.id}")
    page.get_by_text("Limits and patterns").click()
    page.get_by_label("Without addresses that match").fill("/hours")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("left out by the exclude pattern")).to_be_visible(timeout=30_000)
    expect(page.get_by_label("Without addresses that match")).to_have_value("/hours")
    page.get_by_text("Fees", exact=True).click()
    expect(page.get_by_text(words("fees"))).to_be_visible()
    looked_at(page)
