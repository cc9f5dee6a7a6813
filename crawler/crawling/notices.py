"""Tells a notice from the page that was asked for: refusals, log-in walls, maintenance, and errors sent as pages.

A notice says nothing else. So neither a title nor one phrase is enough: the text must be short, hold a
sentence of the kind, and leave next to nothing when such sentences are taken away. A title or heading that
is such a phrase as a whole, or a password field, allows more around it.
"""

import re
from dataclasses import dataclass
from typing import Literal

from crawler.extracted import Extracted

SHORT = 1500
"""Characters of text: a notice is short. A long page titled "Sign in" is about signing in."""
REST_UNNAMED = 60
"""Characters beside the sentences of a notice when nothing else says that it is one: less than one fact."""
REST_NAMED = 300
"""The same when title, heading or a password field says so too."""
BARE = 200
"""Characters of a text without any known sentence under the title of a notice."""


@dataclass(frozen=True)
class Notice:
    """What stands in place of the page. `missing`: the site says that there is no such page."""

    reason: str
    missing: bool = False


Name = Literal["access denied", "log-in", "maintenance", "page not found"]
_SITE = r"(?:web ?site|web ?page|server|(?:this|our|the) (?:page|site|service|system|application|portal))s?"
_PAGE = r"(?:page|file|url|web ?page|document|resource|address|link|content)"
_TITLES: dict[Name, str] = {
    "access denied": r"(?:error:? )?(?:40[13][ :.-]*)?(?:access (?:to this (?:page|site|resource) )?(?:has been |is |was )?"
    r"(?:denied|blocked|restricted)|forbidden|unauthori[sz]ed(?: access)?|attention required|just a moment|request "
    r"(?:rejected|blocked)|(?:please )?verify(?:ing)? (?:that )?you are (?:a )?human|are you (?:a robot|human)|robot check|"
    r"(?:security|human|browser) (?:check|verification)|one more step|pardon our interruption|(?:sorry, )?you have been "
    r"blocked)|(?:error )?40[13](?: error)?",
    "log-in": r"(?:please )?(?:log|sign)[ -]?(?:in|on)(?: (?:required|page|form|to continue|to your account|to view this page))?|"
    r"(?:\w+ )?login(?: page| form| required)?|(?:\w+ )?(?:account|user|member|employee|staff|customer) (?:log|sign)[ -]?in|"
    r"authentication required|(?:your )?session (?:has )?(?:expired|timed? ?out)|members only",
    "maintenance": r"(?:web ?site|site|system|server|scheduled|planned|under|undergoing|down for|(?:we are |we're )?(?:currently )?"
    r"(?:under|down for))(?: scheduled| planned| routine| site)? ?maintenance(?: mode)?|maintenance(?: mode)?|(?:error )?(?:503[ :.-]*)?"
    r"(?:web ?site|site|service|page) (?:is )?(?:temporarily |currently )?(?:unavailable|offline|down)|(?:we'?ll |we will )?be "
    r"(?:right )?back(?: soon| shortly)?",
    "page not found": rf"(?:oops[!. ]*|sorry[!,. ]*)?(?:(?:http )?(?:error )?404[ :.-]*)?(?:this |the |that )?(?:requested )?{_PAGE} "
    r"(?:was |is |could |can)?(?:not|n't)(?: be)? found|(?:http )?(?:error )?404(?: error| not found)?|not found|"
    r"(?:this |that )?page (?:does(?:n't| not) exist|is gone|no longer exists|not available)|página no encontrada",
}
_SENTENCES: dict[Name, str] = {
    "access denied": r"access (?:to this \w+ )?(?:has been |is |was )?(?:denied|blocked)\b|(?:do not|don't) have (?:\w+ )?(?:permission|access|"
    rf"rights) to (?:access|view|see)|not (?:allowed|authori[sz]ed|permitted) to (?:access|view|see) (?:this|the) (?:requested )?{_PAGE}|"
    r"forbidden(?:\.|!|$)|you have been blocked|(?:request|ip(?: address)?|access) (?:has been|was|is) (?:blocked|rejected)|"
    r"requested url was rejected|request unsuccessful|incapsula incident|check(?:ing)? (?:your browser|if the site connection)|verify"
    r"(?:ing)? (?:that )?you are (?:a |not a )?(?:human|robot)|enable (?:javascript|cookies)(?: and (?:cookies|javascript))?\b|"
    r"complete the (?:security check|captcha)|unusual (?:traffic|activity)|security service to protect|are you a robot|"
    r"needs to review the security of your connection|security (?:verification|check)",
    "log-in": r"(?:must|please|need to|have to|required to)(?: first)?(?: be)? (?:log|sign)(?:ged|ed)?[ -]?(?:in|on)\b|(?:log|sign)[ -]?(?:in|on)"
    r" (?:to (?:continue|view|access|see|your)|with your|using your|below|here)|(?:enter|type|provide) your (?:user ?name|user id|e-?mail|"
    r"login|credentials|password|account)|session (?:has )?(?:expired|timed out)|requires (?:a )?(?:log-?in|authentication)|"
    r"(?:only|restricted to|for) (?:authori[sz]ed|registered|logged-?in) (?:users|members)|forgot(?:ten)? (?:your|my) (?:user ?name|password)",
    "maintenance": rf"\b{_SITE}\b[^.!?]{{0,80}}\b(?:maintenance|unavailable|offline|down|being (?:updated|upgraded)|be back)\b|"
    rf"\bmaintenance (?:of|on|to) (?:our|the|this) (?:web ?)?(?:site|server|page)s?\b|\bmaintenance mode\b|"
    r"\bwe(?:'re| are) (?:currently |temporarily )?(?:down|offline|(?:under|undergoing|performing|doing|carrying out) "
    r"(?:some |scheduled |planned |routine )*maintenance)\b|^the service is (?:temporarily |currently )?unavailable|"
    r"service (?:temporarily )?unavailable(?:\.|!|$)|unable to (?:service|handle) your request",
    "page not found": rf"\b{_PAGE}s?\b[^.!?]{{0,90}}\b(?:not (?:be )?(?:found|located)|(?:can't|couldn't) be (?:found|located)|(?:does|did)(?: not|n't) "
    r"exist|no longer (?:exists?|available|here)|(?:has|have|may have|might have) been (?:moved|removed|deleted|renamed)|isn't here|"
    r"is(?: not|n't) (?:available|here))|(?:can(?:not|'t| not)|could(?: not|n't)|unable to|were(?:n't| not) able to) (?:find|locate) "
    rf"(?:the |that |this |a )?(?:\w+ )?(?:{_PAGE}\b|what you)|\bnot found on this (?:server|site)\b|nothing was found at this|\b(?:http|error) 404\b|^404$",
}
_BESIDE = re.compile(
    r"try again|come back|check back|be back|apologi[sz]e|inconvenience|patience|thank you|^sorry|^oops|administrator|web ?master|"
    r"(?:site|web ?site) owner|home ?page|previous page|back button|^(?:go )?(?:back|home)\b|^return\b|^search\b|use (?:the|our) (?:search|menu|site map|"
    r"navigation)|search (?:box|for|our)|^(?:ray|incident|reference|support|request|event|error|ticket|transaction) (?:id|#|no|number|code)\b|^reference\b|"
    r"your ip|cloudflare|akamai|imperva|redirect|automatic|^(?:user ?name|user id|e-?mail(?: address)?|password|remember me|submit|continue|log ?in|sign ?in|"
    r"register|create an? account)\W*$|have an account|mistyped|typed|bookmark|spelling|check the (?:address|url)|out of date|a few (?:seconds|moments|minutes)",
    re.IGNORECASE,
)
_TITLE = {name: re.compile(rf"(?:{wording})[.!?… ]*", re.IGNORECASE) for name, wording in _TITLES.items()}
_SENTENCE = {name: re.compile(wording, re.IGNORECASE) for name, wording in _SENTENCES.items()}
_PARTS = re.compile(r"\s+[-–—·»/]\s+|\s*\|\s*")
_UNMISTAKABLE = re.compile(r"access .*denied|\b40[34]\b|not found|no encontrada", re.IGNORECASE)
_ENDS = re.compile(r"(?<=[.!?…])\s+|\n")
_PASSWORD = re.compile(rb"<input\b[^>]{0,500}\btype\s*=\s*[\"']?password", re.IGNORECASE)
_CHALLENGE = re.compile(
    rb"_Incapsula_Resource|cf-chl-|cf_chl_|px-captcha|captcha-delivery|challenge-form|/_sec/cp_challenge", re.IGNORECASE
)


