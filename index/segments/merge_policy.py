"""When to merge segments: often enough that a search visits few, seldom enough to be cheap."""

from collections.abc import Sequence

from index.segments.reader import SegmentReader

MOST_SEGMENTS = 8


def to_merge(reader: SegmentReader) -> list[int]:
    """Numbers of the segments to rewrite as one.

    Those more than half deleted; and when there are more than MOST_SEGMENTS, the small ones,
    each at most twice as large as all smaller together, so a passage is rewritten
    about log(n) times in its life.
    """
    live = [len(s.documents) - len(reader.dead[s.name]) for s in reader.segments]
    chosen = {i for i, s in enumerate(reader.segments) if 2 * live[i] < len(s.documents)}
    if len(live) - len(chosen) > MOST_SEGMENTS:
        chosen |= _small(live)
    return sorted(chosen)


def _small(live: Sequence[int]) -> set[int]:
    order = sorted(range(len(live)), key=lambda i: live[i])
    taken, total = set(order[:2]), sum(live[i] for i in order[:2])
    for i in order[2:]:
        if live[i] > 2 * total:
            break
        taken.add(i)
        total += live[i]
    return taken
