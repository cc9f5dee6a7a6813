"""Keyword search (BM25) on tantivy, with the jurisdictions inside the query.

What a resident types is never parsed as a query: it becomes a bounded list of terms. One
index lies in each snapshot; a new snapshot starts from a copy and adds and deletes there.

Every word is indexed twice: as it is, which tells how rare it is everywhere, and as
`place/word`. A search asks for the second kind only, so it reads what its own places hold of a
word and no more: at a million passages, a filter beside the words takes four times as long.
The weight of a word is still that of the whole index, or a word that a town mentions once
would count for more there than elsewhere:

    boost = idf(passages with the word) / idf(passages of the place with the word)

Words of a passage in another language than English stand there by their stems of that language,
marked with it: `es/basur`. A search asks for its words in each language that its places hold.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import quote

import numpy as np
import tantivy
from numpy.typing import NDArray

from index.keywords.terms import Concept, Term, Wanted
from index.passages.document import Passage
from index.text import languages
from index.text.languages import TONGUES, tongue, word_in
from index.text.tokenizer import analyzer, parted, plain_analyzer, stem, stems

Field = Literal["all", "question"]
FIELDS: tuple[Field, ...] = ("all", "question")
HERE = {name: f"{name}_here" for name in FIELDS}
"""The fields whose words carry their place."""
LOCKS = (".tantivy-writer.lock", ".tantivy-meta.lock")  # files of a live writer; they do not belong to a snapshot
_LEAST_MEMORY, _PASSAGE_MEMORY, _MOST_MEMORY = 128_000_000, 2_500, 4_000_000_000
"""Bytes gathered before a part is written: at least, for each expected passage (850 measured), and tantivy's limit."""
CACHED_COUNTS = 200_000
"""Counts of words in fields that are in memory, about 150 bytes each."""


class _Where(NamedTuple):
    """Where and how terms are looked for."""

    places: tuple[str, ...]
    field: Field
    spoken: Mapping[str, tuple[str, ...]]


