"""What the console asks of the search service beyond what `index.client` offers."""

import csv
import io

import aiohttp

from bot.admin.clients.http import Call, Caller
from index.schemas.faqs import FaqEntry, ImportResult
from index.schemas.feedback import AskedQuestion
from index.schemas.operations import StatusResponse
from index.schemas.pins import AlikeQuestion, PinEntry, PinRequest
from index.schemas.search import Explanation
from index.schemas.synonyms import SynonymEntry, SynonymRule, SynonymSwitch
from townclerk.settings import Settings

IMPORT_SECONDS = 60.0
COLUMNS = ("question", "answer", "url", "city")


class SearchService:
    """The search service as staff use it: longer waits than a resident's question has."""

    def __init__(self, http: aiohttp.ClientSession, settings: Settings) -> None:
        self._caller = Caller(http, settings, "index")

    async def status(self) -> StatusResponse:
        """What serves now."""
        return await self._caller.read(Call("GET", "/status", seconds=3), StatusResponse)

    async def questions(self, *, limit: int, unanswered: bool = False, city: str = "") -> list[AskedQuestion]:
        """Recent questions, newest first, personal data masked."""
        query = {"limit": str(limit), "unanswered": str(unanswered).lower()} | _city(city)
        return await self._caller.read(Call("GET", "/questions", query=query), list[AskedQuestion])

    async def explain(self, text: str, *, city: str = "") -> Explanation:
        """Why the candidates for a question stand in their order."""
        query = {"text": text, "limit": "10"} | _city(city)
        return await self._caller.read(Call("GET", "/explain", query=query), Explanation)

    async def faqs(self, city: str = "") -> list[FaqEntry]:
        """Stored FAQs."""
        return await self._caller.read(Call("GET", "/faqs", query=_city(city)), list[FaqEntry])

    async def faqs_csv(self, city: str = "") -> bytes:
        """The same as a CSV file."""
        return await self._caller.raw(Call("GET", "/faqs.csv", query=_city(city)))

    async def import_faqs(self, data: bytes, *, city: str) -> ImportResult:
        """Import a CSV file. Raises BadInput when the header cannot be used."""
        form = _file("faqs.csv", data, city=city)
        return await self._caller.read(Call("POST", "/faqs", body=form, seconds=IMPORT_SECONDS), ImportResult)

    async def put_faq(self, question: str, answer: str, *, url: str, city: str) -> ImportResult:
        """Add or replace one FAQ, through the same door as a file."""
        out = io.StringIO()
        csv.writer(out).writerows((COLUMNS, (question, answer, url, city)))
        return await self.import_faqs(out.getvalue().encode(), city=city)

    async def remove_faq(self, id: int) -> None:
        """Delete one FAQ."""
        await self._caller.raw(Call("DELETE", f"/faqs/{id}"))

    async def synonyms(self, city: str = "") -> list[SynonymEntry]:
        """Stored synonym rules."""
        return await self._caller.read(Call("GET", "/synonyms", query=_city(city)), list[SynonymEntry])

    async def synonyms_csv(self, city: str = "") -> bytes:
        """The same as a CSV file."""
        return await self._caller.raw(Call("GET", "/synonyms.csv", query=_city(city)))

    async def put_synonym(self, rule: SynonymRule, *, id: int | None) -> SynonymEntry:
        """Add a rule, or write it in place of a stored one."""
        method, path = ("POST", "/synonyms") if id is None else ("PUT", f"/synonyms/{id}")
        return await self._caller.read(Call(method, path, body=rule), SynonymEntry)

    async def import_synonyms(self, data: bytes, *, city: str, by: str) -> ImportResult:
        """Import a CSV file of rules. Raises BadInput when the header cannot be used."""
        form = _file("synonyms.csv", data, city=city, by=by)
        return await self._caller.read(
            Call("POST", "/synonyms/import", body=form, seconds=IMPORT_SECONDS), ImportResult
        )

    async def switch_synonym(self, id: int, wanted: SynonymSwitch) -> SynonymEntry:
        """Switch a rule off or on."""
        return await self._caller.read(Call("POST", f"/synonyms/{id}/active", body=wanted), SynonymEntry)

    async def remove_synonym(self, id: int) -> None:
        """Delete a rule."""
        await self._caller.raw(Call("DELETE", f"/synonyms/{id}"))

    async def pins(self, city: str = "") -> list[PinEntry]:
        """The pinned answers and how each stands."""
        return await self._caller.read(Call("GET", "/pins", query=_city(city)), list[PinEntry])

    async def alike(self, text: str, *, city: str) -> list[AlikeQuestion]:
        """What residents asked lately that may be the same question."""
        return await self._caller.read(
            Call("GET", "/pins/alike", query={"text": text} | _city(city)), list[AlikeQuestion]
        )

    async def add_pin(self, request: PinRequest) -> PinEntry:
        """Pin an answer."""
        return await self._caller.read(Call("POST", "/pins", body=request), PinEntry)

    async def change_pin(self, id: int, request: PinRequest) -> PinEntry:
        """Replace a pin's terms."""
        return await self._caller.read(Call("PUT", f"/pins/{id}", body=request), PinEntry)

    async def remove_pin(self, id: int) -> None:
        """Remove a pin."""
        await self._caller.raw(Call("DELETE", f"/pins/{id}"))


def _file(name: str, data: bytes, **fields: str) -> aiohttp.FormData:
    form = aiohttp.FormData()
    form.add_field("file", data, filename=name, content_type="text/csv")
    for field, value in fields.items():
        form.add_field(field, value)
    return form


def _city(city: str) -> dict[str, str]:
    return {"city": city} if city else {}
