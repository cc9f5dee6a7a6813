"""A crawl service and a search service on loopback with scripted contents and named faults.

They answer in the contracts' own shapes, so a page that misreads one fails here.
"""

import csv
import io
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

HOSTILE = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
EARLIER = datetime.now(UTC) - timedelta(hours=2)


def iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def run(id: int = 7, status: str = "succeeded", **changes: Any) -> dict[str, Any]:
    counts = {"found": 34, "added": 3, "changed": 2, "unchanged": 26, "gone": 0, "failed": 1, "skipped": 2}
    base = {
        "run": id, "source": "alder-falls-1", "city": "alder-falls", "url": "https://www.alder-falls.example/", "status": status,
        "reason": "", "counts": counts, "seconds": 12.4, "queued_at": iso(EARLIER), "started_at": iso(EARLIER), "finished_at": iso(EARLIER),
    }  # fmt: skip
    return base | changes


def source(**changes: Any) -> dict[str, Any]:
    base = {
        "id": "alder-falls-1", "url": "https://www.alder-falls.example/", "city": "alder-falls", "schedule": "0 3 * * *", "depth": 10,
        "max_pages": 5000, "include": "", "exclude": "/calendar/", "next_due_at": iso(EARLIER + timedelta(hours=9)), "pages": 31, "last_run": run(),
    }  # fmt: skip
    return base | changes


def question(text: str = "How do I pay my water bill?", **changes: Any) -> dict[str, Any]:
    base = {
        "id": "s1", "asked_at": iso(EARLIER), "text": text, "city": "alder-falls", "channel": "web", "refused": False, "confidence": "high",
        "answer": "Pay online at bills.alder-falls.example at any hour.", "title": "Pay your water bill", "url": "https://www.alder-falls.example/services/pay-water-bill",
        "jurisdiction": "alder-falls", "milliseconds": 21.5, "votes": {"up": 3, "down": 1},
    }  # fmt: skip
    return base | changes


def faq(id: int = 1, **changes: Any) -> dict[str, Any]:
    base = {
        "id": id, "city": "alder-falls", "question": "What does a dog license cost?", "answer": "It is $18 a year, or $9 when the dog is spayed or neutered.",
        "url": "https://www.alder-falls.example/services/pet-licenses", "language": "en", "valid_from": None, "valid_until": None,
        "owner": "City Clerk", "review_by": "2026-01-31", "updated_at": iso(EARLIER), "revision": 3,
    }  # fmt: skip
    return base | changes


def faq_change(revision: int = 3, **changes: Any) -> dict[str, Any]:
    old = {name: value for name, value in faq().items() if name not in ("id", "updated_at", "revision")} | {
        "gone": False
    }
    base = {"revision": revision, "faq": 1, "at": iso(EARLIER), "by": "ada", "before": old | {"answer": "It is $15 a year."}, "after": old}  # fmt: skip
    return base | changes


def synonym(id: int = 1, **changes: Any) -> dict[str, Any]:
    base = {"id": id, "terms": ["trash", "refuse"], "meaning": "", "city": None, "active": True, "changed_by": "starter list", "changed_at": iso(EARLIER)}  # fmt: skip
    return base | changes


def candidate(**changes: Any) -> dict[str, Any]:
    vote = {"question": "pay water", "vote": "up", "similarity": 0.91, "weight": 0.8, "created_at": iso(EARLIER)}
    base = {
        "passage": "p1", "kind": "passage", "title": "Pay your water bill", "url": "https://www.alder-falls.example/services/pay-water-bill",
        "jurisdiction": "alder-falls", "excerpt": "Pay online at bills.alder-falls.example at any hour.", "score": 0.812, "confidence": "high",
        "parts": {"dense": 0.78, "keywords": 0.91, "bm25": 8.97}, "vote_adjustment": 0.041, "votes": [vote],
    }  # fmt: skip
    return base | changes


def pin(id: int = 4, **changes: Any) -> dict[str, Any]:
    base = {
        "id": id, "city": "alder-falls", "wordings": ["Is trash collected today?", "trash today"], "kind": "passage", "place": "alder-falls",
        "document": "page:3", "passage": "p9", "url": "https://www.alder-falls.example/storm", "title": "Storm closings", "text": "Trash is collected again on Friday.",
        "valid_from": None, "valid_until": "2099-01-31", "active": True, "state": "in_force", "problem": "", "votes": {"up": 2, "down": 5},
        "created_at": iso(EARLIER), "created_by": "clerk", "changed_at": iso(EARLIER), "changed_by": "clerk",
    }  # fmt: skip
    return base | changes


