"""A message that is no more than the name of a page, of a part of it or of a FAQ: "jobs", "mattress pickup".

It says too little for meaning to be sure of, and yet what it asks for is clear.
"""

from index.passages.document import Passage
from index.query.query import Query
from index.ranking.answer_type_swap import NAMES_THE_KIND
from index.text.answer_types import holds
from index.text.tokenizer import stem, stems_in

MOST = 2
"""Words of a name, besides those that say what is wanted of the thing."""
_SERVICE = "calendar code collection disposal drop info information law off ordinance page pick pickup program removal rule schedule service up"
_OF_THE_THING = NAMES_THE_KIND | frozenset(map(stem, _SERVICE.split()))


def is_named(asked: Query, passage: Passage) -> bool:
    """Whether a message without function words is what a passage stands under: its title, nearest heading or question.

    The kind of thing that it asks for must be there too.
    """
    words = frozenset(asked.own) - _OF_THE_THING
    told = not asked.kinds or holds(passage.text, asked.kinds)
    if asked.forms or asked.leans or not told or not 0 < len(words) <= MOST:
        return False
    return words <= stems_in(f"{passage.title} {passage.heading.rpartition(' > ')[2]} {passage.question}")
