"""The inbox: who waits, claims, answers, and what the audit log says of it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from bot.admin.auth.accounts import Accounts
from bot.admin.roles import Role
from bot.handoff import handoffs
from bot.handoff.handoffs import RESIDENT, Handoff, State
from tests.bot.admin.conftest import PASSWORD, Browser
from tests.bot.widget.fake_gateway import CITIES
from townclerk import clock
from townclerk.clock import now
from townclerk.database import reading, writing
from townclerk.jurisdictions import Jurisdictions
from townclerk.text.office_hours import OfficeHours

WORDS = "My number is 603-555-0123, please call <b>me</b>."


def wants_a_person(engine: Engine, person: str = "p1", *, state: State = "waiting", minutes: float = 0) -> Handoff:
    """A resident who has asked for one so many minutes ago."""
    office = OfficeHours("Monday to Friday, 8 a.m. to 5 p.m.", answers=("Please bring a photo ID.",))
    Jurisdictions(engine).put([replace(one, handoff=office) if one.level == "city" else one for one in CITIES])
    at = now() - timedelta(minutes=minutes)
    due = at + timedelta(minutes=5) if state == "waiting" else None
    with writing(engine) as connection:
        talk = handoffs.begin(connection, Handoff(0, person, "web", "alder-falls", "en", state, "", at, at, due))
        handoffs.add(connection, talk, RESIDENT, WORDS)
    return talk


def stored(engine: Engine, talk: Handoff) -> Handoff:
    with reading(engine) as connection:
        return handoffs.get(connection, talk.id)


def test_the_oldest_stands_first_masked_and_the_title_counts(browser: Browser, staffed: Engine) -> None:
    newer = wants_a_person(staffed, "p1")
    older = wants_a_person(staffed, "p2", state="message", minutes=90)
    page = browser.get("/admin/inbox").text
    assert page.index(f"/admin/inbox/{older.id}") < page.index(f"/admin/inbox/{newer.id}")
    assert "<title>(2) Inbox" in page
    assert "603-555-0123" not in page


def test_a_talk_is_read_as_it_was_said_and_that_is_in_the_audit_log(browser: Browser, staffed: Engine) -> None:
    talk = wants_a_person(staffed)
    page = browser.get(f"/admin/inbox/{talk.id}").text
    assert "My number is 603-555-0123, please call &lt;b&gt;me&lt;/b&gt;." in page
    assert "Please bring a photo ID." in page
    browser.get(f"/admin/inbox/{talk.id}")
    assert browser.get("/admin/audit").text.count("handoff.read") == 1
    browser.post("/admin/logout")
    with clock.stopped(now() + timedelta(seconds=1)):  # the log has whole seconds
        browser.log_in()
        browser.get(f"/admin/inbox/{talk.id}")
    assert browser.get("/admin/audit").text.count("handoff.read") == 2


@pytest.mark.parametrize("way", ["renewed", "refused"])
def test_a_talk_is_never_shown_without_a_row_in_the_audit_log(browser: Browser, staffed: Engine, way: str) -> None:
    path = f"/admin/inbox/{wants_a_person(staffed).id}"
    browser.get("/admin/inbox")
    if way == "renewed":
        page = browser.client.get(path, headers={"x-renew": "1"})
    else:
        page = browser.post(f"{path}/answer", text="")
    assert "603-555-0123" in page.text
    assert browser.get("/admin/audit").text.count("handoff.read") == 1


def test_the_second_colleague_is_told_and_keeps_what_was_typed(browser: Browser, staffed: Engine) -> None:
    talk = wants_a_person(staffed)
    browser.get(f"/admin/inbox/{talk.id}")
    browser.post(f"/admin/inbox/{talk.id}/claim")
    Accounts(staffed).add("kim", PASSWORD)
    browser.client.cookies.clear()
    browser.log_in("kim")
    late = browser.post(f"/admin/inbox/{talk.id}/answer", text="My own words")
    assert late.status_code == 409
    assert "clerk has this talk" in late.text
    assert "My own words" in late.text
    assert stored(staffed, talk).claimed_by == "clerk"


def as_colleague(browser: Browser, staffed: Engine, name: str, role: Role, talk: Handoff) -> None:
    """Log a colleague in who claims a talk; the browser stays theirs."""
    Accounts(staffed).add(name, PASSWORD, role)
    browser.client.cookies.clear()
    browser.log_in(name)
    browser.get(f"/admin/inbox/{talk.id}")
    browser.post(f"/admin/inbox/{talk.id}/claim")


def test_only_an_admin_takes_a_talk_over(browser: Browser, staffed: Engine) -> None:
    talk = wants_a_person(staffed)
    as_colleague(browser, staffed, "kim", "editor", talk)
    as_colleague(browser, staffed, "lee", "editor", talk)
    assert stored(staffed, talk).claimed_by == "kim"
    assert "Take over" not in browser.get(f"/admin/inbox/{talk.id}").text
    assert browser.post(f"/admin/inbox/{talk.id}/take-over").status_code == 403
    browser.client.cookies.clear()
    browser.log_in()
    assert "Take over" in browser.get(f"/admin/inbox/{talk.id}").text
    assert browser.post(f"/admin/inbox/{talk.id}/answer", text="Mine").status_code == 409
    assert "The talk is yours." in browser.post(f"/admin/inbox/{talk.id}/take-over").text
    assert stored(staffed, talk).claimed_by == "clerk"
    assert "handoff.take-over" in browser.get("/admin/audit").text


@pytest.mark.parametrize("step", ["remove", "role"])
def test_a_talk_is_free_when_who_has_it_may_not_answer(browser: Browser, staffed: Engine, step: str) -> None:
    talk = wants_a_person(staffed)
    as_colleague(browser, staffed, "kim", "editor", talk)
    browser.client.cookies.clear()
    browser.log_in()
    browser.get("/admin/people")
    browser.post("/admin/people/kim/role", role="admin")
    assert stored(staffed, talk).claimed_by == "kim"
    browser.post(f"/admin/people/kim/{step}", role="viewer")
    assert "Sent." in browser.post(f"/admin/inbox/{talk.id}/answer", text="Here I am").text


def test_an_answer_claims_and_each_step_is_in_the_audit_log(browser: Browser, staffed: Engine) -> None:
    talk = wants_a_person(staffed)
    browser.get(f"/admin/inbox/{talk.id}")
    assert "Sent." in browser.post(f"/admin/inbox/{talk.id}/answer", text="Call 555-010-0177").text
    assert (stored(staffed, talk).state, stored(staffed, talk).claimed_by) == ("open", "clerk")
    browser.post(f"/admin/inbox/{talk.id}/release")
    browser.post(f"/admin/inbox/{talk.id}/end")
    assert stored(staffed, talk).state == "closed"
    log = browser.get("/admin/audit").text
    assert all(f"handoff.{step}" in log for step in ("answer", "release", "end"))
    assert "555-010-0177" not in log
    assert "Nobody waits." in browser.get("/admin/inbox").text


@pytest.mark.parametrize("text", ["", "   "])
def test_an_empty_answer_is_refused(browser: Browser, staffed: Engine, text: str) -> None:
    talk = wants_a_person(staffed)
    browser.get(f"/admin/inbox/{talk.id}")
    assert browser.post(f"/admin/inbox/{talk.id}/answer", text=text).status_code == 400


def test_a_talk_that_is_gone_is_a_page(browser: Browser) -> None:
    assert browser.get("/admin/inbox/77").status_code == 404


@pytest.mark.parametrize("path", ["inbox/{}", "audit?before={}"])
def test_a_number_that_no_row_can_have_is_the_askers_fault(browser: Browser, path: str) -> None:
    assert browser.get("/admin/" + path.format("9" * 30)).status_code in (400, 422)


def test_an_answer_goes_into_the_faq_form_with_its_day(browser: Browser) -> None:
    page = browser.get("/admin/faqs/new?question=Q&answer=Call+555-010-0177&since=2026-11-30&city=alder-falls").text
    assert "Call 555-010-0177</textarea>" in page
    assert 'value="2026-11-30"' in page
