"""What pooling returns: the numbers, how they came about, and the studies behind them.

:class:`PooledPrevalence` speaks of proportions, :class:`PooledEffect` of any
effect; both know their recipe, so that no number is shown without it.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field
from html import escape
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from reviewkit.meta.count_fits import Likelihood
from reviewkit.meta.forest_result import ForestResult
from reviewkit.meta.models import Method, Studies
from reviewkit.meta.notes import write_notes
from reviewkit.meta.recipes import (
    describe_exact,
    describe_heterogeneity,
    describe_result,
    write_recipe,
)
from reviewkit.meta.study_intervals import find_interval

__all__ = ["Pooled", "PooledEffect", "PooledPrevalence"]

FloatArray = NDArray[np.float64]

_MOST_ROWS = 60  # of a table in text or HTML; to_frame() has all


def _write_cell(value: float) -> str:
    """Write a number of the table; a small one keeps two digits."""
    return f"{value:.4f}" if value == 0 or abs(value) >= 0.001 else f"{value:.2g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled(ForestResult):
    """What all pooled results have in common.

    Limits that the model does not have are NaN: prediction under the common-effect
    model or with too few studies, tau² where it is assumed.
    """

    estimate: float
    ci_low: float
    ci_high: float
    pi_low: float  # where the true value of a further study is expected
    pi_high: float
    tau2: float  # on the scale of the analysis, squared; 0 under the common-effect model
    tau2_ci_low: float
    tau2_ci_high: float
    i2: float  # in [0, 1)
    i2_ci_low: float
    i2_ci_high: float
    h2: float  # total over typical sampling variance
    h2_ci_low: float
    h2_ci_high: float
    q: float
    q_df: int
    q_p: float
    k: int  # number of studies
    method: Method
    studies: Studies = field(repr=False, compare=False)
    likelihood: Likelihood | None = None  # of models that take the counts as they are

    @property
    def recipe(self) -> str:
        """How the numbers came about, in one paragraph."""
        return write_recipe(self)

    @property
    def notes(self) -> tuple[str, ...]:
        """What may mislead a reader of these numbers; often nothing."""
        return tuple(map(str, write_notes(self)))

    @property
    def weights(self) -> FloatArray:
        """Shares of the studies in the estimate, of shape (k,); they sum to 1.

        NaN for models that take the counts as they are: these weigh no studies.
        """
        if self.likelihood is not None:
            return np.full(self.k, np.nan)
        precision = 1 / (self.studies.variances + self.tau2)
        return np.asarray(precision / precision.sum())

    @property
    @abstractmethod
    def on_scale(self) -> tuple[float, float, float, float]:
        """Estimate, standard error and confidence limits on the scale of the analysis."""

    @abstractmethod
    def to_frame(self) -> pd.DataFrame:
        """Return one row a study."""

    def summary(self) -> str:
        """Return result, heterogeneity, recipe, notes and studies as plain text."""
        table = self.to_frame().to_string(float_format=_write_cell, max_rows=_MOST_ROWS)
        lines = [self.title, self._headline(), *self._details()]
        lines += [f"Note: {note}" for note in self.notes]
        return "\n".join([*filter(None, lines), "", table])

    def _headline(self) -> str:
        return describe_result(self)

    def _details(self) -> list[str]:
        lines = [describe_heterogeneity(self), describe_exact(self), self.recipe]
        return [line for line in lines if line]

    def _repr_html_(self) -> str:
        notes = "".join(f"<p><strong>Note:</strong> {escape(note)}</p>" for note in self.notes)
        text = "".join(f"<p>{escape(line)}</p>" for line in self._details())
        table = self.to_frame().to_html(float_format=_write_cell, border=0, max_rows=_MOST_ROWS)
        head = f"<h4>{escape(self.title)}</h4><p><strong>{escape(self._headline())}</strong></p>"
        return f"{head}{text}{notes}{table}"

    def _make_forest(self, order: str | None) -> tuple[pd.DataFrame, dict[str, Any]]:
        from reviewkit.meta.pooled_forest import make_forest

        return make_forest(self, order)


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledPrevalence(Pooled):
    """A pooled proportion: `estimate` and all limits in [0, 1].

    The ``transformed_…`` numbers are on the scale of the analysis.  As the scale
    bends, the estimate is the median of the prevalences that the model expects,
    and not their mean (that of a beta-binomial is their mean).
    """

    title: ClassVar[str] = "Pooled prevalence"

    transformed_estimate: float
    transformed_se: float
    transformed_ci_low: float
    transformed_ci_high: float
    transformed_pi_low: float
    transformed_pi_high: float
    n: int  # people in all studies
    events: int

    @property
    def on_scale(self) -> tuple[float, float, float, float]:
        """Estimate, standard error and confidence limits on the scale of the analysis."""
        limits = self.transformed_ci_low, self.transformed_ci_high
        return self.transformed_estimate, self.transformed_se, *limits

    def to_frame(self) -> pd.DataFrame:
        """Return ``study, events, total, estimate, ci_low, ci_high, weight``, one row a study.

        Estimate and interval are the study's own (see `study_ci`), the weight
        that of the model; none depends on the transformation but the weight.
        """
        x, n = self.studies.events, self.studies.total
        assert x is not None
        assert n is not None
        method = self.method.study_ci or "clopper-pearson"
        low, high = find_interval(x, n, method=method, level=self.method.level)
        counts = {"events": x.astype(np.int64), "total": n.astype(np.int64)}
        ends = {"estimate": x / n, "ci_low": low, "ci_high": high}
        return pd.DataFrame(
            {"study": [*self.studies.study], **counts, **ends, "weight": self.weights}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledEffect(Pooled):
    """A pooled effect, on the scale on which the effects came."""

    title: ClassVar[str] = "Pooled effect"

    se: float  # of the estimate, as the interval takes it

    @property
    def on_scale(self) -> tuple[float, float, float, float]:
        """Estimate, standard error and confidence limits on the scale of the analysis."""
        return self.estimate, self.se, self.ci_low, self.ci_high

    def to_frame(self) -> pd.DataFrame:
        """Return ``study, estimate, se, ci_low, ci_high, weight``, one row a study."""
        y, se = self.studies.effects, np.sqrt(self.studies.variances)
        half = ndtri((1 + self.method.level) / 2) * se
        ends = {"estimate": y, "se": se, "ci_low": y - half, "ci_high": y + half}
        return pd.DataFrame({"study": [*self.studies.study], **ends, "weight": self.weights})
