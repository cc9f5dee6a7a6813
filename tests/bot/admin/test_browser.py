"""The console in a real browser: accessible, fitting, and unmoved by what residents type."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine, delete

from bot.admin.auth.accounts import Accounts
from bot.admin.tables import staff_sessions
from tests.bot.admin.back_ends import (
    HOSTILE,
    BackEnds,
    candidate,
    faq,
    faq_change,
    held_change,
    pin,
    question,
    run,
    source,
    synonym,
)
from tests.bot.admin.conftest import NAME, PASSWORD, console, settings_for
from tests.bot.records.rows import wrote
from tests.bot.widget.conftest import chromium, opened
from tests.bot.widget.fake_gateway import serve
from townclerk.database import writing

__all__ = ["chromium"]
pytestmark = pytest.mark.browser
PAGES = (
    "",
    "questions",
    "faqs",
    "faqs/1/edit",
    "faqs/new",
    "faqs/history",
    "pins",
    "pins/new?text=water&city=alder-falls",
    "pins/4",
    "pins/5",
    "synonyms",
    "synonyms?edit=2",
    "sources",
    "runs/6",
    "runs/7",
    "why?text=water&city=alder-falls",
    "alerts",
    "records",
    "people",
    "audit",
    "account",
    "account/second-factor",
    "nothing",
)


@pytest.fixture
def site(tmp_path: Path, staffed: Engine, back_end: str) -> Iterator[str]:
    """The console's address."""
    with serve(console(settings_for(tmp_path, back_end), staffed), lifespan="on") as address:
        yield address


def log_in(page: Page, site: str) -> None:
    """By keyboard, as staff do."""
    page.goto(f"{site}/admin/")
    page.get_by_label("Name").fill(NAME)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()


def faults(page: Page) -> list[str]:
    """What axe finds, in short."""
    return [f"{v['id']}: {n['html'][:120]}" for v in Axe().run(page).response["violations"] for n in v["nodes"]]


@pytest.mark.parametrize("width", [1280, 320])
def test_no_page_has_an_accessibility_fault_and_each_fits(chromium: Browser, site: str, width: int) -> None:
    with opened(chromium, viewport={"width": width, "height": 800}) as page:
        page.goto(f"{site}/admin/login")
        assert faults(page) == []
        log_in(page, site)
        for path in PAGES:
            page.goto(f"{site}/admin/{path}")
            page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            assert faults(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path


def test_hostile_text_runs_nowhere(chromium: Browser, site: str, held: BackEnds) -> None:
    held.questions = [question(HOSTILE, answer=HOSTILE, title=HOSTILE), question(HOSTILE, refused=True)]
    held.faqs = [faq(question=HOSTILE, answer=HOSTILE, owner=HOSTILE)]
    held.faq_changes = [faq_change(before=faq_change()["before"] | {"answer": HOSTILE}, by=HOSTILE)]
    held.synonyms = [synonym(terms=[HOSTILE], meaning=HOSTILE, changed_by=HOSTILE), synonym(2, terms=["a b"])]
    held.explanation = {"read_as": HOSTILE, "synonyms": [{"asked": HOSTILE, "also": [HOSTILE], "rules": [1]}]}
    held.sources = [source(include=HOSTILE)]
    held.runs = [run(reason=HOSTILE), run(6, "held")]
    held.changes = [held_change(url=HOSTILE, reason=HOSTILE, before=HOSTILE, after=HOSTILE)]
    held.outcomes = [{"url": HOSTILE, "outcome": "failed", "reason": HOSTILE}]
    shown = {"id": 4, "wording": HOSTILE, "similarity": 0.95, "exact": False}
    held.candidates = [candidate(title=HOSTILE, excerpt=HOSTILE, pin=shown)]
    held.alike = [{"text": HOSTILE, "times": 2, "similarity": 0.7}]
    held.pins = [pin(wordings=[HOSTILE], title=HOSTILE, text=HOSTILE, problem=HOSTILE, url=HOSTILE, created_by=HOSTILE)]
    with opened(chromium) as page:
        log_in(page, site)
        for path in PAGES:
            page.goto(f"{site}/admin/{path}")
            page.wait_for_timeout(50)
            assert "owned" not in page.title(), path
            assert page.locator("img").count() == 0, path


def test_held_pages_are_chosen_by_keyboard_and_accepted(chromium: Browser, site: str, held: BackEnds) -> None:
    with opened(chromium) as page:
        log_in(page, site)
        page.goto(f"{site}/admin/runs/6")
        page.get_by_label("Accept https://www.alder-falls.example/hours").focus()
        page.keyboard.press("Space")
        page.get_by_role("button", name="Accept the chosen").press("Enter")
        expect(page.get_by_role("status")).to_have_text(
            "Pages of alder-falls-1: 0 changed, 1 removed, 1 held back still."
        )
        expect(page.get_by_role("heading", name="1 page held back")).to_be_visible()
    wanted = {"urls": ["https://www.alder-falls.example/hours"], "everything": False}
    assert held.calls == [("accept", ("alder-falls-1", wanted))]


def test_a_source_is_crawled_and_removed_with_the_forms_on_the_page(
    chromium: Browser, site: str, held: BackEnds
) -> None:
    with opened(chromium) as page:
        log_in(page, site)
        page.get_by_role("link", name="Sources").first.click()
        page.get_by_role("button", name="Crawl now port-maren-1").click()
        expect(page.get_by_role("status")).to_have_text("Crawl 8 of port-maren-1 is queued.")
        page.get_by_role("link", name="Sources").first.click()
        page.locator("summary", has_text="Remove alder-falls-1").click()
        page.get_by_role("button", name="Remove alder-falls-1").click()
        expect(page.get_by_role("status")).to_contain_text("Removed alder-falls-1.")
    assert [c[0] for c in held.calls] == ["crawl", "remove"]


def test_an_unanswered_question_becomes_a_faq(chromium: Browser, site: str, held: BackEnds) -> None:
    with opened(chromium) as page:
        log_in(page, site)
        page.get_by_role("link", name="Write an answer").click()
        expect(page.get_by_label("Question")).to_have_value("Can I keep bees?")
        page.get_by_label("Answer").fill("Yes, up to three hives.")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status")).to_contain_text("Saved.")
    fields = {"question": "Can I keep bees?", "answer": "Yes, up to three hives.", "city": "alder-falls"}
    assert held.calls == [("faq", (9, fields | {"revision": 0, "by": NAME}))]


def test_what_was_typed_is_back_after_a_log_in_and_sent_once(
    chromium: Browser, site: str, staffed: Engine, held: BackEnds
) -> None:
    def session_ends() -> None:
        with writing(staffed) as connection:
            connection.execute(delete(staff_sessions))

    with opened(chromium) as page:
        log_in(page, site)
        page.goto(f"{site}/admin/faqs/1/edit")
        page.get_by_label("Answer").fill("It is $20 a year.")
        page.get_by_label("Owner").fill("Finance")
        session_ends()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("What you typed was not sent.")).to_be_visible()
        assert faults(page) == []
        assert [call for call in held.calls if call[0] == "faq"] == []
        page.get_by_label("Name").fill(NAME)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("status")).to_contain_text("What you typed is back")
        expect(page.get_by_label("Answer")).to_have_value("It is $20 a year.")
        expect(page.get_by_label("Owner")).to_have_value("Finance")
        assert [call for call in held.calls if call[0] == "faq"] == []
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status")).to_contain_text("Saved.")
        page.goto(f"{site}/admin/faqs/1/edit")
        expect(page.get_by_label("Owner")).to_have_value("City Clerk")

        page.get_by_label("Owner").fill("Somebody else’s business")
        session_ends()
        page.get_by_role("button", name="Save").click()
        Accounts(staffed).add("mayor", PASSWORD)
        page.get_by_label("Name").fill("mayor")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_label("Owner")).to_have_value("City Clerk")
        assert page.evaluate("sessionStorage.length") == 0
    (saved,) = [call[1] for call in held.calls if call[0] == "faq"]
    assert (saved[0], saved[1]["answer"], saved[1]["owner"]) == (1, "It is $20 a year.", "Finance")


