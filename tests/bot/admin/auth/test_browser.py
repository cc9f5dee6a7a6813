"""An account's whole life in a real browser: invited, password, second factor, a viewer's console, removed."""

from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import Engine

from bot.admin.auth.second_factor import SecondFactor, new_salt
from tests.bot.admin.conftest import NAME, PASSWORD, console, settings_for
from tests.bot.admin.test_browser import faults
from tests.bot.widget.conftest import chromium, opened
from tests.bot.widget.fake_gateway import serve
from tests.ports import free_ports
from townclerk import clock

__all__ = ["chromium"]
pytestmark = pytest.mark.browser
NEW = "seven quiet mill wheels"


@pytest.fixture
def site(tmp_path: Path, staffed: Engine, back_end: str) -> Iterator[str]:
    """The console's address, where everybody needs a second factor."""
    port = free_ports(1)[0]
    settings = settings_for(tmp_path, back_end, public_url=f"http://127.0.0.1:{port}", staff_second_factor="all")
    with serve(console(settings, staffed), lifespan="on", port=port) as address:
        yield address


def code_of(key: str, *, steps: int = 0) -> str:
    """What an app shows for a key as the page writes it."""
    return pyotp.TOTP(key.replace(" ", "")).at(int(clock.now().timestamp()) + 30 * steps)


def test_an_account_from_its_invitation_to_its_end(
    chromium: Browser, site: str, staffed: Engine, tmp_path: Path
) -> None:
    salt = new_salt()
    factor = SecondFactor(staffed, tmp_path)
    key, _ = factor.offer(NAME, salt)
    spare = factor.set(NAME, salt, code_of(key))[0]
    with opened(chromium) as admin, opened(chromium) as ana:
        admin.goto(f"{site}/admin/people")
        admin.get_by_label("Name").fill(NAME)
        admin.get_by_label("Password").fill(PASSWORD)
        admin.get_by_role("button", name="Log in").click()
        assert faults(admin) == []
        admin.get_by_label("Six digits").fill(spare)
        admin.get_by_role("button", name="Log in").click()
        admin.get_by_label("Name", exact=True).fill("ana.diaz")
        admin.locator("#role").select_option("viewer")
        admin.get_by_role("button", name="Make a link").click()

        ana.goto(admin.get_by_label("Link", exact=True).input_value())
        assert faults(ana) == []
        ana.get_by_label("Password", exact=True).fill(NEW)
        ana.get_by_label("Password again").fill(NEW)
        ana.get_by_role("button", name="Set it and log in").click()
        expect(ana.get_by_role("heading", name="Second factor")).to_be_visible()
        assert faults(ana) == []
        ana_key = ana.locator("p", has_text="Or type this key").locator("code").inner_text()
        ana.get_by_label("Six digits").fill(code_of(ana_key, steps=-1))
        ana.get_by_role("button", name="Turn it on").click()
        expect(ana.get_by_role("heading", name="Recovery codes")).to_be_visible()
        assert faults(ana) == []
        ana.get_by_role("button", name="Log out").click()
        ana.get_by_label("Name").fill("ana.diaz")
        ana.get_by_label("Password").fill(NEW)
        ana.get_by_role("button", name="Log in").click()
        ana.get_by_label("Six digits").fill(code_of(ana_key))
        ana.get_by_role("button", name="Log in").click()
        expect(ana.get_by_role("heading", name="Overview")).to_be_visible()

        ana.get_by_role("link", name="FAQs").click()
        expect(ana.get_by_text("What does a dog license cost?").first).to_be_visible()
        expect(ana.get_by_role("button", name="Save")).to_have_count(0)
        expect(ana.get_by_role("link", name="People")).to_have_count(0)
        assert faults(ana) == []

        admin.goto(f"{site}/admin/people")
        admin.locator("summary", has_text="Remove ana.diaz").click()
        admin.get_by_role("button", name="Remove ana.diaz").click()
        expect(admin.get_by_role("status")).to_contain_text("Removed ana.diaz")
        ana.reload()
        expect(ana.get_by_role("heading", name="Staff log-in")).to_be_visible()
