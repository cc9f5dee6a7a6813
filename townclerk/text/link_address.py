"""The mail address, telephone number or web address that a link holds and its words do not say."""

import re
from urllib.parse import unquote, urlsplit

LONGEST = 200  # characters of an address worth reading
_NUMBER = re.compile(
    r"(\+?1)?[\s.-]*\(?(\d{3})\)?[\s.-]*(\d{3})[\s.-]*(\d{4})(?:(?:[,;]|p|w|;ext=|x|\s*ext\.?\s*)+(\d{1,6}))?", re.I
)


def address_behind(href: str, words: str) -> str:
    """What to say beside the `words` of a link: "" when they tell it already, or `href` holds no address to use.

    Numbers are written in the American way ("+1 555-555-0143"); the digits are those of the link.
    """
    scheme, _, rest = unquote(href.strip()).partition(":")
    told = "".join(words.lower().split())
    if scheme.lower() == "mailto":
        mails = [mail.strip(" /") for mail in re.split(r"[,;]", rest.partition("?")[0])]
        return ", ".join(mail for mail in mails if "@" in mail and mail.lower() not in told)
    if scheme.lower() in {"tel", "sms", "callto"}:
        number = rest.partition("?")[0].removeprefix("//").strip()
        digits = re.sub(r"\D", "", number.partition(",")[0])
        return "" if len(digits) < 3 or digits[-7:] in re.sub(r"\D", "", words) else _written(number)
    if scheme.lower() in {"http", "https"}:
        host = (urlsplit(href.strip()).hostname or "").removeprefix("www.")
        return "" if len(href) > LONGEST or not host or host in told else href.strip()
    return ""


def _written(number: str) -> str:
    match = _NUMBER.fullmatch(number)
    if match is None:
        return number
    country, area, office, line, extension = match.groups()
    written = f"{country} " * bool(country) + f"{area}-{office}-{line}"
    return f"{written}, extension {extension}" if extension else written
