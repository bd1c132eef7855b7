"""The pooled result as it would be if a lopsided funnel were filled up."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit._core.check import check_choice
from reviewkit._core.errors import InputError
from reviewkit._core.format import format_p
from reviewkit.meta.effects import TRANSFORMS
from reviewkit.meta.engine import fit_batch
from reviewkit.meta.lines import fit_mixed_line
from reviewkit.meta.models import MODELS, Studies
from reviewkit.meta.pooled import Pooled
from reviewkit.meta.recipes import describe_count, describe_level
from reviewkit.meta.refits import Refits, refit, require_effects, require_several
from reviewkit.meta.sensitivity import Sensitivity, name_studies, print_lines, write_value
from reviewkit.meta.trimfill import ESTIMATORS_OF_MISSING, SIDES, Missing, find_missing

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["FilledPool", "trim_and_fill"]

_CENTRES = ("model", "common")
_NO_DATA = (
    "Filled studies are no data. The result with them shows how much asymmetry could matter, and "
    "is no corrected estimate."
)
_NO_EVIDENCE = (
    "Asymmetry of prevalences is mostly heterogeneity, as small studies differ in setting and "
    "people; it is no evidence of unpublished studies."
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FilledPool(Sensitivity):
    """A pooled result with imputed mirror images of studies.

    `estimate` and all limits are on the scale of the reader.
    """

    title: ClassVar[str] = "Trim and fill"

    side: str  # where studies were filled in
    estimator: str
    centre: str  # model that places the centre while studies are trimmed
    missing: Missing
    p_value: float  # of no study missing; "R0" only, else NaN
    studies: Studies = field(repr=False)  # with the filled ones at the end
    fits: Refits = field(repr=False)

    @property
    def n_filled(self) -> int:
        """How many studies were filled in."""
        return self.missing.number

    @property
    def estimate(self) -> float:
        """The pooled result with them."""
        return float(self.fits.shown["estimate"][0])

    @property
    def ci_low(self) -> float:
        """Lower confidence limit."""
        return float(self.fits.shown["ci_low"][0])

    @property
    def ci_high(self) -> float:
        """Upper confidence limit."""
        return float(self.fits.shown["ci_high"][0])

    @property
    def pi_low(self) -> float:
        """Lower prediction limit."""
        return float(self.fits.shown["pi_low"][0])

    @property
    def pi_high(self) -> float:
        """Upper prediction limit."""
        return float(self.fits.shown["pi_high"][0])

    @property
    def tau2(self) -> float:
        """Between-study variance with the filled studies."""
        return float(self.fits.fit.tau2[0])

    @property
    def i2(self) -> float:
        """Share of variance between studies with the filled ones, in [0, 1)."""
        return float(self.fits.fit.i2[0])

    @property
    def q(self) -> float:
        """Cochran's Q with the filled studies."""
        return float(self.fits.fit.q[0])

    @property
    def k(self) -> int:
        """Studies, the filled ones included."""
        return len(self.studies.study)

    @property
    def notes(self) -> tuple[str, ...]:
        """What may mislead a reader of these numbers."""
        return (_NO_DATA,) if self.pooled.method.transform is None else (_NO_DATA, _NO_EVIDENCE)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a study, the filled ones last.

        Columns ``study, kind`` (``study`` or ``filled``), ``estimate, se, weight``; for
        prevalence ``estimate`` in [0, 1], ``n``, ``weight``, and ``transformed_estimate``,
        ``transformed_se``.
        """
        studies, filled = self.studies, self.n_filled
        kind = ["study"] * self.pooled.k + ["filled"] * filled
        columns: dict[str, Any] = {"study": [*studies.study], "kind": kind}
        effects, se = studies.effects, np.sqrt(studies.variances)
        precision = 1 / (studies.variances + self.tau2)
        weight = precision / precision.sum()
        transform, n = self.pooled.method.transform, studies.total
        if transform is None or n is None:
            return pd.DataFrame(columns | {"estimate": effects, "se": se, "weight": weight})
        own = TRANSFORMS[transform].inverse(effects, n)
        assert self.pooled.studies.events is not None
        own[: self.pooled.k] = self.pooled.studies.events / n[: self.pooled.k]
        columns |= {"estimate": own, "n": n.astype(np.int64), "weight": weight}
        return pd.DataFrame(columns | {"transformed_estimate": effects, "transformed_se": se})

    def _headline(self) -> str:
        pooled = self.pooled
        ends = (self.ci_low, self.ci_high, pooled.ci_low, pooled.ci_high)
        text = f"No study missing on the {self.side} ({self.estimator})"
        if self.n_filled:
            low, middle, high, before = (
                write_value(pooled, value, ends)
                for value in (self.ci_low, self.estimate, self.ci_high, pooled.estimate)
            )
            text = (
                f"{describe_count(self.n_filled)} filled in on the {self.side} ({self.estimator}): "
                f"{middle} ({describe_level(pooled)} CI {low} to {high}) instead of {before}"
            )
        return (
            text if np.isnan(self.p_value) else f"{text}; {format_p(self.p_value)} of none missing"
        )

    def plot(self, *, ax: Axes | None = None, width: float = 174.0) -> Axes:
        """Draw the funnel with the filled studies as open points.

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
        from reviewkit.meta.funnels import make_look
        from reviewkit.present.funnel import draw_funnel

        look = replace(make_look(self.pooled), centre=float(self.fits.fit.estimate[0]))
        frame = self.to_frame()
        points = pd.DataFrame(
            {
                "study": [str(name) for name in frame["study"]],
                "kind": frame["kind"],
                "effect": self.studies.effects,
                "se": np.sqrt(self.studies.variances),
            }
        )
        told = ["Open points: filled in. The region is centred on the result with them."]
        footer = [f"{self._headline()}.", *told * bool(self.n_filled), *self.notes, self.recipe]
        return draw_funnel(
            points, look=look, ax=ax, width=width, level=self.pooled.method.level,
            footer=print_lines(footer),
        )  # fmt: skip