def notice_in(extracted: Extracted, body: bytes) -> Notice | None:
    """The notice that `extracted`, read from the HTML `body`, is; None for a page."""
    password = bool(_PASSWORD.search(body))
    if not extracted.blocks:
        if password or _CHALLENGE.search(body):
            return Notice(f"blocked: only a {'log-in form' if password else 'check by a firewall'} was sent")
        return None
    text = "\n".join(block.text for block in extracted.blocks)
    if len(text) > SHORT:
        return None
    headings = dict.fromkeys(heading for block in extracted.blocks for heading in block.heading)
    names = [*map(str.strip, _PARTS.split(_plain(extracted.title))), *map(_plain, headings)]
    sentences = [s.strip() for s in _ENDS.split(_plain(text)) if s.strip()]
    for name in _TITLE:
        named = [part for part in names if _TITLE[name].fullmatch(part)]
        if _says_nothing_else(name, sentences, named=named, password=password):
            kind = "missing" if name == "page not found" else "blocked"
            return Notice(f"{kind}: the answer is a notice ({name}: {sentences[0][:60]!r})", kind == "missing")
    return None


def _says_nothing_else(name: Name, sentences: list[str], *, named: list[str], password: bool) -> bool:
    own = [s for s in sentences if _SENTENCE[name].search(s)]
    if not own and not any(map(_UNMISTAKABLE.search, named)):
        return False
    others = [s for s in sentences if s not in own and not _BESIDE.search(s)]
    rest = sum(map(len, others))
    if not own:  # a title alone is enough for a few words under it, if it can mean nothing else
        return rest <= BARE
    if named or (password and name == "log-in"):
        return rest <= REST_NAMED
    return rest <= REST_UNNAMED and not any(map(str.isdigit, "".join(others)))  # a number is a fact: a price, a phone


def _plain(text: str) -> str:
    return text.replace("’", "'").replace("\xa0", " ").strip()
