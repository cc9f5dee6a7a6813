"""A small SVG of one report: the refusal curve on the left, how far confidence can be trusted on the right."""

from collections.abc import Iterable, Sequence
from html import escape

from index.evaluation.report import Level, Refusal, Report

WIDTH, HEIGHT = 680, 260
_SIDE = 180
"""Length of both axes of both panels, in pixels."""
_TOP = 40
_LEFT, _RIGHT = 60, 420
_INK, _LINE, _POINT = "#1f2933", "#1f5f8b", "#b3261e"


def svg(report: Report) -> str:
    """The picture as text; it needs nothing beside it."""
    parts = [*_refusal(report.refusal), *_reliability(report.reliability)]
    title = escape(f"Refusal and reliability of {report.set}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'role="img" font-family="sans-serif" font-size="11" fill="{_INK}"><title>{title}</title>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>' + "".join(parts) + "</svg>\n"
    )


def _refusal(refusal: Refusal) -> Iterable[str]:
    yield from _frame(_LEFT, "Answerable answered", "share of unanswerable questions answered")
    if not refusal.curve:
        yield _text(_LEFT + _SIDE / 2, _TOP + _SIDE / 2, "no labels in this set", anchor="middle")
        return
    points = [(0.0, 0.0), *((p.unanswerable, p.answerable) for p in reversed(refusal.curve))]
    yield _path([_at(_LEFT, x, y) for x, y in points])
    yield from _ticks(_LEFT)
    if refusal.answered_unanswerable is not None and refusal.answered_answerable is not None:
        x, y = _at(_LEFT, refusal.answered_unanswerable, refusal.answered_answerable)
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{_POINT}"/>'
        yield _text(x + 8, y + 14, "in force")


def _reliability(levels: Sequence[Level]) -> Iterable[str]:
    yield from _frame(_RIGHT, "First answer right", "confidence (number of questions)")
    yield from _ticks(_RIGHT, across=False)
    step = _SIDE / max(len(levels), 1)
    for i, level in enumerate(levels):
        middle = _RIGHT + step * (i + 0.5)
        top, low, high = (_at(_RIGHT, 0, share)[1] for share in (level.share, *level.interval))
        yield (
            f'<rect x="{middle - step * 0.3:.1f}" y="{top:.1f}" width="{step * 0.6:.1f}" '
            f'height="{_TOP + _SIDE - top:.1f}" fill="{_LINE}" fill-opacity="0.75"/>'
        )
        yield f'<line x1="{middle:.1f}" x2="{middle:.1f}" y1="{low:.1f}" y2="{high:.1f}" stroke="{_INK}"/>'
        yield _text(middle, _TOP + _SIDE + 14, f"{level.confidence} ({level.questions})", anchor="middle", size=9)


def _frame(left: int, up: str, across: str) -> Iterable[str]:
    bottom = _TOP + _SIDE
    yield _path([(left, _TOP), (left, bottom), (left + _SIDE, bottom)], colour=_INK)
    yield _text(left, _TOP - 12, up)
    yield _text(left + _SIDE / 2, bottom + 32, across, anchor="middle")


def _ticks(left: int, *, across: bool = True) -> Iterable[str]:
    for share in (0.0, 0.5, 1.0):
        x, y = _at(left, share, share)
        yield _text(left - 6, y + 4, f"{share:.1f}", anchor="end")
        if across:
            yield _text(x, _TOP + _SIDE + 14, f"{share:.1f}", anchor="middle")


def _at(left: int, x: float, y: float) -> tuple[float, float]:
    return left + _SIDE * x, _TOP + _SIDE * (1 - y)


def _path(points: Sequence[tuple[float, float]], *, colour: str = _LINE) -> str:
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="1.5"/>'


def _text(x: float, y: float, words: str, *, anchor: str = "start", size: int = 11) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">{escape(words)}</text>'
