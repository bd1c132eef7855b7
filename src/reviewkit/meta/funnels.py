"""The funnel of a pooled result, and the frames behind funnel and Doi plots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from reviewkit._core.check import check_choice
from reviewkit._core.format import format_count, format_number, format_significant
from reviewkit.meta.asymmetry_notes import judge_lfk, note_picture
from reviewkit.meta.effects import TRANSFORMS
from reviewkit.meta.people import read_people
from reviewkit.meta.pooled import Pooled, PooledPrevalence
from reviewkit.meta.print_lines import join_signs
from reviewkit.meta.ranks import rank_from_middle
from reviewkit.meta.recipes import describe_size
from reviewkit.meta.refits import require_pooled
from reviewkit.present.picture import PicturedResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from reviewkit.present.funnel import FunnelLook

__all__ = ["Funnel", "make_funnel", "plot_doi", "plot_funnel"]

FloatArray = NDArray[np.float64]

_AXES = ("se", "n")
_MANY = 1e12  # people, of whom the variance of an effect is a constant over n


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel(PicturedResult):
    """Studies by effect and precision, and which of them chance alone does not explain."""

    title: ClassVar[str] = "Funnel"

    by: str  # "se" or "n"
    centre: float  # pooled effect, on the scale of the analysis
    spread: float | None  # half the region's width is z × spread × (SE or 1/√n)
    pooled: Pooled = field(repr=False, compare=False)
    sizes: FloatArray | None = field(repr=False, compare=False)

    @property
    def outside(self) -> NDArray[np.bool_]:
        """Which studies lie outside of the region, of shape (k,)."""
        studies = self.pooled.studies
        if self.spread is None:
            return np.zeros(self.pooled.k, dtype=bool)
        height = np.sqrt(studies.variances) if self.sizes is None else 1 / np.sqrt(self.sizes)
        z = float(ndtri((1 + self.pooled.method.level) / 2))
        return np.asarray(np.abs(studies.effects - self.centre) > z * self.spread * height)

    def to_frame(self) -> pd.DataFrame:
        """Return ``study, effect, se``, ``n`` if people are known, and ``outside``."""
        frame = _to_points(self.pooled, self.sizes)
        return frame.assign(outside=self.outside)

    @property
    def notes(self) -> tuple[str, ...]:
        """What may mislead a reader of the picture."""
        return tuple(map(str, note_picture(self.pooled)))

    def summary(self) -> str:
        """Return the finding, the notes and the points as plain text."""
        table = self.to_frame().to_string(float_format=format_significant)
        notes = (f"Note: {note}" for note in self.notes)
        return "\n".join([self.title, self._headline(), *notes, "", table])

    def _headline(self) -> str:
        size = describe_size(self.pooled)
        if self.spread is None:
            return f"No region by n, as the variance of these effects is not known from n; {size}"
        count = int(self.outside.sum())
        return f"{format_count(count)} of {format_count(self.pooled.k)} studies lie outside; {size}"

    def plot(self, *, ax: Axes | None = None, width: float = 174.0) -> Axes:
        """Draw the funnel plot.

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
        return plot_funnel(self.pooled, self.by, self.notes, sizes=self.sizes, ax=ax, width=width)


def make_funnel(pooled: Pooled, *, by: str = "se", total: str = "total") -> Funnel:
    """Return the funnel of a pooled result, without any test.

    Parameters
    ----------
    pooled : PooledPrevalence or PooledEffect
    by : {"se", "n"}, default "se"
        What the vertical axis shows: the standard error, or the number of
        people, spaced as 1/√n.  For prevalence "n" is the one to prefer, since standard
        errors of most scales depend on the prevalence itself.
    total : str, default "total"
        Column of the pooled table with the people in a study, for effects that are
        no counts.

    Returns
    -------
    Funnel

    Raises
    ------
    InputError
        If `by` is unknown, or there is no such column.

    Notes
    -----
    In the region lie as many studies as the level of `pooled` says, if one true effect
    stands behind all: pooled effect ± z × SE.  By n it is ± z × √(n v) × 1/√n with v the
    sampling variance at the pooled prevalence; effects that are no counts have none.

    References
    ----------
    Sterne & Egger (2001). doi:10.1016/S0895-4356(01)00377-8

    Examples
    --------
    >>> from reviewkit.meta.pooling import pool_prevalence
    >>> data = {"study": list("ABCD"), "events": [35, 94, 81, 66], "total": [80, 260, 443, 138]}
    >>> print(make_funnel(pool_prevalence(data)).summary().splitlines()[1])
    2 of 4 studies lie outside; k = 4, N = 921
    """
    require_pooled(pooled, "A funnel")
    check_choice("by", by, _AXES)
    sizes = (
        read_people(pooled, "total", {} if total == "total" else {"total": total})
        if by == "n"
        else None
    )
    spread = _find_spread(pooled, by)
    return Funnel(by=by, centre=pooled.on_scale[0], spread=spread, pooled=pooled, sizes=sizes)


