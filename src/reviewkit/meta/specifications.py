"""All combinations of choices in an analysis, each that makes a difference once.

A choice that does not apply changes nothing: a common-effect model has no estimator of
tau², arcsines need no correction of empty cells, a model of counts has one scale.
Combinations that are the same analysis are fitted once; every combination still counts
as one in what the choices explain, so that the design stays balanced.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reviewkit.meta.effects import TRANSFORMS
from reviewkit.meta.engine import INTERVALS, BatchFit, fit_batch
from reviewkit.meta.models import MODELS, Studies
from reviewkit.meta.zero_cells import ZERO_CELLS

__all__ = ["CHOICES", "EFFECTS_ONLY", "Grid", "expand_choices", "explain", "fit_grid"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
BoolArray = NDArray[np.bool_]

#: Choices in the order in which they are shown.
CHOICES = ("model", "transform", "tau2", "ci", "zero_cells", "studies")

NOT_APPLICABLE = -1
EFFECTS_ONLY = ("",)  # the options of transformations and empty cells where there are no counts
_ROUNDING = 1e-9  # relative; values that differ by less are the same
_FIELDS = ("estimate", "ci_low", "ci_high", "pi_low", "pi_high")
_NUMBERS = (*_FIELDS, "tau2", "i2", "k", "n")


class Grid(NamedTuple):
    """Combinations of choices."""

    options: Mapping[str, tuple[str, ...]]  # of each choice
    product: IntArray  # (combinations, choices); numbers of options
    codes: IntArray  # (specifications, choices); NOT_APPLICABLE where a choice does nothing
    which: IntArray  # (combinations,); the specification that each combination is

    def column(self, name: str) -> IntArray:
        """Return the options of a choice in each specification."""
        return self.codes[:, CHOICES.index(name)]

    def labels(self, name: str) -> NDArray[np.object_]:
        """Return the options of a choice as text, empty where it does nothing."""
        return np.array([*self.options[name], ""], dtype=object)[self.column(name)]


def expand_choices(options: Mapping[str, tuple[str, ...]], hits: BoolArray) -> Grid:
    """Return all combinations; `hits` says which choices of studies have empty cells."""
    sizes = [len(options[name]) for name in CHOICES]
    product = np.indices(sizes).reshape(len(sizes), -1).T
    codes = product.copy()
    model, transform, tau2, ci, zero, studies = range(len(CHOICES))

    def where(name: str, at: int, test: Callable[[str], bool]) -> BoolArray:
        return np.array([test(option) for option in options[name]])[product[:, at]]

    counts = where("model", model, lambda name: MODELS[name].counts is not None)
    codes[counts | ~where("model", model, lambda name: MODELS[name].varies), tau2] = NOT_APPLICABLE
    codes[counts, transform] = NOT_APPLICABLE
    # Models of counts know quantiles of t and of the normal, and no scaled variance.
    kinds = [INTERVALS[name].t for name in options["ci"]]
    first = np.array([kinds.index(kind) for kind in kinds])
    codes[counts, ci] = first[product[counts, ci]]
    if options["transform"] != EFFECTS_ONLY:
        plain = counts | ~where("transform", transform, lambda name: TRANSFORMS[name].corrected)
        drops = where("zero_cells", zero, lambda name: ZERO_CELLS[name].drops)
        always = where("zero_cells", zero, lambda name: name == "all")
        hit = hits[product[:, studies]]
        idle = np.where(plain, ~(drops & hit), ~(hit | always))
        codes[idle, zero] = NOT_APPLICABLE
    unique, which = np.unique(codes, axis=0, return_inverse=True)
    return Grid(options, product, unique, which.ravel())


def fit_grid(
    grid: Grid, studies: Studies, masks: BoolArray, *, prediction: str, level: float
) -> dict[str, FloatArray]:
    """Return the results of all specifications; NaN where one leaves no study or has no peak.

    Specifications with the same model, estimator and interval are one call.

    Parameters
    ----------
    grid : Grid
    studies : Studies
        With counts, or with effects if the grid has no transformations.
    masks : ndarray of shape (choices of studies, k)
    prediction, level
        As for pooling.
    """
    tables = _lay_out(grid, studies, masks)
    row = tables.row
    found = {name: np.full(len(row), np.nan) for name in _NUMBERS}
    found["k"] = tables.used.sum(axis=1)[row].astype(float)
    if studies.total is not None:
        found["n"] = (tables.used @ studies.total)[row]
    options: dict[str, Any] = {"prediction": prediction, "level": level}
    some = found["k"] > 0
    keys = np.stack([grid.column(name) for name in ("model", "tau2", "ci")], axis=1)
    for key in np.unique(keys[some], axis=0):
        at = np.flatnonzero((keys == key).all(axis=1) & some)
        model = MODELS[grid.options["model"][key[0]]]
        options |= {"mask": tables.used[row[at]], "ci": grid.options["ci"][key[2]]}
        fit: BatchFit
        if model.counts is not None:
            fit = model.counts(studies.events, studies.total, **options)
        else:
            tau2 = None if key[1] == NOT_APPLICABLE else grid.options["tau2"][key[1]]
            y, v = tables.effects[row[at]], tables.variances[row[at]]
            fit = fit_batch(y, v, tau2=tau2, **options)
        for name in (*_FIELDS, "tau2", "i2"):
            found[name][at] = getattr(fit, name)
    _take_back(grid, studies, tables, found)
    return found


class _Tables(NamedTuple):
    """Rows of effects that specifications share."""

    row: IntArray  # (specifications,); the row that each has
    used: BoolArray  # (rows, k)
    effects: FloatArray
    variances: FloatArray


def _lay_out(grid: Grid, studies: Studies, masks: BoolArray) -> _Tables:
    """Return one row for each scale, treatment of empty cells and choice of studies."""
    names = ("transform", "zero_cells", "studies")
    keys, row = np.unique(
        np.stack([grid.column(name) for name in names], axis=1), axis=0, return_inverse=True
    )
    used = masks[keys[:, 2]]
    x, n = studies.events, studies.total
    if x is None or n is None:
        y, v = (np.broadcast_to(a, used.shape) for a in (studies.effects, studies.variances))
        return _Tables(row.ravel(), used, y, v)
    hit = (x == 0) | (x == n)
    effects, variances = np.zeros(used.shape), np.ones(used.shape)
    for at, (transform, zero, chosen) in enumerate(keys):
        way = None if zero == NOT_APPLICABLE else ZERO_CELLS[grid.options["zero_cells"][zero]]
        if way is not None and way.drops:
            used[at] &= ~hit
        if transform == NOT_APPLICABLE:
            continue
        scale = TRANSFORMS[grid.options["transform"][transform]]
        add = np.zeros(hit.size)
        if scale.corrected:
            add = add if way is None else way.add(hit & masks[chosen])
            # What a specification leaves out must still be a number; it has no weight.
            add = np.where(hit & (add == 0), 0.5, add)
        effects[at], variances[at] = scale.forward(x + add, n + 2 * add)
    return _Tables(row.ravel(), used, effects, variances)


def _take_back(grid: Grid, studies: Studies, tables: _Tables, found: dict[str, FloatArray]) -> None:
    """Turn estimates and limits into proportions, each with the sizes of its own studies."""
    if studies.total is None:
        return
    inverse = tables.used @ (1 / studies.total)
    # Where no study is left, so is no estimate.
    harmonic = np.where(inverse > 0, tables.used.sum(axis=1) / np.maximum(inverse, 1e-300), 1.0)
    scales = grid.column("transform")
    for code in np.unique(scales):
        at = scales == code
        name = "logit" if code == NOT_APPLICABLE else grid.options["transform"][code]
        size = harmonic[tables.row[at]]
        for field in _FIELDS:
            found[field][at] = TRANSFORMS[name].inverse(found[field][at], size)


def explain(grid: Grid, values: FloatArray, names: Sequence[str]) -> dict[str, float]:
    """Return the share of the variation of `values` that each choice explains by itself.

    Main effects: the variance of the means of its options, over that of all combinations.
    In a crossed design these add up to 1 at most; the rest are choices together.  All are 0
    where values do not vary.
    """
    every = values[grid.which]
    fine = np.isfinite(every)
    every = every[fine]
    total = float(np.var(every)) if every.size else 0.0
    if total <= (_ROUNDING * np.abs(every).max(initial=0.0)) ** 2:
        return dict.fromkeys(names, 0.0)
    shares = {}
    for name in names:
        option = grid.product[fine, CHOICES.index(name)]
        counts = np.bincount(option)
        means = np.bincount(option, weights=every) / np.maximum(counts, 1)
        shares[name] = float(counts @ (means - every.mean()) ** 2) / every.size / total
    return shares
