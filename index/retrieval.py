"""One search: find candidates by meaning and by words, compare, order, quote."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

import numpy as np

from index.catalogue import Found
from index.confidence import coverage, judge, refused, support
from index.documents import Adjust, Candidate, Passage, SearchResult, Vectors
from index.duplicates import distinct
from index.encoder import Encoder
from index.excerpts import excerpt, highlights
from index.followups import Asked
from index.fusion import FORMS_COUNT, fuse, scaled
from index.keywords import Field
from index.serving import Serving
from index.signals import Hits, Signals, gather
from townclerk import clock
from townclerk.jurisdictions import LEVELS

DEPTH = 60
"""Rows that each kind of search brings up for comparison."""
FIELDS: dict[str, Field] = {"bm25": "all", "question": "question"}
"""Where each keyword signal looks."""
RANKED = 40
"""Candidates that the layers and votes may re-order."""
NEARER = 0.04
"""What one layer nearer to the city adds: it decides between passages about equally good."""
YEAR_OLDER, STALEST = 0.02, 0.1
"""What a year more of age takes off, and the most that age takes off."""


class Retrieval:
    """A search on one serving state; made for one question."""

    def __init__(self, serving: Serving, encoder: Encoder) -> None:
        self._serving = serving
        self._encoder = encoder
        self.timings: dict[str, float] = {}

    def run(self, asked: Asked, jurisdictions: Sequence[str], *, limit: int, adjust: Adjust | None) -> SearchResult:
        """See `Engine.search`."""
        with self._timed("encode"):
            vector = self._encoder.query(asked.sentence)
        signals = self.compare(asked, jurisdictions, vector)
        with self._timed("rank"):
            ranked = self._ranked(signals, jurisdictions, limit=max(limit, RANKED))
        with self._timed("adjust"):
            ranked = _adjusted(ranked, vector, adjust)
        with self._timed("quote"):
            chosen = [self._judged(candidate, asked) for candidate in distinct(ranked, limit=limit)]
            quoted = [self._quoted(candidate, asked, vector) for candidate in chosen]
        # Votes order answers; they never make one out of what does not fit.
        none = refused(signals)
        if none:
            quoted = [replace(candidate, confidence="low") for candidate in quoted]
        confidence = quoted[0].confidence if quoted else "low"
        return SearchResult(quoted, none, confidence, vector, self.timings, support(signals))

    def compare(self, asked: Asked, jurisdictions: Sequence[str], vector: Vectors) -> Signals:
        """All candidates with all their signals."""
        serving = self._serving
        with self._timed("vector"):
            dense: list[Hits] = [
                index.search(vector, jurisdictions, limit=DEPTH) for index in (serving.bodies, serving.labels)
            ]
        with self._timed("keyword"):
            keyword = {name: self._worded(asked, jurisdictions, name) for name in FORMS_COUNT}
        with self._timed("compare"):
            return gather(serving.catalogue, vector, dense=dense, keyword=keyword, depth=DEPTH)

    def _worded(self, asked: Asked, jurisdictions: Sequence[str], name: str) -> Hits:
        terms = [*asked.terms, *((form, FORMS_COUNT[name]) for form in asked.forms)]
        return self._serving.keywords.search(terms, jurisdictions, field=FIELDS[name], limit=DEPTH)

    def _ranked(self, signals: Signals, jurisdictions: Sequence[str], *, limit: int) -> list[Candidate]:
        """The best candidates before votes, best first, without excerpts or confidence."""
        fits = fuse(signals, passages=len(self._serving.catalogue))
        relative = scaled(fits)
        # More places than there are levels are no city with its layers, and have no order.
        step = NEARER if len(jurisdictions) <= len(LEVELS) else 0.0
        layer = {jurisdiction: -step * i for i, jurisdiction in enumerate(jurisdictions)}
        made: list[Candidate] = []
        for i in map(int, np.argsort(-fits, kind="stable")[:limit]):
            passage, checked = self._stored(signals.found, i)
            added = {
                "relative": float(relative[i]),
                "layer": layer[passage.jurisdiction],
                "freshness": _freshness(passage),
            }
            score = sum(added.values())
            added["fit"] = float(fits[i])
            row = int(signals.found.rows[i])
            made.append(Candidate(passage, score, signals.at(i) | added, "", [], "low", checked, row))
        return sorted(made, key=lambda candidate: -candidate.score)

    def _judged(self, candidate: Candidate, asked: Asked) -> Candidate:
        parts = candidate.parts | {"coverage": coverage(asked, candidate.passage)}
        return replace(candidate, parts=parts, confidence=judge(parts))

    def _stored(self, found: Found, i: int) -> tuple[Passage, datetime | None]:
        segment, position = self._serving.catalogue.segments[found.segment[i]], int(found.position[i])
        checked = segment.documents[int(np.searchsorted(segment.starts, position, side="right")) - 1].checked
        return segment.passage(position)[0], datetime.fromisoformat(checked) if checked else None

    def _quoted(self, candidate: Candidate, asked: Asked, vector: Vectors) -> Candidate:
        place = self._serving.catalogue.find(np.array([candidate.row]))
        segment, position = self._serving.catalogue.segments[place.segment[0]], int(place.position[0])
        text, spans = candidate.passage.text, segment.passage(position)[1]
        start, end = excerpt(text, spans, segment.sentence_vectors(position), question=(vector, frozenset(asked.own)))
        quote = text[start:end]
        return replace(candidate, excerpt=quote, highlights=highlights(quote, frozenset(asked.own)))

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.timings[stage] = round((time.perf_counter() - started) * 1000, 3)


def _freshness(passage: Passage) -> float:
    """0 to -STALEST for a page that says how old it is; its first year is free."""
    if passage.page_date is None:
        return 0.0
    years = (clock.now().date() - passage.page_date).days / 365.25
    return -min(STALEST, YEAR_OLDER * max(0.0, years - 1))


def _adjusted(ranked: list[Candidate], vector: Vectors, adjust: Adjust | None) -> list[Candidate]:
    added = adjust(vector, ranked) if adjust else {}
    if not added:
        return ranked
    moved = [
        replace(c, score=c.score + added[c.passage.key], parts=c.parts | {"vote": added[c.passage.key]})
        if c.passage.key in added
        else c
        for c in ranked
    ]
    return sorted(moved, key=lambda candidate: -candidate.score)
