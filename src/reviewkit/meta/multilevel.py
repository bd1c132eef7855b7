"""Several effects a study, or several papers a sample: a model with a level for each.

Effects of one cluster share what is peculiar to it; a model that takes them for
independent counts it several times and is too sure.  The likelihood stands in
:mod:`~reviewkit.meta.levels`, the search for its peak in
:mod:`~reviewkit.meta.levels_search`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr, stdtr

from reviewkit._core.check import check_choice, check_columns, check_level, list_some
from reviewkit._core.errors import InputError
from reviewkit.meta.clusters import Clusters, read_clusters
from reviewkit.meta.effects import TRANSFORMS, find_harmonic_mean
from reviewkit.meta.formulas import make_design, read_moderators
from reviewkit.meta.models import Studies
from reviewkit.meta.multilevel_fit import (
    LIKELIHOODS,
    MULTILEVEL_INTERVALS,
    LevelFit,
    find_reach,
    fit_levels,
)
from reviewkit.meta.multilevel_results import (
    LevelMethod,
    MultilevelRegression,
    PooledMultilevel,
)
from reviewkit.meta.rows import ColumnNames, read_rows
from reviewkit.meta.studies import Table
from reviewkit.meta.wald import find_wald

__all__ = [
    "MultilevelRegression",
    "PooledMultilevel",
    "multilevel_regression",
    "pool_multilevel",
]

FloatArray = NDArray[np.float64]


def pool_multilevel(
    data: Table,
    *,
    cluster: str,
    events: str | None = None,
    total: str | None = None,
    effect: str | None = None,
    variance: str | None = None,
    study: str | None = None,
    transform: str = "logit",
    tau2: str = "REML",
    ci: str = "t",
    level: float = 0.95,
    missing: str = "error",
) -> PooledMultilevel:
    """Pool effects of which several come from one cluster, by a three-level model.

    Parameters
    ----------
    data : DataFrame or mapping of columns
        One row an effect.
    cluster : str
        Column: what rows have in common, such as a study or a sample.  A row that stands
        alone is a cluster of its own.
    events, total : str, optional
        Columns: people with the event, and people in all.
    effect, variance : str, optional
        Columns: effects and their sampling variances, in place of counts.  If no column is
        named, ``events`` and ``total`` are taken where the table has them,
        else ``effect`` and ``variance``.
    study : str, optional
        Column: name of the row; left out, ``study`` if there is one, else the cluster.
    transform : {"logit", "freeman-tukey", "arcsine", "log", "raw"}, default "logit"
        Scale on which counts are pooled.
    tau2 : {"REML", "ML"}, default "REML"
        Likelihood that gives the variances between and within clusters.
    ci : {"t", "t-clusters", "z"}, default "t"
        Quantiles of t with as many degrees of freedom as rows, or as clusters, less 1; or of
        the normal.  The first and last are metafor's ``test="t"`` and ``"z"``.
    level : float in (0, 1), default 0.95
        Of all intervals.
    missing : {"error", "drop"}, default "error"
        Whether a missing number is an error, or its row is left out; the result says which.

    Returns
    -------
    PooledMultilevel
        Estimate, confidence and prediction interval on the scale of the reader, both
        variances with profile-likelihood intervals and tests, I² by level.

    Raises
    ------
    InputError
        If there are fewer than 2 clusters or no cluster has 2 rows (the variances are then
        one number), a row has no cluster, or the table is as :func:`pool_prevalence` or
        :func:`pool_effects` refuses it.

    Notes
    -----
    An effect is drawn from ``Normal(mu + u, v + σ² within)``, the u of its cluster from
    ``Normal(0, σ² between)`` [1]_, as metafor's ``random = ~ 1 | cluster/row``.  Sampling errors
    are taken to be independent; where they are not, as with outcomes of the same people,
    :func:`robust_inference` is right all the same in large samples.  Both
    variances are searched on a grid from 0 upwards, every peak of it is climbed, and bounds of all
    rectangles prove that none is higher.  The
    prediction interval is that of a further effect in a further cluster: mean ± quantile
    × √(SE² + σ² between + σ² within).  I² by level is that of Nakagawa and Santos [2]_, with
    the typical sampling variance of Higgins and Thompson.

    References
    ----------
    .. [1] Konstantopoulos (2011). doi:10.1002/jrsm.35
    .. [2] Nakagawa & Santos (2012). doi:10.1007/s10682-012-9555-5

    Examples
    --------
    >>> data = {"study": list("AABBCCDD"), "events": [35, 30, 94, 99, 81, 70, 66, 60],
    ...         "total": [80, 82, 260, 255, 443, 400, 138, 140]}
    >>> pooled = pool_multilevel(data, cluster="study")
    >>> print(pooled.summary().splitlines()[1])
    34.1 % (95 % CI 20.3–51.2; prediction 9.8–71.1), k = 8 in 4 clusters, N = 1,798
    """
    check_choice("tau2", tau2, LIKELIHOODS)
    check_choice("ci", ci, MULTILEVEL_INTERVALS)
    check_level(level)
    check_columns(data, {"cluster": cluster})
    named = ColumnNames(events, total, effect, variance, _find_study(data, study, cluster))
    studies = read_rows(data, named, transform=transform, missing=missing)
    method = LevelMethod(tau2, ci, level, transform if studies.events is not None else None)
    return _pool(studies, read_clusters(studies, cluster), method)


def multilevel_regression(pooled: PooledMultilevel, formula: str) -> MultilevelRegression:
    """Regress effects within clusters on moderators, by a three-level model.

    Parameters
    ----------
    pooled : PooledMultilevel
        The result whose rows are used, with its likelihood and interval.
    formula : str
        Moderators as for :func:`meta_regression`: ``"~ year + country"``.

    Returns
    -------
    MultilevelRegression
        Coefficients on the scale of the analysis, the test of all moderators, and what
        they leave between and within clusters.

    Raises
    ------
    InputError
        If a moderator is missing, is the same everywhere or follows from others, or there
        are no more clusters than coefficients.

    Examples
    --------
    >>> data = {"study": list("AABBCCDD"), "effect": [0.1, 0.2, 0.5, 0.6, 0.3, 0.2, 0.8, 0.7],
    ...         "variance": [0.02] * 8, "year": [0, 1, 2, 3, 4, 5, 6, 7]}
    >>> fit = multilevel_regression(pool_multilevel(data, cluster="study"), "~ year")
    >>> fit.to_frame()[["coefficient", "estimate", "se"]].round(3)
      coefficient  estimate     se
    0   intercept     0.219  0.199
    1        year     0.059  0.046
    """
    if not isinstance(pooled, PooledMultilevel):
        raise InputError(
            f"`pooled` must be a result of pool_multilevel. Got {type(pooled).__name__}. For one of "
            f"pool_prevalence or pool_effects, use meta_regression."
        )
    studies, method = pooled.studies, pooled.method
    frame = read_moderators(formula, studies.columns)
    _require_whole(frame, studies)
    design = make_design(formula, frame, pooled.k)
    fit = fit_levels(
        studies.effects, studies.variances, design.matrix, pooled.clusters,
        tau2=method.tau2, ci=method.ci, level=method.level,
    )  # fmt: skip
    statistic = fit.coefficients / np.sqrt(np.diag(fit.covariance))
    below = -np.abs(statistic)
    p_values = np.asarray(2 * (ndtr(below) if np.isinf(fit.df) else stdtr(fit.df, below)))
    qm, qm_df, _, qm_p = find_wald(fit.coefficients, fit.covariance, design.tested, fit.df)
    return MultilevelRegression(
        **_collect(fit, pooled.clusters, studies, method),
        formula=formula, names=design.names, coefficients=fit.coefficients,
        covariance=fit.covariance, statistic=statistic, p_values=p_values,
        reach=find_reach(fit.df, method.level), qm=qm, qm_df=qm_df, qm_p=qm_p,
        design=design, clusters=pooled.clusters, studies=studies,
    )  # fmt: skip


def _find_study(data: Table, study: str | None, cluster: str) -> str:
    """Return the column that names the rows."""
    if study is not None:
        return study
    return "study" if "study" in {str(column) for column in data} else cluster


def _pool(studies: Studies, clusters: Clusters, method: LevelMethod) -> PooledMultilevel:
    """Return the fit of a mean, on both scales."""
    k = len(studies.study)
    fit = fit_levels(
        studies.effects, studies.variances, np.ones((k, 1)), clusters,
        tau2=method.tau2, ci=method.ci, level=method.level,
    )  # fmt: skip
    mean, se = float(fit.coefficients[0]), float(np.sqrt(fit.covariance[0, 0]))
    half = find_reach(fit.df, method.level)
    ahead = half * np.sqrt(se**2 + fit.between + fit.within)
    ends = np.array([mean, mean - half * se, mean + half * se, mean - ahead, mean + ahead])
    shown, people = ends, None
    if method.transform is not None and studies.total is not None:
        people = studies.total
        shown = TRANSFORMS[method.transform].inverse(ends, find_harmonic_mean(people))
    numbers = _collect(fit, clusters, studies, method)
    for at, name in enumerate(("estimate", "ci_low", "ci_high", "pi_low", "pi_high")):
        numbers |= {name: float(shown[at]), f"transformed_{name}": float(ends[at])}
    return PooledMultilevel(
        **numbers,
        transformed_se=se,
        n=None if people is None else int(people.sum()),
        events=None if studies.events is None else int(studies.events.sum()),
        weights=_weigh(studies, clusters, fit),
        clusters=clusters,
        studies=studies,
    )


def _weigh(studies: Studies, clusters: Clusters, fit: LevelFit) -> FloatArray:
    """Return the share of each row in the estimate."""
    a = 1 / (studies.variances + fit.within)
    weight = np.bincount(clusters.numbers, weights=a)
    share = a / (1 + fit.between * weight)[clusters.numbers]
    return np.asarray(share / share.sum())


def _collect(
    fit: LevelFit, clusters: Clusters, studies: Studies, method: LevelMethod
) -> dict[str, Any]:
    """Return what a pooled result and a regression have in common."""
    k, both = len(studies.study), fit.between + fit.within
    whole = both + fit.typical
    return {
        "sigma2_between": fit.between, "sigma2_within": fit.within,
        "sigma2_between_ci_low": fit.between_limits.low,
        "sigma2_between_ci_high": fit.between_limits.high,
        "sigma2_within_ci_low": fit.within_limits.low,
        "sigma2_within_ci_high": fit.within_limits.high,
        "sigma2_between_p": fit.between_p, "sigma2_within_p": fit.within_p,
        "i2": both / whole, "i2_between": fit.between / whole, "i2_within": fit.within / whole,
        "correlation": fit.between / both if both > 0 else np.nan,
        "q": fit.q, "q_df": k - fit.coefficients.size, "q_p": fit.q_p,
        "log_likelihood": fit.log_likelihood, "df": fit.df, "k": k,
        "n_clusters": len(clusters.labels), "method": method,
    }  # fmt: skip


def _require_whole(frame: pd.DataFrame, studies: Studies) -> None:
    """Raise an InputError that names the rows without a moderator."""
    gaps = frame.isna().to_numpy().reshape(len(studies.study), -1)
    cells = [f"{frame.columns[c]} of {studies.study[r]!r}" for r, c in np.argwhere(gaps)]
    if cells:
        raise InputError(
            f"Each row must have all moderators of the formula. Missing: {list_some(cells)}. "
            f"Fill the extraction table, or pool without these rows."
        )
