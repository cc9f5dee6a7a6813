"""The `townclerk records` verbs, as staff type them."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.admin.audit_log import AuditLog
from bot.conversation.identity import Identity, person_of_phone
from bot.records.transcripts import transcripts
from tests.bot.records.rows import counts, wrote
from tests.townclerk.launch.test_cli import townclerk
from townclerk.clock import now, stopped
from townclerk.errors import BadInput
from townclerk.launch import doctor
from townclerk.records import timetable
from townclerk.schema import open_database
from townclerk.settings import Settings

PHONE = "+16035550123"


@pytest.fixture
def kept(tmp_path: Path) -> Engine:
    """An installation where this phone wrote 40 days ago and yesterday, and another one yesterday."""
    engine = open_database(Settings(home=tmp_path))
    person = Identity(tmp_path, session_days=30).phone_person(PHONE)
    for who, days in ((person, 40), (person, 1), ("somebody-else", 1)):
        wrote(engine, who, days=days)
    return engine


def run(home: Path, *words: str) -> str:
    done = townclerk(home, "records", *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_expire_and_status(kept: Engine, tmp_path: Path) -> None:
    assert "conversations: deleted 1 of messages, 1 of shown_answers" in run(tmp_path, "expire")
    status = run(tmp_path, "status")
    assert "conversations   30 days" in status
    assert "questions       400 days" in status
    told = json.loads(run(tmp_path, "status", "--json"))
    assert told["kept_days"] == {"conversations": 30, "phone numbers": 3, "questions": 400}
    assert told["runs"][-2]["counts"]["messages"] == 1
    again = json.loads(run(tmp_path, "expire", "--json"))
    assert [(each["kind"], each["counts"]) for each in again] == [
        ("conversations", {}), ("phone numbers", {}), ("questions", {}),
    ]  # fmt: skip
    assert [entry.action for entry in AuditLog(kept, tmp_path).latest()] == ["records.expire"] * 2


def test_hold_erase_release(kept: Engine, tmp_path: Path) -> None:
    placed = run(tmp_path, "hold", "--phone", "+1 (603) 555-0123", "--reason", "records request 7")
    assert (
        placed
        == "Hold 1 stands: what this phone number wrote (2 messages by now) is kept until `townclerk records release 1`.\n"
    )
    assert "deleted nothing, 5 stay because of a hold" in run(tmp_path, "expire")
    assert "carried out when it is released" in run(tmp_path, "erase", PHONE)
    status = run(tmp_path, "status")
    assert "Hold 1 since" in status
    assert "one person (records request 7)" in status
    assert "1 requests to delete wait" in status
    assert run(tmp_path, "release", "1") == "Hold 1 is released.\n"
    run(tmp_path, "expire")
    assert counts(kept)["messages"] == 1
    assert run(tmp_path, "erase", PHONE) == "Nothing was kept of this phone number: check it.\n"
    actions = [entry.action for entry in AuditLog(kept, tmp_path).latest()]
    assert actions == [f"records.{verb}" for verb in ("erase", "expire", "release", "erase", "expire", "hold")]
    assert AuditLog(kept, tmp_path).broken_at() is None


def test_erase_at_once(kept: Engine, tmp_path: Path) -> None:
    told = json.loads(run(tmp_path, "erase", PHONE, "--json"))
    assert told["waits"] is False
    deleted = {table: count for table, count in told["counts"].items() if count}
    assert deleted == {"messages": 2, "shown_answers": 2, "sessions": 1, "sms_outbox": 2, "sms_inbox": 2}
    assert counts(kept) == {"messages": 1, "shown_answers": 1, "sessions": 1, "sms_outbox": 1, "sms_inbox": 3}


@pytest.mark.parametrize("given", ["603-555-0123", "", "+1", "+1603555012345678", "abc", "+0123456789"])
def test_what_is_no_phone_number_is_refused(given: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"country code.*\+16035550123"):
        person_of_phone(Settings(home=tmp_path), given)


def test_wrong_input_exits_2_and_deletes_nothing(kept: Engine, tmp_path: Path) -> None:
    before = counts(kept)
    for words in (
        ("erase", "6035550123"),
        ("hold", "--reason", " "),
        ("release", "4"),
        ("release", "9" * 20),
        ("hold", "--phone", "x", "--reason", "r"),
        ("hold", "--reason", "two\nlines"),
        ("hold", "--reason", "\udcff"),
        ("hold", "--reason", "r" * 501),
    ):
        done = townclerk(tmp_path, "records", *words)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
    assert counts(kept) == before


def test_export_gives_one_person_or_a_span_of_days(kept: Engine, tmp_path: Path) -> None:
    mine = [json.loads(line) for line in run(tmp_path, "export", "--phone", PHONE).splitlines()]
    assert len(mine) == 2
    assert set(mine[0]) == {"at", "person", "channel", "city", "direction", "text"}
    assert len({row["person"] for row in mine}) == 1
    yesterday = (now() - timedelta(days=1)).date()
    days = ("--since", yesterday.isoformat(), "--until", yesterday.isoformat())
    assert len(run(tmp_path, "export", *days).splitlines()) == 2
    assert list(transcripts(kept, until=date(2020, 1, 1))) == []
    assert len(list(transcripts(kept, until=date.max))) == 3
    assert AuditLog(kept, tmp_path).latest()[0].action == "records.export"


def test_the_doctor_tells_of_a_missed_run(kept: Engine, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    assert doctor.records(settings).state == "right"
    timetable.due(kept, "conversations")
    with stopped(now() + timedelta(hours=80)):
        found = doctor.records(settings)
    assert found.state == "wrong"
    assert found.says.startswith("conversations: last looked through on ")
