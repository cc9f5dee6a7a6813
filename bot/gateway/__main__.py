"""The gateway process: `python -m bot.gateway`."""

from bot.gateway.app import make_app
from townclerk import logs
from townclerk.service import serve
from townclerk.settings import load


def main() -> None:
    """Serve until told to stop."""
    settings = load()
    logs.configure("gateway", settings.log_level)
    serve(make_app(settings), host=settings.host, port=settings.gateway_port, log_level=settings.log_level)


if __name__ == "__main__":
    main()
