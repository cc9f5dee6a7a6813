"""Greeting, help, and the way to a person."""

from actions import replies
from actions.replies import Choice, Reply
from actions.search import Around
from actions.turn import Outcome, Turn

EXAMPLES = ("When is trash picked up?", "How do I pay my water bill?", "When is the next council meeting?")


async def greet(turn: Turn, around: Around) -> Outcome:
    """Say who speaks, and for which city."""
    city = around.places.city(turn)
    about = city.name if city else "your city"
    text = f"Hello! I answer questions about {about} with quotations from official pages. What would you like to know?"
    return Outcome(Reply(text=text), turn.memory)


async def tell_help(turn: Turn, around: Around) -> Outcome:
    """Say what can be asked, and the few words that do something."""
    city = around.places.city(turn)
    about = city.name if city else "your city"
    text = (
        f"I am an automatic service that looks up answers about {about} on official pages. Ask in your own words, "
        "for example: When is trash picked up? After an answer, MORE shows another one, and YES or NO tells me "
        f"whether it helped. To change the city, send its name or ZIP code.{replies.contact(city)}"
    )
    return Outcome(
        Reply(type="text", text=text, choices=tuple(Choice(label=example, text=example) for example in EXAMPLES)),
        turn.memory,
    )


async def talk_to_person(turn: Turn, around: Around) -> Outcome:
    """Give the city's phone number and website."""
    city = around.places.city(turn)
    if city is None and around.places.cities:
        lead = "I can tell you who to call once I know your city."
        return Outcome(replies.ask_city(around.places.cities, lead=lead), turn.memory)
    ways = replies.contact(city)
    where = f"People at {city.name} can help you." if city else "I am an automatic service."
    missing = "" if ways else " I do not have its phone number; its website should list it."
    return Outcome(Reply(text=f"{where}{ways or missing}"), turn.memory)
