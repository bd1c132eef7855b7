"""Leave-one-out: what each study, left out, does to the pooled result."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from reviewkit.meta.influence import without_each
from reviewkit.meta.pooled import Pooled
from reviewkit.meta.refits import Refits, refit, require_several
from reviewkit.meta.sensitivity import Sensitivity, name_studies, write_value

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["LeaveOneOut", "leave_one_out"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LeaveOneOut(Sensitivity):
    """k pooled results, each without one study, in the order of the studies."""

    title: ClassVar[str] = "Leave-one-out"

    fits: Refits = field(repr=False)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a study that is left out.

        Columns ``study, estimate, ci_low, ci_high, pi_low, pi_high, tau2, i2, q, q_df,
        q_p, k``; for prevalence ``n`` and the ``transformed_…`` numbers too, for effects ``se``.
        """
        return pd.DataFrame({"study": [*self.pooled.studies.study], **self.fits.to_columns()})

    def _headline(self) -> str:
        pooled, found = self.pooled, self.fits.shown["estimate"]
        whole = write_value(pooled, pooled.estimate, found)
        if np.isnan(found).all():
            return f"{whole} with all {pooled.k} studies; without one of them there is no answer"
        names, low, high = name_studies(pooled), int(np.nanargmin(found)), int(np.nanargmax(found))
        ends = [
            f"{write_value(pooled, found[at], found)} without {names[at]}" for at in (low, high)
        ]
        return f"{whole} with all {pooled.k} studies; from {ends[0]} to {ends[1]}"

    def plot(self, *, ax: Axes | None = None, width: float = 174.0) -> Axes:
        """Draw the estimates without each study as a forest plot.

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
        from reviewkit.meta.sensitivity_forest import plot_refits

        return plot_refits(
            self.pooled, self.fits, name_studies(self.pooled), heading="Study left out",
            told="Each row: all studies but that one, pooled; dotted line: all studies.", whole=True, ax=ax, width=width,
        )  # fmt: skip


def leave_one_out(pooled: Pooled) -> LeaveOneOut:
    """Pool again without each study in turn.

    Parameters
    ----------
    pooled : PooledPrevalence or PooledEffect
        Of any model; each row is pooled by the same method.

    Returns
    -------
    LeaveOneOut
        One row a study, in the order of the table.

    Raises
    ------
    InputError
        If there is one study only.

    Notes
    -----
    A row equals pooling the other studies afresh: tau² is estimated again, and double
    arcsines are taken back with the sample sizes of the studies that stay.  Of two
    studies the other one is left, with tau² = 0 and its own normal interval.
    A row is NaN where the other studies have no answer (a GLMM of studies that all
    have none or nothing but events).

    References
    ----------
    Viechtbauer & Cheung (2010). doi:10.1002/jrsm.11

    Examples
    --------
    >>> from reviewkit.meta.pooling import pool_prevalence
    >>> data = {"study": list("ABCD"), "events": [35, 94, 81, 66], "total": [80, 260, 443, 138]}
    >>> found = leave_one_out(pool_prevalence(data))
    >>> print(found.summary().splitlines()[1])
    35.1 % with all 4 studies; from 31.3 % without D to 42.0 % without C
    >>> found.to_frame()["tau2"].round(3).tolist()
    [0.493, 0.582, 0.045, 0.394]
    """
    require_several(pooled, "Leave-one-out")
    return LeaveOneOut(pooled=pooled, fits=refit(pooled, without_each(pooled.k)))
