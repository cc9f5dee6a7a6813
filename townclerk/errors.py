"""The one error tree.

    TownclerkError
    ├── BadInput          400  the caller's input breaks a rule; the message says rule, value, next step
    │   ├── Unauthenticated 401  who calls is not known: no, forged or expired session
    │   └── Refused       403  the caller may not do this (signature, session, address guard)
    ├── NotFound          404
    ├── Conflict          409  something of that name exists, or work is already running
    ├── TooLarge          413
    ├── TooMany           429  a rate limit; `retry_after` seconds
    ├── Unavailable       503  a part we depend on is down
    │   └── Starting      503  it has not read what it serves yet
    └── Broken            500  our own state is wrong (bad snapshot, wrong model); needs an operator

Each class carries its HTTP status and the `code` of the error body
`{"error": {"code", "message"}}`. The command line exits 2 on `BadInput`, `NotFound` and
`Conflict`, and 1 on the rest.
"""

from typing import ClassVar


class TownclerkError(Exception):
    """Base of every error that Townclerk raises on purpose."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    exit_status: ClassVar[int] = 1

    @property
    def message(self) -> str:
        return str(self)


class BadInput(TownclerkError):
    """The input breaks a rule; say the rule, the value and the next step."""

    status = 400
    code = "bad_input"
    exit_status = 2


class Unauthenticated(BadInput):
    """Who calls is not known: the session or login is missing, forged or too old."""

    status = 401
    code = "unauthenticated"


class Refused(BadInput):
    """The caller may not do this."""

    status = 403
    code = "refused"


class NotFound(TownclerkError):
    """No such city, source, answer, ..."""

    status = 404
    code = "not_found"
    exit_status = 2


class Conflict(TownclerkError):
    """It exists already, or another run holds it."""

    status = 409
    code = "conflict"
    exit_status = 2


class TooLarge(TownclerkError):
    """A body, file or page over its limit."""

    status = 413
    code = "too_large"


class TooMany(TownclerkError):
    """A rate limit was reached; try again after `retry_after` seconds."""

    status = 429
    code = "too_many"

    def __init__(self, message: str, *, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(TownclerkError):
    """A part that is needed is down or late."""

    status = 503
    code = "unavailable"


class Starting(Unavailable):
    """A part that is needed runs, but has not read what it serves yet."""

    code = "starting"


class Broken(TownclerkError):
    """Our own state is wrong and an operator must act; the message says how."""

    status = 500
    code = "broken"
