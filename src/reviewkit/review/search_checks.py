"""Checks of the search as ``review.toml`` tells it: keywords, strings, databases, dates.

The rules are those of :func:`~reviewkit.sources.query_audit.check_strategy`; here they speak of a
review: what it does not report is a note, what contradicts something is a warning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from reviewkit._core.finding import Finding
from reviewkit.sources.query_audit import check_strategy
from reviewkit.sources.query_platforms import guess_platform

if TYPE_CHECKING:
    from reviewkit.review.folder import Review
    from reviewkit.review.settings import Settings

__all__ = ["check_search"]

_WHERE = "review.toml, search"
_WORD = re.compile(r"[^\W_]+")
_YEAR = re.compile(r"\b(1[89]\d\d|20\d\d)\b")


def check_search(review: Review) -> Iterator[Finding]:
    """Hold databases, strings, keywords and dates of a search against each other."""
    settings = review.settings
    if not (settings.strings or settings.keywords or settings.databases):
        return
    if not settings.strings:
        yield Finding(
            "search.no_strings", "note", _WHERE, "No search string is reported.",
            fix="Report the full string of each database.",
        )  # fmt: skip
    strategy = _tell_strategy(settings)
    for finding in check_strategy(strategy):
        if finding.rule == "search.no_strings" or _is_covered(finding, settings):
            continue
        severity = _SEVERITIES.get(finding.rule, finding.severity)
        if finding.rule == "search.database_without_string" and not _names_strings(settings):
            severity = "note"
        place = (
            finding.where if finding.where.startswith("string ") else f"{_WHERE}, {finding.where}"
        )
        yield replace(finding, severity=severity, where=place)
    yield from _check_dates(settings)


def _tell_strategy(settings: Settings) -> dict[str, Any]:
    """Return the search as plain data; a string knows its database by any usual name of it."""
    sources = (*settings.databases, *settings.registers)
    named = {name: _find_source(name, sources) for name in {s.database for s in settings.strings}}
    # A register has a string of its own only where one is reported.
    listed = [*settings.databases, *(r for r in settings.registers if r in named.values())]
    return {
        "databases": list(dict.fromkeys(listed)),
        "strings": [
            {
                "text": string.text,
                "database": named[string.database],
                "platform": _guess_platform(string.text),
            }
            for string in settings.strings
            if string.text.strip()
        ],
        "window": settings.window,
        "dates": settings.last_searched,
        "languages": list(settings.languages),
        "keywords": list(settings.keywords),
    }


def _guess_platform(text: str) -> str:
    """Return the platform whose marks a string bears: PsycINFO is searched on several."""
    found = guess_platform(text)
    return "" if found == "generic" else found


def _find_source(name: str, sources: tuple[str, ...]) -> str:
    """Return the source that a name means: "Ovid MEDLINE" is "MEDLINE (Ovid)", or "MEDLINE"."""
    words = set(_WORD.findall(name.casefold()))
    for source in sources:
        own = set(_WORD.findall(source.casefold()))
        if words and own and (words <= own or own <= words):
            return source
    return name


def _names_strings(settings: Settings) -> bool:
    """Return whether strings are told by database, or several are too few for all of them."""
    n = len([string for string in settings.strings if string.text.strip()])
    return any(s.database for s in settings.strings) or 1 < n < len(settings.databases)


def _is_covered(finding: Finding, settings: Settings) -> bool:
    """Return whether the words of an unused keyword stand in one string, apart from each other."""
    if finding.rule != "search.keyword_unused":
        return False
    words = [_stem(word) for word in _WORD.findall(finding.quote.casefold())]
    for string in settings.strings:
        there = {_stem(word) for word in _WORD.findall(string.text.casefold().replace("*", ""))}
        if words and all(any(_begins(word, own) for own in there) for word in words):
            return True
    return False


def _stem(word: str) -> str:
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


def _begins(word: str, own: str) -> bool:
    """Return whether a word of a string finds a word: the same, or its stem of five letters or more."""
    return word == own or (len(own) >= 5 and word.startswith(own))


def _check_dates(settings: Settings) -> Iterator[Finding]:
    """Find a window that ends after the last search."""
    ends, searched = _YEAR.findall(settings.window), _YEAR.search(settings.last_searched)
    if len(ends) >= 2 and searched and int(max(ends)) > int(searched[1]):
        yield Finding(
            "search.dates", "warning", _WHERE,
            f"The window ends in {max(ends)}, but the last search was in {searched[1]}.",
            settings.window, f"{searched[1]} at most", max(ends),
            "Correct the window, or the date of the search.",
        )  # fmt: skip


#: What a review does not report is a note, whatever a search by itself would make of it.
_SEVERITIES: Mapping[str, str] = MappingProxyType(
    {
        "search.no_dates": "note",
        "search.no_field_tags": "note",
        "search.window_without_years": "note",
        "search.language_without_terms": "note",
    }
)
