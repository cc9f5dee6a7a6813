"""Finds addresses that a site makes without end, by what they say: nothing that others do not say already."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from crawler.extracted import Extracted
from crawler.page import content_hash

IN_A_ROW = 15
"""Pages of one pattern in a row without a line of their own, after which its other addresses are left out."""
DATES_IN_A_ROW = 60
"""The same for calendars, whose empty days differ in dates and numbers only: so may short pages about real events."""
SAME_ENOUGH = 3
"""Pairs of equal pages that differ in one parameter, after which it is taken not to matter: none may differ."""
ONE_IN = 10
"""A sorted or filtered list may say so in one line of ten."""

_CALENDAR = re.compile(r"calendar|event|month|week|\bday\b|date|year", re.IGNORECASE)
_DATE_WORDS = re.compile(
    r"\d+|\b(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec|mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)"
    r"(?:uary|ruary|ch|il|ust|tember|ober|ember|day)?\b",
    re.IGNORECASE,
)
_FOUND = re.compile(r"trap: addresses like (\S+) repeat what others say \(found in run (\d+)\)")


@dataclass
class _Pattern:
    lines: set[str] = field(default_factory=set)
    in_a_row: int = 0

    def add(self, lines: set[str], *, list_like: bool) -> int:
        """Take in the lines of one page. Returns how many pages in a row said nothing new, this one included."""
        own = len(lines - self.lines)
        repeats = not own or (list_like and own * ONE_IN <= len(lines))
        self.in_a_row = self.in_a_row + 1 if repeats else 0
        self.lines |= lines
        return self.in_a_row


class Repeats:
    """What the pages of one run said, by the pattern of their addresses. `remembered`: pattern -> run that found it."""

    def __init__(self, run_id: int, remembered: dict[str, int]) -> None:
        self._run = run_id
        self._found = dict(remembered)
        self._patterns: dict[str, _Pattern] = defaultdict(_Pattern)
        self._calendars: dict[str, _Pattern] = defaultdict(_Pattern)
        self._texts: dict[tuple[str, tuple[str, ...]], tuple[str, str]] = {}
        self._same: dict[tuple[str, str], int] = defaultdict(int)

    def saw(self, url: str, extracted: Extracted) -> None:
        """Take in a page that was read."""
        pattern, names = pattern_of(url)
        if not names and "0" not in pattern:
            return
        self._compare(url, content_hash("", extracted.blocks))
        lines = {line for block in extracted.blocks for line in block.text.splitlines()}
        endless = self._patterns[pattern].add(lines, list_like=len(names) > 1) >= IN_A_ROW
        if _CALENDAR.search(pattern):
            dateless = {_DATE_WORDS.sub("", line) for line in lines}
            endless |= self._calendars[pattern].add(dateless, list_like=False) >= DATES_IN_A_ROW
        if endless:
            self._found[pattern] = self._run

    def why_not(self, url: str) -> str:
        """Why an address that was never read is not worth it, or ""."""
        pattern, _ = pattern_of(url)
        if pattern in self._found:
            return f"trap: addresses like {pattern} repeat what others say (found in run {self._found[pattern]})"
        path, pairs = _parts(url)
        for name, _ in pairs:
            if self._same[path, name] >= SAME_ENOUGH and _key(path, name, pairs) in self._texts:
                return f"the parameter {name} makes no difference here"
        return ""

    def _compare(self, url: str, text: str) -> None:
        path, pairs = _parts(url)
        for name, value in pairs:
            other = self._texts.setdefault(_key(path, name, pairs), (value, text))
            if other[0] != value:
                self._same[path, name] += 1 if other[1] == text else -1_000_000


def remembered(reasons: Iterable[str], *, since: int) -> dict[str, int]:
    """Patterns and runs named in the reasons of an earlier run; what was found before run `since` is tried anew."""
    found = (_FOUND.fullmatch(reason) for reason in reasons)
    return {match[1]: int(match[2]) for match in found if match and int(match[2]) >= since}


def pattern_of(url: str) -> tuple[str, list[str]]:
    """The path with all numbers alike and the names of the parameters; and those names."""
    parts = urlsplit(url)
    names = sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)})
    return f"{re.sub(r'[0-9]+', '0', parts.path)}?{'&'.join(names)}", names


def _parts(url: str) -> tuple[str, list[tuple[str, str]]]:
    parts = urlsplit(url)
    return parts.path, parse_qsl(parts.query, keep_blank_values=True)


def _key(path: str, name: str, pairs: list[tuple[str, str]]) -> tuple[str, tuple[str, ...]]:
    return path, (name, *(f"{other}={value}" for other, value in pairs if other != name))