def held_change(path: str = "fees", **changes: Any) -> dict[str, Any]:
    base = {"url": f"https://www.alder-falls.example/{path}", "kind": "missing", "reason": "HTTP 404", "before": "Fees\nA permit costs $40.", "after": ""}  # fmt: skip
    return base | changes


@dataclass
class BackEnds:
    """What the two services hold, and the calls that reached them."""

    sources: list[dict[str, Any]] = field(default_factory=lambda: [source(), source(id="port-maren-1", url="https://www.port-maren.example/", city="port-maren", exclude="", schedule="", next_due_at=None, pages=0, last_run=None)])  # fmt: skip
    runs: list[dict[str, Any]] = field(default_factory=lambda: [run(), run(6, "held", reason="40 % of the pages were missing; nothing was removed."), run(5, "failed")])  # fmt: skip
    changes: list[dict[str, Any]] = field(default_factory=lambda: [held_change(), held_change("hours", kind="changed", reason="12 pages changed into one and the same text", after="Alder Falls\nThese pages move.")])  # fmt: skip
    outcomes: list[dict[str, Any]] = field(default_factory=lambda: [
        {"url": "https://www.alder-falls.example/", "outcome": "unchanged", "reason": ""},
        {"url": "https://www.alder-falls.example/news/2026-recycling-changes", "outcome": "added", "reason": ""},
        {"url": "https://www.alder-falls.example/documents/annual-report-2019.pdf", "outcome": "failed", "reason": "the PDF is encrypted"},
        {"url": "https://www.alder-falls.example/calendar/2026/11", "outcome": "skipped", "reason": "matches the exclude pattern"},
    ])  # fmt: skip
    questions: list[dict[str, Any]] = field(default_factory=lambda: [
        question(), question("Can I keep bees?", id="s2", refused=True, confidence="low", answer="", title="", url="", jurisdiction="", votes={"up": 0, "down": 0}),
        question("What is the property tax rate?", id="s3", channel="sms", confidence="medium", jurisdiction="tamarack-county", title="Property tax", answer="The rate for 2026 is $9.84 for each $1,000 of assessed value.", votes={"up": 0, "down": 0}),
    ])  # fmt: skip
    faqs: list[dict[str, Any]] = field(default_factory=lambda: [faq(), faq(2, question="Where is City Hall?", answer="200 Mill Street.", url="", review_by=None)])  # fmt: skip
    faq_changes: list[dict[str, Any]] = field(default_factory=lambda: [faq_change()])
    planned: dict[str, Any] = field(default_factory=lambda: {
        "new": [{"line": 2, "before": None, "after": faq_change()["after"]}], "absent": ["Where is City Hall?"],
        "changed": [{"line": 3, "before": faq_change()["before"], "after": faq_change()["after"]}],
    })  # fmt: skip
    synonyms: list[dict[str, Any]] = field(default_factory=lambda: [synonym(), synonym(2, terms=["BRT"], meaning="Board of Revision of Taxes", city="alder-falls", active=False, changed_by="clerk")])  # fmt: skip
    candidates: list[dict[str, Any]] = field(default_factory=lambda: [candidate(), candidate(kind="faq", title="Water bills", vote_adjustment=-0.02, votes=[], score=0.5)])  # fmt: skip
    pins: list[dict[str, Any]] = field(default_factory=lambda: [pin(), pin(5, wordings=["Where do I vote?"], kind="page", title="Elections", text="", state="broken", problem="The page is gone.", valid_until=None)])  # fmt: skip
    alike: list[dict[str, Any]] = field(default_factory=lambda: [{"text": "are beehives allowed", "times": 3, "similarity": 0.71}, {"text": "chickens in my yard", "times": 1, "similarity": 0.66}])  # fmt: skip
    alarms: list[str] = field(default_factory=list)
    index_status: dict[str, Any] = field(default_factory=dict)
    explanation: dict[str, Any] = field(default_factory=dict)
    calls: list[tuple[str, Any]] = field(default_factory=list)


def application(held: BackEnds) -> FastAPI:
    """Both services on one port: their paths do not overlap."""
    app = FastAPI()
    _crawler(app, held)
    _index(app, held)

    @app.get("/health/ready")
    async def ready() -> dict[str, str]:
        return {"status": "ready"}

    return app


def _refusal(status: int, message: str) -> JSONResponse:
    return JSONResponse({"error": {"code": "x", "message": message}}, status)


