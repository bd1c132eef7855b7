"""Checks of what was measured: rows of one pool, and terms that a text uses as one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reviewkit._core.finding import Finding
from reviewkit.integrity.constructs import check_constructs, check_synonyms
from reviewkit.review.reported import list_rows

if TYPE_CHECKING:
    from reviewkit.review.folder import Review

__all__ = ["check_measures", "check_terms"]


def check_measures(review: Review) -> Iterator[Finding]:
    """Yield what differs between the rows of each outcome."""
    frame = review.outcomes
    if frame is not None and "outcome" in frame:
        pooled = frame[frame["outcome"].notna() & (frame["outcome"] != "")]
        yield from check_constructs(pooled, by="outcome")


def check_terms(review: Review) -> Iterator[Finding]:
    """Yield terms that definitions and claims use as one."""
    for term, text in review.settings.constructs.items():
        yield from check_synonyms(f"{term}: {text}", where=f"review.toml, construct {term!r}")
    for row in list_rows(review.reported.get("claims")):
        where = row.get("where", "") or "reported/claims.csv"
        yield from check_synonyms(f"{row['claim']} … {row.get('quote', '')}", where=where)
