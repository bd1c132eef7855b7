"""The table that a database joins: of each record what is compared in SQL, and its keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from reviewkit._core.progress import Progress
from reviewkit.dedupe.identifiers import read_doi, read_pmid, stem_doi
from reviewkit.dedupe.inputs import text_of
from reviewkit.dedupe.names import read_authors
from reviewkit.dedupe.places import read_number, read_pages, read_year
from reviewkit.dedupe.titles import read_title

__all__ = ["COMBINED", "build_table", "drop_large_blocks"]

_CHUNK = 50_000  # records read at a time
_START = 30  # letters of a title

#: Key → the columns that two records must share, all of them.
COMBINED = MappingProxyType(
    {
        "title_family": ("title_key", "family"), "title_page": ("title_key", "page"),
        "page_volume": ("page", "volume"), "page_year": ("page", "year"),
        "page_family": ("page", "family"), "family_year": ("family", "year"),
        "family_volume": ("family", "volume", "issue"), "family_start": ("family", "start"),
    }
)  # fmt: skip


def build_table(frame: pd.DataFrame, tell: Progress) -> pd.DataFrame:
    """Return one row a record: ``unique_id`` (its place), what is compared, and keys to join on."""
    parts = []
    for start in range(0, max(len(frame), 1), _CHUNK):
        parts.append(_list_columns(frame.iloc[start : start + _CHUNK]))
        tell(start, 4 * max(len(frame), 1))
    table = pd.concat(parts, ignore_index=True)
    table.insert(0, "unique_id", np.arange(len(table)))
    counts = Counter(word for words in table["words"] for word in set(words))
    table["rare"] = pd.Series([_pair_rare(words, counts) for words in table["words"]], dtype=object)
    return table.drop(columns="words")


def _list_columns(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of some records, None where something is missing."""
    titles = [read_title(value) for value in text_of(frame, "title")]
    authors = [read_authors(value) for value in text_of(frame, "authors")]
    dois = [
        read_doi(doi) or read_doi(url)
        for doi, url in zip(text_of(frame, "doi"), text_of(frame, "url"), strict=True)
    ]
    journals = text_of(frame, "journal")
    columns: dict[str, list[Any]] = {
        "title": [" ".join(title.words) for title in titles],
        "title_key": [title.key for title in titles],
        "head": [title.main or title.key for title in titles],
        "start": [title.key[:_START] for title in titles],
        "crossed": [read_title(text).key if text.count(" ") >= 5 else "" for text in journals],
        "family": [names[0].family if names else "" for names in authors],
        "families": [[name.family for name in names][:12] for names in authors],
        "year": [read_year(value) for value in text_of(frame, "year")],
        "volume": [read_number(value) for value in text_of(frame, "volume")],
        "issue": [read_number(value) for value in text_of(frame, "issue")],
        "page": [read_pages(value).first for value in text_of(frame, "pages")],
        "doi": dois,
        "stem": [stem_doi(doi) for doi in dois],
        "pmid": [read_pmid(value) for value in text_of(frame, "pmid")],
        "words": [title.words for title in titles],
    }
    for name, parts in COMBINED.items():
        columns[name] = [
            _combine(row) for row in zip(*(columns[part] for part in parts), strict=True)
        ]
    return pd.DataFrame(
        {
            name: pd.Series([value or None for value in values], dtype=object)
            if name != "words"
            else pd.Series(values, dtype=object)
            for name, values in columns.items()
        }
    )


def _combine(values: Sequence[Any]) -> str:
    return "|".join(map(str, values)) if all(values) else ""


def _pair_rare(words: Iterable[str], counts: Counter[str]) -> list[str] | None:
    """Return pairs of the three rarest words of a title that come twice or more in all titles."""
    rarest = sorted(
        {word for word in words if counts[word] > 1 and len(word) > 1},
        key=lambda word: (counts[word], word),
    )[:3]
    pairs = [" ".join(sorted((a, b))) for k, a in enumerate(rarest) for b in rarest[k + 1 :]]
    return pairs or None


def drop_large_blocks(table: pd.DataFrame, keys: Mapping[str, int]) -> int:
    """Take out keys that too many records share, in place; return how many there were.

    A join on them would grow with the square of their number.
    """
    dropped = 0
    for name, most in keys.items():
        if name == "rare":
            counts = Counter(pair for pairs in table[name] if pairs for pair in pairs)
            large = {pair for pair, count in counts.items() if count > most}
            table[name] = pd.Series(
                [
                    [p for p in pairs if p not in large] or None if pairs else None
                    for pairs in table[name]
                ],
                dtype=object,
            )
        else:
            sizes = table[name].value_counts()
            large = set(sizes[sizes > most].index)
            table[name] = table[name].where(~table[name].isin(large), None)
        dropped += len(large)
    return dropped
