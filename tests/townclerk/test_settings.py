"""Settings are read once and refuse what is wrong, by name."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from townclerk.errors import BadInput
from townclerk.launch import processes
from townclerk.settings import Settings, load


@pytest.fixture(autouse=True)
def _home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TOWNCLERK_HOME", str(tmp_path))


def test_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "townclerk.env").write_text("TOWNCLERK_INDEX_PORT=9001\nTOWNCLERK_CRAWLER_PORT=9002\n")
    monkeypatch.setenv("TOWNCLERK_INDEX_PORT", "9101")
    settings = load()
    assert (settings.index_port, settings.crawler_port) == (9101, 9002)
    assert settings.home == tmp_path


def test_a_wrong_value_names_variable_and_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOWNCLERK_GATEWAY_PORT", "eighty")
    with pytest.raises(BadInput, match=r"TOWNCLERK_GATEWAY_PORT='eighty'"):
        load()


def test_less_memory_than_rasa_needs_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for right in (0, 1000):
        monkeypatch.setenv("TOWNCLERK_ASSISTANT_MEMORY_MB", str(right))
        assert load().assistant_memory_mb == right
    monkeypatch.setenv("TOWNCLERK_ASSISTANT_MEMORY_MB", "500")
    with pytest.raises(BadInput, match=r"TOWNCLERK_ASSISTANT_MEMORY_MB='500'.*600 MB"):
        load()


def test_quiet_hours_that_would_be_none_or_the_whole_day_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for right in ("21-8", "21-24", "0-0"):
        monkeypatch.setenv("TOWNCLERK_ALERT_QUIET_HOURS", right)
        assert load().alert_quiet_hours == right
    for wrong in ("0-24", "24-0", "8-8"):
        monkeypatch.setenv("TOWNCLERK_ALERT_QUIET_HOURS", wrong)
        with pytest.raises(BadInput, match=f"TOWNCLERK_ALERT_QUIET_HOURS='{wrong}'.*two different hours"):
            load()


def test_an_address_that_other_hosts_can_reach_needs_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOWNCLERK_BIND", "10.0.0.5")
    with pytest.raises(BadInput, match=r"TOWNCLERK_BIND='10.0.0.5'.*TOWNCLERK_SERVICE_TOKEN"):
        load()
    monkeypatch.setenv("TOWNCLERK_SERVICE_TOKEN", "open-sesame")
    assert load().url("index") == "http://10.0.0.5:8081"
    monkeypatch.setenv("TOWNCLERK_BIND", "everywhere")
    with pytest.raises(BadInput, match=r"TOWNCLERK_BIND='everywhere'.*IPv4"):
        load()


def test_a_process_on_another_host_has_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOWNCLERK_INDEX_URL", "http://index.internal:8081/")
    settings = load()
    assert settings.url("index") == "http://index.internal:8081"
    assert settings.url("crawler") == "http://127.0.0.1:8082"
    assert "index" not in [process.name for process in processes.local(settings)]


def test_an_unknown_variable_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOWNCLERK_GATEWAY_PROT", "8080")
    with pytest.raises(BadInput, match="TOWNCLERK_GATEWAY_PROT"):
        load()


def test_a_line_of_the_file_for_a_setting_that_is_gone_is_ignored(tmp_path: Path) -> None:
    (tmp_path / "townclerk.env").write_text("TOWNCLERK_QUESTIONS_IN=int8\nTOWNCLERK_INDEX_PORT=9001\n")
    assert load().index_port == 9001


def test_every_setting_says_what_it_is_for() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_secrets_are_not_printed() -> None:
    settings = Settings(twilio_auth_tokens=SecretStr("deadbeef"))
    assert "deadbeef" not in repr(settings)
