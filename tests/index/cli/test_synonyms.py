"""The verbs for words that mean the same."""

import asyncio
import json
from pathlib import Path

import pytest

from index import backend
from index.schemas.search import Explanation, SearchRequest
from tests.index.cli.test_commands import run
from townclerk.errors import BadInput, Conflict, NotFound
from townclerk.settings import Settings

pytestmark = pytest.mark.usefixtures("installation")


def listed(*options: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(run("synonyms", "list", "--json", *options).stdout)
    return found


def test_a_rule_is_added_changed_switched_and_removed() -> None:
    assert len(listed()) > 50  # those an installation starts with
    made = json.loads(run("synonyms", "add", "BRT -> Board of Revision of Taxes", "--city", "oakton", "--json").stdout)
    assert made["changed_by"]
    id = made["id"]
    run("synonyms", "add", "BRT = revision board", "--city", "oakton", "--replace", id)
    assert [rule["terms"] for rule in listed("--city", "oakton")] == [["BRT", "revision board"]]
    assert "is off" in run("synonyms", "switch", id, "off").stdout
    shown = run("synonyms", "list", "--city", "oakton").stdout
    assert "oakton" in shown
    assert "BRT = revision board  (off)" in shown
    assert "was deleted" in run("synonyms", "remove", id).stdout
    assert listed("--city", "oakton") == []


def test_what_is_wrong_is_said() -> None:
    assert isinstance(run("synonyms", "add", "alone").exception, BadInput)
    assert isinstance(run("synonyms", "add", "a1 = b1", "--city", "nowhere").exception, NotFound)
    assert isinstance(run("synonyms", "add", "trash = waste").exception, Conflict)
    assert isinstance(run("synonyms", "remove", "9999").exception, NotFound)
    assert isinstance(run("synonyms", "switch", "1", "maybe").exception, BadInput)
    assert isinstance(run("synonyms", "import", "/nowhere.csv").exception, BadInput)


def test_export_and_import(tmp_path: Path) -> None:
    file = tmp_path / "rules.csv"
    run("synonyms", "export", file)
    again = json.loads(run("synonyms", "import", file, "--json").stdout)
    assert again["unchanged"] == len(listed())
    assert (again["imported"], again["updated"], again["rejected"]) == (0, 0, [])
    file.write_text("terms,meaning\nOPA,office of property assessment\nalone,\n")
    done = run("synonyms", "import", file, "--city", "oakton")
    assert done.exit_code == 0
    assert f"{file}:3: One term alone" in done.stderr
    assert "1 imported" in done.stdout
    assert "OPA,office of property assessment,oakton" in run("synonyms", "export", "--city", "oakton").stdout
    file.write_text("terms\nalone\n")
    assert run("synonyms", "import", file).exit_code == 2


def test_a_rule_counts_at_once_in_the_service_that_runs(settings: Settings, running: None) -> None:
    async def explained() -> Explanation:
        async with backend.client(settings) as client:
            return await client.explain(SearchRequest(text="Where is the BRT?", city="oakton"))

    assert backend.service_status(settings) is not None  # waits until it is ready
    assert asyncio.run(explained()).synonyms == []
    run("synonyms", "add", "BRT -> Board of Revision of Taxes", "--city", "oakton")
    assert [each.also for each in asyncio.run(explained()).synonyms] == [["Board of Revision of Taxes"]]
