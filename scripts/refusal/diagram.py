"""The reliability diagram: how often first answers were right, against the chance that was told.

Drawn as text: points with their 95 % intervals (Wilson's), the number of questions under each, and the
line on which told and right are the same.
"""

import math

from scripts.refusal.asking import Numbers
from scripts.refusal.tables import banded

SIDE, LEFT, TOP = 360, 56, 16
BLUE, GREY = "#1f5fa8", "#8a8a8a"
Z = 1.96


def drawn(told: Numbers, right: Numbers) -> str:
    """The picture as SVG."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE + LEFT + 24} {SIDE + TOP + 60}" '
        'font-family="sans-serif" font-size="12" role="img">',
        "<title>How often first answers were right, by the chance that was told</title>",
        f'<rect width="{SIDE + LEFT + 24}" height="{SIDE + TOP + 60}" fill="#ffffff"/>',
        _line(0, 0, 1, 1, f'stroke="{GREY}" stroke-dasharray="4 4"'),
        _line(0, 0, 1, 0, 'stroke="#222222"'),
        _line(0, 0, 0, 1, 'stroke="#222222"'),
    ]
    for step in range(6):
        at = step / 5
        parts.append(_text(at, -0.05, f"{at:.1f}"))
        parts.append(_text(-0.06, at - 0.01, f"{at:.1f}"))
    places: list[tuple[float, float]] = []
    for _, _, chances, outcomes in banded(told, right):
        x, y = float(chances.mean()), float(outcomes.mean())
        low, high = wilson(y, len(outcomes))
        places.append((x, y))
        parts.append(_line(x, low, x, high, f'stroke="{BLUE}" stroke-width="1.5"'))
        parts.append(f'<circle cx="{_x(x):.1f}" cy="{_y(y):.1f}" r="4" fill="{BLUE}"/>')
        parts.append(_text(x, max(low - 0.05, 0.01), str(len(outcomes)), colour=BLUE))
    points = " ".join(f"{_x(x):.1f},{_y(y):.1f}" for x, y in places)
    parts.append(f'<polyline points="{points}" fill="none" stroke="{BLUE}"/>')
    parts.append(_text(0.5, -0.12, "chance told (mean of the band)"))
    parts.append(
        f'<text x="14" y="{TOP + SIDE / 2}" transform="rotate(-90 14 {TOP + SIDE / 2})" text-anchor="middle">first answer right</text>'
    )
    return "\n".join([*parts, "</svg>", ""])


def wilson(share: float, count: int) -> tuple[float, float]:
    """The 95 % interval of a share."""
    middle = (share + Z * Z / (2 * count)) / (1 + Z * Z / count)
    half = Z * math.sqrt(share * (1 - share) / count + Z * Z / (4 * count * count)) / (1 + Z * Z / count)
    return max(0.0, middle - half), min(1.0, middle + half)


def _x(value: float) -> float:
    return LEFT + value * SIDE


def _y(value: float) -> float:
    return TOP + (1 - value) * SIDE


def _line(x1: float, y1: float, x2: float, y2: float, style: str) -> str:
    return f'<line x1="{_x(x1):.1f}" y1="{_y(y1):.1f}" x2="{_x(x2):.1f}" y2="{_y(y2):.1f}" {style}/>'


def _text(x: float, y: float, said: str, *, colour: str = "#222222") -> str:
    return f'<text x="{_x(x):.1f}" y="{_y(y):.1f}" text-anchor="middle" fill="{colour}">{said}</text>'
