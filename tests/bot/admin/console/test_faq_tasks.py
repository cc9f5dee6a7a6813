"""What a clerk does with FAQs, in a real browser in front of the real search service."""

from collections.abc import Iterator
from dataclasses import fields

import pytest
from playwright.sync_api import Browser, FilePayload, expect

from index.faqs.faq import Faq
from index.faqs.row import FaqRow, check_row
from index.faqs.store import FaqStore
from tests.bot.admin.console.desk import Desk, at_the_desk, desk, documented_clicks
from tests.bot.widget.conftest import chromium

__all__ = ["chromium", "desk"]
pytestmark = pytest.mark.browser
FULL = {
    "city": "alder-falls", "question": "What does a dog license cost?", "answer": "It is $18 a year.", "url": "https://www.alder-falls.example/dogs",
    "language": "en-US", "valid_from": "2026-01-01", "valid_until": "2099-12-31", "owner": "City Clerk", "review_by": "2027-01-31",
}  # fmt: skip
KEPT = {"jurisdiction", "question", "url", "language", "valid_from", "valid_until", "owner", "review_by", "gone", "id"}


@pytest.fixture
def faqs(desk: Desk) -> Iterator[FaqStore]:
    """A store with one FAQ in which every field is filled; empty again afterwards."""
    store = FaqStore(desk.engine)
    row = check_row(1, FULL)
    assert isinstance(row, FaqRow)
    store.save(row)
    yield store
    for faq in store.all():
        store.remove(faq.id)


def kept(faq: Faq) -> dict[str, object]:
    return {name: getattr(faq, name) for name in KEPT}


def test_every_field_is_either_kept_or_meant_to_change() -> None:
    assert {field.name for field in fields(Faq)} == KEPT | {"answer", "revision", "updated_at"}


def test_an_answer_edited_in_the_form_keeps_every_other_field(chromium: Browser, desk: Desk, faqs: FaqStore) -> None:
    (before,) = faqs.all()
    with at_the_desk(chromium, desk) as clerk:
        clerk.click("link", "FAQs")
        clerk.click("link", "Edit the FAQ What does a dog license cost?")
        clerk.page.get_by_label("Answer").fill("It is $20 a year.")
        clerk.click("button", "Save")
        clerk.sees("Saved.")
        assert clerk.clicks == documented_clicks()["Change an answer"]
    (after,) = faqs.all()
    assert after.answer == "It is $20 a year."
    assert kept(after) == kept(before)


def test_the_second_of_two_colleagues_is_told_and_nothing_is_lost(
    chromium: Browser, desk: Desk, faqs: FaqStore
) -> None:
    (faq,) = faqs.all()
    with at_the_desk(chromium, desk, "ada") as ada, at_the_desk(chromium, desk, "ben") as ben:
        for clerk in (ada, ben):
            clerk.page.goto(f"{desk.console}/admin/faqs/{faq.id}/edit")
        ada.page.get_by_label("Answer").fill("It is $20 a year.")
        ada.page.get_by_label("Owner").fill("Licenses")
        ada.click("button", "Save")
        ben.page.get_by_label("Answer").fill("It is $18 a year, $9 for seniors.")
        ben.page.get_by_label("Page with more").fill("https://www.alder-falls.example/fees")
        ben.click("button", "Save")
        expect(ben.page.get_by_role("alert")).to_contain_text("ada changed it in the meantime. Nothing was stored")
        for text in ("It is $20 a year.", "It is $18 a year, $9 for seniors."):
            expect(ben.page.get_by_role("cell", name=text)).to_be_visible()
        assert [each.answer for each in faqs.all()] == ["It is $20 a year."]
        ben.page.get_by_label("Answer").fill("It is $20 a year, $9 for seniors.")
        ben.click("button", "Save")
        ben.sees("Saved.")
        assert ben.clicks == documented_clicks()["Save after a colleague was faster"]
    (after,) = faqs.all()
    assert (after.answer, after.owner) == ("It is $20 a year, $9 for seniors.", "Licenses")
    assert after.url == "https://www.alder-falls.example/fees"


def test_two_who_answer_the_same_new_question_are_told(chromium: Browser, desk: Desk, faqs: FaqStore) -> None:
    with at_the_desk(chromium, desk, "ada") as ada, at_the_desk(chromium, desk, "ben") as ben:
        for clerk, answer in ((ada, "Up to three hives."), (ben, "Ask the clerk.")):
            clerk.page.goto(f"{desk.console}/admin/faqs/new?question=May+I+keep+bees%3F&city=alder-falls")
            clerk.page.get_by_label("Answer").fill(answer)
        ada.click("button", "Save")
        ada.sees("Saved.")
        ben.click("button", "Save")
        expect(ben.page.get_by_role("alert")).to_contain_text("ada answered this question in the meantime.")
        expect(ben.page.get_by_role("cell", name="Up to three hives.")).to_be_visible()
        ben.click("link", "Take what is stored")
        expect(ben.page.get_by_label("Answer")).to_have_value("Up to three hives.")
    assert "Up to three hives." in [each.answer for each in faqs.all()]


