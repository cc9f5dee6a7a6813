"""The one place where the console talks to other processes; every failure becomes an error of ours."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import aiohttp
from pydantic import BaseModel, TypeAdapter, ValidationError

from townclerk.errors import BadInput, Conflict, NotFound, TooLarge, TooMany, TownclerkError, Unavailable
from townclerk.settings import Settings

Process = Literal["index", "crawler"]
Shape = TypeVar("Shape")
NAMES: Mapping[Process, str] = {"index": "search service", "crawler": "crawl service"}
_KINDS: Mapping[int, type[TownclerkError]] = {k.status: k for k in (BadInput, NotFound, Conflict, TooLarge)}


@dataclass(frozen=True)
class Call:
    """One request: `path` below the process's address, with a query, a JSON body or a form."""

    method: str
    path: str
    query: Mapping[str, str] | None = None
    body: BaseModel | aiohttp.FormData | None = None
    seconds: float = 10.0


class Caller:
    """Sends calls to one process over the gateway's connection pool."""

    def __init__(self, http: aiohttp.ClientSession, settings: Settings, process: Process) -> None:
        self._http = http
        self._base = settings.url(process)
        self._name = NAMES[process]
        token = settings.service_token.get_secret_value()
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    async def read(self, call: Call, shape: type[Shape]) -> Shape:
        """The answer in the given shape. Raises what the process refused, or Unavailable."""
        body = await self.raw(call)
        try:
            return TypeAdapter(shape).validate_json(body)
        except ValidationError as error:
            raise Unavailable(
                f"The {self._name} answered in an unknown form; restart Townclerk so that all parts have one version."
            ) from error

    async def raw(self, call: Call) -> bytes:
        """The answer's bytes."""
        given: dict[str, Any] = {"headers": self._headers, "params": call.query}
        if isinstance(call.body, BaseModel):
            given["json"] = call.body.model_dump(mode="json", exclude_none=True)
        elif call.body is not None:
            given["data"] = call.body
        limit = aiohttp.ClientTimeout(total=call.seconds)
        try:
            async with self._http.request(call.method, self._base + call.path, timeout=limit, **given) as reply:
                content = await reply.read()
        except TimeoutError as error:
            raise Unavailable(
                f"The {self._name} did not answer within {call.seconds:.0f} s. It may be busy; try again."
            ) from error
        except aiohttp.ClientError as error:
            raise Unavailable(
                f"The {self._name} cannot be reached. `townclerk doctor` shows what runs and how to mend it."
            ) from error
        if reply.status >= 400:
            raise self._error(reply.status, content)
        return content

    def _error(self, status: int, content: bytes) -> TownclerkError:
        try:
            message = _Body.model_validate_json(content).error.message
        except ValidationError:
            message = f"The {self._name} answered {status}."
        return TooMany(message) if status == TooMany.status else _KINDS.get(status, Unavailable)(message)


class _Detail(BaseModel):
    message: str


class _Body(BaseModel):
    error: _Detail
