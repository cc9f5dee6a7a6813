"""Writes docs/benchmarks.md and docs/images/benchmark.svg from what was measured."""

import argparse
import json
import os
import platform
import re
import subprocess
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from scripts.bench.turns import QUIET, USUAL, USUAL_HTTP, WHOLE, WHOLE_HTTP
from townclerk import clock
from townclerk.settings import CHECKOUT

COLUMNS = {
    "p50": "p50 ms", "p95": "p95 ms", "p99": "p99 ms", "recall": "recall@5", "wrong": "wrong city",
    "few": "fewer than 5", "build": "build s", "memory_mb": "memory MB", "disk_mb": "disk MB",
}  # fmt: skip
INTRO = """# Benchmarks

Written by `make bench`; do not edit by hand. {date}, {cpu}, {cores} cores seen, everything on one core with one thread.
{versions}. Command: `make bench ARGS="--passages {asked} --questions {questions} --seed {seed}{extra}"`.

One run over {passages} passages of 300 cities, 30 counties, 7 states and one federal government. Texts are recombined
from the demo cities' FAQs. **The vectors of passages are synthetic**: random around real embeddings of such
texts. Those of the {questions} questions (all different, each in another city up to 300) are real. So recall here says
whether the nearest vectors are found, not whether the answer is good: for that see [evaluation](evaluation.md).

Exact means: every vector of the city, its county, its state and the federal government compared. "Wrong city" counts
passages of other places among the answers of all questions; "fewer than 5" the questions left with fewer.
Ours and the usual recipe take turns of 20 questions, so noise hits both and neither runs with the other's data in its
caches. Over HTTP both stand behind one server on the same core, asked with other questions. Peers get the ready question vectors
and are compared with "vector stage alone".
A repeated question costs no encoding; all else is done again.
Before the turns as many other questions are asked, so that what is compared is a service that runs. They have a line of their
own: passages that were never asked for come from the disk, and a city's words are counted when they are first asked for.
Memory is the process's after these for ours (without the usual recipe's part), peak for peers.
"""


def write(result: dict[str, Any], larger: Sequence[dict[str, Any]], options: argparse.Namespace) -> str:
    """The report and the plot; gives where the report is, from the checkout."""
    target, picture = CHECKOUT / "docs" / "benchmarks.md", CHECKOUT / "docs" / "images" / "benchmark.svg"
    plotted = _plot(result["rows"], options.python, picture)
    parts = [INTRO.format(**_about(), **_asked(result, options)), table(result["rows"]), ratio(result["rows"])]
    parts += [stages(result["rows"]), quiet(result["quiet"])]
    for other in larger:
        parts += [
            f"## {other['passages']:,} passages",
            table(other["rows"]),
            beside(other["rows"], result["rows"]),
            stages(other["rows"]),
            quiet(other["quiet"]),
        ]
    parts += ["![Median time of a question](images/benchmark.svg)"] if plotted else []
    target.write_text("\n".join(f"{part.rstrip()}\n" for part in parts), encoding="utf-8")
    return str(target.relative_to(CHECKOUT))


def table(rows: list[dict[str, Any]]) -> str:
    """Markdown; what was not measured is a dash, what failed says why."""
    lines = [f"| | {' | '.join(COLUMNS.values())} |", "|---" + "|---:" * len(COLUMNS) + "|"]
    for row in rows:
        cells = [str(row.get(key, "–")) for key in COLUMNS]
        name = f"{row['name']}: not measured, {row['reason'].replace('|', '/')}" if "reason" in row else row["name"]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def ratio(rows: list[dict[str, Any]]) -> str:
    """How many times faster a whole search is than the usual recipe, from the same run."""
    plain = _times(rows, "Townclerk, whole search", "Usual recipe:")
    web = _times(rows, "Townclerk over HTTP, recording", "Usual recipe over HTTP")
    return (
        f"A whole search takes 1/{plain['p50']:.2f} of the usual recipe's median time and 1/{plain['p99']:.2f} of its p99, "
        f"over HTTP 1/{web['p50']:.2f} and 1/{web['p99']:.2f}."
    )


def _times(rows: list[dict[str, Any]], ours: str, theirs: str) -> dict[str, float]:
    one, other = (next(row for row in rows if row["name"].startswith(name)) for name in (ours, theirs))
    return {key: other[key] / one[key] for key in ("p50", "p99")}


def beside(rows: list[dict[str, Any]], first: list[dict[str, Any]]) -> str:
    """A larger index against the usual recipe on the first, smaller one."""
    usual = next(r for r in first if r["name"].startswith("Usual recipe:"))
    share = rows[0]["p50"] / usual["p50"]
    return f"{ratio(rows)} It takes {share:.2f} times the usual recipe's median time on the smaller index above."


def stages(rows: list[dict[str, Any]]) -> str:
    """Where the time of a whole search goes."""
    told = ", ".join(f"{name} {value}" for name, value in rows[0].get("stages", {}).items())
    return f"Median milliseconds of its stages: {told}." if told else ""


def quiet(found: dict[str, Any]) -> str:
    """Whether the machine had other things to do during the races, and the ratios of the turns when it had not."""
    said = (
        f"The same short loop of Python before and after each turn took {found['best']:.1f} ms at best and "
        f"{found['median']:.1f} at the median; where it is longer, others were computing on the machine. (That they use its caches and "
        "memory it does not show.)"
    )
    medians, questions = found["medians"], found["questions"]
    for ours, theirs, where in ((WHOLE, USUAL, ""), (WHOLE_HTTP, USUAL_HTTP, " over HTTP")):
        if ours in medians and theirs in medians:
            said += (
                f" In the quiet turns{where} (no more than {QUIET:g} times the best; {questions[ours]} and {questions[theirs]} "
                f"questions) a search took {medians[ours]:.2f} ms and the recipe {medians[theirs]:.2f}: "
                f"1/{medians[theirs] / medians[ours]:.2f}."
            )
    return said


def _asked(result: dict[str, Any], options: argparse.Namespace) -> dict[str, Any]:
    return {
        "passages": result["passages"],
        "asked": " ".join(map(str, options.passages)),
        "questions": options.questions,
        "seed": options.seed,
        "extra": " --no-peers" if options.no_peers else "",
    }


def _about() -> dict[str, Any]:
    info = Path("/proc/cpuinfo")
    named = re.search(r"model name\s*:\s*(.+)", info.read_text()) if info.exists() else None
    packages = ("faiss-cpu", "numpy", "onnxruntime", "sentence-transformers", "tantivy", "torch")
    return {
        "date": clock.now().date().isoformat(),
        "cpu": str(named.group(1)) if named else platform.processor() or "unknown processor",
        "cores": os.cpu_count(),
        "versions": ", ".join([f"Python {platform.python_version()}", *(f"{p} {version(p)}" for p in packages)]),
    }


def _plot(rows: list[dict[str, Any]], python: str, picture: Path) -> bool:
    shown = [(row["name"], row["p50"]) for row in rows if "p50" in row]
    try:
        done = subprocess.run(
            [python, "-m", "scripts.bench.plot", str(picture)], input=json.dumps(shown), text=True, check=False
        )
    except OSError:
        return False
    return done.returncode == 0
