"""Reactions that phones send as words: "Liked ..." of an iPhone, a thumb "to ..." of an Android phone."""

import re

_REACTED = re.compile(
    r"""\W*(?:
        liked|loved|disliked|laughed\ at|emphasi[sz]ed|questioned|reacted\ \S+\ to|removed\ an?\ .{1,20}\ from|\W{1,6}\ to
        |(?:a\ .{1,30}\ )?(?:no\ )?(?:le|me)\ (?:gust[oó]|gusta|encant[oó]|encanta|dio\ risa|hizo\ gracia)|se\ ri[oó]\ de|(?:ha\ )?reaccion[oó]\ (?:con\ )?\S+\ a
        |enfatiz[oó]|destac[oó]|cuestion[oó]|puso\ en\ duda|quit[oó]\ .{1,30}\ (?:de|a)
    )\ (?:["“”«'‘]|(?:an?|una?|la|el)\ (?:image|photo|picture|video|movie|attachment|audio|link|message|voice|sticker|imagen|foto|v[ií]deo|mensaje|archivo|enlace)\b)
    """,
    re.IGNORECASE | re.VERBOSE,
)


def is_reaction(body: str) -> bool:
    """Whether a text is a reaction to another one, which wants no reply."""
    return _REACTED.match(body.strip()[:200]) is not None
