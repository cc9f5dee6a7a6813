"""Alerts in the console."""

from typing import Any

from tests.bot.admin.back_ends import HOSTILE
from tests.bot.admin.conftest import Browser

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
