"""Text before it is drawn: how wide it is, and where it is broken.

Widths are those of the vector renderer: without hinting, hence in proportion to
the size and the same at every resolution.  A layout made from them holds in
SVG, PDF and PNG alike.
"""

from __future__ import annotations

import re
import unicodedata
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

from matplotlib.textpath import text_to_path

from reviewkit.present.typeface import CAP_HEIGHT, find_font, font_names, wide_fonts

__all__ = [
    "CAP_HEIGHT", "Piece", "Run", "TextStyle", "clean_text", "find_font", "font_names", "has_wide_letters",
    "measure_elsewhere", "measure_text", "wide_fonts", "widest_word", "wrap_lines", "wrap_runs",
]  # fmt: skip


_EM = 100.0  # points at which widths are measured
#: What no font draws and no XML may hold, and what would turn the direction of other text.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
_LINE_END = re.compile("[\t\n\v\f\r\u2028\u2029]+")
#: A space; a letter of a script that breaks anywhere, with what may not start a line; a word.
_CJK = "\u2e80-\u9fff\ua000-\ua4cf\uac00-\ud7af\uf900-\ufaff\uff00-\uff60\uffe0-\uffe6"
_CLOSING = "\u3001\u3002\u3009\u300b\u300d\u300f\u3011\uff01\uff09\uff0c\uff0e\uff1a\uff1b\uff1f"
_TOKEN = re.compile(rf"[ \t\n\v\f\r]+|[{_CJK}][{_CLOSING}]*|[^ \t\n\v\f\r{_CJK}]+")
_SOFT_BREAK = re.compile("(?<=[/\\\\\u2010–—_;?&=-])")  # in a word that must be cut


class Run(NamedTuple):
    """Text in one style."""

    text: str
    bold: bool = False
    italic: bool = False


class Piece(NamedTuple):
    """A run in its place on a line, `x` points from where the line starts."""

    x: float
    run: Run


Word = tuple[Run, ...]  # what no break divides; its style may change half way


class _Unit(NamedTuple):
    """A word, and whether a space comes before it."""

    word: Word
    spaced: bool


@dataclass(frozen=True, slots=True)
class TextStyle:
    """How a text looks; `size` is in points."""

    size: float
    bold: bool = False
    colour: str = "ink"  # a key of ``axes.COLOURS``
    italic: bool = False

    def change(self, **changes: Any) -> TextStyle:
        """Return a copy with some parts changed."""
        return replace(self, **changes)

    def run(self, text: str) -> Run:
        """Return a text in this style."""
        return Run(text, self.bold, self.italic)

    def measure(self, text: str) -> float:
        """Return the width of one line of text in points."""
        return measure_text(self.run(text), self.size)


def clean_text(text: str) -> str:
    r"""Return text on one line, without characters that cannot be drawn or written as XML.

    >>> clean_text("Coffey\n1999\x07")
    'Coffey 1999'
    """
    return _UNPRINTABLE.sub("", _LINE_END.sub(" ", text))


def has_wide_letters(text: str) -> bool:
    """Say whether a text has Chinese, Japanese or Korean letters or the like.

    >>> has_wide_letters("調査 2013"), has_wide_letters("Übung, τ² ≤ 1")
    (True, False)
    """
    return not text.isascii() and any(unicodedata.east_asian_width(t) in "WF" for t in text)


def measure_text(run: Run, size: float) -> float:
    """Return the width of a run in points.

    >>> from math import isclose
    >>> wide, narrow = (measure_text(Run("Records screened"), size) for size in (8.0, 4.0))
    >>> isclose(wide, 2 * narrow)
    True
    """
    return size * max(_widths_of_em(*run))


def measure_elsewhere(run: Run, size: float) -> float:
    """Return the width of a run in points where other fonts live.

    East Asian wide letters are one em wide there; a picture that cannot draw
    them has a box in their place, which may be wider.
    """
    return size * _widths_of_em(*run)[1]


@lru_cache(maxsize=2**14)
def _widths_of_em(text: str, bold: bool, italic: bool) -> tuple[float, float]:
    """Return the width with the fonts at hand, and that with fonts for all scripts."""
    text = clean_text(text)
    font = find_font(_EM, bold, italic, has_wide_letters(text))
    narrow = "".join(t for t in text if unicodedata.east_asian_width(t) not in "WF")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph|Matplotlib currently")  # said on saving
        drawn, rest = (
            float(text_to_path.get_text_width_height_descent(some, font, ismath=False)[0]) / _EM
            for some in (text, narrow)
        )
    return drawn, rest + len(text) - len(narrow)


