"""What a passage tells word for word: a message that is the name of a page, of a part of it or of a FAQ ("jobs", "mattress pickup"),
or of which a sentence or row holds every word ("cpr class": "Free CPR class on the third Wednesday").

Such a message says too little for meaning to be sure of, and yet what it asks for is clear.
"""

from index.passages.document import Passage
from index.query.query import Query
from index.text.answer_types import NAMES_THE_KIND, holds
from index.text.sentence_roles import SentenceRoles
from index.text.tokenizer import stem, stems_in

MOST = 2
"""Words of a name, besides those that say what is wanted of the thing."""
_SERVICE = "calendar code collection disposal drop info information law off ordinance page pick pickup program removal rule schedule service up"
_OF_THE_THING = frozenset(map(stem, _SERVICE.split()))


def is_told(asked: Query, passage: Passage, roles: SentenceRoles) -> bool:
    """Whether a passage stands under what a message names, or says all of it in one sentence, and holds the kind of thing asked for."""
    if asked.leans or (asked.kinds and not holds(passage.text, asked.kinds)):
        return False
    words = frozenset(asked.own) - NAMES_THE_KIND
    if len(words) > 1 and any(words.issubset(each) for each in roles.stems):
        return True
    words -= _OF_THE_THING
    if asked.forms or not 0 < len(words) <= MOST:
        return False
    return words <= stems_in(f"{passage.title} {passage.heading.rpartition(' > ')[2]} {passage.question}")
