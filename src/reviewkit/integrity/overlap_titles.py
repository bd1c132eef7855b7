"""Titles that are one title: the same letters, other spellings, or the same without a subtitle.

Reviews of one subject have titles that differ in a single word, as "... in Austria" and "... in
Australia".  Titles are therefore compared word by word too: words that are no spelling of each
other make two titles.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

import numpy as np

__all__ = ["SAME", "compare_titles", "fold_letters"]

SAME = "the same letters"
_NEAR, _SHORTER = "another spelling", "without its subtitle"
_ALIKE = 80.0  # of 100, by letters; below, two titles are not compared word by word
_SPELLING = 0.78  # of the letters of a word, for another spelling of it
_MOST = 5_000  # titles that are all compared with each other
_BLOCK = 500  # titles compared at once; bounds memory
_EDGE = 8  # letters at the beginning or end
_LEAST = 12  # letters of a title; shorter ones agree by chance
_MOST = 3  # words that may be spelled otherwise
_EXPANDED = {"æ": "ae", "ø": "o", "œ": "oe", "ß": "ss", "ł": "l", "đ": "d", "ð": "d", "þ": "th",
             "\N{LATIN SMALL LETTER DOTLESS I}": "i"}  # fmt: skip
_NUMERAL = re.compile(r"\d|^[ivx]+$")
_SMALL = frozenset({"a", "an", "and", "the", "of", "in", "on", "for"})
_WORD = re.compile(r"[^\W_]+")


def fold_letters(text: str) -> str:
    """Return the letters and digits of a text without case and marks.

    >>> fold_letters("Łukasik & Müller-Weiß, 2019")
    'lukasikandmullerweiss2019'
    """
    plain = "".join(_EXPANDED.get(letter, letter) for letter in text.casefold().replace("&", "and"))
    return "".join(c for c in unicodedata.normalize("NFKD", plain) if c.isalnum())


def compare_titles(titles: Sequence[str]) -> dict[tuple[int, int], str]:
    """Return the pairs of places whose titles are one, and how.

    >>> compare_titles(["Burnout of psychotherapists in Austria",
    ...                 "Burn-out of Psychotherapists in Austria.",
    ...                 "Burnout of psychotherapists in Australia"])
    {(0, 1): 'the same letters'}
    """
    keys = [fold_letters(title) for title in titles]
    known = [at for at, key in enumerate(keys) if len(key) >= _LEAST]
    if len(known) < 2:
        return {}
    words = [_count_words(title) for title in titles]
    found = {}
    for first, second in _find_alike(keys, known):
        if keys[first] == keys[second]:
            found[first, second] = SAME
        elif _is_spelling(words[first], words[second]):
            found[first, second] = _NEAR
    return found | _compare_heads(titles, keys, known)


def _find_alike(keys: Sequence[str], known: Sequence[int]) -> set[tuple[int, int]]:
    """Return pairs whose letters are nearly the same.

    Among very many titles only those are compared that begin or end with the same letters.
    """
    from rapidfuzz import fuzz, process

    groups: dict[str, list[int]] = {}
    for at in known:
        ends = ("",) if len(known) <= _MOST else (f"^{keys[at][:_EDGE]}", f"{keys[at][-_EDGE:]}$")
        for end in ends:
            groups.setdefault(end, []).append(at)
    found = set()
    for members in groups.values():
        texts = [keys[at] for at in members]
        for start in range(0, len(texts), _BLOCK):
            part = texts[start : start + _BLOCK]
            scores = process.cdist(part, texts, scorer=fuzz.ratio, score_cutoff=_ALIKE)
            rows, columns = (axis.tolist() for axis in np.nonzero(scores))
            found |= {
                (members[start + i], members[j])
                for i, j in zip(rows, columns, strict=True)
                if start + i < j
            }
    return found


def _compare_heads(
    titles: Sequence[str], keys: Sequence[str], known: Sequence[int]
) -> dict[tuple[int, int], str]:
    """Return the pairs of which one title is the other up to its colon, dash or question mark."""
    places: dict[str, list[int]] = {}
    for at in known:
        places.setdefault(keys[at], []).append(at)
    found = {}
    for at in known:
        head = fold_letters(re.split(r"[:?.]\s|\s[–—-]\s", titles[at], maxsplit=1)[0])
        for other in places.get(head, ()) if len(head) >= _LEAST and head != keys[at] else ():
            found[min(at, other), max(at, other)] = _SHORTER
    return found


def _count_words(title: str) -> Counter[str]:
    words = map(fold_letters, _WORD.findall(title.replace("&", " ")))
    return Counter(word for word in words if word not in _SMALL)


def _is_spelling(one: Counter[str], two: Counter[str]) -> bool:
    """Return whether two titles differ in the spelling of some words only."""
    from rapidfuzz import fuzz

    left, right = sorted((one - two).elements()), sorted((two - one).elements())
    if "".join(left) == "".join(right):
        return True
    if not left or not right or max(len(left), len(right)) > _MOST:
        return False
    if any(_NUMERAL.search(word) for word in (*left, *right)):
        return False
    pairs = [(word, max(right, key=lambda other: fuzz.ratio(word, other))) for word in left]
    return len(left) == len(right) and all(_is_word(one, two) for one, two in pairs)


def _is_word(first: str, second: str) -> bool:
    """Return whether two words are spellings of one: by letters, and of nearly one length.

    "Austria" and "Australia", "nurses" and "nursing" are two words.
    """
    from rapidfuzz import fuzz

    near = fuzz.ratio(first, second) >= 100 * _SPELLING
    plain = _british(first) == _british(second)
    swapped = len(first) > 4 and sorted(first) == sorted(second)
    shorter = min(len(first), len(second))
    slips = shorter > 6 or (shorter > 4 and len(first) != len(second))  # a letter more or less
    typed = slips and _edits(first, second) == 1
    return near and (plain or swapped or typed)


def _british(word: str) -> str:
    """Return a word without the differences of British and American spelling, and a plural s."""
    for old, new in (("z", "s"), ("our", "or"), ("ll", "l"), ("ae", "e"), ("oe", "e"), ("ue", "u")):
        word = word.replace(old, new)
    return word.removesuffix("s")


def _edits(first: str, second: str) -> int:
    from rapidfuzz.distance import Levenshtein

    return int(Levenshtein.distance(first, second))
