"""Bodies as small as the browser can read them: Brotli, else gzip.

Only for what holds no secret: beside text that a stranger chose, the length of a compressed secret tells of it (BREACH, 2013).
So the files and the frame are compressed, and no page with a session, a signed talk or a form token is.
"""

import gzip
from functools import lru_cache

import brotli
from fastapi import Request
from fastapi.responses import Response

CODINGS = ("br", "gzip")
"""What we can write, best first, by the names of HTTP."""


def coding(request: Request) -> str:
    """The best of our codings that the request accepts; empty for none."""
    accepted = [part.replace(" ", "").lower() for part in request.headers.get("accept-encoding", "").split(",")]
    names = {
        name for name, _, weight in (part.partition(";q=") for part in accepted) if weight.strip("0.") or not weight
    }
    return next((name for name in CODINGS if name in names), "")


def compress(response: Response, request: Request, *, quality: int = 11) -> Response:
    """`response` with its body in the best coding that the request accepts; `quality` of Brotli, 0 to 11."""
    response.headers.add_vary_header("Accept-Encoding")
    if name := coding(request):
        response.body = _packed(bytes(response.body), name, quality)
        response.headers["Content-Encoding"] = name
        response.headers["Content-Length"] = str(len(response.body))
    return response


@lru_cache(maxsize=256)
def _packed(body: bytes, name: str, quality: int) -> bytes:
    return brotli.compress(body, quality=quality) if name == "br" else gzip.compress(body, 9, mtime=0)
