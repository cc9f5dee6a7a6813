"""One thing that a question names, with other words for it. The best of them counts, so no thing counts twice."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Term = tuple[str, float]
"""A stem and what it counts, where a word of the question counts 1."""


@dataclass(frozen=True)
class Other:
    """Another way to say it: all its stems must stand in the passage, and each counts `weight`."""

    stems: tuple[str, ...]
    weight: float


@dataclass(frozen=True)
class Concept:
    """The question's own terms for a thing, which count together, or else one of the others."""

    own: tuple[Term, ...]
    others: tuple[Other, ...]


Wanted = Term | Concept


@dataclass(frozen=True)
class Applied:
    """A synonym that was used: what the question says, what was looked for too, and the rules' numbers."""

    asked: str
    also: tuple[str, ...]
    rules: tuple[int, ...]


def joined(terms: Iterable[Term], concepts: Sequence[Concept]) -> list[Wanted]:
    """All terms to look for, each once: those of a concept stand in it."""
    within = {stem for concept in concepts for stem, _ in concept.own}
    return [*concepts, *(term for term in terms if term[0] not in within)]
