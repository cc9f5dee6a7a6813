"""What staff see and do: sources, crawls, FAQs, questions, explanations; and with parts that are down."""

import csv
import io
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from tests.bot.admin.back_ends import HOSTILE, BackEnds, candidate, faq, question, run, source
from tests.bot.admin.conftest import ORIGIN, Browser, console, settings_for

PAGES = (
    "/admin/",
    "/admin/sources",
    "/admin/runs/7",
    "/admin/faqs",
    "/admin/synonyms",
    "/admin/questions",
    "/admin/pins",
    "/admin/pins/new?text=water",
    "/admin/pins/4",
    "/admin/why?text=water",
    "/admin/alerts",
    "/admin/records",
    "/admin/audit",
    "/admin/account",
)


def test_the_overview_shows_health_the_last_day_and_what_needs_an_answer(browser: Browser, held: BackEnds) -> None:
    held.alarms.append("The newest snapshot did not match its checksums.")
    text = browser.get("/admin/").text
    assert "Assistant, Actions: not available." in text
    assert "did not match its checksums" in text
    assert "Can I keep bees?" in text
    assert text.count("does not answer") == 2


def test_what_needs_staff_is_listed_and_the_list_empties(browser: Browser, held: BackEnds) -> None:
    today = date.today()
    held.sources = [
        source(last_run=run(6, "held", reason="40 % of the pages were missing.")),
        source(id="b-1"),
        source(id="c-1", last_run=run(5, "failed")),
    ]
    held.faqs = [
        faq(1, review_by=str(today), question="Review?"), faq(2, review_by=str(today + timedelta(1)), question="Not yet?"),
        faq(3, review_by=None, valid_until=str(today - timedelta(1)), question="Over?"), faq(4, review_by=None, valid_until=str(today + timedelta(14)), question="Soon?"),
        faq(5, review_by=None, valid_until=str(today + timedelta(20)), question="Later?"),
    ]  # fmt: skip
    text = browser.get("/admin/").text
    needs = text[text.index('id="needs"') : text.index('id="open"')]
    for words in (
        "alder-falls-1: the last crawl was held back",
        "40 % of the pages",
        "c-1: the last crawl failed",
        "Review?",
        "Over?",
        "Soon?",
        "/admin/faqs/3/edit",
        "/admin/runs/6",
    ):
        assert words in needs
    for words in ("b-1", "Not yet?", "Later?"):
        assert words not in needs
    assert needs.index("Over?") < needs.index("Review?") < needs.index("Soon?")
    held.sources, held.faqs = [source()], [faq(2, review_by=None)]
    assert "Nothing: no crawl is held back, no review is due." in browser.get("/admin/").text


def test_the_overview_tells_how_far_the_index_is_and_that_it_was_rolled_back(browser: Browser, held: BackEnds) -> None:
    held.index_status = {"reading": {"done": 1200, "total": 34000}, "rolled_back": "to snap-000007 of <Monday>"}
    text = browser.get("/admin/").text
    assert "1,200 of 34,000" in text
    assert "to snap-000007 of &lt;Monday&gt;" in text
    assert "by rebuilding it" in text
    held.index_status = {"ready": False, "waiting": "the index is being opened"}
    assert "not ready: the index is being opened" in browser.get("/admin/").text


def test_sources_show_their_last_counts(browser: Browser) -> None:
    text = browser.get("/admin/sources").text
    assert "3 new, 2 changed, 0 gone, 1 failed" in text
    assert "never" in text


def test_crawl_now_queues_a_crawl_and_shows_it_under_way(browser: Browser, held: BackEnds) -> None:
    page = browser.post("/admin/sources/alder-falls-1/crawl")
    assert held.calls == [("crawl", {"source_id": "alder-falls-1", "allow_removals": False})]
    assert "Crawl 8 of alder-falls-1 is queued." in page.text
    assert 'data-reload="3"' in page.text
    assert "is queued" not in browser.get("/admin/").text  # said once


def test_adding_a_source_sends_the_form_and_a_refusal_keeps_what_was_typed(browser: Browser, held: BackEnds) -> None:
    browser.post(
        "/admin/sources",
        url="https://new.example/",
        city="port-maren",
        schedule="0 3 * * *",
        depth="4",
        max_pages="20",
        include="/a/",
    )
    wanted = {
        "url": "https://new.example/",
        "city": "port-maren",
        "schedule": "0 3 * * *",
        "depth": 4,
        "max_pages": 20,
        "include": "/a/",
        "exclude": "",
    }
    assert held.calls == [("add", wanted)]
    page = browser.post("/admin/sources", url="ftp://old.example/", city="port-maren", include="/b/")
    assert page.status_code == 400
    assert "A source is an http or https address" in page.text
    assert 'value="ftp://old.example/"' in page.text
    assert 'value="/b/"' in page.text


