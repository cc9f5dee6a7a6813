"""Reads a folder of `corpus.jsonl`, `queries.jsonl` and `qrels.tsv`. Every error names file and line."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from townclerk.errors import BadInput


def _word(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Text = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]
Key = Annotated[str, BeforeValidator(_word)]
Row = TypeVar("Row", bound=BaseModel)
_SPEAKER = re.compile(r"(user|agent|assistant|system)\s*:\s*", re.IGNORECASE)


class CorpusRow(BaseModel):
    """One document: a FAQ when it has question and answer, otherwise a page."""

    model_config = ConfigDict(frozen=True)

    id: Key
    title: Text = ""
    text: Text = ""
    url: Text = ""
    city: Text = ""
    question: Text = ""
    answer: Text = ""

    @property
    def is_faq(self) -> bool:
        return bool(self.question and self.answer)


class QueryRow(BaseModel):
    """One question. `answerability` is a list of labels that some sets have instead of `answerable`."""

    model_config = ConfigDict(frozen=True)

    id: Key
    text: str
    text_hist: Text = ""
    history: list[Any] | None = None
    city: Text = ""
    answerable: bool | None = None
    answerability: list[str] | None = None

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
    """Read a set. Raises BadInput with file, line and reason."""
    if not folder.is_dir():
        raise BadInput(f"{folder} is no folder. Give one that holds corpus.jsonl, queries.jsonl and qrels.tsv.")
    corpus = [_parse(CorpusRow, *line) for line in _lines(folder / "corpus.jsonl")]
    queries = [_parse(QueryRow, *line) for line in _lines(folder / "queries.jsonl")]
    _unique(folder / "corpus.jsonl", [row.id for row in corpus])
    _unique(folder / "queries.jsonl", [row.id for row in queries])
    judgements = _judgements(folder / "qrels.tsv")
    known = {row.id for row in queries}
    judged = {id: grades for id, grades in judgements.items() if id in known}
    if not corpus or not judged:
        raise BadInput(
            f"{folder}: {'qrels.tsv judges no question of queries.jsonl' if corpus else 'corpus.jsonl is empty'}. Check the ids."
        )
    return EvalSet(folder.resolve().name, corpus, queries, judged)


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    """Each non-empty line with the words `file:line` for messages."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield f"{path}:{number}", line.rstrip("\r\n")
    except OSError as error:
        raise BadInput(
            f"{path} cannot be read: {error.strerror}. The folder needs corpus.jsonl, queries.jsonl and qrels.tsv."
        ) from error
    except UnicodeDecodeError as error:
        raise BadInput(
            f"{path} is not UTF-8 ({error.reason} at byte {error.start} of a block). Save it as UTF-8."
        ) from error


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


def _judgements(path: Path) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for number, (place, line) in enumerate(_lines(path)):
        cells = line.split("\t")
        is_grade = len(cells) == 3 and re.fullmatch(r"-?\d+", cells[2].strip())
        if not is_grade and number == 0 and len(cells) == 3:
            continue  # a header line
        if not is_grade:
            raise BadInput(
                f"{place}: each line is question id, document id and a whole grade, separated by tabs; got {line[:80]!r}."
            )
        if int(cells[2]) > 0:
            found.setdefault(cells[0].strip(), {})[cells[1].strip()] = int(cells[2])
    return found


def _unique(path: Path, ids: list[str]) -> None:
    seen: set[str] = set()
    for id in ids:
        if id in seen:
            raise BadInput(f"{path}: the id {id!r} stands twice. Ids must be unique.")
        seen.add(id)


def _resident_turn(turn: object) -> str:
    if isinstance(turn, dict):
        speaker = str(turn.get("speaker") or turn.get("role") or "user").lower()
        return str(turn.get("text") or turn.get("content") or "").strip() if speaker == "user" else ""
    text = str(turn).strip()
    said = _SPEAKER.match(text)
    if said is None:
        return text
    return text[said.end() :] if said.group(1).lower() == "user" else ""
