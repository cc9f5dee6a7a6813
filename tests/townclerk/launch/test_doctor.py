"""What the doctor says of installed packages."""

import importlib.metadata
from pathlib import Path

import pytest

from townclerk.launch import doctor
from townclerk.launch.doctor import Finding
from townclerk.settings import Settings


def looked_at(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, wanted: list[str]) -> Finding:
    monkeypatch.setattr(importlib.metadata, "requires", lambda name: wanted)
    return doctor.packages(Settings(home=tmp_path))


@pytest.mark.parametrize(
    "wanted",
    [
        "pydantic",
        "pydantic>=2.12",
        "Pydantic_Settings",
        "uvicorn[standard]>0.1",
        'no-such-package; extra == "dev"',
        'no-such-package>=2; python_version < "3"',
    ],
)
def test_what_is_there_or_not_wanted_here_is_right(
    wanted: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert looked_at(monkeypatch, tmp_path, [wanted]).state == "right"


def test_what_is_missing_or_too_old_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    version = importlib.metadata.version("pydantic")
    found = looked_at(monkeypatch, tmp_path, ["no-such-package>=1", "pydantic>=99", "typer"])
    assert found == Finding(
        "Packages", "wrong", f"no-such-package is missing; pydantic is {version}, wanted is >=99", "Run `make setup`."
    )


def test_faiss_for_gpus_stands_in_for_the_other(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Named:
        def __init__(self, name: str, version: str) -> None:
            self.name, self.version = name, version

    monkeypatch.setattr(importlib.metadata, "distributions", lambda: [Named("faiss_gpu", "1.14")])
    assert looked_at(monkeypatch, tmp_path, ["faiss-cpu"]).state == "right"
    monkeypatch.setattr(importlib.metadata, "distributions", lambda: [Named("numpy", "2.0")])
    assert looked_at(monkeypatch, tmp_path, ["faiss-cpu"]).says == "faiss-cpu is missing"


def test_the_packages_of_this_environment_are_right(tmp_path: Path) -> None:
    assert doctor.packages(Settings(home=tmp_path)).state == "right"
