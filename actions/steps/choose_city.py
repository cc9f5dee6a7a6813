"""The step for a message that chooses a city or a layer above it; what was asked before is answered there."""

from actions.replies import messages
from actions.state import Context, Outcome, Turn
from actions.steps.ask import ask
from actions.steps.person import PERSON, talk_to_person
from actions.steps.search import QUESTION_WORDS, asked_there, search
from actions.understanding import jurisdiction_switch


async def choose_city(turn: Turn, context: Context) -> Outcome:
    """Take the city that the message names; answer what was asked before, now for that city."""
    city, state = context.named, turn.state
    if city is None:
        if state.history and (moved := jurisdiction_switch.meant(turn.text, context.city, context.places)):
            return await asked_there(turn, context, moved)
        if len(turn.text.split()) > 2 * QUESTION_WORDS:  # too long for a mere change of city
            return await search(turn, context)
        return Outcome(type="ask_city", reply=messages.ask_city(context.places.cities), state=state)
    question, history = state.pending, state.history
    if not question and history and city.id != (state.city or turn.city):
        question, history = history[-1], history[:-1]
    if not question:
        state = state.but(city=city.id, answers=(), position=0)
        return Outcome(type="city", reply=messages.city_chosen(city), state=state)
    # Until it is answered the question stays pending, so that a search service that is down does not lose it.
    state = state.but(city=city.id, pending=question, history=history)
    again = turn.model_copy(update={"text": question, "state": state})
    if question == PERSON:
        return await talk_to_person(again, context)
    return await ask(again, context, city=city, lead=messages.city_taken(city))
