"""Which categories there are, in which order, and which of them is the positive one.

The order of include, maybe and exclude is known, and that of yes and no, True and
False, 1 and 0; any other must be declared, for alphabetical order means nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError
from reviewkit.agreement.tables import CrossTable

__all__ = [
    "MAYBE",
    "Declared",
    "Order",
    "as_array",
    "encode",
    "name_category",
    "orient_table",
    "sort_categories",
]

IntArray = NDArray[np.int64]
AnyArray = NDArray[Any]

#: What may become of verdicts "maybe".
MAYBE = ("separate", "include", "exclude")

_DECISIONS = ("include", "maybe", "exclude")
_WORDS = {
    "include": "include",
    "included": "include",
    "exclude": "exclude",
    "excluded": "exclude",
    "maybe": "maybe",
}
#: Words for decisions where it is known that there are decisions; elsewhere they may mean others.
_ALSO = {
    **dict.fromkeys(("yes", "y", "true", "1", "1.0"), "include"),
    **dict.fromkeys(("no", "n", "false", "0", "0.0"), "exclude"),
    **dict.fromkeys(("unclear", "unsure", "?"), "maybe"),
}
_POSITIVE_FIRST = (("yes", "no"), ("true", "false"), ("1", "0"), ("1.0", "0.0"))
_FEW = 8  # distinct values that are looked for one by one; beyond, all are hashed


class Declared(NamedTuple):
    """Categories as the caller declares them."""

    categories: tuple[Any, ...]
    ordered: bool


class Order(NamedTuple):
    """Categories, and the place of each distinct verdict among them."""

    places: IntArray
    categories: tuple[Any, ...]
    ordered: bool


def encode(column: pd.Series[Any]) -> tuple[IntArray, list[Any]]:
    """Return the code of each value, -1 for a blank, and the distinct values.

    A few values in many rows are found one by one, several times as fast as by hashing.

    >>> encode(pd.Series(["include", None, " ", "include", "exclude"]))
    (array([ 0, -1, -1,  0,  1]), ['include', 'exclude'])
    """
    if isinstance(column.dtype, pd.CategoricalDtype | pd.StringDtype):
        return _leave_out_blanks(*pd.factorize(column))
    values = as_array(column)
    codes = np.full(values.size, -1, dtype=np.int64)
    left: IntArray | slice = slice(None)  # everything, without a copy
    distinct: list[Any] = []
    for _ in range(_FEW):
        if not values.size:
            return codes, distinct
        same = _equals(values, values[0])
        if not _is_blank(values[0]):
            codes[left] = np.where(same, len(distinct), -1)
            distinct.append(values[0])
        others = np.flatnonzero(~same)
        left = others if isinstance(left, slice) else left[others]
        values = values[others]
    hashed, more = _leave_out_blanks(*pd.factorize(values))
    codes[left] = np.where(hashed < 0, -1, hashed + len(distinct))
    return codes, [*distinct, *more]


def _leave_out_blanks(codes: IntArray, values: Iterable[Any]) -> tuple[IntArray, list[Any]]:
    """Return codes of the values that are no blanks and are there, in the order of their first."""
    values = list(values)
    filled = [number for number, value in enumerate(values) if not _is_blank(value)]
    if len(filled) == len(values):
        return codes.astype(np.int64, copy=False), values
    translate = np.full(len(values) + 1, -1, dtype=np.int64)
    translate[filled] = np.arange(len(filled))
    return translate[codes], [values[number] for number in filled]


def as_array(column: pd.Series[Any]) -> AnyArray:
    """Return the values of a column, as numbers or as objects."""
    values = column.to_numpy()
    return values if values.dtype.kind in "biuf" else column.to_numpy(dtype=object)


def _equals(values: AnyArray, value: object) -> NDArray[np.bool_]:
    if not isinstance(value, str) and _is_blank(value):
        return np.asarray(pd.isna(values))
    try:
        return np.asarray(values == value)
    except TypeError:  # pandas.NA is neither equal nor unequal
        return np.array([cell is not pd.NA and cell == value for cell in values], dtype=bool)


def _is_blank(value: Any) -> bool:
    return not value.strip() if isinstance(value, str) else bool(pd.isna(value))


def sort_categories(
    verdicts: Sequence[Any], declared: Declared | None, *, is_decisions: bool, maybe: str
) -> Order:
    """Return the categories of distinct verdicts in their order.

    A category counts where either rater used it, be it for an item that nobody else decided.
    """
    words = [_WORDS.get(_fold(verdict)) for verdict in verdicts]
    if declared is None and (is_decisions or any(words)):
        return _sort_decisions(verdicts, words, maybe)
    if maybe != "separate":
        raise InputError(
            f"`maybe` must be left out unless verdicts are include, exclude and maybe. Got "
            f"{list_some([_show(verdict) for verdict in verdicts], sep=', ')}. "
            f"Recode the verdicts, or leave out `maybe`."
        )
    if declared is not None:
        return Order(_places(verdicts, declared.categories), *declared)
    folded = [_fold(verdict) for verdict in verdicts]
    pair = next((p for p in _POSITIVE_FIRST if folded and set(folded) <= set(p)), None)
    if pair is not None:
        known = dict(zip(folded, verdicts, strict=True))
        categories = tuple(known.get(word, word) for word in pair)
        return Order(_places(folded, pair), categories, True)
    stripped = [v.strip() if isinstance(v, str) else v for v in verdicts]
    categories = tuple(sorted(set(stripped), key=lambda v: (isinstance(v, str), v)))
    return Order(_places(stripped, categories), categories, False)


def _sort_decisions(verdicts: Sequence[Any], words: Sequence[str | None], maybe: str) -> Order:
    words = [word or _ALSO.get(_fold(v)) for v, word in zip(verdicts, words, strict=True)]
    unknown = [_show(v) for v, word in zip(verdicts, words, strict=True) if word is None]
    if unknown:
        raise InputError(
            f"Verdicts must be include, exclude or maybe. Got {list_some(unknown, sep=', ')}. "
            f"Rename them, or leave the cell blank where nothing was decided."
        )
    if maybe != "separate":
        words = [maybe if word == "maybe" else word for word in words]
    categories = tuple(d for d in _DECISIONS if d != "maybe" or "maybe" in words)
    return Order(_places(words, categories), categories, True)


def name_category(label: Any) -> Any:
    """Return a label as it is, or as the decision that it is a word for.

    >>> name_category("Included"), name_category(3)
    ('include', 3)
    """
    return _WORDS.get(_fold(label), label)


def _places(values: Sequence[Any], categories: Sequence[Any]) -> IntArray:
    return np.array([categories.index(value) for value in values], dtype=np.int64)


def _show(value: object) -> str:
    return repr(value.item() if isinstance(value, np.generic) else value)


def _fold(value: object) -> str:
    return str(value).strip().casefold()


def orient_table(
    counts: IntArray, categories: Sequence[object], weights: str | None, *, guess: bool
) -> CrossTable:
    """Return a cross-table that knows its positive category.

    It is "include" where that is one; else, if `guess`, the first of two.
    """
    names = list(categories)
    positive: int | None = None
    negative: int | None = None
    if "include" in names and "exclude" in names:
        positive, negative = names.index("include"), names.index("exclude")
    elif guess and len(names) == 2:
        positive, negative = 0, 1
    return CrossTable(counts, tuple(names), positive, negative, weights)
