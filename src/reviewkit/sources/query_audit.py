"""Checks of a whole search strategy: its strings against its databases, dates and keywords.

To add a check, write a function that takes a :class:`StrategyCase` and yields findings, and add it
to :data:`STRATEGY_RULES`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, NamedTuple

from reviewkit._core.check import list_some
from reviewkit._core.finding import Finding
from reviewkit.sources.queries import Query, parse_query
from reviewkit.sources.query_platforms import name_platform
from reviewkit.sources.query_rules import check_query
from reviewkit.sources.query_strategy import SearchedString, Strategy, read_strategy
from reviewkit.sources.query_tree import TEXT_FIELDS, iterate_terms
from reviewkit.sources.query_words import fold_term, fold_words, wildcard_regex

__all__ = ["STRATEGY_RULES", "check_strategy"]


class StrategyCase(NamedTuple):
    """A strategy, its strings read as far as they can be, and what was found on the way."""

    strategy: Strategy
    queries: tuple[Query | None, ...]
    findings: tuple[Finding, ...]


def check_strategy(strategy: Mapping[str, Any] | Strategy) -> tuple[Finding, ...]:
    """Check a search strategy: each string, and all of them against the rest.

    Parameters
    ----------
    strategy : mapping
        Plain data with any of ``databases, strings, dates, window, limits, languages, keywords,
        records``, as ``[search]`` in ``review.toml``; see
        :func:`~reviewkit.sources.query_strategy.read_strategy`.

    Returns
    -------
    tuple of Finding
        First what :func:`~reviewkit.sources.query_rules.check_query` finds in each string, then:
        keywords in no string, terms that are no keyword, databases without a string, no field tags
        at all, no dates of the searches, languages without terms in their script.

    Raises
    ------
    InputError
        If a key is not known or a value is of another kind.

    References
    ----------
    Rethlefsen ML, et al. PRISMA-S: an extension to the PRISMA statement for reporting literature
    searches in systematic reviews. Syst Rev 2021;10:39. doi:10.1186/s13643-020-01542-z

    Examples
    --------
    >>> import reviewkit as rk
    >>> found = rk.check_strategy({
    ...     "databases": ["PubMed", "Scopus"], "keywords": ["Therapist harm", "Session-related harm"],
    ...     "strings": ['"Therapist harm" AND "Psychologists"'], "dates": "2024-03-01"})
    >>> for finding in found:
    ...     print(finding.rule, "|", finding.quote)
    search.keyword_unused | Session-related harm
    search.term_not_keyword | Psychologists
    search.database_without_string | PubMed, Scopus
    search.no_field_tags |
    """
    read = read_strategy(strategy)
    queries: list[Query | None] = []
    findings: list[Finding] = []
    for number, one in enumerate(read.strings, start=1):
        platform = _platform_of(one, read)
        where = f"string {number}" + (f" ({one.database})" if one.database else "")
        found = check_query(one.text, platform=platform)
        findings += [
            replace(
                each, where=where if each.where == "search string" else f"{where}, {each.where}"
            )
            for each in found
        ]
        try:
            queries.append(parse_query(one.text, platform=platform))
        except ValueError:  # its findings say why
            queries.append(None)
    case = StrategyCase(read, tuple(queries), tuple(findings))
    return (*case.findings, *(finding for rule in STRATEGY_RULES for finding in rule(case)))


def _platform_of(one: SearchedString, strategy: Strategy) -> str | None:
    """Return the platform that a string was run on, as far as it is told."""
    told = [each.platform for each in strategy.databases if one in strategy.strings_of(each)]
    names = [one.platform, *told, one.database]
    return next((key for key in map(name_platform, filter(None, names)) if key), None)


def find_unused_keywords(case: StrategyCase) -> Iterator[Finding]:
    """Find keywords that no string searches for."""
    if not case.strategy.strings:
        return
    texts = [f" {' '.join(fold_words(one.text).split())} " for one in case.strategy.strings]
    patterns = [_term_pattern(term) for term in _all_terms(case)]
    for keyword in case.strategy.keywords:
        words = " ".join(fold_words(keyword).split())
        if any(f" {words} " in text for text in texts) or any(p.fullmatch(words) for p in patterns):
            continue
        yield Finding(
            "search.keyword_unused", "warning", "keywords",
            f'The keyword "{keyword}" is in none of the {_count(case.strategy.strings, "string")}.',
            quote=keyword, expected="in a string", found="in none",
            fix="Add it to a string, or take it off the list.",
        )  # fmt: skip


def find_strange_terms(case: StrategyCase) -> Iterator[Finding]:
    """Find terms that the list of keywords does not name."""
    if not case.strategy.keywords:
        return
    keywords = [" ".join(fold_words(keyword).split()) for keyword in case.strategy.keywords]
    for term in dict.fromkeys(_all_terms(case)):
        pattern = _term_pattern(term)
        words = " ".join(fold_term(term))
        if any(
            pattern.fullmatch(keyword) or f" {words} " in f" {keyword} " for keyword in keywords
        ):
            continue
        yield Finding(
            "search.term_not_keyword", "note", "strings",
            f'The term "{term}" is in a string, but not among the {len(keywords)} keywords.',
            quote=term, expected="a keyword", found="none",
            fix="Add it to the keywords, or say why it is searched.",
        )  # fmt: skip


def _all_terms(case: StrategyCase) -> list[str]:
    return [
        term.text
        for query in case.queries
        if query is not None
        for line in query.lines
        for term in iterate_terms(line.node)
        if not term.fields or set(term.fields) & {*TEXT_FIELDS, "all", "heading"}
    ]


def _term_pattern(term: str) -> re.Pattern[str]:
    return re.compile(" ".join(map(wildcard_regex, fold_term(term))))


def find_databases_without_string(case: StrategyCase) -> Iterator[Finding]:
    """Find databases for which no string is reported, and strings for none that is named."""
    strategy = case.strategy
    without = [one.name for one in strategy.databases if not strategy.strings_of(one)]
    unnamed = [one for one in strategy.strings if not one.database]
    if without:
        told = list_some(without, sep=", ")
        said = (
            f" {_count(unnamed, 'string')} for {_count(strategy.databases, 'database')}: which ran where is"
            f" not stated."
            if unnamed
            else ""
        )
        yield Finding(
            "search.database_without_string", "warning", "strings",
            f"No string is reported for {told}.{said}", quote=told,
            expected=f"{len(strategy.databases)} databases with strings",
            found=f"{len(strategy.databases) - len(without)}",
            fix="Report the string of each database as it was run.",
        )  # fmt: skip
    names = {one.name.casefold() for one in strategy.databases}
    for one in strategy.strings:
        if strategy.databases and one.database and one.database.casefold() not in names:
            yield Finding(
                "search.unknown_database", "warning", "strings",
                f"A string names {one.database}, which is not among the databases.",
                quote=one.database, expected=", ".join(d.name for d in strategy.databases),
                fix="Add the database, or correct the name.",
            )  # fmt: skip


def find_missing_strings(case: StrategyCase) -> Iterator[Finding]:
    """Find a strategy without any string."""
    if not case.strategy.strings:
        yield Finding(
            "search.no_strings", "error", "strings", "No search string is reported.",
            fix="Report the full string of each database.",
        )  # fmt: skip


def find_no_fields(case: StrategyCase) -> Iterator[Finding]:
    """Find strings none of whose terms says where it is to be looked for."""
    terms = [
        term
        for query in case.queries
        if query is not None
        for line in query.lines
        for term in iterate_terms(line.node)
    ]
    if terms and not any(term.fields for term in terms):
        yield Finding(
            "search.no_field_tags", "warning", "strings",
            "No string has a field tag: each database looks where it likes, in full texts too.",
            expected="fields such as title, abstract, keywords", found="none",
            fix="Report the strings with their tags, or the fields that were chosen.",
        )  # fmt: skip


def find_no_dates(case: StrategyCase) -> Iterator[Finding]:
    """Find databases whose day of search is not reported."""
    strategy = case.strategy
    dated = {
        one.name
        for one in strategy.databases
        if one.date or any(s.date for s in strategy.strings_of(one))
    }
    without = [one.name for one in strategy.databases if one.name not in dated]
    if strategy.date or (strategy.databases and not without):
        return
    if not strategy.databases and all(one.date for one in strategy.strings):
        return
    told = list_some(without, sep=", ")
    window = (
        f' "{strategy.window}" is a window of publication, not a day.' if strategy.window else ""
    )
    yield Finding(
        "search.no_dates", "warning", "dates",
        f"No date of the last search is reported{f' for {told}' if told else ''}.{window}",
        quote=strategy.window, expected="a day for each database", found="none",
        fix="Report the day on which each database was last searched.",
    )  # fmt: skip


def find_vague_window(case: StrategyCase) -> Iterator[Finding]:
    """Find a window of publication without a year."""
    window = case.strategy.window
    if window and not re.search(r"\d{4}", window):
        yield Finding(
            "search.window_without_years", "warning", "window",
            f'The window "{window}" names no year: it depends on a day that is not reported.',
            quote=window, expected="first and last year", fix="Report the first and last year or day.",
        )  # fmt: skip


def find_silent_languages(case: StrategyCase) -> Iterator[Finding]:
    """Find languages of another script in which no string has a term."""
    if not case.strategy.strings:
        return
    text = " ".join(one.text for one in case.strategy.strings)
    for language in case.strategy.languages:
        script = _SCRIPTS.get(language.casefold())
        if script and not re.search(f"[{script}]", text):
            yield Finding(
                "search.language_without_terms", "warning", "languages",
                f"{language} is searched for, but no string has a term in its script.",
                quote=language, expected="terms in its script", found="none",
                fix="Report the terms of that language.",
            )  # fmt: skip


def _count(things: tuple[Any, ...] | list[Any], name: str) -> str:
    return f"{len(things)} {name}{'' if len(things) == 1 else 's'}"


_ARABIC, _CYRILLIC = "\u0600-\u06ff", "\u0400-\u04ff"
#: Languages that are not written in Latin letters.
_SCRIPTS: Mapping[str, str] = MappingProxyType(
    {
        "persian": _ARABIC, "farsi": _ARABIC, "arabic": _ARABIC, "urdu": _ARABIC,
        "russian": _CYRILLIC, "ukrainian": _CYRILLIC, "bulgarian": _CYRILLIC, "serbian": _CYRILLIC,
        "hebrew": "\u0590-\u05ff", "greek": "\u0370-\u03ff", "chinese": "\u4e00-\u9fff",
        "japanese": "\u3040-\u30ff\u4e00-\u9fff", "korean": "\uac00-\ud7af",
        "hindi": "\u0900-\u097f", "thai": "\u0e00-\u0e7f",
    }
)  # fmt: skip

STRATEGY_RULES: tuple[Callable[[StrategyCase], Iterator[Finding]], ...] = (
    find_missing_strings, find_unused_keywords, find_strange_terms, find_databases_without_string,
    find_no_fields, find_no_dates, find_vague_window, find_silent_languages,
)  # fmt: skip
