"""A database that has the schema from the start: every migration anew would take longer than most tests."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from sqlalchemy import make_url

from townclerk.database import connect
from townclerk.migrations import upgrade
from townclerk.settings import Settings


def place_schema(settings: Settings) -> None:
    """Copy a SQLite database with the schema, and nothing else, to where these settings have theirs, unless one is there."""
    url = make_url(settings.database)
    wanted = Path(url.database or "")
    if url.get_backend_name() == "sqlite" and not wanted.exists():
        wanted.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(_made_once(), wanted)


@cache
def _made_once() -> Path:
    """The file, migrated once in each process."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    settings = Settings.model_validate({"home": folder})
    engine = connect(settings)
    upgrade(engine)
    engine.dispose()
    (file,) = folder.glob("*.db")
    return file
