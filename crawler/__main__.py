"""The crawl service as a process: `python -m crawler`."""

from crawler.api.app import application
from townclerk import logs
from townclerk.schema import open_database
from townclerk.service import serve
from townclerk.settings import load


def main() -> None:
    """Serve until told to stop."""
    settings = load()
    logs.configure("crawler", settings.log_level)
    app = application(open_database(settings), settings)
    serve(app, host=settings.bind, port=settings.crawler_port, log_level=settings.log_level)


if __name__ == "__main__":
    main()
