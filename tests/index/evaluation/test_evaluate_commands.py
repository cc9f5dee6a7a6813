"""The verb `evaluate`, from the command line."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from tests.index.evaluation.conftest import QUERIES
from townclerk.errors import BadInput
from townclerk.launch import evaluate_commands
from townclerk.settings import Settings


@pytest.fixture(autouse=True)
def installation(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOWNCLERK_HOME", str(settings.home))


def run(*words: object) -> Result:
    app = typer.Typer()
    evaluate_commands.register(app)
    return CliRunner().invoke(app, ["evaluate", *(str(word) for word in words)])


def test_several_sets_are_one_object_a_line_and_can_be_compared_later(
    folder: Path, write_set: Callable[..., Path], tmp_path: Path
) -> None:
    other = write_set("b-set", queries=QUERIES[:1], qrels="q1\ttrash2\t1\n")
    kept = tmp_path / "kept.json"
    first = run(folder, other, "--json", "--failures", "--report", kept)
    assert first.exit_code == 0, first.output
    one, two = (json.loads(line) for line in first.stdout.splitlines())
    assert (one["set"], two["set"]) == ("a-set", "b-set")
    assert "asked" not in one
    assert {failure["id"]: failure["what"] for failure in one["failures"]}["q2"].startswith("refused")
    (folder / "qrels.tsv").write_text("q1\tpool\t1\nq2\tpool\t2\nq4\tdogs\t1\n")
    floor = tmp_path / "floor.toml"
    floor.write_text('[a-set.least]\n"S@1" = 0.1\n[a-set.most]\nwrong_city = 0\n')
    again = run(folder, "--history", "--compare", kept, "--failures", "--floor", floor)
    assert again.exit_code == 0, again.output
    assert re.search(r"answered now +q2$", again.stdout, re.MULTILINE)
    assert re.search(r"Worse: 1\n.+\nq1 +what day is garbage pick-up\?", again.stdout)
    assert "wrong first" in again.stdout
    assert "kept" in again.stdout
    floor.write_text('[a-set.least]\n"S@1" = 0.99\n')
    broken = run(folder, "--floor", floor)
    assert broken.exit_code == 1
    assert "BROKEN by" in broken.stdout


def test_wrong_options_are_told_before_anything_is_measured(folder: Path, write_set: Callable[..., Path]) -> None:
    for words in ((folder, "--report", "x.pdf"), (folder, "--floor", "none"), (folder, "--compare", "none")):
        assert isinstance(run(*words).exception, BadInput)
    assert isinstance(run(folder, folder).exception, BadInput)
