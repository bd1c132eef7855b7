"""What each search platform reads: order of operators, wildcards, proximity, field tags.

To add a platform, add an entry to :data:`PLATFORMS` and its tags to
:mod:`~reviewkit.sources.query_fields`.  Where no parentheses stand:

- PubMed goes from left to right.
- Scopus takes OR first, then W/n and PRE/n, AND, AND NOT.
- Web of Science takes NEAR, NOT, AND, OR; so do Ovid (adj) and EBSCOhost (N, W) after their
  guides, and the generic string.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from reviewkit._core.errors import InputError

__all__ = ["PLATFORMS", "Platform", "find_platform", "guess_platform", "name_platform"]


class Platform(NamedTuple):
    """How a platform reads a string."""

    title: str
    aliases: tuple[str, ...]  # of platforms and of databases that people name for it
    levels: Mapping[str, int]  # operator → how tightly it binds
    wildcards: Mapping[str, str]  # its symbol → the one spelling
    joins_words: str  # what words without an operator mean: "AND" or "phrase"
    upper_case: bool = False  # only AND, OR, NOT in capitals are operators
    reference: str = "#"  # before the number of a line
    least_stem: int = 0  # letters that must stand before a truncation
    mark: str = r"(?!)"  # what only this platform writes


# NOT before AND gives the same records as AND and NOT from left to right, but a plainer tree.
_USUAL = MappingProxyType({"NEAR": 4, "NOT": 2, "AND": 2, "OR": 1})
_LEFT_TO_RIGHT = MappingProxyType({"NEAR": 4, "NOT": 1, "AND": 1, "OR": 1})
_OR_FIRST = MappingProxyType({"OR": 4, "NEAR": 3, "AND": 2, "NOT": 1})


def find_platform(name: str) -> str:
    """Return the key of a platform by its name, or by that of a database that runs on one.

    >>> find_platform("Web of Science"), find_platform("PsycINFO"), find_platform("PubMed")
    ('wos', 'ovid', 'pubmed')
    """
    key = name_platform(name)
    if key is None:
        known = ", ".join(map(repr, PLATFORMS))
        raise InputError(
            f"`platform` must be one of {known}, or a name of one. Got {name!r}. "
            f"For a platform that is not among them, give 'generic'."
        )
    return key


def name_platform(name: str) -> str | None:
    """Return the key of the platform that a database is searched on; None where none is known.

    >>> name_platform("CINAHL (EBSCOhost)"), name_platform("Noormags")
    ('ebsco', None)
    """
    plain = re.sub(r"[^a-z0-9]+", " ", name.casefold()).strip()
    if plain in PLATFORMS:
        return plain
    for key, platform in PLATFORMS.items():
        if plain in platform.aliases:
            return key
    for key in ("ebsco", "ovid", "pubmed", "scopus", "wos"):
        if any(f" {alias} " in f" {plain} " for alias in PLATFORMS[key].aliases):
            return key
    return None


def guess_platform(text: str) -> str:
    """Return the one platform whose own marks a string bears; else "generic".

    >>> guess_platform("burnout[tiab] AND x"), guess_platform("(a or b).ti,ab."), guess_platform("a")
    ('pubmed', 'ovid', 'generic')
    """
    bare = re.sub(r'"[^"]*"', '""', text)  # what stands in quotation marks marks nothing
    found = [key for key, platform in PLATFORMS.items() if re.search(platform.mark, bare)]
    return found[0] if len(found) == 1 else "generic"


#: Symbols and order after the help pages of each platform.
PLATFORMS: Mapping[str, Platform] = MappingProxyType(
    {
        "pubmed": Platform(
            "PubMed", ("pubmed", "medline pubmed", "medline via pubmed"),
            _LEFT_TO_RIGHT, {"*": "*"}, "AND", upper_case=True, least_stem=4,
            mark=r"\[[A-Za-z][A-Za-z/ ]{1,24}(?::noexp|:~\d+)?\]",
        ),
        "scopus": Platform(
            "Scopus", ("scopus",), _OR_FIRST, {"*": "*", "?": "?"}, "AND",
            mark=r"\b(?:TITLE|ABS|KEY|AUTHKEY|ALL|INDEXTERMS|TITLE-ABS(?:-KEY)?)\s*\("
            r"|\bPUBYEAR\b|\bPRE/\d|\bW/\d|\bAND NOT\b",
        ),
        "wos": Platform(
            "Web of Science",
            ("web of science", "wos", "web of knowledge", "web of science core collection"),
            _USUAL, {"*": "*", "?": "?", "$": "$"}, "AND", least_stem=3,
            mark=r"\b(?:TS|TI|AB|AK|KP|ALL|PY|AU|SO|DO)\s*=|\bNEAR/\d",
        ),
        "ovid": Platform(
            "Ovid", ("ovid", "psycinfo", "apa psycinfo", "psychinfo", "embase ovid"),
            _USUAL, {"*": "*", "$": "*", ":": "*", "?": "$", "#": "?"}, "phrase", reference="",
            mark=r"\.(?:ti|ab|tw|mp|kw|kf|id|hw|sh)(?:,[a-z]{2})*\.|\bexp [^/\n]+/|\b[aA][dD][jJ]\d"
            r"|\b(?:or|and)/\d",
        ),
        "ebsco": Platform(
            "EBSCOhost", ("ebsco", "ebscohost", "cinahl", "eric ebsco", "psycinfo ebsco"),
            _USUAL, {"*": "*", "?": "?", "#": "$"}, "phrase", reference="S",
            mark=r"\b(?:TI|AB|TX|SU|DE|MH|MM|KW)\s+[\(\"“\w]|\bS\d+ (?:AND|OR|NOT)\b"
            r"|\s[NW]\d{1,2}\s",
        ),
        "generic": Platform(
            "a generic string", ("none", "any"), _USUAL,
            {"*": "*", "?": "?", "$": "$", "#": "?"}, "AND", upper_case=True,
        ),
    }
)  # fmt: skip
