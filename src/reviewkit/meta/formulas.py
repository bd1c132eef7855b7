"""Formulas of moderators, as R writes them, to a design: columns of numbers, named.

Parsing and coding of factors is formulaic's; what goes in and what comes out is
checked here, so that a typing error, a gap, a moderator that does not vary and two
that say the same are named before anything is fitted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit._core.check import check_columns, list_some
from reviewkit._core.errors import InputError
from reviewkit.meta.formula_words import find_columns, list_functions, translate
from reviewkit.meta.kept_columns import KeptColumns

if TYPE_CHECKING:
    from formulaic import ModelSpec, SimpleFormula

__all__ = ["Design", "make_design", "read_moderators"]

FloatArray = NDArray[np.float64]

_CORRECT = "Correct the formula, or rename a column."
_RANK = 1e-10  # length of what is left of a column of length 1 that the others explain
_CODED = re.compile(r"C\(([^(),]*?)\)\[")


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """Moderators of k studies as p columns, and how to code further values."""

    formula: str  # as it was written
    names: tuple[str, ...]  # of the columns
    terms: Mapping[str, tuple[int, ...]]  # columns of each term but the intercept
    matrix: FloatArray  # (k, p)
    frame: pd.DataFrame  # a copy of the moderators of the studies
    spec: ModelSpec

    @property
    def tested(self) -> tuple[int, ...]:
        """Columns that the moderators add to a mean."""
        return tuple(at for columns in self.terms.values() for at in columns)

    @property
    def levels(self) -> Mapping[str, tuple[Any, ...]]:
        """Levels of each moderator that is a factor."""
        factors = self.frame.select_dtypes("category")
        return {str(name): tuple(factors[name].cat.categories) for name in factors}

    def code(self, values: pd.DataFrame | Mapping[str, Any]) -> FloatArray:
        """Return columns of the design for new values of the moderators, one row each."""
        return _code(self.spec, self.read(values))

    def read(self, values: pd.DataFrame | Mapping[str, Any]) -> pd.DataFrame:
        """Return new values of the moderators as a checked frame of these columns only."""
        if not isinstance(values, pd.DataFrame | Mapping):
            raise InputError(
                f"Values to predict at must be a DataFrame or a mapping of columns, as "
                f"{{'year': [2000, 2020]}}. Got {type(values).__name__}."
            )
        if isinstance(values, Mapping):
            single = all(isinstance(v, str) or not isinstance(v, Iterable) for v in values.values())
            values = pd.DataFrame([values] if single else dict(values))
        names = [*map(str, self.frame)]
        check_columns(values, {name: name for name in names}, advice="Give each moderator a value.")
        found = {}
        for name in names:
            cells = _clean(values[name].reset_index(drop=True), name)
            gaps = np.flatnonzero(cells.isna()).tolist()
            if gaps:
                raise InputError(
                    f"Values to predict at must be complete. {name!r} is missing in row "
                    f"{list_some([*map(str, gaps)], sep=', ')}. Fill the gap or leave the row out."
                )
            found[name] = self._match(cells, name)
        return pd.DataFrame(found)

    def _match(self, cells: pd.Series, name: str) -> pd.Series:
        """Return values of a factor with its levels, or name those that it does not have."""
        levels = self.levels.get(name)
        if levels is None:
            if not pd.api.types.is_numeric_dtype(cells):
                raise InputError(f"{name!r} must be a number, as in the studies. Got {cells[0]!r}.")
            return cells
        known = {str(level): level for level in levels}
        unknown = [str(cell) for cell in cells if str(cell) not in known]
        if unknown:
            near = get_close_matches(unknown[0], known, cutoff=0.5)
            hint = f" Near it: {', '.join(map(repr, near))}." if near else ""
            raise InputError(
                f"{name!r} must be one of {list_some([*map(repr, known)], sep=', ')}, which the "
                f"studies have. Got {unknown[0]!r}.{hint}"
            )
        return pd.Series(pd.Categorical([known[str(c)] for c in cells], categories=[*levels]))


def read_moderators(formula: str, columns: KeptColumns) -> pd.DataFrame:
    """Return the columns that a formula names, cleaned: numbers or factors, gaps as NaN.

    Raises
    ------
    InputError
        If the formula cannot be read, or names columns that are not there.
    """
    names = find_columns(_parse(formula), formula)
    check_columns(columns, {name: name for name in names}, advice=_CORRECT)
    found = {name: _clean(columns.series(name), name) for name in names}
    return pd.DataFrame(found, index=pd.RangeIndex(columns.size))


def make_design(formula: str, frame: pd.DataFrame, k: int) -> Design:
    """Return the design of complete moderators, checked: no column says what others say."""
    from formulaic.errors import FormulaicError

    frame = frame.reset_index(drop=True)
    for name in frame.select_dtypes("category"):
        frame[name] = frame[name].cat.remove_unused_categories()
    _require_variation(frame)
    # Without columns formulaic does not know how many rows there are.
    table = frame if len(frame.columns) else pd.DataFrame(index=pd.RangeIndex(k))
    try:
        with np.errstate(all="ignore"):
            spec = _parse(formula).get_model_matrix(table, context=list_functions()).model_spec
    except (FormulaicError, TypeError, ValueError) as error:
        raise _unreadable(formula, error) from error
    names = tuple(map(_name_column, spec.column_names))
    matrix = _code(spec, table)
    terms = {
        _name_column(str(term)): tuple(places)
        for term, places in spec.term_indices.items()
        if str(term) != "1"
    }
    matrix.flags.writeable = False
    _require_independence(matrix, names)
    return Design(formula, names, terms, matrix, frame, spec)


def _parse(formula: str) -> SimpleFormula:
    """Return a formula of moderators, without a left side."""
    from formulaic import Formula, SimpleFormula
    from formulaic.errors import FormulaicError

    if not isinstance(formula, str) or formula.strip() in ("", "~"):
        raise InputError(f"`formula` must be text, as '~ year + country'. Got {formula!r}.")
    try:
        parsed = Formula(translate(formula))
    except (FormulaicError, SyntaxError) as error:
        raise _unreadable(formula, error) from error
    if not isinstance(parsed, SimpleFormula):
        raise InputError(
            f"`formula` must name moderators only, as '~ year + country'. Got {formula!r}. "
            f"Leave out what stands left of '~', and any '|'."
        )
    return parsed


def _unreadable(formula: str, error: Exception) -> InputError:
    first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return InputError(
        f"`formula` must be a formula of moderators, as '~ year + country'. Got {formula!r}: "
        f"{first.rstrip('.')}. For a column with spaces in its name, write ~ `its name`."
    )


def _clean(cells: pd.Series, name: str) -> pd.Series:
    """Return a column as numbers or as a factor; blank cells are missing."""
    if isinstance(cells.dtype, pd.CategoricalDtype):
        return cells
    if pd.api.types.is_numeric_dtype(cells):
        return _whole(cells.astype(float), name)
    if not (pd.api.types.is_object_dtype(cells) or pd.api.types.is_string_dtype(cells)):
        raise InputError(
            f"A moderator must hold numbers or the names of groups. {name!r} holds "
            f"{cells.dtype}. For dates, give the year as a number."
        )
    values = [None if pd.isna(c) or not str(c).strip() else c for c in cells]
    filled = [v for v in values if v is not None]
    if filled and all(isinstance(v, Real) for v in filled):
        return _whole(pd.Series(values, index=cells.index, dtype=float), name)
    if filled and all(isinstance(v, str) and _is_number(v) for v in filled):
        raise InputError(
            f"A moderator must hold numbers or the names of groups. {name!r} holds numbers as "
            f"text, {filled[0]!r} first. Convert the column, or give factor({name})."
        )
    texts = [None if v is None else str(v).strip() for v in values]
    return pd.Series(pd.Categorical(texts), index=cells.index)


def _whole(cells: pd.Series, name: str) -> pd.Series:
    """Return numbers, as integers if all are whole, so that levels read 2 and not 2.0."""
    if np.isinf(cells).any():
        at = int(np.flatnonzero(np.isinf(cells))[0])
        raise InputError(f"A moderator must be finite. {name!r} is {cells.iloc[at]} in row {at}.")
    whole = not cells.isna().any() and bool((cells == np.round(cells)).all())
    return cells.astype("int64") if whole and (cells.abs() < 2**53).all() else cells


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _code(spec: ModelSpec, frame: pd.DataFrame) -> FloatArray:
    """Return the columns of a design for complete values; each must be finite."""
    with np.errstate(all="ignore"):
        matrix = np.array(spec.get_model_matrix(frame, context=list_functions()), dtype=float)
    wrong = ~np.isfinite(matrix)
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        values = ", ".join(f"{name} = {frame[name].iloc[row]}" for name in frame)
        raise InputError(
            f"A moderator must be a finite number. {_name_column(spec.column_names[column])} is "
            f"{matrix[row, column]} where {values}. Choose another transformation."
        )
    return matrix


def _require_variation(frame: pd.DataFrame) -> None:
    """Raise an InputError that names moderators that are the same in all studies."""
    same = [f"{name!r} is {frame[name].iloc[0]}" for name in frame if frame[name].nunique() < 2]
    if same:
        raise InputError(
            f"A moderator must differ between studies. In all {len(frame)} studies "
            f"{list_some(same)}. Leave it out of the formula."
        )


def _require_independence(matrix: FloatArray, names: Sequence[str]) -> None:
    """Raise an InputError that names columns that others determine, or too many columns."""
    k, p = matrix.shape
    if not p:
        raise InputError(
            "`formula` must have a moderator or an intercept. Got none. Leave out '0'."
        )
    if k <= p:
        raise InputError(
            f"A meta-regression needs more studies than coefficients. Got {k} studies and {p} "
            f"coefficients ({list_some(names, sep=', ')}). Use fewer moderators, or join levels "
            f"of a factor."
        )
    length = np.sqrt((matrix * matrix).sum(axis=0))
    unit = matrix / np.where(length > 0, length, 1.0)
    said: list[str] = []
    kept: list[int] = []
    for at in range(p):
        q = np.linalg.qr(unit[:, kept])[0]
        left = unit[:, at] - q @ (q.T @ unit[:, at])
        left -= q @ (q.T @ left)
        if np.sqrt(left @ left) > _RANK:
            kept.append(at)
            continue
        shares = np.linalg.lstsq(unit[:, kept], unit[:, at])[0]
        others = [names[i] for i, share in zip(kept, shares, strict=True) if abs(share) > 1e-8]
        said.append(f"{names[at]} follows from {' and '.join(others) or 'nothing: it is 0'}")
    if said:
        raise InputError(
            f"Moderators must not determine one another. Got: {list_some(said)}. Leave one of "
            f"them out of the formula."
        )


def _name_column(name: str) -> str:
    """Return the name of a column or a term as a reader would write it."""
    name = "intercept" if name == "Intercept" else name
    name = _CODED.sub(r"\1[", name).replace("[T.", "[")
    return re.sub(r"\bC\(", "factor(", name)
