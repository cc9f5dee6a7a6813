"""Steps that look nothing up: greeting, help, thanks, goodbye, and the way to a person."""

from actions.replies import replies
from actions.state import Context, Outcome, Turn
from townclerk.text.translation import gettext as _


async def greet(turn: Turn, context: Context) -> Outcome:
    """Say who speaks, and for which city."""
    return Outcome(reply=replies.greeting(context.city), state=turn.state)


async def give_help(turn: Turn, context: Context) -> Outcome:
    """Say what can be asked, and the few words that do something."""
    return Outcome(reply=replies.help_text(context.city), state=turn.state)


async def thanks(turn: Turn, context: Context) -> Outcome:
    """Answer thanks."""
    return Outcome(reply=replies.say(replies.WELCOME), state=turn.state)


async def goodbye(turn: Turn, context: Context) -> Outcome:
    """Say goodbye."""
    return Outcome(reply=replies.say(replies.GOODBYE), state=turn.state)


async def talk_to_person(turn: Turn, context: Context) -> Outcome:
    """Give the city's phone number and website."""
    cities = context.places.cities
    if context.city is None and cities:
        reply = replies.ask_city(cities, lead=_(replies.CITY_FOR_PERSON))
        return Outcome(type="ask_city", reply=reply, state=turn.state)
    return Outcome(reply=replies.person(context.city), state=turn.state)
