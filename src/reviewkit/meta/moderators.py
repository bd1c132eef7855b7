"""Moderators: what explains that studies differ, by groups or by regression.

Both stand on the batch engine: all groups are one call with masks, a regression is
one row of a batch, and a permutation test ten thousand.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit._core.errors import InputError
from reviewkit.meta.models import MODELS
from reviewkit.meta.permutations import PermutationTest, permute_rows, permute_signs
from reviewkit.meta.pooled import Pooled, PooledEffect
from reviewkit.meta.refits import require_several
from reviewkit.meta.regression import MetaRegression
from reviewkit.meta.regression_fit import Permuting, regress
from reviewkit.meta.subgroups import Subgroups, split

__all__ = [
    "MetaRegression",
    "PermutationTest",
    "Subgroups",
    "compare_subgroups",
    "meta_regression",
    "permutation_test",
]

Rng = np.random.Generator | int | None


def compare_subgroups(
    pooled: Pooled,
    *,
    by: str | Sequence[Any] | pd.Series | NDArray[Any],
    tau2: str = "separate",
    missing: str = "error",
) -> Subgroups:
    """Pool groups of studies one by one, and test whether they differ.

    Parameters
    ----------
    pooled : PooledPrevalence or PooledEffect
        The result whose studies are grouped; groups are pooled in the same way.
    by : str or sequence
        Column of the table that was pooled, or the group of each study.
    tau2 : {"separate", "common"}, default "separate"
        Whether each group has a between-study variance of its own, or all share the
        residual one of a meta-regression on the groups [1]_.
    missing : {"error", "drop"}, default "error"
        Whether a study without a group is an error, or is left out and counted.

    Returns
    -------
    Subgroups
        Estimate, intervals, tau² and I² of each group, in the order of its levels if
        `by` is categorical, else as they come; ``.test`` between groups.

    Raises
    ------
    InputError
        If there is no such column, a group is missing, there is one group only, or
        an option is unknown.

    Notes
    -----
    The test is that of the pooled model: Q_M is Cochran's Q of the group estimates with their
    own standard errors (those of the interval, so Hartung and Knapp's where it
    is theirs), as in R's meta and as ``rma(method="EE")`` on the estimates in
    metafor.  ``.common_test`` is that of the common-effect model.  A group of one
    study is shown with its own interval; under separate variances it has tau² = 0.

    Groups of a GLMM with a common tau² are those of a regression of the counts on them:
    ``.test`` then is Wald's with their joint covariance (as R's meta), and
    ``.ratio_test`` compares its likelihood with that of one mean.  A group without an
    event, or with nothing else, is estimated as 0 or 1, with Clopper and Pearson's limit.

    References
    ----------
    .. [1] Borenstein & Higgins (2013). doi:10.1007/s11121-013-0377-7

    Examples
    --------
    >>> from reviewkit.meta.pooling import pool_prevalence
    >>> data = {"study": [*"ABCDEF"], "events": [35, 94, 81, 66, 12, 30],
    ...         "total": [80, 260, 443, 138, 60, 90], "setting": [*"ttthhh"]}
    >>> groups = compare_subgroups(pool_prevalence(data), by="setting")
    >>> groups.to_frame()[["group", "k", "n", "estimate"]].round(3)
      group  k    n  estimate
    0     t  3  783     0.313
    1     h  3  288     0.336
    >>> round(groups.test.p_value, 2)
    0.84
    """
    return split(pooled, by, tau2=tau2, missing=missing)


def meta_regression(
    pooled: Pooled,
    formula: str,
    *,
    tau2: str | None = None,
    test: str | None = None,
    level: float | None = None,
    missing: str = "error",
    n: int = 10_000,
    rng: Rng = None,
) -> MetaRegression:
    """Regress effects on moderators, each study weighted by its precision.

    Parameters
    ----------
    pooled : PooledPrevalence or PooledEffect
        The result whose studies are used, on the scale on which they were pooled.  Of
        a GLMM the counts are regressed; of a beta-binomial the logits, in two steps.
    formula : str
        Moderators as R writes them: columns of the table that was pooled,
        ``"~ year + country"``, ``"~ year * country"``, ``"~ factor(grade) - 1"``,
        ``"~ I(year - 2000)"``, ``"~ log(total)"``, ``"~ I((year - mean(year))^2)"``; also
        ``sqrt, exp, center, scale, poly, bs``.  What a function finds in the studies, as
        their mean, holds for predictions too.
    tau2 : {"REML", "DL", "PM", "ML", "EB", "HE", "HS", "SJ"}, optional
        Estimator of what the moderators leave between studies; left out, that of
        `pooled`, of which the common-effect model has none.
    test : {"HK", "HK-adhoc", "z", "t", "permutation"}, optional
        Test of coefficients; left out, that of the interval of `pooled`.
        ``"permutation"`` keeps the intervals and takes p-values from fits with
        the moderators in other orders [1]_.
    level : float in (0, 1), optional
        Of all intervals; left out, that of `pooled`.
    missing : {"error", "drop"}, default "error"
        Whether a study without a moderator is an error, or is left out and counted.
    n : int, default 10,000
        Orders of a permutation test; all of them where there are no more.
    rng : numpy Generator or int, optional
        Where the random orders come from; a whole number gives the same ones again.

    Returns
    -------
    MetaRegression
        Coefficients on the scale of the analysis, the test of all moderators (Q_M, or
        F under t), residual heterogeneity, R², variance inflation, and ``predict``;
        of a GLMM also ``.likelihood``, with the likelihood-ratio test of all moderators.

    Raises
    ------
    InputError
        If the formula cannot be read, a moderator is missing, does not vary or follows
        from the others, or there are no more studies than coefficients; of a GLMM also if
        a moderator separates studies without an event, or with nothing else, from the others.

    Notes
    -----
    The same as metafor's ``rma(mods=…)``, to its tight convergence: R² is the
    share by which tau² falls against the same studies without moderators, cut at 0
    [2]_ (of H² under the common-effect model, NaN where there was nothing to
    explain); I² is that of the residuals, and the interval of tau² of the kind that `pooled`
    has (by Q with an estimator that has no likelihood).  The likelihood is searched globally; see
    :mod:`~reviewkit.meta.search`.  A level of a factor that one study alone has is fitted exactly,
    and a note says so.

    The GLMM of a formula is that of metafor's ``rma.glmm(measure="PLO", mods=…)`` with many
    points of quadrature: coefficients and tau² by maximum likelihood, standard errors from
    their joint information, t with k less the coefficients under "t" and Hartung and Knapp's
    names, the interval of tau² by profile likelihood.

    References
    ----------
    .. [1] Higgins & Thompson (2004). doi:10.1002/sim.1752
    .. [2] López-López et al. (2014). doi:10.1111/bmsp.12002
    .. [3] Knapp & Hartung (2003). doi:10.1002/sim.1482

    Examples
    --------
    >>> from reviewkit.meta.pooling import pool_effects
    >>> data = {"study": [*"ABCDEF"], "effect": [0.1, 0.25, 0.3, 0.45, 0.4, 0.7],
    ...         "variance": [0.03, 0.03, 0.05, 0.01, 0.02, 0.04],
    ...         "year": [1995, 1999, 2004, 2010, 2012, 2020]}
    >>> found = meta_regression(pool_effects(data), "~ year")
    >>> found.to_frame()[["coefficient", "estimate", "p_value"]].round(4)
      coefficient  estimate  p_value
    0   intercept  -41.7105   0.0023
    1        year    0.0210   0.0022
    >>> found.predict({"year": 2015})[["year", "estimate", "ci_low", "ci_high"]].round(2)
       year  estimate  ci_low  ci_high
    0  2015      0.54    0.45     0.62
    """
    return regress(
        pooled, formula, tau2=tau2, test=test, level=level, missing=missing,
        permuting=Permuting(n, rng),
    )  # fmt: skip


def permutation_test(
    found: MetaRegression | PooledEffect, *, n: int = 10_000, rng: Rng = None
) -> PermutationTest:
    """Test moderators, or a pooled effect, without a distribution for the statistic.

    Parameters
    ----------
    found : MetaRegression or PooledEffect
        Coefficients are tested by exchanging the moderators of studies, whole rows
        at a time; a pooled effect by turning the signs of studies [1]_.
    n : int, default 10,000
        Orders (or choices of signs) to fit; all of them where there are no more.
    rng : numpy Generator or int, optional
        Where the random orders come from; a whole number gives the same ones again.

    Returns
    -------
    PermutationTest
        A p-value for each coefficient, and for all moderators together.

    Raises
    ------
    InputError
        If `found` is something else or one study only, or `n` is not 1 or more.

    Notes
    -----
    Each order is fitted anew, tau² and all.  The statistic is that of `found`
    (Hartung and Knapp's t or the normal z); two-sided p-values count what is as far from
    0.  Of random orders the observed one is counted as one more, so that no p-value
    is 0.  Orders that cannot be told apart are counted once.

    References
    ----------
    .. [1] Higgins & Thompson (2004). doi:10.1002/sim.1752

    Examples
    --------
    >>> from reviewkit.meta.pooling import pool_effects
    >>> data = {"study": [*"ABCDEF"], "effect": [0.1, 0.25, 0.3, 0.45, 0.4, 0.7],
    ...         "variance": [0.03, 0.03, 0.05, 0.01, 0.02, 0.04],
    ...         "year": [1995, 1999, 2004, 2010, 2012, 2020]}
    >>> found = permutation_test(meta_regression(pool_effects(data), "~ year"))
    >>> found.n, found.exact
    (720, True)
    """
    if isinstance(found, MetaRegression):
        return permute_rows(
            found.studies.effects, found.studies.variances, found.design.matrix,
            names=found.names, tested=found.design.tested,
            tau2=found.method.tau2 if found.varies else None, ci=found.method.ci, n=n, rng=rng,
        )  # fmt: skip
    if not isinstance(found, PooledEffect):
        raise InputError(
            f"`found` must be a meta-regression or a pooled effect whose null value is 0. "
            f"Got {type(found).__name__}. Prevalence has no null value; test its moderators."
        )
    require_several(found, "A permutation test")
    tau2 = found.method.tau2 if MODELS[found.method.model].varies else None
    effects, variances = found.studies.effects, found.studies.variances
    return permute_signs(effects, variances, tau2=tau2, ci=found.method.ci, n=n, rng=rng)
