"""Turns a question into answers: the city's layers, the engine, the votes, and the record of it.

The one way to ask, used by the search service, the command line and the evaluation alike.
"""

import time
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urldefrag

from sqlalchemy import Engine as Database

from crawler.pages.store import PageStore
from index.answers.result import Candidate, SearchResult
from index.arrays import Vectors
from index.feedback.search_log import Result, Search, SearchLog, answer_id, new_id
from index.feedback.votes import Votes
from index.passages.sources import page_key
from index.pins.active import COMPARED, Pins
from index.query.jurisdictions import JurisdictionTree
from index.ranking.candidate import Contender
from index.ranking.shown_pages import ShownPages
from index.ranking.vote_boost import Counted
from index.schemas.search import (
    Answer,
    CountedVote,
    ExplainedCandidate,
    Explanation,
    SearchRequest,
    SearchResponse,
    ShownPassage,
    UsedSynonym,
)
from index.search.page_dates import PageDates
from index.search.searcher import Searcher
from townclerk import clock
from townclerk.errors import Starting


class Answerer:
    """Answers questions. Thread-safe. Without a `log` nothing can be recorded."""

    def __init__(
        self, searcher: Searcher, database: Database, *, votes: Votes, pins: Pins, log: SearchLog | None = None
    ) -> None:
        self._searcher = searcher
        self._votes = votes
        self._pins = pins
        self._log = log
        self._layers = JurisdictionTree(database)
        self._pages = PageStore(database)
        self.checked = PageDates(database)

    def ask(self, request: SearchRequest) -> SearchResponse:
        """The answers to a question; recorded when the request says so.

        Raises NotFound for an unknown city. Raises Starting in the place of a refusal while pages are being read or crawled first,
        and for a city of which nothing was read yet.
        """
        started = time.perf_counter()
        city, layers = self._layers.of(request.city)
        found = self.find(request, city, layers)
        self._check_read(layers, refused=found.refused)
        id = new_id()
        answers = self._shown(id, found.candidates)
        response = SearchResponse(answers=answers, refused=found.refused, city=city, layers=layers)
        if request.record and self._log is not None:
            milliseconds = (time.perf_counter() - started) * 1000
            self._log.record(_search(id, request, response, found=found, milliseconds=milliseconds))
        return response

    def _check_read(self, layers: Sequence[str], *, refused: bool) -> None:
        self._searcher.check_read(layers[0], refused=refused)
        if refused and self._pages.read_first(layers):
            raise Starting(f"A website of {layers[0]} is being read for the first time. Try again in a moment.")

    def explain(self, request: SearchRequest, *, pins: bool = True) -> Explanation:
        """Why the candidates stand in this order, also as it were without `pins`. Nothing is recorded."""
        city, layers = self._layers.of(request.city)
        found = self.find(request, city, layers, pins=pins)
        return Explanation(
            text=request.text,
            city=city,
            layers=layers,
            refused=found.refused,
            confidence=found.confidence,
            support=round(found.support, 6),
            evidence=found.evidence,
            read_as=found.read_as,
            synonyms=[
                UsedSynonym(asked=each.asked, also=list(each.also), rules=list(each.rules)) for each in found.applied
            ],
            candidates=[self._explained(candidate, city, found.query_vector) for candidate in found.candidates],
            timings_ms=found.timings,
        )

    def find(
        self, request: SearchRequest, city: str | None, layers: Sequence[str], *, pins: bool = True
    ) -> SearchResult:
        """What the engine finds in these layers, with the votes of `city` counted and what is pinned in front."""

        def adjust(vector: Vectors, contenders: Sequence[Contender]) -> dict[str, float]:
            return self._votes.box.adjust(city, vector, contenders)

        return self._searcher.search(
            request.text,
            jurisdictions=layers,
            history=request.history,
            limit=request.limit,
            adjust=adjust,
            pins=self._pins.asked(request.text, layers) if pins else None,
            pages=self._pages_shown(request.shown, layers),
            day=clock.now().astimezone(self._layers.zone(layers[0] if layers else None)).date(),
        )

    def _pages_shown(self, shown: Sequence[ShownPassage], layers: Sequence[str]) -> ShownPages | None:
        """The pages shown lately, as far as these layers hold it."""
        if not shown:
            return None
        segments = self._searcher.segments
        urls = frozenset(urldefrag(each.url).url for each in shown) - {""}
        keys = [page_key(id) for url in urls for id in self._pages.at(url)]
        held = [key for key in keys if (row := segments.document_row(key)) and row.jurisdiction in layers]
        rows = segments.rows_of(held)[:COMPARED].tolist()
        return ShownPages(urls, frozenset(held), tuple(rows), {each.passage: each.excerpt for each in shown})

    def _shown(self, search: str, candidates: Sequence[Candidate]) -> list[Answer]:
        return [
            Answer(
                id=answer_id(search, rank),
                kind=candidate.passage.kind,
                question=candidate.passage.question or None,
                title=candidate.passage.title,
                heading=candidate.passage.heading,
                excerpt=candidate.excerpt,
                highlights=candidate.highlights,
                short=candidate.excerpt[slice(*candidate.short)] if candidate.short else None,
                short_highlights=_inside(candidate.highlights, candidate.short) if candidate.short else None,
                url=candidate.passage.url,
                jurisdiction=candidate.passage.jurisdiction,
                score=round(candidate.score, 6),
                confidence=candidate.confidence,
                page_date=candidate.passage.page_date,
                checked_at=_later(self.checked.of(_page_id(candidate)), candidate.checked_at),
                passage=candidate.passage.key,
                pinned=True if candidate.pin else None,
                lang=candidate.passage.language or None,
            )
            for rank, candidate in enumerate(candidates, start=1)
        ]

    def _explained(self, candidate: Candidate, city: str | None, vector: Vectors) -> ExplainedCandidate:
        counted = self._votes.box.counted(city, candidate.passage.key, vector)
        return ExplainedCandidate(
            passage=candidate.passage.key,
            document=candidate.passage.document_key,
            kind=candidate.passage.kind,
            title=candidate.passage.title,
            url=candidate.passage.url,
            jurisdiction=candidate.passage.jurisdiction,
            excerpt=candidate.excerpt,
            score=round(candidate.score, 6),
            confidence=candidate.confidence,
            parts={name: round(value, 6) for name, value in candidate.parts.items()},
            vote_adjustment=round(candidate.parts.get("vote", 0.0), 6),
            votes=[_shown_vote(each) for each in sorted(counted, key=lambda c: -c.weight)],
            pin=candidate.pin,
        )


