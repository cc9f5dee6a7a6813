"""Times chat questions through the whole path of a running Townclerk, and where the time went.

    .venv/bin/python scripts/measure_chat.py QUESTIONS.jsonl --city ID [--count 200] [--gateway URL]

QUESTIONS.jsonl has a `text` a line (and may have a `city`). Each different question is asked
once, one after another, each in a session of its own. Prints p50, p95 and p99 in milliseconds
of the whole request as the client sees it and of each part that the gateway reports in its
`Server-Timing` header, how many were answered, and each process's resident memory.
"""

import argparse
import json
import re
import statistics
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

import httpx
import psutil

from townclerk.settings import load


def main() -> int:
    """Ask, measure, print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--city", required=True, help="city of the questions that name none")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--gateway", default="")
    options = parser.parse_args()
    settings = load()
    asked = different(options.questions, options.city, count=options.count)
    took, outcomes = ask_all(options.gateway or settings.url("gateway"), asked)
    result = {
        "questions": len(asked),
        "outcomes": dict(outcomes),
        "milliseconds": {part: spread(values) for part, values in took.items()},
        "resident_mib": resident(settings.home / "processes.json"),
    }
    sys.stdout.write(json.dumps(result, indent=2) + "\n")
    return 0


def different(file: Path, city: str, *, count: int) -> list[tuple[str, str]]:
    """The first `count` different (question, city) pairs of the file."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    pairs = dict.fromkeys((row["text"][:2000], row.get("city") or city) for row in rows)
    return list(pairs)[:count]


def ask_all(gateway: str, asked: list[tuple[str, str]]) -> tuple[dict[str, list[float]], Counter[str]]:
    """Milliseconds by part, and how the questions ended."""
    took: dict[str, list[float]] = defaultdict(list)
    outcomes: Counter[str] = Counter()
    with httpx.Client(base_url=gateway, timeout=15) as http:
        for text, city in asked:
            began = time.perf_counter()
            reply = http.post("/chat", json={"text": text, "city": city})
            took["whole request"].append((time.perf_counter() - began) * 1000)
            reply.raise_for_status()
            for part, ms in re.findall(r"([\w-]+)[^,]*?;dur=([\d.]+)", reply.headers.get("server-timing", "")):
                took[part].append(float(ms))
            answered = any(message.get("answers") for message in reply.json()["messages"])
            outcomes["answered" if answered else "not answered"] += 1
    return took, outcomes


def spread(values: list[float]) -> dict[str, float]:
    """p50, p95, p99 and the number of values."""
    cuts = statistics.quantiles(values, n=100, method="inclusive")
    return {"p50": round(cuts[49], 1), "p95": round(cuts[94], 1), "p99": round(cuts[98], 1), "n": len(values)}


def resident(file: Path) -> dict[str, int]:
    """Resident memory of each process that the launcher started, in MiB."""
    pids: dict[str, int] = json.loads(file.read_text(encoding="utf-8"))["processes"]
    return {name: round(psutil.Process(pid).memory_info().rss / 2**20) for name, pid in pids.items()}


if __name__ == "__main__":
    sys.exit(main())
