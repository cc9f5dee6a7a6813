"""Accounts, sessions, log-out, passwords."""

from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, select, update

from bot.admin import tables
from bot.admin.auth.accounts import Accounts, ensure_admin
from bot.admin.auth.passwords import new_password
from bot.admin.sessions import IDLE, LONGEST, Sessions
from tests.bot.admin.conftest import NAME, ORIGIN, PASSWORD, Browser, console, settings_for
from townclerk import clock
from townclerk.database import reading, writing
from townclerk.errors import BadInput, Conflict, NotFound


def test_the_first_start_makes_one_account_and_tells_its_password_once(tmp_path: Path, engine: Engine) -> None:
    password = ensure_admin(engine, tmp_path)
    assert password is not None
    assert len(password) == 23
    assert Accounts(engine).matches("admin", password)
    assert ensure_admin(engine, tmp_path) is None


def test_passwords_are_kept_as_argon2id_only(staffed: Engine) -> None:
    with reading(staffed) as connection:
        stored = connection.execute(select(tables.staff.c.password)).scalar_one()
    assert stored.startswith("$argon2id$")
    assert PASSWORD not in stored


def test_a_made_password_is_never_the_same() -> None:
    assert len({new_password() for _ in range(50)}) == 50


@pytest.mark.parametrize("password", ["short", "x" * 201, "clerk clerk clerk", "aaaaaaaaaaaaaaa"])
def test_a_weak_password_is_refused(staffed: Engine, password: str) -> None:
    with pytest.raises(BadInput):
        Accounts(staffed).set_password(NAME, password)


def test_names_are_unique_and_known(staffed: Engine) -> None:
    with pytest.raises(Conflict):
        Accounts(staffed).add(NAME.upper(), "another long password")
    with pytest.raises(NotFound):
        Accounts(staffed).set_password("nobody", "another long password")


def test_logging_in_gives_a_new_strict_cookie_and_ignores_one_brought_along(browser: Browser, staffed: Engine) -> None:
    before = browser.client.cookies["townclerk_staff"]
    answer = browser.log_in()
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert browser.client.cookies["townclerk_staff"] != before
    with reading(staffed) as connection:
        assert before not in str(connection.execute(select(tables.staff_sessions)).all())


def test_over_tls_the_cookie_is_bound_to_this_very_host(tmp_path: Path, staffed: Engine, back_end: str) -> None:
    origin = "https://ask.example.gov"
    app = console(settings_for(tmp_path, back_end, public_url=origin), staffed)
    with TestClient(app, base_url=origin) as client:
        sent = {"name": NAME, "password": PASSWORD}
        assert client.post("/admin/login", data=sent, headers={"origin": ORIGIN}).status_code == 403
        answer = client.post("/admin/login", data=sent, headers={"origin": origin}, follow_redirects=False)
    cookie, device = answer.headers.get_list("set-cookie")
    assert device.startswith("__Host-townclerk_device=")
    assert cookie.startswith("__Host-townclerk_staff=")
    assert "Secure" in cookie
    assert "Path=/;" in cookie
    assert "Domain" not in cookie


def test_a_wrong_password_says_so_and_keeps_the_name(browser: Browser) -> None:
    browser.client.cookies.clear()
    answer = browser.log_in(password="wrong password!")
    assert answer.status_code == 401
    assert "Name or password is wrong." in answer.text
    assert f'value="{NAME}"' in answer.text


@pytest.mark.parametrize(
    "after", ["https://evil.example/", "//evil.example", "/admin/\\evil.example", "/adminx", "javascript:alert(1)"]
)
def test_logging_in_never_leads_to_another_site(browser: Browser, after: str) -> None:
    sent = {"name": NAME, "password": PASSWORD, "next": after}
    answer = browser.client.post("/admin/login", data=sent, headers={"origin": ORIGIN}, follow_redirects=False)
    assert answer.headers["location"] == "/admin/"


def test_log_in_leads_back_to_the_page_that_was_wanted(browser: Browser) -> None:
    browser.client.cookies.clear()
    page = browser.client.get("/admin/questions?unanswered=true")
    assert 'name="next" value="/admin/questions?unanswered=true"' in page.text


@pytest.mark.parametrize(("column", "age"), [("seen_at", IDLE), ("created_at", LONGEST)])
def test_a_session_ends_after_idle_time_and_after_a_working_day(staffed: Engine, column: str, age: timedelta) -> None:
    sessions = Sessions(staffed)
    token = sessions.open(NAME)
    assert sessions.find(token) is not None
    with writing(staffed) as connection:
        connection.execute(update(tables.staff_sessions).values({column: clock.now() - age - timedelta(seconds=1)}))
    assert sessions.find(token) is None


def test_log_out_ends_the_session_itself(browser: Browser) -> None:
    cookie = browser.client.cookies["townclerk_staff"]
    browser.post("/admin/logout")
    browser.client.cookies.clear()
    browser.client.cookies.set("townclerk_staff", cookie)
    assert browser.client.get("/admin/", follow_redirects=False).status_code == 303


def test_a_new_password_logs_out_every_browser(browser: Browser, staffed: Engine) -> None:
    other = Sessions(staffed).open(NAME)
    new = "seven quiet mill wheels"
    assert "differ" in browser.post("/admin/account", password=PASSWORD, new=new, again=new + "!").text
    assert "wrong" in browser.post("/admin/account", password="not the password", new=new, again=new).text
    browser.post("/admin/account", password=PASSWORD, new=new, again=new)
    assert Sessions(staffed).find(other) is None
    assert Accounts(staffed).matches(NAME, new)
