"""The parser processes: a hostile document costs that document and nothing else."""

import asyncio
import time
import zlib
from collections.abc import AsyncIterator

import psutil
import pytest

from crawler.extract.pool import ParseFailed, ParseLimits, ParsePool
from tests.crawler.extract.files.test_office import archive, paragraph, word
from tests.crawler.extract.pdf.test_extractor import made

URL = "https://www.alder.example/page"
GOOD = b"<title>Good</title><main><p>The office opens at nine.</p></main>"
# Attributes make every level a candidate for every rule, so the cost grows with the square of the depth.
SLOW = b"<main>" + b"<div class='nav share search footer' role=search id=a>x" * 60_000
OF_OTHERS: list[psutil.Process] = []


@pytest.fixture
async def pool() -> AsyncIterator[ParsePool]:
    async with ParsePool(
        processes=1, html=ParseLimits(seconds=20, cpu_seconds=1), file=ParseLimits(seconds=20, cpu_seconds=3)
    ) as made_pool:
        yield made_pool


def workers() -> list[psutil.Process]:
    """Those of the pools of the test that runs."""
    return [process for process in parsers() if process not in OF_OTHERS]


def parsers() -> list[psutil.Process]:
    return [
        p
        for p in psutil.Process().children()
        if p.is_running() and p.status() != psutil.STATUS_ZOMBIE and "crawler.extract.worker" in " ".join(p.cmdline())
    ]


@pytest.fixture(autouse=True)
def others() -> None:
    """Leave out the parser process that tests of whole crawls share."""
    OF_OTHERS[:] = parsers()


async def test_pages_and_pdfs_come_back_whole(pool: ParsePool) -> None:
    page = await pool.html(GOOD, URL, "text/html")
    assert (page.title, page.blocks[0].text) == ("Good", "The office opens at nine.")
    assert (await pool.file("pdf", made(title="Fee schedule"), URL)).title == "Fee schedule"
    assert len(workers()) == 1


async def test_deep_nesting_is_read(pool: ParsePool) -> None:
    deep = b"<main>" + b"<div>" * 100_000 + b"The innermost words of the page." + b"</div>" * 100_000 + b"<p>After.</p>"
    async with ParsePool(processes=1) as wide:
        page = await wide.html(deep, URL)
    assert [b.text for b in page.blocks] == ["The innermost words of the page.", "After."]


async def test_a_page_that_burns_the_processor_fails_alone(pool: ParsePool) -> None:
    with pytest.raises(ParseFailed, match="processor time"):
        await pool.html(SLOW, URL)
    assert (await pool.html(GOOD, URL)).title == "Good"


async def test_the_clock_ends_a_document_too() -> None:
    started = time.monotonic()
    async with ParsePool(processes=1, html=ParseLimits(seconds=0.5)) as pool:
        with pytest.raises(ParseFailed, match=r"longer than 0\.5 s"):
            await pool.html(SLOW, URL)
        assert time.monotonic() - started < 5
    assert workers() == []


async def test_a_page_over_its_memory_fails_alone() -> None:
    async with ParsePool(processes=1, html=ParseLimits(memory_mib=128)) as pool:
        with pytest.raises(ParseFailed, match="memory"):
            await pool.html(b"<main>" + b"<b>x</b>" * 400_000, URL)
    async with ParsePool(processes=1, html=ParseLimits(memory_mib=128)) as pool:
        assert (await pool.html(GOOD, URL)).title == "Good"


async def test_a_killed_worker_is_replaced(pool: ParsePool) -> None:
    await pool.html(GOOD, URL)
    task = asyncio.create_task(pool.html(SLOW, URL))
    await asyncio.sleep(0.1)
    for worker in workers():
        worker.kill()
    with pytest.raises(ParseFailed, match="SIGKILL"):
        await task
    assert (await pool.html(GOOD, URL)).title == "Good"


async def test_calls_beyond_the_workers_wait_their_turn() -> None:
    async with ParsePool(processes=2) as pool:
        pages = await asyncio.gather(*(pool.html(GOOD, URL) for _ in range(12)))
        assert {page.title for page in pages} == {"Good"}
        assert len(workers()) == 2


async def test_cancelled_call_leaves_a_working_pool(pool: ParsePool) -> None:
    await pool.html(GOOD, URL)
    task = asyncio.create_task(pool.html(SLOW, URL))
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await pool.html(GOOD, URL)).title == "Good", (
        "an answer to the cancelled page must not be taken for this one's"
    )


async def test_close_ends_all_workers() -> None:
    pool = ParsePool(processes=2)
    await asyncio.gather(pool.html(GOOD, URL), pool.html(GOOD, URL))
    await pool.close()
    assert workers() == []
    with pytest.raises(ParseFailed, match="closed"):
        await pool.html(GOOD, URL)


def bomb(pages: int) -> bytes:
    """A small PDF whose one content stream inflates to about 200 MB, drawn by many pages."""
    stream = zlib.compress(b"BT /F1 12 Tf (aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa) Tj ET\n" * 4_000_000, 9)
    kids = " ".join(f"{i + 5} 0 R" for i in range(pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(stream) + stream + b"\nendstream",
    ]
    objects += [
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources << /Font << /F1 3 0 R >> >> /Contents 4 0 R >>"
    ] * pages
    out = b"%PDF-1.4\n"
    for number, content in enumerate(objects, start=1):
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    return out + b"trailer << /Root 1 0 R >>"


async def test_an_office_bomb_costs_one_document(pool: ParsePool) -> None:
    page = await pool.file("office", archive(word__document_xml="<w:p/>" * 8_000_000), URL)
    assert "unpacks to over" in page.problem
    assert "not a readable Office file" in (await pool.file("office", word("<w:p>" * 9_000), URL)).problem
    deep = word("<w:sdt><w:sdtContent>" * 9_000 + "</w:sdtContent></w:sdt>" * 9_000)
    assert "Excessive depth" in (await pool.file("office", deep, URL)).problem
    assert (await pool.file("office", word(paragraph("Open at nine.")), URL)).blocks[0].text == "Open at nine."


async def test_a_pdf_bomb_costs_one_document(pool: ParsePool) -> None:
    with pytest.raises(ParseFailed, match=r"processor time|memory|longer than"):
        await pool.file("pdf", bomb(50), URL)
    assert (await pool.file("pdf", made(title="Fee schedule"), URL)).title == "Fee schedule"


async def test_pages_of_a_pdf_that_lead_in_a_circle(pool: ParsePool) -> None:
    loop = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2000000000 /Parent 2 0 R >>\nendobj\ntrailer << /Root 1 0 R >>"
    try:
        page = await pool.file("pdf", loop, URL)
        assert page.problem
    except ParseFailed:
        pass
    assert (await pool.html(GOOD, URL)).title == "Good"


async def test_workers_know_no_secrets_and_write_no_files(pool: ParsePool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOWNCLERK_SERVICE_TOKEN", "very-secret")
    await pool.html(GOOD, URL)
    (worker,) = workers()
    assert "very-secret" not in worker.environ().values()
    assert worker.rlimit(psutil.RLIMIT_FSIZE) == (0, 0)
    assert worker.rlimit(psutil.RLIMIT_CORE) == (0, 0)
