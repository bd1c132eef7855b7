"""Cumulative pooling: how the result came about as study after study was added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError
from reviewkit.meta.influence import up_to_each
from reviewkit.meta.kept_columns import read_moderator
from reviewkit.meta.pooled import Pooled
from reviewkit.meta.refits import Refits, refit, require_pooled
from reviewkit.meta.sensitivity import Sensitivity, name_studies, write_value

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["CumulativePool", "cumulative_pool"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CumulativePool(Sensitivity):
    """k pooled results, of the first study, the first two, and so on to all."""

    title: ClassVar[str] = "Cumulative pooling"

    label: str  # what the studies are sorted by
    order: NDArray[np.intp] = field(repr=False)  # row of the study that each step adds
    by: tuple[Any, ...] = field(repr=False)  # value of that study
    descending: bool
    fits: Refits = field(repr=False)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a step, with the study that it adds.

        Columns ``study, by, estimate, ci_low, ci_high, pi_low, pi_high, tau2, i2, q,
        q_df, q_p, k``; for prevalence ``n`` and the ``transformed_…`` numbers too, for effects
        ``se``.
        """
        names = [self.pooled.studies.study[at] for at in self.order]
        return pd.DataFrame({"study": names, "by": [*self.by], **self.fits.to_columns()})

    def _headline(self) -> str:
        pooled, found = self.pooled, self.fits.shown["estimate"]
        first, last = (write_value(pooled, found[at], found) for at in (0, -1))
        fall = ", from the largest on" if self.descending else ""
        return (
            f"By {self.label}{fall}: {first} with {name_studies(pooled)[self.order[0]]} alone, "
            f"{last} with all {pooled.k}"
        )

    def plot(self, *, ax: Axes | None = None, width: float = 174.0) -> Axes:
        """Draw the estimates after each study as a forest plot.

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

        names = name_studies(self.pooled)
        way = "falling" if self.descending else "rising"
        return plot_refits(
            self.pooled, self.fits, [f"+ {names[at]}" for at in self.order],
            heading="Study added", whole=False, ax=ax, width=width,
            told=f"Each row: that study and all above it, pooled, in {way} order of {self.label}; "
            f"dotted line: all studies.",
        )  # fmt: skip


def cumulative_pool(
    pooled: Pooled, *, by: str | Sequence[Any], descending: bool = False
) -> CumulativePool:
    """Pool again and again as one study after another is added.

    Parameters
    ----------
    pooled : PooledPrevalence or PooledEffect
        Of any model; each row is pooled by the same method.
    by : str or sequence
        Column of the table that was pooled, such as a year, or one value a study.
        Studies are added from the smallest value on; those of equal value in the order
        of the table.
    descending : bool, default False
        Add them from the largest value on.

    Returns
    -------
    CumulativePool
        One row a step; the last is `pooled` itself.

    Raises
    ------
    InputError
        If there is no such column, a value is missing (all studies without one are
        named), or values cannot be put in order.

    Notes
    -----
    The first row is one study, with tau² = 0 and its own normal interval.  Rows
    look at the data time and again, so that their intervals do not keep their level as
    a series.  A row is NaN where its studies have no answer (a GLMM of studies that
    all have none or nothing but events).

    References
    ----------
    Lau et al. (1992). doi:10.1056/NEJM199207233270406

    Examples
    --------
    >>> from reviewkit.meta.pooling import pool_prevalence
    >>> data = {"study": list("ABCD"), "year": [2024, 1999, 2019, 2006],
    ...         "events": [66, 35, 81, 94], "total": [138, 80, 443, 260]}
    >>> found = cumulative_pool(pool_prevalence(data), by="year")
    >>> found.to_frame()[["study", "by", "k", "estimate"]].round(3)
      study    by  k  estimate
    0     B  1999  1     0.438
    1     D  2006  2     0.386
    2     C  2019  3     0.313
    3     A  2024  4     0.351
    """
    require_pooled(pooled, "Cumulative pooling")
    values = read_moderator(pooled, by)
    _require_values(values, pooled)
    order = _sort(values, descending)
    return CumulativePool(
        pooled=pooled,
        label=by if isinstance(by, str) else str(values.name or "the values given"),
        order=order,
        by=tuple(values.iloc[order].tolist()),
        descending=descending,
        fits=refit(pooled, up_to_each(order)),
    )


def _require_values(values: pd.Series, pooled: Pooled) -> None:
    """Raise an InputError that names all studies without a value."""
    missing = np.flatnonzero(values.isna())
    if missing.size:
        names = name_studies(pooled)
        raise InputError(
            f"`by` must have a value for each study. Got none for {missing.size} of {pooled.k}: "
            f"{list_some([names[at] for at in missing], sep=', ')}. Fill the column, or pool "
            f"without these studies."
        )


def _sort(values: pd.Series, descending: bool) -> NDArray[np.intp]:
    """Return the order of the values; equal ones stay as they stand."""
    places = pd.Series(values.array)
    try:
        ordered = places.sort_values(kind="stable", ascending=not descending)
    except TypeError as error:
        kinds = sorted({type(value).__name__ for value in values})
        raise InputError(
            f"`by` must have values that can be put in order. Got {' and '.join(kinds)}. "
            f"Give numbers, dates, or texts only."
        ) from error
    return ordered.index.to_numpy(dtype=np.intp)
