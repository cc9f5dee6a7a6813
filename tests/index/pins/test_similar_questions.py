"""Recorded questions that ask for the same, on SQLite and PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import update

from index.pins.similar_questions import SimilarQuestions
from index.tables import searches
from tests.index.conftest import CITIES
from tests.index.pins.conftest import Town, town
from townclerk.database import writing
from townclerk.errors import NotFound
from townclerk.jurisdictions import Jurisdictions

ASKED = "When is trash collected?"


@pytest.fixture
def asked(tmp_path: Path, engine: Database) -> Iterator[Town]:
    """A town of which residents asked things, on each database."""
    Jurisdictions(engine).put(CITIES)
    made = town(tmp_path / "index", engine)
    for text in ("when is trash collected here", "When is trash collected here?", ASKED, "Where can I get a passport?"):
        made.ask(text)
    made.ask("is trash collected when", "elmville")
    made.ask("trash collected when", history=["Where can I get a passport?", "Where is the passport office?"])
    made.log.flush()
    yield made
    made.log.close()
    made.engine.close()


def test_those_near_in_this_city_are_told_each_once_and_not_the_question_itself(asked: Town) -> None:
    alike = SimilarQuestions(asked.database, encode=asked.engine.searcher.encode)
    (found,) = alike(ASKED, "oakton")
    assert (found.text, found.times) == ("When is trash collected here?", 2)
    assert 0.65 < found.similarity < 1
    assert {each.text for each in alike(ASKED, "ohio")} == {"When is trash collected here?", "is trash collected when"}
    with pytest.raises(NotFound):
        alike(ASKED, "atlantis")


def test_questions_recorded_under_another_model_are_left_out(asked: Town) -> None:
    with writing(asked.database) as connection:
        other = update(searches).where(searches.c.city == "oakton").values(vector=np.ones(384, np.float32).tobytes())
        connection.execute(other)
    found = SimilarQuestions(asked.database, encode=asked.engine.searcher.encode)(ASKED, "ohio")
    assert [each.text for each in found] == ["is trash collected when"]