def test_what_was_typed_survives_that_a_colleague_removed_the_faq(
    chromium: Browser, desk: Desk, faqs: FaqStore
) -> None:
    (faq,) = faqs.all()
    with at_the_desk(chromium, desk) as clerk:
        clerk.page.goto(f"{desk.console}/admin/faqs/{faq.id}/edit")
        clerk.page.get_by_label("Answer").fill("It is $21 a year.")
        faqs.remove(faq.id, by="ben")
        clerk.click("button", "Save")
        expect(clerk.page.get_by_role("alert")).to_contain_text("ben removed it in the meantime.")
        clerk.click("button", "Save")
        clerk.sees("Saved.")
    (after,) = faqs.all()
    assert (after.answer, kept(after)) == ("It is $21 a year.", kept(faq))


def test_a_file_is_looked_at_before_it_is_imported(chromium: Browser, desk: Desk, faqs: FaqStore) -> None:
    (before,) = faqs.all()
    rows = (
        "Alder Falls;;\nQuestion;Answer;Owner\nWhat does a dog license cost?;It is $20 a year.;City Clerk\n"
        "Where do I park?;On Mill Street.;\nMay I fish?;;\n"
    )
    file: FilePayload = {"name": "faqs.csv", "mimeType": "text/csv", "buffer": ("\ufeff" + rows).encode()}
    with at_the_desk(chromium, desk) as clerk:
        clerk.click("link", "FAQs")
        clerk.page.get_by_label("Excel (.xlsx) or CSV file").set_input_files(file)
        clerk.page.get_by_label("City for rows that name none").select_option("alder-falls")
        clerk.click("button", "Look at it")
        shown = clerk.page.get_by_role("main")
        for text in (
            "What importing faqs.csv would do",
            "Changed: 1",
            "It is $18 a year.",
            "New: 1",
            "the answer is empty",
        ):
            expect(shown).to_contain_text(text)
        expect(shown.get_by_role("cell", name="5", exact=True)).to_be_visible()
        assert faqs.all() == [before]
        clerk.click("button", "Import")
        clerk.sees("1 added, 1 changed, 0 the same, 1 not taken.")
        assert clerk.clicks == documented_clicks()["Import a file of FAQs"]
    after = faqs.all()
    assert [faq.answer for faq in after] == ["It is $20 a year.", "On Mill Street."]
    assert kept(after[0]) == kept(before)


def test_a_faq_that_is_due_leaves_the_list_when_it_gets_a_later_day(
    chromium: Browser, desk: Desk, faqs: FaqStore
) -> None:
    due = check_row(1, FULL | {"review_by": "2026-01-31"})
    assert isinstance(due, FaqRow)
    faqs.save(due)
    with at_the_desk(chromium, desk) as clerk:
        needs = clerk.page.get_by_role("region", name="What needs you")
        expect(needs).to_contain_text("review was due 31 Jan 2026")
        clerk.click("link", "What does a dog license cost?")
        clerk.page.get_by_label("Review by").fill("2099-01-31")
        clerk.click("button", "Save")
        clerk.sees("Saved.")
        assert clerk.clicks == documented_clicks()["Look at a FAQ that is due for review"]
        clerk.page.goto(f"{desk.console}/admin/")
        expect(needs).to_be_visible()
        expect(needs).not_to_contain_text("dog license")


def test_a_removed_faq_comes_back_whole(chromium: Browser, desk: Desk, faqs: FaqStore) -> None:
    (before,) = faqs.all()
    with at_the_desk(chromium, desk) as clerk:
        clerk.click("link", "FAQs")
        clerk.open("Remove the FAQ What does a dog license cost?")
        clerk.click("button", "Remove it")
        clerk.sees("Removed.")
        assert clerk.clicks == documented_clicks()["Remove a FAQ"]
        assert faqs.all() == []
        clerk.clicks = 1  # FAQs
        clerk.click("link", "History", exact=True)
        clerk.click("button", "Undo")
        clerk.sees("Undone.")
        assert clerk.clicks == documented_clicks()["Undo a change"]
    (after,) = faqs.all()
    assert (after.answer, kept(after)) == (before.answer, kept(before))