def wrap_runs(
    runs: Iterable[Run], width: float, size: float, *, hang: float = 0.0
) -> list[list[Piece]]:
    """Break text into lines no wider than `width` points, all but the first by `hang` less.

    A space may become a line break, a no-break space (U+00A0) may not; a line
    end or a tab is a space.  Chinese, Japanese and Korean break anywhere.  A
    word that is wider than a line is cut: after a slash, a hyphen or the like
    if it has one, else where the line ends.
    """
    narrow = width - hang
    lines: list[list[_Unit]] = [[]]
    for word, spaced in _units(runs):
        first = not lines[0] and _width(word, size) <= width
        for number, part in enumerate([word] if first else _cut(word, narrow, size)):
            room = width if len(lines) == 1 else narrow
            longer = [*lines[-1], _Unit(part, spaced)]
            if lines[-1] and (number or _end(_place(longer, size), size) > room):
                lines.append([])
                longer = longer[-1:]
            lines[-1] = longer
    return [_place(line, size) for line in lines]


def _end(line: list[Piece], size: float) -> float:
    """Return where a line ends."""
    return line[-1].x + measure_text(line[-1].run, size)


def wrap_lines(text: str, style: TextStyle, width: float, lines: int) -> tuple[str, ...]:
    r"""Break a text into at most `lines` lines of `width` points, the last one elided if need be.

    It breaks at each line end, and as :func:`wrap_runs` says.

    >>> wrap_lines("Umene-Nakano 2013, psychiatrists in Japan", TextStyle(8), 72, 2)
    ('Umene-Nakano', '2013, psychiatrist…')
    """
    found = [
        "".join(piece.run.text for piece in line)
        for part in text.split("\n")
        for line in wrap_runs([style.run(part)], width, style.size)
    ]
    if len(found) <= lines:
        return tuple(found)
    last = found[lines - 1]
    while last and style.measure(last + "…") > width:
        last = last[:-1]
    return (*found[: lines - 1], last.rstrip(" ,;:–-") + "…")


def widest_word(runs: Iterable[Run], size: float) -> float:
    """Return the width in points below which text must be cut inside a word."""
    return max((_width(word, size) for word, _ in _units(runs)), default=0.0)


def _width(word: Iterable[Run], size: float) -> float:
    return sum(measure_text(run, size) for run in word)


def _space(size: float) -> float:
    return measure_text(Run("n n"), size) - measure_text(Run("nn"), size)


def _units(runs: Iterable[Run]) -> Iterator[_Unit]:
    """Yield what may stand on a line of its own."""
    word: list[Run] = []
    spaced = breaks = False
    for run in runs:
        for token in _TOKEN.findall(_UNPRINTABLE.sub("", run.text)):
            wide = re.match(f"[{_CJK}]", token) is not None
            if word and (breaks or wide or token.isspace()):
                yield _Unit(tuple(word), spaced)
                word, spaced = [], False
            if token.isspace() and "\u00a0" not in token:
                spaced = True
                continue
            word.append(run._replace(text=token))
            breaks = wide
    if word:
        yield _Unit(tuple(word), spaced)


def _cut(word: Word, room: float, size: float) -> list[Word]:
    """Return a word whole if a line has room for it, else in parts."""
    if _width(word, size) <= room:
        return [word]
    parts: list[Word] = [()]
    for run in word:
        for chunk in _SOFT_BREAK.split(run.text):
            whole = _width([run._replace(text=chunk)], size) <= room
            for text in [chunk] if whole else _letters(chunk):
                longer = _append(parts[-1], run._replace(text=text))
                if parts[-1] and _width(longer, size) > room:
                    parts.append(())
                    longer = (run._replace(text=text),)
                parts[-1] = longer
    return [part for part in parts if part]


def _letters(text: str) -> list[str]:
    """Return letters with the marks that combine with them."""
    found: list[str] = []
    for letter in text:
        joined = unicodedata.combining(letter) or letter == "\u200d" or (
            bool(found) and found[-1].endswith("\u200d")
        )  # fmt: skip
        if found and joined:
            found[-1] += letter
        else:
            found.append(letter)
    return found


def _append(word: Word, run: Run) -> Word:
    """Return a word with a run behind it, as one run where the style is the same."""
    if word and word[-1][1:] == run[1:]:
        return (*word[:-1], run._replace(text=word[-1].text + run.text))
    return (*word, run)


def _place(units: Iterable[_Unit], size: float) -> list[Piece]:
    """Return the words of a line as few runs, each where it starts."""
    pieces: list[Piece] = []
    for word, spaced in units:
        gap = " " if pieces and spaced else ""
        for run in word:
            x, last = pieces[-1] if pieces else Piece(0.0, Run(""))
            if pieces and last[1:] == run[1:]:
                pieces[-1] = Piece(x, run._replace(text=last.text + gap + run.text))
            else:
                end = x + measure_text(last, size)
                pieces.append(Piece(end + (_space(size) if gap else 0.0), run))
            gap = ""
    return pieces
