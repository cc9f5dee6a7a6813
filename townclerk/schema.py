"""Opens the database as every process does: connected, its schema up to date, the reviewed cities loaded."""

from sqlalchemy import Engine

from townclerk.database import connect
from townclerk.jurisdictions import Jurisdictions, read_files
from townclerk.migrations import upgrade
from townclerk.settings import Settings


def open_database(settings: Settings) -> Engine:
    """Connect, bring the schema up to date, and load the reviewed cities of `settings.cities`."""
    engine = connect(settings)
    upgrade(engine)
    Jurisdictions(engine).put(read_files(settings.cities))
    return engine
