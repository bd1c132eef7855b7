"""The tables that a review prints: which hold studies, which hold something else, in which words.

``reported/`` knows the rows of the tables of studies (``rows.csv``) and, by the column ``where``
of the other files, what stands in the rest: a scale, themes, numbers of agreement.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from reviewkit.review.manuscript_numbers import NUMBER_WORD, read_word
from reviewkit.review.reported import list_rows

if TYPE_CHECKING:
    from reviewkit.review.folder import Review

__all__ = [
    "OtherTable", "PrintedRow", "content_words", "find_tables", "list_printed_rows", "other_tables", "read_claims",
    "read_count", "row_words",
]  # fmt: skip

_TABLE = re.compile(
    r"\btables?\s+(\d+)(?:\s*(?:-|–|to|and|,|&)\s*(?:tables?\s+)?(\d+))?", re.IGNORECASE
)
_RANGE = re.compile(r"(?:-|–|\bto\b)")
_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_STUDIES = r"(?:of the |other |remaining |included |selected |reviewed |relevant )*(?:studies|study|articles?|sources?|papers?|reports?|publications?)"
_COUNTED = re.compile(
    rf"\b(\d+|{NUMBER_WORD})\s+(?:{_STUDIES}|(?:are|is|were|was|focus\w*|address\w*|examin\w*)\b)",
    re.IGNORECASE,
)  # fmt: skip
_OF_ALL = re.compile(
    r"\b(?:of|among)\s+(?:the(?:se)?\s+|all\s+)?(?:\d+|[a-z]+)\s+[a-z]+,", re.IGNORECASE
)
#: What a file of ``reported/`` holds, and words of a sentence that may well name such a table.
_HOLDS = {
    "scale": ("a scale of agreement", "kappa agree scale reliab"),
    "agreement": ("a scale of agreement", "kappa agree scale reliab"),
    "themes": ("themes", "theme challenge code categor"),
    "flow": ("the flow of records", "flow select screen"),
    "pools": ("pooled results", "pool estimate meta"),
}
#: Words that tell no subject from another.
_PLAIN = frozenset(
    {
        "about", "across", "address", "addresses", "after", "all", "also", "among", "and",
        "another", "are", "article", "articles", "author", "authors", "bad", "between", "bias",
        "both", "characteristic", "characteristics", "compares", "comparison", "countries",
        "country", "describes", "description", "design", "designs", "details", "did", "do",
        "does", "done", "effect", "effects", "examine", "examined", "examines", "factor",
        "factors", "findings", "focus", "focused", "for", "found", "from", "given", "gives",
        "good", "have", "hold", "holds", "impact", "included", "instrument", "instruments",
        "into", "issue", "issues", "its", "key", "kind", "kinds", "list", "listed", "lists",
        "location", "main", "measure", "measures", "method", "methods", "more", "most", "number",
        "numbers", "other", "others", "outcome", "outcomes", "overall", "overview", "paper",
        "papers", "participant", "participants", "place", "places", "population", "populations",
        "presented", "presents", "prevalence", "provides", "psychological", "psychologist",
        "psychotherapist", "psychotherapists", "psychotherapy", "quality", "related",
        "relationship", "remain", "remaining", "report", "reports", "research", "result",
        "results", "review", "reviews", "risk", "role", "sample", "samples", "shows", "some",
        "source", "sources", "studies", "study", "summaries", "summarised", "summarises",
        "summarized", "summarizes", "summary", "table", "tables", "than", "that", "the", "their",
        "them", "therapist", "therapists", "therapy", "these", "they", "this", "those", "through",
        "total", "was", "were", "what", "when", "which", "while", "who", "with", "work", "works",
        "year", "years",
    }
)  # fmt: skip


class PrintedRow(NamedTuple):
    """A row of a table of studies as printed."""

    table: str
    name: str  # where it stands and whom it names
    cells: Mapping[str, str]


def list_printed_rows(review: Review) -> list[PrintedRow]:
    """Return the rows of ``reported/rows.csv``."""
    found = []
    for number, cells in enumerate(list_rows(review.reported.get("rows")), 1):
        table, row = cells.get("table", "").strip(), cells.get("row", "").strip() or str(number)
        place = f"Table {table}, row {row}" if table else f"row {row}"
        found.append(PrintedRow(table, f"{place} ({cells['study']})", cells))
    return found


def find_tables(text: str) -> list[str]:
    """Return the numbers of the tables that a text names.

    >>> find_tables("Tables 1 and 2; table 5"), find_tables("Tables 3-5")
    (['1', '2', '5'], ['3', '4', '5'])
    """
    found: list[str] = []
    for match in _TABLE.finditer(text):
        first, last = match[1], match[2]
        if last is None:
            found.append(first)
        elif _RANGE.search(match[0]) and int(first) < int(last) < int(first) + 30:
            found += [str(n) for n in range(int(first), int(last) + 1)]
        else:
            found += [first, last]
    return list(dict.fromkeys(found))


class OtherTable(NamedTuple):
    """A table that holds no studies."""

    holds: str
    fits: tuple[str, ...]  # beginnings of words in a sentence that names it rightly


def other_tables(review: Review) -> dict[str, OtherTable]:
    """Return what stands in each table that holds no studies, by number."""
    found: dict[str, OtherTable] = {}
    for name, (holds, words) in _HOLDS.items():
        for row in list_rows(review.reported.get(name)):
            for table in find_tables(row.get("where", "")):
                found.setdefault(table, OtherTable(holds, tuple(words.split())))
    for printed in list_printed_rows(review):
        found.pop(printed.table, None)
    return found


def read_claims(review: Review) -> list[tuple[dict[str, str], list[str]]]:
    """Return the sentences of a review about its tables, each with the tables that it names."""
    claims = []
    for row in list_rows(review.reported.get("claims")):
        tables = find_tables(f"{row.get('references', '')} ; {row['claim']}")
        if tables:
            claims.append((row, tables))
    return claims


def read_count(claim: str) -> int | None:
    """Return how many studies a sentence counts; the whole that it divides is not meant.

    >>> read_count("Of the 13 sources, 3 are about burnout."), read_count("Four other studies are")
    (3, 4)
    """
    match = _COUNTED.search(_TABLE.sub("", _OF_ALL.sub("", claim)))
    if match is None:
        return None
    return int(match[1]) if match[1].isdigit() else read_word(match[1])


def content_words(*texts: str) -> frozenset[str]:
    """Return the words that tell a subject, in lower case and without a plural s.

    >>> sorted(content_words("Table 3 holds studies of work-life balance and self-compassion."))
    ['balance', 'self-compassion', 'work-life']
    """
    words = (word.casefold().replace("’", "'") for text in texts for word in _WORD.findall(text))
    return frozenset(_stem(word) for word in words if len(word) > 3 and word not in _PLAIN)


def _stem(word: str) -> str:
    word = word.removesuffix("'s")
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 4 else word


def row_words(rows: Iterable[PrintedRow]) -> frozenset[str]:
    """Return the content words of all cells of rows."""
    texts = [
        cell for row in rows for key, cell in row.cells.items() if key not in ("where", "quote")
    ]
    return content_words(*texts)
