"""A title in the forms in which it is compared, and how two titles relate."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from enum import IntEnum
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.distance import OSA

from reviewkit.dedupe.marks import GENERIC, SERIAL, TELLING, find_marks, strip_decorations
from reviewkit.dedupe.wording import (
    CONTENT_FREE,
    COUNTED,
    OPPOSITES,
    PART_NUMBERS,
    PARTS,
    clean_markup,
    fold_spelling,
    fold_text,
    in_figures,
    split_words,
)

__all__ = ["Title", "TitleMatch", "compare_titles", "read_title"]

_SUBTITLE = re.compile(r"\s*(?::|\?|\.(?=\s)|;|\s[-=/](?=\s)|--)\s*")
_BRACKETED = re.compile(r"^(.*?\S)\s*[\[(]([^\[\]]{12,})[\])]\s*\.?$")
_WHOLE = re.compile(r"^\[([^\[\]]*)\]\s*\.?$")
_MOST_SLIPS = 2  # letters by which two long words may differ
_TURNED = tuple(start for start, _ in OPPOSITES)
_CUT = 30  # letters of a title that is cut off
_ENOUGH_LETTERS = 15  # of a title that is to say anything
_LEAST_LETTERS = 12  # of a main title, which is compared with that of the same authors only


class Title(NamedTuple):
    """A title as it is compared; keys are words joined, so that hyphens and blanks are no matter."""

    words: tuple[str, ...]
    key: str
    main: str  # key of what stands before the subtitle; "" where there is none
    head: int  # words before the subtitle
    others: tuple[str, ...]  # keys of the title in a further language
    marks: frozenset[str]
    generic: bool
    brief: bool  # so short that many works may bear it
    serial: bool


class TitleMatch(IntEnum):
    """How two titles relate; the higher, the closer."""

    CONFLICT = -2  # alike but for a number, a part or a word that makes another work of it
    DIFFERENT = -1
    UNKNOWN = 0  # one of the records has no title
    NEAR = 1  # some words differ
    SHORTER = 2  # one is the other without its subtitle, or cut off
    TYPO = 3  # the same words but for spelling
    SAME = 4


def read_title(text: str) -> Title:
    """Return a title in the forms in which it is compared.

    >>> title = read_title("<i>Burnout</i> in Nurses: A Two-Year Study.")
    >>> title.key, title.main
    ('burnoutinnursesa2yearstudy', 'burnoutinnurses')
    >>> read_title("[Erratum to: Stress]").marks
    frozenset({'correction'})
    """
    folded = strip_decorations(fold_text(clean_markup(text)))
    if whole := _WHOLE.match(folded):
        folded = strip_decorations(whole[1])
    bare, marks = find_marks(folded)
    others: list[str] = []
    if "[" in bare and (two := _BRACKETED.match(bare)):
        bare = two[1]
        others = [_join(two[2])]
    elif " = " in bare:
        bare, _, other = bare.partition(" = ")
        others = [_join(other)]
    bare = fold_spelling(bare.replace("&", " and "))
    words = split_words(bare)
    key = "".join(in_figures(words))
    main, size = "", len(words)
    if cut := _SUBTITLE.search(bare, 1):
        head = split_words(bare[: cut.start()])
        main = "".join(in_figures(head))
        if len(main) < _LEAST_LETTERS or len(head) < 2 or main == key:
            main = ""
        size = len(head) if main else size
    generic = key in GENERIC
    brief = not generic and 0 < len(key) < _ENOUGH_LETTERS and len(words) < 3
    serial = not SERIAL.isdisjoint(words)
    kept = tuple(other for other in others if len(other) >= _ENOUGH_LETTERS)
    return Title(tuple(words), key, main, size, kept, marks, generic, brief, serial)


def _join(text: str) -> str:
    return "".join(in_figures(split_words(fold_spelling(text))))


def compare_titles(left: Title, right: Title) -> TitleMatch:
    """Return how two titles relate, their marks left aside.

    >>> def relate(left, right):
    ...     return compare_titles(read_title(left), read_title(right)).name
    >>> relate("Haemoglobin in behaviour studies", "Hemoglobin in behavior studies")
    'SAME'
    >>> relate("Haemoglobin in behaviour studies", "Haemoglobin in behavuior studies")
    'TYPO'
    >>> relate("Stress at work, part I", "Stress at work, part II")
    'CONFLICT'
    >>> relate("Stress among hospital nurses: a survey", "Stress among hospital nurses")
    'SHORTER'
    """
    if not left.key or not right.key:
        return TitleMatch.UNKNOWN
    if left.key == right.key or _share_other(left, right):
        return TitleMatch.SAME
    if cut := _find_cut(left, right):
        return _relate_shorter(left, right, cut)
    mine, yours = _pair_off(left.words, right.words)
    if not mine and not yours:
        return TitleMatch.TYPO
    if not mine or not yours:
        return _relate_shorter(left, right, mine or yours)
    size, apart = max(len(left.words), len(right.words)), max(len(mine), len(yours))
    telling = any(map(_is_telling, mine)) or any(map(_is_telling, yours)) or _oppose(mine, yours)
    if telling:
        return TitleMatch.CONFLICT if apart <= max(2, size / 3) else TitleMatch.DIFFERENT
    return TitleMatch.NEAR if apart <= size / 4 else TitleMatch.DIFFERENT


def _share_other(left: Title, right: Title) -> bool:
    if not left.others and not right.others:
        return False
    mine, yours = {left.key, *left.others}, {right.key, *right.others}
    return not mine.isdisjoint(yours)


def _find_cut(left: Title, right: Title) -> list[str]:
    """Return the words that one title has after the place where the other ends, if that is cut off."""
    short, long = (left, right) if len(left.key) < len(right.key) else (right, left)
    if len(short.key) < _CUT or not long.key.startswith(short.key):
        return []
    whole = (
        len(short.words) if long.words[: len(short.words)] == short.words else len(short.words) - 1
    )
    return [word for word in in_figures(long.words[whole:]) if word not in CONTENT_FREE]


def _relate_shorter(left: Title, right: Title, extra: Sequence[str]) -> TitleMatch:
    """Judge two titles of which one has all words of the other and more."""
    short, long = (left, right) if len(left.words) < len(right.words) else (right, left)
    subtitle = Counter(in_figures(long.words[long.head :])) if long.main else Counter()
    is_main = not Counter(extra) - subtitle and len(short.words) <= long.head + 1
    is_cut = len(short.key) >= _CUT and long.key.startswith(short.key)
    if is_main or is_cut:
        # A subtitle may hold a number; a number and no more makes another part or year of it.
        told = [word for word in extra if _is_telling(word)]
        bare = bool(told) and (
            len(extra) <= 2 or all(word in COUNTED or word in told for word in extra)
        )
        is_part = _count_parts(long.words) > _count_parts(short.words)
        return TitleMatch.CONFLICT if bare or is_part else TitleMatch.SHORTER
    if any(map(_is_telling, extra)):
        return TitleMatch.CONFLICT
    near = len(extra) <= 0.25 * len(long.words)
    return TitleMatch.NEAR if near else TitleMatch.DIFFERENT


def _count_parts(words: Sequence[str]) -> int:
    """Return how often a title says which part it is, as "part 2: outcomes" does."""
    figures = in_figures(words)
    return sum(
        one in PARTS and (_has_digit(two) or two in PART_NUMBERS) for one, two in pairwise(figures)
    )


def _pair_off(left: Sequence[str], right: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the words of each title that have no counterpart in the other."""
    mine, yours = Counter(left), Counter(right)
    rest = [*(mine - yours).elements()], [*(yours - mine).elements()]
    first, second = _drop_joined(*rest)
    first = _drop_typos(first, second)
    if first and second and _is_misspelt("".join(first), "".join(second)):
        return [], []  # a letter has moved over a blank
    mine, yours = Counter(in_figures(first)), Counter(in_figures(second))
    return (
        [word for word in (mine - yours).elements() if word not in CONTENT_FREE],
        [word for word in (yours - mine).elements() if word not in CONTENT_FREE],
    )


