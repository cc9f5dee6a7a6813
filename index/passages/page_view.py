"""One address as the bot sees it: what the crawler keeps of it, and the passages it is cut into."""

from sqlalchemy import Engine

from crawler.pages.address_history import seen
from index.embedding.encoder import Encoder
from index.passages.chunker import cut
from index.passages.sources import from_page
from index.schemas.pages import PagePassage, PageView


def view(engine: Engine, encoder: Encoder, url: str) -> list[PageView]:
    """One entry for each source that met the address. Raises NotFound when none did."""
    views = []
    for entry, stored in seen(engine, url):
        cuts = cut(from_page(stored), encoder.tokens, window=encoder.window) if stored and entry.answered else []
        passages = [PagePassage.model_validate(piece.passage, from_attributes=True) for piece in cuts]
        views.append(PageView(**dict(entry), passages=passages))
    return views
