"""The crawl service as a process: `python -m crawler`."""

from crawler.api.app import application
from townclerk import database, logs
from townclerk.service import serve
from townclerk.settings import load


def main() -> None:
    """Serve on loopback until told to stop."""
    settings = load()
    logs.configure("crawler", settings.log_level)
    app = application(database.open_database(settings), settings)
    serve(app, host="127.0.0.1", port=settings.crawler_port, log_level=settings.log_level)


if __name__ == "__main__":
    main()
