import json
import socket
import threading
from contextlib import suppress
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from index.cli import commands
from tests.index.conftest import FAQS
from townclerk.errors import BadInput, NotFound
from townclerk.settings import Settings

pytestmark = pytest.mark.usefixtures("installation")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "faqs.csv"
    made.write_text(FAQS)
    return made


def run(*words: object) -> Result:
    app = typer.Typer()
    commands.register(app)
    return CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=True)


def test_import_then_ask_then_export(file: Path) -> None:
    done = run("faq", "import", file, "--city", "oakton", "--json")
    assert json.loads(done.stdout) == {"imported": 6, "updated": 0, "unchanged": 0, "rejected": []}
    assert json.loads(run("faq", "import", file, "--json").stdout)["unchanged"] == 6
    found = json.loads(run("ask", "When is trash collected?", "--city", "oakton", "--json").stdout)
    assert set(found) == {"answers", "refused", "city", "layers"}
    assert "Monday" in found["answers"][0]["excerpt"]
    shown = run("ask", "When is trash collected?", "--city", "oakton").stdout
    assert "Monday" in shown
    assert "Oakton (city) · https://oakton.example/trash · checked 20" in shown
    assert run("faq", "export", "--city", "oakton").stdout.count("oakton.example") == 3
    assert len(json.loads(run("faq", "list", "--json").stdout)) == 6


def test_some_rejected_rows_exit_0_and_name_the_line(file: Path) -> None:
    file.write_text("question,answer\nQ?,A.\nQ2?,\n")
    done = run("faq", "import", file, "--city", "oakton")
    assert done.exit_code == 0
    assert f"{file}:3: the answer is empty." in done.stderr


def test_nothing_to_import_exits_2(file: Path) -> None:
    file.write_text("question,answer\nQ2?,\n")
    assert run("faq", "import", file, "--city", "oakton").exit_code == 2
    assert isinstance(run("faq", "import", file.parent / "none.csv").exception, BadInput)
    assert isinstance(run("faq", "import", file, "--city", "atlantis").exception, NotFound)


def test_a_refusal_gives_the_citys_contact(file: Path) -> None:
    run("faq", "import", file)
    done = run("ask", "zxqv wobble frobnicate quux?", "--city", "oakton")
    assert done.exit_code == 0
    assert "Nothing was found" in done.stdout
    assert "555-0101 · https://oakton.example" in done.stdout


def test_a_question_too_long_or_an_unknown_city_is_an_error_with_exit_2() -> None:
    assert isinstance(run("ask", "x" * 2001).exception, BadInput)
    assert isinstance(run("ask", "x", "--city", "atlantis").exception, NotFound)


def test_the_running_service_is_asked_and_knows_an_import_at_once(running: None, file: Path) -> None:
    run("faq", "import", file)
    found = json.loads(run("ask", "When is trash collected?", "--city", "oakton", "--json").stdout)
    assert "Monday" in found["answers"][0]["excerpt"]
    assert json.loads(run("index", "status", "--json").stdout)["faqs"] == 6
    file.write_text(FAQS.replace("Monday", "Thursday"))
    run("faq", "import", file)
    assert json.loads(run("index", "rollback", "--json").stdout)["ready"] is True
    assert "Monday" in run("ask", "When is trash collected?", "--city", "oakton").stdout
    run("index", "rebuild")
    assert "Thursday" in run("ask", "When is trash collected?", "--city", "oakton").stdout


def test_the_service_of_another_installation_is_not_asked(
    running: None, file: Path, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "models").symlink_to((settings.home / "models").resolve())
    monkeypatch.setenv("TOWNCLERK_HOME", str(other))
    assert json.loads(run("index", "status", "--json").stdout)["home"] == str(other)


def test_a_strange_program_on_the_port_is_passed_over(file: Path, settings: Settings) -> None:
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", settings.index_port)) as strange:
        strange.settimeout(0.1)
        answering = threading.Thread(target=_hang_up, args=(strange, stop))
        answering.start()
        assert json.loads(run("faq", "import", file, "--json").stdout)["imported"] == 6
        stop.set()
        answering.join()


def _hang_up(server: socket.socket, stop: threading.Event) -> None:
    while not stop.is_set():
        with suppress(TimeoutError):
            server.accept()[0].close()


def test_votes_are_undone_by_time(file: Path) -> None:
    assert json.loads(run("votes", "revoke", "--since", "2026-01-01T00:00:00Z", "--json").stdout) == {"revoked": 0}
    assert isinstance(run("votes", "revoke", "--since", "yesterday").exception, BadInput)
    assert isinstance(run("votes", "revoke").exception, BadInput)


def _looked_after(file: Path, damaged: Path) -> None:
    run("faq", "import", file)
    run("ask", "When is trash collected?", "--city", "oakton")
    status = json.loads(run("index", "status", "--json").stdout)
    assert {"vectors", "sentences", "text", "keywords", "embeddings_kept"} <= status["disk"].keys()
    assert status["disk"]["vectors"] >= 6 * 384 * 4
    assert status["memory"]["search"] > 10**7
    assert "vectors" in run("index", "status").stdout
    listed = json.loads(run("index", "snapshots", "--json").stdout)
    assert [each["current"] for each in listed] == [True] + [False] * (len(listed) - 1)
    assert (listed[0]["documents"], listed[0]["revision"]) == (6, "0.6")
    assert listed[0]["name"] in run("index", "snapshots").stdout
    back = run("index", "rollback", "--to", listed[-1]["name"])
    assert "index rebuild" in back.stdout
    status = json.loads(run("index", "status", "--json").stdout)
    assert status["faqs"] == 0
    assert listed[-1]["name"] in status["rolled_back"]
    assert "index rebuild" in run("index", "status").stdout
    run("index", "rebuild")
    assert json.loads(run("index", "status", "--json").stdout)["rolled_back"] == ""
    assert json.loads(run("index", "verify", "--json").stdout) == {"whole": True, "damaged": {}}
    assert run("index", "verify").exit_code == 0
    assert json.loads(run("index", "prune", "--embeddings", "--json").stdout)["snapshots"] >= 1
    assert len(json.loads(run("index", "snapshots", "--json").stdout)) == 1
    vectors = next(damaged.glob("snap-*/seg-*/vectors.npy"))
    data = bytearray(vectors.read_bytes())
    data[-1] ^= 1
    vectors.unlink()
    vectors.write_bytes(data)
    found = run("index", "verify")
    assert found.exit_code == 1
    assert "vectors.npy" in found.stdout


def test_the_index_is_looked_after_without_a_service(file: Path, settings: Settings) -> None:
    _looked_after(file, settings.home / "index")
    # Opening set the damaged snapshot aside; everything is read again.
    assert json.loads(run("index", "status", "--json").stdout)["faqs"] == 6


def test_the_index_of_a_running_service_is_looked_after(running: None, file: Path, settings: Settings) -> None:
    _looked_after(file, settings.home / "index")
