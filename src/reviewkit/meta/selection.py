"""The result as it would be if small p-values had helped studies into print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import chdtrc, ndtri

from reviewkit._core.check import check_choice, list_some
from reviewkit._core.errors import InputError
from reviewkit._core.format import format_number, format_p
from reviewkit._core.result import Result
from reviewkit.meta.back_sizes import find_back_size
from reviewkit.meta.effects import TRANSFORMS
from reviewkit.meta.models import MODELS
from reviewkit.meta.pooled import Pooled
from reviewkit.meta.recipes import describe_level, describe_size
from reviewkit.meta.refits import require_effects
from reviewkit.meta.sensitivity import write_value
from reviewkit.meta.step_weights import MOST, StepFit, fit_steps

__all__ = ["SelectionModel", "selection_model"]

FloatArray = NDArray[np.float64]

_FAVOURED = ("greater", "less")
_FEW = 3  # studies in an interval, below which its weight is little more than a guess


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SelectionModel(Result):
    """A pooled result with weights by p-value; what a fit does not have is NaN.

    `estimate` and its limits are on the scale of the reader, the ``transformed_…``
    numbers on that of the analysis.
    """

    title: ClassVar[str] = "Selection model"

    estimate: float
    ci_low: float
    ci_high: float
    transformed_estimate: float
    transformed_se: float
    transformed_ci_low: float
    transformed_ci_high: float
    tau2: float
    tau2_se: float
    steps: tuple[float, ...]  # p-values at which weights change
    weights: FloatArray  # (J,); of publication, by interval of p; the first is 1
    weights_se: FloatArray
    counts: NDArray[np.intp]  # (J,); studies in each interval
    log_likelihood: float
    lrt: float  # twice the log-likelihood above that without selection
    lrt_df: int
    lrt_p: float
    alternative: str
    pooled: Pooled = field(repr=False)

    @property
    def k(self) -> int:
        """Number of studies."""
        return self.pooled.k

    @property
    def recipe(self) -> str:
        """How the numbers came about."""
        at = ", ".join(f"{step:g}" for step in self.steps)
        model = MODELS[self.pooled.method.model].label
        side = "large" if self.alternative == "greater" else "small"
        return (
            f"{model} with weights by one-sided p-value, steps at {at}, small p for {side} "
            f"effects; maximum likelihood; {describe_level(self.pooled)} CI: normal quantiles; "
            f"{describe_size(self.pooled)}."
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What may mislead a reader of these numbers."""
        notes = []
        bounds = [0.0, *self.steps, 1.0]
        few = [
            f"{count} from {low:g} to {high:g}"
            for count, (low, high) in zip(self.counts, pairwise(bounds), strict=True)
            if count < _FEW
        ]
        if few:
            notes.append(
                f"Some intervals of p hold few studies ({list_some(few, sep=', ')}), so that the "
                f"data hardly tell their weights; one with none is at a limit, 0 or {MOST:g}."
            )
        method = self.pooled.method
        if method.transform is not None:
            scale = TRANSFORMS[method.transform]
            null = 100 * float(scale.inverse(np.zeros(1), 1e9)[0])
            notes.append(
                f"A p-value here tests a prevalence of {null:.0f} %, which is 0 on the scale of "
                f"{scale.label}. Few studies of prevalence are published or not for that, and "
                f"unlike prevalences are no evidence of selection."
            )
        return tuple(notes)

    def to_frame(self) -> pd.DataFrame:
        """Return ``parameter, estimate, se, ci_low, ci_high, k``, on the scale of the analysis.

        The pooled mean, tau², and the weight of each interval of p with the studies in it.
        """
        z = float(ndtri((1 + self.pooled.method.level) / 2))
        bounds = [0.0, *self.steps, 1.0]
        names = [f"weight of p from {a:g} to {b:g}" for a, b in pairwise(bounds)]
        values = np.array([self.transformed_estimate, self.tau2, *self.weights])
        se = np.array([self.transformed_se, self.tau2_se, *self.weights_se])
        low = values - z * se
        low[1:] = np.maximum(low[1:], 0.0)  # tau² and weights
        columns: dict[str, Any] = {"parameter": ["mean", "tau2", *names], "estimate": values}
        columns |= {"se": se, "ci_low": low, "ci_high": values + z * se}
        return pd.DataFrame(columns | {"k": [self.k, self.k, *self.counts.tolist()]})

    def summary(self) -> str:
        """Return the finding, the recipe, notes and all parameters as plain text."""
        table = self.to_frame().to_string(float_format="{:.4f}".format, index=False)
        lines = [self.title, self._headline(), self.recipe]
        return "\n".join([*lines, *(f"Note: {note}" for note in self.notes), "", table])

    def _headline(self) -> str:
        pooled, ends = self.pooled, (self.ci_low, self.ci_high)
        low, middle, high, before = (
            write_value(pooled, value, ends)
            for value in (self.ci_low, self.estimate, self.ci_high, pooled.estimate)
        )
        test = f"χ² = {format_number(self.lrt, 2)}, df = {self.lrt_df}, {format_p(self.lrt_p)}"
        return (
            f"{middle} ({describe_level(pooled)} CI {low} to {high}) instead of {before}; "
            f"selection: {test}"
        )


