"""What a resident says next, beside the pages that were shown."""

from typing import NamedTuple

from index.answers.excerpt import Sought, excerpt
from index.arrays import Vectors
from index.query.query import Query
from index.ranking.shown_pages import KIND, SHOWN, ShownPages
from index.segments.passage_cache import CachedPassage
from index.text.answer_types import holds


class FollowUp(NamedTuple):
    """A question as it is without those before it, the `vector` of its meaning, and the pages shown lately.

    `names_something`: it says more than what kind of thing is wanted, as "how much?" does.
    """

    own: Query
    vector: Vectors
    pages: ShownPages
    names_something: bool

    def bonus(self, reading: CachedPassage) -> float:
        """What a passage of the pages is worth beside how well it fits, by what it would quote.

        What was shown is shown again without loss when it has the kind of thing asked for and nothing else is named.
        """
        sought = Sought(self.vector, frozenset(self.own.own), self.own.kinds, occasion=self.own.occasion)
        quote = reading.passage.text[slice(*excerpt(reading.roles, reading.vectors, sought=sought).whole)]
        held = holds(quote, self.own.kinds)
        told = self.pages.were_quoted(quote) and (self.names_something or not held)
        return KIND * held - SHOWN * told