def plot_funnel(
    pooled: Pooled,
    by: str,
    caption: Sequence[str],
    *,
    sizes: FloatArray | None = None,
    ax: Axes | None = None,
    width: float = 174.0,
) -> Axes:
    """Draw the funnel of a pooled result over a caption that ends in what the region is."""
    from reviewkit.present.funnel import draw_funnel

    look, level = make_look(pooled, by), pooled.method.level
    frame = _to_points(pooled, sizes)
    footer = [join_signs(line) for line in (*caption, tell_region(pooled, look, by))]
    return draw_funnel(frame, look=look, ax=ax, width=width, by=by, level=level, footer=footer)


def make_look(pooled: Pooled, by: str = "se") -> FunnelLook:
    """Return how the funnel of a pooled result looks."""
    from reviewkit.present.funnel import FunnelLook

    centre, spread = pooled.on_scale[0], _find_spread(pooled, by)
    if not isinstance(pooled, PooledPrevalence):
        return FunnelLook(centre, spread)
    scale = TRANSFORMS[pooled.method.transform or "logit"]
    size = pooled.k / float((1 / np.asarray(pooled.studies.total)).sum())
    heading = f"Prevalence, % (spaced as {scale.label})"
    return FunnelLook(
        centre, spread, lambda effect: scale.inverse(effect, size), heading, scale.label
    )


def tell_region(pooled: Pooled, look: FunnelLook, by: str) -> str:
    """Return what the region of a funnel is, in a sentence."""
    if look.spread is None:
        return "The dotted line is the pooled effect; no region follows from n alone."
    z = format_number(float(ndtri((1 + pooled.method.level) / 2)), 2)
    unit = "SE" if by == "se" else f"{format_significant(look.spread)}/√n"
    what = "prevalence" if isinstance(pooled, PooledPrevalence) else "effect"
    share = f"{100 * pooled.method.level:g}%"
    return (
        f"Region: pooled {what} ± {z} × {unit}, on the scale of the analysis; {share} of studies "
        f"of one true {what} lie in it."
    )


def plot_doi(
    pooled: Pooled, index: float, caption: Sequence[str], *, ax: Axes | None, width: float
) -> Axes:
    """Draw the Doi plot of a pooled result over a caption that ends in the cut-offs."""
    from reviewkit.present.doi import draw_doi

    studies, look = pooled.studies, make_look(pooled)
    doi = rank_from_middle(studies.effects, studies.variances)
    names = [str(studies.study[i]) for i in doi.order]
    frame = pd.DataFrame({"study": names, "effect": studies.effects[doi.order], "z": doi.z})
    cutoffs = "LFK index: within ±1 no asymmetry, to ±2 minor, beyond major."
    return draw_doi(
        frame, index=index, verdict=judge_lfk(index).partition(" (")[0], ax=ax, width=width, inverse=look.inverse,
        heading=look.heading, footer=[join_signs(line) for line in (*caption, cutoffs)],
    )  # fmt: skip


def _to_points(pooled: Pooled, sizes: FloatArray | None) -> pd.DataFrame:
    """Return one row a study, as a funnel shows it."""
    studies = pooled.studies
    columns = {"study": [str(label) for label in studies.study], "effect": studies.effects}
    frame = pd.DataFrame(columns | {"se": np.sqrt(studies.variances)})
    n = studies.total if sizes is None else sizes
    return frame if n is None else frame.assign(n=n)


def _find_spread(pooled: Pooled, by: str) -> float | None:
    """Return what the vertical axis is multiplied by to give a standard error."""
    if by == "se":
        return 1.0
    if not isinstance(pooled, PooledPrevalence) or not 0 < pooled.estimate < 1:
        return None
    scale, n = TRANSFORMS[pooled.method.transform or "logit"], np.array([_MANY])
    variance = scale.forward(n * pooled.estimate, n)[1]
    return float(np.sqrt(variance[0] * _MANY))
