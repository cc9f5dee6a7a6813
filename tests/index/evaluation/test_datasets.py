from pathlib import Path

import pytest

from index.evaluation import datasets
from tests.index.evaluation.conftest import QRELS
from townclerk.errors import BadInput


def test_history_gives_the_residents_turns_and_text_hist_only_without_a_list(folder: Path) -> None:
    asked = {q.id: q.asked(with_history=True) for q in datasets.read(folder).queries}
    assert asked["q2"] == ("how much is it?", ("tell me about the swimming pool",))
    assert asked["q4"] == ("what does a dog license cost? price?", ())
    assert datasets.read(folder).queries[1].asked(with_history=False) == ("how much is it?", ())


@pytest.mark.parametrize(
    ("labels", "wanted"),
    [(["ANSWERABLE"], True), (["PARTIAL"], True), (["UNANSWERABLE"], False), (["UNDERSPECIFIED"], None), ([], None)],
)
def test_answerability_labels_are_understood(labels: list[str], wanted: bool | None) -> None:
    assert datasets.QueryRow(id="q", text="t", answerability=labels).label is wanted


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("corpus.jsonl", b'{"id": "a"}\n{"id": \n', r"corpus.jsonl:2: not JSON"),
        ("corpus.jsonl", b'{"id": "a"}\n\n{"title": "no id"}\n', r"corpus.jsonl:3: id: "),
        ("corpus.jsonl", b'{"id": "a"}\n\n{"id": "a"}\n', r"corpus.jsonl:3: the id 'a' stands twice"),
        ("corpus.jsonl", b"", r"corpus.jsonl is empty"),
        ("corpus.jsonl", b'{"id": "a"}\n{"id": "caf\xe9"}\n', r"corpus.jsonl:2: not UTF-8 \(byte E9 at column 12\)"),
        ("corpus.jsonl", b"[" * 100_000 + b"\n", r"corpus.jsonl:1: (cannot be read|not JSON)"),
        ("corpus.jsonl", b'{"id": "a", "page_date": ' + b"9" * 5000 + b"}\n", r"corpus.jsonl:1: "),
        ("corpus.jsonl", b'{"id": "a", "text": "\\ud800"}\n', r"corpus.jsonl:1: text: "),
        ("queries.jsonl", b'{"id": "q1"}\n', r"queries.jsonl:1: text: "),
        ("queries.jsonl", b'{"id": "q1", "text": "  "}\n', r"queries.jsonl:1: text: "),
        ("queries.jsonl", b"\n \n", r"queries.jsonl is empty"),
        ("qrels.tsv", b"q1\ttrash\t1\nq1 trash 1\n", r"qrels.tsv:2: each line is question id"),
        ("qrels.tsv", b"q1\ttrash\t1\nq1\ttrash\tgood\n", r"qrels.tsv:2: the grade 'good' is no whole number"),
        ("qrels.tsv", b"q1\ttrash\t1\nq1\ttrash\t" + b"9" * 5000 + b"\n", r"qrels.tsv:2: the grade '99"),
        ("qrels.tsv", b"q1\ttrash\t1\nq1\ttrsh\t1\n", r"qrels.tsv:2: there is no document 'trsh'"),
        ("qrels.tsv", b"q1\ttrash\t1\nq1\ttrash\t2\n", r"qrels.tsv:2: .* two grades"),
        ("qrels.tsv", b"other\ttrash\t1\n", r"judges no question"),
        ("qrels.tsv", b"", r"judges no question"),
    ],
)
def test_a_bad_file_is_named_with_line_and_reason(folder: Path, file: str, text: bytes, said: str) -> None:
    (folder / file).write_bytes(text)
    with pytest.raises(BadInput, match=said):
        datasets.read(folder)


@pytest.mark.parametrize("file", ["corpus.jsonl", "queries.jsonl", "qrels.tsv"])
def test_a_missing_file_is_named(folder: Path, file: str) -> None:
    (folder / file).unlink()
    with pytest.raises(BadInput, match=file):
        datasets.read(folder)


def test_a_header_line_in_the_judgements_is_skipped(folder: Path) -> None:
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n" + QRELS)
    assert datasets.read(folder).judgements["q2"] == {"pool": 2}


def test_a_byte_order_mark_and_windows_line_ends_are_read(folder: Path) -> None:
    for file in folder.iterdir():
        file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    assert datasets.read(folder).judgements["q2"] == {"pool": 2}
