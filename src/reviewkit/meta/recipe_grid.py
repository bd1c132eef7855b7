"""Every way to pool a table that programs offer, as one frame of results.

Rows of effects, one a scale and a treatment of empty cells, go through the engine
together; estimators and intervals are what is left to name.  Models of counts join at
the end.  What is in the registries of the library is in the grid.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit.meta.back_sizes import BACK_SIZES, find_back_size
from reviewkit.meta.effects import TRANSFORMS
from reviewkit.meta.engine import INTERVALS, PREDICTIONS, BatchFit, fit_batch
from reviewkit.meta.models import MODELS
from reviewkit.meta.tau2 import ESTIMATORS
from reviewkit.meta.zero_cells import ZERO_CELLS

__all__ = ["CHOICES", "describe_recipe", "pool_all_ways"]

FloatArray = NDArray[np.float64]

#: Columns that say how a row was pooled.
CHOICES = ("model", "transform", "zero_cells", "tau2_by", "ci", "prediction", "back_n")

_ENDS = ("estimate", "ci_low", "ci_high", "pi_low", "pi_high")
_SPREAD = ("tau2", "i2", "i2_of_q")


class _Scales(NamedTuple):
    """Rows of effects, and what each row is."""

    names: list[tuple[str, str]]  # transform, treatment of empty cells
    effects: FloatArray  # (B, k)
    variances: FloatArray
    used: NDArray[np.bool_]


def pool_all_ways(
    events: FloatArray, total: FloatArray, *, level: float, predictions: bool
) -> pd.DataFrame:
    """Return one row a recipe: :data:`CHOICES`, then what it gives.

    `predictions` says whether prediction intervals are wanted by every method, or
    by the first only.
    """
    scales = _find_scales(events, total)
    ahead = list(PREDICTIONS) if predictions else [*PREDICTIONS][:1]
    parts: list[dict[str, Any]] = []
    for model, tau2 in _find_estimators():
        for ci in INTERVALS:
            for prediction in ahead:
                fit = fit_batch(
                    scales.effects, scales.variances, mask=scales.used, tau2=tau2, ci=ci,
                    prediction=prediction, level=level,
                )  # fmt: skip
                way = {"model": model, "tau2_by": tau2 or "", "ci": ci, "prediction": prediction}
                parts += [*_take_back(fit, scales, total, way)]
    for model in (name for name, m in MODELS.items() if m.counts is not None):
        for ci in ("z", "t"):
            for prediction in ahead:
                parts.append(_pool_counts(events, total, model, ci, prediction, level))
    frame = _join(parts)
    return frame[frame["estimate"].notna()].reset_index(drop=True)


def _find_estimators() -> Iterator[tuple[str, str | None]]:
    """Yield models with estimators of tau²; of two names of one estimator the first."""
    seen = set()
    for name, estimator in ESTIMATORS.items():
        if estimator not in seen:
            seen.add(estimator)
            yield "random", name
    yield "common", None


def _find_scales(x: FloatArray, n: FloatArray) -> _Scales:
    """Return the effects on every scale, with every treatment that makes a difference."""
    hit = (x == 0) | (x == n)
    names, effects, variances, used = [], [], [], []
    for transform, scale in TRANSFORMS.items():
        for zero, way in ZERO_CELLS.items() if scale.corrected else [("", None)]:
            if (not hit.any() and zero not in ("", "affected", "all")) or (
                way is not None and way.drops and hit.all()
            ):
                continue
            add = 0.0 if way is None else way.add(hit)
            y, v = scale.forward(x + add, n + 2 * add)
            names.append((transform, zero if hit.any() or zero == "all" else ""))
            effects.append(y)
            variances.append(v)
            used.append(~hit if way is not None and way.drops else np.ones(x.size, dtype=bool))
    return _Scales(names, np.array(effects), np.array(variances), np.array(used))


def _take_back(
    fit: BatchFit, scales: _Scales, total: FloatArray, way: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """Yield the results of a block of fits as proportions, once for each way back."""
    names = np.array(scales.names)
    for transform, scale in TRANSFORMS.items():
        rows = np.flatnonzero(names[:, 0] == transform)
        for back in BACK_SIZES if scale.sized else [""]:
            size: FloatArray | float = 0.0
            if back:
                size = find_back_size(
                    total, fit.estimate[rows], fit.se[rows], name=back, used=scales.used[rows]
                )
            columns = {n: scale.inverse(getattr(fit, n)[rows], size) for n in _ENDS}
            choice = {"transform": transform, "zero_cells": names[rows, 1], "back_n": back}
            yield way | choice | columns | _spread(fit, rows)


def _pool_counts(
    events: FloatArray, total: FloatArray, model: str, ci: str, prediction: str, level: float
) -> dict[str, Any]:
    """Return the result of a model that takes the counts as they are."""
    counts = MODELS[model].counts
    assert counts is not None
    fit = counts(events, total, ci=ci, prediction=prediction, level=level)
    columns = {n: TRANSFORMS["logit"].inverse(getattr(fit, n), 0.0) for n in _ENDS}
    way = {"model": model, "transform": "logit", "zero_cells": "", "tau2_by": "ML", "ci": ci}
    way |= {"prediction": prediction, "back_n": ""}
    return way | columns | _spread(fit, np.arange(1))


def _join(parts: list[dict[str, Any]]) -> pd.DataFrame:
    """Return blocks of columns as one frame; a lone value is that of its whole block."""
    sizes = [len(part["estimate"]) for part in parts]
    columns = {
        name: np.concatenate(
            [np.broadcast_to(part[name], size) for part, size in zip(parts, sizes, strict=True)]
        )
        for name in parts[0]
    }
    return pd.DataFrame({name: columns[name] for name in (*CHOICES, *_ENDS, *_SPREAD)})


def _spread(fit: BatchFit, rows: NDArray[np.intp]) -> dict[str, FloatArray]:
    """Return tau² and I² by both definitions in use."""
    q, df = fit.q[rows], fit.q_df[rows]
    share = np.maximum(0.0, (q - df) / np.where(q > 0, q, 1.0))
    return dict(zip(_SPREAD, (fit.tau2[rows], fit.i2[rows], share), strict=True))


def describe_recipe(row: Any) -> str:
    """Return a row of the grid in words."""
    model = MODELS[row["model"]]
    parts = [model.label]
    if model.counts is None:
        parts[0] += f" on {TRANSFORMS[row['transform']].label}"
    if row["tau2_by"] and model.counts is None:
        parts.append(f"τ² by {row['tau2_by']}")
    parts.append(f"{row['ci']} interval")
    if row["zero_cells"]:
        parts.append(ZERO_CELLS[row["zero_cells"]].label)
    if row["back_n"]:
        parts.append(f"back-transformed at {BACK_SIZES[row['back_n']].label}")
    return ", ".join(parts)
