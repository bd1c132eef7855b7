"""What the linter of search-query adds for PubMed, Web of Science and EBSCOhost.

The library reads these three platforms only, takes references to lines for words, and prints as it
goes.  Here it is silent, and asked only for what no rule of ours says; where it stops, nothing is
added.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any

from reviewkit._core.finding import Finding

__all__ = ["ask_linter"]

_MOST_TERMS = 200  # it compares all terms with each other
_COLOUR = re.compile(r"\x1b\[\d+m")
_PLATFORMS = MappingProxyType({"pubmed": "pubmed", "wos": "wos", "ebsco": "ebscohost"})


def ask_linter(text: str, platform: str, where: str, terms: int) -> Iterator[Finding]:
    """Go through what the linter says of one line without references."""
    if platform not in _PLATFORMS or terms > _MOST_TERMS:
        return
    for message in _run_linter(text, _PLATFORMS[platform]):
        label = message["label"]
        if label not in _TAKEN:
            continue
        said = message["details"] or message["message"]
        told = " ".join(_COLOUR.sub("", said).split())
        spans = [text[start:end] for start, end in message["position"] or () if 0 <= start < end]
        rule = f"query.{label.replace('-', '_')}"
        yield Finding(
            rule, "warning" if message["is_fatal"] else "note", where, f"{told.rstrip('.')}.",
            quote=", ".join(spans)[:80], fix=_TAKEN[label],
        )  # fmt: skip


def _run_linter(text: str, platform: str) -> list[dict[str, Any]]:
    from search_query.registry import LATEST_VERSIONS_PARSERS, PARSERS

    parser = PARSERS[platform][LATEST_VERSIONS_PARSERS[platform]](text)
    parser.linter.silent = True
    with suppress(Exception):  # it stops at what it takes for fatal; what it said before stands
        parser.parse()
    messages = parser.linter.messages
    return messages if isinstance(messages, list) else []


#: Label of the library → remedy.
_TAKEN: Mapping[str, str] = MappingProxyType(
    {
        "redundant-term": "Delete the narrower term of an OR, the wider one of an AND.",
        "date-filter-in-subquery": "Put the dates at the outermost level.",
        "journal-filter-in-subquery": "Put the journal at the outermost level.",
        "year-format-invalid": "Write years with four digits.",
        "doi-format-invalid": "Write the DOI from 10. on.",
        "isbn-format-invalid": "Correct the ISBN.",
        "near-distance-too-large": "Take 15 or fewer.",
        "implicit-near-value": "Write the distance: NEAR alone is NEAR/15.",
        "too-many-terms": "Split the string.",
        "year-without-terms": "Add a term.",
        "wildcard-in-year": "Write the years out.",
        "wildcard-after-special-char": "Put the wildcard after a letter.",
        "character-replacement": "Leave the character out.",
        "query-in-quotes": "Take the quotation marks off.",
        "invalid-character": "Leave the character out.",
    }
)
