"""Invitations, roles and removal, each in the audit log; the last admin stays."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, select, update

from bot.admin.audit_log import AuditLog
from bot.admin.auth.accounts import LINK_HOURS, Accounts
from bot.admin.sessions import Sessions
from bot.admin.tables import staff_links
from tests.bot.admin.conftest import NAME, ORIGIN, PASSWORD, Browser, console, settings_for
from townclerk import clock
from townclerk.database import reading, writing
from townclerk.errors import BadInput, Conflict, NotFound

NEW = "seven quiet mill wheels"


@pytest.fixture
def stranger(tmp_path: Path, staffed: Engine, back_end: str) -> Iterator[Browser]:
    """A browser that nobody logged in with."""
    with TestClient(console(settings_for(tmp_path, back_end), staffed), base_url=ORIGIN) as client:
        yield Browser(client)


def link_on(page: str) -> str:
    """The path of the link that a page shows."""
    found = re.search(r'value="[^"]+(/admin/join/[^"]+)"', page)
    assert found is not None
    return found[1]


def test_an_invitation_sets_a_password_once(browser: Browser, stranger: Browser, staffed: Engine) -> None:
    page = browser.post("/admin/people", name="Ana.Diaz", role="viewer").text
    path = link_on(page)
    token = path.rpartition("/")[2]
    with reading(staffed) as connection:
        assert token not in str(connection.execute(select(staff_links)).all())
    assert "ana.diaz" in stranger.get(path).text
    assert "differ" in stranger.post(path, new=NEW, again=NEW + "!").text
    assert "easy to guess" in stranger.post(path, new="ana.diaz ana.diaz", again="ana.diaz ana.diaz").text
    assert stranger.post(path, new=NEW, again=NEW).url.path == "/admin/"
    assert Accounts(staffed).matches("ana.diaz", NEW)
    assert stranger.post(path, new=NEW, again=NEW).status_code == stranger.get(path).status_code == 404
    assert "invited" not in browser.get("/admin/people").text


def test_a_link_ends_after_two_days_and_with_the_next_one(browser: Browser, stranger: Browser, staffed: Engine) -> None:
    first = link_on(browser.post(f"/admin/people/{NAME}/link").text)
    second = link_on(browser.post(f"/admin/people/{NAME}/link").text)
    assert [stranger.get(path).status_code for path in (first, second)] == [404, 200]
    with writing(staffed) as connection:
        connection.execute(update(staff_links).values(ends_at=clock.now() - timedelta(seconds=1)))
    assert f"older than {LINK_HOURS} hours" in stranger.get(second).text


def test_a_link_from_another_origin_is_refused(browser: Browser, stranger: Browser) -> None:
    path = link_on(browser.post(f"/admin/people/{NAME}/link").text)
    sent = {"new": NEW, "again": NEW}
    assert stranger.client.post(path, data=sent, headers={"origin": "https://evil.example"}).status_code == 403


def test_a_new_link_leaves_the_password_until_it_is_used(staffed: Engine) -> None:
    accounts = Accounts(staffed)
    session = Sessions(staffed).open(NAME)
    token = accounts.link(NAME)
    assert accounts.matches(NAME, PASSWORD)
    with pytest.raises(BadInput):
        accounts.use_link(token, "short")
    assert accounts.use_link(token, NEW) == NAME
    assert (accounts.matches(NAME, PASSWORD), accounts.matches(NAME, NEW)) == (False, True)
    assert Sessions(staffed).find(session) is None
    with pytest.raises(NotFound):
        accounts.use_link(token, NEW)


def test_a_role_holds_from_the_next_click_on(browser: Browser, staffed: Engine) -> None:
    Accounts(staffed).add("boss", NEW)
    browser.post(f"/admin/people/{NAME}/role", role="editor")
    assert browser.get("/admin/people").status_code == 403
    assert browser.get("/admin/faqs").status_code == 200


def test_the_removed_are_logged_out_at_once(browser: Browser, staffed: Engine) -> None:
    Accounts(staffed).add("temp", NEW, "editor")
    session = Sessions(staffed).open("temp")
    assert "Removed temp" in browser.post("/admin/people/temp/remove").text
    assert Sessions(staffed).find(session) is None
    assert not Accounts(staffed).matches("temp", NEW)


def test_the_last_admin_stays_whatever_was_invited(browser: Browser, staffed: Engine) -> None:
    browser.post("/admin/people", name="deputy", role="admin")  # has no password yet, so is nobody to rely on
    for step in ("remove", "role"):
        page = browser.post(f"/admin/people/{NAME}/{step}", role="viewer")
        assert (page.status_code, "is the last admin" in page.text) == (409, True)
    with pytest.raises(Conflict):
        Accounts(staffed).remove(NAME)
    Accounts(staffed).set_password("deputy", NEW)
    Accounts(staffed).remove(NAME)


@pytest.mark.parametrize(
    ("name", "role"), [("no spaces please", "editor"), ("", "editor"), (NAME, "editor"), ("x", "king")]
)
def test_what_cannot_be_invited_says_why(browser: Browser, name: str, role: str) -> None:
    page = browser.post("/admin/people", name=name, role=role)
    assert page.status_code in (400, 409)
    assert "/admin/join/" not in page.text


def test_every_step_is_in_the_audit_log(browser: Browser, staffed: Engine, tmp_path: Path) -> None:
    browser.post("/admin/people", name="ana", role="viewer")
    for step in ("link", "role", "remove"):
        browser.post(f"/admin/people/ana/{step}", role="editor")
    rows = [(e.actor, e.action, e.subject, e.detail) for e in AuditLog(staffed, tmp_path).latest()][:4]
    assert rows[::-1] == [
        (NAME, "staff.invite", "ana", "viewer"),
        (NAME, "staff.link", "ana", ""),
        (NAME, "staff.role", "ana", "editor"),
        (NAME, "staff.remove", "ana", ""),
    ]
