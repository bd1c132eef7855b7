"""Where sentences begin and end in a text, be it prose, a list, or torn from a page.

A line end is a break where it must be (a blank line, a bullet, lines of any length); in
text that is set in lines of much the same length, it is a space.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import pairwise

__all__ = ["find_sentences", "sentence_at"]

_WRAPPED = 130  # characters; where no line is longer, line ends were set by a machine
_SHORT = 0.55  # of the usual length: a line that ends so early ends a paragraph
_BULLET = r"(?:[•·▪◦‣*–—-]\s+|\(?\d{1,3}[.)]\s+|\(?[a-z][.)]\s+)"
_BREAK = re.compile(rf"\n\s*\n\s*|\n(?=[ \t]*{_BULLET})|\f")
_LINE = re.compile(r"\n")
#: After an end mark and its closing signs: spaces, then what may begin a sentence.
_END = re.compile(
    "[.!?\u2026]+[\"'\u201d\u2019\u00bb)\\]]*(?:\\[\\d+\\])?"
    "(?=\\s+[\"'\u201c\u2018\u00ab(\\[\u00bf\u00a1]*[^\\W_a-z])"
    "|[\u3002\uff01\uff1f\u061f\u06d4]+[\u300d\u300f\u201d\u2019)]*"
)
#: What ends in a full stop and ends no sentence.
_SHORTENED = re.compile(
    r"(?:^|[\s(\[“\"'])(?:e\.g|i\.e|cf|vs|etc|al|approx|ca|no|nos|vol|pp?|figs?|tabs?|eds?|refs?|dr|mr|mrs|ms"
    r"|prof|st|sr|jr|inc|ltd|dept|univ|[a-z])\.$"
    r"|\n[ \t]*\(?\d{1,3}\.$",
    re.IGNORECASE,
)


def find_sentences(text: str) -> list[tuple[int, int]]:
    r"""Return start and end of each sentence, without spaces around it.

    >>> text = "Burnout is common (Lee et al. 2020). It hurts.\n• Rest helps"
    >>> [text[start:end] for start, end in find_sentences(text)]
    ['Burnout is common (Lee et al. 2020).', 'It hurts.', '• Rest helps']
    """
    cuts = {0, len(text)}
    cuts |= {found.end() for found in _BREAK.finditer(text)}
    cuts |= _cut_lines(text)
    for found in _END.finditer(text):
        before = ("\n" + text)[max(0, found.start() - 11) : found.start() + 2]
        if found[0] != "." or not _SHORTENED.search(before):
            cuts.add(found.end())
    spans = []
    for start, end in pairwise(sorted(cuts)):
        part = text[start:end]
        bare = part.strip()
        if bare:
            first = start + len(part) - len(part.lstrip())
            spans.append((first, first + len(bare)))
    return spans


def _cut_lines(text: str) -> set[int]:
    """Return the line ends that end a sentence."""
    ends = [found.start() for found in _LINE.finditer(text)]
    if not ends:
        return set()
    starts = [0, *(end + 1 for end in ends)]
    lengths = [end - start for start, end in zip(starts, [*ends, len(text)], strict=True)]
    filled = sorted(length for length in lengths if length)
    if not filled or filled[-1] > _WRAPPED:
        return {end + 1 for end in ends}
    usual = filled[int(0.8 * (len(filled) - 1))]
    return {
        end + 1
        for start, end, length in zip(starts, ends, lengths, strict=False)
        if length < _SHORT * usual and text[start:end].rstrip()[-1:] not in (",", "-", "–", "(")
    }


def sentence_at(spans: list[tuple[int, int]], start: int, end: int) -> tuple[int, int]:
    """Return the sentence, or sentences, that hold a stretch of text."""
    first = max(bisect_right(spans, (start, 10**18)) - 1, 0)
    last = max(bisect_right(spans, (max(end - 1, start), 10**18)) - 1, first)
    return min(spans[first][0], start), max(spans[last][1], end)
