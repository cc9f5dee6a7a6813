"""The pages and FAQs that a city's questions are answered from, and which of them hold the same answer."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Self

from sqlalchemy import Engine

from crawler.page import Block, StoredPage
from crawler.pages.store import PageStore
from index.embedding.encoder import Encoder
from index.faqs.faq import Faq
from index.faqs.store import FaqStore, todays
from index.passages.chunker import cut
from index.passages.document import Document
from index.passages.sources import faq_key, from_faq, from_page, page_key
from index.text.tokenizer import stems, subject

HELD = 0.8
"""Share of the answer's words that one section must hold to count as the same answer."""
HELD_AT_SOURCE = 0.6
"""The same for the page that the FAQ names as its source; anywhere on it."""


@dataclass(frozen=True)
class Corpus:
    """All documents of some jurisdictions, as they are indexed."""

    pages: tuple[StoredPage, ...]
    faqs: tuple[Faq, ...]

    @classmethod
    def read(cls, database: Engine, jurisdictions: Sequence[str]) -> Self:
        """What is stored and holds today."""
        chosen, days = set(jurisdictions), todays(database)
        pages = tuple(p for p in _pages(PageStore(database)) if p.page.jurisdiction in chosen)
        stored = (faq for id in jurisdictions for faq in FaqStore(database).all(id))
        return cls(pages, tuple(faq for faq in stored if faq.holds(days[faq.jurisdiction])))

    @property
    def documents(self) -> Iterator[Document]:
        """Pages first."""
        yield from map(from_page, self.pages)
        yield from map(from_faq, self.faqs)

    @property
    def names(self) -> dict[str, str]:
        """What to call each document: a page by its address, a FAQ by its question."""
        pages = {page_key(page.id): page.page.url for page in self.pages}
        return pages | {faq_key(faq.id): f"FAQ {faq.id}: {faq.question}" for faq in self.faqs}

    def at(self, url: str) -> list[str]:
        """Keys of the documents at an address; its fragment does not count."""
        address = _plain(url)
        keys = [page_key(page.id) for page in self.pages if _plain(page.page.url) == address]
        return keys + [faq_key(faq.id) for faq in self.faqs if faq.url and _plain(faq.url) == address]

    def holding(self, faq: Faq) -> list[str]:
        """Keys of the other documents that hold the answer of a FAQ: its words, and all its numbers."""
        words, numbers = set(subject(faq.answer, limit=200)), _numbers(faq.answer)
        pages = [page_key(page.id) for page in self.pages if _holds(page, faq, words, numbers)]
        others = [
            faq_key(other.id)
            for other in self.faqs
            if other.id != faq.id and _share(words, other.answer) >= HELD and numbers <= _numbers(other.answer)
        ]
        return pages + others

    def documents_of(self, passages: set[str], encoder: Encoder) -> Mapping[str, str]:
        """Passage key -> document key, for those that are still there."""
        documents: dict[str, str] = {}
        for document in self.documents:
            if len(documents) == len(passages):
                break
            keys = (piece.passage.key for piece in cut(document, encoder.tokens, window=encoder.window))
            documents |= {key: document.key for key in keys if key in passages}
        return documents


def _pages(store: PageStore) -> Iterator[StoredPage]:
    revision = 0
    while part := store.changes_since(revision):
        yield from (stored for stored in part if not stored.gone)
        revision = part[-1].revision


def _holds(page: StoredPage, faq: Faq, words: set[str], numbers: set[str]) -> bool:
    if faq.url and _plain(faq.url) == _plain(page.page.url):
        whole = _text(page.page.blocks)
        return _share(words, whole) >= HELD_AT_SOURCE and numbers <= _numbers(whole)
    sections = (_text(part) for _, part in groupby(page.page.blocks, lambda block: (block.heading, block.question)))
    return any(_share(words, text) >= HELD and numbers <= _numbers(text) for text in sections)


def _text(blocks: Iterable[Block]) -> str:
    return "\n".join(f"{' '.join(block.heading)} {block.question} {block.text}" for block in blocks)


def _share(words: set[str], text: str) -> float:
    return len(words & set(stems(text))) / len(words) if words else 0.0


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:[.,:-]\d+)*", text))


def _plain(url: str) -> str:
    return url.split("#")[0].rstrip("/")