def test_a_hold_is_placed_and_transcripts_are_downloaded_with_the_forms_on_the_page(
    chromium: Browser, site: str, staffed: Engine
) -> None:
    wrote(staffed, "somebody", days=1)
    with opened(chromium) as page:
        log_in(page, site)
        page.get_by_role("link", name="Records").click()
        page.get_by_label("Reason").fill("records request 7")
        page.get_by_role("button", name="Place the hold").click()
        expect(page.get_by_role("status")).to_contain_text("Hold 1 stands.")
        with page.expect_download() as download:
            page.get_by_role("button", name="Download").click()
        assert len(download.value.path().read_text().splitlines()) == 1
        page.locator("summary", has_text="Release hold 1").click()
        page.get_by_role("button", name="Release it").click()
        expect(page.get_by_role("status")).to_contain_text("Hold 1 is released.")


def test_a_crawl_under_way_refreshes_its_page_until_it_is_done(chromium: Browser, site: str, held: BackEnds) -> None:
    held.runs = [run(status="running", finished_at=None)]
    with opened(chromium) as page:
        log_in(page, site)
        page.goto(f"{site}/admin/runs/7")
        expect(page.locator(".lead .tag")).to_have_text("running")
        held.runs = [run()]
        expect(page.locator(".lead .tag")).to_have_text("succeeded", timeout=8000)


def test_an_answer_is_pinned_to_an_unanswered_question_then_edited_and_removed(
    chromium: Browser, site: str, held: BackEnds
) -> None:
    with opened(chromium) as page:
        log_in(page, site)
        page.get_by_role("link", name="Questions").click()
        page.get_by_role("link", name="Pin an answer to Can I keep bees?").click()
        expect(
            page.get_by_role("group", name="What stands first for “Can I keep bees?” in Alder Falls")
        ).to_be_visible()
        page.get_by_role("button", name="Pin it").click()
        expect(page.get_by_role("alert")).to_contain_text("Pick one of the answers")
        page.get_by_label("Pay your water bill").check()
        page.get_by_label("are beehives allowed").check()
        page.get_by_label("The same question in other words").fill("bees\nbeekeeping permit")
        page.get_by_label("Last day").fill("2099-03-01")
        page.get_by_role("button", name="Pin it").click()
        expect(page.get_by_role("status")).to_contain_text("Pinned. It stands first from the next question on.")
        page.get_by_role("link", name="Edit the pin for Can I keep bees?").click()
        page.get_by_label("In force").uncheck()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status")).to_contain_text("Saved.")
        page.locator("summary", has_text="Remove the pin for Where do I vote?").click()
        page.locator("tr", has_text="Where do I vote?").get_by_role("button", name="Remove it").click()
        expect(page.get_by_role("status")).to_contain_text("Removed.")
    (first, wanted), (second, changed), third = held.calls
    wordings = ["Can I keep bees?", "are beehives allowed", "bees", "beekeeping permit"]
    assert (first, wanted["wordings"], wanted["passage"]) == ("pin", wordings, "p1")
    assert (wanted["valid_until"], wanted["by"]) == ("2099-03-01", NAME)
    assert (second, changed["wordings"], changed["active"]) == ("repin", wordings, False)
    assert third == ("unpin", 5)
