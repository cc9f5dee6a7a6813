"""Asks the questions of a set of an index made of its corpus, through the same code as production.

The corpus goes through the same documents, engine and search as stored pages and FAQs do, in
a state directory that is thrown away. The ranking is by document: of several passages of one
document the best counts.
"""

import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from crawler.page import Block, Page, StoredPage, content_hash
from index.answers.result import Candidate
from index.evaluation import datasets, scoring
from index.evaluation.datasets import CorpusRow, EvalSet, QueryRow
from index.evaluation.questions import Hit, HitList, Progress, Question, ask_all
from index.evaluation.report import Report
from index.faqs.faq import Faq
from index.installation import Installation
from index.passages.document import Document
from index.passages.sources import from_faq, from_page
from index.snapshots.marker import Marker
from townclerk import clock
from townclerk.settings import Settings

BATCH = 500
NOWHERE = "anywhere"
"""The jurisdiction of documents without a city."""


@dataclass(frozen=True)
class Options:
    """How to ask: with the turns before, and only in each question's city."""

    history: bool = False
    city_filter: bool = False


def evaluate(
    folder: Path, settings: Settings, *, options: Options | None = None, progress: Progress | None = None
) -> Report:
    """Read, index and ask a whole set. Raises BadInput with file, line and reason when it cannot be read."""
    tell = progress or (lambda _done, _total: None)
    chosen = datasets.read(folder)
    places = _Places(chosen.corpus)
    with throw_away(settings) as process:
        _index(process, chosen.corpus, places, tell=tell)
        questions = _questions(chosen, places, options=options or Options())
        outcomes = list(ask_all(LocalAsker(process, places.id_of), questions, tell))
    return scoring.report(chosen.name, outcomes, documents=len(chosen.corpus))


@contextmanager
def throw_away(settings: Settings) -> Iterator[Installation]:
    """An empty index in a directory that is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="townclerk-evaluate-") as folder:
        process = Installation(settings_in(Path(folder), settings))
        try:
            yield process
        finally:
            process.close()


def settings_in(folder: Path, settings: Settings) -> Settings:
    """The same settings with another state directory, which shares the exported model."""
    # It is the same for every state directory; making it again would cost a minute.
    models = settings.home / "models"
    models.mkdir(parents=True, exist_ok=True)
    (folder / "models").symlink_to(models.resolve(), target_is_directory=True)
    return settings.model_copy(update={"home": folder, "database_url": "", "embeddings_kept_mb": 0})


class LocalAsker:
    """Asks an index in this process. Votes do not count: they would answer for the search."""

    def __init__(self, process: Installation, id_of: Callable[[str], str] = str) -> None:
        """`id_of` gives a set's document id for the engine's key."""
        self._searcher = process.searcher
        self._id_of = id_of

    def __call__(self, question: Question, *, limit: int) -> HitList:
        result = self._searcher.search(
            question.text, jurisdictions=question.layers, history=question.history, limit=limit
        )
        return HitList(
            hits=tuple(self._hit(candidate) for candidate in result.candidates),
            refused=result.refused or not result.candidates,
            support=result.support,
            stages=result.timings,
        )

    def _hit(self, candidate: Candidate) -> Hit:
        passage = candidate.passage
        return Hit(
            document=self._id_of(passage.document_key),
            jurisdiction=passage.jurisdiction,
            title=passage.question or passage.title,
            excerpt=candidate.excerpt,
            confidence=candidate.confidence,
        )


class _Places:
    """Jurisdictions and document keys of a set's corpus."""

    def __init__(self, corpus: Sequence[CorpusRow]) -> None:
        self.cities = _jurisdictions([row.city for row in corpus])
        self._ids = {document(n, row, self.cities).key: row.id for n, row in enumerate(corpus, start=1)}
        self._city_of = {row.id: row.city for row in corpus}

    @property
    def everywhere(self) -> tuple[str, ...]:
        return tuple(sorted(set(self.cities.values())))

    def jurisdiction(self, city: str) -> str:
        return self.cities.get(city, _slug(city))

    def id_of(self, key: str) -> str:
        return self._ids[key]

    def city(self, query: QueryRow, grades: dict[str, int]) -> str:
        """The question's own city, or that of the documents that answer it when they agree."""
        if query.city:
            return query.city
        cities = {self._city_of[id] for id in grades}
        return cities.pop() if len(cities) == 1 else ""


def _index(process: Installation, corpus: Sequence[CorpusRow], places: _Places, *, tell: Progress) -> None:
    for start in range(0, len(corpus), BATCH):
        part = enumerate(corpus[start : start + BATCH], start=start + 1)
        documents = [document(n, row, places.cities) for n, row in part]
        process.publisher.apply(documents, [], marker=Marker(faqs=start + len(documents)))
        tell(start + len(documents), len(corpus))


def _questions(chosen: EvalSet, places: _Places, *, options: Options) -> list[Question]:
    queries = [query for query in chosen.queries if query.id in chosen.judgements or query.label is not None]
    return [_question(query, chosen.judgements.get(query.id, {}), places, options) for query in queries]


def _question(query: QueryRow, grades: dict[str, int], places: _Places, options: Options) -> Question:
    # Questions that name their layers come with what was said before as part of them.
    text, history = query.asked(with_history=options.history or bool(query.layers))
    city = query.layers[0] if query.layers else places.city(query, grades)
    own = tuple(places.jurisdiction(name) for name in query.layers or ([city] if city else []))
    return Question(
        id=query.id,
        text=text,
        history=history,
        city=city,
        layers=own if own and (options.city_filter or query.layers) else places.everywhere,
        allowed=frozenset(own),
        grades=grades,
        label=query.label,
        without=frozenset(query.without),
        wanted=tuple(query.wanted),
    )


def document(number: int, row: CorpusRow, cities: dict[str, str]) -> Document:
    """A row as the stored page or FAQ it stands for."""
    city, moment = cities[row.city], clock.now()
    if row.is_faq:
        return from_faq(
            Faq(
                number,
                city,
                row.question,
                row.answer,
                row.url,
                row.language,
                None,
                None,
                "",
                None,
                False,
                number,
                moment,
            )
        )
    blocks = tuple(Block(b.kind, tuple(b.heading), b.text, b.question, b.anchor) for b in row.blocks)
    blocks = blocks or (Block("text", (), row.text),)
    page = Page(
        row.url, city, row.title, row.language, blocks, row.page_date, "", moment, content_hash(row.title, blocks)
    )
    return from_page(StoredPage(number, "", number, False, page))


def _jurisdictions(cities: Sequence[str]) -> dict[str, str]:
    """A jurisdiction id for each city of the set; cities that would share one get a number."""
    ids: dict[str, str] = {}
    for city in dict.fromkeys(cities):
        id = _slug(city) if city else NOWHERE
        ids[city] = id if id not in ids.values() else f"{id}-{len(ids)}"
    return ids


def _slug(city: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", city.lower()).strip("-")[:50] or NOWHERE
