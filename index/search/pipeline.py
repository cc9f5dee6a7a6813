"""One search: find candidates by meaning and by words, compare, order, quote."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np

from index.answers.confidence import chance, judge, refused, support, told
from index.answers.deduplicate import distinct
from index.answers.doubts import beside, doubted, untold
from index.answers.evidence import NOTHING, Evidence, Surroundings, surroundings
from index.answers.excerpt import Sought, excerpt, highlights, over
from index.answers.result import Candidate, SearchResult
from index.answers.sort_of_thing import of_another_sort, unnamed
from index.answers.topics import is_told
from index.arrays import Vectors
from index.embedding.encoder import Encoder
from index.query.query import Query
from index.ranking.candidate import Adjust, Pinned, Placed
from index.ranking.features import Features
from index.ranking.order_rules import OrderRules
from index.ranking.ranker import Ranked, adjusted, pinned, rank
from index.ranking.reranker import READ, Reranker
from index.ranking.shown_pages import ANY, FOLLOWING, REFUSED, STANDING, lifted
from index.schemas.search import Confidence, PinMark
from index.search.candidates import Candidates
from index.search.follow_up import FollowUp
from index.search.retriever import Retriever, SnapshotRetriever, timed
from index.segments.passage_cache import CachedPassage
from index.snapshots.loaded import LoadedSnapshot

OWN_MEANING = 0.4
"""What a follow-up's own meaning counts beside that of it and the turns before, which is 1.

