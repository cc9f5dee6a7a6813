"""The alphabet of text messages, GSM 03.38, and what fits in a single one.

A text of this alphabet takes seven bits a character, 160 in one message; those of the extension
table take two. Any other character turns the whole text into UCS-2: 70 units of 16 bits.
"""

import re

SEPTETS, UNITS = 160, 70
"""What one message carries, in this alphabet and in UCS-2."""
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
_PLAIN = str.maketrans(
    {
        "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "`": "'", "´": "'",
        "“": '"', "”": '"', "„": '"', "″": '"', "«": '"', "»": '"',
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-",
        "…": "...", "•": "-", "·": "-", "▪": "-", "●": "-", "⁃": "-",
        "\u00a0": " ", "\u2002": " ", "\u2003": " ", "\u2007": " ", "\u2009": " ", "\u200a": " ", "\u202f": " ",
        "\t": " ", "⁄": "/", "\u2028": "\n", "\u2029": "\n", "\u200b": "", "\u2060": "", "\ufeff": "", "\u00ad": "",
        "½": " 1/2", "¼": " 1/4", "¾": " 3/4", "⅓": " 1/3", "⅔": " 2/3", "⅛": " 1/8", "⅜": " 3/8", "⅝": " 5/8", "⅞": " 7/8",
        "×": "x", "÷": "/", "≤": "<=", "≥": ">=", "→": "->", "←": "<-", "°": " deg ", "²": "2", "³": "3", "¢": " cents", "º": "o", "ª": "a",
        "™": "", "®": "", "©": "(c)", "ﬁ": "fi", "ﬂ": "fl", "№": "No.", "✓": "-", "■": "-", "◦": "-", "‣": "-",
    }
)  # fmt: skip
_DEAR = str.maketrans("áíóúÁÍÓÚ", "aiouAIOU")
"""The accents of Spanish that the alphabet lacks. It has é, ñ, ü and the signs that open a question."""


_BLANKS = re.compile(r" {2,}|(?<=[\n(]) ")


def plain_punctuation(text: str) -> str:
    """`text` with punctuation and signs as the alphabet has them. Letters keep their accents: "año" is no "ano"."""
    plain = text.translate(_PLAIN)
    return plain if plain == text else _BLANKS.sub(" ", plain)


def unaccented(text: str) -> str:
    """The same without the accents that would turn the whole text into UCS-2: "miércoles" as it is, "día" as "dia"."""
    return plain_punctuation(text).translate(_DEAR)


def septets(text: str) -> list[int] | None:
    """What each character takes, 1 or 2; None when one is not in the alphabet."""
    if not all(c in _BASIC or c in _EXTENDED for c in text):
        return None
    return [2 if c in _EXTENDED else 1 for c in text]


def one_message(text: str) -> bool:
    """Whether `text` fits in a single message once its punctuation is plain."""
    if len(text) > SEPTETS:
        return False  # plain punctuation is hardly ever shorter
    plain = plain_punctuation(text)
    if _BASIC.issuperset(plain):
        return len(plain) <= SEPTETS
    sizes = septets(plain)
    if sizes is not None:
        return sum(sizes) <= SEPTETS
    return sum(2 if ord(c) > 0xFFFF else 1 for c in plain) <= UNITS
