"""One meta-regression of counts: the model of the pooled result, on a design."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError
from reviewkit.meta.formulas import Design
from reviewkit.meta.glmm_regression import BatchCountRegression, find_separation
from reviewkit.meta.models import MODELS, Method, Studies

__all__ = ["RegressionLikelihood", "regress_counts"]

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RegressionLikelihood:
    """What a regression says of its likelihood; a ratio is twice a difference of logarithms."""

    log_likelihood: float
    ratio: float  # above that without the tested moderators; NaN if nothing is left then
    ratio_df: int
    ratio_p: float
    tau2_ratio: float  # above that with tau² = 0
    tau2_ratio_p: float  # of half chi² and half a point mass at 0
    tau2_se: float  # NaN where tau² = 0


def regress_counts(design: Design, studies: Studies, method: Method) -> Mapping[str, Any]:
    """Return the fields of a meta-regression that come from its fit.

    Raises
    ------
    InputError
        If the likelihood has no peak: each study has none or all, or moderators separate
        studies without an event from those with nothing else.
    """
    x, n, matrix = studies.events, studies.total, design.matrix
    regress = MODELS[method.model].regress
    assert x is not None
    assert n is not None
    assert regress is not None
    fit = regress(x, n, matrix, level=method.level, profile=True)
    if np.isnan(fit.tau2[0]):
        _raise_without_peak(x, n, design)
    rest = [at for at in range(len(design.names)) if at not in design.tested]
    null = regress(x, n, matrix[:, rest]) if rest and design.tested else None
    ends = float(fit.tau2_ci_low[0]), float(fit.tau2_ci_high[0])
    return {
        "coefficients": fit.coefficients[0], "covariance": fit.covariance[0],
        "tau2": float(fit.tau2[0]), "tau2_ci_low": ends[0], "tau2_ci_high": ends[1],
        "i2": float(fit.i2[0]), "h2": float(fit.h2[0]),
        "r2": _explain(fit, regress(x, n, np.ones((len(x), 1)))),
        "qe": float(fit.q[0]), "qe_df": int(fit.q_df[0]), "qe_p": float(fit.q_p[0]),
        "likelihood": _read_likelihood(fit, null, len(design.tested)),
    }  # fmt: skip


def _explain(fit: BatchCountRegression, whole: BatchCountRegression) -> float:
    """Return the share of tau² that moderators explain; NaN where there was none."""
    between = float(whole.tau2[0])
    return max(0.0, 1 - float(fit.tau2[0]) / between) if between > 0 else np.nan


def _read_likelihood(
    fit: BatchCountRegression, null: BatchCountRegression | None, df: int
) -> RegressionLikelihood:
    """Return the likelihood, and tests by it of moderators and of tau² = 0."""
    value = float(fit.log_likelihood[0])
    ratio = p_value = np.nan
    if null is not None:
        ratio = max(0.0, 2 * (value - float(null.log_likelihood[0])))
        p_value = float(chdtrc(df, ratio))
    return RegressionLikelihood(
        value, ratio, df, p_value, float(fit.ratio[0]), float(fit.ratio_p[0]), float(fit.tau2_se[0])
    )


def _raise_without_peak(x: FloatArray, n: FloatArray, design: Design) -> None:
    """Raise an InputError that says why there is no likeliest regression."""
    direction = find_separation(x, n, design.matrix)
    advice = "model='random', which adds 0.5 to such studies"
    if direction is None:
        raise InputError(
            f"A regression of counts must have a study with some and not all events. Got "
            f"{len(x)} studies that all have none or nothing but events, so that the likelihood "
            f"rises with tau² without end. Pool with {advice}."
        )
    size = np.abs(direction * np.abs(design.matrix).max(axis=0))
    names = [name for name, part in zip(design.names, size, strict=True) if part > 1e-6]
    moved = int((np.abs(design.matrix @ direction) > 1e-6).sum())
    raise InputError(
        f"Moderators must not separate studies without an event, or with nothing else, from the "
        f"others. Got {moved} of {len(x)} studies that {list_some(names, sep=', ')} separates, so "
        f"that its coefficient grows without end. Join levels, leave it out, or pool with "
        f"{advice}."
    )
