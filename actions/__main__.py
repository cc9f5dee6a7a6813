"""`python -m actions`: serve the actions on loopback until stopped."""

from sanic import Sanic

from actions.server import application
from index.client import IndexClient
from townclerk import database, logs, settings
from townclerk.jurisdictions import Jurisdictions


def main() -> None:
    """Serve in this one process: rasa-sdk's own command listens on every address and forks."""
    given = settings.load()
    logs.configure("actions", given.log_level)
    index = IndexClient.of(given, timeout=given.search_timeout)
    app = application(Jurisdictions(database.open_database(given)), index)
    app.prepare(host="127.0.0.1", port=given.actions_port, single_process=True, motd=False, access_log=False)
    Sanic.serve_single(primary=app)


if __name__ == "__main__":
    main()
