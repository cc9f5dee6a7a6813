"""The assistant's files fit together, and its lock file is safe to install from."""

import re
import subprocess
from collections import Counter

import pytest

from tests.bot.assistant.conftest import Model
from tests.conftest import CHECKOUT
from townclerk.launch import rasa_environment

PROJECT = CHECKOUT / "bot" / "assistant"
FEWEST_EXAMPLES = 25


def locked() -> dict[str, str]:
    """Package -> version in the lock file."""
    found = re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", (PROJECT / "requirements.txt").read_text(), re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in found}


def test_every_intent_has_examples_and_a_rule() -> None:
    domain = (PROJECT / "domain.yml").read_text(encoding="utf-8")
    intents = set(re.findall(r"^  - ([a-z_]+)$", domain.split("actions:")[0], re.MULTILINE))
    counts: Counter[str] = Counter()
    current = ""
    for line in (PROJECT / "data" / "nlu.yml").read_text(encoding="utf-8").splitlines():
        heading = re.match(r"  - (intent|regex): (\w+)", line)
        current = heading[2] if heading and heading[1] == "intent" else "" if heading else current
        counts[current] += line.startswith("      - ")
    assert intents
    assert {intent: counts[intent] for intent in intents if counts[intent] < FEWEST_EXAMPLES} == {}
    ruled = set(re.findall(r"- intent: (\w+)", (PROJECT / "data" / "rules.yml").read_text()))
    assert ruled == intents | {"nlu_fallback"}


def test_every_locked_package_has_a_hash_and_no_address() -> None:
    text = (PROJECT / "requirements.txt").read_text()
    packages = [block for block in re.split(r"\n(?=[A-Za-z])", text) if "==" in block]
    assert len(packages) > 100
    assert [block.splitlines()[0] for block in packages if "--hash=sha256:" not in block] == []
    assert not re.search(r"://|--(extra-)?index-url|--find-links|--trusted-host", text)


def test_what_is_installed_is_what_is_locked() -> None:
    listed = subprocess.run(
        [str(rasa_environment.python()), "-m", "pip", "list", "--format=freeze"],
        capture_output=True,
        text=True,
        check=True,
    )
    installed = {
        re.sub(r"[-_.]+", "-", name).lower(): version
        for name, _, version in (line.partition("==") for line in listed.stdout.split())
    }
    assert {name: installed.get(name) for name, version in locked().items() if installed.get(name) != version} == {}


def test_rasa_is_the_last_open_release() -> None:
    assert locked()["rasa"] == "3.6.21"


@pytest.mark.system
@pytest.mark.timeout(900)
def test_rasas_own_test_stories_pass(model: Model) -> None:
    out = model.path.parent / "results"
    command = [
        str(rasa_environment.python()),
        "-m",
        "rasa",
        "test",
        "core",
        "--model",
        str(model.path),
        "--stories",
        "tests",
        "--e2e",
    ]
    done = subprocess.run(
        [*command, "--fail-on-prediction-errors", "--no-plot", "--out", str(out)],
        cwd=PROJECT,
        env=rasa_environment.environment(model.settings),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    assert re.search(r"Correct:\s+(\d+) / \1\b", done.stdout + done.stderr)
