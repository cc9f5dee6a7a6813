"""One search: find candidates by meaning and by words, compare, order, quote."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from index.background import Level
from index.catalogue import Found
from index.confidence import chance, judge, refused, support, told
from index.documents import Adjust, Candidate, Passage, PinMark, Pinned, Placed, SearchResult, Vectors
from index.duplicates import distinct
from index.encoder import Encoder
from index.evidence import NOTHING, Evidence, Surroundings, covered, nearest, surroundings
from index.excerpts import Sought, excerpt, highlights
from index.followups import Asked
from index.fusion import FORMS_COUNT
from index.keywords import Field
from index.ranking import Ranked, adjusted, pinned, rank
from index.segments import Segment
from index.sentences import Span
from index.serving import Serving
from index.siblings import traded
from index.signals import Hits, Signals, gather
from index.superseded import settled

DEPTH = 60
"""Rows that each kind of search brings up for comparison."""
FIELDS: dict[str, Field] = {"bm25": "all", "question": "question"}
"""Where each keyword signal looks."""
OWN_MEANING = 0.4
"""What a follow-up's own meaning counts beside that of it and the turns before, which is 1.

MT-RAG government questions with history: S@1 .905 with 0 to 0.5, .876 from 0.7 on; the demo's
conversations: excerpts that hold the new answer .72 with 0, .78 with 0.3 to 0.5.
"""
RANKED = 40
"""Candidates that the layers and votes may re-order."""


class Retrieval:
    """A search on one serving state; made for one question."""

    def __init__(self, serving: Serving, encoder: Encoder) -> None:
        self._serving = serving
        self._encoder = encoder
        self._sentences: dict[int, tuple[tuple[Span, ...], NDArray[np.float16]]] = {}
        self._shares: dict[str, float] = {}
        self.timings: dict[str, float] = {}

    def run(
        self,
        asked: Asked,
        jurisdictions: Sequence[str],
        *,
        limit: int,
        adjust: Adjust | None = None,
        pins: Pinned | None = None,
    ) -> SearchResult:
        """See `Engine.search`. What `pins` gives stands first, also where nothing else supports an answer."""
        with self._timed("encode"):
            vector = self.meaning(asked)
            # Votes and pins are known by the question as it was asked, whatever its abbreviations are said to mean since.
            plain = self._encoder.query(asked.sentence)
        placed = pins(plain, self._serving.catalogue) if pins else ()
        rows = {row for each in placed for row in each.rows}
        signals = self.compare(asked, jurisdictions, vector, also=sorted(rows))
        with self._timed("rank"):
            ranked = rank(signals, self._serving.catalogue, jurisdictions, limit=max(limit, RANKED), also=rows)
            ranked = traded(ranked, asked, read=lambda each: self._passage(each, signals))
            ranked = settled(
                ranked,
                signals,
                question=asked.sentence,
                layers=jurisdictions,
                vector=lambda each: self._vector(each, signals),
            )
        with self._timed("adjust"):
            ranked = adjusted(ranked, plain, adjust)
            if placed:
                ranked = pinned(ranked, self._chosen(placed, ranked, signals, asked))
        with self._timed("judge"):
            # Votes order answers; they never make one out of what does not fit.
            around = self.around(asked, signals, self.level(vector, jurisdictions))
            evidence = self.evidence(asked, signals, around)
            none = refused(evidence)
        with self._timed("quote"):
            chosen = distinct((self._read(each, signals) for each in ranked), limit=limit)
            # Words are compared by meaning for the answer that stands first only; it takes too long for all.
            for candidate in chosen[:1]:
                self._covered(asked, candidate.passage, first=True)
            quoted = [self._quoted(candidate, asked, vector, around) for candidate in chosen]
        if none:
            quoted = [replace(candidate, confidence="low") for candidate in quoted]
        # What staff pinned is an answer because they say so.
        quoted = [replace(each, confidence="high") if each.pin else each for each in quoted]
        confidence = quoted[0].confidence if quoted else "low"
        none = none and not any(each.pin for each in quoted)
        return SearchResult(
            quoted,
            none,
            confidence,
            plain,
            self.timings,
            support(evidence),
            asked.compared,
            asked.applied,
            told(evidence),
        )

    def compare(
        self, asked: Asked, jurisdictions: Sequence[str], vector: Vectors, *, also: Sequence[int] = ()
    ) -> Signals:
        """All candidates with all their signals; the rows `also` are among them."""
        serving = self._serving
        with self._timed("vector"):
            dense: list[Hits] = [
                index.search(vector, jurisdictions, limit=DEPTH) for index in (serving.bodies, serving.labels)
            ]
        with self._timed("keyword"):
            keyword = {name: self.worded(asked, jurisdictions, name) for name in FORMS_COUNT}
        with self._timed("compare"):
            if also:
                dense.append((np.array(also, np.int64), np.empty(0, np.float32)))
            return gather(serving.catalogue, vector, dense=dense, keyword=keyword, depth=DEPTH)

    def meaning(self, asked: Asked) -> Vectors:
        """The vector to search with."""
        whole = self._encoder.query(asked.compared)
        if not asked.alone:
            return whole
        mixed = whole + OWN_MEANING * self._encoder.query(asked.alone)
        return np.asarray(mixed / np.linalg.norm(mixed), np.float32)

    def _chosen(
        self, placed: Sequence[Placed], ranked: Sequence[Ranked], signals: Signals, asked: Asked
    ) -> dict[int, PinMark]:
        """The candidate of each pin: of a page the passage that fits best, or holds the kind of thing that was asked for."""
        rows, chosen = signals.found.rows, dict[int, PinMark]()
        for each in placed:
            wanted = set(each.rows)
            page = [one for one in ranked if int(rows[one.i]) in wanted]
            best = traded(page, asked, read=lambda one: self._passage(one, signals))[:1]
            chosen |= {one.i: each.mark for one in best if one.i not in chosen}
        return chosen

    def worded(self, asked: Asked, jurisdictions: Sequence[str], name: str, *, limit: int = DEPTH) -> Hits:
        """Rows with a keyword signal and its raw value, best first."""
        terms = [*asked.wanted, *((form, FORMS_COUNT[name]) for form in asked.forms)]
        return self._serving.keywords.search(terms, jurisdictions, field=FIELDS[name], limit=limit, spoken=asked.spoken)

    def level(self, vector: Vectors, jurisdictions: Sequence[str]) -> Level:
        """What nearness to a question is usual in these jurisdictions."""
        return self._serving.background.level(vector, jurisdictions)

    def around(self, asked: Asked, signals: Signals, level: Level) -> Surroundings | None:
        """What the candidates are judged against; None when there are none."""
        return surroundings(asked, signals, level, self._serving.catalogue) if len(signals.found) else None

    def evidence(self, asked: Asked, signals: Signals, around: Surroundings | None) -> Evidence:
        """What speaks for an answer being among the candidates."""
        if around is None:
            return NOTHING
        segment, position = self._at(signals.found, around.best)
        passage = segment.passage(position)[0]
        dense, sentence = nearest(signals)
        return around.evidence(
            {"dense": dense, "sentence": sentence, "fit": around.top},
            document=passage.document_key,
            covered=self._covered(asked, passage, first=True),
        )

    def _read(self, ranked: Ranked, signals: Signals) -> Candidate:
        """The passage itself, without excerpt or confidence."""
        segment, position = self._at(signals.found, ranked.i)
        passage, spans = segment.passage(position)
        checked = datetime.fromisoformat(ranked.filed.checked) if ranked.filed.checked else None
        parts = signals.at(ranked.i) | ranked.parts
        row = int(signals.found.rows[ranked.i])
        self._sentences[row] = (spans, segment.sentence_vectors(position))
        return Candidate(passage, ranked.score, parts, "", [], "low", checked, row, ranked.pin)

    def _covered(self, asked: Asked, passage: Passage, *, first: bool) -> float:
        if passage.key not in self._shares:
            encoder = self._encoder if first else None
            self._shares[passage.key] = covered(asked, passage, encoder=encoder, keywords=self._serving.keywords)
        return self._shares[passage.key]

    def _quoted(self, candidate: Candidate, asked: Asked, vector: Vectors, around: Surroundings | None) -> Candidate:
        text, (spans, sentences) = candidate.passage.text, self._sentences[candidate.row]
        also = asked.also(text, candidate.passage.language)
        sought = Sought(vector, frozenset(asked.own), asked.kinds, also)
        found = excerpt(text, spans, sentences, sought=sought)
        start, end = found.whole
        quote = text[start:end]
        parts = candidate.parts
        covering = self._covered(asked, candidate.passage, first=False)
        document = candidate.passage.document_key
        evidence = around.evidence(parts, document=document, covered=covering) if around else NOTHING
        return replace(
            candidate,
            parts=parts | {"covered": evidence.covered, "chance": chance(evidence)},
            confidence=judge(evidence),
            excerpt=quote,
            highlights=highlights(quote, frozenset(asked.own) | also.keys()),
            short=None if found.short is None else (found.short[0] - start, found.short[1] - start),
        )

    def _vector(self, ranked: Ranked, signals: Signals) -> Vectors:
        segment, position = self._at(signals.found, ranked.i)
        return np.asarray(segment.vectors[position], np.float32)

    def _passage(self, ranked: Ranked, signals: Signals) -> Passage:
        segment, position = self._at(signals.found, ranked.i)
        return segment.passage(position)[0]

    def _at(self, found: Found, i: int) -> tuple[Segment, int]:
        return self._serving.catalogue.segments[found.segment[i]], int(found.position[i])

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.timings[stage] = round((time.perf_counter() - started) * 1000, 3)
