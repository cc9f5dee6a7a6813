"""The one way to search: a question in, ranked candidates out. Thread-safe."""

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np

from index.answers.result import SearchResult
from index.arrays import Vectors
from index.embedding.encoder import Encoder
from index.query import turns
from index.query.parser import QueryParser
from index.query.query import Query
from index.ranking.candidate import Adjust, Pinned
from index.ranking.shown_pages import ShownPages
from index.search.bare_subject import BareSubject
from index.search.follow_up import FollowUp
from index.search.pipeline import SearchPipeline
from index.segments.reader import SegmentReader
from index.snapshots.loaded import LoadedSnapshot
from townclerk import clock
from townclerk.errors import Starting


class Searcher:
    """Searches what is loaded at the moment a question comes."""

    def __init__(
        self, loaded: Callable[[], LoadedSnapshot], encoder: Encoder, *, reading: Callable[[], str] = str
    ) -> None:
        """`loaded` gives the snapshot to search; one search sees one snapshot from its beginning to its end.

        `reading` says how far the reading of changes is; empty when nothing is being read.
        """
        self._reading = reading
        self._loaded = loaded
        self._encoder = encoder
        self.questions = QueryParser()
        self.homes: frozenset[str] = frozenset()
        """Paths of home pages (see `index.ranking.home_pages`)."""

    @property
    def loaded(self) -> LoadedSnapshot:
        """The snapshot that is searched: another object after each publish."""
        return self._loaded()

    @property
    def segments(self) -> SegmentReader:
        """The passages that are searched."""
        return self._loaded().reader

    def check_read(self, jurisdiction: str, *, refused: bool) -> None:
        """Raises Starting when an answer may be missing because pages are still being read.

        That is so when a question was `refused`, or when nothing of the jurisdiction was read yet.
        """
        progress = self._reading()
        if progress and (refused or jurisdiction not in self.segments.jurisdictions()):
            raise Starting(f"The pages of {jurisdiction} are not all read yet ({progress}). Try again in a moment.")

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions, one row each."""
        rows = [self._encoder.query(text) for text in texts]
        return np.stack(rows) if rows else np.empty((0, self._encoder.dimension), np.float32)

    def search(  # noqa: PLR0913 - each is part of one search
        self,
        text: str,
        *,
        jurisdictions: Sequence[str],
        history: Sequence[str] = (),
        limit: int = 5,
        adjust: Adjust | None = None,
        pins: Pinned | None = None,
        pages: ShownPages | None = None,
        day: date | None = None,
    ) -> SearchResult:
        """The passages of these jurisdictions (nearest first) that answer `text`, best first.

        `history` holds the questions before this one, oldest first. `adjust` may add to the score of
        passages, by key: this is how votes re-rank. `pins` gives what stands first in any case,
        `pages` those that were shown lately in the conversation. `day` is the date where it is asked, by default that in UTC.
        """
        loaded, turn, day = self._loaded(), turns.read(text), day or clock.now().date()

        def parse(text: str, history: Sequence[str]) -> Query:
            knows, encoder = loaded.keywords, self._encoder
            return self.questions.parse(text, history, jurisdictions, day=day, keywords=knows, encoder=encoder)

        def run(history: Sequence[str], pages: ShownPages | None) -> SearchResult:
            query = parse(text, history)
            own = parse(turn.text, ()) if pages else query
            names = turn.names_something or not query.leans
            follow = FollowUp(own, self._encoder.query(own.compared), pages, names) if pages else None
            pipeline = SearchPipeline(loaded, self._encoder, homes=self.homes)
            return pipeline.run(query, tuple(jurisdictions), limit=limit, adjust=adjust, pins=pins, follow=follow)

        if not (pages and turn.leans and turn.is_bare):
            return run(history, pages)
        bare = BareSubject(parse(turn.text, ()), pages, loaded)
        alone = run((), None)
        if not alone.refused and bare.starts_anew(alone.candidates):
            return alone
        found = run(history, pages)
        return alone if found.refused or bare.is_missed(found) else found
