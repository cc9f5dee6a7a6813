"""The client of the search service. Light: pydantic and aiohttp only."""

from index.schemas.faqs import FaqChange, FaqEntry, FaqRequest, ImportPreview, UndoRequest
from index.schemas.feedback import AskedQuestion, FeedbackRequest, FeedbackResponse, RevokeRequest, RevokeResponse
from index.schemas.operations import PruneResponse, SnapshotInfo, StatusResponse, StorageUsage, SyncResponse, Verified
from index.schemas.pins import PinEntry, PinRequest, SimilarQuestion
from index.schemas.search import Explanation, SearchRequest, SearchResponse
from index.schemas.synonyms import SynonymEntry, SynonymRule, SynonymSwitch
from townclerk.service_client import ServiceClient
from townclerk.spreadsheet_rows import ImportResult


class IndexClient(ServiceClient):
    """Every endpoint of the search service. An empty or absent `city` means all of them."""

    process = "index"
    name = "search service"

    async def search(self, request: SearchRequest) -> SearchResponse:
        """Answer a question. Raises NotFound for an unknown city."""
        return await self._call("POST", "/search", SearchResponse, body=request)

    async def explain(self, request: SearchRequest, *, pins: bool = True) -> Explanation:
        """Why the candidates stand in this order, on request as if there were no `pins`."""
        query = {"text": request.text, "city": request.city, "history": list(request.history)}
        query |= {"limit": str(request.limit), "pins": _flag(pins)}
        return await self._call("GET", "/explain", Explanation, query=query)

    async def feedback(self, request: FeedbackRequest) -> FeedbackResponse:
        """Vote on an answer. Raises NotFound for an answer that was never given."""
        return await self._call("POST", "/feedback", FeedbackResponse, body=request)

    async def revoke(self, request: RevokeRequest) -> RevokeResponse:
        """Undo votes."""
        return await self._call("POST", "/votes/revoke", RevokeResponse, body=request)

    async def questions(
        self, *, limit: int = 100, unanswered: bool = False, city: str | None = None
    ) -> list[AskedQuestion]:
        """Recent questions, newest first, personal data masked."""
        query = {"limit": limit, "unanswered": _flag(unanswered), "city": city}
        return await self._call("GET", "/questions", list[AskedQuestion], query=query)

    async def faqs(self, city: str | None = None, *, question: str | None = None) -> list[FaqEntry]:
        """Stored FAQs, or those of one question."""
        return await self._call("GET", "/faqs", list[FaqEntry], query={"city": city, "question": question})

    async def faq_changes(
        self, *, faq: int | None = None, city: str | None = None, before: int | None = None
    ) -> list[FaqChange]:
        """Who changed what, newest first, 100 at most."""
        query = {"faq": faq, "city": city, "before": before}
        return await self._call("GET", "/faqs/changes", list[FaqChange], query=query)

    async def undo_faq_change(self, revision: int, *, by: str) -> FaqEntry:
        """Take a change of a FAQ back. Raises NotFound, Conflict."""
        return await self._call("POST", f"/faqs/changes/{revision}/undo", FaqEntry, body=UndoRequest(by=by))

    async def faqs_csv(self, city: str | None = None) -> bytes:
        """Stored FAQs as a CSV file."""
        return await self._content("GET", "/faqs.csv", query={"city": city})

    async def import_faqs(self, data: bytes, *, city: str, by: str, revision: int | None = None) -> ImportResult:
        """Import a file. Raises BadInput when its header cannot be used, Conflict for a change since `revision`."""
        given = {} if revision is None else {"revision": str(revision)}
        return await self._upload("/faqs", ImportResult, data, city=city, by=by, **given)

    async def preview_import(self, data: bytes, *, city: str) -> ImportPreview:
        """What importing a file would do. Raises BadInput when its header cannot be used."""
        return await self._upload("/faqs/preview", ImportPreview, data, city=city)

    async def put_faq(self, faq: FaqRequest, *, id: int | None = None) -> FaqEntry:
        """Replace FAQ `id`, or add a FAQ or update the one with the same question. Raises BadInput, Conflict, NotFound."""
        return await self._call("PUT", "/faqs" if id is None else f"/faqs/{id}", FaqEntry, body=faq)

    async def remove_faq(self, id: int, *, by: str) -> None:
        """Delete a FAQ. Raises NotFound."""
        await self._content("DELETE", f"/faqs/{id}", query={"by": by})

    async def synonyms(self, city: str | None = None) -> list[SynonymEntry]:
        """Stored synonym rules; city `all`: those that hold in every city."""
        return await self._call("GET", "/synonyms", list[SynonymEntry], query={"city": city})

    async def synonyms_csv(self, city: str | None = None) -> bytes:
        """Stored synonym rules as a CSV file."""
        return await self._content("GET", "/synonyms.csv", query={"city": city})

    async def put_synonym(self, rule: SynonymRule, *, id: int | None = None) -> SynonymEntry:
        """Add a rule, or replace rule `id`. Raises BadInput, Conflict, NotFound."""
        method, path = ("POST", "/synonyms") if id is None else ("PUT", f"/synonyms/{id}")
        return await self._call(method, path, SynonymEntry, body=rule)

    async def switch_synonym(self, id: int, switch: SynonymSwitch) -> SynonymEntry:
        """Switch a rule off or on. Raises NotFound."""
        return await self._call("POST", f"/synonyms/{id}/active", SynonymEntry, body=switch)

    async def import_synonyms(self, data: bytes, *, city: str, by: str) -> ImportResult:
        """Import a CSV file of rules. Raises BadInput when its header cannot be used."""
        return await self._upload("/synonyms/import", ImportResult, data, city=city, by=by)

    async def remove_synonym(self, id: int) -> None:
        """Delete a rule. Raises NotFound."""
        await self._content("DELETE", f"/synonyms/{id}")

    async def pins(self, city: str | None = None) -> list[PinEntry]:
        """Pinned answers and the state of each."""
        return await self._call("GET", "/pins", list[PinEntry], query={"city": city})

    async def similar_questions(self, text: str, *, city: str) -> list[SimilarQuestion]:
        """What residents asked lately that may be the same question."""
        return await self._call("GET", "/pins/alike", list[SimilarQuestion], query={"text": text, "city": city})

    async def add_pin(self, request: PinRequest) -> PinEntry:
        """Pin an answer. Raises BadInput, NotFound."""
        return await self._call("POST", "/pins", PinEntry, body=request)

    async def change_pin(self, id: int, request: PinRequest) -> PinEntry:
        """Replace a pin's wordings, place, dates and state. Raises BadInput, NotFound."""
        return await self._call("PUT", f"/pins/{id}", PinEntry, body=request)

    async def remove_pin(self, id: int) -> None:
        """Remove a pin. Raises NotFound."""
        await self._content("DELETE", f"/pins/{id}")

    async def status(self) -> StatusResponse:
        """What is served now."""
        return await self._call("GET", "/status", StatusResponse)

    async def sync(self, *, anew: bool = False) -> SyncResponse:
        """Catch up with pages and FAQs; returns when that is done. `anew` compares all of them."""
        return await self._call("POST", "/sync", SyncResponse, query={"anew": _flag(anew)})

    async def roll_back(self, *, to: str = "") -> StatusResponse:
        """Serve the content before the present one, or of the snapshot named."""
        return await self._call("POST", "/rollback", StatusResponse, query={"to": to})

    async def storage(self) -> StorageUsage:
        """Bytes on disk and in memory."""
        return await self._call("GET", "/storage", StorageUsage)

    async def snapshots(self) -> list[SnapshotInfo]:
        """The snapshots to go back to, newest first."""
        return await self._call("GET", "/snapshots", list[SnapshotInfo])

    async def verify(self) -> Verified:
        """Compare every file of every snapshot with its checksum."""
        return await self._call("POST", "/verify", Verified)

    async def prune(self, *, embeddings: bool) -> PruneResponse:
        """Remove what is not needed to serve."""
        return await self._call("POST", "/prune", PruneResponse, query={"embeddings": _flag(embeddings)})


def _flag(value: bool) -> str:
    return str(value).lower()