def selection_model(
    pooled: Pooled, *, steps: Sequence[float] = (0.025,), alternative: str = "greater"
) -> SelectionModel:
    """Pool studies that were published the more likely, the smaller their p-value.

    Parameters
    ----------
    pooled : PooledPrevalence or PooledEffect
        Of a model with weights: ``random`` or ``common`` (then tau² = 0).
    steps : sequence of float, default (0.025,)
        One-sided p-values, rising, in (0, 1), at which the weight of publication
        changes.  One step is the model with three parameters (3PSM) [1]_ [2]_.
    alternative : {"greater", "less"}, default "greater"
        Whether large or small effects have the small p-values.

    Returns
    -------
    SelectionModel
        By maximum likelihood, whatever estimated tau² in `pooled`, with normal
        intervals and a likelihood-ratio test of no selection.

    Raises
    ------
    InputError
        If there are fewer studies than parameters, the model takes counts as they
        are, steps do not rise within (0, 1), or an option is unknown.

    Notes
    -----
    p-values test an effect of 0 on the scale of the analysis.  Weights are relative to that
    of the first interval and lie from 0 to 100: where no study falls into an
    interval its weight goes to one of these limits, and a note says so.  Standard
    errors come from the curvature at the peak; tau² and weights that are 0 have none
    (NaN).  The highest of several peaks is taken, found from a grid.

    References
    ----------
    .. [1] Vevea & Hedges (1995). doi:10.1007/BF02294384
    .. [2] McShane, Böckenholt & Hansen (2016). doi:10.1177/1745691616662243

    Examples
    --------
    >>> from reviewkit.meta.pooling import pool_effects
    >>> data = {"study": list("ABCDEFGH"),
    ...         "variance": [0.005, 0.006, 0.02, 0.03, 0.05, 0.09, 0.11, 0.2],
    ...         "effect": [0.05, 0.22, 0.21, 0.45, 0.1, 0.3, 0.85, 1.1]}
    >>> found = selection_model(pool_effects(data))
    >>> print(found.summary().splitlines()[1])
    0.094 (95 % CI −0.032 to 0.221) instead of 0.250; selection: χ² = 3.56, df = 1, P = 0.059
    """
    require_effects(pooled, "A selection model")
    check_choice("alternative", alternative, _FAVOURED)
    at = _check_steps(steps)
    varies = MODELS[pooled.method.model].varies
    least = 1 + int(varies) + at.size
    if pooled.k < least:
        raise InputError(
            f"A selection model with {at.size} {'step' if at.size == 1 else 'steps'} must have "
            f"{least} studies or more, one to a parameter. Got {pooled.k}. "
            f"{'Give fewer steps.' if at.size > 1 else 'So few cannot tell of selection.'}"
        )
    fit = fit_steps(
        pooled.studies.effects, pooled.studies.variances, at, varies=varies,
        greater=alternative == "greater",
    )  # fmt: skip
    ratio = max(0.0, 2 * (fit.log_likelihood - fit.plain))
    return SelectionModel(
        pooled=pooled,
        **_to_limits(pooled, fit),
        tau2=fit.tau2,
        tau2_se=fit.tau2_se,
        steps=tuple(at.tolist()),
        weights=fit.weights,
        weights_se=fit.weights_se,
        counts=fit.counts,
        log_likelihood=fit.log_likelihood,
        lrt=ratio,
        lrt_df=at.size,
        lrt_p=float(chdtrc(at.size, ratio)),
        alternative=alternative,
    )


def _check_steps(steps: Sequence[float]) -> FloatArray:
    """Return the steps as an array if they rise within (0, 1)."""
    try:
        at = np.atleast_1d(np.asarray(steps, dtype=float))
    except (TypeError, ValueError):
        at = np.empty(0)  # no numbers
    if at.ndim != 1 or not at.size or not (np.diff(at, prepend=0.0, append=1.0) > 0).all():
        raise InputError(
            f"`steps` must be one-sided p-values that rise, above 0 and below 1. Got {steps!r}. "
            f"For the customary one, give (0.025,)."
        )
    return at


def _to_limits(pooled: Pooled, fit: StepFit) -> dict[str, float]:
    """Return estimate and limits on both scales."""
    half = float(ndtri((1 + pooled.method.level) / 2)) * fit.mean_se
    values = np.array([fit.mean, fit.mean - half, fit.mean + half])
    names = ("estimate", "ci_low", "ci_high")
    found = {f"transformed_{name}": float(v) for name, v in zip(names, values, strict=True)}
    found["transformed_se"] = float(fit.mean_se)
    transform, total = pooled.method.transform, pooled.studies.total
    if transform is not None and total is not None:
        size = find_back_size(total, fit.mean, fit.mean_se, name=pooled.method.back_n)
        values = TRANSFORMS[transform].inverse(values, size)
    return found | {name: float(v) for name, v in zip(names, values, strict=True)}
