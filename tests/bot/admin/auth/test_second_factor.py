"""The second factor: set up with an app, asked at each log-in, every code taken once, required where a setting says so."""

import re
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, select

from bot.admin.audit_log import AuditLog
from bot.admin.auth.accounts import Accounts
from bot.admin.auth.log_ins import LogIns
from bot.admin.auth.second_factor import RECOVERY_CODES, SecondFactor, new_salt, required
from bot.admin.auth.throttle import CODES
from bot.admin.tables import staff, staff_codes
from tests.bot.admin.conftest import NAME, ORIGIN, PASSWORD, Browser, console, settings_for
from townclerk import clock
from townclerk.database import reading
from townclerk.errors import BadInput
from townclerk.settings import Settings


@pytest.fixture
def factor(tmp_path: Path, staffed: Engine) -> SecondFactor:
    return SecondFactor(staffed, tmp_path)


def code_of(key: str, *, steps: int = 0) -> str:
    """What an app shows for a key, now or some steps of 30 s later."""
    return pyotp.TOTP(key).at(int(clock.now().timestamp()) + 30 * steps)


def set_up(factor: SecondFactor) -> tuple[str, list[str]]:
    """Turn it on with the code of a step ago; gives key and recovery codes."""
    salt = new_salt()
    key, _ = factor.offer(NAME, salt)
    return key, list(factor.set(NAME, salt, code_of(key, steps=-1)))


def test_a_code_is_taken_once_and_an_older_one_never_after(factor: SecondFactor) -> None:
    key, _ = set_up(factor)
    now = code_of(key)
    assert [factor.check(NAME, code) for code in (code_of(key, steps=-1), now, now)] == [False, True, False]
    assert not factor.check(NAME, code_of(key, steps=5))
    assert not factor.check("nobody", now)


def test_a_code_may_be_typed_with_a_space(factor: SecondFactor) -> None:
    key, _ = set_up(factor)
    code = code_of(key)
    assert factor.check(NAME, f" {code[:3]} {code[3:]} ")


def test_a_recovery_code_works_once_and_only_its_hash_is_stored(factor: SecondFactor, staffed: Engine) -> None:
    key, codes = set_up(factor)
    assert len(set(codes)) == RECOVERY_CODES
    with reading(staffed) as connection:
        stored = str(connection.execute(select(staff_codes)).all()) + str(connection.execute(select(staff)).all())
    assert not any(code in stored for code in codes)
    assert key not in stored
    assert [factor.check(NAME, code) for code in (codes[0], codes[0], codes[1].upper())] == [True, False, True]


def test_a_wrong_code_turns_nothing_on(factor: SecondFactor) -> None:
    with pytest.raises(BadInput, match="not right"):
        factor.set(NAME, new_salt(), "123456")
    assert not factor.is_set(NAME)
    assert not factor.check(NAME, "123456")
    assert not factor.check(NAME, "")


def test_a_new_phone_replaces_the_old_one_and_its_recovery_codes(factor: SecondFactor) -> None:
    old, codes = set_up(factor)
    new, _ = set_up(factor)
    assert not factor.check(NAME, code_of(old))
    assert not factor.check(NAME, codes[0])
    assert factor.check(NAME, code_of(new))


@pytest.mark.parametrize(
    ("setting", "expected"), [("optional", (False, False)), ("admins", (False, True)), ("all", (True, True))]
)
def test_who_must_have_one(setting: str, expected: tuple[bool, bool]) -> None:
    settings = Settings.model_validate({"staff_second_factor": setting})
    assert (required(settings, "viewer"), required(settings, "admin")) == expected


def log_in(browser: Browser) -> str:
    """Name and password once more; gives what the second step needs."""
    page = browser.client.post("/admin/login", data={"name": NAME, "password": PASSWORD}, headers={"origin": ORIGIN})
    found = re.search(r'name="pending" value="([^"]+)"', page.text)
    assert found is not None
    return found[1]


def key_on(page: str) -> str:
    """The key that the page shows in letters."""
    found = re.search(r"type this key into it: <code>([A-Z2-7 ]+)</code>", page)
    assert found is not None
    return found[1].replace(" ", "")