class KeywordIndex:
    """The keyword index of one snapshot. Searching is safe from several threads."""

    def __init__(self, folder: Path) -> None:
        """Open the index in `folder`, or make an empty one."""
        folder.mkdir(parents=True, exist_ok=True)
        self._schema = _schema()
        self._index = tantivy.Index(self._schema, path=str(folder), reuse=True)
        self._index.register_tokenizer("spelt", plain_analyzer())
        self._read()

    def _read(self) -> None:
        """Read what is on disk. In how many passages a term of a field stands, and the words by prefix, are cached from here on."""
        self._searcher = self._index.searcher()
        self._count = lru_cache(maxsize=CACHED_COUNTS)(self._searcher.doc_freq)
        self._beginning = lru_cache(maxsize=64)(partial(_words_beginning, self._searcher))

    def change(
        self, added: Iterable[tuple[int, Passage]], *, deleted_documents: Iterable[str], expected: int = 0
    ) -> None:
        """Delete all passages of some documents, then add (row, passage) pairs, about `expected` many; durable on return."""
        memory = min(max(_LEAST_MEMORY, expected * _PASSAGE_MEMORY), _MOST_MEMORY)
        writer = self._index.writer(heap_size=memory, num_threads=1)
        for key in deleted_documents:
            writer.delete_documents_by_term("document", key)
        for row, passage in added:
            writer.add_document(_document(row, passage))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._read()

    def search(
        self,
        terms: Sequence[Wanted],
        jurisdictions: Sequence[str],
        *,
        field: Field,
        limit: int,
        spoken: Mapping[str, tuple[str, ...]] | None = None,
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Rows and BM25 scores of passages that hold any of the terms, best first.

        `spoken` says how terms are indexed in other languages, which count as the term itself.
        """
        if not terms or not jurisdictions or not len(self):
            return np.empty(0, np.int64), np.empty(0, np.float32)
        queries = self._queries(terms, _Where(tuple(dict.fromkeys(jurisdictions)), field, spoken or {}))
        query = tantivy.Query.boolean_query([(tantivy.Occur.Should, term) for term in queries])
        hits = self._searcher.search(query, limit, count=False).hits if queries else []
        rows = self._searcher.fast_field_values("row", [address for _, address in hits]) if hits else []
        return np.array(rows, np.int64), np.array([score for score, _ in hits], np.float32)

    def knows(self, word: str) -> bool:
        """Whether any passage holds the word in any of its forms."""
        if all(self._count("all", own) for own in stems(word)):
            return True
        return any(self._count("all", word_in(code, word)) for code in TONGUES if self._count("every", code))

    def knows_in(self, language: str, word: str) -> bool:
        """Whether any passage in one language holds the word in any of its forms; an empty code is English."""
        return bool(self._count("all", word_in(language, word) if language in TONGUES else stem(word)))

    def languages(self, places: Sequence[str]) -> tuple[str, ...]:
        """The languages besides English of which these places hold passages."""
        spoken = [code for code in TONGUES if self._count("every", code)]
        return tuple(code for code in spoken if any(self._count("every", placed(place, code)) for place in places))

    def idf(self, term: str) -> float:
        """How rare a stem is among all passages."""
        return self._idf(self._count("all", term))

    def beginning(self, prefix: str) -> tuple[str, ...]:
        """Words of the passages, as they are written in lower case, that begin so; cached, as a large index takes 10 ms."""
        return self._beginning(prefix)

    def spelt(self, word: str) -> int:
        """In how many passages a word stands as it is written, in lower case."""
        return self._count("spelt", word)

    @property
    def parts(self) -> int:
        """How many parts it lies in: a search looks every word up in each."""
        return int(self._searcher.num_segments)

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def _queries(self, terms: Sequence[Wanted], where: _Where) -> list[tantivy.Query]:
        """Each term in each place that holds it."""
        queries: list[tantivy.Query] = []
        for term in terms:
            if isinstance(term, Concept):
                queries += self._best(term, where)
                continue
            queries += self._term(term, where)
            if where.spoken:
                same = tuple((form, term[1]) for form in where.spoken.get(term[0], ()))
                queries += self._queries(same, where._replace(spoken={})) if same else ()
        return queries

    def _term(self, term: Term, where: _Where) -> list[tantivy.Query]:
        """A term in each place that holds it."""
        stem, weight = term
        everywhere, field = self._count(where.field, stem), HERE[where.field]
        queries: list[tantivy.Query] = []
        for place in where.places if everywhere else ():
            word = placed(place, stem)
            # A place that never says the word says it in no question either: this is known from the first field asked.
            here = self._count(HERE["all"], word) and self._count(field, word)
            if here:
                boost = weight * self._idf(everywhere) / self._idf(here)
                term_query = tantivy.Query.term_query(self._schema, field, word, "freq")
                queries.append(tantivy.Query.boost_query(term_query, boost))
        return queries

    def _best(self, concept: Concept, where: _Where) -> list[tantivy.Query]:
        """The question's own words for a thing together, or the best of the others: their scores are not added up."""
        ways = [_together(own, tantivy.Occur.Should)] if (own := self._queries(concept.own, where)) else []
        for other in concept.others:
            for place in where.places:
                here = where._replace(places=(place,))
                words = [self._queries([(stem, other.weight)], here) for stem in other.stems]
                if words and all(words):
                    ways.append(_together([_together(w, tantivy.Occur.Should) for w in words], tantivy.Occur.Must))
        return ways if len(ways) < 2 else [tantivy.Query.disjunction_max_query(ways)]

    def _idf(self, holding: int) -> float:
        # As tantivy computes it: deleted passages count until their segment is merged.
        total = self._count("every", "1")
        return math.log1p((total - holding + 0.5) / (holding + 0.5))


def _together(queries: Sequence[tantivy.Query], occur: tantivy.Occur) -> tantivy.Query:
    return queries[0] if len(queries) == 1 else tantivy.Query.boolean_query([(occur, query) for query in queries])


def _words_beginning(searcher: tantivy.Searcher, prefix: str) -> tuple[str, ...]:
    return tuple(word for word, _ in searcher.terms_with_prefix("spelt", prefix))


def placed(place: str, term: str) -> str:
    """A word of one place, as it is indexed."""
    return f"{_one_word(place)}/{term}"


@lru_cache(maxsize=10_000)
def _one_word(place: str) -> str:
    # Space would part the place from its words, and a slash could make two places look alike.
    return quote(place, safe="")


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("row", fast=True)
    builder.add_text_field("document", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("every", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("spelt", tokenizer_name="spelt", index_option="basic")
    for name in FIELDS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
        builder.add_text_field(HERE[name], tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def _document(row: int, passage: Passage) -> tantivy.Document:
    document = tantivy.Document()
    document.add_unsigned("row", row)  # never Document(row=...): a signed value kills the writer
    document.add_text("document", passage.document_key)
    document.add_text("every", "1")
    code = tongue(passage.language)
    for mark in (code, placed(passage.jurisdiction, code)) if code else ():
        document.add_text("every", mark)
    heading = "" if passage.question else f"{passage.title}\n{passage.heading}"
    whole = "\n".join((passage.question, heading, passage.text))
    document.add_text("spelt", parted(whole))
    texts: dict[Field, str] = {"all": whole, "question": passage.question}
    for name, text in texts.items():
        words = languages.terms(code, text) if code else analyzer().analyze(parted(text))
        document.add_text(name, " ".join(words))
        document.add_text(HERE[name], " ".join([placed(passage.jurisdiction, word) for word in words]))
    return document
