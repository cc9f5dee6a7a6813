"""Both sides in a real browser: a resident in the chat, a clerk in the inbox."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from bot.admin.auth.accounts import Accounts
from bot.gateway.app import make_app
from tests.bot.admin.clicks import documented_clicks
from tests.bot.handoff.conftest import MONDAY, OFFICE
from tests.bot.town import PLACES
from tests.bot.widget.conftest import chromium, opened
from tests.bot.widget.fake_gateway import serve
from tests.migrated import place_schema
from tests.ports import free_ports
from townclerk import clock
from townclerk.jurisdictions import Jurisdictions
from townclerk.schema import open_database
from townclerk.settings import Settings

__all__ = ["chromium"]
pytestmark = pytest.mark.browser
PASSWORD = "four calm river stones"
ASKED_AGAIN = 20_000
"""Milliseconds within which either side has asked what the other wrote, also on a busy machine."""


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[str]:
    """The address of a whole gateway on a Monday morning; nothing is behind it, so its own dialogue answers."""
    (port,) = free_ports(1)
    closed = {"index_port": 1, "crawler_port": 1, "assistant_port": 1, "actions_port": 1}
    settings = Settings.model_validate({"home": tmp_path, "gateway_port": port, **closed})
    place_schema(settings)
    engine = open_database(settings)
    Jurisdictions(engine).put(replace(one, handoff=OFFICE) if one.id == "alder-falls" else one for one in PLACES)
    Accounts(engine).add("clerk", PASSWORD)
    with clock.stopped(MONDAY), serve(make_app(settings), port=port, lifespan="on") as address:
        yield address
    engine.dispose()


def log_in(page: Page) -> None:
    page.goto("/admin/")
    page.get_by_label("Name").fill("clerk")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()


def ask(page: Page, text: str) -> None:
    page.get_by_role("textbox").fill(text)
    page.keyboard.press("Enter")


def check(page: Page) -> None:
    """Nothing that axe finds, and nothing wider than the page."""
    assert [f"{v['id']}: {n['html'][:120]}" for v in Axe().run(page).response["violations"] for n in v["nodes"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("width", [1280, 390])
def test_a_resident_and_a_clerk_talk(chromium: Browser, gateway: str, width: int, tmp_path: Path) -> None:
    size = {"width": width, "height": 800}
    with (
        opened(chromium, base_url=gateway, viewport=size) as resident,
        opened(chromium, base_url=gateway, viewport=size) as clerk,
    ):
        resident.goto("/widget/frame?city=alder-falls")
        ask(resident, "Can I talk to a person?")
        expect(resident.get_by_text("I am passing you on to the staff of Alder Falls")).to_be_visible()
        ask(resident, "My bill is wrong")
        expect(resident.get_by_role("status")).to_have_text("Passed on to the staff.")
        log_in(clerk)
        with documented_clicks(clerk, "Answer a resident who wants a person"):
            clerk.get_by_role("link", name="Inbox").click()
            expect(clerk).to_have_title("(1) Inbox – Townclerk staff console")
            check(clerk)
            clerk.get_by_role("link", name="Open").click()
            expect(clerk.get_by_role("log")).to_contain_text("My bill is wrong")
            clerk.get_by_label("Your answer").fill("Half an answer")
            ask(resident, "It says 500 dollars")
            expect(clerk.get_by_role("log")).to_contain_text("It says 500 dollars", timeout=ASKED_AGAIN)
            expect(clerk.get_by_label("Your answer")).to_have_value("Half an answer")
            clerk.get_by_label("Your answer").fill("We look at it today.")
            check(clerk)
            clerk.get_by_role("button", name="Send").click()
        expect(clerk.get_by_role("status")).to_have_text("Sent.")
        expect(resident.get_by_text("Staff of Alder Falls: We look at it today.")).to_be_visible(timeout=ASKED_AGAIN)
        resident.reload()
        expect(resident.get_by_text("Staff of Alder Falls: We look at it today.")).to_have_count(1)
        clerk.get_by_role("button", name="Please call 555-010-0100.").click()
        expect(clerk.get_by_label("Your answer")).to_have_value("Please call 555-010-0100.")
        with documented_clicks(clerk, "Hand a talk back to the bot"):
            clerk.get_by_role("link", name="Inbox").click()
            clerk.get_by_role("link", name="Open").click()
            clerk.get_by_role("button", name="Hand back to the bot").click()
        expect(clerk.get_by_text("Nobody waits.")).to_be_visible()
        expect(resident.get_by_text("I answer you again.")).to_be_visible(timeout=ASKED_AGAIN)


def test_an_answer_is_two_clicks_from_a_faq(chromium: Browser, gateway: str) -> None:
    with opened(chromium, base_url=gateway) as resident, opened(chromium, base_url=gateway) as clerk:
        resident.goto("/widget/frame?city=alder-falls")
        ask(resident, "agent")
        expect(resident.get_by_text("I am passing you on to the staff of Alder Falls")).to_be_visible()
        ask(resident, "Are dogs allowed in Mill Park?")
        expect(resident.get_by_role("status")).to_have_text("Passed on to the staff.")
        log_in(clerk)
        clerk.goto("/admin/inbox/1")
        clerk.get_by_label("Your answer").fill("Yes, on a leash.")
        clerk.get_by_role("button", name="Send").click()
        expect(clerk.get_by_role("status")).to_have_text("Sent.")
        with documented_clicks(clerk, "Make an answer a FAQ"):
            clerk.get_by_role("link", name="Inbox").click()
            clerk.get_by_role("link", name="Open").click()
            clerk.get_by_role("link", name="Make it a FAQ").click()
            expect(clerk.get_by_label("Question")).to_have_value("Are dogs allowed in Mill Park?")
            expect(clerk.get_by_label("First day")).to_have_value("2026-11-30")
            clerk.get_by_role("button", name="Save").click()
