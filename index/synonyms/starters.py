"""The rules that an installation starts with: `data/synonyms/us.csv`, put into the database once."""

from sqlalchemy import Engine

from index.synonyms import csv_file
from index.synonyms.store import SynonymStore
from townclerk.errors import Broken
from townclerk.settings import CHECKOUT

FILE = CHECKOUT / "data" / "synonyms" / "us.csv"
WRITER = "starter list"
"""Who wrote them, as staff see it."""


def stocked(engine: Engine) -> SynonymStore:
    """The store, with the starting rules when it never had any. Raises Broken when their file has a bad row."""
    store = SynonymStore(engine)
    if not store.revision():
        drafts, rejected = csv_file.read(FILE.read_bytes())
        if rejected:
            raise Broken(f"{FILE}, line {rejected[0].line}: {rejected[0].reason}. Restore the file from the checkout.")
        store.load_first(drafts, by=WRITER)
    return store
