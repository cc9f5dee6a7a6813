"""What residents are told while they are handed to staff: that it is so, how long it takes, and how it ends."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from actions.replies.reply import Reply
from actions.replies.sentences import contact
from actions.replies.today import day_name, full_date
from townclerk.jurisdictions import Jurisdiction
from townclerk.text.translation import gettext as _


def handed_over(city: Jurisdiction) -> Reply:
    """Staff are there."""
    text = _(
        "I am passing you on to the staff of {city}. You hear from them, or from me, within {minutes} minutes. "
        "What you write now goes to them. To go on with me, send BOT.",
        city=city.name,
        minutes=city.handoff.minutes if city.handoff else 0,
    )
    return Reply(text=text)


def message_wanted(city: Jurisdiction, at: datetime) -> Reply:
    """Staff are not there at this aware moment: ask for a message."""
    text = _(
        "The staff of {city} are not there now. Write your message to them here, with a phone number or e-mail address. {promise}",
        city=city.name,
        promise=_promise(city, at),
    )
    return Reply(text=text + contact(city))


def message_taken(city: Jurisdiction, at: datetime) -> Reply:
    """The message is with the staff, and the bot answers again."""
    text = _(
        "Thank you. Your message is with the staff of {city}. {promise} Ask me anything meanwhile.",
        city=city.name,
        promise=_promise(city, at),
    )
    return Reply(text=text)


def late(city: Jurisdiction) -> str:
    """Nobody has answered in time."""
    text = _(
        "The staff of {city} have not answered yet. Your message stays with them, and I answer you again meanwhile.",
        city=city.name,
    )
    return text + contact(city)


def ended(city: Jurisdiction) -> str:
    """The bot answers again."""
    return _("Your talk with the staff of {city} has ended. I answer you again.", city=city.name)


def from_staff(city: Jurisdiction, text: str) -> str:
    """What a person wrote, and for whom they speak."""
    return _("Staff of {city}: {text}", city=city.name, text=text)


def _promise(city: Jurisdiction, at: datetime) -> str:
    """When the office is staffed next."""
    opening = city.handoff.opens(at, city.timezone) if city.handoff else None
    if opening is None:
        return _("They answer as soon as the office is open.")
    ahead = opening.day - at.astimezone(ZoneInfo(city.timezone)).date()
    if not ahead:
        return _("They answer today, from {time} on.", time=opening.from_)
    near = ahead < timedelta(days=7)
    day = day_name(opening.day.weekday()) if near else full_date(opening.day)
    return _("They answer on {day}, from {time} on.", day=day, time=opening.from_)
