"""Addresses of the console."""

from urllib.parse import quote

PREFIX = "/admin"
HOME = PREFIX + "/"
LOG_OUT = PREFIX + "/logout"
SECOND_FACTOR = PREFIX + "/account/second-factor"


def log_in_path(after: str) -> str:
    """The log-in page, leading back to `after`."""
    return f"{PREFIX}/login?next={quote(after, safe='')}"


def inside(path: str) -> str:
    """`path` when it is a page of the console, else the first page: `next` must not lead to another site."""
    return path if path.startswith(HOME) and not path.startswith(f"{PREFIX}/log") and "\\" not in path else HOME
