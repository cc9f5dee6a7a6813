"""A city's own questions with known answers, made from what its installation holds.

Three kinds, each of which a search could fail:

- `faq`: a FAQ's question whose answer pages hold too, asked with the FAQ itself left out. Asked as it
  stands every FAQ finds itself, which measures nothing.
- `phrasing`: what staff wrote down (see `phrasings`).
- `voted`: what residents asked and voted helpful, with no vote against; personal data is masked.

What was refused each time it was asked is only listed: whether there is an answer, staff must say.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, and_, func, select

from index.embedding.encoder import Encoder
from index.evaluation.golden import phrasings
from index.evaluation.golden.corpus import Corpus
from index.evaluation.questions import Question, squeezed
from index.query import turns
from index.query.jurisdictions import JurisdictionTree
from index.tables import searches, votes
from index.text.tokenizer import subject
from townclerk.database import reading
from townclerk.errors import BadInput
from townclerk.text.redaction import redact

LONGEST = 300
"""Characters of a resident's question that is taken."""
STANDS_ALONE = 4
"""Subject words with which a question that points back is understood all the same."""
LISTED = 200
"""Refused questions listed, the most frequent first."""


@dataclass(frozen=True)
class RefusedQuestion:
    """A question that was never answered: how often it was asked, and when last."""

    text: str
    times: int
    last_asked: datetime


@dataclass(frozen=True)
class GoldenSet:
    """The questions of a city, by kind, over the documents of `corpus`."""

    city: str
    layers: tuple[str, ...]
    corpus: Corpus
    questions: Mapping[str, Sequence[Question]]
    refused: Sequence[RefusedQuestion]

    @property
    def all(self) -> list[Question]:
        """The questions of every kind."""
        return [question for kind in self.questions.values() for question in kind]


def make(database: Engine, city: str, *, encoder: Callable[[], Encoder], file: Path | None) -> GoldenSet:
    """The set of a city; `file` holds the phrasings, if any. The encoder is opened to find what was voted on.

    Raises NotFound for an unknown city, BadInput when there is no question or the file is wrong.
    """
    _, layers = JurisdictionTree(database).of(city)
    corpus = Corpus.read(database, layers)
    maker = _Maker(city, tuple(layers), corpus)
    questions = {
        "faq": list(maker.faqs()),
        "phrasing": list(maker.phrased(phrasings.read(file))) if file else [],
        "voted": list(maker.voted(_helpful(database, city), encoder)),
    }
    if not any(questions.values()):
        raise BadInput(
            f"{city} has nothing to measure with yet: no FAQ whose answer a page holds too, no votes, no phrasings. "
            "Write phrasings: a CSV file with the header text,question,url; see docs/evaluation.md."
        )
    texts = {squeezed(question.text) for kind in questions.values() for question in kind}
    refused = [refusal for refusal in _refused(database, city) if squeezed(refusal.text) not in texts]
    return GoldenSet(city, tuple(layers), corpus, questions, refused)


class _Maker:
    def __init__(self, city: str, layers: tuple[str, ...], corpus: Corpus) -> None:
        self._city = city
        self._layers = layers
        self._corpus = corpus

    def faqs(self) -> Iterator[Question]:
        for faq in self._corpus.faqs:
            grades = dict.fromkeys(self._corpus.holding(faq), 1)
            if grades:
                key = f"faq:{faq.id}"
                yield self._question(f"faq-{faq.id}", faq.question, grades, without=frozenset([key]))

    def phrased(self, rows: Sequence[phrasings.Phrasing]) -> Iterator[Question]:
        for number, row in enumerate(rows, start=1):
            grades = dict.fromkeys(self._answering(row), 1)
            yield self._question(f"phrasing-{number}", row.text, grades, label=bool(grades), history=row.history)

    def voted(self, helpful: Mapping[str, set[str]], encoder: Callable[[], Encoder]) -> Iterator[Question]:
        voted = {key for keys in helpful.values() for key in keys}
        documents = self._corpus.documents_of(voted, encoder()) if voted else {}
        for number, (text, passages) in enumerate(sorted(helpful.items()), start=1):
            grades = {documents[key]: 1 for key in passages if key in documents}
            if grades:
                yield self._question(f"voted-{number}", text, grades, label=True)

    def _answering(self, row: phrasings.Phrasing) -> list[str]:
        keys: list[str] = []
        if row.question:
            faqs = [faq for faq in self._corpus.faqs if squeezed(faq.question) == squeezed(row.question)]
            keys += [key for faq in faqs for key in (f"faq:{faq.id}", *self._corpus.holding(faq))]
            if not faqs:
                raise BadInput(
                    f"{row.place}: no FAQ of {self._city} asks {row.question[:80]!r}. `townclerk faq list` shows all."
                )
        if row.url:
            documents = self._corpus.at(row.url)
            if not documents:
                raise BadInput(
                    f"{row.place}: no page or FAQ of {self._city} is at {row.url[:200]}. Crawl it, or correct the address."
                )
            keys += documents
        return list(dict.fromkeys(keys))

    def _question(self, id: str, text: str, grades: Mapping[str, int], **known: Any) -> Question:
        layers = self._layers
        return Question(id, text, layers, city=self._city, allowed=frozenset(layers), grades=grades, **known)


def _helpful(database: Engine, city: str) -> dict[str, set[str]]:
    """Question -> passages that got votes for and none against; follow-ups are left out, as what was before is not kept."""
    votes_of: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    words: dict[str, str] = {}
    query = select(votes.c.question, votes.c.passage, votes.c.vote).where(
        and_(votes.c.city == city, votes.c.revoked_at.is_(None), votes.c.held == "")
    )
    with reading(database) as connection:
        for question, passage, vote in connection.execute(query.order_by(votes.c.created_at)):
            text = redact(question).strip()
            if text and len(text) <= LONGEST and not _needs_more(text):
                words.setdefault(squeezed(text), text)
                votes_of[squeezed(text)][passage].append(vote)
    helpful = {words[key]: {p for p, numbers in by.items() if min(numbers) > 0} for key, by in votes_of.items()}
    return {text: passages for text, passages in helpful.items() if passages}


def _needs_more(text: str) -> bool:
    """Whether a question says too little without the one before it; a long one may say "they" and mean nobody."""
    return turns.read(text).leans and len(subject(text)) < STANDS_ALONE


def _refused(database: Engine, city: str) -> list[RefusedQuestion]:
    questions: dict[str, RefusedQuestion] = {}
    answered: set[str] = set()
    query = select(searches.c.text, searches.c.refused, func.count(), func.max(searches.c.asked_at)).where(
        searches.c.city == city
    )
    with reading(database) as connection:
        for text, refused, times, last in connection.execute(query.group_by(searches.c.text, searches.c.refused)):
            key = squeezed(text)
            if not refused:
                answered.add(key)
            elif len(text) <= LONGEST and not _needs_more(text):
                old = questions.get(key)
                questions[key] = RefusedQuestion(
                    redact(text), times + (old.times if old else 0), max(last, old.last_asked) if old else last
                )
    never = [question for key, question in questions.items() if key not in answered]
    return sorted(never, key=lambda question: (-question.times, question.text))[:LISTED]
