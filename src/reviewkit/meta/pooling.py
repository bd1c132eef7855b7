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
from reviewkit._core.errors import InputError, ReviewkitWarning
from reviewkit.meta.back_sizes import find_back_size
from reviewkit.meta.count_fits import CountFit
from reviewkit.meta.effects import TRANSFORMS, Transform, transform_counts
from reviewkit.meta.mixtures import check_mix
from reviewkit.meta.models import MODELS, Method, Studies
from reviewkit.meta.notes import write_warnings
from reviewkit.meta.pooled import Pooled, PooledEffect, PooledPrevalence
from reviewkit.meta.studies import Counts, Table, find_repeated, read_counts, read_effects
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
    back_n: str = "harmonic",
    missing: str = "error",
    tau2_ci: str = "Q-profile",
    mix: str = "refuse",
) -> PooledPrevalence:
    """Pool the prevalence that studies counted.

    Parameters
    ----------
    data : DataFrame or mapping of columns
        One row a study, or better, a sample: rows of the same people are not
        independent.
    events, total, study : str
        Columns: people with the event, people in all, name of the study.
    model : {"random", "common", "glmm", "beta-binomial"}, default "random"
        Whether true prevalences differ between studies, by tau², or are one.  The last
        two take the counts as they are, by maximum likelihood: true log odds are normal
        (:func:`~reviewkit.meta.glmm.fit_glmm_batch`), or true prevalences beta
        (:func:`~reviewkit.meta.betabinomial.fit_beta_binomial_batch`); see Notes.
    transform : {"logit", "freeman-tukey", "arcsine", "log", "raw"}, default "logit"
        Scale of the analysis; see :func:`~reviewkit.meta.effects.compute_effects`.
    tau2 : {"REML", "DL", "PM", "ML", "EB", "HE", "HS", "SJ"}, default "REML"
        Estimator of the between-study variance; the common-effect model has none,
        and the models of counts are always ``"ML"``.
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
    back_n : {"harmonic", "geometric", "arithmetic", "total", "inverse-variance"}
        Sample size at which double arcsines are taken back, and nothing else; see
        :func:`~reviewkit.meta.back_sizes.find_back_size`.
    missing : {"error", "drop"}, default "error"
        Whether a missing count is an error, or its row is left out; the result
        then says which.
    tau2_ci : {"Q-profile", "profile"}, default "Q-profile"
        Interval of tau², and with it of I² and H²: by Q [3]_, which depends on no
        estimator, or by the likelihood of ``tau2="REML"`` or ``"ML"``, at whose limits it lies
        half a quantile of chi² below its peak [4]_.  The models of counts have the latter.
    mix : {"refuse", "allow"}, default "refuse"
        Whether rows that measure different things, as columns ``construct``, ``instrument`` and
        ``cutoff`` say, are an error or a warning: burnout with secondary traumatic stress,
        high with low accomplishment, raw with T scores; see
        :func:`~reviewkit.integrity.constructs.check_constructs`.

    Returns
    -------
    PooledPrevalence
        On the proportion scale, with all numbers of the analysis scale and the
        recipe.

    Raises
    ------
    InputError
        If a column is missing, cells are no counts (all of them are named), rows measure
        different things, or an option is unknown.

    Warns
    -----
    ReviewkitWarning
        If several rows have the name of one study, different things are pooled by leave, or
        the result may be wrong.

    Notes
    -----
    One study keeps its own normal interval on the scale of the analysis, tau² = 0
    and no prediction interval (that of ``"z"``, which takes tau² for known, is its
    confidence interval, as in metafor).  I² is tau²/(tau² + typical sampling
    variance) and (Q - df)/Q under the common-effect model, whose interval of
    tau² is NaN.  No limit
    leaves [0, 1]; raw and logarithmic ones are cut there.

    The models of counts work on logits, need no continuity correction and give no study
    weights (NaN).  Hartung and Knapp's names mean t with k - 1 degrees of freedom and the standard error
    of the joint likelihood; intervals of tau² and I² are profile likelihoods, and Q
    compares the likelihoods of one prevalence for all and one to each study.  A GLMM estimates the
    median prevalence, the beta-binomial the mean, with tau² the variance of log odds that
    it implies.  With no event at all, or nothing but events, tau² is 0 and Clopper and
    Pearson's interval is that of all people together.  If each study has none or all,
    and both occur, a GLMM has no answer (an InputError) and the beta-binomial tau² = ∞.

    References
    ----------
    .. [1] Knapp & Hartung (2003). doi:10.1002/sim.1482
    .. [2] Higgins, Thompson & Spiegelhalter (2009). doi:10.1111/j.1467-985X.2008.00552.x
    .. [3] Viechtbauer (2007). doi:10.1002/sim.2514
    .. [4] Hardy & Thompson (1996).
       doi:10.1002/(SICI)1097-0258(19960330)15:6<619::AID-SIM188>3.0.CO;2-A

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
    check_mix(data, study, mix)
    check_choice("transform", transform, TRANSFORMS)
    check_choice("study_ci", study_ci, PROPORTION_INTERVALS)
    by_counts = MODELS[check_choice("model", model, MODELS)].counts is not None
    if by_counts:  # a default is no demand
        tau2, tau2_ci = "ML" if tau2 == "REML" else tau2, "profile"
    method = Method(model, tau2, ci, prediction, level, transform, study_ci, back_n, tau2_ci)
    _require_use(back_n, transform)
    counts = read_counts(data, events=events, total=total, study=study, missing=missing)
    scale, x, n = TRANSFORMS[transform], counts.events, counts.total
    studies = _to_studies(counts, scale, adjusted=scale.corrected and not by_counts)
    common, fit = _pool(studies, method)
    columns = ("estimate", "ci_low", "ci_high", "pi_low", "pi_high")
    size = find_back_size(n, fit["estimate"], fit["se"], name=back_n)
    back = scale.inverse(np.array([fit[name] for name in columns]), size)
    pooled = PooledPrevalence(
        **dict(zip(columns, back.tolist(), strict=True)),
        **{f"transformed_{name}": value for name, value in fit.items()},
        **common,
        n=int(n.sum()),
        events=int(x.sum()),
    )
    _warn(pooled)
    return pooled


def _to_studies(counts: Counts, scale: Transform, *, adjusted: bool) -> Studies:
    """Return counts as effects, with what a reader should know of them."""
    x, n = counts.events, counts.total
    effects, variances = transform_counts(x, n, scale)
    corrected = int(np.count_nonzero((x == 0) | (x == n))) if adjusted else 0
    repeated = find_repeated(counts.study)
    return Studies(
        counts.study, effects, variances, x, n, corrected, counts.left_out, repeated, counts.columns
    )


def _require_use(back_n: str, transform: str) -> None:
    """Raise an InputError if a choice that was made has no effect."""
    if back_n != "harmonic" and not TRANSFORMS[transform].sized:
        sized = ", ".join(repr(name) for name, scale in TRANSFORMS.items() if scale.sized)
        raise InputError(
            f"`back_n` is for transform={sized}, whose way back depends on n. Got {back_n!r} with "
            f"{transform!r}. Leave it out."
        )


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
    tau2_ci: str = "Q-profile",
) -> PooledEffect:
    """Pool effects of any kind, given their sampling variances.

    Parameters
    ----------
    data : DataFrame or mapping of columns
        One row a study.
    effect, variance, study : str
        Columns: effect on the scale on which it is pooled (log odds ratio, mean
        difference …), its squared standard error (above 0), name of the study.
    model, tau2, ci, prediction, level, missing, tau2_ci
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
    method = Method(model, tau2, ci, prediction, level, tau2_ci=tau2_ci)
    found = read_effects(data, effect=effect, variance=variance, study=study, missing=missing)
    repeated = find_repeated(found.study)
    studies = Studies(
        found.study, found.effects, found.variances, left_out=found.left_out, repeated=repeated,
        columns=found.columns,
    )  # fmt: skip
    common, fit = _pool(studies, method)
    pooled = PooledEffect(**fit, **common)
    _warn(pooled)
    return pooled


def _pool(studies: Studies, method: Method) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what all results share, and estimate and limits on the scale of the analysis."""
    model = MODELS[method.model]
    fit = model.fit(studies, method)
    spread = model.limits(studies, method, fit)
    common = {
        "tau2": float(fit.tau2[0]),
        "tau2_ci_low": spread.tau2_low,
        "tau2_ci_high": spread.tau2_high,
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
        "likelihood": fit.read_likelihood() if isinstance(fit, CountFit) else None,
    }
    columns = ("estimate", "se", "ci_low", "ci_high", "pi_low", "pi_high")
    return common, {name: float(getattr(fit, name)[0]) for name in columns}


def _warn(pooled: Pooled) -> None:
    """Warn of each reason to doubt the result, at the line that asked for it."""
    for note in write_warnings(pooled):
        warnings.warn(str(note), ReviewkitWarning, stacklevel=3)
