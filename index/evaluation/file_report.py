"""Report files: `.json` to compare with later, `.md` and `.html` to read."""

import re
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path

from index.evaluation import compare, console_report, svg
from index.evaluation.compare import Comparison
from index.evaluation.report import Report
from townclerk import clock
from townclerk.errors import BadInput

ENDINGS = (".json", ".md", ".html")
Rows = Sequence[Sequence[str]]


def ending(path: Path) -> str:
    """The kind of file wanted. Raises BadInput for another."""
    if path.suffix.lower() not in ENDINGS:
        raise BadInput(f"{path} must end in {', '.join(ENDINGS)}: the ending says what is written.")
    return path.suffix.lower()


def write(path: Path, reports: Sequence[Report], compared: Sequence[Comparison]) -> list[Path]:
    """Write the report; gives the files written. The pictures of a `.md` lie beside it. Raises BadInput."""
    kind = ending(path)
    try:
        if kind == ".json":
            compare.write(path, reports)
            return [path]
        if kind == ".html":
            path.write_text(_html(reports, compared), encoding="utf-8")
            return [path]
        return [*_written_pictures(path, reports), _markdown(path, reports, compared)]
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}. Give another path.") from error


def _written_pictures(path: Path, reports: Sequence[Report]) -> Iterable[Path]:
    for report in reports:
        beside = _beside(path, report)
        beside.write_text(svg.svg(report), encoding="utf-8")
        yield beside


def _beside(path: Path, report: Report) -> Path:
    return path.with_name(f"{path.stem}-{re.sub(r'[^A-Za-z0-9_.-]+', '-', report.set)}.svg")


def _markdown(path: Path, reports: Sequence[Report], compared: Sequence[Comparison]) -> Path:
    lines = ["# Search, measured", "", f"{_day()}."]
    for report in reports:
        lines += ["", f"## {_cell(report.set)}", ""]
        lines += [f"![Refusal and reliability]({_beside(path, report).name})"]
        for heading, rows in _pieces(report, compared):
            lines += ["", f"### {heading}", "", f"| {' | '.join(map(_cell, rows[0]))} |", "|---" * len(rows[0]) + "|"]
            lines += [f"| {' | '.join(map(_cell, row))} |" for row in rows[1:]]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _html(reports: Sequence[Report], compared: Sequence[Comparison]) -> str:
    body = [f"<h1>Search, measured</h1><p>{_day()}.</p>"]
    for report in reports:
        body.append(f"<h2>{escape(report.set)}</h2>{svg.svg(report)}")
        for heading, rows in _pieces(report, compared):
            head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in rows[0])
            lines = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows[1:])
            body.append(
                f"<h3>{escape(heading)}</h3><table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"
            )
    style = (
        "body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1f2933;background:#fff}"
        "table{border-collapse:collapse}th,td{border:1px solid #c5ccd3;padding:.2rem .6rem;text-align:left;vertical-align:top}"
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Search, measured</title>'
        f"<style>{style}</style></head><body>{''.join(body)}</body></html>\n"
    )


def _pieces(report: Report, compared: Sequence[Comparison]) -> Iterable[tuple[str, Rows]]:
    yield "Figures", _figures(report)
    if report.cities:
        yield "Cities", _cities(report)
    if report.reliability:
        yield (
            "Confidence",
            [
                ("confidence", "questions", "right", "share", "95 %"),
                *(
                    (each.confidence, str(each.questions), str(each.right), f"{each.share:.3f}", _range(each.interval))
                    for each in report.reliability
                ),
            ],
        )
    yield (
        "Milliseconds",
        [
            ("stage", "p50", "p95", "p99"),
            *(
                (name, f"{times.p50:.2f}", f"{times.p95:.2f}", f"{times.p99:.2f}")
                for name, times in {"whole": report.latency_ms, **report.stages_ms}.items()
            ),
        ],
    )
    for each in compared:
        if each.set == report.set:
            yield from _compared(each)
    wrong = [asked for asked in report.asked if console_report.failed(asked)]
    if wrong:
        yield (
            f"Failures: {len(wrong)}",
            [
                ("question", "city", "what", "came instead", "words"),
                *((a.text, a.city, console_report.failed(a), a.title or a.first, a.excerpt[:200]) for a in wrong),
            ],
        )


def _figures(report: Report) -> Rows:
    metrics, refusal = report.metrics.model_dump(by_alias=True), report.refusal
    rows = [
        ("figure", "value", "95 %"),
        ("documents", str(report.documents), ""),
        ("questions", str(report.questions), ""),
    ]
    rows += [(name, f"{value:.3f}", _range(report.intervals.get(name))) for name, value in metrics.items()]
    rows += [("wrong city first", str(report.wrong_city), "")]
    for name, share, interval in (
        (f"answered of {refusal.answerable} answerable", refusal.answered_answerable, refusal.interval_answerable),
        (
            f"answered of {refusal.unanswerable} unanswerable",
            refusal.answered_unanswerable,
            refusal.interval_unanswerable,
        ),
        ("refusal AUROC", refusal.auroc, None),
        ("excerpt holds the answer", report.excerpts.share if report.excerpts else None, None),
    ):
        rows += [(name, f"{share:.3f}", _range(interval))] if share is not None else []
    return rows


def _cities(report: Report) -> Rows:
    rows = [("city", "questions", *report.intervals, "wrong city")]
    for city, part in report.cities.items():
        metrics = part.metrics.model_dump(by_alias=True)
        shown = (f"{value:.3f} {_range(part.intervals.get(name))}".strip() for name, value in metrics.items())
        rows.append((city, str(part.questions), *shown, str(part.wrong_city)))
    return rows


def _compared(each: Comparison) -> Iterable[tuple[str, Rows]]:
    yield (
        f"Compared with the run before ({each.compared} questions)",
        [
            ("figure", "then -> now"),
            *((change.metric, console_report.change_in_words(change)) for change in each.changes),
            ("refused now", ", ".join(each.refused_now) or "none"),
            ("answered now", ", ".join(each.answered_now) or "none"),
        ],
    )
    for name, moved in (("Better", each.better), ("Worse", each.worse)):
        if moved:
            rows = [("question", "rank", "first then", "first now")]
            rows += [(m.text, f"{m.then or '-'} -> {m.now or '-'}", m.first_then, m.first_now) for m in moved]
            yield f"{name}: {len(moved)}", rows


def _range(interval: tuple[float, float] | None) -> str:
    return f"{interval[0]:.3f} to {interval[1]:.3f}" if interval else ""


def _cell(text: str) -> str:
    return re.sub(r"([\\|<>`*_\[\]])", r"\\\1", " ".join(text.split()))


def _day() -> str:
    return f"Measured on {clock.now():%Y-%m-%d}"
