"""Steps that look nothing up: greeting, help, thanks and goodbye."""

from actions.replies import messages, sentences
from actions.replies.reply import Reply
from actions.state import Context, Outcome, Turn
from actions.understanding import short_replies
from townclerk.text.translation import gettext as _


async def greet(turn: Turn, context: Context) -> Outcome:
    """Say who speaks, and for which city."""
    return Outcome(reply=messages.greeting(context.city), state=turn.state)


async def give_help(turn: Turn, context: Context) -> Outcome:
    """Say what can be asked, and the few words that do something."""
    return Outcome(reply=messages.help_text(context.city), state=turn.state)


async def thanks(turn: Turn, context: Context) -> Outcome:
    """Answer thanks."""
    return Outcome(reply=sentences.say(sentences.WELCOME), state=turn.state)


async def goodbye(turn: Turn, context: Context) -> Outcome:
    """Say goodbye."""
    return Outcome(reply=sentences.say(sentences.GOODBYE), state=turn.state)


async def aside(turn: Turn, context: Context) -> Outcome | None:
    """The reply to doubt about an answer, to giving up and to kindness; None for other messages."""
    match short_replies.aside(turn.text):
        case "given_up":
            reply = Reply(text=_(sentences.GIVEN_UP) + sentences.contact(context.city))
        case "kindness":
            reply = sentences.say(sentences.GO_ON)
        case "doubt" if turn.state.shown is not None:
            reply = Reply(text=_(sentences.DOUBTED) + sentences.contact(context.city))
        case _:
            return None
    return Outcome(reply=reply, state=turn.state)
