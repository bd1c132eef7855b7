"""The caller's other columns, kept beside the studies that were pooled.

A moderator, a year or a cluster is named after pooling, when the table is no longer
at hand.  A result therefore keeps the columns as they were, as copies of its own
that nobody can change, for the studies that were pooled and no others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit._core.check import check_columns
from reviewkit._core.errors import InputError

if TYPE_CHECKING:
    from reviewkit.meta.pooled import Pooled

__all__ = [
    "ALL_ROWS",
    "NO_COLUMNS",
    "KeptColumns",
    "Rows",
    "keep_columns",
    "moderator",
    "read_moderator",
]

Rows = slice | NDArray[np.intp]

ALL_ROWS = slice(None)


class KeptColumns(Mapping[str, NDArray[Any]]):
    """Columns by name, as arrays of shape (k,) that cannot be written to.

    Names are listed and arrays made when they are asked for; keeping costs one copy.
    """

    __slots__ = ("_kept", "_source")

    def __init__(self, source: pd.DataFrame | dict[str, Any], kept: Rows = ALL_ROWS) -> None:
        self._source = source  # a copy that belongs to this object
        self._kept = kept  # rows of the studies that were pooled

    def __getitem__(self, name: str) -> NDArray[Any]:
        values = np.array(self.series(name))
        values.flags.writeable = False
        return values

    def __iter__(self) -> Iterator[str]:
        return map(str, self._source)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def __len__(self) -> int:
        return len(self._source)

    def __repr__(self) -> str:
        return f"KeptColumns({', '.join(map(repr, self))})"

    def series(self, name: str) -> pd.Series:
        """Return a column with the type it came in, for studies 0 to k - 1."""
        return self.select(pd.Series(self._source[name]))

    @property
    def size(self) -> int:
        """Return the number of studies."""
        return len(self.series(next(iter(self))))

    def choose(self, studies: NDArray[np.intp]) -> KeptColumns:
        """Return the columns for some of the studies."""
        rows = studies if isinstance(self._kept, slice) else self._kept[studies]
        return KeptColumns(self._source, rows)

    def select(self, rows: pd.Series) -> pd.Series:
        """Return what belongs to the studies that were pooled, of values for all rows."""
        return rows.iloc[self._kept].reset_index(drop=True)


NO_COLUMNS = KeptColumns({})


def keep_columns(data: pd.DataFrame | Mapping[str, Any], kept: Rows = ALL_ROWS) -> KeptColumns:
    """Return copies of all columns of a table, for the rows that are kept."""
    if isinstance(data, pd.DataFrame):
        return KeptColumns(data.copy(), kept)
    return KeptColumns({name: _copy(column) for name, column in data.items()}, kept)


def _copy(column: Any) -> Any:
    """Return a copy of a column of any kind; what is no column stays as it is."""
    if hasattr(column, "dtype") and hasattr(column, "copy"):
        return column.copy()
    if isinstance(column, Iterable) and not isinstance(column, str):
        return [*column]
    return column


def moderator(pooled: Pooled, by: Any) -> NDArray[Any]:
    """Return a moderator of a pooled result, one value a study, as an array of shape (k,).

    `by` names a column of the table that was pooled, or holds the values: one a
    study, or one a row of that table, rows left out included.

    Raises
    ------
    InputError
        If there is no such column (near misses are named), or not that many values.
    """
    values = np.array(read_moderator(pooled, by))
    values.flags.writeable = False
    return values


def read_moderator(pooled: Pooled, by: Any) -> pd.Series:
    """Return what :func:`moderator` does, with the name and the type it came in."""
    columns = pooled.studies.columns
    if isinstance(by, str):
        check_columns(columns, {"by": by})
        found = columns.series(by)
        return _require_length(found, pooled, f"the column {by!r}")
    if not isinstance(by, Iterable):
        raise InputError(
            f"`by` must name a column of the pooled table, or hold one value a study. Got {by!r}."
        )
    cells = by if hasattr(by, "dtype") else [*by]
    found = pd.Series(cells, name=getattr(by, "name", None)).reset_index(drop=True)
    if len(found) == pooled.k + len(pooled.studies.left_out) > pooled.k:
        found = columns.select(found)
    return _require_length(found, pooled, "`by`")


def _require_length(found: pd.Series, pooled: Pooled, name: str) -> pd.Series:
    if len(found) != pooled.k:
        raise InputError(
            f"A moderator must have one value for each of the {pooled.k} studies that were "
            f"pooled; {name} has {len(found)}. Give them in the order of "
            f"the table."
        )
    return found
