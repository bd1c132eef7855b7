"""Authors as they are compared: family names, initials, and names written the other way round."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from reviewkit.dedupe.wording import fold_text, list_words

__all__ = ["Name", "compare_authors", "read_authors"]

_MOST = 25  # authors compared; lists are cut by databases anyway
_WORD = re.compile(r"[^\W\d_]+")
_GROUP = re.compile(
    r"\b(?:group|consortium|collaborat\w*|network|investigators?|committee|team|society|association|"
    r"organi[sz]ation|institute|ministry|department|centre|center|council|agency|university|task force)\b"
)
_PLAIN = re.compile(r"\s*\w.*\S\s+[^\W\d_a-z]{1,3}\s*$")  # a family name, then bare initials
_SHORT = re.compile(r"\b[A-Z][a-z]\b(?!\.)")  # a given name of two letters, as "Li"
_MORE = re.compile(
    r"^\W*(?:et\.? al\.?|others|and others|u\. ?a\.|и др\.?|و همکاران)\W*$", re.IGNORECASE
)
_PARTICLES = frozenset(
    list_words("van von der den de del della di da dos du la le el al bin ibn ten ter zu jr sr iii")
)


class Name(NamedTuple):
    """One author."""

    family: str  # letters only, particles left out
    given: str  # given names; "" where there are initials only
    initials: str
    signature: str  # initials of all names, sorted
    group: bool


def read_authors(text: str) -> tuple[Name, ...]:
    """Return the authors of ``"Family, Given; Family, Given"``.

    >>> [(name.family, name.initials) for name in read_authors("van den Berg, J.-P.; Łoś, Ewa")]
    [('berg', 'jp'), ('los', 'e')]
    >>> [name.family for name in read_authors("Smith JA, Jones B")]
    ['smith', 'jones']
    """
    if not text:
        return ()
    parts = text.split(";")
    if len(parts) == 1 and " and " in text:
        parts = text.split(" and ")
    elif len(parts) == 1 and (text.count(",") > 1 or _are_two(text)):
        parts = text.split(",")
    names = [_read_name(part.strip()) for part in parts[:_MOST] if not _MORE.match(part)]
    return tuple(name for name in names if name is not None)


def _are_two(text: str) -> bool:
    """Tell whether one comma stands between two authors, as in "Smith JA, Jones B"."""
    one, comma, two = text.partition(",")
    return bool(comma) and all(map(_PLAIN.match, (one, two)))


@lru_cache(maxsize=500_000)
def _read_name(text: str) -> Name | None:
    folded = fold_text(text)
    if _GROUP.search(folded):
        words = _WORD.findall(folded)
        return Name("".join(words), "", "", "".join(sorted(word[0] for word in words)), True)
    family, comma, given = text.partition(",")
    if not comma:
        family, given = _split_plain(text)
    if comma and _is_initials(family) and not _is_initials(given):
        family, given = given, family
    families = _WORD.findall(fold_text(family).replace("'", ""))
    proper = [word for word in families if word not in _PARTICLES] or families
    if not proper:
        return None
    initials = _read_initials(given)
    signature = "".join(sorted([*(word[0] for word in proper), *initials]))
    words = [
        word for word in _WORD.findall(fold_text(given).replace("'", "")) if word not in _PARTICLES
    ]
    spelt = "".join(words) if max(map(len, words), default=0) > 2 or _SHORT.search(given) else ""
    return Name("".join(proper), spelt, initials, signature, False)


def _is_initials(text: str) -> bool:
    """Tell whether a name is initials and particles only, as in "J. P." and "M. de"."""
    words = [word for word in _WORD.findall(text) if word.lower() not in _PARTICLES]
    return bool(words) and all(
        len(word) == 1 or (len(word) < 4 and word.isupper() and "." in text) for word in words
    )


def _read_initials(given: str) -> str:
    """Return initials; up to three capitals in a row are that many, as in "Smith, JA"."""
    found = []
    for word in _WORD.findall(given):
        folded = fold_text(word)
        if folded and folded not in _PARTICLES:
            found.append(folded if len(word) <= 3 and word.isupper() else folded[0])
    return "".join(found)


def _split_plain(text: str) -> tuple[str, str]:
    """Split a name without a comma into family and given names."""
    words = text.split()
    if len(words) < 2:
        return text, ""
    last = words[-1]
    if "." in last or (len(last) <= 3 and last.isupper()):
        return " ".join(words[:-1]), last
    return last, " ".join(words[:-1])


def compare_authors(left: tuple[Name, ...], right: tuple[Name, ...]) -> float:
    """Return how far the shorter of two lists of authors is in the other, in [0, 1].

    >>> compare_authors(read_authors("Lee, K.; Okoro, A."), read_authors("Lee, Kim; Okoro, Ada; Berg, J."))
    1.0
    >>> compare_authors(read_authors("Lee, K."), read_authors("Park, S."))
    0.0
    """
    if len(left) > len(right):
        left, right = right, left
    if left == right[: len(left)]:
        return 1.0
    rest = list(right)
    total = 0.0
    for name in left:
        best, at = 0.0, -1
        for position, other in enumerate(rest):
            score = _alike(name, other)
            if score > best:
                best, at = score, position
                if score == 1:
                    break
        if at >= 0:
            del rest[at]
        total += best
    return total / len(left)


def _alike(left: Name, right: Name) -> float:
    """Return how alike two names are: 1 same, 0.9 misspelt, 0.6 by initials only, 0.3 another Lee."""
    if left.family == right.family:
        return 1.0 if _agree(left.initials, right.initials) else 0.3
    if left.group or right.group:
        return 0.0
    for one, two in ((left, right), (right, left)):  # family and given name changed places
        if (
            one.given
            and one.given == two.family
            and (not two.initials or one.family[0] in two.initials)
        ):
            return 0.9
    short, long = sorted((left.family, right.family), key=len)
    if len(short) >= 4 and (long.startswith(short) or long.endswith(short)):
        return 0.9 if _agree(left.initials, right.initials) else 0.3
    most = 1 if len(short) < 8 else 2
    misspelt = len(short) >= 5 and OSA.distance(short, long, score_cutoff=most) <= most
    if misspelt and short[0] == long[0] and _agree(left.initials, right.initials):
        return 0.9
    if left.signature == right.signature:  # of two letters only where they have changed places
        swapped = len(left.signature) == 2 and left.family[0] != right.family[0]
        return 0.6 if swapped or len(left.signature) > 2 else 0.0
    return 0.0


def _agree(left: str, right: str) -> bool:
    """Tell whether initials can be of one person; none tell nothing."""
    if not left or not right:
        return True
    return left[0] == right[0] or set(left) == set(right)
