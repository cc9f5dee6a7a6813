"""The `townclerk staff` verbs: accounts with roles, and a second factor that was lost; all in the audit log."""

import json
from pathlib import Path

from bot.admin.audit_log import AuditLog
from bot.admin.auth.accounts import Accounts
from tests.bot.admin.conftest import NAME
from tests.migrated import place_schema
from tests.townclerk.launch.test_cli import townclerk
from townclerk.schema import open_database
from townclerk.settings import Settings


def test_accounts_from_the_command_line(tmp_path: Path) -> None:
    place_schema(Settings(home=tmp_path))
    added = townclerk(tmp_path, "staff", "add", NAME, "--role", "viewer", "--json")
    assert townclerk(tmp_path, "staff", "add", "boss", "--role", "king").returncode == 2
    assert townclerk(tmp_path, "staff", "reset", "nobody").returncode == 2
    assert townclerk(tmp_path, "staff", "reset", NAME).returncode == 0
    listed = json.loads(townclerk(tmp_path, "staff", "list", "--json").stdout)
    assert listed == [{"name": NAME, "role": "viewer", "last_login": None}]
    engine = open_database(Settings(home=tmp_path))
    assert Accounts(engine).matches(NAME, json.loads(added.stdout)["password"])
    rows = [(e.actor, e.action, e.subject, e.detail) for e in AuditLog(engine, tmp_path).latest()]
    assert rows == [
        ("command line", "staff.second-factor.reset", NAME, ""),
        ("command line", "staff.add", NAME, "viewer"),
    ]