def _crawler(app: FastAPI, held: BackEnds) -> None:  # noqa: C901 - a list of routes, none with more than one branch
    @app.get("/sources")
    async def sources() -> dict[str, Any]:
        return {"sources": held.sources}

    @app.post("/sources", status_code=201)
    async def add(request: Request) -> Response:
        wanted = await request.json()
        held.calls.append(("add", wanted))
        if not wanted["url"].startswith("http"):
            return _refusal(400, f"A source is an http or https address; got {wanted['url']!r}.")
        held.sources.append(source(id="alder-falls-2", last_run=None) | wanted)
        return JSONResponse(held.sources[-1], 201)

    @app.delete("/sources/{id}")
    async def remove(id: str) -> dict[str, Any]:
        held.calls.append(("remove", id))
        held.sources = [s for s in held.sources if s["id"] != id]
        return {"source": id, "pages": 31}

    @app.get("/sources/{id}/held")
    async def changes(id: str) -> dict[str, Any]:
        return {"source": id, "run": 6, "changes": held.changes}

    @app.post("/sources/{id}/held/accept")
    async def accept(id: str, request: Request) -> Response:
        wanted = await request.json()
        held.calls.append(("accept", (id, wanted)))
        if not wanted["urls"] and not wanted["everything"]:
            return _refusal(400, "Name the addresses whose changes to accept, or accept all.")
        left = [c for c in held.changes if c["url"] not in wanted["urls"] and not wanted["everything"]]
        done, held.changes = len(held.changes) - len(left), left
        return JSONResponse({"source": id, "changed": 0, "removed": done, "left": len(left)})

    @app.post("/crawls", status_code=202)
    async def crawl(request: Request) -> dict[str, Any]:
        wanted = await request.json()
        held.calls.append(("crawl", wanted))
        held.runs.insert(0, run(8, "running", source=wanted["source_id"], finished_at=None))
        return held.runs[0]

    @app.get("/runs")
    async def runs(limit: int = 50) -> dict[str, Any]:
        return {"runs": held.runs[:limit]}

    @app.get("/runs/{id}")
    async def one(id: int, offset: int = 0, limit: int = 100, kind: str = "") -> Response:
        found = next((r for r in held.runs if r["run"] == id), None)
        if found is None:
            return _refusal(404, f"There is no run {id}.")
        wanted = [o for o in held.outcomes if kind in ("", o["outcome"])]
        end = offset + limit
        return JSONResponse(found | {"outcomes": wanted[offset:end], "next_offset": end if end < len(wanted) else None})


