import numpy as np
import pytest

from index.arrays import Vectors
from index.ranking.candidate import Contender
from index.ranking.vote_boost import CAP, SAME, SIMILAR, Ballot, VoteBoost, adjustment
from townclerk import clock

QUESTION: Vectors = np.array([1, 0, 0], np.float32)


def at_cosine(cosine: float) -> Vectors:
    return np.array([cosine, (1 - cosine**2) ** 0.5, 0], np.float32)


def ballot(voter: str, vote: int = -1, vector: Vectors = QUESTION) -> Ballot:
    return Ballot(voter, vote, "a question", vector, clock.now())


def contender(key: str, score: float) -> Contender:
    return Contender(key, score, fit=score, relative=score)


def order(box: VoteBoost, *contenders: Contender) -> list[str]:
    added = box.adjust("oakton", QUESTION, contenders)
    return [c.key for c in sorted(contenders, key=lambda c: -c.score - added.get(c.key, 0))]


def boxed(*ballots: Ballot, passage: str = "a") -> VoteBoost:
    box = VoteBoost()
    box.fill(("oakton", passage, each) for each in ballots)
    return box


def test_one_no_nudges_and_three_flip_close_candidates() -> None:
    close = contender("a", 1.0), contender("b", 0.92)
    assert 0 > boxed(ballot("1")).adjust("oakton", QUESTION, close)["a"] > -0.06
    assert order(boxed(ballot("1")), *close) == ["a", "b"]
    assert order(boxed(ballot("1"), ballot("2"), ballot("3")), *close) == ["b", "a"]


def test_ten_thousand_votes_move_no_more_than_the_cap() -> None:
    box = boxed(*(ballot(str(i)) for i in range(10_000)))
    added = box.adjust("oakton", QUESTION, [contender("a", 1.0)])["a"]
    assert -CAP < added < -0.9 * CAP
    assert order(box, contender("a", 1.0), contender("b", 1.0 - CAP)) == ["a", "b"]


def test_votes_weigh_the_same_however_far_scores_are_stretched() -> None:
    def fits(key: str, fit: float, relative: float) -> Contender:
        return Contender(key, relative, fit, relative)

    box = boxed(ballot("1"), ballot("2"), ballot("3"))
    assert order(box, fits("a", 1.0, 1.0), fits("b", 0.92, -1.0)) == ["b", "a"]
    assert order(box, fits("a", 1.0, 1.0), fits("b", 0.85, 0.9)) == ["a", "b"]


def test_votes_never_bring_in_a_passage() -> None:
    box = boxed(ballot("1", 1), passage="elsewhere")
    assert box.adjust("oakton", QUESTION, [contender("a", 1.0)]) == {}


def test_a_voter_counts_once_with_the_nearest_question() -> None:
    votes = [ballot("same", vector=at_cosine(0.8 + i / 1000)) for i in range(50)]
    counted = boxed(*votes).counted("oakton", "a", QUESTION)
    assert [round(each.similarity, 3) for each in counted] == [0.849]


@pytest.mark.parametrize(("cosine", "weight"), [(SIMILAR - 0.01, 0), ((SIMILAR + SAME) / 2, 0.5), (SAME, 1), (1.0, 1)])
def test_the_weight_ramps_with_the_similarity_of_the_questions(cosine: float, weight: float) -> None:
    counted = boxed(ballot("1", vector=at_cosine(cosine))).counted("oakton", "a", QUESTION)
    assert sum(each.weight for each in counted) == pytest.approx(weight, abs=0.01)


def test_votes_of_another_city_do_not_count() -> None:
    box = boxed(ballot("1"))
    assert box.adjust("elmville", QUESTION, [contender("a", 1.0)]) == {}
    assert box.adjust(None, QUESTION, [contender("a", 1.0)]) == {}


def test_up_and_down_cancel() -> None:
    assert adjustment(boxed(ballot("1", 1), ballot("2", -1)).counted("oakton", "a", QUESTION)) == 0


def test_replacing_a_pile_with_nothing_empties_it() -> None:
    box = boxed(ballot("1"))
    box.put("oakton", "a", [])
    assert box.adjust("oakton", QUESTION, [contender("a", 1.0)]) == {}


def test_votes_under_another_model_do_not_count() -> None:
    assert boxed(ballot("1")).counted("oakton", "a", np.ones(5, np.float32)) == []
