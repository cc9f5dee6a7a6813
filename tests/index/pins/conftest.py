"""Pins over a real database and a real engine with the toy encoder."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import delete, insert, select

from crawler.tables import pages, sources
from index.feedback.search_log import SearchLog
from index.feedback.votes import Votes
from index.passages.document import Document
from index.pins.active import Pins
from index.pins.editor import PinEditor
from index.query.place_names import PlaceNames
from index.schemas.pins import PinEntry, PinRequest
from index.schemas.search import Explanation, SearchRequest, SearchResponse
from index.search.answerer import Answerer
from tests.index.toy import LocalIndex, mark, open_engine
from townclerk import clock
from townclerk.database import writing
from townclerk.jurisdictions import Jurisdictions


@dataclass
class Town:
    """Everything that answers, without a service around it."""

    engine: LocalIndex
    database: Database
    pins: Pins
    votes: Votes
    pin_editor: PinEditor
    answers: Answerer
    log: SearchLog
    published: int = 0

    def publish(self, *documents: Document, gone: Sequence[str] = ()) -> None:
        """Index documents."""
        for document in documents:
            self.published += 1
            if document.kind == "page":
                _crawled(self.database, document, self.published)
        self.published += 1
        self.engine.apply(documents, gone, marker=mark(self.published))

    def pin(self, *wordings: str, city: str = "oakton", **more: object) -> PinEntry:
        """Set a pin."""
        return self.pin_editor.add(PinRequest.model_validate({"city": city, "wordings": wordings} | more))

    def ask(self, text: str, city: str = "oakton", **more: object) -> SearchResponse:
        """What a resident is answered."""
        return self.answers.ask(SearchRequest.model_validate({"text": text, "city": city} | more))

    def first(self, text: str, city: str = "oakton") -> str:
        """The first answer's address, or nothing."""
        found = self.ask(text, city).answers
        return found[0].url if found else ""

    def explain(self, text: str, city: str = "oakton") -> Explanation:
        """Why."""
        return self.answers.explain(SearchRequest(text=text, city=city, limit=50))

    def key(self, text: str, url: str, city: str = "oakton") -> str:
        """The key of the passage of an address."""
        return next(c.passage for c in self.explain(text, city).candidates if c.url == url)


def _crawled(database: Database, document: Document, revision: int) -> None:
    """The page as the crawler stores it, under the same number."""
    id = int(document.key.removeprefix("page:"))
    moment = {name: clock.now() for name in ("first_seen_at", "changed_at", "checked_at")}
    texts = dict.fromkeys(("language", "content_hash"), "")
    held = {"jurisdiction": document.jurisdiction, "url": document.url, "title": document.title, "revision": revision}
    row = {"id": id, "source_id": "site", "gone": False, "blocks": [], "links": []} | moment | texts | held
    source = {"id": "site", "jurisdiction": "oakton", "url": "", "depth": 0, "max_pages": 9, "created_at": clock.now()}
    with writing(database) as connection:
        if connection.execute(select(sources.c.id)).first() is None:
            connection.execute(insert(sources).values(source))
        connection.execute(delete(pages).where(pages.c.id == id))
        connection.execute(insert(pages).values(row))


def town(home: Path, database: Database) -> Town:
    """Opened over a database; close its log and engine."""
    engine, votes = open_engine(home), Votes(database)
    engine.searcher.questions.names = PlaceNames(Jurisdictions(database).names())
    pins = Pins(database, encode=engine.searcher.encode, model=engine.encoder.id)
    editor = PinEditor(database, segments=lambda: engine.reader, pins=pins, votes=votes)
    log = SearchLog(database)
    answers = Answerer(engine.searcher, database, votes=votes, pins=pins, log=log)
    return Town(engine, database, pins, votes, editor, answers, log)


@pytest.fixture
def oakton(tmp_path: Path, database: Database) -> Iterator[Town]:
    """A town with nothing published."""
    made = town(tmp_path / "index", database)
    yield made
    made.log.close()
    made.engine.close()
