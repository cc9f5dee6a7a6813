"""`python -m actions`: serve the actions until stopped."""

import secrets
from typing import Any

from sanic import HTTPResponse, Request, Sanic, json

from actions.server import application
from index.client import IndexClient
from townclerk import logs
from townclerk.errors import Refused
from townclerk.jurisdictions import Jurisdictions
from townclerk.schema import open_database
from townclerk.service import error_body
from townclerk.settings import load


def main() -> None:
    """Serve in this one process: rasa-sdk's own command listens on every address and forks."""
    settings = load()
    logs.configure("actions", settings.log_level)
    token = settings.service_token.get_secret_value()
    index = IndexClient(settings.url("index"), timeout=settings.search_timeout, token=token)
    app = application(Jurisdictions(open_database(settings)), index, settings.spoken)
    if token:
        require_token(app, token)
    app.prepare(host=settings.bind, port=settings.actions_port, single_process=True, motd=False, access_log=False)
    Sanic.serve_single(primary=app)


def require_token(app: Sanic[Any, Any], token: str) -> None:
    """Answer 403 to whoever does not send the service token, except on `/health`."""

    @app.on_request
    async def check(request: Request) -> HTTPResponse | None:
        if request.path == "/health" or secrets.compare_digest(request.token or "", token):
            return None
        return json(error_body(Refused.code, "Send the service token as a bearer token."), Refused.status)


if __name__ == "__main__":
    main()
