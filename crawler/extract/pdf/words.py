"""Words of a PDF page with their places, read character by character from PDFium."""

import ctypes
import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from crawler.extract.common.characters import visible

_HYPHENS = dict.fromkeys(map(ord, "\x02\ufffe\xad\u2010\u2011"), "-")  # how PDFium tells one at a line end, and others
_NEAR = 0.12  # of the font size: letters closer than this belong to one word


@dataclass
class Word:
    """Letters without a space between them. All numbers are points, from below left, as they are read."""

    text: str
    left: float
    right: float
    baseline: float
    size: float
    bold: bool = False


def words_of(page: pdfium.PdfPage, text_page: pdfium.PdfTextPage) -> dict[int, list[Word]]:
    """The words in each writing direction (degrees), in the order of the file; the direction of most comes first."""
    reader = _Reader(text_page, page.get_cropbox())
    run: list[tuple[int, str]] = []
    for index, letter in enumerate(_letters(text_page)):
        if letter:
            run.append((index, letter))
        elif run:
            reader.take(run)
            run = []
    reader.take(run)
    by_weight = sorted(reader.words.items(), key=lambda part: -sum(len(word.text) for word in part[1]))
    return dict(by_weight)


class _Reader:
    def __init__(self, text_page: pdfium.PdfTextPage, crop: tuple[float, float, float, float]) -> None:
        self._page = text_page.raw
        self._crop = crop
        self._box, self._x, self._y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
        self._font, self._flags = ctypes.create_string_buffer(80), ctypes.c_int()
        self._top = self._bottom = 0.0
        self._size, self._turn = 0.0, 0
        self._word: Word | None = None
        self._turn_of_word = 0
        self.words: defaultdict[int, list[Word]] = defaultdict(list)

    def take(self, run: list[tuple[int, str]]) -> None:
        """Letters without a space between them. Where no digit is among them their ends are enough to know."""
        whole = None if len(run) < 3 or any(letter.isdigit() for _, letter in run) else self._whole(run)
        if whole is not None:
            self._keep(whole, 0)
            return
        for index, letter in run:
            self._letter(index, letter)
        self._end()

    def _whole(self, run: list[tuple[int, str]]) -> Word | None:
        """The word of a run that stands upright on one line, in one size."""
        box, (first, _), (last, _) = self._box, run[0], run[-1]
        if not self._look(first) or self._turn or self._is_outside():
            return None
        left = box.left
        raw.FPDFText_GetLooseCharBox(self._page, last, box)
        wide = box.right - left
        if (box.top, box.bottom) != (self._top, self._bottom) or not 0 < wide < 1.2 * self._size * len(run):
            return None
        text = "".join(letter for _, letter in run)
        return Word(text, left, box.right, self._y.value, self._size, self._bold(first))

    def _look(self, index: int) -> bool:
        """Find the place of a letter, its size and its direction; False when it has none."""
        box = self._box
        if not raw.FPDFText_GetLooseCharBox(self._page, index, box):
            return False
        if box.top != self._top or box.bottom != self._bottom or self._turn:
            self._top, self._bottom = box.top, box.bottom
            self._size, self._turn = self._measure(index)
            raw.FPDFText_GetCharOrigin(self._page, index, self._x, self._y)
        return True

    def _letter(self, index: int, letter: str) -> None:
        """One character: it goes on with the word before it, or begins another."""
        if not self._look(index):
            self._end()
        elif self._turn:
            self._place(index, letter, _turned(self._box, self._x.value, self._y.value, self._turn))
        else:
            self._place(index, letter, (self._box.left, self._box.right, self._y.value))

    def _place(self, index: int, letter: str, place: tuple[float, float, float]) -> None:
        left, right, baseline = place
        word = self._word
        near = _NEAR * self._size
        if (
            word is None
            or self._turn != self._turn_of_word
            or abs(word.size - self._size) > 0.06 * self._size
            or abs(word.baseline - baseline) > 0.08 * self._size
            or not -4 * near < left - word.right < 2 * near
        ):
            self._end()
            if self._is_outside():
                return
            self._word = Word(letter, left, right, baseline, self._size, self._bold(index))
            self._turn_of_word = self._turn
        else:
            word.text += letter
            word.right = max(word.right, right)

    def _end(self) -> None:
        if self._word is not None:
            self._keep(self._word, self._turn_of_word)
            self._word = None

    def _keep(self, word: Word, turn: int) -> None:
        words = self.words[turn]
        if not (words and _same(words[-1], word)):
            words.append(word)

    def _is_outside(self) -> bool:
        """True for a letter that the page does not show."""
        box, (left, bottom, right, top) = self._box, self._crop
        x, y = (box.left + box.right) / 2, (box.bottom + box.top) / 2
        return not (left - 1 <= x <= right + 1 and bottom - 1 <= y <= top + 1)

    def _measure(self, index: int) -> tuple[float, int]:
        """(font size in points, degrees the writing is turned by). Many writers set size 1 and scale by the matrix."""
        size, matrix = float(raw.FPDFText_GetFontSize(self._page, index)), raw.FS_MATRIX()
        if not raw.FPDFText_GetMatrix(self._page, index, matrix):
            return size, 0
        turn = round(math.degrees(math.atan2(matrix.b, matrix.a))) % 360
        quarter = round(turn / 90) * 90
        scale = math.hypot(matrix.c, matrix.d) if matrix.c or matrix.d else 1.0
        return round(size * scale, 2), quarter % 360 if abs(turn - quarter) <= 3 else turn

    def _bold(self, index: int) -> bool:
        raw.FPDFText_GetFontInfo(self._page, index, self._font, len(self._font), self._flags)
        return _is_bold(self._font.value)


@cache
def _is_bold(font: bytes) -> bool:
    return any(weight in font.lower() for weight in (b"bold", b"black", b"heavy"))


def _letters(text_page: pdfium.PdfTextPage) -> Iterator[str]:
    """The characters of a page by their index, as they are read: all at once where each has its place in the text."""
    text = text_page.get_text_range()
    count = text_page.count_chars()
    if len(text) == count:
        return map(_letter, map(ord, text))
    return (_letter(raw.FPDFText_GetUnicode(text_page.raw, index)) for index in range(count))


@cache
def _letter(code: int) -> str:
    """A character as it is read, "" for one that takes no place."""
    if code >= 0x110000 or 0xD800 <= code < 0xE000:
        return ""
    return _HYPHENS.get(code) or visible(chr(code)).strip()


def _turned(box: raw.FS_RECTF, x: float, y: float, turn: int) -> tuple[float, float, float]:
    """(left, right, baseline) as a reader sees them who turns the page."""
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    along = [a * cos + b * sin for a in (box.left, box.right) for b in (box.bottom, box.top)]
    return min(along), max(along), y * cos - x * sin


def _same(word: Word, other: Word) -> bool:
    """True for letters drawn twice, a little aside, to look bold."""
    return (
        word.text == other.text
        and abs(word.left - other.left) < 0.2 * word.size
        and abs(word.baseline - other.baseline) < 0.2 * word.size
    )
