"""What a study measured, read from free text: construct, instrument, version, cut-off, rule.

Extraction tables say it in words, as ``EE > 26 D > 9 PA < 34 ; burnout rule: high EE, high DP``.
:func:`read_measure` turns them into a :class:`Measure`, in which two ways of saying the same
are equal: on a scale of whole numbers, above 26 is 27 or more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from reviewkit._core.format import format_number
from reviewkit.integrity.construct_names import CONSTRUCTS, name_construct
from reviewkit.integrity.instruments import (
    find_instrument,
    find_version,
    is_unstated,
)

__all__ = ["LEVELS", "RULES_OF_BURNOUT", "Cut", "Measure", "read_measure"]

_NUMBER = r"(\d+(?:\.\d+)?)"
_SIGN = re.compile(
    rf"(?P<scale>\b[A-Za-z]{{1,3}}\b)?\s*(?:score\s*(?:of\s*)?)?(?P<sign>>=|=>|≥|⩾|<=|=<|≤|⩽|>|<|&gt;=?|&lt;=?)\s*{_NUMBER}"
    r"(?!\s*(?:of\b|symptom|criteri))"
)
_ALONE = re.compile(rf"\s*{_NUMBER}\s*")
_WORDS_UP = re.compile(
    rf"(?:at least|from)\s+{_NUMBER}|{_NUMBER}\s*(?:or (?:more|above|higher|over|greater)|\+)"
)
_WORDS_DOWN = re.compile(
    rf"(?:at most|up to)\s+{_NUMBER}|{_NUMBER}\s*or (?:less|below|lower|under|fewer)"
)
_T_SCORE = re.compile(r"\bT[- ]?(?:scores?|values?)\b|\bstandardi[sz]ed scores?\b", re.IGNORECASE)
_ALGORITHM = re.compile(r"\bcriteri(?:a|on)\b|\balgorithm|\bDSM\b|diagnos", re.IGNORECASE)
_LOW = re.compile(r"\b(?:low|reduced|lack of|diminished|poor)\b", re.IGNORECASE)
_HIGH = re.compile(r"\b(?:high|good|elevated)\b", re.IGNORECASE)
_BAD = re.compile(r"\b(?:symptoms?|burn-?out|risk|unclear|abnormal)\b", re.IGNORECASE)
_SHORT = MappingProxyType(
    {"ee": "emotional_exhaustion", "e": "emotional_exhaustion", "dp": "depersonalisation",
     "d": "depersonalisation", "cy": "depersonalisation", "pa": "personal_accomplishment",
     "pe": "personal_accomplishment", "bo": "burnout", "sts": "secondary_traumatic_stress",
     "cs": "compassion_satisfaction", "cf": "compassion_fatigue"}
)  # fmt: skip
_SYMBOL_OF = MappingProxyType(
    {"=>": ">=", "≥": ">=", "⩾": ">=", "=<": "<=", "≤": "<=", "⩽": "<=", "&gt;": ">", "&gt;=": ">=",
     "&lt;": "<", "&lt;=": "<="}
)  # fmt: skip


class Cut(NamedTuple):
    """A cut-off on one scale: from `least` upwards, or `most` and below."""

    scale: str  # construct, or "" where the text names none
    upward: bool
    value: float

    def __str__(self) -> str:
        name = CONSTRUCTS[self.scale].label + " " if self.scale in CONSTRUCTS else ""
        decimals = 0 if self.value.is_integer() else 1
        return f"{name}{'≥' if self.upward else '≤'} {format_number(self.value, decimals)}"


class Measure(NamedTuple):
    """What one row of an extraction table measured; what is not said is None or empty."""

    construct: str | None  # key of CONSTRUCTS
    named: str  # construct as written
    good: bool | None  # counts people who do well; None where it cannot be told
    instrument: str | None  # key of INSTRUMENTS, or the text in lower case
    version: str
    cuts: tuple[Cut, ...]
    level: str  # key of LEVELS
    rule: str  # key of RULES_OF_BURNOUT
    scoring: str  # "raw", "T score", "algorithm" or ""


@lru_cache(maxsize=4096)  # a table says the same thing in many rows
def read_measure(construct: str = "", instrument: str = "", cutoff: str = "") -> Measure:
    """Return what the cells of a row say.

    >>> found = read_measure("MBI EE high", "MBI-HSS", "EE > 26; DP >= 10")
    >>> found.construct, found.version, [str(cut) for cut in found.cuts]
    ('emotional_exhaustion', 'MBI-HSS', ['emotional exhaustion ≥ 27', 'depersonalisation ≥ 10'])
    """
    both = f"{construct} ; {cutoff}"
    key = None if is_unstated(instrument) else find_instrument(instrument)
    key = key or find_instrument(construct)
    name = key or (None if is_unstated(instrument) else " ".join(instrument.casefold().split()))
    what = name_construct(construct)
    cuts = _read_cuts(cutoff) or _read_cuts(construct)
    return Measure(
        construct=what,
        named=construct.strip(),
        good=_is_good(what, construct, cuts),
        instrument=name,
        version=find_version(key, f"{instrument} {construct}") if key else "",
        cuts=cuts,
        level=_find(LEVELS, construct) or _find(LEVELS, cutoff),
        rule=_find(RULES_OF_BURNOUT, both) if what == "burnout" else "",
        scoring=_find_scoring(key, what, f"{both} ; {instrument}", cuts),
    )


def _read_cuts(text: str) -> tuple[Cut, ...]:
    found = []
    for match in _SIGN.finditer(text):
        sign = _SYMBOL_OF.get(match["sign"], match["sign"])
        value = float(match[3])
        whole = value.is_integer()
        if sign in (">", "<") and whole:  # scores are whole numbers
            value += 1 if sign == ">" else -1
        found.append(Cut(_SHORT.get((match["scale"] or "").casefold(), ""), ">" in sign, value))
    if alone := _ALONE.fullmatch(text):
        return (Cut("", True, float(alone[1])),)
    if not found:
        for pattern, upward in ((_WORDS_UP, True), (_WORDS_DOWN, False)):
            for match in pattern.finditer(text):
                found.append(Cut("", upward, float(match[1] or match[2])))
    return tuple(dict.fromkeys(found))


def _is_good(construct: str | None, text: str, cuts: tuple[Cut, ...]) -> bool | None:
    """Return whether those who are counted do well: high accomplishment, low exhaustion.

    "High PA burnout" can mean either; then the cut-off decides, if there is one.
    """
    if construct is None:
        return None
    if not CONSTRUCTS[construct].good:
        return False
    low, high = _LOW.search(text), _HIGH.search(text)
    if bool(low) != bool(high) and not _BAD.search(text):
        return bool(high)
    own = {cut.upward for cut in cuts if cut.scale == construct}
    return own.pop() if len(own) == 1 else None


def _find_scoring(key: str | None, construct: str | None, text: str, cuts: tuple[Cut, ...]) -> str:
    if _T_SCORE.search(text):
        return "T score"
    own = [cut.value for cut in cuts if cut.upward and cut.scale in ("", construct)]
    if key == "proqol" and own:
        # Raw sums end at 50; the quartiles of T scores lie at 56 and 57.
        return "T score" if max(own) > 50 else "raw"
    if key == "stss" or construct == "secondary_traumatic_stress":
        return "algorithm" if _ALGORITHM.search(text) else "raw" if own else ""
    return ""


def _find(known: Mapping[str, re.Pattern[str]], text: str) -> str:
    return next((name for name, pattern in known.items() if pattern.search(text)), "")


def _words(table: Mapping[str, str]) -> Mapping[str, re.Pattern[str]]:
    return MappingProxyType({k: re.compile(p, re.IGNORECASE) for k, p in table.items()})


#: How much it takes to be counted; the first that fits.
LEVELS: Mapping[str, re.Pattern[str]] = _words(
    {
        "moderate or higher": r"moderate\s*(?:or|to|and|-|/)\s*(?:high|severe)\w*"
        r"|at least moderate|moderate\s*\+|average (?:or|to) high|mild (?:or|to) (?:high|severe)",
        "any": r"\bany\b|\bat least (?:one|1)\b|>= ?1 of|≥ ?1 of|1\+ ",
        "average or moderate": r"\b(?:moderate|average)\b",
        "criteria met": r"criteri(?:a|on)\b|diagnos",
        "severe": r"\b(?:severe|extreme|very high)\b",
        "high": r"\b(?:high|elevated|abnormal)\b",
        "low": r"\b(?:low|reduced)\b",
    }
)

#: Who counts as burnt out by several subscales; the first that fits.
RULES_OF_BURNOUT: Mapping[str, re.Pattern[str]] = _words(
    {
        "EE and (DP or PA)": r"EE[^.;]*?(?:and|plus|with|\+)[^.;]*?\(?[^.;]*DP[^.;]*?\bor\b[^.;]*PA",
        "two of three": r"two (?:of|out of) (?:the )?three|\b2/3\b|EE[^;]*DP or[^;]*EE[^;]*PA",
        "any of three": r"(?:one|any|at least one) of (?:the |all )?(?:three|3)|any (?:one )?(?:sub)?scale"
        r"|EE,? (?:or|and/or) DP,? (?:or|and/or) PA",
        "all three": r"all (?:of )?(?:the )?three|all (?:three )?(?:dimensions|subscales)"
        r"|high EE[\s+,and]*high DP?[\s+,and]*low PA|EE\s*\+\s*DP\s*\+\s*PA",
        "EE or DP": r"EE (?:and/or|or) DP|EE≥?\d* or DP",
        "EE and DP": r"EE (?:and|plus|\+) DP|both EE",
        "EE alone": r"EE (?:alone|only|subscale)|high on EE\b|emotional exhaustion (?:alone|only)",
    }
)
