"""The shape of a page, shared by the crawler and the index.

Light on purpose: it imports no table and no parser.
"""

import hashlib
import json
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

BlockKind = Literal["text", "list", "table", "faq"]


@dataclass(frozen=True)
class Block:
    """One piece of a page under one heading.

    `heading` is the path of headings above it, outermost first, without the page title.
    `text` is plain text with "\\n" between lines, rows or items; of a `faq` it is the answer.
    `anchor` is the fragment id to link to, or "".
    """

    kind: BlockKind
    heading: tuple[str, ...]
    text: str
    question: str = ""
    anchor: str = ""


@dataclass(frozen=True)
class Page:
    """One page as a resident would read it. `page_date` is the date the page itself states, `checked_at` ours."""

    url: str
    jurisdiction: str
    title: str
    language: str
    blocks: tuple[Block, ...]
    page_date: date | None
    page_date_origin: str
    checked_at: datetime
    content_hash: str


@dataclass(frozen=True)
class StoredPage:
    """A page as stored. `gone` means: answer nothing from it any more."""

    id: int
    source_id: str
    revision: int
    gone: bool
    page: Page


def content_hash(title: str, blocks: Iterable[Block]) -> str:
    """SHA-256 over title and blocks with Unicode (NFC) and white space normalised.

    Layout noise does not change it; a changed word, heading or order does.
    """
    parts = [
        _normal(title),
        *([b.kind, *map(_normal, b.heading), _normal(b.question), _normal(b.text)] for b in blocks),
    ]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode("utf-8", "replace")).hexdigest()


def blocks_to_json(blocks: Iterable[Block]) -> list[dict[str, Any]]:
    """Blocks in the form they are stored in."""
    return [
        {"kind": b.kind, "heading": list(b.heading), "text": b.text, "question": b.question, "anchor": b.anchor}
        for b in blocks
    ]


def blocks_from_json(stored: Iterable[dict[str, Any]]) -> tuple[Block, ...]:
    """The inverse of `blocks_to_json`."""
    return tuple(Block(b["kind"], tuple(b["heading"]), b["text"], b["question"], b["anchor"]) for b in stored)


def _normal(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
