"""The way other processes talk to the search service. Light: pydantic and aiohttp only.

Every failure becomes an error of `townclerk.errors`: what the caller did wrong keeps its class,
a service that is down, late or answers nonsense is `Unavailable`.
"""

from collections.abc import Mapping
from types import TracebackType
from typing import Self, TypeVar

import aiohttp
from pydantic import BaseModel, TypeAdapter, ValidationError

from index.schemas.operations import PruneResponse, SnapshotInfo, StatusResponse, Storage, SyncResponse, Verified
from index.schemas.pins import PinEntry, PinRequest
from index.schemas.search import (
    AskedQuestion,
    Explanation,
    FaqEntry,
    FeedbackRequest,
    FeedbackResponse,
    ImportResult,
    RevokeRequest,
    RevokeResponse,
    SearchRequest,
    SearchResponse,
)
from townclerk.errors import (
    BadInput,
    Broken,
    Conflict,
    NotFound,
    Refused,
    TooLarge,
    TooMany,
    TownclerkError,
    Unavailable,
)

Response = TypeVar("Response")
_BY_STATUS: Mapping[int, type[TownclerkError]] = {
    kind.status: kind for kind in (BadInput, Refused, NotFound, Conflict, TooLarge, Unavailable, Broken)
}


class IndexClient:
    """One connection pool to the search service; close it, or use `async with`.

    `timeout` is seconds for a whole call. May be made before an event loop runs.
    """

    def __init__(self, base_url: str, *, timeout: float = 4.0, token: str = "") -> None:
        self._base = base_url.rstrip("/")
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def search(self, request: SearchRequest) -> SearchResponse:
        """Ask. Raises NotFound for an unknown city."""
        return await self._call("POST", "/search", TypeAdapter(SearchResponse), body=request)

    async def feedback(self, request: FeedbackRequest) -> FeedbackResponse:
        """Vote. Raises NotFound for an answer that was never given."""
        return await self._call("POST", "/feedback", TypeAdapter(FeedbackResponse), body=request)

    async def import_faqs(self, data: bytes, *, city: str) -> ImportResult:
        """Import a CSV file. Raises BadInput when no row can be read."""
        form = aiohttp.FormData()
        form.add_field("file", data, filename="faqs.csv", content_type="text/csv")
        form.add_field("city", city)
        return await self._call("POST", "/faqs", TypeAdapter(ImportResult), body=form)

    async def faqs(self, city: str | None = None) -> list[FaqEntry]:
        """The stored FAQs, of one city or all."""
        return await self._call("GET", "/faqs", TypeAdapter(list[FaqEntry]), query=_given(city=city))

    async def questions(
        self, *, limit: int = 100, unanswered: bool = False, city: str | None = None
    ) -> list[AskedQuestion]:
        """Recent questions, newest first."""
        query = _given(limit=str(limit), unanswered=str(unanswered).lower(), city=city)
        return await self._call("GET", "/questions", TypeAdapter(list[AskedQuestion]), query=query)

    async def status(self) -> StatusResponse:
        """What serves now."""
        return await self._call("GET", "/status", TypeAdapter(StatusResponse))

    async def sync(self, *, anew: bool = False) -> SyncResponse:
        """Catch up with pages and FAQs now; returns when that is done. `anew` compares all of them."""
        return await self._call("POST", "/sync", TypeAdapter(SyncResponse), query={"anew": str(anew).lower()})

    async def roll_back(self, *, to: str = "") -> StatusResponse:
        """Serve the content before the present one, or of the snapshot named."""
        return await self._call("POST", "/rollback", TypeAdapter(StatusResponse), query=_given(to=to or None))

    async def storage(self) -> Storage:
        """Bytes on disk and in memory."""
        return await self._call("GET", "/storage", TypeAdapter(Storage))

    async def snapshots(self) -> list[SnapshotInfo]:
        """The snapshots to go back to, newest first."""
        return await self._call("GET", "/snapshots", TypeAdapter(list[SnapshotInfo]))

    async def verify(self) -> Verified:
        """Check every file of every snapshot."""
        return await self._call("POST", "/verify", TypeAdapter(Verified))

    async def prune(self, *, embeddings: bool) -> PruneResponse:
        """Remove what is not needed to serve."""
        query = {"embeddings": str(embeddings).lower()}
        return await self._call("POST", "/prune", TypeAdapter(PruneResponse), query=query)

    async def revoke(self, request: RevokeRequest) -> RevokeResponse:
        """Undo votes."""
        return await self._call("POST", "/votes/revoke", TypeAdapter(RevokeResponse), body=request)

    async def pins(self, city: str | None = None) -> list[PinEntry]:
        """The pinned answers, of one city or all."""
        return await self._call("GET", "/pins", TypeAdapter(list[PinEntry]), query=_given(city=city))

    async def add_pin(self, request: PinRequest) -> PinEntry:
        """Pin an answer."""
        return await self._call("POST", "/pins", TypeAdapter(PinEntry), body=request)

    async def remove_pin(self, id: int) -> None:
        """Remove a pin. Raises NotFound."""
        await self._call("DELETE", f"/pins/{id}", TypeAdapter(None))

    async def explain(self, request: SearchRequest, *, pins: bool = True) -> Explanation:
        """Why the candidates stand in this order, also as it were without `pins`."""
        query = _given(text=request.text, city=request.city, limit=str(request.limit), pins=str(pins).lower())
        query |= {"history": list(request.history)}
        return await self._call("GET", "/explain", TypeAdapter(Explanation), query=query)

    async def _call(
        self,
        method: str,
        path: str,
        shape: TypeAdapter[Response],
        *,
        body: BaseModel | aiohttp.FormData | None = None,
        query: Mapping[str, str | list[str]] | None = None,
    ) -> Response:
        headers = self._headers | {"Content-Type": "application/json"} if isinstance(body, BaseModel) else self._headers
        data = body.model_dump_json().encode() if isinstance(body, BaseModel) else body
        try:
            async with self._open().request(
                method, self._base + path, data=data, headers=headers, params=query
            ) as reply:
                return _read(reply.status, await reply.read(), shape)
        except TimeoutError as error:
            raise Unavailable(f"The search service did not answer within {self._timeout.total} s.") from error
        except aiohttp.ClientError as error:
            raise Unavailable(
                f"The search service at {self._base} cannot be reached ({type(error).__name__}). `townclerk doctor` shows what runs."
            ) from error

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout, trust_env=False)
        return self._session


def _read(status: int, body: bytes, shape: TypeAdapter[Response]) -> Response:
    if status >= 400:
        raise _error(status, body)
    try:
        return shape.validate_json(body or b"null")
    except ValidationError as error:
        raise Unavailable(
            "The search service answered in an unknown form; it may be of another version. Restart Townclerk."
        ) from error


class _ErrorDetail(BaseModel):
    code: str
    message: str


class _ErrorBody(BaseModel):
    error: _ErrorDetail


def _error(status: int, body: bytes) -> TownclerkError:
    try:
        message = _ErrorBody.model_validate_json(body).error.message
    except ValidationError:
        message = f"The search service answered {status}."
    return TooMany(message) if status == TooMany.status else _BY_STATUS.get(status, Unavailable)(message)


def _given(**values: str | None) -> dict[str, str | list[str]]:
    return {name: value for name, value in values.items() if value is not None}
