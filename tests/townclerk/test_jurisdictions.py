"""The tree of cities and layers."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from townclerk.errors import BadInput, Conflict, NotFound
from townclerk.jurisdictions import Jurisdiction, Jurisdictions, read_files


@pytest.fixture
def tree(engine: Engine) -> Jurisdictions:
    made = Jurisdictions(engine)
    made.put(
        [
            Jurisdiction(id="oakdale", name="Oakdale", parent_id="elm-county", aliases=("The Oaks",), zips=("99980",)),
            Jurisdiction(id="elm-county", name="Elm County", level="county", parent_id="westland"),
            Jurisdiction(id="westland", name="Westland", level="state"),
            Jurisdiction(id="oakdale-heights", name="Oakdale Heights", parent_id="elm-county"),
        ]
    )
    return made


def test_layers_are_nearest_first(tree: Jurisdictions) -> None:
    assert [j.id for j in tree.layers("oakdale")] == ["oakdale", "elm-county", "westland"]


def test_an_unknown_city_says_how_to_add_it(tree: Jurisdictions) -> None:
    with pytest.raises(NotFound, match="townclerk city add springfield"):
        tree.layers("springfield")


def test_adding_twice_is_a_conflict_and_keeps_the_first(tree: Jurisdictions) -> None:
    with pytest.raises(Conflict):
        tree.add(Jurisdiction(id="oakdale", name="Other"))
    assert tree.get("oakdale").name == "Oakdale"


def test_adding_under_an_unknown_parent_is_refused(tree: Jurisdictions) -> None:
    with pytest.raises(NotFound, match="nowhere"):
        tree.add(Jurisdiction(id="new", name="New", parent_id="nowhere"))


@pytest.mark.parametrize("id", ["", "Oak", "a b", "-x", "ü", "a" * 64, "a\n"])
def test_bad_ids_are_refused(id: str) -> None:
    with pytest.raises(BadInput, match="city id"):
        Jurisdiction(id=id, name="x")


def test_a_bad_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text('[[jurisdiction]]\nid = "a"\nname = "A"\nlevle = "city"\n')
    with pytest.raises(BadInput, match=r"x\.toml.*levle"):
        read_files(tmp_path)
