"""HTTP client of our own services: typed answers, and one mapping from failures to errors.

A service reports what its caller did wrong with a status and a message; both come back as the
matching class of `townclerk.errors`. A service that is down, late or answers in an unknown form
is `Unavailable`.
"""

from collections.abc import Mapping
from functools import cache
from types import TracebackType
from typing import Any, ClassVar, Literal, Self, TypeVar

import aiohttp
from pydantic import BaseModel, TypeAdapter, ValidationError

from townclerk.errors import (
    BadInput,
    Broken,
    Conflict,
    NotFound,
    Refused,
    Starting,
    TooLarge,
    TooMany,
    TownclerkError,
    Unavailable,
)
from townclerk.settings import Settings

Result = TypeVar("Result")
Query = Mapping[str, str | int | list[str] | None]
"""Query parameters by name; those that are None or empty are left out."""

_BY_STATUS: Mapping[int, type[TownclerkError]] = {
    error.status: error for error in (BadInput, Refused, NotFound, Conflict, TooLarge, TooMany, Unavailable, Broken)
}


class ServiceClient:
    """Connections to one service; close it, or use `async with`. May be made before an event loop runs.

    `timeout` is seconds for a whole call. With `http` the connections of that session are used, and
    the session is left open at the end.
    """

    process: ClassVar[Literal["index", "crawler"]]
    name: ClassVar[str]
    """What messages call the service."""

    def __init__(
        self, base_url: str, *, timeout: float = 4.0, token: str = "", http: aiohttp.ClientSession | None = None
    ) -> None:
        self._base = base_url.rstrip("/")
        self._timeout = timeout
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._session = http
        self._shared = http is not None

    @classmethod
    def of(cls, settings: Settings, *, timeout: float, http: aiohttp.ClientSession | None = None) -> Self:
        """A client of the service of this installation."""
        token = settings.service_token.get_secret_value()
        return cls(settings.url(cls.process), timeout=timeout, token=token, http=http)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections, unless they are shared."""
        if self._session is not None and not self._shared:
            await self._session.close()
            self._session = None

    async def _call(self, method: str, path: str, result: type[Result], **request: Any) -> Result:
        """Send a request and read the answer as `result`. Takes what `_content` takes."""
        content = await self._content(method, path, **request)
        try:
            adapter: TypeAdapter[Result] = _adapter(result)  # type: ignore[arg-type]  # types are hashable
            return adapter.validate_json(content)
        except ValidationError as error:
            raise Unavailable(
                f"The {self.name} answered in an unknown form; it may be of another version. Restart Townclerk."
            ) from error

    async def _upload(self, path: str, result: type[Result], data: bytes, **fields: str) -> Result:
        """Send a CSV file and form fields; waits up to a minute, as every row is checked."""
        form = aiohttp.FormData()
        form.add_field("file", data, filename="file.csv", content_type="text/csv")
        for field, value in fields.items():
            form.add_field(field, value)
        return await self._call("POST", path, result, body=form, seconds=max(60.0, self._timeout))

    async def _content(
        self,
        method: str,
        path: str,
        *,
        body: BaseModel | aiohttp.FormData | None = None,
        query: Query | None = None,
        seconds: float | None = None,
    ) -> bytes:
        """The bytes of the answer, waited for at most `seconds`. Raises the error that the service reports, or Unavailable."""
        headers, data = dict(self._headers), body
        if isinstance(body, BaseModel):
            headers["Content-Type"] = "application/json"
            data = body.model_dump_json(exclude_none=True).encode()  # type: ignore[assignment]
        parameters = {name: value for name, value in (query or {}).items() if value not in (None, "")}
        limit = aiohttp.ClientTimeout(total=seconds or self._timeout)
        try:
            async with self._open().request(
                method, self._base + path, data=data, headers=headers, params=parameters, timeout=limit
            ) as response:
                content = await response.read()
        except TimeoutError as error:
            raise Unavailable(f"The {self.name} did not answer within {limit.total:g} s; it may be busy.") from error
        except aiohttp.ClientError as error:
            raise Unavailable(
                f"The {self.name} cannot be reached at {self._base} ({type(error).__name__}). `townclerk doctor` shows what runs."
            ) from error
        if response.status >= 400:
            raise self._error(response.status, content)
        return content

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(trust_env=False)
        return self._session

    def _error(self, status: int, content: bytes) -> TownclerkError:
        try:
            error = _ErrorBody.model_validate_json(content).error
        except ValidationError:
            error = _ErrorDetail(message=f"The {self.name} answered {status}.")
        if error.code == Starting.code:
            return Starting(error.message)
        return _BY_STATUS.get(status, Unavailable)(error.message)


@cache
def _adapter(result: type[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(result)


class _ErrorDetail(BaseModel):
    code: str = ""
    message: str


class _ErrorBody(BaseModel):
    error: _ErrorDetail
