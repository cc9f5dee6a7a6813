"""The tree of cities and layers."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from townclerk.errors import BadInput, Conflict, NotFound
from townclerk.jurisdictions import Jurisdiction, Jurisdictions, read_files
from townclerk.report_channels import ReportChannel


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


REPORTING = """
[[jurisdiction]]
id = "oakdale"
name = "Oakdale"
hours = "Monday to Friday, 8 to 5"
alerts = "https://oakdale.example/alerts"
[jurisdiction.report.pothole]
page = "https://oakdale.example/potholes"
phone = "555-555-0101"
[jurisdiction.report.other]
phone = "555-555-0100"
"""


def test_where_problems_are_reported_is_read_and_kept(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text(REPORTING)
    tree = Jurisdictions(engine)
    tree.put(read_files(tmp_path))
    oakdale = tree.get("oakdale")
    assert oakdale == read_files(tmp_path)[0]
    assert oakdale.channel("pothole") == ReportChannel("pothole", "https://oakdale.example/potholes", "555-555-0101")
    assert oakdale.channel("noise") == ReportChannel("other", phone="555-555-0100")
    assert Jurisdiction(id="elm", name="Elm").channel("noise") is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('alerts = "oakdale.example"', "alerts is no http"),
        ("report = 3", "table of kinds"),
        ('report = { potholes = { phone = "1-555" } }', "report.potholes: a kind of problem is one of pothole"),
        ("report = { pothole = {} }", "neither a page nor a phone"),
        ('report = { pothole = { page = "ftp://x" } }', "report.pothole.page is no http"),
        ('report = { pothole = { phone = "call us" } }', "report.pothole.phone is no telephone number"),
        ('report = { pothole = { fax = "555-0101" } }', "report.pothole holds page, phone and hours; got fax"),
        ("report = { pothole = { phone = 5 } }", "as texts"),
    ],
)
def test_what_is_wrong_with_a_channel_is_said(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "x.toml").write_text(f'[[jurisdiction]]\nid = "a"\nname = "A"\n{line}\n')
    with pytest.raises(BadInput, match=rf"x\.toml.*{said}"):
        read_files(tmp_path)
