"""From a pooled result and a formula to a meta-regression, by way of the batch."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainccinv, gammaincinv

from reviewkit._core.check import check_choice, list_some
from reviewkit._core.errors import ConvergenceError, InputError
from reviewkit.meta.count_regression import regress_counts
from reviewkit.meta.design_fits import DesignFits
from reviewkit.meta.engine import INTERVALS
from reviewkit.meta.formulas import Design, make_design, read_moderators
from reviewkit.meta.likelihood_limits import find_likelihood_limits
from reviewkit.meta.models import MODELS, Method, Studies
from reviewkit.meta.permutations import permute_rows
from reviewkit.meta.pooled import Pooled
from reviewkit.meta.refits import require_pooled
from reviewkit.meta.regression import MetaRegression
from reviewkit.meta.regression_batch import fit_regressions, make_basis
from reviewkit.meta.study_choice import choose_studies
from reviewkit.meta.tau2 import LIKELIHOODS
from reviewkit.meta.wald import find_wald

__all__ = ["TESTS", "Permuting", "regress"]

FloatArray = NDArray[np.float64]

#: Tests of coefficients: those of the pooled mean, and one that assumes no distribution.
TESTS = (*INTERVALS, "permutation")

_STEP = 1e-10  # relative; Newton's steps shrink to their squares
_STEPS = 200


class Permuting(NamedTuple):
    """How many orders a permutation test fits, and where chance comes from."""

    n: int
    rng: np.random.Generator | int | None


def regress(
    pooled: Pooled, formula: str, *, tau2: str | None, test: str | None, level: float | None,
    missing: str, permuting: Permuting,
) -> MetaRegression:  # fmt: skip
    """Return the meta-regression of a pooled result; see :mod:`~reviewkit.meta.moderators`."""
    require_pooled(pooled, "A meta-regression")
    method = _choose_method(pooled, tau2, test, level)
    varies = tau2 is not None or MODELS[pooled.method.model].varies
    design, studies, left_out = _choose_rows(pooled, formula, missing)
    permutations = None
    if MODELS[method.model].regress is not None:
        found = regress_counts(design, studies, method)
        _refuse_permutation(test, method)
    else:
        estimator = method.tau2 if varies else None
        found = _regress_effects(design, studies, method, estimator)
        if test == "permutation":
            permutations = permute_rows(
                studies.effects, studies.variances, design.matrix, names=design.names,
                tested=design.tested, tau2=estimator, ci=method.ci, n=permuting.n,
                rng=permuting.rng,
            )  # fmt: skip
    coefficients, covariance = found["coefficients"], found["covariance"]
    for part in (coefficients, covariance):
        part.flags.writeable = False
    df = float(found["qe_df"]) if INTERVALS[method.ci].t else np.inf
    qm, qm_df, qm_df_residual, qm_p = find_wald(coefficients, covariance, design.tested, df)
    return MetaRegression(
        formula=formula, names=design.names, **found,
        qm=qm, qm_df=qm_df, qm_df_residual=qm_df_residual,
        qm_p=qm_p if permutations is None else permutations.omnibus_p,
        k=len(studies.study), varies=varies, method=method, pooled_by=pooled.method.model,
        permutations=permutations, left_out=left_out, design=design, studies=studies,
    )  # fmt: skip


def _regress_effects(
    design: Design, studies: Studies, method: Method, estimator: str | None
) -> dict[str, Any]:
    """Return the fields of a meta-regression of effects that come from its fit."""
    fit = fit_regressions(
        studies.effects, studies.variances, design.matrix, tau2=estimator, ci=method.ci,
        tested=design.tested,
    )  # fmt: skip
    between = float(fit.tau2[0])
    ends = (np.nan, np.nan)
    if estimator is not None:
        ends = _find_ends(studies, design.matrix, method, between)
    return {
        "coefficients": fit.coefficients[0], "covariance": fit.covariance[0],
        "tau2": between, "tau2_ci_low": ends[0], "tau2_ci_high": ends[1],
        "i2": float(fit.i2[0]), "h2": float(fit.h2[0]),
        "r2": _explain(studies, estimator, float(fit.h2[0]) if estimator is None else between),
        "qe": float(fit.q[0]), "qe_df": int(fit.q_df[0]), "qe_p": float(fit.q_p[0]),
    }  # fmt: skip


def _refuse_permutation(test: str | None, method: Method) -> None:
    """Raise an InputError if permutations of a model are asked for that has none."""
    if test == "permutation":
        raise InputError(
            f"test='permutation' must have a regression of effects. Got model={method.model!r}. "
            f"Pool with model='random', or take a test of ``.likelihood``."
        )


def _choose_method(
    pooled: Pooled, tau2: str | None, test: str | None, level: float | None
) -> Method:
    """Return the method of the pooled result with what the caller asks for."""
    method = pooled.method
    ci, model = method.ci, MODELS[method.model]
    if test is not None and check_choice("test", test, TESTS) != "permutation":
        ci = test
    two_step = model.counts is not None and model.regress is None
    return replace(
        method,
        model="random" if two_step else method.model,
        tau2=tau2 or method.tau2,
        tau2_ci=method.tau2_ci if (tau2 or method.tau2) in LIKELIHOODS else "Q-profile",
        ci=ci,
        level=method.level if level is None else level,
    )


def _choose_rows(
    pooled: Pooled, formula: str, missing: str
) -> tuple[Design, Studies, tuple[str, ...]]:
    """Return the design, the studies that have all moderators, and the names of the others."""
    check_choice("missing", missing, ("error", "drop"))
    studies = pooled.studies
    frame = read_moderators(formula, studies.columns)
    gaps = frame.isna().to_numpy().reshape(pooled.k, -1)
    whole = np.asarray(~gaps.any(axis=1))
    if not whole.all() and missing == "error":
        cells = [
            f"{frame.columns[column]} of {studies.study[row]!r}"
            for row, column in np.argwhere(gaps)
        ]
        raise InputError(
            f"Each study must have all moderators of the formula. Missing: {list_some(cells)}. "
            f"Fill the extraction table; missing='drop' leaves these studies out."
        )
    if not whole.any():
        raise InputError(
            f"One study at least must have all moderators. None of the {pooled.k} has. Fill the "
            f"extraction table."
        )
    left_out = tuple(str(studies.study[at]) for at in np.flatnonzero(~whole))
    chosen = choose_studies(studies, whole, pooled.method.transform)
    design = make_design(formula, frame.loc[whole], len(chosen.study))
    return design, chosen, left_out


def _explain(studies: Studies, estimator: str | None, left: float) -> float:
    """Return the share of tau² (of H² where tau² is 0 by assumption) that moderators explain."""
    ones = np.ones((len(studies.study), 1))
    null = fit_regressions(studies.effects, studies.variances, ones, tau2=estimator, ci="z")
    whole = float(null.h2[0] if estimator is None else null.tau2[0])
    return max(0.0, 1 - left / whole) if whole > 0 else np.nan


def _find_ends(
    studies: Studies, design: FloatArray, method: Method, start: float
) -> tuple[float, float]:
    """Return the interval of tau² that the method asks for."""
    k, p = design.shape
    basis, _ = make_basis(design, k)
    one = DesignFits(studies.effects[None], studies.variances[None], np.ones((1, k)), basis)
    if method.tau2_ci == "profile":
        low, high = find_likelihood_limits(one, method=method.tau2, level=method.level)
        return float(low[0]), float(high[0])
    return _profile_q(one, k - p, method.level, start)


def _profile_q(one: DesignFits, df: int, level: float, start: float) -> tuple[float, float]:
    """Return the Q-profile of tau²: at its limits Q of the residuals has its quantiles.

    Newton's method on 1/Q, as in :mod:`~reviewkit.meta.heterogeneity`.
    """
    tail, half_df = (1 - level) / 2, df / 2
    critical = 2 * np.array([gammainccinv(half_df, tail), gammaincinv(half_df, tail)])
    scaled, unit = one.scale()
    fits = scaled.rows(np.zeros(2, dtype=np.intp))
    tau2 = np.full(2, start) / unit[0]
    for _ in range(_STEPS):
        sums = fits.at(tau2)
        with np.errstate(invalid="ignore", divide="ignore"):  # 0/0: nothing is left, root at 0
            step = (sums.q1 - critical) * sums.q1 / (critical * sums.q2)
        there = np.maximum(0.0, tau2 + np.where(sums.q2 > 0, step, -tau2))
        settled = np.abs(there - tau2) <= _STEP * (1 + there)
        tau2 = there
        if settled.all():
            low, high = tau2 * unit[0]
            return float(low), float(high)
    raise ConvergenceError(
        f"The interval of tau² must settle in {_STEPS} steps. It did not for {one.used.size} studies. "
        f"Report the data as a bug."
    )
