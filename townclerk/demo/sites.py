"""Serves the demo cities' websites on one loopback port, each below its own path.

    python -m townclerk.demo.sites

Absolute addresses in robots.txt and the sitemaps are written for the default port; they
are served with the address in force.
"""

from pathlib import Path

from fastapi import FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from townclerk import logs
from townclerk.service import serve, service
from townclerk.settings import CHECKOUT, Settings, load

DEMO = CHECKOUT / "data" / "demo"
SITES = ("alder-falls", "port-maren", "tamarack-county")
"""Folder, URL path and jurisdiction id of each site."""

WRITTEN_FOR = "http://127.0.0.1:8091"
"""The address that the files in `data/demo` name."""


def sites_app(settings: Settings) -> FastAPI:
    """The web server of all demo sites. Files come with ETag and Last-Modified, so a second crawl is cheap."""
    app = service("demo sites", ready=dict)
    base = settings.url("demo_sites")
    _serve_text(app, "/robots.txt", DEMO / "robots.txt", base)
    for site in SITES:
        folder = DEMO / site / "site"
        if (folder / "sitemap.xml").exists():
            _serve_text(app, f"/{site}/sitemap.xml", folder / "sitemap.xml", base)
        app.mount(f"/{site}", StaticFiles(directory=folder, html=True))
    return app


def _serve_text(app: FastAPI, path: str, file: Path, base: str) -> None:
    text = file.read_text(encoding="utf-8").replace(WRITTEN_FOR, base)
    kind = "text/plain" if file.suffix == ".txt" else "application/xml"

    @app.get(path, include_in_schema=False)
    async def whole() -> Response:
        return Response(text, media_type=kind)


def main() -> None:
    """Serve until stopped."""
    settings = load()
    logs.configure("demo_sites", settings.log_level)
    serve(sites_app(settings), host="127.0.0.1", port=settings.demo_sites_port, log_level=settings.log_level)


if __name__ == "__main__":
    main()
