"""The simulator process: `python -m bot.simulator`. Demo only."""

from bot.simulator.app import make_app
from townclerk import logs
from townclerk.service import serve
from townclerk.settings import load


def main() -> None:
    """Serve on loopback until told to stop."""
    settings = load()
    logs.configure("simulator", settings.log_level)
    serve(make_app(settings), host="127.0.0.1", port=settings.simulator_port, log_level=settings.log_level)


if __name__ == "__main__":
    main()
