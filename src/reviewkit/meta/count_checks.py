"""Checks of counts that many fits share, or that each fit has for itself."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError

__all__ = ["check_counts"]

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


def check_counts(
    events: ArrayLike, total: ArrayLike, mask: ArrayLike | None
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return events and totals of shape (1 or B, k), and 1 where a fit uses a study, (B, k).

    What no fit uses may be anything, NaN too, and becomes 0 of 1.
    """
    x, n = (np.atleast_2d(np.asarray(part, dtype=float)) for part in (events, total))
    m = np.ones((1, x.shape[-1]), dtype=bool) if mask is None else np.atleast_2d(np.asarray(mask))
    m = _check_mask(x, n, m)
    used = m if max(len(x), len(n)) > 1 else m.any(axis=0, keepdims=True)
    with np.errstate(invalid="ignore"):
        good = np.isfinite(n) & (n > 0) & (np.floor(n) == n)
        good = good & (x >= 0) & (x <= n) & (np.floor(x) == x)
    if not good.all():
        _raise_unless(good | ~used, x, n)
        x, n = (np.where(good, part, alone) for part, alone in ((x, 0.0), (n, 1.0)))
    return x, n, m.astype(float)


def _check_mask(x: FloatArray, n: FloatArray, m: NDArray[np.generic]) -> BoolArray:
    """Return the mask with a row to each fit, or raise an InputError."""
    if m.dtype != np.bool_:
        raise InputError(
            f"`mask` must hold True or False. Got values of type {m.dtype}. "
            f"For a list of study numbers, set those columns to True."
        )
    shapes = x.shape, n.shape, m.shape
    rows = max(shape[0] for shape in shapes)
    if any(s[1:] != x.shape[1:] or s[0] not in (1, rows) for s in shapes) or not x.size:
        raise InputError(
            f"`events`, `total` and `mask` must have shape (k,) or (B, k), k >= 1. "
            f"Got {', '.join(map(str, shapes))}."
        )
    whole = np.broadcast_to(m, (rows, x.shape[1])).astype(bool)
    empty = np.flatnonzero(~whole.any(axis=1))
    if empty.size:
        raise InputError(
            f"Each fit must use 1 study or more. Got none in row {empty[0]} of `mask`, "
            f"and in {empty.size - 1} more. Leave these rows out."
        )
    return whole


def _raise_unless(ok: BoolArray, x: FloatArray, n: FloatArray) -> None:
    """Raise an InputError that names the cells that are no counts."""
    if ok.all():
        return
    x, n = np.broadcast_arrays(x, n)
    cells = []
    for row, column in np.argwhere(~ok).tolist():
        where = f"{row}, {column}" if len(ok) > 1 else f"{column}"
        cells.append(f"{x[row, column]:g} of {n[row, column]:g} at position {where}")
    raise InputError(
        f"`events` and `total` must be whole numbers, 0 <= events <= total and total > 0. "
        f"Got {list_some(cells)}. Correct the extraction table, or leave the study out."
    )
