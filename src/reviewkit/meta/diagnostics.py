"""Influence of single studies, measured as for a regression (as metafor's ``influence``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import gammaincinv

from reviewkit._core.check import list_some
from reviewkit.meta.engine import INTERVALS, BatchFit, join_fits
from reviewkit.meta.influence import without_each
from reviewkit.meta.pooled import Pooled
from reviewkit.meta.refits import fit_choices, require_effects, require_several
from reviewkit.meta.sensitivity import Sensitivity, name_studies, print_lines

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["InfluenceMeasures", "influence_measures"]

FloatArray = NDArray[np.float64]

_COOK = float(2 * gammaincinv(0.5, 0.5))  # median of chi² with 1 degree of freedom
_ROUNDING = 100 * float(np.finfo(float).eps)  # relative to the largest effect


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class InfluenceMeasures(Sensitivity):
    """How far each study moves the result; arrays of shape (k,), NaN where undefined.

    Measures compare the result with that without the study, as multiples of standard
    errors.  A study is flagged as influential where one of them passes its cut-off.
    """

    title: ClassVar[str] = "Influence of single studies"

    rstudent: FloatArray  # residual from the others' result, in units of its standard error
    dffits: FloatArray  # shift of the study's fitted value; cut-off ± 3√(1/(k - 1))
    cook_d: FloatArray  # squared shift of the estimate; cut-off the median of chi², 1 df
    cov_r: FloatArray  # squared standard error without the study over that with it
    tau2_del: FloatArray  # tau² without the study
    q_del: FloatArray  # Cochran's Q without it
    hat: FloatArray  # leverage; cut-off 3/k
    weight: FloatArray  # share in the estimate; equal to the leverage without moderators
    dfbs: FloatArray  # shift of the estimate; cut-off ± 1
    influential: NDArray[np.bool_]

    def to_frame(self) -> pd.DataFrame:
        """Return one row a study.

        Columns ``study, rstudent, dffits, cook_d, cov_r, tau2_del, q_del, hat, weight,
        dfbs, influential``.
        """
        names = (
            "rstudent", "dffits", "cook_d", "cov_r", "tau2_del", "q_del", "hat", "weight", "dfbs",
            "influential",
        )  # fmt: skip
        columns = {name: getattr(self, name) for name in names}
        return pd.DataFrame({"study": [*self.pooled.studies.study], **columns})

    def _headline(self) -> str:
        names = name_studies(self.pooled)
        flagged = [names[at] for at in np.flatnonzero(self.influential)]
        if not flagged:
            return f"No study of {self.pooled.k} is influential"
        verb = "is" if len(flagged) == 1 else "are"
        return (
            f"{len(flagged)} of {self.pooled.k} studies {verb} influential: "
            f"{list_some(flagged, sep=', ')}"
        )

    def plot(self, *, ax: Axes | None = None, width: float = 174.0) -> Axes:
        """Draw the measures side by side, one row a study, with their cut-offs.

        Parameters
        ----------
        ax : Axes, optional
            Draw here; `width` is then that of the axes.
        width : float
            Width of the figure in mm: 84 is one column of a journal, 174 two.  Below
            120 mm four measures are shown, else seven.

        Returns
        -------
        Axes
        """
        from reviewkit.present.influence_panel import draw_influence

        k, pooled = self.pooled.k, self.pooled
        fits = 3 * (1 / (k - 1)) ** 0.5
        guides = {
            "rstudent": (0.0,), "dffits": (-fits, 0.0, fits), "cook_d": (_COOK,), "hat": (3 / k,),
            "cov_r": (1.0,), "tau2_del": (pooled.tau2,), "q_del": (pooled.q,),
        }  # fmt: skip
        told = (
            "Residual: of the study from the result without it. Variance ratio: of the estimate, "
            "without the study to with it. A star marks an influential study: |DFFITS| > "
            "3√(1/(k − 1)), Cook’s distance beyond the median of χ² with 1 df, weight > 3/k, or "
            "|DFBETAS| > 1. Dotted lines: cut-offs, and the values with all studies."
        )
        return draw_influence(
            self.to_frame(), guides=guides, ax=ax, width=width,
            footer=print_lines([f"{self._headline()}.", told, pooled.recipe]),
        )  # fmt: skip


def influence_measures(pooled: Pooled) -> InfluenceMeasures:
    """Measure how far each study moves the pooled result.

    Parameters
    ----------
    pooled : PooledPrevalence or PooledEffect
        Of a model with weights: ``random`` or ``common``.

    Returns
    -------
    InfluenceMeasures
        All measures are on the scale of the analysis.

    Raises
    ------
    InputError
        If there is one study only, or the model takes counts as they are.

    Notes
    -----
    tau² is estimated again without each study [1]_.  Under Hartung and Knapp's interval
    the scaled standard errors are taken, as in metafor with ``test="knha"``.  A measure
    that divides by a standard error of 0 (studies that agree entirely) is NaN, and flags
    nothing.  Of two studies each is judged by the other one alone.

    References
    ----------
    .. [1] Viechtbauer & Cheung (2010). doi:10.1002/jrsm.11

    Examples
    --------
    >>> from reviewkit.meta.pooling import pool_effects
    >>> data = {"study": list("ABCDE"), "effect": [0.1, 0.3, 0.35, 0.4, 1.9],
    ...         "variance": [0.03, 0.03, 0.05, 0.01, 0.02]}
    >>> found = influence_measures(pool_effects(data, ci="z"))
    >>> print(found.summary().splitlines()[1])
    1 of 5 studies is influential: E
    >>> found.rstudent.round(1)
    array([-0.7, -0.4, -0.3, -0.3,  9.9])
    """
    require_several(pooled, "Influence")
    require_effects(pooled, "Influence")
    return InfluenceMeasures(pooled=pooled, **_measure(pooled, _leave_out(pooled)))


class _Without(NamedTuple):
    """Fits without each study, and what they make of the weights."""

    fit: BatchFit
    rest: FloatArray  # sum of the weights of the other studies, at their tau²


def _leave_out(pooled: Pooled) -> _Without:
    fits, sums, variances = [], [], pooled.studies.variances
    for mask in without_each(pooled.k):
        fits.append(fit_choices(pooled, mask))
        sums.append((mask / (variances + fits[-1].tau2[:, None])).sum(axis=1))
    return _Without(join_fits(fits), np.concatenate(sums))


def _measure(pooled: Pooled, without: _Without) -> dict[str, Any]:
    """Return all measures and the flag."""
    y, v, k = pooled.studies.effects, pooled.studies.variances, pooled.k
    fit, rest = without
    mean, se, *_ = pooled.on_scale
    # What is nothing but rounding is 0, so that studies that agree entirely are seen to.
    least = _ROUNDING * float(np.abs(y).max())
    shift, left, error = (
        np.where(np.abs(part) < least, 0.0, part)
        for part in (mean - fit.estimate, y - fit.estimate, fit.se)
    )
    se = se if se > least else 0.0
    total_variance, hat = v + fit.tau2, pooled.weights
    # How far Hartung and Knapp's standard error is from the classic one; else 1.
    scale = error**2 * rest if INTERVALS[pooled.method.ci].scaled else np.ones(k)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = {
            "rstudent": left / np.sqrt(scale * total_variance + error**2),
            "dffits": shift / np.sqrt(scale * hat * total_variance),
            "cook_d": shift**2 / np.float64(se) ** 2,
            "cov_r": error**2 / np.float64(se) ** 2,
            "dfbs": shift / np.sqrt(scale / (rest + 1 / total_variance)),
        }
    found = {name: np.where(np.isfinite(part), part, np.nan) for name, part in found.items()}
    flag = (
        (np.abs(found["dffits"]) > 3 * (1 / (k - 1)) ** 0.5)
        | (found["cook_d"] > _COOK)
        | (hat > 3 / k)
        | (np.abs(found["dfbs"]) > 1)
    )
    others = {"tau2_del": fit.tau2, "q_del": fit.q, "hat": hat, "weight": hat}
    return {**found, **others, "influential": flag}
