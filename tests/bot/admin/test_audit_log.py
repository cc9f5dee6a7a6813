"""The audit log: whole chain, and every kind of tampering seen."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, select, update

from bot.admin.audit_log import AuditLog
from bot.admin.forms import packed
from bot.admin.tables import audit_log
from tests.bot.admin.conftest import Browser
from townclerk.database import reading, writing


@pytest.fixture
def log(tmp_path: Path, engine: Engine) -> AuditLog:
    made = AuditLog(engine, tmp_path)
    for number in range(5):
        made.record("clerk", "crawl.start", f"source-{number}", "run 1")
    return made


def test_an_untouched_log_is_whole(log: AuditLog) -> None:
    assert log.broken_at() is None
    assert [e.subject for e in log.latest(limit=2)] == ["source-4", "source-3"]
    assert [e.id for e in log.latest(before=3)] == [2, 1]


@pytest.mark.parametrize("column", ["at", "actor", "action", "subject", "detail"])
def test_an_edited_row_is_named(log: AuditLog, engine: Engine, column: str) -> None:
    with writing(engine) as connection:
        connection.execute(update(audit_log).where(audit_log.c.id == 3).values({column: "something else"}))
    assert log.broken_at() == 3


def test_a_removed_row_is_noticed_at_the_next_one(log: AuditLog, engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(delete(audit_log).where(audit_log.c.id == 3))
    assert log.broken_at() == 4


def test_a_chain_made_anew_without_the_key_does_not_pass(log: AuditLog, engine: Engine, tmp_path: Path) -> None:
    with writing(engine) as connection:
        connection.execute(delete(audit_log))
    forged = AuditLog(engine, tmp_path / "elsewhere")
    forged.record("clerk", "crawl.start", "harmless")
    assert forged.broken_at() is None
    assert log.broken_at() == 1


def test_writers_at_the_same_time_make_one_chain(log: AuditLog) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: log.record("clerk", "faq.put", str(n)), range(24)))
    assert log.broken_at() is None
    assert len(log.latest()) == 29


def test_personal_data_is_masked(log: AuditLog, engine: Engine) -> None:
    log.record("clerk", "faq.put", "Call 206-555-0188", "mail jo@example.org")
    with reading(engine) as connection:
        row = connection.execute(select(audit_log).order_by(audit_log.c.id.desc())).first()
    assert row is not None
    assert (row.subject, row.detail) == ("Call [phone]", "mail [email]")


def test_every_write_leaves_a_row_and_the_page_tells_of_tampering(browser: Browser, staffed: Engine) -> None:
    browser.post("/admin/sources", url="https://new.example/", city="alder-falls")
    browser.post("/admin/sources/alder-falls-1/crawl")
    browser.post("/admin/sources/alder-falls-1/remove")
    browser.post("/admin/faqs", question="Q?", answer="A.", city="alder-falls")
    file = packed(b"question,answer\nA,B\n")
    browser.post("/admin/faqs/import", content=file, revision="1", city="alder-falls")
    browser.post("/admin/faqs/2/remove")
    page = browser.get("/admin/audit").text
    assert "The log is whole" in page
    for action in ("login", "source.add", "crawl.start", "source.remove", "faq.put", "faq.import", "faq.remove"):
        assert action in page
    with writing(staffed) as connection:
        connection.execute(update(audit_log).where(audit_log.c.id == 2).values(actor="mayor"))
    assert "Row 2 was changed" in browser.get("/admin/audit").text
