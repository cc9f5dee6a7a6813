"""Starts the search service: `python -m index`."""

from index.api.app import make
from townclerk import logs
from townclerk.service import serve
from townclerk.settings import load


def main() -> None:
    """Serve until stopped."""
    settings = load()
    logs.configure("index", settings.log_level)
    serve(make(settings), host=settings.bind, port=settings.index_port, log_level=settings.log_level)


if __name__ == "__main__":
    main()
