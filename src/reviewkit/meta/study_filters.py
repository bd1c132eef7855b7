"""Choices of studies that a caller names: a query on the table, or True and False a row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError
from reviewkit.meta.models import Studies

__all__ = ["ALL_STUDIES", "read_filters"]

BoolArray = NDArray[np.bool_]

ALL_STUDIES = "all studies"
_ASKS = re.compile(r"\b(isna|notna|isnull|notnull|fillna)\(")  # a query that has missing in mind


def read_filters(
    studies: Studies, filters: Mapping[str, Any] | None
) -> tuple[tuple[str, ...], BoolArray]:
    """Return names of choices and masks of shape (choices, k), that of all studies first.

    Raises
    ------
    InputError
        If a query cannot be read, values are not True or False for each row, or a choice
        leaves no study.
    """
    k = len(studies.study)
    named = {ALL_STUDIES: np.ones(k, dtype=bool)}
    if filters is not None and not isinstance(filters, Mapping):
        raise InputError(
            f"`filters` must be a mapping of a name to a choice of studies, as "
            f"{{'since 2015': 'year >= 2015'}}. Got {filters!r}."
        )
    for name, choice in (filters or {}).items():
        if not isinstance(choice, Iterable):
            raise InputError(
                f"A filter must be a query, as 'year >= 2015', or True and False for each row. "
                f"{name!r} is {choice!r}. Apply it to the table and give the answer."
            )
        found = _ask(studies, name, choice) if isinstance(choice, str) else pd.Series([*choice])
        if len(found) == k + len(studies.left_out) > k:
            found = studies.columns.select(found)
        mask = found.to_numpy(dtype=object)
        wrong = [cell for cell in mask if not isinstance(cell, bool | np.bool_)]
        if len(mask) != k or wrong:
            got = f"{wrong[0]!r}" if wrong else f"{len(mask)} values for {k} rows"
            raise InputError(
                f"A filter must be a query, as 'year >= 2015', or True and False for each row. "
                f"{name!r} gives {got}. A missing value must be decided: fill the column."
            )
        if not mask.any():
            raise InputError(
                f"A filter must leave a study or more. {name!r} leaves none of {k}. Drop it."
            )
        named[str(name)] = mask.astype(bool)
    return tuple(named), np.array([*named.values()])


def _ask(studies: Studies, name: str, query: str) -> pd.Series:
    """Return the answer of the table to a query."""
    k = len(studies.study)
    columns = {n: studies.columns.series(n) for n in studies.columns}
    frame = pd.DataFrame({n: column for n, column in columns.items() if len(column) == k})
    _require_known(studies, frame, name, query)
    try:
        found = frame.eval(query, engine="python", local_dict={}, global_dict={})
    except (SyntaxError, NameError, TypeError, ValueError, KeyError, AttributeError,
            NotImplementedError) as error:  # fmt: skip
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
        raise InputError(
            f"A filter must be a query on the columns of the table, as 'year >= 2015'. "
            f"{name!r} is {query!r}: {reason}. The columns are {', '.join(map(repr, frame))}."
        ) from error
    return pd.Series(found)


def _require_known(studies: Studies, frame: pd.DataFrame, name: str, query: str) -> None:
    """Raise an InputError if a query compares what is missing, which would count as False."""
    if _ASKS.search(query):
        return
    for column in frame:
        gaps = np.flatnonzero(frame[column].isna())
        if gaps.size and re.search(rf"(?<![\w'\"]){re.escape(str(column))}(?![\w'\"])", query):
            missing = list_some([repr(studies.study[at]) for at in gaps], sep=", ")
            raise InputError(
                f"A filter must know what it asks for. {name!r} is {query!r}, and {column!r} is "
                f"missing for {missing}. Fill the column, or say what is meant by isna() or "
                f"notna()."
            )
