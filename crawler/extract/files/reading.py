"""What is read of a file that is no web page: title, language and blocks from its pieces, or why nothing is."""

import re
from datetime import date
from urllib.parse import unquote, urlsplit

from crawler.extract.common.blocks import Piece, blocks_of
from crawler.extract.common.characters import key
from crawler.extract.common.language import guess
from crawler.extract.common.titles import readable
from crawler.extracted import Extracted


def read_pieces(pieces: list[Piece], url: str, *, title: str = "", dated: date | None = None) -> Extracted:
    """The page that the pieces of a file make. Without a title of its own it bears the name of the file."""
    if not any(key(piece.text) for piece in pieces):
        return unreadable(url, "there is no text in the file")
    title = title or named_by(url)
    text = "\n".join(piece.text for piece in pieces)
    language, blocks = guess(text) or "en", blocks_of(pieces, title)
    return Extracted(title, language, blocks, (), None, dated, "file" if dated else "", False, False)


def unreadable(url: str, problem: str) -> Extracted:
    """A file that cannot be read, and why."""
    return Extracted(named_by(url), "en", (), (), None, None, "", False, False, problem)


def named_by(url: str) -> str:
    """The name of a file as words."""
    name = unquote(urlsplit(url).path.rstrip("/").rsplit("/", 1)[-1])
    return readable(re.sub(r"\.\w{2,5}$", "", name)) or url