def trim_and_fill(
    pooled: Pooled, *, side: str | None = None, estimator: str = "L0", centre: str = "model"
) -> FilledPool:
    """Fill up a lopsided funnel, to see how much asymmetry could matter.

    Parameters
    ----------
    pooled : PooledPrevalence or PooledEffect
        Of a model with weights: ``random`` or ``common``.
    side : {"left", "right"}, optional
        Where studies are missing.  Left out, the side opposite to that to which
        small studies lean, by a meta-regression on the standard error.
    estimator : {"L0", "R0", "Q0"}, default "L0"
        How missing studies are counted [1]_; "R0" also gives a test that none is.
    centre : {"model", "common"}, default "model"
        Which model finds the centre while studies are trimmed: that of `pooled` (as
        metafor) or the common-effect model (as R's meta, whatever is pooled at last).

    Returns
    -------
    FilledPool
        The final result is pooled by the method of `pooled`.

    Raises
    ------
    InputError
        If there is one study only, the model takes counts as they are, an option is
        unknown, `side` must be named because the standard errors do not tell it, or "Q0" has
        no answer.
    ConvergenceError
        If trimming goes round in circles.

    Notes
    -----
    Equal distances from the centre are ranked in the order of the effects.  The number of
    studies has a standard error (``missing.se``), NaN where its variance is negative.  A
    filled study has the variance and the people of the one that it mirrors.

    References
    ----------
    .. [1] Duval & Tweedie (2000). doi:10.1080/01621459.2000.10473905

    Examples
    --------
    >>> from reviewkit.meta.pooling import pool_effects
    >>> data = {"study": list("ABCDEF"), "effect": [0.1, 0.12, 0.2, 0.5, 0.7, 1.1],
    ...         "variance": [0.005, 0.006, 0.02, 0.09, 0.11, 0.2]}
    >>> print(trim_and_fill(pool_effects(data, ci="z")).summary().splitlines()[1])
    3 studies filled in on the left (L0): 0.120 (95 % CI 0.029 to 0.211) instead of 0.153
    """
    require_several(pooled, "Trim and fill")
    require_effects(pooled, "Trim and fill")
    check_choice("estimator", estimator, ESTIMATORS_OF_MISSING)
    check_choice("centre", centre, _CENTRES)
    side = _find_side(pooled) if side is None else check_choice("side", side, SIDES)
    missing = _find_missing(pooled, side, estimator, centre)
    studies = _fill(pooled, missing)
    whole = replace(pooled, studies=studies, k=len(studies.study))
    return FilledPool(
        pooled=pooled,
        side=side,
        estimator=estimator,
        centre=centre,
        missing=missing,
        p_value=0.5 ** (missing.number + 1) if estimator == "R0" else np.nan,
        studies=studies,
        fits=refit(whole, [np.ones((1, whole.k), dtype=bool)]),
    )


def _find_missing(pooled: Pooled, side: str, estimator: str, centre: str) -> Missing:
    studies, method = pooled.studies, pooled.method
    tau2 = method.tau2 if MODELS[method.model].varies and centre == "model" else None

    def find_centre(rows: NDArray[np.intp]) -> float:
        some = studies.effects[rows], studies.variances[rows]
        return float(fit_batch(*some, tau2=tau2, ci="z").estimate[0])

    return find_missing(studies.effects, side, estimator, find_centre)


def _find_side(pooled: Pooled) -> str:
    """Return the side opposite to that to which small studies lean."""
    studies = pooled.studies
    se = np.sqrt(studies.variances)
    try:
        line = fit_mixed_line(
            studies.effects, studies.variances, se, pooled.method, "standard error"
        )
    except InputError as error:
        raise InputError(f"{error} Or name the `side`: 'left' or 'right'.") from error
    return "right" if line.slope < 0 else "left"


def _fill(pooled: Pooled, missing: Missing) -> Studies:
    """Return the studies and the images of those that have one."""
    studies, rows = pooled.studies, missing.mirrored
    names = name_studies(pooled)
    total = studies.total
    images = 2 * missing.centre - studies.effects[rows]
    return replace(
        studies,
        study=(*studies.study, *(f"Image of {names[at]}" for at in rows)),
        effects=np.concatenate([studies.effects, images]),
        variances=np.concatenate([studies.variances, studies.variances[rows]]),
        total=None if total is None else np.concatenate([total, total[rows]]),
    )