With all-MiniLM-L6-v2, MT-RAG government questions with history: S@1 .905 with 0 to 0.5, .876 from 0.7 on; the demo's
conversations: excerpts that hold the new answer .72 with 0, .78 with 0.3 to 0.5.
"""
RANKED = 30
"""Candidates that the layers and votes may re-order: with 40, S@1 and S@5 of five sets are the same (all-MiniLM-L6-v2)."""


class _Seen(NamedTuple):
    """What a search found out before it quotes; `said`: what the quotations are chosen for, of which `vector` is the
    meaning; `none`: that nothing supports an answer."""

    asked: Query
    vector: Vectors
    said: Query
    found: Candidates
    around: Surroundings | None
    none: bool


class SearchPipeline:
    """One search on a loaded snapshot; made for one question."""

    def __init__(
        self,
        loaded: LoadedSnapshot,
        encoder: Encoder,
        *,
        retriever: Retriever | None = None,
        homes: Collection[str] = (),
    ) -> None:
        """Candidates come from the `retriever`, by default from the snapshot. `homes`: see `index.ranking.home_pages`."""
        self._homes = homes
        self._loaded = loaded
        self._encoder = encoder
        self._retriever = retriever or SnapshotRetriever(loaded)
        self.timings = self._retriever.timings

    def run(  # noqa: PLR0913 - each is part of one search
        self,
        asked: Query,
        jurisdictions: Sequence[str],
        *,
        limit: int,
        adjust: Adjust | None = None,
        pins: Pinned | None = None,
        follow: FollowUp | None = None,
    ) -> SearchResult:
        """See `Searcher.search`. What `pins` gives stands first, also where nothing else supports an answer."""
        with timed(self.timings, "encode"):
            vector = self.meaning(asked)
            # Votes and pins are known by the question as it was asked, whatever its abbreviations are said to mean since.
            plain = self._encoder.query(asked.sentence)
        placed = pins(plain, self._loaded.reader) if pins else ()
        of_pins = {row for each in placed for row in each.rows}
        rows = of_pins | {*(follow.pages.rows if follow else ())}
        features = self._retriever.candidates(asked, vector, jurisdictions, also=sorted(rows))
        found = Candidates(self._loaded, self._encoder, asked, features)
        with timed(self.timings, "rank"):
            ranked = rank(features, self._loaded.reader, jurisdictions, limit=max(limit, RANKED), also=rows)
            ranked = self._ordered(ranked, asked, found, jurisdictions, also=of_pins)
        with timed(self.timings, "adjust"):
            ranked = adjusted(ranked, plain, adjust)
            if placed:
                ranked = pinned(ranked, _chosen(placed, ranked, found))
        with timed(self.timings, "judge"):
            # Votes order answers; they never make one out of what does not fit.
            around = self._around(asked, features, vector, jurisdictions)
            evidence = _evidence(found, around, ranked)
            first = found.reading(ranked[0].i) if ranked else None
            none = refused(evidence) and not (first and is_told(asked, first.passage, first.roles))
            least = FOLLOWING if asked.leans else REFUSED if none else STANDING
            follow = None if placed else follow
            front = self._lifted(ranked, follow, found, jurisdictions, least=least) if follow else []
        with timed(self.timings, "quote"):
            chosen = distinct(front or ranked, read=lambda each: found.reading(each.i), limit=limit)
            none = not front and (none or self._beside(asked, [reading for _, reading in chosen]))
            told_for = (follow.vector, follow.own) if front and follow and follow.names_something else (vector, asked)
            seen = _Seen(asked, *told_for, found, around, none)
            quoted = [_quoted(*each, seen) for each in chosen]
        return SearchResult(
            quoted,
            none and not any(each.pin for each in quoted),
            quoted[0].confidence if quoted else "low",
            plain,
            self.timings,
            support(evidence),
            asked.compared,
            asked.applied,
            told(evidence),
        )

    def _ordered(
        self,
        ranked: Sequence[Ranked],
        asked: Query,
        found: Candidates,
        jurisdictions: Sequence[str],
        *,
        also: Collection[int],
    ) -> list[Ranked]:
        """The order before votes; the rows `also` are read whatever their place."""
        reranker = Reranker(asked, passage=found.passage, nearness=found.nearness, covered=found.covered)
        order = reranker.ordered(ranked, also=lambda each: found.row(each.i) in also)
        rules = OrderRules(found.features, jurisdictions, self._homes, found.passage, found.vector)
        return rules.ordered(order, asked)

    def _lifted(
        self,
        ranked: Sequence[Ranked],
        follow: FollowUp,
        found: Candidates,
        jurisdictions: Sequence[str],
        *,
        least: float,
    ) -> list[Ranked]:
        """The passages of the pages shown lately that answer what is said now, then all others; empty when none does."""
        worth = {each.key: each.parts["relative"] for each in ranked}
        if follow.names_something:
            rows = follow.pages.rows
            alone = self._retriever.candidates(follow.own, follow.vector, jurisdictions, also=rows)
            own = rank(alone, self._loaded.reader, jurisdictions, limit=RANKED, also=rows)
            worth = {each.key: each.parts["relative"] for each in own}
        readings = ((each, found.reading(each.i)) for each in ranked)
        of_pages = {
            each.key: worth.get(each.key, 0.0) + follow.bonus(reading)
            for each, reading in readings
            if follow.pages.holds(each, reading.passage)
        }
        return lifted(ranked, of_pages, least=least if follow.names_something else ANY)

    def meaning(self, asked: Query) -> Vectors:
        """The vector to search with."""
        whole = self._encoder.query(asked.compared)
        if not asked.alone:
            return whole
        mixed = whole + OWN_MEANING * self._encoder.query(asked.alone)
        return np.asarray(mixed / np.linalg.norm(mixed), np.float32)

    def _around(
        self, asked: Query, features: Features, vector: Vectors, jurisdictions: Sequence[str]
    ) -> Surroundings | None:
        """What the candidates are judged against; None when there are none."""
        if not len(features.found):
            return None
        level = self._loaded.background.level(vector, jurisdictions)
        return surroundings(asked, features, level, self._loaded.reader, spread=self._encoder.spread)

    def _beside(self, asked: Query, found: Sequence[CachedPassage]) -> bool:
        """Whether what was found is of another place, year or sort than the question names, or lacks the price or number it asks for."""
        page = [each.passage for each in found if each.passage.document_key == found[0].passage.document_key]
        if all(beside(asked, each.passage) for each in found) or untold(asked, page):
            return True
        return of_another_sort(asked, found, encoder=self._encoder)


def _chosen(placed: Sequence[Placed], ranked: Sequence[Ranked], found: Candidates) -> dict[int, PinMark]:
    """The candidate of each pin: of a page the passage that stands before its others."""
    chosen: dict[int, PinMark] = {}
    for each in placed:
        best = next((one.i for one in ranked if found.row(one.i) in each.rows), None)
        if best is not None:
            chosen.setdefault(best, each.mark)
    return chosen


def _evidence(found: Candidates, around: Surroundings | None, ranked: Sequence[Ranked]) -> Evidence:
    """What speaks for an answer being among the candidates."""
    if around is None:
        return NOTHING
    nearness = max(found.nearness(each.i) for each in ranked[:READ])
    values = {"dense": float(np.max(found.features.values["dense"])), "fit": around.top, "nearness": nearness}
    return around.evidence(values, found.reading(around.best).passage, covered=found.covered(around.best))


def _quoted(ranked: Ranked, reading: CachedPassage, seen: _Seen) -> Candidate:
    """A candidate as it is shown."""
    passage, asked = reading.passage, seen.asked
    parts = seen.found.features.at(ranked.i) | ranked.parts
    also = asked.also(passage.text, passage.language)
    said = seen.said
    sought = Sought(seen.vector, frozenset(said.own), said.kinds, also, over(passage), said.occasion)
    found = excerpt(reading.roles, reading.vectors, sought=sought)
    start, end = found.whole
    quote = passage.text[start:end]
    covered = seen.found.covered(ranked.i)
    values = parts | {"nearness": seen.found.nearness(ranked.i)}
    evidence = seen.around.evidence(values, passage, covered=covered) if seen.around else NOTHING
    # What staff pinned is an answer because they say so.
    judged = judge(evidence)
    sure: Confidence = "medium" if judged == "low" and is_told(asked, passage, reading.roles) else judged
    sure = doubted(sure, asked, passage, quote, unnamed=unnamed(asked, [reading]))
    confidence: Confidence = "low" if seen.none else sure
    return Candidate(
        passage=passage,
        score=ranked.score,
        parts=parts | {"covered": covered, "chance": chance(evidence)},
        excerpt=quote,
        highlights=highlights(quote, sought.stems | also.keys()),
        confidence="high" if ranked.pin else confidence,
        checked_at=datetime.fromisoformat(ranked.document_row.checked) if ranked.document_row.checked else None,
        row=seen.found.row(ranked.i),
        pin=ranked.pin,
        short=None if found.short is None else (found.short[0] - start, found.short[1] - start),
    )
