"""Exit statuses and messages of the command line, run as a user runs it."""

import json
import os
import subprocess
import sys
from pathlib import Path


def townclerk(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from townclerk.launch.cli import main; main()", *words]
    return subprocess.run(
        command, env=os.environ | {"TOWNCLERK_HOME": str(home)}, capture_output=True, text=True, timeout=60, check=False
    )


def test_city_add_and_list(tmp_path: Path) -> None:
    added = townclerk(tmp_path, "city", "add", "north_fork", "--phone", "555-0100", "--json")
    assert (added.returncode, json.loads(added.stdout)["city"]) == (0, "north_fork")
    listed = json.loads(townclerk(tmp_path, "city", "list", "--json").stdout)
    assert {
        "id": "north_fork",
        "name": "North Fork",
        "level": "city",
        "parent": None,
        "phone": "555-0100",
        "url": "",
    } in listed


def test_bad_input_exits_2_with_one_line(tmp_path: Path) -> None:
    done = townclerk(tmp_path, "city", "add", "North Fork")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("townclerk: A city id is")
    assert "Traceback" not in done.stderr


def test_every_verb_has_help(tmp_path: Path) -> None:
    verbs = ("up", "ask", "city", "source", "crawl", "faq", "evaluate", "doctor")
    shown = townclerk(tmp_path, "--help").stdout
    assert [verb for verb in verbs if verb not in shown] == []
