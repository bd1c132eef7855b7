"""Where a work stands: journal, volume, issue and pages, as they are compared."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz

from reviewkit.dedupe.wording import fold_cached, fold_text, list_words

__all__ = [
    "Pages", "compare_journals", "drop_supplement", "is_living", "read_journal", "read_number", "read_pages",
    "read_supplement", "read_year",
]  # fmt: skip

_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d|21\d\d)(?!\d)")
_NUMBER = re.compile(r"\d+")
_ROMAN = re.compile(r"^[ivxlcdm]+$")
_PAGE = re.compile(r"([a-z]{0,4})\.?\s?0*(\d+)\s*(?:-+\s*([a-z]{0,4})\.?\s?0*(\d+))?")
_PAGE_WORD = re.compile(
    r"^(?:pages?|pp?|s(?:eite)?s?\.|article(?: no\.?| number)?|art\.?(?: no\.?)?|no\.)\s*[:.]?\s*"
)
_WORD = re.compile(r"[^\W_]+")
_SUPPLEMENT = re.compile(r"supp|^\s*s\s?\d{0,2}\s*$")
_SUPPLEMENT_PAGE = re.compile(r"\s*(?:pp?\.?\s*)?S\s?\d", re.IGNORECASE)
_REVIEW_NUMBER = re.compile(r"\s*CD\d{6}", re.IGNORECASE)
#: Journals and books whose works come out anew under one title.
LIVING = re.compile(r"cochrane database|statpearls|genereviews|pdq cancer")
_MINOR = frozenset(
    list_words("the of and for in on a an de la le les du el y et der die das und fur von i zur")
)


class Pages(NamedTuple):
    """First and last page; 0 where not known.  Letters, as in S12 or e115, are left out."""

    first: int
    last: int

    @property
    def is_range(self) -> bool:
        """Whether both ends are known: a lone number may be an article's or a count of pages."""
        return self.last > 0


def read_year(text: str) -> int:
    """Return the year in a text, or 0.

    >>> read_year("2019//"), read_year("Spring 2020"), read_year("in press")
    (2019, 2020, 0)
    """
    found = _YEAR.search(text if text.isascii() else fold_text(text))
    return int(found[0]) if found else 0


@lru_cache(maxsize=100_000)
def read_pages(text: str) -> Pages:
    """Return first and last page.

    >>> read_pages("123-9"), read_pages("S568-"), read_pages("e115-e118"), read_pages("083-087")
    (Pages(first=123, last=129), Pages(first=568, last=0), Pages(first=115, last=118), Pages(first=83, last=87))
    """
    folded = _PAGE_WORD.sub("", fold_text(text).strip())
    if re.fullmatch(r"\d+ ?(?:p|pp|pages?)\.?", folded):
        return Pages(0, 0)  # how many, not which
    found = _PAGE.search(folded)
    if not found:
        return Pages(0, 0)
    first, end = int(found[2]), found[4] or ""
    if not end:
        return Pages(first, 0)
    start = found[2]
    last = int(start[: len(start) - len(end)] + end) if len(end) < len(start) else int(end)
    return Pages(first, last if last >= first else 0)


@lru_cache(maxsize=100_000)
def read_number(text: str) -> str:
    """Return the number of a volume or issue, or "".

    >>> read_number("Vol. 012"), read_number("12(3)"), read_number("XIV"), read_number("Suppl. 1")
    ('12', '12', '14', '1')
    >>> read_number("Conference: 22nd World Congress of Gynecology")
    ''
    """
    folded = fold_text(text).strip()
    if len(folded) > 24 or folded.startswith("conference") or _REVIEW_NUMBER.match(folded):
        return ""
    if found := _NUMBER.search(folded):
        return found[0].lstrip("0")
    word = re.sub(r"^vol(?:ume)?\.?\s*", "", folded)
    return str(_roman(word)) if _ROMAN.match(word) else ""


@lru_cache(maxsize=100_000)
def read_supplement(issue: str, volume: str, pages: str) -> int:
    """Return 1 for a supplement, 0 for an issue, -1 if that cannot be told.

    >>> read_supplement("4 Suppl. 1", "12", ""), read_supplement("", "12", "S43-S44"), read_supplement("4", "12", "43-4")
    (1, 1, 0)
    """
    if (
        _SUPPLEMENT.search(issue.lower())
        or "supp" in volume.lower()
        or _SUPPLEMENT_PAGE.match(pages)
    ):
        return 1
    return 0 if _NUMBER.search(issue) else -1