def test_a_form_that_cannot_be_read_is_explained_on_a_page(browser: Browser) -> None:
    page = browser.post("/admin/sources", url="https://new.example/", city="port-maren", depth="many")
    assert page.status_code == 400
    assert "depth" in page.text
    assert page.headers["content-type"].startswith("text/html")


def test_removing_a_source(browser: Browser, held: BackEnds) -> None:
    page = browser.post("/admin/sources/alder-falls-1/remove")
    assert held.calls == [("remove", "alder-falls-1")]
    assert "Removed alder-falls-1" in page.text


def test_what_a_crawl_held_back_is_shown_and_accepted(browser: Browser, held: BackEnds) -> None:
    page = browser.get("/admin/runs/6")
    for said in ("2 pages held back", "A permit costs $40.", "These pages move.", "HTTP 404"):
        assert said in page.text
    assert "held back" not in browser.get("/admin/runs/7").text
    browser.get("/admin/runs/6")
    nothing = browser.post("/admin/runs/6/accept")
    assert nothing.status_code == 400
    assert "accept all" in nothing.text
    one = browser.post("/admin/runs/6/accept", urls="https://www.alder-falls.example/fees")
    assert "Pages of alder-falls-1: 0 changed, 1 removed, 1 held back still." in one.text
    browser.post("/admin/runs/6/accept", everything="true")
    asked = [{"urls": [], "everything": False}, {"urls": ["https://www.alder-falls.example/fees"], "everything": False}]
    assert held.calls == [("accept", ("alder-falls-1", each)) for each in (*asked, {"urls": [], "everything": True})]
    log = browser.get("/admin/audit").text
    assert "source.accept" in log
    assert "https://www.alder-falls.example/fees" in log


def test_a_rebuilt_site_is_crawled_anew_with_everything_accepted(browser: Browser, held: BackEnds) -> None:
    browser.get("/admin/runs/6")
    browser.post("/admin/sources/alder-falls-1/crawl", allow_removals="true")
    assert held.calls == [("crawl", {"source_id": "alder-falls-1", "allow_removals": True})]
    assert "accepting all that it finds" in browser.get("/admin/audit").text


def test_a_run_shows_each_address_with_its_reason_and_filters(browser: Browser) -> None:
    assert "the PDF is encrypted" in browser.get("/admin/runs/7").text
    added = browser.get("/admin/runs/7?kind=added").text
    assert "2026-recycling-changes" in added
    assert "annual-report-2019" not in added
    assert browser.get("/admin/runs/99").status_code == 404


def test_a_faq_file_is_looked_at_then_imported(browser: Browser, held: BackEnds) -> None:
    data = b"question,answer\nWhere is City Hall?,200 Mill Street.\nAnd when?,\n"
    page = browser.post("/admin/faqs/preview", files={"file": ("faqs.csv", data, "text/csv")}, city="alder-falls")
    assert held.calls == []
    for words in ("What importing faqs.csv would do", "$15", "$18", "&lt;script&gt;", "Where is City Hall?"):
        assert words in page.text
    fields = dict(re.findall(r'type="hidden" name="(content|revision|city|name)" value="([^"]*)"', page.text))
    page = browser.post("/admin/faqs/import", **fields)
    assert held.calls == [("faqs", (data, "alder-falls"))]
    assert "1 added, 0 changed, 0 the same, 1 not taken." in page.text
    assert "the answer is empty" in page.text
    refused = browser.post("/admin/faqs/preview", files={"file": ("x.csv", b"a,b\n1,2\n", "text/csv")}, city="")
    assert refused.status_code == 400
    assert "must name the columns" in refused.text
    for broken in ("", "%%%", fields["content"][:-9]):
        assert browser.post("/admin/faqs/import", **fields | {"content": broken}).status_code == 400


