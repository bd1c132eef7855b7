"""Percentages of people in prose, each with its kind, its sum and the set that shares its n.

A set is what one study reports of the same people: it begins where the text turns to another
study.  A total is found by arithmetic: "most (73.5 %) were at moderate (23.5 %), high (29.4 %)
or very high risk (20.6 %)".  What is no share of people, as the level of an interval, an I² or
a kappa, is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from reviewkit.sources.manuscript_text import Document, Sentence

__all__ = ["PercentMention", "find_percentages"]

_PERCENT = re.compile(r"(?<![\w.,·])(\d{1,3}(?:[.·,]\d{1,4})?)\s*(?:%|per\s?cent\b|percent\b)")
_FRACTIONS = {
    "two-thirds": "66.7", "two thirds": "66.7", "one-third": "33.3", "one third": "33.3", "a third": "33.3",
    "three-quarters": "75", "three quarters": "75", "a quarter": "25", "one quarter": "25",
    "half": "50", "one-fifth": "20", "a fifth": "20", "four-fifths": "80", "four fifths": "80",
}  # fmt: skip
_FRACTION = re.compile(
    rf"\b({'|'.join(_FRACTIONS)})\b(?=\s+(?:of|were|had|reported|report|met|showed|experienced)\b)",
    re.IGNORECASE,
)
_BOUND = re.compile(
    r"\b(?:more|less|fewer|greater|higher|lower) than|\b(?:over|under|above|below|at least|at most|up to|exceed\w*|nearly|almost|not quite)\b|[<>≤≥]",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"\b(?:about|around|approximately|roughly|some|circa|nearly|almost|close to)\b|[~≈]", re.IGNORECASE)  # fmt: skip
_NOT_PEOPLE = re.compile(
    r"(?:confidence|credible|prediction|CI\b|\bI\s?[²2]|heterogene|interval|kappa|κ|agreement|varianc|explain|power\b|error|alpha|sensitivity|specificity|"
    r"increase\w* (?:of|by)|decrease\w* (?:of|by)|reduc\w+ (?:of|by)|level of signific|response rate)",
    re.IGNORECASE,
)  # fmt: skip
_AGREED = re.compile(r"kappa|κ|agree|reliab", re.IGNORECASE)
_NEW_STUDY = re.compile(
    r"\b(?:in|a|an|one|another|other|similarly, in a|recent)\s+(?!the\b|this\b|our\b|present\b|current\b)(?:(?!the\b|this\b)\w+\s){0,3}(?:study|survey|sample|review|meta-analysis|investigation)\b"
    r"|\bet al\b|\(\d{4}\)|\bstud(?:y|ies) (?:by|of|on|in)\b|\bresearch (?:by|has)\b|\bsimilarly\b|\breviewed studies\b|\bfound that\b",
    re.IGNORECASE,
)  # fmt: skip
_COUNTS = re.compile(r"\(?\s*(\d[\d,]*)\s*(?:/|of|out of)\s*(\d[\d,]*)\s*[;,:]?\s*\(?\s*$")
_COUNTS_AFTER = re.compile(
    r"^\s*[;,:]?\s*\(?\s*(?:n\s*=\s*)?(\d[\d,]*)\s*(?:/|of|out of)\s*(\d[\d,]*)\b"
)
_EVENTS_AFTER = re.compile(r"^\s*[;,:]?\s*\(?\s*n\s*=\s*(\d[\d,]*)\s*\)?")
_N_OF = re.compile(r"\bn\s*=\s*(\d[\d,]*)|\b(?:sample of|among|of the|of)\s+(\d[\d,]*)\s+(?:\w+[\s-]){0,4}(?:participants|therapists|psychotherapists|nurses|workers|professionals|respondents|counsell?ors|psychologists|people|clinicians|social workers|physicians|staff)\b", re.IGNORECASE)  # fmt: skip


class PercentMention(NamedTuple):
    """A percentage as printed."""

    id: str
    set: str
    percent: str
    kind: str  # "point", "total", "bound" or "approximate"
    n: str
    events: str
    sums_to: str
    sentence: Sentence
    at: int


class _Found(NamedTuple):
    percent: str
    start: int
    end: int
    kind: str
    n: str
    events: str


def find_percentages(document: Document) -> list[PercentMention]:
    """Return the percentages of people, in the order of the text."""
    found: list[PercentMention] = []
    number, current = 0, ""
    passage = None
    for sentence in document.sentences():
        here = list(_read_sentence(sentence.text))
        turns = bool(_NEW_STUDY.search(sentence.text))
        if turns or sentence.passage is not passage:
            current = ""
        passage = sentence.passage
        if not here:
            continue
        totals = _find_totals(here)
        if not current:
            number += 1
            current = _name_set(sentence.text, number)
        first = len(found)
        for at, one in enumerate(here):
            parts = totals.get(at, ())
            sums = "+".join(f"P{first + part + 1:02d}" for part in parts)
            kind = "total" if parts and one.kind == "point" else one.kind
            place = sentence.start + one.start
            found.append(
                PercentMention(f"P{first + at + 1:02d}", current, one.percent, kind, one.n, one.events, sums, sentence, place)
            )  # fmt: skip
    return found


def _name_set(text: str, number: int) -> str:
    """Return a name for the people of a set: the study that the sentence names, else a number."""
    named = re.search(r"\b(?:by|in|of|on)\s+((?:[A-Z][\w’'-]+(?:,? (?:and )?)?){1,3})", text)
    return f"{number:02d} {named[1].strip(' ,')}" if named else f"set {number:02d}"


def _read_sentence(text: str) -> Iterator[_Found]:
    spans = [
        (m.start(), m.end(), m[1].replace("·", ".").replace(",", "."))
        for m in _PERCENT.finditer(text)
    ]
    spans += [(m.start(), m.end(), _FRACTIONS[m[1].casefold()]) for m in _FRACTION.finditer(text)]
    spans.sort()
    for at, (start, end, percent) in enumerate(spans):
        if not 0 <= float(percent) <= 100 or _is_range(text, start, end):
            continue
        low = spans[at - 1][1] if at else 0
        before, after = text[max(low, start - 60) : start], text[end : end + 40]
        if _NOT_PEOPLE.search(before) or re.match(
            r"\s*(?:CI\b|confidence|credible|prediction|agreement|level|power)", after
        ):
            continue
        if re.search(r"\bI\s?[²2]", text[max(0, start - 12) : start]):
            continue
        near = before[-30:]
        bound, about = _BOUND.search(near), _ABOUT.search(near)
        kind = "approximate" if about else "bound" if bound else "point"
        if _AGREED.search(text) and _repeats(text, percent):
            continue
        counts = _COUNTS.search(text[:start]) or _COUNTS_AFTER.match(after)
        alone = _EVENTS_AFTER.match(after)
        of = _N_OF.search(text)
        events = counts[1] if counts else alone[1] if alone else ""
        n = counts[2] if counts else next((g for g in of.groups() if g), "") if of else ""
        yield _Found(percent, start, end, kind, n.replace(",", ""), events.replace(",", ""))


def _repeats(text: str, percent: str) -> bool:
    """Return whether a percentage only says a coefficient again, as 0.81, or 81 %."""
    shares = re.findall(r"(?<![\d.])[01]?\.\d+", text.replace("·", "."))
    return any(abs(100 * float(share) - float(percent)) < 0.5 for share in shares)


def _is_range(text: str, start: int, end: int) -> bool:
    """Return whether a number is an end of a range or interval, as 22.39–35.46 %."""
    return bool(
        re.search(r"\d\s*%?\s*(?:-|–|—|−|to)\s*$", text[:start])
        or re.match(r"\s*(?:-|–|—|−|to)\s*\d", text[end:])
    )


def _find_totals(here: Sequence[_Found]) -> dict[int, tuple[int, ...]]:
    """Return the places of totals with those of their parts: two or more neighbours that sum to it."""
    found: dict[int, tuple[int, ...]] = {}
    taken: set[int] = set()
    for at, one in enumerate(here):
        if one.kind != "point" or at in taken:
            continue
        for last in range(at + 2, min(len(here), at + 9)):
            parts = tuple(range(at + 1, last + 1))
            if any(here[p].kind != "point" or p in taken for p in parts):
                break
            if _sums(one.percent, [here[p].percent for p in parts]):
                found[at] = parts
                taken |= {at, *parts}
                break
    return found


def _sums(total: str, parts: Sequence[str]) -> bool:
    exact = [Fraction(text) for text in (total, *parts)]
    slack = sum(Fraction(1, 2 * 10 ** len(text.partition(".")[2])) for text in (total, *parts))
    return abs(exact[0] - sum(exact[1:])) <= slack and exact[0] < 100
