"""Keyword search (BM25) on tantivy, with the jurisdictions inside the query.

What a resident types is never parsed as a query: it becomes a bounded list of terms. One
index lies in each snapshot; a new snapshot starts from a copy and adds and deletes there.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import tantivy
from numpy.typing import NDArray

from index.documents import Passage
from index.words import analyzer, plain_analyzer, stem

Field = Literal["all", "question"]
FIELDS: tuple[Field, ...] = ("all", "question")
LOCKS = (".tantivy-writer.lock", ".tantivy-meta.lock")
"""Files of a live writer; they do not belong to a snapshot."""
_WRITER_MEMORY = 32_000_000


class KeywordIndex:
    """The keyword index of one snapshot. Searching is safe from several threads."""

    def __init__(self, folder: Path) -> None:
        """Open the index in `folder`, or make an empty one."""
        folder.mkdir(parents=True, exist_ok=True)
        self._schema = _schema()
        self._index = tantivy.Index(self._schema, path=str(folder), reuse=True)
        self._index.register_tokenizer("town", analyzer())
        self._index.register_tokenizer("spelt", plain_analyzer())
        self._searcher = self._index.searcher()

    def change(self, added: Iterable[tuple[int, Passage]], *, deleted_documents: Iterable[str]) -> None:
        """Delete all passages of some documents, then add (row, passage) pairs; durable on return."""
        writer = self._index.writer(heap_size=_WRITER_MEMORY, num_threads=1)
        for key in deleted_documents:
            writer.delete_documents_by_term("document", key)
        for row, passage in added:
            writer.add_document(_document(row, passage))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def search(
        self, terms: Sequence[tuple[str, float]], jurisdictions: Sequence[str], *, field: Field, limit: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Rows and BM25 scores of passages that hold any of the (stem, weight) terms, best first."""
        if not terms or not jurisdictions or not len(self):
            return np.empty(0, np.int64), np.empty(0, np.float32)
        query, occur = tantivy.Query, tantivy.Occur
        wanted = query.boolean_query([(occur.Should, self._term(term, field, weight)) for term, weight in terms])
        place = query.const_score_query(query.term_set_query(self._schema, "jurisdiction", list(jurisdictions)), 0.0)
        found = self._searcher.search(
            query.boolean_query([(occur.Must, place), (occur.Must, wanted)]), limit, count=False
        ).hits
        rows = self._searcher.fast_field_values("row", [address for _, address in found]) if found else []
        return np.array(rows, np.int64), np.array([score for score, _ in found], np.float32)

    def knows(self, word: str) -> bool:
        """Whether any passage holds the word in any of its forms."""
        return bool(self._searcher.doc_freq("all", stem(word)))

    def beginning(self, prefix: str) -> list[tuple[str, int]]:
        """Words of the passages, as they are written in lower case, that begin so, with in how many passages."""
        found: list[tuple[str, int]] = self._searcher.terms_with_prefix("spelt", prefix)
        return found

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def _term(self, term: str, field: Field, weight: float) -> tantivy.Query:
        made = tantivy.Query.term_query(self._schema, field, term, "freq")
        return made if weight == 1.0 else tantivy.Query.boost_query(made, weight)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("row", fast=True)
    builder.add_text_field("document", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("jurisdiction", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("spelt", tokenizer_name="spelt", index_option="basic")
    for name in FIELDS:
        builder.add_text_field(name, tokenizer_name="town", index_option="freq")
    return builder.build()


def _document(row: int, passage: Passage) -> tantivy.Document:
    made = tantivy.Document()
    made.add_unsigned("row", row)  # never Document(row=...): a signed value kills the writer
    made.add_text("document", passage.document_key)
    made.add_text("jurisdiction", passage.jurisdiction)
    heading = "" if passage.question else f"{passage.title}\n{passage.heading}"
    whole = "\n".join((passage.question, heading, passage.text))
    made.add_text("all", whole)
    made.add_text("spelt", whole)
    made.add_text("question", passage.question)
    return made