@lru_cache(maxsize=100_000)
def drop_supplement(issue: str) -> str:
    """Return an issue without its supplement, "" where it is that alone.

    >>> drop_supplement("4 Suppl. 1"), drop_supplement("Suppl. 1"), drop_supplement("4")
    ('4', '', '4')
    """
    found = _SUPPLEMENT.search(issue.lower())
    return issue[: found.start()].strip() if found else issue


@lru_cache(maxsize=100_000)
def is_living(journal: str, pages: str) -> bool:
    """Tell whether a work comes out anew under one title and number, as Cochrane reviews do.

    >>> is_living("The Cochrane database of systematic reviews", ""), is_living("", "CD001234")
    (True, True)
    """
    return bool(_REVIEW_NUMBER.match(pages)) or bool(LIVING.search(journal.lower()))


def _roman(word: str) -> int:
    values = [{"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}[c] for c in word]
    following = [*values[1:], 0]
    return sum(-a if a < b else a for a, b in zip(values, following, strict=True))


@lru_cache(maxsize=100_000)
def read_journal(text: str) -> str:
    """Return the names of a journal, with and without subtitle or what stands in brackets.

    >>> read_journal("The Lancet (London, England)"), read_journal("Burnout Research: The Journal")
    ('lancet|london england', 'burnout research|burnout research journal')
    """
    folded = _IN_BRACKETS.sub(" ", fold_cached(text))
    names = [_SUBTITLE.split(folded)[0], folded, *_IN_BRACKETS.findall(fold_cached(text))]
    kept = [" ".join(word for word in _WORD.findall(name) if word not in _MINOR) for name in names]
    known = [name for at, name in enumerate(kept) if at < 2 or " " in name]
    return "|".join(dict.fromkeys(name for name in known if name))


_IN_BRACKETS = re.compile(r"[(\[]([^)\]]*)[)\]]")
_SUBTITLE = re.compile(r"\s[:=]\s|:\s|;|\. |, official")


@lru_cache(maxsize=1_000_000)
def compare_journals(left: str, right: str) -> int:
    """Return 1 if two names can be of one journal, -1 if not, 0 if that cannot be told.

    >>> compare_journals("journal traumatic stress", "j trauma stress")
    1
    >>> compare_journals("jama", "journal american medical association")
    1
    >>> compare_journals("social work", "burnout research")
    -1
    """
    if not left or not right:
        return 0
    pairs = [(one, two) for one in left.split("|") for two in right.split("|")]
    return max(_compare_names(one, two) for one, two in pairs)


def _compare_names(left: str, right: str) -> int:
    if left == right:
        return 1
    short, long = sorted((left.split(), right.split()), key=len)
    if _abbreviates(short, long) or (len(short) == len(long) and _abbreviates(long, short)):
        return 1
    if any(_is_acronym(*two) for two in ((short, long), (long, short))):
        return 1
    if fuzz.ratio(left, right) >= 90:
        return 1
    starts = long[: len(short)] == short or long[-len(short) :] == short
    return 0 if starts or fuzz.token_set_ratio(left, right) >= 85 else -1


def _abbreviates(short: list[str], long: list[str]) -> bool:
    """Tell whether each word of one name stands for a word of the other, in order.

    Words of up to three letters of the longer one may be left out.
    """
    at = 0
    for word in short:
        while at < len(long) and not _stands_for(word, long[at]) and len(long[at]) <= 3:
            at += 1
        if at == len(long) or not _stands_for(word, long[at]):
            return False
        at += 1
    return all(len(word) <= 3 for word in long[at:])


def _stands_for(short: str, long: str) -> bool:
    """Tell whether a word is another, or cut from it, as "natl" from "national"."""
    if len(short) > len(long):
        short, long = long, short
    if short[0] != long[0]:
        return False
    if long.startswith(short):
        return True
    letters = iter(long)
    return len(short) >= 2 and all(char in letters for char in short)


def _is_acronym(name: list[str], words: list[str]) -> bool:
    """Tell whether a name of one word is made of the first letters of others."""
    return len(name) == 1 and len(words) > 1 and "".join(word[0] for word in words) == name[0]
