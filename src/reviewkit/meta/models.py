"""The models: how checked studies become one pooled effect.

A model is a function of :class:`Studies` and :class:`Method` that returns a fit of
the engine, on the scale of the analysis, and one that returns the intervals of its
heterogeneity.  To add one, write these and name them in :data:`MODELS`; the public
functions, messages and recipes follow.  Some models take the counts as they are:
they have a likelihood, and neither an estimator of tau² nor weights.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reviewkit._core.check import check_choice, check_level
from reviewkit._core.errors import InputError
from reviewkit.meta.back_sizes import BACK_SIZES
from reviewkit.meta.betabinomial import fit_beta_binomial_batch
from reviewkit.meta.count_fits import CountFit
from reviewkit.meta.engine import INTERVALS, PREDICTIONS, BatchFit, fit_batch
from reviewkit.meta.fits import Fits
from reviewkit.meta.glmm import fit_glmm_batch
from reviewkit.meta.glmm_groups import GroupedCounts, fit_groups
from reviewkit.meta.glmm_regression import BatchCountRegression, fit_glmm_regressions
from reviewkit.meta.heterogeneity import (
    Heterogeneity,
    profile_heterogeneity,
    share_heterogeneity,
)
from reviewkit.meta.kept_columns import NO_COLUMNS, KeptColumns
from reviewkit.meta.likelihood_limits import find_likelihood_limits
from reviewkit.meta.tau2 import ESTIMATORS, LIKELIHOODS

__all__ = ["MODELS", "TAU2_INTERVALS", "Method", "Model", "Studies"]

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Method:
    """How studies are pooled; every field but `level` is a key of a registry."""

    model: str
    tau2: str
    ci: str
    prediction: str
    level: float
    transform: str | None = None  # None: the effects came as they are
    study_ci: str | None = None
    back_n: str = "harmonic"  # sample size on the way back from double arcsines
    tau2_ci: str = "Q-profile"

    def __post_init__(self) -> None:
        check_choice("model", self.model, MODELS)
        check_choice("tau2", self.tau2, ESTIMATORS)
        check_choice("ci", self.ci, INTERVALS)
        check_choice("prediction", self.prediction, PREDICTIONS)
        check_choice("back_n", self.back_n, BACK_SIZES)
        check_choice("tau2_ci", self.tau2_ci, TAU2_INTERVALS)
        check_level(self.level)
        if MODELS[self.model].counts is None:
            self._require_likelihood()
            return
        if self.transform != "logit":
            raise InputError(
                f"model={self.model!r} must have counts, on the logit scale. Got "
                f"{f'transform={self.transform!r}' if self.transform else 'effects'}. Give "
                f"pool_prevalence the counts and leave `transform` out, or take model='random'."
            )
        if self.tau2 != "ML":
            raise InputError(
                f"model={self.model!r} must have tau2='ML', as its likelihood gives tau². "
                f"Got {self.tau2!r}. Leave `tau2` out, or take model='random'."
            )

    def _require_likelihood(self) -> None:
        """Raise an InputError if there is no likelihood of which to take the profile."""
        if self.tau2_ci == "profile" and not (
            MODELS[self.model].varies and self.tau2 in LIKELIHOODS
        ):
            known = " or ".join(map(repr, LIKELIHOODS))
            raise InputError(
                f"tau2_ci='profile' must have a likelihood of tau²: model='random' with "
                f"tau2={known}. Got model={self.model!r} with tau2={self.tau2!r}. Take "
                f"tau2_ci='Q-profile', or another estimator."
            )


@dataclass(frozen=True, slots=True)
class Studies:
    """The studies that are pooled, in the order of the table; arrays of shape (k,)."""

    study: tuple[Any, ...]
    effects: FloatArray  # on the scale of the analysis
    variances: FloatArray
    events: FloatArray | None = None
    total: FloatArray | None = None
    corrected: int = 0  # studies to which 0.5 was added
    left_out: tuple[str, ...] = ()  # because a cell was missing
    repeated: tuple[str, ...] = ()  # labels of more than one row
    columns: KeptColumns = NO_COLUMNS  # of the table, for these studies


class Tau2Interval(NamedTuple):
    """A way to intervals of heterogeneity."""

    label: str
    find: Callable[[Studies, Method, BatchFit], Heterogeneity]


class Model(NamedTuple):
    """A way from studies to a pooled effect."""

    label: str
    varies: bool  # true effects differ between studies, by tau²
    fit: Callable[[Studies, Method], BatchFit]
    limits: Callable[[Studies, Method, BatchFit], Heterogeneity]
    counts: Callable[..., CountFit] | None = None  # takes events, totals and a mask
    estimation: str = ""  # how such a model is fitted, for the recipe
    regress: Callable[..., BatchCountRegression] | None = None  # counts on a design
    group: Callable[..., GroupedCounts] | None = None  # counts of groups with a common tau²


def _fit_random(studies: Studies, method: Method) -> BatchFit:
    return _fit_inverse_variance(studies, method, method.tau2)


def _fit_common(studies: Studies, method: Method) -> BatchFit:
    return _fit_inverse_variance(studies, method, None)


def _fit_inverse_variance(studies: Studies, method: Method, tau2: str | None) -> BatchFit:
    return fit_batch(
        studies.effects, studies.variances, tau2=tau2, ci=method.ci,
        prediction=method.prediction, level=method.level,
    )  # fmt: skip


def _limit_tau2(studies: Studies, method: Method, fit: BatchFit) -> Heterogeneity:
    return TAU2_INTERVALS[method.tau2_ci].find(studies, method, fit)


def _profile_deviance(studies: Studies, method: Method, fit: BatchFit) -> Heterogeneity:
    if len(studies.study) == 1:
        return Heterogeneity(*[np.nan] * 6)
    fits = Fits(studies.effects[None], studies.variances[None], np.ones((1, len(studies.study))))
    low, high = find_likelihood_limits(fits, method=method.tau2, level=method.level)
    return share_heterogeneity(studies.variances, float(low[0]), float(high[0]))


def _profile_q(studies: Studies, method: Method, fit: BatchFit) -> Heterogeneity:
    """Return the Q-profile; that of tau² is NaN where it is 0 by assumption."""
    limits = profile_heterogeneity(
        studies.effects, studies.variances, level=method.level, start=float(fit.tau2[0])
    )
    if MODELS[method.model].varies:
        return limits
    return limits._replace(tau2_low=np.nan, tau2_high=np.nan)


def _fit_counts(studies: Studies, method: Method) -> BatchFit:
    model = MODELS[method.model]
    assert model.counts is not None
    assert studies.events is not None
    assert studies.total is not None
    fit = model.counts(
        studies.events, studies.total, ci=method.ci, prediction=method.prediction,
        level=method.level, profile=True,
    )  # fmt: skip
    if np.isnan(fit.estimate[0]):
        raise InputError(
            f"model={method.model!r} must have a study with some and not all events. Got "
            f"{len(studies.study)} studies that all have none or nothing but events, so that "
            f"the likelihood rises with tau² without end. Take model='beta-binomial'."
        )
    return fit


def _profile_likelihood(studies: Studies, method: Method, fit: BatchFit) -> Heterogeneity:
    assert isinstance(fit, CountFit)
    low, high = float(fit.tau2_ci_low[0]), float(fit.tau2_ci_high[0])
    return share_heterogeneity(studies.variances, low, high)


#: Intervals of tau², and with it of I² and H², of models with sampling variances, by name.
TAU2_INTERVALS: Mapping[str, Tau2Interval] = MappingProxyType(
    {
        "Q-profile": Tau2Interval("the Q-profile", _profile_q),
        "profile": Tau2Interval("profile likelihood", _profile_deviance),
    }
)

#: Models by name.
MODELS: Mapping[str, Model] = MappingProxyType(
    {
        "random": Model("Random-effects model", True, _fit_random, _limit_tau2),
        "common": Model("Common-effect model", False, _fit_common, _limit_tau2),
        "glmm": Model(
            "Binomial–normal GLMM",
            True,
            _fit_counts,
            _profile_likelihood,
            fit_glmm_batch,
            "maximum likelihood by adaptive Gauss–Hermite quadrature",
            fit_glmm_regressions,
            fit_groups,
        ),
        "beta-binomial": Model(
            "Beta-binomial model",
            True,
            _fit_counts,
            _profile_likelihood,
            fit_beta_binomial_batch,
            "maximum likelihood, of the mean prevalence",
        ),
    }
)
