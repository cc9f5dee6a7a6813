"""The benchmark's corpus is the same every time, and its counters see a planted error."""

from scripts.bench.__main__ import LIMIT, TURN, WARM_UP, Tally, race, report
from scripts.bench.corpus import CITIES, Corpus, Question, jurisdictions, layers


def test_same_seed_same_pages_and_questions() -> None:
    one, two, other = Corpus(1), Corpus(1), Corpus(2)
    assert [one.page(n) for n in range(50)] == [two.page(n) for n in range(50)] != [other.page(n) for n in range(50)]
    assert one.questions(40) == two.questions(40)
    assert (
        len({text for text, _ in one.questions(CITIES)}) == len({city for _, city in one.questions(CITIES)}) == CITIES
    )


def test_every_layer_of_a_city_is_a_jurisdiction_below_the_next() -> None:
    parents = {each.id: each.parent_id for each in jurisdictions()}
    assert len(parents) == 300 + 30 + 7 + 1
    for city in range(CITIES):
        names = [*layers(city), None]
        assert [parents[name] for name in names[:-1] if name] == names[1:]
    assert {Corpus(1).page(n).jurisdiction for n in range(500)} < set(parents)


def test_all_answer_every_question_in_turns_and_warming_up_does_not_count() -> None:
    calls: list[tuple[str, Question]] = []
    questions = Corpus(1).questions(WARM_UP + TURN + 1)

    def enough(question: Question) -> list[str]:
        calls.append(("enough", question))
        return ["answer"] * LIMIT

    def few(question: Question) -> list[str]:
        calls.append(("few", question))
        return ["answer"] * (LIMIT - 1)

    one, other = race({"enough": enough, "few": few}, questions)
    assert [name for name, _ in calls[:41]] == ["enough"] * TURN + ["few"] * TURN + ["enough"]
    assert sorted(question for _, question in calls) == sorted(questions * 2)
    assert (len(one.seconds), one.few, other.few) == (TURN + 1, 0, TURN + 1)


def test_the_report_tells_ratios_of_median_and_p99() -> None:
    ours, theirs = Tally("ours", seconds=[0.002] * LIMIT), Tally("recipe", seconds=[0.006] * LIMIT, few=3)
    lines = report([ours, theirs]).splitlines()
    assert "| recipe | 6.00 | 6.00 | 3 |" in lines
    assert lines[-1] == "ours: 3.00 times as fast as the recipe at the median, 3.00 times at p99."
