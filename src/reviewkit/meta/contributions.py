"""What each study adds to heterogeneity, and whether it moves the result too (Baujat)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit._core.format import format_percent
from reviewkit.meta.engine import join_fits
from reviewkit.meta.influence import without_each
from reviewkit.meta.models import MODELS
from reviewkit.meta.pooled import Pooled
from reviewkit.meta.refits import fit_choices, require_effects, require_several
from reviewkit.meta.sensitivity import Sensitivity, name_studies, print_lines

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["BaujatContributions", "baujat_contributions"]

FloatArray = NDArray[np.float64]

_ROUNDING = 100 * float(np.finfo(float).eps)  # relative to the largest effect


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BaujatContributions(Sensitivity):
    """What each study adds to heterogeneity and to the result; arrays of shape (k,)."""

    title: ClassVar[str] = "Contributions to heterogeneity"

    heterogeneity: FloatArray  # squared residual over its variance; sums to Q (common effect)
    influence: FloatArray  # squared shift of the estimate without the study, over its variance

    def to_frame(self) -> pd.DataFrame:
        """Return ``study, heterogeneity, influence``, one row a study."""
        columns = {"heterogeneity": self.heterogeneity, "influence": self.influence}
        return pd.DataFrame({"study": [*self.pooled.studies.study], **columns})

    def _headline(self) -> str:
        total = float(self.heterogeneity.sum())
        if not total > 0:
            return f"No study of {self.pooled.k} adds to heterogeneity: all agree"
        at = int(self.heterogeneity.argmax())
        share = format_percent(float(self.heterogeneity[at]) / total, 0)
        return f"{name_studies(self.pooled)[at]} adds the most to heterogeneity: {share} of it"

    def plot(self, *, ax: Axes | None = None, width: float = 174.0) -> Axes:
        """Draw the Baujat plot: heterogeneity to the right, influence upwards.

        Parameters
        ----------
        ax : Axes, optional
            Draw here; `width` is then that of the axes.
        width : float
            Width of the figure in mm: 84 is one column of a journal, 174 two.

        Returns
        -------
        Axes
        """
        from reviewkit.present.baujat import draw_baujat

        varies = MODELS[self.pooled.method.model].varies
        heading = "Squared Pearson residual" if varies else "Contribution to Cochran’s Q"
        frame = self.to_frame()
        frame["study"] = name_studies(self.pooled)
        caption = print_lines([f"{self._headline()}.", self.recipe])
        return draw_baujat(frame, heading=heading, ax=ax, width=width, footer=caption)


def baujat_contributions(pooled: Pooled) -> BaujatContributions:
    """Tell what each study adds to heterogeneity, and how far it moves the result.

    Parameters
    ----------
    pooled : PooledPrevalence or PooledEffect
        Of a model with weights.  Baujat's own plot is that of ``model="common"``, where
        contributions sum to Cochran's Q [1]_; under ``random`` they are squared Pearson
        residuals, as in metafor.

    Returns
    -------
    BaujatContributions

    Raises
    ------
    InputError
        If there is one study only, or the model takes counts as they are.

    Notes
    -----
    Influence is the squared shift of the estimate when the study is left out, in units of
    the squared standard error without it; NaN where that is 0.

    References
    ----------
    .. [1] Baujat, Mahé, Pignon & Hill (2002). doi:10.1002/sim.1221

    Examples
    --------
    >>> from reviewkit.meta.pooling import pool_effects
    >>> data = {"study": list("ABCDE"), "effect": [0.1, 0.3, 0.35, 0.4, 1.9],
    ...         "variance": [0.03, 0.03, 0.05, 0.01, 0.02]}
    >>> found = baujat_contributions(pool_effects(data, model="common", ci="z"))
    >>> print(found.summary().splitlines()[1])
    E adds the most to heterogeneity: 77 % of it
    """
    require_several(pooled, "A Baujat plot")
    require_effects(pooled, "A Baujat plot")
    without = join_fits([fit_choices(pooled, mask) for mask in without_each(pooled.k)])
    mean = pooled.on_scale[0]
    spread = (pooled.studies.effects - mean) ** 2 / (pooled.studies.variances + pooled.tau2)
    shift = (without.estimate - mean) ** 2
    influence = np.full(pooled.k, np.nan)
    least = _ROUNDING * float(np.abs(pooled.studies.effects).max())
    np.divide(shift, without.se**2, out=influence, where=without.se > least)
    return BaujatContributions(pooled=pooled, heterogeneity=spread, influence=influence)
