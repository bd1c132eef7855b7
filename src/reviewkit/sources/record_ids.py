"""Ids of records that stay when files and records are added.

An id is a digest of the name of the file and of what identifies a record.  It begins with a
letter, so that no spreadsheet takes it for a number.  An id that a file brings with it, because
reviewkit wrote the file, is kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any

__all__ = ["OWN_ID", "make_ids"]

_PARTS = (
    "name", "title", "authors", "year", "journal", "volume", "pages", "doi", "pmid", "accession",
)  # fmt: skip
#: An id that was given before.
OWN_ID = re.compile(r"r[0-9a-f]{10}(?:-\d+)?")


def make_ids(columns: Mapping[str, Sequence[Any]]) -> list[str]:
    """Return an id for each record; of records that are alike, the later ones get a number.

    >>> make_ids({part: ["x", "x", "y"] for part in (*_PARTS, "record")})
    ['rae80c1f789', 'rae80c1f789-2', 'ree2276fa75']
    """
    given = columns["record"]
    years = {year: str(year) if year else "" for year in set(columns["year"])}
    texts = [
        map(years.__getitem__, columns[part])
        if part == "year"
        else [v or "" for v in columns[part]]
        for part in _PARTS
    ]
    rows = map("\x1f".join, zip(*texts, strict=True))
    seen: dict[str, int] = {}
    ids = []
    for own, row in zip(given, rows, strict=True):
        if own and OWN_ID.fullmatch(own):
            base = own
        else:
            digest = blake2b(row.encode("utf-8", "surrogatepass"), digest_size=5)
            base = f"r{digest.hexdigest()}"
        count = seen.get(base, 0) + 1
        seen[base] = count
        ids.append(base if count == 1 else _number(base, count, seen))
    return ids


def _number(base: str, count: int, seen: dict[str, int]) -> str:
    """Return an id with the first number that no other record has."""
    while f"{base}-{count}" in seen:
        count += 1
    seen[base] = count
    seen[f"{base}-{count}"] = 1
    return f"{base}-{count}"
