"""Other vector stores, each with its own filter as its documentation shows. One runs in one process.

    python -m scripts.bench.peers NAME TRUTH.npz

Needs only numpy and the store, so that it runs in the benchmark's own environment.
"""

import json
import re
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from scripts.bench.score import K, Tally

Search = Callable[[Any, Sequence[str]], list[int]]
BATCH = 5000
ENOUGH_SECONDS = 75
"""No more questions after this; below the cap after which the process is ended."""


def usearch(folder: Path, vectors: Any, owners: list[str]) -> Search:
    """HNSW, or its exact mode. Its Python package has no filter: ask for ten times more and filter, as with the usual recipe."""
    from usearch.index import Index

    index = Index(ndim=vectors.shape[1], metric="ip", dtype="f32")
    index.add(np.arange(len(vectors)), vectors, threads=1)
    index.save(str(folder / "index.usearch"))

    def search(query: Any, places: Sequence[str]) -> list[int]:
        found = index.search(query, K * 10, threads=1).keys
        return [int(row) for row in found if owners[int(row)] in places][:K]

    return search


def lancedb(folder: Path, vectors: Any, owners: list[str]) -> Search:
    """A table with a scalar index on the place and a prefilter."""
    import lancedb as lance
    import pyarrow as arrow

    flat = arrow.FixedSizeListArray.from_arrays(arrow.array(vectors.ravel()), vectors.shape[1])
    data = arrow.table({"row": np.arange(len(vectors)), "place": owners, "vector": flat})
    table = lance.connect(str(folder)).create_table("passages", data)
    table.create_scalar_index("place")

    def search(query: Any, places: Sequence[str]) -> list[int]:
        inside = ", ".join(f"'{place}'" for place in places)
        asked = table.search(query).distance_type("dot").where(f"place IN ({inside})", prefilter=True)
        return [int(r["row"]) for r in asked.select(["row", "_distance"]).limit(K).to_list()]

    return search


def chromadb(folder: Path, vectors: Any, owners: list[str]) -> Search:
    """A persistent collection asked with `where`."""
    import chromadb as chroma

    client = chroma.PersistentClient(str(folder), settings=chroma.Settings(anonymized_telemetry=False))
    made = client.create_collection("passages", configuration={"hnsw": {"space": "ip"}}, embedding_function=None)
    for first in range(0, len(vectors), BATCH):
        part = range(first, min(first + BATCH, len(vectors)))
        made.add([str(n) for n in part], vectors[part.start : part.stop], [{"place": owners[n]} for n in part])

    def search(query: Any, places: Sequence[str]) -> list[int]:
        found = made.query(query[None], n_results=K, where={"place": {"$in": list(places)}}, include=["distances"])
        return [int(row) for row in found["ids"][0]]

    return search


def sqlite_vec(folder: Path, vectors: Any, owners: list[str]) -> Search:
    """A vec0 table partitioned by place; a partition takes one value, so each layer is asked in turn."""
    import apsw  # with an SQLite of its own: many a Python is built without the loading of extensions
    import sqlite_vec as extension

    db = apsw.Connection(str(folder / "vec.db"))
    db.enable_load_extension(True)
    extension.load(db)
    width = vectors.shape[1]
    db.execute(f"CREATE VIRTUAL TABLE v USING vec0(place text partition key, e float[{width}] distance_metric=cosine)")
    with db:
        rows = ((n, owners[n], vectors[n].tobytes()) for n in range(len(vectors)))
        db.executemany("INSERT INTO v(rowid, place, e) VALUES (?, ?, ?)", rows)
    sql = "SELECT rowid, distance FROM v WHERE e MATCH ? AND k = ? AND place = ?"

    def search(query: Any, places: Sequence[str]) -> list[int]:
        found = [row for place in places for row in db.execute(sql, (query.tobytes(), K, place))]
        return [int(row) for row, _ in sorted(found, key=lambda each: each[1])[:K]]

    return search


def milvus_lite(folder: Path, vectors: Any, owners: list[str]) -> Search:
    """A local collection asked with a filter expression."""
    from pymilvus import MilvusClient

    client = MilvusClient(str(folder / "milvus.db"))
    client.create_collection("passages", dimension=vectors.shape[1], metric_type="IP")
    for first in range(0, len(vectors), BATCH):
        part = range(first, min(first + BATCH, len(vectors)))
        client.insert("passages", [{"id": n, "vector": vectors[n], "place": owners[n]} for n in part])

    def search(query: Any, places: Sequence[str]) -> list[int]:
        found = client.search("passages", data=[query], limit=K, filter=f"place in {json.dumps(list(places))}")
        return [int(hit["id"]) for hit in found[0]]

    return search


STORES: dict[str, tuple[Callable[[Path, Any, list[str]], Search], str]] = {
    "usearch": (usearch, "usearch, filtered afterwards"),
    "lancedb": (lancedb, "LanceDB, prefilter"),
    "chromadb": (chromadb, "Chroma, where"),
    "sqlite-vec": (sqlite_vec, "sqlite-vec, partition key"),
    "milvus-lite": (milvus_lite, "milvus-lite, filter"),
}


def run(name: str, known: Any) -> dict[str, Any]:
    """Build one store in a temporary folder, ask every question, give its line."""
    make, label = STORES[name]
    vectors, owners = np.ascontiguousarray(known["vectors"]), known["owners"].tolist()
    with tempfile.TemporaryDirectory() as scratch:
        started = time.perf_counter()
        search = make(Path(scratch), vectors, owners)
        built = time.perf_counter() - started
        tally = Tally(owners)
        for number, (query, city) in enumerate(zip(known["queries"], known["places"].tolist(), strict=True)):
            if not number:
                search(query, city)  # the first one loads what is loaded late
            begun = time.perf_counter()
            found = search(query, city)
            tally.add(found, known["exact"][number].tolist(), city, time.perf_counter() - begun)
            if time.perf_counter() - started > ENOUGH_SECONDS:
                break  # a slow store is judged by the questions it got to
        disk = sum(p.stat().st_blocks * 512 for p in Path(scratch).rglob("*") if p.is_file())
    # Not getrusage: its maximum would be that of the process that started this one.
    status = Path("/proc/self/status")
    peak = re.search(r"VmHWM:\s*(\d+) kB", status.read_text()) if status.exists() else None
    memory = int(peak.group(1)) // 2**10 if peak else "–"
    asked = len(tally.seconds)
    label += f" (first {asked} questions)" if asked < len(known["queries"]) else ""
    return tally.row(label, build=round(built, 1), memory_mb=memory, disk_mb=disk // 2**20)


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1], np.load(sys.argv[2]))))
