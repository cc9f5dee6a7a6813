"""The shape of the packages: folders a newcomer can take in, no circles, one word for one thing."""

import re
from collections import Counter
from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter

import grimp
import pytest

from tests.conftest import CHECKOUT

PACKAGES = ("townclerk", "crawler", "index", "actions", "bot")
MODULES = sorted(
    path.relative_to(CHECKOUT)
    for package in PACKAGES
    for path in (CHECKOUT / package).rglob("*.py")
    if not path.is_relative_to(CHECKOUT / "bot" / "assistant") and "versions" not in path.parts
)
MOST_MODULES = 15

RETIRED = {
    # words, wherever they stand in a name
    "alike", "ballots", "bulk", "catalogue", "clipped", "desk", "draft", "filed", "filing", "followups", "gate", "gatekeeper",
    "holder", "inflate", "keeper", "labour", "launcher", "layers", "meanings", "mirror", "outline", "pace", "placing", "preparer",
    "quantised", "readings", "remembered", "retrieval", "salvage", "serving", "siblings", "superseded", "talk", "talks",
    "thesaurus", "tongues", "turnstile", "uncut", "unpadded", "upkeep", "workshop",
    # whole names
    "Answers", "Archive", "Asked", "Background", "Board", "Breaker", "Checked", "Delivery", "DirectSearch", "IndexProcess",
    "Level", "Process", "Questions", "Reading", "Recovery", "Signals", "Storage", "Turns", "Words",
}  # fmt: skip
"""What named modules and classes before the terms of the field did."""


@pytest.fixture(scope="module")
def imports() -> dict[str, frozenset[str]]:
    """Modules with those that each imports; what only a type checker imports does not count."""
    graph = grimp.build_graph(*PACKAGES, exclude_type_checking_imports=True, cache_dir=None)
    return {name: frozenset(graph.find_modules_directly_imported_by(name)) for name in graph.modules}


def circle(imports: dict[str, frozenset[str]]) -> list[str]:
    """A circle of imports; empty when there is none."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def between(units: Iterable[str], imports: dict[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """The imports between units, each a module or a package with all below it."""
    names = set(units)
    unit = {module: next((m for m in _self_and_above(module) if m in names), "") for module in imports}
    found: dict[str, set[str]] = {name: set() for name in names}
    for module, imported in imports.items():
        if unit[module]:
            found[unit[module]] |= {unit[other] for other in imported} - {unit[module], ""}
    return {name: frozenset(others) for name, others in found.items()}


def _self_and_above(module: str) -> Iterable[str]:
    parts = module.split(".")
    return (".".join(parts[:length]) for length in range(len(parts), 0, -1))


def test_no_modules_import_in_a_circle(imports: dict[str, frozenset[str]]) -> None:
    assert circle(imports) == []


def test_no_folders_import_in_a_circle(imports: dict[str, frozenset[str]]) -> None:
    parents = {module.rpartition(".")[0] for module in imports} - {""}
    circles = [circle(between((m for m in imports if m.rpartition(".")[0] == p), imports)) for p in sorted(parents)]
    assert [found for found in circles if found] == []


def test_no_packages_import_in_a_circle(imports: dict[str, frozenset[str]]) -> None:
    shared = {module for module in imports if module.rpartition(".")[0] == "townclerk"}
    assert circle(between(shared | set(PACKAGES) - {"townclerk"}, imports)) == []


def test_a_planted_circle_is_found() -> None:
    planted = {"a.x": frozenset({"b.y"}), "b.y": frozenset({"b.z"}), "b.z": frozenset(), "a.w": frozenset()}
    assert circle(between(("a", "b"), planted)) == []
    assert set(circle(between(("a", "b"), planted | {"b.z": frozenset({"a.w"})}))) == {"a", "b"}
    assert set(circle(planted | {"b.z": frozenset({"a.x"})})) == {"a.x", "b.y", "b.z"}


def test_no_folder_holds_too_many_modules() -> None:
    counts = Counter(path.parent for path in MODULES if path.name != "__init__.py")
    assert {folder: count for folder, count in counts.items() if count > MOST_MODULES} == {}


def test_names_are_the_terms_of_the_field() -> None:
    texts = [(CHECKOUT / path).read_text(encoding="utf-8") for path in MODULES]
    classes = {name.lstrip("_") for text in texts for name in re.findall(r"^\s*class (\w+)", text, re.MULTILINE)}
    names = classes | {path.stem for path in MODULES}
    assert {name for name in names if {name, *words(name)} & RETIRED} == set()


def words(name: str) -> list[str]:
    """The words of a name in snake case or of a class, in small letters."""
    return re.findall(r"[a-z]+", re.sub(r"([A-Z])", r"_\1", name).lower())
