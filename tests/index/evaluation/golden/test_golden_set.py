"""A city's own questions: what they are made of, and asking them of the index that serves."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from sqlalchemy import Engine
from typer.testing import CliRunner, Result

from index.evaluation.golden.corpus import Corpus
from index.evaluation.golden.golden_set import GoldenSet
from index.evaluation.golden.live import golden_set
from index.faqs import csv_file
from index.faqs.store import FaqStore
from index.feedback.votes import Vote
from index.installation import Installation
from index.schemas.search import SearchRequest
from tests.index.conftest import FAQS, keep_page
from townclerk.errors import BadInput, NotFound, Unavailable
from townclerk.launch import evaluate_commands
from townclerk.settings import Settings

pytestmark = pytest.mark.usefixtures("installation")

TRASH = "https://oakton.example/trash"
PAGE = "Trash is collected on Mondays, before 7 a.m. at the latest. Put the cart at the curb on Sunday evening, please."


@pytest.fixture
def stored(database: Engine) -> None:
    """Six FAQs and two pages: one holds the answer of the trash FAQ, one is about dogs and costs."""
    csv_file.load(FaqStore(database), FAQS.encode())
    keep_page(database, url=TRASH, title="Trash", text=PAGE)
    keep_page(
        database, url="https://oakton.example/pets", title="Pets", text="A dog license costs $15 at the county clerk."
    )


@pytest.fixture
def lived(stored: None, open_process: Callable[[], Installation]) -> None:
    """Residents asked, voted, and were refused."""
    process = open_process()
    process.look()

    def ask(text: str, *votes: bool) -> None:
        search = process.answers.ask(SearchRequest(text=text, city="oakton"))
        for n, up in enumerate(votes):
            found = process.searches.find(search.answers[0].id.rpartition("-")[0])
            assert found is not None
            process.votes.put(Vote(found, 1, up, voter=f"{text}{n}"))

    ask("which day do they empty the garbage bin", True, True)
    ask("what does it cost to have a puppy, call 330-555-0123", True)
    ask("when is recycling day in my street", True, False)
    ask("and what about holidays", True)
    for text in ("zorgle quantum marmalade?", "Zorgle quantum  marmalade?", "who won the game last night"):
        ask(text)
    process.close()


def run(*words: object) -> Result:
    app = typer.Typer()
    evaluate_commands.register(app)
    return CliRunner().invoke(app, [str(word) for word in words])


def made(settings: Settings, file: Path | None = None) -> GoldenSet:
    return golden_set(settings, "oakton", phrasings=file)


def test_a_faq_is_asked_without_itself_when_a_page_holds_its_answer(stored: None, settings: Settings) -> None:
    chosen = made(settings)
    [question] = chosen.questions["faq"]
    assert question.text == "When is trash collected?"
    assert question.layers == ("oakton", "ohio", "us")
    assert [chosen.corpus.names[id] for id in question.grades] == [TRASH]
    assert [chosen.corpus.names[id] for id in question.without] == ["FAQ 1: When is trash collected?"]
    assert question.label is None


def test_a_page_with_another_number_does_not_hold_the_answer(stored: None, database: Engine) -> None:
    corpus = Corpus.read(database, ["oakton"])
    dogs = next(faq for faq in corpus.faqs if "dog" in faq.question)
    assert corpus.holding(dogs) == []


def test_voted_questions_have_no_vote_against_and_no_personal_data(lived: None, settings: Settings) -> None:
    chosen = made(settings)
    names = chosen.corpus.names
    voted = {q.text: {names[id] for id in q.grades} for q in chosen.questions["voted"]}
    assert set(voted) == {
        "which day do they empty the garbage bin",
        "what does it cost to have a puppy, call [phone]",
    }
    assert voted["which day do they empty the garbage bin"] <= {TRASH, "FAQ 1: When is trash collected?"}


def test_refused_questions_are_counted_and_only_listed(lived: None, settings: Settings) -> None:
    chosen = made(settings)
    assert [(each.text.split()[0].lower(), each.times) for each in chosen.refused] == [("zorgle", 2), ("who", 1)]
    assert not {"who won the game last night"} & {q.text for q in chosen.all}


def test_phrasings_name_a_faq_or_an_address_or_nothing(stored: None, settings: Settings) -> None:
    file = settings.home / "golden" / "oakton.csv"
    file.parent.mkdir()
    file.write_text(
        "text,question,url,history,note\n"
        "garbage day?,when is Trash  collected?,,,by Ann\n"
        f"and the bins?,,{TRASH}#top,when is trash collected,\n"
        "is there a casino,,,,\n"
    )
    chosen = made(settings)
    first, second, third = chosen.questions["phrasing"]
    names = chosen.corpus.names
    assert {names[id] for id in first.grades} == {"FAQ 1: When is trash collected?", TRASH}
    assert {names[id] for id in second.grades} == {"FAQ 1: When is trash collected?", TRASH}
    assert second.history == ("when is trash collected",)
    assert (dict(third.grades), third.label) == ({}, False)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"question,url\nx,y\n", r":1: there is no column `text`"),
        (b"text,question\nhi,\n\nho,Unknown?\n", r":4: no FAQ of oakton asks 'Unknown\?'"),
        (b"text,url\nhi,https://nowhere.example/\n", r":2: no page or FAQ of oakton is at"),
        (b"text,url\nhi,\nhi,\n", r":3: 'hi' stands on line 2"),
        (b"text,url\n ,https://oakton.example/trash\n", r":2: the text is empty"),
        (b"text\nhi\ncaf\xe9\n", r":3: not UTF-8"),
    ],
)
def test_a_wrong_file_of_phrasings_is_told_by_line(
    stored: None, settings: Settings, tmp_path: Path, text: bytes, said: str
) -> None:
    file = tmp_path / "phrasings.csv"
    file.write_bytes(text)
    with pytest.raises(BadInput, match=said):
        made(settings, file)


def test_a_city_without_anything_says_what_to_do(database: Engine, settings: Settings) -> None:
    with pytest.raises(BadInput, match="nothing to measure with yet"):
        made(settings)
    with pytest.raises(NotFound):
        golden_set(settings, "nowhere")


def test_the_exported_folder_measures_alike(lived: None, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    done = run("golden", "export", folder, "--city", "oakton", "--json")
    assert json.loads(done.stdout)["questions"] == {"faq": 1, "phrasing": 0, "voted": 2}
    assert "| voted | 2 |" in (folder / "README.md").read_text()
    refused = list(csv.DictReader((folder / "refused.csv").open()))
    assert (refused[0]["times"], refused[0]["question"]) == ("2", "")
    apart = json.loads(run("evaluate", folder, "--json").stdout)
    live = json.loads(run("evaluate", "--city", "oakton", "--json").stdout)
    assert apart["questions"] == live["questions"] == 3
    assert apart["metrics"] == live["metrics"]
    assert apart["metrics"]["S@5"] == 1
    assert live["set"] == "oakton"


def test_an_empty_index_is_said_and_not_measured(stored: None) -> None:
    failed = run("evaluate", "--city", "oakton")
    assert isinstance(failed.exception, Unavailable)
    assert "index rebuild" in str(failed.exception)


def test_the_running_service_is_asked_and_votes_do_not_count(lived: None, running: None, settings: Settings) -> None:
    before = sorted((settings.home / "index").iterdir())
    asked = json.loads(run("evaluate", "--city", "oakton", "--json").stdout)
    assert asked["questions"] == 3
    assert asked["wrong_city"] == 0
    assert {"encode", "rank"} <= set(asked["stages_ms"])
    assert sorted((settings.home / "index").iterdir()) == before
