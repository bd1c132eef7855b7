"""Titles that come again and again: of many authors, of columns, of series.

What a title is worth as evidence hangs on how often it is given, and that only all records
together tell.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["Repeats", "find_repeats"]

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_SHARED_BY = 8  # first authors with one title: then it does not tell a work from another
_YEARS = 3  # in which one author gave one title in one journal: then it is a series


class Repeats(NamedTuple):
    """What the titles of all records tell of each."""

    generic: BoolArray  # many bear it, and some author in one journal more than once: a column
    brief: BoolArray  # many bear it, each once, as "Burnout"
    serial: BoolArray  # one author gave it year after year

    def take(self, rows: NDArray[Any]) -> Repeats:
        """Return what is told of some records."""
        return Repeats(*(values[rows] for values in self))


def find_repeats(
    key: IntArray,
    family: IntArray,
    journal: IntArray,
    year: IntArray,
    volume: IntArray,
    issue: IntArray,
) -> Repeats:
    """Return which titles come again and again; all are codes, −1 where not known, years 0."""
    size = int(key.max(initial=-1)) + 2
    frame = pd.DataFrame(
        {"key": key, "family": family, "journal": journal, "year": year, "volume": volume, "issue": issue}
    )  # fmt: skip
    frame = frame[(frame["key"] >= 0) & (frame["family"] >= 0)]
    by_author = frame[["key", "family"]].drop_duplicates()
    shared = np.bincount(by_author["key"], minlength=size) > _SHARED_BY
    column = np.zeros(size, dtype=bool)
    column[_find_columns(frame[shared[frame["key"].to_numpy()]])] = True
    yearly = np.zeros(size, dtype=bool)
    yearly[_find_series(frame)] = True
    known = key >= 0
    shared, column, yearly = (known & marked[key] for marked in (shared, column, yearly))
    return Repeats(shared & column, shared & ~column, yearly)


def _find_columns(frame: pd.DataFrame) -> IntArray:
    """Return titles that one author gave in one journal in two issues or more."""
    placed = frame[(frame["volume"] >= 0) & (frame["issue"] >= 0)]
    names = ["key", "family", "journal"]
    places = placed[[*names, "volume", "issue"]].drop_duplicates().groupby(names).size()
    keys = places[places >= 2].index.get_level_values("key")
    return np.asarray(keys.unique(), dtype=np.int64)


def _find_series(frame: pd.DataFrame) -> IntArray:
    """Return titles that one author gave in one journal in several years and volumes.

    A year that is off by one, an abstract before the paper and an online version make three
    years of one work, but not three volumes.
    """
    names = ["key", "family", "journal"]
    dated = frame.loc[frame["year"] > 0, [*names, "year", "volume"]].drop_duplicates()
    dated = dated[dated.duplicated(names, keep=False)]
    groups = dated.groupby(names)
    years = groups["year"].nunique()
    volumes = dated["volume"].where(dated["volume"] >= 0).groupby([dated[n] for n in names])
    several = volumes.nunique().isin([0, *range(_YEARS, len(dated) + _YEARS)])
    keys = years[(years >= _YEARS) & several].index.get_level_values("key")
    return np.asarray(keys.unique(), dtype=np.int64)
