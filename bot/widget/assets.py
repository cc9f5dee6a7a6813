"""Static files, read once at start and served from memory with a strong ETag.

An address with the right `?v=` never changes its content, so browsers keep it for a
year; one without it is checked each time (a 304 when nothing changed).
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response

from townclerk.errors import NotFound

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}


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

    def response(self, name: str, request: Request, *, max_age: int = 0) -> Response:
        """The file, or 304 when the browser has it. `max_age` in seconds holds for addresses without version."""
        asset = self._files.get(name)
        if asset is None:
            raise NotFound("There is no such file.")
        fixed = request.query_params.get("v") == asset.version
        headers = {
            "ETag": f'"{asset.version}"',
            "Cache-Control": "public, max-age=31536000, immutable"
            if fixed
            else f"public, max-age={max_age}, must-revalidate",
            "X-Content-Type-Options": "nosniff",
        }
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        return Response(asset.body, media_type=asset.media_type, headers=headers)

    def router(self) -> APIRouter:
        """Routes that serve these files."""
        routes = APIRouter(include_in_schema=False)

        @routes.get(self._path + "/{name}")
        async def asset(name: str, request: Request) -> Response:
            return self.response(name, request)

        return routes


def _read(file: Path) -> Asset:
    body = file.read_bytes()
    return Asset(body, TYPES[file.suffix], hashlib.sha256(body).hexdigest()[:16])


STATIC = Assets(Path(__file__).parent / "static", path="/widget/assets")
"""The files of every page for residents; staff pages use its base style too."""