def test_from_setting_it_up_to_the_next_log_in(browser: Browser, staffed: Engine, tmp_path: Path) -> None:
    page = browser.get("/admin/account/second-factor").text
    salt = re.search(r'name="salt" value="([^"]+)"', page)
    assert salt is not None
    assert "<svg" in page
    key = key_on(page)
    wrong = browser.post("/admin/account/second-factor", salt=salt[1], code="000000")
    assert (wrong.status_code, key_on(wrong.text)) == (400, key)
    done = browser.post("/admin/account/second-factor", salt=salt[1], code=code_of(key, steps=-1))
    assert done.text.count("<li><code>") == RECOVERY_CODES

    browser.client.cookies.clear()
    pending = log_in(browser)
    assert browser.client.get("/admin/", follow_redirects=False).status_code == 303
    assert "wrong, or was used" in browser.post("/admin/login/code", pending=pending, code="000000").text
    code = code_of(key)
    after = browser.post("/admin/login/code", pending=pending, code=code, next="/admin/faqs")
    assert after.url.path == "/admin/faqs"
    browser.client.cookies.clear()
    assert browser.post("/admin/login/code", pending=log_in(browser), code=code).status_code == 401
    assert "staff.second-factor.set" in {entry.action for entry in AuditLog(staffed, tmp_path).latest()}


def test_without_the_password_step_no_code_counts(browser: Browser, factor: SecondFactor, tmp_path: Path) -> None:
    key, _ = set_up(factor)
    browser.client.cookies.clear()
    for pending in ("", NAME, LogIns(Settings(home=tmp_path / "elsewhere")).set_pending(NAME)):
        page = browser.post("/admin/login/code", pending=pending, code=code_of(key))
        assert (page.status_code, "took too long" in page.text) == (401, True)


def test_codes_cannot_be_guessed_on(browser: Browser, factor: SecondFactor) -> None:
    key, _ = set_up(factor)
    browser.client.cookies.clear()
    pending = log_in(browser)
    for _ in range(CODES.browser.amount):
        assert browser.post("/admin/login/code", pending=pending, code="000000").status_code == 401
    assert browser.post("/admin/login/code", pending=pending, code=code_of(key)).status_code == 429


def test_a_link_sets_the_password_but_does_not_replace_the_phone(
    browser: Browser, factor: SecondFactor, staffed: Engine
) -> None:
    set_up(factor)
    token, new = Accounts(staffed).link(NAME), "seven quiet mill wheels"
    browser.client.cookies.clear()
    page = browser.post(f"/admin/join/{token}", new=new, again=new)
    assert 'name="pending"' in page.text
    assert browser.client.get("/admin/", follow_redirects=False).status_code == 303
    assert Accounts(staffed).matches(NAME, new)


def test_an_admin_turns_it_off_for_a_lost_phone(
    browser: Browser, factor: SecondFactor, staffed: Engine, tmp_path: Path
) -> None:
    _, codes = set_up(factor)
    assert "second factor on" in browser.get("/admin/people").text
    assert "is off" in browser.post(f"/admin/people/{NAME}/reset").text
    assert not factor.is_set(NAME)
    assert not factor.check(NAME, codes[0])
    assert browser.log_in().status_code == 303
    assert "staff.second-factor.reset" in {entry.action for entry in AuditLog(staffed, tmp_path).latest()}


@pytest.fixture
def strict(tmp_path: Path, staffed: Engine, back_end: str) -> Iterator[Browser]:
    """A browser of a console that asks admins for a second factor."""
    settings = settings_for(tmp_path, back_end, staff_second_factor="admins")
    with TestClient(console(settings, staffed), base_url=ORIGIN) as client:
        yield Browser(client)


def test_where_it_is_required_nothing_else_opens_before_it_is_set(strict: Browser, factor: SecondFactor) -> None:
    strict.log_in()
    assert strict.get("/admin/faqs").url.path == "/admin/account/second-factor"
    assert strict.post("/admin/faqs", question="Q?", answer="A.", city="alder-falls").status_code == 403
    set_up(factor)
    assert strict.get("/admin/faqs").url.path == "/admin/faqs"
