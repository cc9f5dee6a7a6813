"""Votes of residents on answers, kept in the database, and the guard against scripted ones.

A voter has one vote per answer; a second replaces it. Two limits keep a script from deciding
what residents read, and say so in the log: a voter's votes beyond VOTER_DAILY in 24 hours, and
votes on one passage in one city beyond PASSAGE_DAILY in 24 hours, are stored but held: they do
not count. `revoke` undoes votes; an undone vote stays undone when it is sent again.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Connection, Engine, RowMapping, and_, func, insert, select, update

from index import revisions
from index.feedback.search_log import Search, answer_id
from index.ranking.vote_boost import Ballot, VoteBoost
from index.schemas.feedback import RevokeRequest
from index.tables import votes
from townclerk import clock
from townclerk.database import reading, writing
from townclerk.errors import BadInput
from townclerk.text.redaction import redact

log = logging.getLogger(__name__)

VOTER_DAILY, PASSAGE_DAILY = 50, 30
_DAY = timedelta(hours=24)
_IN_FORCE = and_(votes.c.revoked_at.is_(None), votes.c.held == "")
_BALLOT = (votes.c.voter, votes.c.vote, votes.c.question, votes.c.vector, votes.c.created_at)


@dataclass(frozen=True)
class Vote:
    """A vote as it arrives: on answer number `rank` (from 1) of `search`; `up` or down."""

    search: Search
    rank: int
    up: bool
    voter: str = ""
    comment: str = ""


@dataclass(frozen=True)
class Tally:
    """Votes in force on one passage in one city."""

    up: int = 0
    down: int = 0


class Votes:
    """Stores votes and keeps `box`, the votes in force in memory, up to date."""

    def __init__(self, engine: Engine, *, voter_daily: int = VOTER_DAILY, passage_daily: int = PASSAGE_DAILY) -> None:
        self._engine = engine
        self._voter_daily, self._passage_daily = voter_daily, passage_daily
        self.box = VoteBoost()
        self._seen = -1
        self._warned: set[tuple[date, str]] = set()
        self.refresh()

    def refresh(self) -> None:
        """Read again the votes on those answers on which another process stored or undid one."""
        newest = revisions.number(self._engine, revisions.VOTES)
        if newest == self._seen:
            return
        with reading(self._engine) as connection:
            if self._seen < 0:
                every = select(votes.c.city, votes.c.passage, *_BALLOT).where(_IN_FORCE).order_by(votes.c.created_at)
                rows = connection.execute(every).mappings()
                self.box.fill((row["city"], row["passage"], _ballot(row)) for row in rows)
            else:
                changed = select(votes.c.city, votes.c.passage).where(votes.c.revision > self._seen).distinct()
                for city, passage in connection.execute(changed).all():
                    self.box.put(city, passage, self._ballots(connection, passage, city))
        self._seen = newest

    def put(self, vote: Vote) -> bool:
        """Store one vote; False when it was undone before and stays so."""
        with writing(self._engine) as connection:
            # Locks the counter first: the limits below hold for votes that arrive together.
            revision = revisions.advance(connection, revisions.VOTES)
            recorded = self._store(connection, vote, revision)
            passage = vote.search.results[vote.rank - 1].passage
            ballots = self._ballots(connection, passage, vote.search.city)
        self.box.put(vote.search.city, passage, ballots)
        if revision == self._seen + 1:
            self._seen = revision
        return recorded

    def tally(self, passage: str, city: str | None) -> Tally:
        """Votes in force on a passage in a city."""
        query = (
            select(votes.c.vote, func.count())
            .where(_IN_FORCE, votes.c.passage == passage, _is_city(city))
            .group_by(votes.c.vote)
        )
        with reading(self._engine) as connection:
            counts = {row[0]: row[1] for row in connection.execute(query)}
        return Tally(up=counts.get(1, 0), down=counts.get(-1, 0))

    def by_search(self, ids: list[str]) -> dict[str, Tally]:
        """Votes given on the answers of these searches, by search id."""
        query = select(votes.c.search_id, votes.c.vote, func.count()).where(
            votes.c.revoked_at.is_(None), votes.c.search_id.in_(ids)
        )
        with reading(self._engine) as connection:
            return _tallied(connection.execute(query.group_by(votes.c.search_id, votes.c.vote)))

    def by_pin(self) -> dict[int, Tally]:
        """Votes in force on answers that stood under a pin, by its number."""
        query = select(votes.c.pin, votes.c.vote, func.count()).where(_IN_FORCE, votes.c.pin.is_not(None))
        with reading(self._engine) as connection:
            return _tallied(connection.execute(query.group_by(votes.c.pin, votes.c.vote)))

    def counts(self) -> tuple[int, int]:
        """Votes in force, and votes held by the limits."""
        query = select(votes.c.held, func.count()).where(votes.c.revoked_at.is_(None)).group_by(votes.c.held)
        with reading(self._engine) as connection:
            counts = {row[0]: row[1] for row in connection.execute(query)}
        in_force = counts.pop("", 0)
        return in_force, sum(counts.values())

    def revoke(self, *conditions: ColumnElement[bool]) -> int:
        """Undo all votes that match every condition (columns of `index.tables.votes`); gives their number."""
        if not conditions:
            raise BadInput("Say which votes to undo: since when, on which passage, of which voter or city.")
        with writing(self._engine) as connection:
            undone = {"revoked_at": clock.now(), "revision": revisions.advance(connection, revisions.VOTES)}
            changed = update(votes).where(votes.c.revoked_at.is_(None), *conditions).values(undone)
            count = int(connection.execute(changed).rowcount)
        log.warning("%d votes were undone", count)
        self.refresh()
        return count

    def _store(self, connection: Connection, vote: Vote, revision: int) -> bool:
        answer = answer_id(vote.search.id, vote.rank)
        voter = vote.voter or f"answer:{answer}"
        values = {"vote": 1 if vote.up else -1, "comment": redact(vote.comment), "revision": revision}
        same = and_(votes.c.answer_id == answer, votes.c.voter == voter)
        old = connection.execute(select(votes.c.revoked_at).where(same)).first()
        if old is not None:
            connection.execute(update(votes).where(same, votes.c.revoked_at.is_(None)).values(values))
            return old.revoked_at is None
        result = vote.search.results[vote.rank - 1]
        row = {
            "answer_id": answer,
            "search_id": vote.search.id,
            "passage": result.passage,
            "pin": result.pin,
            "city": vote.search.city,
            "question": vote.search.text,
            "vector": np.asarray(vote.search.vector, dtype=np.float32).tobytes(),
            "voter": voter,
            "held": self._held(connection, voter, result.passage, vote.search.city),
            "created_at": clock.now(),
        }
        connection.execute(insert(votes).values(row | values))
        return True

    def _held(self, connection: Connection, voter: str, passage: str, city: str | None) -> str:
        since = votes.c.created_at > clock.now() - _DAY
        counting = select(func.count()).select_from(votes).where(votes.c.held == "", since)
        if connection.execute(counting.where(votes.c.voter == voter)).scalar_one() >= self._voter_daily:
            self._warn(f"a voter gave over {self._voter_daily} votes in 24 hours; further ones are held", voter)
            return "voter"
        on_passage = counting.where(votes.c.passage == passage, _is_city(city), votes.c.revoked_at.is_(None))
        if connection.execute(on_passage).scalar_one() >= self._passage_daily:
            self._warn(
                f"burst of votes on passage {passage} in {city}: over {self._passage_daily} in 24 hours; further ones are held",
                passage,
            )
            return "burst"
        return ""

    def _warn(self, text: str, about: str) -> None:
        """Log once a day and voter or passage; a script must not fill the log."""
        today = clock.now().date()
        self._warned = {seen for seen in self._warned if seen[0] == today}
        if (today, about) not in self._warned:
            self._warned.add((today, about))
            log.warning(text)

    def _ballots(self, connection: Connection, passage: str, city: str | None) -> list[Ballot]:
        query = (
            select(*_BALLOT).where(_IN_FORCE, votes.c.passage == passage, _is_city(city)).order_by(votes.c.created_at)
        )
        return [_ballot(row) for row in connection.execute(query).mappings()]


def matching(request: RevokeRequest) -> list[ColumnElement[bool]]:
    """The conditions of `revoke` for the values that are set."""
    conditions: list[ColumnElement[bool]] = []
    if request.since is not None:
        conditions.append(votes.c.created_at >= clock.as_utc(request.since))
    if request.until is not None:
        conditions.append(votes.c.created_at <= clock.as_utc(request.until))
    exact = ((votes.c.passage, request.passage), (votes.c.voter, request.voter), (votes.c.city, request.city))
    return conditions + [column == value for column, value in exact if value is not None]


def _tallied(rows: Iterable[Any]) -> dict[Any, Tally]:
    """Counts by what was voted on, of rows (what, vote, count)."""
    tallies: dict[Any, Tally] = {}
    for what, vote, count in rows:
        old = tallies.get(what, Tally())
        tallies[what] = Tally(old.up + count, old.down) if vote > 0 else Tally(old.up, old.down + count)
    return tallies


def _is_city(city: str | None) -> ColumnElement[bool]:
    return votes.c.city.is_(None) if city is None else votes.c.city == city


def _ballot(row: RowMapping) -> Ballot:
    vector = np.frombuffer(row["vector"], dtype=np.float32)
    return Ballot(row["voter"], row["vote"], row["question"], vector, row["created_at"])
