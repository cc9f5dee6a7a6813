"""Static files, read once at start and served from memory, compressed, with a strong ETag.

An address with the right `?v=` never changes its content, so browsers keep it for a
year; one without it is checked each time (a 304 when nothing changed).
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot.widget.compression import coding, compress
from townclerk.errors import NotFound

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
VALUES = "/* filled in by the server: */ {}"
"""What stands in a script for the values it is served with."""


@dataclass(frozen=True)
class Asset:
    """One file: its bytes, its media type and a short hash of its content."""

    body: bytes
    media_type: str
    version: str


class Assets:
    """The files of one folder, by name. Only what was there at the start is ever served."""

    def __init__(self, folder: Path, *, path: str) -> None:
        self._path = path.rstrip("/")
        self._files = {f.name: _read(f) for f in sorted(folder.iterdir()) if f.suffix in TYPES}

    def url(self, name: str) -> str:
        """Address of a file, with its version. Raises KeyError for a name that is not there."""
        return f"{self._path}/{name}?v={self._files[name].version}"

    def response(
        self, name: str, request: Request, *, max_age: int = 0, values: Mapping[str, object] | None = None
    ) -> Response:
        """The file, or 304 when the browser has it. `max_age` in seconds holds for addresses without version.

        `values` are written into a script where `VALUES` stands.
        """
        asset = self._files.get(name)
        if asset is None:
            raise NotFound("There is no such file.")
        if values is not None:
            asset = _asset(asset.body.replace(VALUES.encode(), json.dumps(values).encode()), asset.media_type)
        fixed = request.query_params.get("v") == asset.version
        headers = {
            "ETag": f'"{asset.version}{coding(request)}"',
            "Cache-Control": "public, max-age=31536000, immutable"
            if fixed
            else f"public, max-age={max_age}, must-revalidate",
            "X-Content-Type-Options": "nosniff",
        }
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers | {"Vary": "Accept-Encoding"})
        response = Response(asset.body, media_type=asset.media_type, headers=headers)
        return response if asset.media_type == TYPES[".png"] else compress(response, request)

    def router(self) -> APIRouter:
        """Routes that serve these files."""
        routes = APIRouter(include_in_schema=False)

        @routes.get(self._path + "/{name}")
        async def asset(name: str, request: Request) -> Response:
            return self.response(name, request)

        return routes


def _read(file: Path) -> Asset:
    if file.suffix == ".js":
        return _asset(_lean(_whole(file, set())), TYPES[file.suffix])
    body = file.read_bytes()
    if file.suffix == ".css":
        body = re.sub(rb"\s*([{};,])\s*", rb"\1", re.sub(rb"/\*.*?\*/", b"", body, flags=re.DOTALL)).strip()
    return _asset(body, TYPES[file.suffix])


def _asset(body: bytes, media_type: str) -> Asset:
    return Asset(body, media_type, hashlib.sha256(body).hexdigest()[:16])


def _whole(script: Path, done: set[str]) -> bytes:
    """A script with the scripts it imports written out before it, each once: one request, and a fifth less to send.

    So that they can share one scope, no two of them name the same thing at their top.
    """
    done.add(script.name)
    own = re.sub(rb"^export ", b"", script.read_bytes(), flags=re.MULTILINE)
    imported = re.findall(rb'^import [^;]* from "\./([\w.]+)";$', own, re.MULTILINE)
    before = [_whole(script.parent / name, done) for name in map(bytes.decode, imported) if name not in done]
    return b"\n".join([*before, re.sub(rb"^import [^;]*;$", b"", own, flags=re.MULTILINE)])


def _lean(body: bytes) -> bytes:
    """A script without indentation and without comments that begin or end a line: a third of it is for us alone."""
    body = re.sub(
        rb"(?:^|[ \t])[ \t]*(?:/\*(?:(?!\*/).)*\*/|// ?[^\n]*)[ \t]*$", b"", body, flags=re.DOTALL | re.MULTILINE
    )
    return re.sub(rb"\n\s+", b"\n", body).strip()


STATIC = Assets(Path(__file__).parent / "static", path="/widget/assets")
"""The files of every page for residents; staff pages use its base style too."""
