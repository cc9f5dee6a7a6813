"""A question asked on a day: which holiday or part of the year it names, and the other words to look for then.

A page that tells what holds on Thanksgiving may say "Thanksgiving Day" or only "a holiday".
"""

from dataclasses import replace
from datetime import date

from index.keywords.terms import Concept, Other
from index.query.expansion import ALIKE
from index.query.query import Query
from index.text.occasion import occasion
from index.text.tokenizer import subject


def at(asked: Query, day: date) -> Query:
    """The question with the occasion that it names on that day."""
    named = occasion(asked.sentence, day)
    if named is None or not named.is_holiday:
        return replace(asked, occasion=named)
    weights, taken = dict(asked.terms), {stem for concept in asked.concepts for stem, _ in concept.own}
    own = tuple((stem, weights[stem]) for stem in subject(named.asked) if stem in weights and stem not in taken)
    ways = [tuple(stem for stem in subject(name) if stem not in dict(own)) for name in (named.name, "holiday")]
    whole = ALIKE * sum(weight for _, weight in own)
    others = tuple(Other(stems, whole / len(stems)) for stems in ways if stems)
    concepts = (*asked.concepts, Concept(own, others)) if own and others else asked.concepts
    return replace(asked, occasion=named, concepts=concepts)
