"""Parses a question: takes the names of its place out, mends its spelling, joins it with the turns before, and expands it with synonyms."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import chain

from index.embedding.encoder import Encoder
from index.keywords.bm25_index import KeywordIndex
from index.query.expansion import SynonymExpander
from index.query.occasions import at
from index.query.place_names import PlaceNames
from index.query.query import Query, ask
from index.query.spelling import mend
from index.text.languages import functions, language_asked, spoken


class QueryParser:
    """Safe to use from several threads."""

    def __init__(self) -> None:
        self.thesaurus = SynonymExpander()
        self.names = PlaceNames()

    def parse(  # noqa: PLR0913 - each is part of one question
        self,
        text: str,
        history: Sequence[str],
        places: Sequence[str],
        *,
        day: date,
        keywords: KeywordIndex,
        encoder: Encoder,
    ) -> Query:
        """The question as it is searched in these places on a `day` there; `history` holds those before it, oldest first."""
        known, names = self.thesaurus.of(places), self.names
        bare = names.without(text, places, knows=keywords.knows)
        history = [names.without(turn, places, knows=keywords.knows) for turn in history]
        codes = keywords.languages(places)
        language = language_asked(bare, codes)
        # Words of a language that no page here is written in are all strange; none of them is misspelt.
        readable = language in ("", *codes)
        mended = mend(bare, keywords, encoder, known=known.stems, language=language) if readable else bare
        asked = known.expand(ask(mended, history, functions=functions(language)))
        texts = chain([asked.sentence], *(each.also for each in asked.applied))
        elsewhere = names.elsewhere(text, places)
        asked = replace(asked, elsewhere=elsewhere, spoken=spoken(texts, codes), language=language)
        return at(asked, day)
