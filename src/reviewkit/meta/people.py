"""Numbers of people behind the studies of a pooled result, whatever was pooled."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit._core.check import check_choice, check_columns, list_some
from reviewkit._core.errors import InputError
from reviewkit.meta.kept_columns import moderator
from reviewkit.meta.pooled import Pooled

__all__ = ["check_names", "read_people"]

FloatArray = NDArray[np.float64]

_PEOPLE = ("events", "total", "events_1", "total_1", "events_2", "total_2")


def check_names(columns: Mapping[str, str] | None) -> None:
    """Raise an InputError unless `columns` maps what can be asked for to names of columns."""
    if columns is not None and not isinstance(columns, Mapping):
        raise InputError(
            f"`columns` must be a mapping of what a column holds to its name, as "
            f"{{'total': 'people'}}. Got {columns!r}."
        )
    for name in columns or {}:
        check_choice("columns", name, _PEOPLE)


def read_people(pooled: Pooled, name: str, columns: Mapping[str, str]) -> FloatArray:
    """Return a column of counts or sizes, one number a study.

    Parameters
    ----------
    pooled : Pooled
    name : {"events", "total", "events_1", "total_1", "events_2", "total_2"}
        What is wanted.  ``events`` and ``total`` are those of a pooled prevalence, a
        column of the pooled table, or the sum of the two groups.
    columns : mapping of str
        Names of columns by what they hold, where they are called otherwise.

    Returns
    -------
    ndarray of shape (k,)

    Raises
    ------
    InputError
        If there is no such column, or a cell is no number, an ``events`` below 0 or a
        ``total`` not above 0; all such studies are named.
    """
    own = {"events": pooled.studies.events, "total": pooled.studies.total}.get(name)
    if own is not None and name not in columns:
        return own
    kept = pooled.studies.columns
    groups = f"{name}_1", f"{name}_2"
    known = all(columns.get(group, group) in kept for group in groups)
    if known and name not in columns and name not in kept:
        return read_people(pooled, groups[0], columns) + read_people(pooled, groups[1], columns)
    named = columns.get(name, name)
    check_columns(kept, {name: named})
    cells = pd.Series(moderator(pooled, named))
    values = np.asarray(pd.to_numeric(cells, errors="coerce"), dtype=float)
    is_size = name.startswith("total")
    wrong = np.flatnonzero(~np.isfinite(values) | (values < 0) | (is_size & (values == 0)))
    if wrong.size:
        listed = list_some([repr(str(pooled.studies.study[at])) for at in wrong], sep=", ")
        raise InputError(
            f"{named!r} must hold numbers of people, {'above 0' if is_size else '0 or more'}. "
            f"It does not for {listed}. Correct the table and pool it again."
        )
    return values
