"""Words of a question for a sort of thing: "gun" in "how do i renew my gun permit"."""

from itertools import pairwise

from index.query.query import Query
from index.text.tokenizer import FUNCTION_WORDS, WORD, stem

_ONE = "bill card certificate class course fee league lesson license licence park pass permit rental room season"
_MANY = " ".join(f"{one}s" for one in _ONE.split())
_THINGS = frozenset(f"{_ONE} {_MANY} classes passes".split())
"""Things of which there are many sorts, named by the word before."""
_WITHOUT_SORT = (
    "annual another apply appeal best big biggest buy cancel cheap city closest county current daily different doing each early every existing "
    "expired federal find first free full general getting good having issue kind large largest last late local long lost many monthly more most "
    "nearest near nearby needed new obtain official old online only open out own paid paper pay paying proper public pull rent renew renewing "
    "replace replacement request required requires resident same second senior single small special state stolen temporary town transfer type "
    "unpaid valid without yearly"
)
_SAYS_NO_SORT = FUNCTION_WORDS | frozenset(_WITHOUT_SORT.split())
"""Words before such a thing that say no sort of it."""


def sort_words(asked: Query) -> list[str]:
    """The words before a license, permit, park, lesson or the like that say which sort of it is meant, in lower case."""
    spoken = [word.lower() for word in WORD.findall(asked.sentence)]
    return [a for a, b in pairwise(spoken) if b in _THINGS and _is_sort(a) and stem(a) in asked.own]


def _is_sort(word: str) -> bool:
    return word.isalpha() and len(word) > 2 and word not in _SAYS_NO_SORT and word not in _THINGS
