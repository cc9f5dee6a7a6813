"""`make bench`: measure, then write docs/benchmarks.md and its plot.

make bench ARGS="--passages 20000 --questions 300 --seed 1"
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

for name in (
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "TOKENIZERS_PARALLELISM",
    "RAYON_NUM_THREADS",
):
    os.environ[name] = "false" if name == "TOKENIZERS_PARALLELISM" else "1"

PEERS = ("usearch", "lancedb", "chromadb", "sqlite-vec", "milvus-lite")
CAP_SECONDS = 90


def peer(name: str, python: str, truth: Path) -> dict[str, Any]:
    """One contender in a process of its own; a failure is a row with its reason."""
    command = [python, "-m", "scripts.bench.peers", name, str(truth)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=CAP_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return {"name": name, "reason": f"not done after {CAP_SECONDS} s"}
    except OSError as error:
        return {"name": name, "reason": f"not started: {error.strerror}"}
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        return {"name": name, "reason": last.replace(str(truth.parent), "FOLDER")[:160]}
    told: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return told


def main() -> int:
    """Ours and the usual recipe here, each peer in its own process, then the report."""
    parser = argparse.ArgumentParser(prog="make bench", description="Times search against the usual recipe and peers.")
    parser.add_argument(
        "--passages", type=int, nargs="+", default=[100_000], help="sizes; peers are asked at the first"
    )
    for name, default in (("questions", 300), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--no-peers", action="store_true", help="only ours and the usual recipe")
    parser.add_argument("--python", default="var/bench-venv/bin/python", help="Python that has the peers")
    options = parser.parse_args()
    if min(options.passages) < 5000 or options.questions < 20:
        parser.error("at least 5000 passages and 20 questions are needed to measure anything")
    from scripts.bench import ours, report

    ours.one_core()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "first"
        result = ours.measure(options, folder, passages=options.passages[0])
        for name in () if options.no_peers else PEERS:
            print(f"  {name} (at most {CAP_SECONDS} s)", flush=True)
            result["rows"].append(peer(name, options.python, folder / "truth.npz"))
        shutil.rmtree(folder)
        larger = [ours.measure(options, Path(scratch) / str(n), passages=n) for n in options.passages[1:]]
    written = report.write(result, larger, options)
    for row in [*result["rows"], *(row for each in larger for row in each["rows"])]:
        print(
            f"  {row['name']}: {row.get('p50', '-')} ms" if "reason" not in row else f"  {row['name']}: {row['reason']}"
        )
    print(f"The report is {written}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