def _index(app: FastAPI, held: BackEnds) -> None:  # noqa: C901 - a list of routes, none with more than one branch
    @app.get("/status")
    async def status() -> dict[str, Any]:
        return {"home": "", "ready": True, "snapshot": "snap-000012", "model": "bundled", "revision": "r1", "passages": 412, "pages": 58, "faqs": 44, "votes": 9, "held_votes": 1, "alarms": held.alarms, **held.index_status}  # fmt: skip

    @app.get("/questions")
    async def questions(limit: int = 100, unanswered: bool = False) -> list[dict[str, Any]]:
        return [q for q in held.questions if q["refused"] or not unanswered][:limit]

    @app.get("/faqs")
    async def faqs(city: str = "") -> list[dict[str, Any]]:
        return [f for f in held.faqs if city in ("", f["city"])]

    @app.get("/faqs/changes")
    async def faq_changes() -> list[dict[str, Any]]:
        return held.faq_changes

    @app.get("/faqs.csv")
    async def faqs_csv() -> Response:
        return Response("question,answer\r\nA,B\r\n", media_type="text/csv")

    @app.post("/faqs/preview")
    async def preview(request: Request) -> Response:
        async with request.form() as form:
            data = await form["file"].read()  # type: ignore[union-attr]
        if b"question" not in data:
            return _refusal(400, "A line must name the columns question and answer.")
        return JSONResponse(
            {"revision": 3, "unchanged": 1, "rejected": [{"line": 4, "reason": HOSTILE}], **held.planned}
        )

    @app.post("/faqs")
    async def put(request: Request) -> Response:
        async with request.form() as form:
            data = await form["file"].read()  # type: ignore[union-attr]
        held.calls.append(("faqs", (data, form["city"])))
        rows = list(csv.DictReader(io.StringIO(data.decode())))
        if not rows or "question" not in rows[0]:
            return _refusal(400, "The first line must name the columns question and answer.")
        bad = [{"line": n, "reason": "the answer is empty"} for n, r in enumerate(rows, 2) if not r["answer"]]
        return JSONResponse({"imported": len(rows) - len(bad), "updated": 0, "unchanged": 0, "rejected": bad})

    @app.put("/faqs")
    async def add_faq(request: Request) -> Response:
        return await _save_faq(request, 9)

    @app.put("/faqs/{id}")
    async def change_faq(id: int, request: Request) -> Response:
        return await _save_faq(request, id)

    async def _save_faq(request: Request, id: int) -> Response:
        fields = await request.json()
        held.calls.append(("faq", (id, fields)))
        if not fields["answer"]:
            return _refusal(400, "The FAQ was not stored: the answer is empty.")
        dates = {name: value or None for name, value in fields.items() if "valid" in name}
        return JSONResponse(faq(id, **fields | dates))

    @app.delete("/faqs/{id}", status_code=204)
    async def delete(id: int) -> None:
        held.calls.append(("unfaq", id))

    @app.get("/synonyms")
    async def synonyms(city: str = "") -> list[dict[str, Any]]:
        return [s for s in held.synonyms if city in ("", s["city"])]

    @app.get("/synonyms.csv")
    async def synonyms_csv() -> Response:
        return Response("terms,meaning\r\na = b,\r\n", media_type="text/csv")

    @app.post("/synonyms/import")
    async def import_synonyms(request: Request) -> Response:
        async with request.form() as form:
            data = await form["file"].read()  # type: ignore[union-attr]
        held.calls.append(("import synonyms", (data, form["city"], form["by"])))
        if b"terms" not in data:
            return _refusal(400, "The first line must name the column terms.")
        return JSONResponse({"imported": 1, "updated": 0, "unchanged": 0, "rejected": [{"line": 3, "reason": "One term alone"}]})  # fmt: skip

    @app.post("/synonyms", status_code=201)
    async def add_synonym(request: Request) -> Response:
        return await _put(request, 9)

    @app.put("/synonyms/{id}")
    async def change_synonym(id: int, request: Request) -> Response:
        return await _put(request, id)

    async def _put(request: Request, id: int) -> Response:
        wanted = await request.json()
        held.calls.append(("synonym", (id, wanted)))
        if len(wanted["terms"]) == 1 and not wanted["meaning"]:
            return _refusal(400, f"One term alone means nothing else; got {wanted['terms'][0]!r}.")
        return JSONResponse(synonym(id, **{"city": None} | {k: v for k, v in wanted.items() if k != "by"}))

    @app.post("/synonyms/{id}/active")
    async def switch_synonym(id: int, request: Request) -> dict[str, Any]:
        wanted = await request.json()
        held.calls.append(("switch", (id, wanted)))
        return synonym(id, active=wanted["active"])

    @app.delete("/synonyms/{id}", status_code=204)
    async def remove_synonym(id: int) -> None:
        held.calls.append(("unsynonym", id))

    _pins(app, held)

    @app.get("/explain")
    async def explain(text: str) -> dict[str, Any]:
        return {"text": text, "city": "alder-falls", "layers": ["alder-falls", "tamarack-county"], "refused": False, "confidence": "high", "candidates": held.candidates, "timings_ms": {"total": 20.0}, **held.explanation}  # fmt: skip


def _pins(app: FastAPI, held: BackEnds) -> None:
    @app.get("/pins")
    async def pins(city: str = "") -> list[dict[str, Any]]:
        return [p for p in held.pins if city in ("", p["city"])]

    @app.get("/pins/alike")
    async def alike(text: str, city: str) -> list[dict[str, Any]]:
        return held.alike

    @app.post("/pins", status_code=201)
    async def add(request: Request) -> Response:
        wanted = await request.json()
        held.calls.append(("pin", wanted))
        if wanted["url"].endswith("none"):
            return _refusal(404, "No page is searched there.")
        held.pins.insert(0, pin(6, **{name: wanted[name] for name in ("city", "wordings", "active")}))
        return JSONResponse(held.pins[0], 201)

    @app.put("/pins/{id}")
    async def change(id: int, request: Request) -> Response:
        wanted = await request.json()
        held.calls.append(("repin", wanted))
        if not wanted["wordings"]:
            return _refusal(400, "A pin needs a question.")
        return JSONResponse(pin(id, **{name: wanted[name] for name in ("city", "wordings", "active")}))

    @app.delete("/pins/{id}", status_code=204)
    async def remove(id: int) -> None:
        held.calls.append(("unpin", id))
        held.pins = [p for p in held.pins if p["id"] != id]
