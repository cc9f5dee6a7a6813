"""The dialogue: from the step that a message calls for to its outcome, the same with and without Rasa."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from actions.replies import messages
from actions.state import Context, Outcome, Turn
from actions.steps import chitchat, votes
from actions.steps.change_language import change_language, language_named
from actions.steps.choose_city import choose_city
from actions.steps.person import talk_to_person
from actions.steps.search import search
from actions.understanding import short_replies
from actions.understanding.person_requests import asks_for_person, only_sounds_so
from index.client import IndexClient
from townclerk.places import PlaceDirectory, Places
from townclerk.text.languages import LANGUAGES
from townclerk.text.translation import speaking

log = logging.getLogger(__name__)

Step = Callable[[Turn, Context], Awaitable[Outcome]]

STEPS: Mapping[str, Step] = {
    "search": search,
    "change_city": choose_city,
    "change_language": change_language,
    "vote_up": votes.vote_up,
    "vote_down": votes.vote_down,
    "more": votes.more,
    "talk_to_person": talk_to_person,
    "greet": chitchat.greet,
    "help": chitchat.give_help,
    "thanks": chitchat.thanks,
    "goodbye": chitchat.goodbye,
}
"""Every step by name. Rasa's action `action_NAME` is the step NAME."""

_AROUND_A_NAME = """
a about actually am and answer at change choose city code for from here hello hi how i im in instead is it its live lives
living m me mean meant moved my near no not now of ok please resident s set sorry switch that the then to town use want was
we what wrong yes zip ciudad codigo de en es estoy favor hola mi para por postal que si soy tal vivo y yo
"""
_FILLER = frozenset(_AROUND_A_NAME.split())
"""Folded words around a city's name in a message that does nothing but name it, English and Spanish."""


class Dialogue:
    """Answers turns, of cities among `places`. Never raises: a failure would make Rasa report an empty reply."""

    def __init__(self, places: PlaceDirectory, index: IndexClient, languages: Sequence[str] = LANGUAGES) -> None:
        self.places = places
        self._index = index
        self._languages = languages

    async def answer(self, step: str, turn: Turn, *, within: float | None = None) -> Outcome:
        """Take `step`, a key of STEPS, within so many seconds.

        A message that only names a city is a reply to "which city?", whatever `step` is; one that only names a language
        asks for it. What is said is in the language of the turn's state.
        """
        with speaking(turn.state.language):
            return await self._answer(step, turn, within)

    async def _answer(self, step: str, turn: Turn, within: float | None) -> Outcome:
        context = Context(self._index, Places())
        try:
            async with asyncio.timeout(within):
                places = await asyncio.to_thread(self.places.current)
                context, only_city = _context(turn, places, self._index)
                context = replace(context, languages=self._languages)
                outcome = await _take(step, turn, context, only_city=only_city)
        except Exception as error:
            log.warning("step %s failed: %s", step, type(error).__name__, exc_info=not isinstance(error, TimeoutError))
            outcome = Outcome(type="unavailable", reply=messages.unavailable(context.city), state=turn.state)
        return outcome.model_copy(update={"city": context.city.id if context.city else None})


async def _take(step: str, turn: Turn, context: Context, *, only_city: bool) -> Outcome:
    if only_city:
        return await choose_city(turn, context)
    if language_named(turn.text, context.languages):
        return await change_language(turn, context)
    if context.city and context.city.handoff and asks_for_person(turn.text):
        return await talk_to_person(turn, context)
    if reply := await chitchat.aside(turn, context):
        return reply
    if step == "talk_to_person" and only_sounds_so(turn.text):
        step = "search"
    return await STEPS[short_replies.step_for_reply(turn.text, step)](turn, context)


def _context(turn: Turn, places: Places, index: IndexClient) -> tuple[Context, bool]:
    """What the step works with, and whether the message only names a city.

    The city is the one named in the message, else the one chosen before, else that of the channel, else the only one.
    Of several named cities the one talked about already wins, then the longest name.
    """
    mention = places.mentioned(turn.text)
    current = places.get(turn.state.city) or places.get(turn.city)
    named = current if current in mention.cities else next(iter(mention.cities), None)
    only = places.cities[0] if len(places.cities) == 1 else None
    only_city = named is not None and _FILLER.issuperset(mention.other_words)
    return Context(index, places, named, named or current or only), only_city
