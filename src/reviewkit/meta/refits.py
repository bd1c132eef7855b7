"""A pooled result computed again, by its own method, for other choices of its studies.

Masks go in, results on the scale of the reader come out: leave-one-out, cumulative
pooling and all subsets have this in common.  A proportion is taken back with the sample
sizes of the studies that a fit uses, so that each row is what pooling these studies
afresh gives.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reviewkit._core.errors import InputError
from reviewkit.meta.back_sizes import find_back_size
from reviewkit.meta.effects import TRANSFORMS
from reviewkit.meta.engine import BatchFit, fit_batch, join_fits
from reviewkit.meta.models import MODELS
from reviewkit.meta.pooled import Pooled

__all__ = [
    "Refits",
    "fit_choices",
    "refit",
    "require_effects",
    "require_pooled",
    "require_several",
    "to_reader",
]

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

_ENDS = ("estimate", "ci_low", "ci_high", "pi_low", "pi_high")


@dataclass(frozen=True, slots=True, eq=False)
class Refits:
    """B pooled results; every array has shape (B,)."""

    fit: BatchFit  # on the scale of the analysis
    shown: dict[str, FloatArray]  # estimate and limits on the scale of the reader
    n: FloatArray | None  # people, where studies counted them

    def to_columns(self) -> dict[str, NDArray[Any]]:
        """Return the columns of a frame."""
        fit, back = self.fit, self.n is not None
        columns: dict[str, NDArray[Any]] = {"estimate": self.shown["estimate"]}
        columns |= {} if back else {"se": fit.se}
        columns |= {name: self.shown[name] for name in _ENDS[1:]}
        columns |= {name: getattr(fit, name) for name in ("tau2", "i2", "q")}
        columns |= {"q_df": fit.q_df.astype(np.int64), "q_p": fit.q_p, "k": fit.k.astype(np.int64)}
        if self.n is not None:
            columns["n"] = self.n.astype(np.int64)
            names = ("estimate", "se", *_ENDS[1:])
            columns |= {f"transformed_{name}": getattr(fit, name) for name in names}
        return columns


def refit(pooled: Pooled, masks: Iterable[BoolArray]) -> Refits:
    """Pool the studies that each row of the masks selects, as `pooled` was."""
    blocks = [_refit_block(pooled, mask) for mask in masks]
    if len(blocks) == 1:
        return blocks[0]
    shown = {name: np.concatenate([block.shown[name] for block in blocks]) for name in _ENDS}
    people = [block.n for block in blocks if block.n is not None]
    n = np.concatenate(people) if people else None
    return Refits(join_fits([block.fit for block in blocks]), shown, n)


def _refit_block(pooled: Pooled, mask: BoolArray) -> Refits:
    fit, total = fit_choices(pooled, mask), pooled.studies.total
    values = np.stack([getattr(fit, name) for name in _ENDS])
    shown = to_reader(pooled, values, fit, mask)
    n = None if total is None else np.asarray(mask @ total)
    return Refits(fit, dict(zip(_ENDS, shown, strict=True)), n)


def fit_choices(pooled: Pooled, mask: BoolArray | None, **changes: Any) -> BatchFit:
    """Return the fits of a mask of shape (B, k) on the scale of the analysis."""
    studies, method = pooled.studies, pooled.method
    model = MODELS[method.model]
    options: dict[str, Any] = {"ci": method.ci, "prediction": method.prediction}
    options |= {"level": method.level, "mask": mask} | changes
    if model.counts is not None:
        assert studies.events is not None
        assert studies.total is not None
        return model.counts(studies.events, studies.total, **options)
    tau2 = method.tau2 if model.varies else None
    return fit_batch(studies.effects, studies.variances, tau2=tau2, **options)


def to_reader(
    pooled: Pooled, values: FloatArray, fit: BatchFit, mask: BoolArray | None = None
) -> FloatArray:
    """Return values of the scale of the analysis, of shape (…, B), as the reader sees them.

    `fit` and `mask` are the fits behind them: double arcsines are taken back at their n.
    """
    method, total = pooled.method, pooled.studies.total
    if method.transform is None or total is None:
        return values
    scale, size = TRANSFORMS[method.transform], np.zeros(1)
    if scale.sized:
        size = find_back_size(total, fit.estimate, fit.se, name=method.back_n, used=mask)
    return scale.inverse(values, size)


def require_several(pooled: Pooled, what: str) -> None:
    """Raise an InputError if one study is all there is."""
    require_pooled(pooled, what)
    if pooled.k < 2:
        raise InputError(
            f"{what} must have 2 studies or more. Got {pooled.k}. One study stands for itself: "
            f"report it as it is."
        )


def require_effects(pooled: Pooled, what: str) -> None:
    """Raise an InputError if the model has neither effects nor weights of studies."""
    require_pooled(pooled, what)
    if MODELS[pooled.method.model].counts is not None:
        raise InputError(
            f"{what} must have effects with sampling variances. Got model="
            f"{pooled.method.model!r}, which takes the counts as they are. Pool with "
            f"model='random' for this."
        )


def require_pooled(pooled: object, what: str) -> None:
    """Raise an InputError unless this is a result of pooling."""
    if not isinstance(pooled, Pooled):
        raise InputError(
            f"{what} must have a result of pool_prevalence or pool_effects. Got "
            f"{type(pooled).__name__}. Pool the studies first."
        )