def _inside(highlights: Sequence[tuple[int, int]], part: tuple[int, int]) -> list[tuple[int, int]]:
    """Highlights of an excerpt as offsets into a part of it."""
    begin, stop = part
    return [(start - begin, end - begin) for start, end in highlights if begin <= start and end <= stop]


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(filter(None, (one, other)), default=None)


def _page_id(candidate: Candidate) -> int:
    kind, _, number = candidate.passage.document_key.partition(":")
    return int(number) if kind == "page" and number.isdigit() else 0


def _shown_vote(counted: Counted) -> CountedVote:
    ballot = counted.ballot
    return CountedVote(
        question=ballot.question,
        vote="up" if ballot.vote > 0 else "down",
        similarity=round(counted.similarity, 4),
        weight=round(counted.weight, 4),
        created_at=ballot.created_at,
    )


def _search(
    id: str, request: SearchRequest, response: SearchResponse, *, found: SearchResult, milliseconds: float
) -> Search:
    return Search(
        id=id,
        text=request.text,
        city=response.city,
        channel=request.channel,
        refused=response.refused,
        confidence=found.confidence,
        results=tuple(
            Result(a.passage, a.jurisdiction, a.title, a.url, a.excerpt[:500], c.pin.id if c.pin else None)
            for a, c in zip(response.answers, found.candidates, strict=True)
        ),
        vector=found.query_vector,
        milliseconds=round(milliseconds, 3),
        timings={name: round(value, 3) for name, value in found.timings.items()},
    )
