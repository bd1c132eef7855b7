"""Pool studies: counts of people, or effects of any kind, into one result.

A thin layer on the engine: check the table, transform, fit, take the result
back to the scale of the reader, and say how it came about.  Models stand in
:mod:`~reviewkit.meta.models`, scales in :mod:`~reviewkit.meta.effects`.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from reviewkit._core.check import check_choice
from reviewkit._core.errors import ReviewkitWarning
from reviewkit.meta.effects import TRANSFORMS, find_harmonic_mean, transform_counts
from reviewkit.meta.heterogeneity import profile_heterogeneity
from reviewkit.meta.models import MODELS, Method, Studies
from reviewkit.meta.pooled import Pooled, PooledEffect, PooledPrevalence
from reviewkit.meta.recipes import write_warnings
from reviewkit.meta.studies import Table, find_repeated, read_counts, read_effects
from reviewkit.meta.study_intervals import PROPORTION_INTERVALS

__all__ = ["PooledEffect", "PooledPrevalence", "pool_effects", "pool_prevalence"]


def pool_prevalence(
    data: Table,
    *,
    events: str = "events",
    total: str = "total",
    study: str = "study",
    model: str = "random",
    transform: str = "logit",
    tau2: str = "REML",
    ci: str = "HK",
    prediction: str = "t",
    level: float = 0.95,
    study_ci: str = "clopper-pearson",
    missing: str = "error",
) -> PooledPrevalence:
    """Pool the prevalence that studies counted.

    Parameters
    ----------
    data : DataFrame or mapping of columns
        One row a study, or better, a sample: rows of the same people are not
        independent.
    events, total, study : str
        Columns: people with the event, people in all, name of the study.
    model : {"random", "common"}, default "random"
        Whether true prevalences differ between studies, by tau², or are one.
    transform : {"logit", "freeman-tukey", "arcsine", "log", "raw"}, default "logit"
        Scale of the analysis; see :func:`~reviewkit.meta.effects.compute_effects`.
    tau2 : {"REML", "DL", "PM", "ML", "EB", "HE", "HS", "SJ"}, default "REML"
        Estimator of the between-study variance; the common-effect model has none.
    ci : {"HK", "HK-adhoc", "z", "t"}, default "HK"
        Hartung and Knapp's interval, the same but never narrower than the
        classic one, or the classic one with normal or t quantiles [1]_.  It is taken
        at its word under the common-effect model too (as metafor's ``test="knha"``),
        for which ``"z"`` is customary; a note says so.
    prediction : {"t", "HTS", "z"}, default "t"
        t with k - 1 degrees of freedom and the standard error of `ci`; t with
        k - 2 and the classic one [2]_; normal with that of `ci`.
    level : float in (0, 1), default 0.95
        Of all intervals.
    study_ci : str, default "clopper-pearson"
        Interval of a single study: also "wilson", "agresti-coull", "jeffreys",
        "mid-p", "arcsine".  It changes the table and the figure, no pooled number.
    missing : {"error", "drop"}, default "error"
        Whether a missing count is an error, or its row is left out; the result
        then says which.

    Returns
    -------
    PooledPrevalence
        On the proportion scale, with all numbers of the analysis scale and the
        recipe.

    Raises
    ------
    InputError
        If a column is missing, cells are no counts (all of them are named), or an
        option is unknown.

    Warns
    -----
    ReviewkitWarning
        If several rows have the name of one study, or the result may be wrong.

    Notes
    -----
    One study keeps its own normal interval on the scale of the analysis, tau² = 0
    and no prediction interval (that of ``"z"``, which takes tau² for known, is its
    confidence interval, as in metafor).  I² is tau²/(tau² + typical sampling
    variance) and (Q - df)/Q under the common-effect model; intervals of tau² and
    I² are Q-profiles, that of tau² NaN under the common-effect model.  No limit
    leaves [0, 1]; raw and logarithmic ones are cut there.

    References
    ----------
    .. [1] Knapp & Hartung (2003). doi:10.1002/sim.1482
    .. [2] Higgins, Thompson & Spiegelhalter (2009). doi:10.1111/j.1467-985X.2008.00552.x

    Examples
    --------
    >>> data = {
    ...     "study": ["Coffey 1999", "Edwards 2006", "Simpson 2019", "Alamri 2024"],
    ...     "events": [35, 94, 81, 66],
    ...     "total": [80, 260, 443, 138],
    ... }
    >>> pooled = pool_prevalence(data)
    >>> for line in pooled.summary().splitlines()[:3]:
    ...     print(line)
    Pooled prevalence
    35.1 % (95 % CI 16.5–59.8; prediction 5.6–83.1), k = 4, N = 921
    Heterogeneity: τ² = 0.381 (95 % CI 0.106–5.50), I² = 94.2 % (95 % CI 81.8–99.6), ...
    """
    check_choice("transform", transform, TRANSFORMS)
    check_choice("study_ci", study_ci, PROPORTION_INTERVALS)
    method = Method(model, tau2, ci, prediction, level, transform, study_ci)
    counts = read_counts(data, events=events, total=total, study=study, missing=missing)
    scale, x, n = TRANSFORMS[transform], counts.events, counts.total
    effects, variances = transform_counts(x, n, scale)
    corrected = int(np.count_nonzero((x == 0) | (x == n))) if scale.corrected else 0
    repeated = find_repeated(counts.study)
    studies = Studies(counts.study, effects, variances, x, n, corrected, counts.left_out, repeated)
    common, fit = _pool(studies, method)
    columns = ("estimate", "ci_low", "ci_high", "pi_low", "pi_high")
    back = scale.inverse(np.array([fit[name] for name in columns]), find_harmonic_mean(n))
    pooled = PooledPrevalence(
        **dict(zip(columns, back.tolist(), strict=True)),
        **{f"transformed_{name}": value for name, value in fit.items()},
        **common,
        n=int(n.sum()),
        events=int(x.sum()),
    )
    _warn(pooled)
    return pooled


def pool_effects(
    data: Table,
    *,
    effect: str = "effect",
    variance: str = "variance",
    study: str = "study",
    model: str = "random",
    tau2: str = "REML",
    ci: str = "HK",
    prediction: str = "t",
    level: float = 0.95,
    missing: str = "error",
) -> PooledEffect:
    """Pool effects of any kind, given their sampling variances.

    Parameters
    ----------
    data : DataFrame or mapping of columns
        One row a study.
    effect, variance, study : str
        Columns: effect on the scale on which it is pooled (log odds ratio, mean
        difference …), its squared standard error (above 0), name of the study.
    model, tau2, ci, prediction, level, missing
        As in :func:`pool_prevalence`.

    Returns
    -------
    PooledEffect

    Raises
    ------
    InputError
        If a column is missing, cells are no numbers or a variance is not above 0
        (all of them are named), or an option is unknown.

    Warns
    -----
    ReviewkitWarning
        If several rows have the name of one study, or the result may be wrong.

    Examples
    --------
    >>> data = {"study": list("ABCD"), "effect": [0.1, 0.3, 0.35, 0.65],
    ...         "variance": [0.03, 0.03, 0.05, 0.01]}
    >>> print(pool_effects(data, tau2="DL").summary().splitlines()[1])
    0.37 (95 % CI −0.01 to 0.76; prediction −0.44 to 1.19), k = 4
    """
    method = Method(model, tau2, ci, prediction, level)
    found = read_effects(data, effect=effect, variance=variance, study=study, missing=missing)
    repeated = find_repeated(found.study)
    studies = Studies(
        found.study, found.effects, found.variances, left_out=found.left_out, repeated=repeated
    )
    common, fit = _pool(studies, method)
    pooled = PooledEffect(**fit, **common)
    _warn(pooled)
    return pooled


def _pool(studies: Studies, method: Method) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what all results share, and estimate and limits on the scale of the analysis."""
    model = MODELS[method.model]
    fit = model.fit(studies, method)
    tau2 = float(fit.tau2[0])
    spread = profile_heterogeneity(
        studies.effects, studies.variances, level=method.level, start=tau2
    )
    common = {
        "tau2": tau2,
        "tau2_ci_low": spread.tau2_low if model.varies else np.nan,
        "tau2_ci_high": spread.tau2_high if model.varies else np.nan,
        "i2": float(fit.i2[0]),
        "i2_ci_low": spread.i2_low,
        "i2_ci_high": spread.i2_high,
        "h2": float(fit.h2[0]),
        "h2_ci_low": spread.h2_low,
        "h2_ci_high": spread.h2_high,
        "q": float(fit.q[0]),
        "q_df": int(fit.q_df[0]),
        "q_p": float(fit.q_p[0]),
        "k": len(studies.study),
        "method": method,
        "studies": studies,
    }
    columns = ("estimate", "se", "ci_low", "ci_high", "pi_low", "pi_high")
    return common, {name: float(getattr(fit, name)[0]) for name in columns}


def _warn(pooled: Pooled) -> None:
    """Warn of each reason to doubt the result, at the line that asked for it."""
    for note in write_warnings(pooled):
        warnings.warn(str(note), ReviewkitWarning, stacklevel=3)
