"""The documents name only settings, commands, files and make targets that exist."""

import re
from collections.abc import Iterator

import pytest
import typer
from typer.core import TyperCommand, TyperGroup

from tests.conftest import CHECKOUT
from townclerk.launch import cli
from townclerk.settings import Settings

DOCUMENTS = sorted([*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").glob("*.md"), *(CHECKOUT / "data").rglob("README.md")])
TEXTS = {str(path.relative_to(CHECKOUT)): path.read_text(encoding="utf-8") for path in DOCUMENTS}

documents = pytest.mark.parametrize("name", TEXTS)


@pytest.fixture(scope="module")
def program() -> TyperGroup:
    """The whole command, as `townclerk` builds it."""
    if not cli.app.registered_commands:
        cli.mount()
    made = typer.main.get_command(cli.app)
    assert isinstance(made, TyperGroup)
    return made


@documents
def test_settings_exist(name: str) -> None:
    named = set(re.findall(r"\bTOWNCLERK_[A-Z_]+\b", TEXTS[name])) - {"TOWNCLERK_NAME"}
    assert named <= {f"TOWNCLERK_{field.upper()}" for field in Settings.model_fields}


@documents
def test_links_lead_to_files(name: str) -> None:
    folder = (CHECKOUT / name).parent
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)[^)]*\)", TEXTS[name])
    # Pictures are made by the browser tests.
    assert [t for t in targets if not t.endswith(".png") and not (folder / t).exists()] == []


@documents
def test_links_lead_to_headings(name: str) -> None:
    for target, anchor in re.findall(r"\]\(([^)#:]*\.md)?#([^)]+)\)", TEXTS[name]):
        path = (CHECKOUT / name).parent / target if target else CHECKOUT / name
        headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        slugs = {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
        assert anchor in slugs, f"{target}#{anchor}"


@documents
def test_make_targets_exist(name: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (CHECKOUT / "Makefile").read_text(), re.MULTILINE))
    named = re.findall(r"(?:^|`)make ([a-z-]+)", TEXTS[name], re.MULTILINE)
    assert set(named) <= targets


@documents
def test_commands_and_their_options_exist(name: str, program: TyperGroup) -> None:
    for line in commands(TEXTS[name]):
        words = line.split()
        command: TyperCommand | TyperGroup = program
        while isinstance(command, TyperGroup):
            assert words, line
            assert words[0] in command.commands, line
            below = command.commands[words.pop(0)]
            assert isinstance(below, TyperCommand | TyperGroup)
            command = below
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= known, line


def test_the_documents_use_commands() -> None:
    assert sum(len(list(commands(text))) for text in TEXTS.values()) > 20


def commands(text: str) -> Iterator[str]:
    """What follows `townclerk` in every command line of a document."""
    for found in re.findall(r"(?:^\s*|`)(?:\.venv/bin/)?townclerk ([a-z][^`\n#]*)", text, re.MULTILINE):
        yield re.sub(r'"[^"]*"', "TEXT", found).strip()
