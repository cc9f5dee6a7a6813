"""How sure an answer is, and when to say that there is none."""

from collections.abc import Mapping, Sequence

from index.documents import Candidate, Confidence, Passage
from index.followups import Asked
from index.words import stems


def coverage(asked: Asked, passage: Passage) -> float:
    """Share of the question's subject words that the passage, its title or headings hold."""
    if not asked.own:
        return 0.0
    held = set(stems(f"{passage.title} {passage.heading} {passage.question} {passage.text}"))
    return sum(word in held for word in asked.own) / len(asked.own)


def judge(parts: Mapping[str, float]) -> Confidence:
    """The confidence in one candidate from its signals."""
    near = max(parts.get("dense", 0), parts.get("label", 0), parts.get("sentence", 0))
    if near > 0.6:
        return "high"
    return "medium" if near > 0.4 else "low"


def refuse(ranked: Sequence[Candidate]) -> bool:
    """Whether nothing among the best candidates supports an answer."""
    return all(candidate.confidence == "low" for candidate in ranked[:3])
