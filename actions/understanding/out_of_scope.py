"""Requests that only people of the city can carry out, or nobody should."""

import re

from townclerk.text.folding import plain_words

_ASKS = r"^(?:hi |hello |hey |please |pls |ok )*(?:(?:can|could|would|will) you |i want you to |id like you to )?(?:please )?(?:just )?"
_OFFICIAL = r"(?:mayor|chief|clerk|judge|officer|manager|director|commissioner|council ?(?:member|man|woman|person))"
_WAYS_TO_REACH = r"(?:home|private|personal) (?:address|phone|cell|number|e ?mail)"
_OUT_OF_SCOPE = (
    (re.compile(_ASKS + r"(?:(?:remind|notify|alert|subscribe|email|ping) (?:me|us)\b|sign me up for|text me (?:when|if|about|the|before|every|\w+ (?:alerts|warnings|reminders|updates)))"), "alerts"),
    (re.compile(r"^(?:can|could|how do|do) (?:i|we) (?:get|receive) an? (?:text|email|alert|reminder|notification|call) (?:when|before|the day|if|about|for|on)"), "alerts"),
    (re.compile(r"^(?:por favor )?(?:recuerdeme|recuerdame|aviseme|avisame|notifiqueme|suscribame)\b"), "alerts"),
    (re.compile(_ASKS + r"(?:report (?:it|this|that)(?: \w+){0,3}|send (?:someone|somebody|a crew|an officer)(?: \w+){0,6}|(?:come )?(?:fix|clean up|pick up) (?:it|this|that)(?: \w+){0,3}|file (?:it|a report|a complaint)(?: \w+){0,3})$"), "report"),
    (re.compile(rf"\b{_WAYS_TO_REACH}(?: \w+)? (?:of|for) (?:the |our )?{_OFFICIAL}\b|\b{_OFFICIAL}s {_WAYS_TO_REACH}\b|^(?:how old is|where does|is) (?:the |our )?(?:\w+ )?{_OFFICIAL}(?: live| married| single)?$"), "private"),
    (re.compile(r"\b(?:system|initial|hidden) prompt\b|\byour (?:prompt|source code)\b|^what are your instructions$|\b(?:ignore|disregard|forget) (?:all |any )?(?:of )?(?:your |the |my )?(?:previous|prior|above|earlier) (?:instructions?|prompts?|rules)\b"), "prompt"),
)  # fmt: skip


def out_of_scope(text: str) -> str:
    """What a message asks of us that we do not do: "alerts", "report", "private" or "prompt"; else nothing."""
    words = plain_words(text)
    return next((request for asked, request in _OUT_OF_SCOPE if asked.search(words)), "")
