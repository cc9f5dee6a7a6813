"""Reads a folder of `corpus.jsonl`, `queries.jsonl` and `qrels.tsv`. Every error names file and line."""

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError

from townclerk.errors import BadInput


def _word(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


# A constraint has pydantic look at the characters: half a surrogate pair is none.
Whole = Annotated[str, StringConstraints(min_length=0)]
Text = Annotated[Whole, BeforeValidator(lambda value: "" if value is None else value)]
Key = Annotated[str, BeforeValidator(_word), StringConstraints(min_length=1)]
Spoken = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Row = TypeVar("Row", bound=BaseModel)
_SPEAKER = re.compile(r"(user|agent|assistant|system)\s*:\s*", re.IGNORECASE)


class BlockRow(BaseModel):
    """One piece of a page, as the crawler keeps it."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["text", "list", "table", "faq"] = "text"
    heading: tuple[Whole, ...] = ()
    text: Whole
    question: Whole = ""
    anchor: str = ""


class CorpusRow(BaseModel):
    """One document: a FAQ when it has question and answer, otherwise a page.

    `language` is a tag such as es. Of a page `blocks`, when given, tell its parts and stand for `text`; `page_date` is the page's own.
    """

    model_config = ConfigDict(frozen=True)

    id: Key
    title: Text = ""
    text: Text = ""
    url: Text = ""
    city: Text = ""
    question: Text = ""
    answer: Text = ""
    language: Text = "en"
    page_date: date | None = None
    blocks: tuple[BlockRow, ...] = ()

    @property
    def is_faq(self) -> bool:
        return bool(self.question and self.answer)


class QueryRow(BaseModel):
    """One question. `answerability` is a list of labels that some sets have instead of `answerable`.

    Documents in `without` do not count as answers: the search must do without them. `wanted`
    holds texts of which the first excerpt should contain one. `layers` are the cities to ask in,
    nearest first, whatever the options say.
    """

    model_config = ConfigDict(frozen=True)

    id: Key
    text: Spoken
    text_hist: Text = ""
    history: list[Any] | None = None
    city: Text = ""
    answerable: bool | None = None
    answerability: list[str] | None = None
    without: list[Key] = []
    wanted: list[str] = []
    layers: list[str] = []

    @property
    def label(self) -> bool | None:
        """Whether the corpus holds the answer; None when nobody said so, or only in part of the sense."""
        if self.answerable is not None:
            return self.answerable
        labels = {label.upper() for label in self.answerability or ()}
        if labels & {"ANSWERABLE", "PARTIAL"}:
            return True
        return False if "UNANSWERABLE" in labels else None

    def asked(self, *, with_history: bool) -> tuple[str, tuple[str, ...]]:
        """The question and the resident's turns before it, oldest first.

        What the other side said is left out, as the assistant keeps only what residents asked.
        """
        if not with_history:
            return self.text, ()
        if self.history is None:
            return self.text_hist or self.text, ()
        turns = (_resident_turn(turn) for turn in self.history)
        return self.text, tuple(turn for turn in turns if turn)


@dataclass(frozen=True)
class EvalSet:
    """A whole set. `judgements`: question id -> document id -> grade above 0, for the questions there are."""

    name: str
    corpus: list[CorpusRow]
    queries: list[QueryRow]
    judgements: dict[str, dict[str, int]]


def read(folder: Path) -> EvalSet:
    """Read a set. Raises BadInput with file, line and reason.

    Judgements of questions that are not in the set are passed over, so that a part of a set's
    questions can be asked with all its judgements.
    """
    if not folder.is_dir():
        raise BadInput(f"{folder} is no folder. Give one that holds corpus.jsonl, queries.jsonl and qrels.tsv.")
    corpus = _rows(CorpusRow, folder / "corpus.jsonl")
    queries = _rows(QueryRow, folder / "queries.jsonl")
    judged = _judgements(
        folder / "qrels.tsv", documents={row.id for row in corpus}, questions={row.id for row in queries}
    )
    if not judged:
        raise BadInput(f"{folder / 'qrels.tsv'} judges no question of queries.jsonl. Check the question ids.")
    return EvalSet(folder.resolve().name, corpus, queries, judged)


def _rows(shape: type[Row], path: Path) -> list[Row]:
    rows: dict[str, Row] = {}
    for place, line in _lines(path):
        row = _parse(shape, place, line)
        id: str = row.id  # type: ignore[attr-defined]
        if id in rows:
            raise BadInput(f"{place}: the id {id!r} stands twice. Ids must be unique.")
        rows[id] = row
    if not rows:
        raise BadInput(f"{path} is empty. It needs one JSON object a line.")
    return list(rows.values())


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    """Each non-empty line with the words `file:line` for messages."""
    try:
        data = path.read_bytes().removeprefix(codecs.BOM_UTF8)
    except OSError as error:
        raise BadInput(
            f"{path} cannot be read: {error.strerror}. The folder needs corpus.jsonl, queries.jsonl and qrels.tsv."
        ) from error
    for number, line in enumerate(data.split(b"\n"), start=1):
        try:
            text = line.decode("utf-8").rstrip("\r")
        except UnicodeDecodeError as error:
            wrong = " ".join(f"{byte:02X}" for byte in line[error.start : error.end])
            raise BadInput(
                f"{path}:{number}: not UTF-8 (byte {wrong} at column {error.start + 1}). Save the file as UTF-8."
            ) from error
        if text.strip():
            yield f"{path}:{number}", text


def _parse(shape: type[Row], place: str, line: str) -> Row:
    try:
        return shape.model_validate(json.loads(line))
    except json.JSONDecodeError as error:
        raise BadInput(
            f"{place}: not JSON ({error.msg} at column {error.colno}). Each line is one JSON object."
        ) from error
    except ValidationError as error:
        reasons = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'line'}: {e['msg']}" for e in error.errors())
        raise BadInput(f"{place}: {reasons}. See `townclerk evaluate --help`.") from error
    except (RecursionError, ValueError) as error:
        raise BadInput(f"{place}: cannot be read ({str(error)[:80]}). Each line is one small JSON object.") from error


def _judgements(path: Path, *, documents: set[str], questions: set[str]) -> dict[str, dict[str, int]]:
    judgements: dict[str, dict[str, int]] = {}
    for number, (place, line) in enumerate(_lines(path)):
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) != 3:
            raise BadInput(
                f"{place}: each line is question id, document id and a whole grade, separated by tabs; got {line[:80]!r}."
            )
        question, document, grade = cells
        if not re.fullmatch(r"-?\d{1,9}", grade):
            if number == 0:
                continue  # a header line
            raise BadInput(f"{place}: the grade {grade[:40]!r} is no whole number. Use 1 or more for a right document.")
        if question not in questions or int(grade) <= 0:
            continue
        if document not in documents:
            raise BadInput(
                f"{place}: there is no document {document[:80]!r} in corpus.jsonl. Add it, or remove the line."
            )
        if judgements.get(question, {}).get(document, int(grade)) != int(grade):
            raise BadInput(f"{place}: question {question!r} and document {document!r} have two grades. Keep one line.")
        judgements.setdefault(question, {})[document] = int(grade)
    return judgements


def _resident_turn(turn: object) -> str:
    if isinstance(turn, dict):
        speaker = str(turn.get("speaker") or turn.get("role") or "user").lower()
        return str(turn.get("text") or turn.get("content") or "").strip() if speaker == "user" else ""
    text = str(turn).strip()
    said = _SPEAKER.match(text)
    if said is None:
        return text
    return text[said.end() :] if said.group(1).lower() == "user" else ""
