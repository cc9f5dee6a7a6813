"""The console's page of records."""

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from bot.conversation.identity import Identity
from tests.bot.admin.conftest import NAME, Browser
from tests.bot.records.rows import counts, wrote
from townclerk.clock import now, stopped
from townclerk.records import timetable
from townclerk.records.holds import Holds

PHONE = "+16035550123"


@pytest.fixture
def written(staffed: Engine, tmp_path: object) -> Engine:
    """One phone wrote twice, another once."""
    mine = Identity(tmp_path, session_days=30).phone_person(PHONE)  # type: ignore[arg-type]
    for person, days in ((mine, 2), (mine, 1), ("somebody-else", 1)):
        wrote(staffed, person, days=days)
    return staffed


def told(browser: Browser) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", browser.get("/admin/records").text))


def test_the_page_says_what_is_kept_and_that_nothing_was_deleted(browser: Browser) -> None:
    text = told(browser)
    assert "Transcripts and talks 30 days" in text
    assert "Questions as staff see them, without a name 400 days" in text
    assert "No hold stands" in text
    assert "Nothing yet: it begins a day after the first start." in text
    assert "Nobody asked yet." in text


def test_a_hold_is_placed_and_released_and_the_log_tells_of_it(browser: Browser, written: Engine) -> None:
    browser.get("/admin/records")
    page = browser.post("/admin/records/holds", reason="records request 7", phone="+1 603 555 0123")
    assert "Hold 1 stands." in page.text
    assert "It covers 2 messages by now" in page.text
    assert "1 records request 7 one phone number" in told(browser)
    browser.post("/admin/records/erase", phone=PHONE)
    assert counts(written)["messages"] == 3
    assert "1 request to delete waits for a hold" in told(browser)
    assert "Hold 1 is released." in browser.post("/admin/records/holds/1/release").text
    assert "No hold stands" in told(browser)
    log = browser.get("/admin/audit").text
    for action in ("records.hold", "records.erase", "records.release"):
        assert action in log
    assert NAME in log
    assert "6035550123" not in log


def test_a_phone_number_is_deleted_and_the_account_is_shown(browser: Browser, written: Engine) -> None:
    browser.get("/admin/records")
    assert "Deleted: 9 rows. The account is below." in browser.post("/admin/records/erase", phone=PHONE).text
    assert counts(written)["messages"] == 1
    text = told(browser)
    assert "Everything of one person 9 2 messages" in text
    assert "Nothing was kept of this number: check it." in browser.post("/admin/records/erase", phone=PHONE).text


def test_what_is_typed_wrong_is_said_and_changes_nothing(browser: Browser, written: Engine) -> None:
    before = counts(written)
    browser.get("/admin/records")
    page = browser.post("/admin/records/holds", reason="r", phone="555-0123")
    assert page.status_code == 400
    assert "country code" in page.text
    assert 'value="555-0123"' in page.text
    assert browser.post("/admin/records/holds", reason=" ").status_code == 400
    assert browser.post("/admin/records/erase", phone="").status_code == 400
    assert browser.post("/admin/records/export", since="yesterday").status_code == 400
    assert browser.post("/admin/records/holds/9/release").status_code == 404
    assert browser.post(f"/admin/records/holds/{'9' * 20}/release").status_code == 400
    assert counts(written) == before
    assert Holds(written).standing() == []


def test_transcripts_are_handed_over_as_lines(browser: Browser, written: Engine) -> None:
    browser.get("/admin/records")
    given = browser.post("/admin/records/export", phone=PHONE)
    assert given.headers["content-disposition"] == 'attachment; filename="transcripts.jsonl"'
    assert len([json.loads(line) for line in given.text.splitlines()]) == 2
    day = (now() - timedelta(days=2)).date().isoformat()
    assert len(browser.post("/admin/records/export", since=day, until=day).text.splitlines()) == 1
    assert "records.export" in browser.get("/admin/audit").text


def test_a_missed_run_is_told_on_the_first_page_too(browser: Browser, staffed: Engine) -> None:
    with stopped(now() - timedelta(days=4)):
        timetable.due(staffed, "conversations")
    assert "Nothing was looked through since" in browser.get("/admin/records").text
    assert "Old records are not deleted" in browser.get("/admin/").text
