"""Counts in prose: digits and words, told from years, citations, percentages and tables.

"(n equals 17,862)", "k = 1612", "twenty-one" and "1 234" are counts; "therapists12",
"fatigue(3)", "2019", "95 % CI" and "Table 2" are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["NUMBER_WORD", "Number", "find_counts", "read_word"]

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_VALUES = {
    **{word: n for n, word in enumerate(_UNITS.split())},
    **{word: 20 + 10 * n for n, word in enumerate(_TENS.split())},
    "hundred": 100,
    "thousand": 1000,
    "dozen": 12,
}
#: A word that is a number, or part of one, as a pattern.
NUMBER_WORD = rf"(?:{'|'.join(sorted(_VALUES, key=len, reverse=True))})"
_WORDS = re.compile(rf"\b{NUMBER_WORD}(?:(?:[\s-]|\sand\s){NUMBER_WORD})*\b", re.IGNORECASE)
_DIGITS = re.compile(r"\d{1,3}(?:[,’'\u2009\u202f ]\d{3})+(?!\d)|\d+")
_NAMED = re.compile(
    r"\b(?:tables?|figures?|figs?\.?|appendix|appendices|box|panel|additional file|supplement\w*|item|items|"
    r"step|phase|version|level|chapter|section|reference|refs?\.?|no\.|vol\.?|prisma|covid|dsm-?|icd-?|aged?|type|grade)\s*[-:]?\s*$",
    re.IGNORECASE,
)  # fmt: skip
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_BEFORE_YEAR = re.compile(
    rf"(?:\b(?:in|since|from|until|till|to|of|and|through|between|before|after|by|during|{_MONTH}|early|late|year|years)\s+|[(,;/–-]\s*|\d{{4}}\s*(?:to|and|-|–)\s*){{1,2}}$",
    re.IGNORECASE,
)  # fmt: skip
_AFTER_COUNT = re.compile(
    r"\s*\)?\s*(?:\w+[\s-]+){0,3}(?:record|citation|article|stud|paper|report|publication|reference|abstract|title|source|duplicate|hit|result|document|full)",
    re.IGNORECASE,
)  # fmt: skip
_PERCENT = re.compile(r"\s*(?:%|per\s?cent|percent)", re.IGNORECASE)
_DAY = re.compile(rf"(?:{_MONTH}\s+$)", re.IGNORECASE)
_DAY_AFTER = re.compile(rf"\s*(?:st|nd|rd|th)?\s*(?:of\s+)?{_MONTH}\b", re.IGNORECASE)
_PERIOD = re.compile(r"[\s-]*(?:years?|months?|weeks?|days?|hours?|min\w*|countries|reviewers?|authors?|researchers?|raters?|databases?|times|cm|mg|points?|items?|participants?|people|patients?)\b", re.IGNORECASE)  # fmt: skip


class Number(NamedTuple):
    """A count in a text."""

    value: int
    start: int
    end: int
    text: str


def read_word(text: str) -> int | None:
    """Return the number that words name.

    >>> read_word("twenty-one"), read_word("one hundred and twelve"), read_word("two thousand three")
    (21, 112, 2003)
    """
    total = part = 0
    for word in re.split(r"[\s-]+", text.casefold().replace(" and ", " ")):
        if word not in _VALUES:
            return None
        value = _VALUES[word]
        if value == 1000:
            total, part = total + max(part, 1) * 1000, 0
        elif value in (100, 12) and word != "twelve":
            part = max(part, 1) * value
        else:
            part += value
    return total + part


def find_counts(text: str) -> list[Number]:
    """Return the counts of a sentence, in its order.

    >>> [n.value for n in find_counts("Of 1,234 records(3), twenty-one (5%) from 2019 were in Table 2.")]
    [1234, 21]
    >>> [n.value for n in find_counts("In 2019, therapists12 found k = 1612 and 2021 records.")]
    [1612, 2021]
    """
    found = [*_find_digits(text), *_find_words(text)]
    return sorted(found, key=lambda number: number.start)


def _find_digits(text: str) -> Iterator[Number]:
    for match in _DIGITS.finditer(text):
        start, end = match.span()
        before, after = text[:start], text[end:]
        # Glued to letters, to a point or a sign it is a citation, a decimal, a range, a code.
        if re.search(r"[\w.’'/·]$", before) or re.match(r"[a-zA-Z_/·]|[.,·]\d", after):
            continue
        if _PERCENT.match(after) or _NAMED.search(before) or _is_citation(before, after):
            continue
        digits = re.sub(r"\D", "", match[0])
        is_year = len(digits) == 4 and match[0].isdigit() and 1900 <= int(digits) <= 2099
        if is_year and _BEFORE_YEAR.search(before) and not _AFTER_COUNT.match(after):
            continue
        if len(digits) <= 2 and (_DAY.search(before) or _DAY_AFTER.match(after)):
            continue
        if _PERIOD.match(after) or re.search(r"[\d.]\s*(?:-|–|—|±|×|to)\s*$", before):
            continue
        compared = re.match(r"\s*(?:-|–|—)\s*\d", after) or re.search(r"[<>≤≥=]\s*0?$", before[-1:])
        if compared and not re.search(r"\b[nNkK]\s*[=:]\s*$", before):
            continue
        yield Number(int(digits), start, end, match[0])


def _is_citation(before: str, after: str) -> bool:
    """Return whether a number stands in brackets glued to a word, or in square brackets."""
    opened = re.search(r"(\S?)([(\[])\s*(?:\d+\s*[,;–-]\s*)*$", before)
    if not opened or not re.match(r"\s*(?:[,;–-]\s*\d+\s*)*[)\]]", after):
        return False
    return opened[2] == "[" or (bool(opened[1]) and opened[1].isalpha())


def _find_words(text: str) -> Iterator[Number]:
    for match in _WORDS.finditer(text):
        after = text[match.end() :]
        if (
            _PERCENT.match(after)
            or _PERIOD.match(after)
            or re.match(
                r"[-\s](?:thirds?|fifths?|quarters?|fold|half|of the(?:se|m)\b|another|way|hand|sample\b)",
                after,
            )
        ):
            continue
        if match[0].casefold() in ("one", "zero") and not re.match(
            r"\s+(?:stud|article|report|paper|record|further|additional|more|was|were|did|could)",
            after,
            re.IGNORECASE,
        ):
            continue
        value = read_word(match[0])
        if value is not None:
            yield Number(value, match.start(), match.end(), match[0])
