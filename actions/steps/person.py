"""The step for who asks for a person: to the city's staff where they take talks, else to its phone."""

from actions.replies import handoff, messages, sentences
from actions.state import Context, Outcome, Turn
from townclerk import clock
from townclerk.text.translation import gettext as _

PERSON = "person"
"""The request, as it waits for the city."""


async def talk_to_person(turn: Turn, context: Context) -> Outcome:
    """Hand the resident to staff, or take a message outside their hours; give phone number and website where no staff take talks."""
    city, cities, state = context.city, context.places.cities, turn.state
    if city is None and cities:
        reply = messages.ask_city(cities, lead=_(sentences.CITY_FOR_PERSON))
        return Outcome(type="ask_city", reply=reply, state=state.but(pending=PERSON))
    if context.named:
        state = state.but(city=context.named.id)
    state, now = state.but(pending=""), clock.now()
    if city is None or city.handoff is None:
        return Outcome(reply=messages.person(city), state=state)
    if city.handoff.is_open(now, city.timezone):
        return Outcome(type="handoff", reply=handoff.handed_over(city), state=state)
    return Outcome(type="message", reply=handoff.message_wanted(city, now), state=state)