def test_one_faq_is_added_and_fields_left_empty_are_not_sent(browser: Browser, held: BackEnds) -> None:
    typed: dict[str, Any] = {"question": 'Is "Mill Days" on, still?', "answer": "Yes.\nFriday.", "city": "alder-falls"}
    browser.post("/admin/faqs", **typed, url="", owner="", valid_until="2026-12-31")
    assert held.calls == [("faq", (9, typed | {"valid_until": "2026-12-31", "revision": 0, "by": "clerk"}))]
    page = browser.post("/admin/faqs", question="Why?", answer="", city="port-maren", owner="Clerk")
    assert page.status_code == 400
    for kept in ("the answer is empty", 'value="Why?"', 'value="Clerk"', '<option value="port-maren" selected>'):
        assert kept in page.text


def test_a_stored_faq_is_edited_with_all_its_fields(browser: Browser, held: BackEnds) -> None:
    held.faqs = [faq(3, valid_from="2026-01-01", language="es")]
    form = browser.get("/admin/faqs/3/edit").text
    for shown in (
        "Edit FAQ 3",
        'name="revision" value="3"',
        "City Clerk",
        "2026-01-31",
        "2026-01-01",
        'value="es"',
        "services/pet-licenses",
    ):
        assert shown in form
    browser.post(
        "/admin/faqs",
        id="3",
        revision="3",
        question="Q?",
        answer="A.",
        city="alder-falls",
        owner="",
        review_by="2027-01-31",
    )
    fields = {"question": "Q?", "answer": "A.", "city": "alder-falls", "owner": "", "review_by": "2027-01-31"}
    assert held.calls == [("faq", (3, fields | {"revision": 3, "by": "clerk"}))]
    assert browser.get("/admin/faqs/77/edit").status_code == 404


def test_faqs_are_exported_and_removed(browser: Browser, held: BackEnds) -> None:
    export = browser.get("/admin/faqs.csv?city=alder-falls")
    assert export.headers["content-disposition"] == 'attachment; filename="faqs-alder-falls.csv"'
    assert browser.get("/admin/faqs.csv?city=a%22b").headers["content-disposition"] == 'attachment; filename="faqs.csv"'
    browser.post("/admin/faqs/2/remove")
    assert held.calls == [("unfaq", 2)]


def test_questions_show_answer_votes_and_filter(browser: Browser) -> None:
    text = browser.get("/admin/questions").text
    for words in ("3 yes", "1 no", "high confidence", "not answered", "from Tamarack County", "text message"):
        assert words in text
    assert "water bill" not in browser.get("/admin/questions?unanswered=true").text


def test_personal_data_in_a_question_is_masked_even_if_it_was_stored(browser: Browser, held: BackEnds) -> None:
    held.questions = [question("Call me at 206-555-0188", refused=True)]
    for path in ("/admin/", "/admin/questions", "/admin/questions.csv"):
        assert "0188" not in browser.get(path).text, path


