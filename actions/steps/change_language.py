"""The step for a message that asks for another language: "español", "in English please", "tiếng Việt"."""

import re
from collections.abc import Sequence

from actions.replies import messages
from actions.state import Context, Outcome, Turn
from actions.steps.search import search
from townclerk.text.folding import fold
from townclerk.text.translation import speaking

_NAMES = {
    "en": "english ingles anglais angle 英文 英语 英語 الانجليزية بالانجليزية",
    "es": "spanish espanol castellano espagnol panyol 西班牙语 西班牙語 الاسبانية بالاسبانية",
    "fr": "french francais frances franse 法语 法語 الفرنسية بالفرنسية",
    "vi": "vietnamese vietnamita vietnamien viet 越南语 越南語 الفيتنامية",
    "zh-Hant": "繁體中文 繁体中文 正體中文 繁體 cantonese 廣東話",
    "zh-Hans": "chinese mandarin chino mandarin chinois 简体中文 簡體中文 中文 汉语 漢語 普通话 普通話 国语 國語 الصينية",
    "tl": "tagalog filipino pilipino",
    "ar": "arabic arabe العربية بالعربية عربي 阿拉伯语",
    "ht": "haitian creole kreyol criollo",
}
"""Names of the languages in those they are asked for in, folded. Where a script has two forms, the longer names are tried first."""
_AROUND_A_NAME = """
a again an answer anglais ako au ayisyen ba bang ban can change could do does en es eske est et from habla hablan hablo only hablar hablas hable
hablemos haitian haitiano ho i idioma il in is it ke language lang le lengua let like ma mag marunong me mejor mi mwen my noi now of ou
parlez parle pale pi plait please pls po por favor prefer prefiero preferred pou puede puedes pwede que quiero reply responda
responde responder conteste s sa se shu si solo speak still switch talk tanpri text that the this tieng tieng to toi traditional use usted
ustedes vous want we wikang with would write xin you your yes no cambia cambiar cambie al quisiera thank thanks gracias ok okay hi hola
请 請 说 說 讲 講 用 您 能 会 會 我 想 要 可 以 吗 嗎 的 你 们 們 和 من فضلك هل تتكلم تتحدث باللغة اريد اللغة
"""
_FILLER = frozenset(_AROUND_A_NAME.split())
"""Folded words, and single Chinese characters, around the name in a message that does nothing but ask for a language."""
_BY_NAME = sorted(
    ((name, tag) for tag, names in _NAMES.items() for name in names.split()), key=lambda pair: -len(pair[0])
)
_ANY = re.compile("|".join(rf"\b{name}\b" if name.isascii() else name for name, _tag in _BY_NAME))
_TAGS = dict(_BY_NAME)


def language_named(text: str, languages: Sequence[str]) -> str | None:
    """The one of these languages that the message asks for, when it does nothing else."""
    folded = fold(text)
    named = {_TAGS[found] for found in _ANY.findall(folded)}
    others = re.findall(r"[a-z]+|[^\W\d_a-z]+", _ANY.sub(" ", folded))
    words = [part for word in others for part in (word if "\u4e00" <= word[0] <= "\u9fff" else (word,))]
    if len(named) != 1 or not _FILLER.issuperset(words):
        return None
    tag = named.pop()
    return tag if tag in languages else None


async def change_language(turn: Turn, context: Context) -> Outcome:
    """Speak the language that the message asks for, and say so in it; ask which, when it names none.

    One that names a language among other words ("who can I talk to in Spanish?") is a question to be looked up.
    """
    language = language_named(turn.text, context.languages)
    if language is None and _ANY.search(fold(turn.text)):
        return await search(turn, context)
    if language is None:
        return Outcome(reply=messages.ask_language(context.languages), state=turn.state)
    with speaking(language):
        return Outcome(reply=messages.language_changed(language), state=turn.state.but(language=language))
