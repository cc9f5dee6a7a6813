"""The layers of a city, and what time it is there."""

from datetime import UTC, datetime
from pathlib import Path

from index.query.jurisdictions import JurisdictionTree
from townclerk.jurisdictions import Jurisdiction, Jurisdictions
from townclerk.schema import open_database
from townclerk.settings import Settings


def test_the_time_is_that_of_the_city(tmp_path: Path) -> None:
    database = open_database(Settings.model_validate({"home": tmp_path}))
    Jurisdictions(database).put(
        [
            Jurisdiction("us", "United States", level="federal"),
            Jurisdiction("oakton", "Oakton", parent_id="us", timezone="America/Los_Angeles"),
            Jurisdiction("elmville", "Elmville", parent_id="us", timezone="Pacific/Auckland"),
        ]
    )
    tree = JurisdictionTree(database)
    assert tree.of("oakton") == ("oakton", ["oakton", "us"])
    moment = datetime(2026, 11, 26, 5, tzinfo=UTC)
    days = [moment.astimezone(tree.zone(city)).day for city in ("oakton", "elmville", None)]
    assert days == [25, 26, 26]
    database.dispose()