@pytest.mark.parametrize("cell", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_an_exported_question_never_runs_as_a_formula(browser: Browser, held: BackEnds, cell: str) -> None:
    held.questions = [question(cell)]
    row = next(csv.DictReader(io.StringIO(browser.get("/admin/questions.csv").text, newline="")))
    assert row["question"] == "'" + cell


def test_why_shows_each_part_of_the_score_and_each_vote(browser: Browser) -> None:
    text = browser.get("/admin/why?text=water&city=alder-falls").text
    for words in (
        "keywords",
        "0.910",
        "votes +0.041",
        "votes -0.020",
        "pay water",
        "Searched: Alder Falls, Tamarack County.",
    ):
        assert words in text


def test_what_residents_and_pages_say_is_shown_as_text(browser: Browser, held: BackEnds) -> None:
    held.questions = [
        question(HOSTILE, answer=HOSTILE, title=HOSTILE, url="javascript:alert(1)"),
        question(HOSTILE, refused=True),
    ]
    held.faqs = [faq(question=HOSTILE, answer=HOSTILE, owner=HOSTILE, url="javascript:alert(1)")]
    held.sources = [source(id="a-1", url="javascript:alert(1)//", include=HOSTILE)]
    held.runs = [run(reason=HOSTILE, url="javascript:alert(1)")]
    held.outcomes = [{"url": "javascript:alert(1)", "outcome": "failed", "reason": HOSTILE}]
    held.candidates = [candidate(title=HOSTILE, excerpt=HOSTILE, url="javascript:alert(1)")]
    held.candidates[0]["votes"][0]["question"] = HOSTILE
    held.alarms = [HOSTILE]
    for path in PAGES:
        text = browser.get(path).text
        assert "<img" not in text, path
        assert "<script>" not in text, path
        assert 'href="javascript' not in text, path
    assert "&lt;img" in browser.get("/admin/questions").text


def test_with_both_services_down_each_page_says_so(tmp_path: Path, staffed: Engine) -> None:
    app = console(settings_for(tmp_path, "http://127.0.0.1:1"), staffed)
    with TestClient(app, base_url=ORIGIN) as client:
        browser = Browser(client)
        browser.log_in()
        overview = browser.get("/admin/")
        assert overview.status_code == 200
        assert "The crawl service does not answer just now." in overview.text
        for path, part in (("sources", "crawl service"), ("faqs", "search service"), ("questions", "search service")):
            page = browser.get(f"/admin/{path}")
            assert page.status_code == 503
            assert f"The {part} cannot be reached" in page.text
            assert "townclerk doctor" in page.text
        why = browser.get("/admin/why?text=water")
        assert "cannot be reached" in why.text


def test_an_unknown_page_and_the_bare_address(browser: Browser) -> None:
    assert browser.get("/admin/nothing").status_code == 404
    assert "no page" in browser.get("/admin/nothing").text
    assert browser.client.get("/admin", follow_redirects=False).headers["location"] == "/admin/"


def test_pins_are_listed_with_those_that_need_a_look_first(browser: Browser, held: BackEnds) -> None:
    text = browser.get("/admin/pins").text
    assert text.index("Where do I vote?") < text.index("Is trash collected today?")
    for words in ("broken", "The page is gone.", "1 of them needs a look", "5 no", "31 Jan 2099"):
        assert words in text
    held.pins = []
    assert "Nothing is pinned." in browser.get("/admin/pins").text


def test_the_overview_says_that_a_pin_needs_a_look(browser: Browser, held: BackEnds) -> None:
    assert "1 pinned answer needs a look" in browser.get("/admin/").text
    held.pins = held.pins[:1]
    assert "needs a look" not in browser.get("/admin/").text


def test_a_page_is_pinned_by_its_address_and_a_refusal_keeps_what_was_typed(browser: Browser, held: BackEnds) -> None:
    browser.get("/admin/pins/new?text=storm&city=alder-falls")
    typed: dict[str, Any] = {
        "text": "storm",
        "city": "alder-falls",
        "wordings": "snow\n\n ice ",
        "valid_from": "2026-12-01",
    }
    page = browser.post("/admin/pins", url="https://www.alder-falls.example/none", **typed)
    assert page.status_code == 404
    assert "No page is searched there." in page.text
    assert 'value="https://www.alder-falls.example/none"' in page.text
    assert "ice </textarea>" in page.text
    for wrong, told in (({"valid_from": "soon"}, "2026-11-30"), ({"url": " "}, "Pick one")):
        page = browser.post("/admin/pins", **{"url": "https://www.alder-falls.example/none"} | typed | wrong)
        assert page.status_code == 400
        assert told in page.text
    browser.post("/admin/pins", url="https://www.alder-falls.example/storm", **typed)
    wanted = held.calls[-1][1]
    assert (wanted["wordings"], wanted["url"], wanted["passage"]) == (
        ["storm", "snow", "ice"],
        "https://www.alder-falls.example/storm",
        "",
    )
    assert (wanted["valid_from"], wanted["by"]) == ("2026-12-01", "clerk")
    assert "valid_until" not in wanted


def test_changing_and_removing_a_pin_is_in_the_audit_log(browser: Browser, held: BackEnds) -> None:
    browser.get("/admin/pins/4")
    assert browser.post("/admin/pins/4", wordings=" ", city="alder-falls").status_code == 400
    browser.post("/admin/pins/4", wordings="trash now", city="alder-falls", active="true")
    browser.post("/admin/pins/5/remove")
    log = browser.get("/admin/audit").text
    for words in ("pin.change", "pin.remove", "trash now", "Where do I vote?"):
        assert words in log
    assert browser.get("/admin/pins/99").status_code == 404
    assert [call[0] for call in held.calls] == ["repin", "repin", "unpin"]


def test_a_pinned_candidate_is_marked_in_the_explanation(browser: Browser, held: BackEnds) -> None:
    shown = {"id": 4, "wording": "water bill", "similarity": 0.951, "exact": False}
    held.candidates = [candidate(pin=shown, parts={"pin": 1.2})]
    text = browser.get("/admin/why?text=water").text
    for words in ("pinned", "water bill", "0.95 like the question", "/admin/pins/4", "pinned by staff"):
        assert words in text
