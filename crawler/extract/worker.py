"""The child process that parses: one document in, one result out, under its own limits.

Speaks frames over standard input and output: a JSON header line with the length of the body,
then the body; the reply is a JSON line. JSON and not pickle, so that a parser taken over by
a hostile document can hand back text only, never code.
"""

import json
import resource
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from typing import BinaryIO, TypedDict

from crawler.extracted import Extracted

MEBIBYTE = 1 << 20
_RECURSION = 1500


class Job(TypedDict):
    """Header of a request. `cpu_seconds` are for this document; `memory_mib` is address space."""

    kind: str
    url: str
    content_type: str | None
    length: int
    cpu_seconds: int
    memory_mib: int


@dataclass(frozen=True)
class Reply:
    """The page, or why there is none. After `out_of_memory` the process ends."""

    page: Extracted | None = None
    failure: str = ""
    out_of_memory: bool = False


def main() -> None:
    """Serves jobs until standard input closes."""
    sys.setrecursionlimit(_RECURSION)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    inward, outward = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # a library that prints must not break the frames
    while header := inward.readline():
        job: Job = json.loads(header)
        reply = _reply(job, inward)
        outward.write(json.dumps(asdict(reply), default=date.isoformat).encode() + b"\n")
        outward.flush()
        if reply.out_of_memory:
            return  # its heap is full of pieces; a fresh process is cheaper than guessing


def _reply(job: Job, inward: BinaryIO) -> Reply:
    """Parse one document; a parser's own error costs this document only."""
    body = inward.read(job["length"])
    parse = _parser(job)
    _limit(job)
    try:
        return Reply(parse(body))
    except MemoryError:
        return Reply(failure=f"needs more than {job['memory_mib']} MiB of memory", out_of_memory=True)
    except RecursionError:
        return Reply(failure="nested too deep")
    except Exception as error:  # whatever a parser raises on hostile input is this document's failure
        return Reply(failure=f"{type(error).__name__}: {str(error)[:200]}")


def _parser(job: Job) -> Callable[[bytes], Extracted]:
    """Imported on first use: a worker that never sees a PDF does not load PDFium."""
    url, content_type = job["url"], job["content_type"]
    match job["kind"]:
        case "pdf":
            from crawler.extract.pdf.extractor import extract_pdf

            return lambda body: extract_pdf(body, url=url)
        case "office":
            from crawler.extract.files.office import extract_office

            return lambda body: extract_office(body, url=url)
        case "csv" | "text" as kind:
            from crawler.extract.files.plain import extract_csv, extract_text

            extract = extract_csv if kind == "csv" else extract_text
            return lambda body: extract(body, url=url, content_type=content_type)
        case _:
            from crawler.extract.html.extractor import extract_html

            return lambda body: extract_html(body, url=url, content_type=content_type)


def _limit(job: Job) -> None:
    """Soft limits anew for each job: processor time counts from the start of the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + 1 + job["cpu_seconds"]
    _soft(resource.RLIMIT_CPU, seconds)
    _soft(resource.RLIMIT_AS, job["memory_mib"] * MEBIBYTE)


def _soft(limit: int, value: int) -> None:
    hard = resource.getrlimit(limit)[1]
    resource.setrlimit(limit, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


if __name__ == "__main__":
    main()
