"""Comparing runs, floors, and report files, on outcomes made by hand."""

from pathlib import Path

import pytest

from index.evaluation import compare, console_report, file_report, floors, scoring
from index.evaluation.report import Report
from tests.index.evaluation.conftest import outcome
from townclerk.errors import BadInput

Runs = tuple[Report, Report]


def test_a_comparison_names_what_changed(two_runs: Runs) -> None:
    found = compare.compare(*two_runs)
    assert (found.compared, found.left_out) == (12, 0)
    assert [(m.id, m.then, m.now) for m in found.better] == [("q0", 2, 1), ("q1", 2, 1)]
    assert found.worse == []
    assert (found.refused_now, found.answered_now) == (["q5"], [])
    first = found.changes[0]
    assert (first.metric, first.now) == ("S@1", 1)
    assert first.then == pytest.approx(9 / 11, abs=1e-4)
    # Two questions of eleven: a coin falls so in one of two cases.
    assert (first.chance, first.beyond_chance) == (0.5, False)
    assert "may be chance" in console_report.comparison(found)


def test_many_changes_the_same_way_are_beyond_chance() -> None:
    then, now = (
        scoring.report("t", [outcome(f"q{n}", ranked, right="a") for n in range(8)], documents=2)
        for ranked in (["b", "a"], ["a", "b"])
    )
    changes = {change.metric: change for change in compare.compare(then, now).changes}
    assert changes["S@1"].chance == pytest.approx(2 / 2**8, abs=1e-4)
    assert changes["S@1"].beyond_chance
    assert changes["MRR@10"].interval == (0.5, 0.5)
    assert changes["MRR@10"].beyond_chance
    assert not changes["S@5"].beyond_chance


def test_a_question_that_was_worded_otherwise_is_left_out(two_runs: Runs) -> None:
    before, after = two_runs
    reworded = [asked.model_copy(update={"text": "other"}) if asked.id == "q0" else asked for asked in before.asked]
    found = compare.compare(before.model_copy(update={"asked": reworded}), after)
    assert (found.compared, found.left_out) == (11, 2)
    assert [m.id for m in found.better] == ["q1"]


def test_a_report_file_is_read_again_and_so_is_json_output(two_runs: Runs, tmp_path: Path) -> None:
    file = tmp_path / "r.json"
    for reports in (two_runs[:1], [two_runs[0], two_runs[1].model_copy(update={"set": "other"})]):
        file_report.write(file, reports, [])
        assert list(compare.read(file).values()) == list(reports)
    file.write_text("\n".join(each.model_dump_json(by_alias=True, exclude={"asked"}) for each in two_runs[:1]))
    found = compare.compare(compare.read(file)["town"], two_runs[1])
    assert (found.compared, found.changes[0].beyond_chance) == (0, None)
    assert "lists no questions" in console_report.comparison(found)


@pytest.mark.parametrize("text", ["", "{}", "[1]", "no json", '{"set": "x"}'])
def test_another_file_is_no_report(text: str, tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text(text)
    if text:
        with pytest.raises(BadInput, match="no report"):
            compare.read(tmp_path / "r.json")
    with pytest.raises(BadInput, match="cannot be read"):
        compare.read(tmp_path / "missing.json")


def test_floors_hold_and_break(two_runs: Runs, tmp_path: Path) -> None:
    file = tmp_path / "floor.toml"
    file.write_text(
        '[town.least]\n"S@1" = 0.9\n"refusal.answered_answerable" = 0.95\n"reliability.high.share" = 0.5\n'
        '"excerpts.share" = 0.1\n[town.most]\nwrong_city = 0\n"refusal.answered_unanswerable" = 1\n'
    )
    before, after = (floors.check(floors.read(file), [run]) for run in two_runs)
    assert [b.figure for b in before if not b.kept] == ["S@1", "excerpts.share"]
    assert [b.figure for b in after if not b.kept] == ["refusal.answered_answerable", "excerpts.share"]
    lines = console_report.floor_table(before).splitlines()
    assert any(line.split() == ["town", "S@1", "least", "0.9", "0.8182", "BROKEN", "by", "0.0818"] for line in lines)
    assert sum("kept" in line for line in lines) == 4


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[town", "TOML"),
        ('[town.least]\n"S@1" = "high"', "is no floor"),
        ('[town.lowest]\n"S@1" = 0.5', "is no floor"),
        ('"S@1" = 0.5', "is no floor"),
        ('[other.least]\n"S@1" = 0.5', "holds nothing for town; it has: other"),
    ],
)
def test_a_bad_floor_file_says_what_is_wrong(two_runs: Runs, tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "floor.toml").write_text(text)
    with pytest.raises(BadInput, match=said):
        floors.check(floors.read(tmp_path / "floor.toml"), two_runs[:1])


def test_failures_are_listed_with_what_came_instead(two_runs: Runs) -> None:
    shown = console_report.failures(two_runs[0])
    assert "Failures: 3" in shown
    assert "q0 'what about q0?'\n    what         wrong first, right at 2" in shown
    assert "Title of b" in shown
    assert "none 'what about none?'\n    what         answered, but has no answer" in shown
    assert "q5 'what about q5?'\n    what         refused, but has an answer" in console_report.failures(two_runs[1])


def test_a_report_to_read_holds_figures_changes_and_failures(two_runs: Runs, tmp_path: Path) -> None:
    file_report.write(tmp_path / "r.md", two_runs[1:], [compare.compare(*two_runs)])
    text = (tmp_path / "r.md").read_text()
    for part in ("| S@1 | 1.000 | 1.000 to 1.000 |", "Compared with the run before", "Better: 2", "what about q0?"):
        assert part in text
    assert "Failures: 2" in text


def test_a_run_file_lists_the_documents_of_each_question_in_order(two_runs: Runs, tmp_path: Path) -> None:
    file_report.write(tmp_path / "r.run", two_runs[:1], [])
    lines = (tmp_path / "r.run").read_text().splitlines()
    assert lines[:2] == ["q0 Q0 b 1 1.000000 town", "q0 Q0 a 2 0.500000 town"]
    assert len(lines) == 2 * 11 + 1


def test_what_residents_and_pages_say_cannot_become_markup(tmp_path: Path) -> None:
    made = scoring.report(
        "a<b>|", [outcome("q", ["x"], right="y", excerpt="<script>alert(1)</script> | **x**")], documents=1
    )
    file_report.write(tmp_path / "r.md", [made], [])
    text = (tmp_path / "r.md").read_text()
    assert "<script>" not in text
    assert r"\| \*\*x\*\*" in text


def test_another_ending_is_refused_before_anything_is_measured() -> None:
    with pytest.raises(BadInput, match=r"must end in .json, .md, .run"):
        file_report.ending(Path("report.pdf"))
