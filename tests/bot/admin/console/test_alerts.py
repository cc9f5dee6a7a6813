"""Alerts in the console."""

from typing import Any

from sqlalchemy import Engine

from bot.admin.auth.accounts import Accounts
from bot.alerts.topics import topics_of
from tests.bot.admin.back_ends import HOSTILE
from tests.bot.admin.conftest import Browser
from tests.bot.alerts.rows import subscribed
from townclerk.database import reading

TRASH: dict[str, Any] = {
    "city": "alder-falls",
    "name": "Trash day changes",
    "words": "garbage",
    "monthly": "2",
    "active": "true",
}


def test_a_topic_is_added_changed_and_switched_off(browser: Browser) -> None:
    assert "No topic yet." in browser.get("/admin/alerts").text
    page = browser.post("/admin/alerts/topics", **TRASH)
    for shown in (
        "Residents get it with ALERTS 1.",
        "1 Trash day changes",
        "About 2 texts a month.",
        "Reply STOP 1 to end",
    ):
        assert shown in page.text
    form = browser.get("/admin/alerts?topic=1").text
    assert 'value="garbage"' in form
    off = browser.post(
        "/admin/alerts/topics", **TRASH | {"id": "1", "active": "false", "urgent": "true", "words": "bins"}
    )
    assert '<span class="tag warn">off</span>' in off.text
    assert '<span class="tag bad">urgent</span>' in off.text
    browser.post("/admin/alerts/topics", **TRASH | {"name": "Snow"})
    assert "2 Snow" in browser.get("/admin/alerts").text
    log = browser.get("/admin/audit").text
    assert "alert.topic" in log
    assert "words: bins; ; 2 a month, urgent, off" in log


def test_a_refused_topic_stays_in_the_form(browser: Browser) -> None:
    browser.post("/admin/alerts/topics", **TRASH)
    for wrong, told in (
        ({}, "already"),
        ({"city": "nowhere", "name": "Snow"}, "Choose the city"),
        ({"name": " "}, "needs a name"),
    ):
        page = browser.post("/admin/alerts/topics", **TRASH | wrong)
        assert page.status_code in (400, 404, 409)
        assert told in page.text
        assert 'value="garbage"' in page.text
    assert browser.get("/admin/alerts?topic=7").status_code == 404


def test_what_staff_type_is_shown_as_text(browser: Browser) -> None:
    browser.post("/admin/alerts/topics", **TRASH | {"name": "<img src=x>", "words": HOSTILE, "description": HOSTILE})
    assert "<img" not in browser.get("/admin/alerts?topic=1").text


def with_topic(browser: Browser, staffed: Engine, receivers: int) -> None:
    browser.get("/admin/alerts")
    browser.post("/admin/alerts/topics", **TRASH)
    with reading(staffed) as connection:
        (topic,) = topics_of(connection)
    subscribed(staffed, topic, *(f"+1603555{n:04}" for n in range(receivers)))


def test_an_alert_is_previewed_kept_and_canceled(browser: Browser, staffed: Engine) -> None:
    with_topic(browser, staffed, 3)
    typed: dict[str, Any] = {"topics": "1", "text": "Trash is picked up on Friday.", "send_at": "2099-01-05T09:00"}
    refused = browser.post("/admin/alerts", **typed)
    assert refused.status_code == 200
    for shown in (
        "Alder Falls, Trash day changes: Trash is picked up on Friday.",
        "Reply STOP 1 to end these.",
        "1 segment to 3 receivers",
        "$0.03",
    ):
        assert shown in refused.text
    far = browser.post("/admin/alerts", **typed, step="send")
    assert far.status_code == 400
    assert "more than a year ahead" in far.text
    assert "picked up on Friday." in far.text
    for wrong in ({"send_at": "soon"}, {"topics": "9"}, {"text": " "}):
        assert browser.post("/admin/alerts", **typed | wrong).status_code == 400
    kept = browser.post("/admin/alerts", **typed | {"send_at": ""}, step="send")
    assert "waits for its time" in kept.text
    assert "canceled by clerk" in browser.post("/admin/alerts/1/cancel").text
    log = browser.get("/admin/audit").text
    assert "alert.write" in log
    assert "alert.cancel" in log
    assert browser.post("/admin/alerts/1/cancel").status_code == 409


def test_what_many_get_is_approved_by_somebody_else(browser: Browser, staffed: Engine) -> None:
    with_topic(browser, staffed, 101)
    kept = browser.post("/admin/alerts", topics="1", text="Friday.", step="send")
    assert "more than 100 get it" in kept.text
    assert "/admin/alerts/1/approve" not in kept.text
    assert browser.post("/admin/alerts/1/approve").status_code == 403
    Accounts(staffed).add("bea", "seven quiet herons fly", "editor")
    browser.post("/admin/logout")
    browser.log_in("bea", "seven quiet herons fly")
    assert "/admin/alerts/1/approve" in browser.get("/admin/alerts").text
    assert "approved by bea" in browser.post("/admin/alerts/1/approve").text
    urgent = browser.post("/admin/alerts/topics", **TRASH | {"id": "1", "urgent": "true"})
    assert (urgent.status_code, "Only an admin" in urgent.text) == (403, True)