def _drop_joined(left: list[str], right: list[str]) -> tuple[list[str], list[str]]:
    """Drop words that are written apart in one title and together in the other."""
    for some, others in ((left, right), (right, left)):
        for at in range(len(some) - 2, -1, -1):
            joined = some[at] + some[at + 1] if at + 1 < len(some) else ""
            if joined and joined in others:
                others.remove(joined)
                del some[at : at + 2]
    return left, right


def _drop_typos(left: list[str], right: list[str]) -> list[str]:
    """Drop words of both lists that differ by spelling only; `right` is changed."""
    kept = []
    for word in left:
        for at, other in enumerate(right):
            if abs(len(word) - len(other)) <= _MOST_SLIPS and _is_misspelt(word, other):
                del right[at]
                break
        else:
            kept.append(word)
    return kept


def _is_misspelt(word: str, other: str) -> bool:
    """Tell whether two words are one but for spelling."""
    if word == other:
        return True
    if word.isdigit() or other.isdigit() or word in TELLING or other in TELLING:
        return False
    size = min(len(word), len(other))
    most = 1 if size < 8 else _MOST_SLIPS
    if abs(len(word) - len(other)) > most or not _begin_alike(word, other):
        return False
    if OSA.distance(word, other, score_cutoff=most) > most or _oppose([word], [other]):
        return False
    if _digits(word) != _digits(other):
        return False
    if size <= 3:
        return size > 1 and (
            sorted(word) == sorted(other) or not CONTENT_FREE.isdisjoint((word, other))
        )
    return size > 4 or sorted(word) == sorted(other) or abs(len(word) - len(other)) == 1


def _begin_alike(word: str, other: str) -> bool:
    """Tell whether two words begin alike, or one lacks its first letter, or has changed it with the next.

    Another first letter is seldom a slip: paternal and maternal, effective and affective.
    """
    return word[0] == other[0] or word[1:] == other or other[1:] == word or word[:2] == other[1::-1]


def _digits(word: str) -> list[str]:
    return [char for char in word if char.isdigit()]


def _has_digit(word: str) -> bool:
    return any(char.isdigit() for char in word)


def _is_telling(word: str) -> bool:
    return _has_digit(word) or word in TELLING


def _oppose(left: Sequence[str], right: Sequence[str]) -> bool:
    """Tell whether words differ by a beginning that turns them round."""
    for word in left:
        if word.startswith(_TURNED):
            for start, turned in OPPOSITES:
                if word.startswith(start) and turned + word[len(start) :] in right:
                    return True
    return False
