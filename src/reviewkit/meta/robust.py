"""Cluster-robust inference: standard errors that do not believe the model within clusters."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtrit

from reviewkit._core.check import check_choice, check_level, list_some
from reviewkit._core.errors import InputError
from reviewkit.meta.clusters import Clusters, read_clusters
from reviewkit.meta.effects import TRANSFORMS, find_harmonic_mean
from reviewkit.meta.levels import Levels, arrange
from reviewkit.meta.models import Studies
from reviewkit.meta.multilevel_results import MultilevelRegression, PooledMultilevel
from reviewkit.meta.pooled import Pooled
from reviewkit.meta.refits import require_effects
from reviewkit.meta.regression import MetaRegression
from reviewkit.meta.robust_result import RobustInference
from reviewkit.meta.sandwich import CORRECTIONS, Sandwich, make_sandwich

__all__ = ["RobustInference", "robust_inference"]

FloatArray = NDArray[np.float64]

_MEAN = ("mean",)  # the name of the one coefficient of a pooled result
_DF = ("satterthwaite", "clusters")


class _Working(NamedTuple):
    """What a fitted model says of its rows."""

    studies: Studies
    design: FloatArray
    names: tuple[str, ...]
    clusters: Clusters | None  # those of the model; None if it takes rows for independent
    sigma2: FloatArray  # (2,); between and within these
    transform: str | None  # of a pooled mean


def robust_inference(
    fitted: Pooled | PooledMultilevel | MetaRegression | MultilevelRegression,
    *,
    cluster: Any = None,
    correction: str = "CR2",
    df: str = "satterthwaite",
    level: float | None = None,
) -> RobustInference:
    """Infer from clusters that are independent, whatever goes on within them.

    Parameters
    ----------
    fitted : PooledPrevalence, PooledEffect, PooledMultilevel or a meta-regression
        The model that weights the rows; its coefficients stay as they are.
    cluster : str or sequence, optional
        Column of the table that was pooled, or the cluster of each row.  May be left out
        for a three-level model, whose own clusters are then taken; others
        must be unions of these.
    correction : {"CR2", "CR0", "CR1", "CR1p", "CR3"}, default "CR2"
        For few clusters: bias-reduced linearisation [1]_; none; J/(J - 1) with J clusters;
        J/(J - p) with p coefficients (what metafor's ``robust`` does by default); jackknife.
    df : {"satterthwaite", "clusters"}, default "satterthwaite"
        Degrees of freedom of t: those of each coefficient, as clubSandwich; or clusters
        less coefficients, as metafor's ``robust``.
    level : float in (0, 1), optional
        Of the intervals; left out, that of `fitted`.

    Returns
    -------
    RobustInference

    Raises
    ------
    InputError
        If there are no more clusters than coefficients, a coefficient rests on one cluster
        alone, a row has no cluster, a cluster of the three-level model is divided, or `fitted`
        is a model of counts.

    Notes
    -----
    A cluster of n rows takes matrices of n × n numbers.  An interval of fewer than 4 degrees
    of freedom is too rough to rely on; a note says so.

    References
    ----------
    .. [1] Pustejovsky & Tipton (2018). doi:10.1080/07350015.2016.1247004

    Examples
    --------
    >>> from reviewkit.meta.pooling import pool_effects
    >>> data = {"study": list("abcdefgh"), "paper": list("AABBCCDD"), "variance": [0.02] * 8,
    ...         "effect": [0.1, 0.2, 0.5, 0.6, 0.3, 0.2, 0.8, 0.7]}
    >>> robust_inference(pool_effects(data), cluster="paper").to_frame().round(3)
      coefficient  estimate     se  statistic   df  p_value  ci_low  ci_high
    0        mean     0.425  0.138      3.087  3.0    0.054  -0.013    0.863
    """
    check_choice("correction", correction, CORRECTIONS)
    check_choice("df", df, _DF)
    _require_fitted(fitted)
    level = check_level(fitted.method.level if level is None else level)
    working = _read(fitted)
    clusters = _find_clusters(working, cluster)
    levels, order = _arrange(working)
    groups = clusters.numbers[order]
    made = make_sandwich(levels, working.sigma2, groups, correction)
    _require_support(made, clusters)
    p = len(working.names)
    freedom = made.df if df == "satterthwaite" else np.full(p, float(made.clusters - p))
    ends = _find_ends(working, made, stdtrit(freedom[0], (1 + level) / 2))
    return RobustInference(
        estimate=float(ends[0]), ci_low=float(ends[1]), ci_high=float(ends[2]),
        names=working.names, coefficients=made.coefficients, covariance=made.covariance,
        df_values=freedom, n_clusters=made.clusters, k=len(working.studies.study),
        correction=correction, df_by=df, level=level, cluster=clusters.name,
        transform=working.transform,
    )  # fmt: skip


def _require_fitted(fitted: object) -> None:
    """Raise an InputError unless this is a fitted model."""
    kinds = Pooled | PooledMultilevel | MetaRegression | MultilevelRegression
    if not isinstance(fitted, kinds):
        raise InputError(
            f"`fitted` must be a pooled result, a three-level model or a meta-regression. Got "
            f"{type(fitted).__name__}. Pool the studies first."
        )


def _read(
    fitted: Pooled | PooledMultilevel | MetaRegression | MultilevelRegression,
) -> _Working:
    """Return rows, design and variances of any fitted model that weights by them."""
    studies = fitted.studies
    mean = np.ones((len(studies.study), 1)), _MEAN
    if isinstance(fitted, PooledMultilevel | MultilevelRegression):
        sigma2 = np.array([fitted.sigma2_between, fitted.sigma2_within])
        if isinstance(fitted, PooledMultilevel):
            return _Working(studies, *mean, fitted.clusters, sigma2, fitted.method.transform)
        return _Working(studies, fitted.design.matrix, fitted.names, fitted.clusters, sigma2, None)
    sigma2 = np.array([0.0, fitted.tau2])
    if isinstance(fitted, MetaRegression):
        return _Working(studies, fitted.design.matrix, fitted.names, None, sigma2, None)
    require_effects(fitted, "Cluster-robust inference")
    return _Working(studies, *mean, None, sigma2, fitted.method.transform)


def _find_clusters(working: _Working, cluster: Any) -> Clusters:
    """Return the clusters that are asked for, else those of the model, checked."""
    if cluster is not None:
        clusters = read_clusters(working.studies, cluster)
    elif working.clusters is not None:
        clusters = working.clusters
    else:
        raise InputError(
            "`cluster` must name a column of the pooled table. A model with two levels has no "
            "clusters of its own. Give it, as in cluster='sample'."
        )
    _require_clusters(clusters, working)
    return clusters


def _find_ends(working: _Working, made: Sandwich, reach: float) -> FloatArray:
    """Return a pooled mean and its limits as the reader sees them; NaN for a regression."""
    if working.names != _MEAN:
        return np.full(3, np.nan)
    half = reach * np.sqrt(made.covariance[0, 0])
    ends = made.coefficients[0] + half * np.array([0.0, -1.0, 1.0])
    total = working.studies.total
    if working.transform is None or total is None:
        return np.asarray(ends)
    return TRANSFORMS[working.transform].inverse(ends, find_harmonic_mean(total))


def _require_support(made: Sandwich, clusters: Clusters) -> None:
    """Raise an InputError if a coefficient rests on one cluster alone."""
    if made.alone:
        named = list_some([repr(clusters.labels[at]) for at in made.alone], sep=", ")
        raise InputError(
            f"Each coefficient must rest on two clusters or more. Without {named} of "
            f"{clusters.name!r} one has no answer, so that no residual tells how sure it is. Leave "
            f"the moderator out, or join levels of a factor."
        )


def _arrange(working: _Working) -> tuple[Levels, NDArray[np.intp]]:
    """Return the rows sorted by the clusters of the model, and that order."""
    studies, k = working.studies, len(working.studies.study)
    own = np.arange(k) if working.clusters is None else working.clusters.numbers
    levels = arrange(studies.effects, studies.variances, working.design, own, "REML")
    return levels, np.argsort(own, kind="stable")


def _require_clusters(clusters: Clusters, working: _Working) -> None:
    """Raise an InputError if there are too few clusters, or those of the model are divided."""
    count, p = len(clusters.labels), len(working.names)
    if count <= p:
        raise InputError(
            f"There must be more clusters than coefficients: {p + 1} or more here. Got {count} in "
            f"{clusters.name!r}. Use another grouping or fewer moderators."
        )
    own = working.clusters
    if own is None or own is clusters:
        return
    pairs = pd.DataFrame({"own": own.numbers, "group": clusters.numbers}).drop_duplicates()
    divided = pairs["own"][pairs["own"].duplicated()].unique()
    if divided.size:
        named = [repr(own.labels[at]) for at in divided]
        raise InputError(
            f"Clusters must hold whole clusters of the three-level model ({own.name!r}), as rows of "
            f"one are not independent. {clusters.name!r} divides {list_some(named, sep=', ')}. "
            f"Leave `cluster` out or give a coarser one."
        )
