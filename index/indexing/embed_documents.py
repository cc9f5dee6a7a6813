"""Documents to stored entries: cut, embed what is new, keep the vectors of what is not."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

import numpy as np

from index.arrays import Vectors
from index.embedding.encoder import Encoder
from index.embedding.token_vectors import Tokens
from index.hashing import hashed
from index.passages.chunker import Cut, cut
from index.passages.document import Document
from index.segments.document_table import DocumentRow
from index.segments.reader import SegmentReader
from index.segments.segment import Entry

Built = list[tuple[DocumentRow, list[Entry]]]
Embedded = tuple[Vectors, Vectors | None, Vectors, Tokens]
"""The vectors of a body, of its label if it has one, of its sentences and of its tokens."""


def build(documents: Sequence[Document], reader: SegmentReader, encoder: Encoder, *, first_row: int) -> Built:
    """The entries of new or changed documents. Passages whose text is as before are not embedded again."""
    rows = count(first_row)
    cuts = [(document, cut(document, encoder.tokens, window=encoder.window)) for document in documents]
    known: dict[str, Entry] = {}
    for document in documents:
        known.update({entry.embedded: entry for entry in reader.entries(document.key)})
    fresh = _embed({h: c for _, found in cuts for c in found if (h := _hash(c)) not in known}, encoder)
    built: Built = []
    for document, found in cuts:
        built.append((_document_row(document, len(found)), [_entry(next(rows), c, fresh, known) for c in found]))
    return built


def _document_row(document: Document, passages: int) -> DocumentRow:
    return DocumentRow(
        key=document.key,
        fingerprint=document.fingerprint,
        jurisdiction=document.jurisdiction,
        kind=document.kind,
        passages=passages,
        checked=document.checked_at.isoformat() if document.checked_at else "",
        page_date=document.page_date.isoformat() if document.page_date else "",
    )


def _hash(cut: Cut) -> str:
    return hashed(cut.passage.language, cut.body, cut.label, str(cut.spans))[:32]


def _embed(cuts: dict[str, Cut], encoder: Encoder) -> dict[str, Embedded]:
    """Vectors by hash; every distinct text is encoded once."""
    embedded: dict[str, Embedded] = {}
    for language in dict.fromkeys(c.passage.language for c in cuts.values()):
        own = {h: c for h, c in cuts.items() if c.passage.language == language}
        labels = list(dict.fromkeys(c.label for c in own.values() if c.label))
        label_of = dict(zip(labels, encoder.passages(labels, language), strict=True))
        bodies = encoder.with_parts([c.body for c in own.values()], [c.sentences for c in own.values()], language)
        for (h, c), (vectors, tokens) in zip(own.items(), bodies, strict=True):
            embedded[h] = vectors[0], label_of.get(c.label), vectors[1:], tokens
    return embedded


def _entry(row: int, cut: Cut, fresh: dict[str, Embedded], known: dict[str, Entry]) -> Entry:
    embedded = _hash(cut)
    if embedded in known:
        old = known[embedded]
        return replace(old, row=row, passage=cut.passage, spans=cut.spans)
    vector, label, sentences, tokens = fresh[embedded]
    return Entry(row, cut.passage, cut.spans, embedded, vector, label, sentences.astype(np.float16), tokens)
