"""A search service on loopback with answers and faults that a test names."""

import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

Fault = Literal["", "slow", "500", "not_json", "wrong_form", "hangs_up", "not_found", "starting"]
SLOW_SECONDS = 5.0

_FAULTY = {
    "starting": (503, '{"error": {"code": "starting", "message": "The search service is starting."}}'),
    "not_found": (404, '{"error": {"code": "not_found", "message": "There is no such city."}}'),
    "500": (500, '{"error": {"code": "internal", "message": "Something went wrong."}}'),
    "not_json": (200, "<html>"),
    "wrong_form": (200, '{"answers": 3}'),
}


def answer(number: int, *, jurisdiction: str = "alder-falls", confidence: str = "high") -> dict[str, Any]:
    """An answer as the search service gives it."""
    return {
        "id": f"answer-{number}",
        "kind": "passage",
        "title": f"Page {number}",
        "heading": "Fees",
        "excerpt": f"The fee is {number} dollars.",
        "highlights": [[0, 7]],
        "url": f"https://falls.example/{number}",
        "jurisdiction": jurisdiction,
        "score": 0.9,
        "confidence": confidence,
        "checked_at": "2026-11-20T10:00:00+00:00",
        "passage": f"passage-{number}",
    }


@dataclass
class FakeIndex:
    """What it says, what goes wrong, and what it was asked."""

    answers: list[dict[str, Any]] = field(default_factory=lambda: [answer(n) for n in (1, 2, 3)])
    by_text: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    refused: bool = False
    fault: Fault = ""
    searches: list[dict[str, Any]] = field(default_factory=list)
    votes: list[dict[str, Any]] = field(default_factory=list)

    def reset(self) -> None:
        """As new."""
        self.__dict__.update(FakeIndex().__dict__)

    def reply(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """What a sound service says."""
        if path == "/feedback":
            self.votes.append(body)
            return {"recorded": True, "votes": {"up": 1, "down": 0}}
        self.searches.append(body)
        layers = [body["city"], "us"] if body.get("city") else ["us"]
        answers = self.by_text.get(body["text"], self.answers)
        return {"answers": answers, "refused": self.refused or not answers, "city": body.get("city"), "layers": layers}


def serve(index: FakeIndex, port: int) -> ThreadingHTTPServer:
    """Serve `index` in a thread; `shutdown()` stops it."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            fault = index.fault
            if fault == "hangs_up":
                self.close_connection = True
                return
            if fault == "slow":
                time.sleep(SLOW_SECONDS)
            self._send(*_FAULTY.get(fault, (200, "")) if fault else (200, json.dumps(index.reply(self.path, body))))

        def _send(self, status: int, text: str) -> None:
            data = text.encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server
