"""What three-level models return: a pooled result with two variances, or a regression."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from reviewkit._core.result import Result
from reviewkit.meta.clusters import Clusters
from reviewkit.meta.forest_result import ForestResult
from reviewkit.meta.formulas import Design
from reviewkit.meta.models import Studies
from reviewkit.meta.multilevel_text import (
    describe_levels,
    describe_moderators,
    describe_multilevel,
    write_multilevel_notes,
    write_multilevel_recipe,
)
from reviewkit.meta.study_intervals import find_interval

__all__ = ["LevelMethod", "MultilevelRegression", "PooledMultilevel"]

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LevelMethod:
    """How rows were pooled."""

    tau2: str  # "REML" or "ML", of both variances
    ci: str
    level: float
    transform: str | None = None  # None: the effects came as they are


@dataclass(frozen=True, slots=True, kw_only=True)
class Variances:
    """The two variances of a three-level model, on the scale of the analysis, squared."""

    sigma2_between: float  # of clusters
    sigma2_between_ci_low: float
    sigma2_between_ci_high: float
    sigma2_between_p: float  # likelihood-ratio test of 0
    sigma2_within: float  # of effects of one cluster
    sigma2_within_ci_low: float
    sigma2_within_ci_high: float
    sigma2_within_p: float
    i2: float  # share of the variance that is no sampling error, in [0, 1)
    i2_between: float  # its parts
    i2_within: float
    correlation: float  # of the true effects of one cluster; NaN if both variances are 0
    q: float
    q_df: int
    q_p: float
    log_likelihood: float
    df: float  # of the intervals; infinite for the normal
    k: int  # rows
    n_clusters: int
    method: LevelMethod

    @property
    def tau2(self) -> float:
        """Variance of the true effects, both levels together."""
        return self.sigma2_between + self.sigma2_within

    def to_variances(self) -> pd.DataFrame:
        """Return one row a level: ``level, sigma2, ci_low, ci_high, p_value, i2, n``."""
        names = ("", "_ci_low", "_ci_high", "_p")
        rows = [
            [level, *(getattr(self, f"sigma2_{level}{name}") for name in names), share, n]
            for level, share, n in (
                ("between", self.i2_between, self.n_clusters),
                ("within", self.i2_within, self.k),
            )
        ]
        columns = ["level", "sigma2", "ci_low", "ci_high", "p_value", "i2", "n"]
        return pd.DataFrame(rows, columns=columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledMultilevel(Variances, ForestResult):
    """Effects within clusters, pooled: `estimate` and limits on the scale of the reader.

    The ``transformed_…`` numbers are on the scale of the analysis; for effects that are no
    counts these are the same.
    """

    title: ClassVar[str] = "Three-level model"

    estimate: float
    ci_low: float
    ci_high: float
    pi_low: float  # where the true value of a further effect of a further cluster is expected
    pi_high: float
    transformed_estimate: float
    transformed_se: float
    transformed_ci_low: float
    transformed_ci_high: float
    transformed_pi_low: float
    transformed_pi_high: float
    n: int | None = None  # people in all rows, where they were counted
    events: int | None = None
    weights: FloatArray = field(repr=False, compare=False)  # (k,); they sum to 1
    clusters: Clusters = field(repr=False, compare=False)
    studies: Studies = field(repr=False, compare=False)

    @property
    def se(self) -> float:
        """Standard error of the estimate on the scale of the analysis."""
        return self.transformed_se

    @property
    def recipe(self) -> str:
        """How the numbers came about, in one paragraph."""
        return write_multilevel_recipe(self)

    @property
    def notes(self) -> tuple[str, ...]:
        """What may mislead a reader of these numbers; often nothing."""
        return write_multilevel_notes(self)

    def to_frame(self) -> pd.DataFrame:
        """Return one row an effect: ``study, cluster``, its own estimate and interval, ``weight``.

        Counts come with ``events, total`` and Clopper and Pearson's interval, other
        effects with ``se`` and a normal one.
        """
        labels = [self.clusters.labels[number] for number in self.clusters.numbers]
        head = {"study": [*self.studies.study], "cluster": labels}
        x, n, level = self.studies.events, self.studies.total, self.method.level
        if x is not None and n is not None:
            low, high = find_interval(x, n, method="clopper-pearson", level=level)
            own = {"events": x.astype(np.int64), "total": n.astype(np.int64), "estimate": x / n}
        else:
            y, se = self.studies.effects, np.sqrt(self.studies.variances)
            half = ndtri((1 + level) / 2) * se
            low, high, own = y - half, y + half, {"estimate": y, "se": se}
        return pd.DataFrame(head | own | {"ci_low": low, "ci_high": high, "weight": self.weights})

    def summary(self) -> str:
        """Return result, variances, recipe, notes and rows as plain text."""
        lines = [self.title, self._headline(), describe_levels(self), self.recipe]
        lines += [f"Note: {note}" for note in self.notes]
        table = self.to_frame().to_string(float_format="{:.4f}".format, max_rows=60)
        return "\n".join([*lines, "", table])

    def _headline(self) -> str:
        return describe_multilevel(self)

    def _repr_html_(self) -> str:
        told = [describe_levels(self), self.recipe, *(f"Note: {note}" for note in self.notes)]
        text = "".join(f"<p>{escape(line)}</p>" for line in told)
        table = self.to_frame().to_html(float_format="{:.4f}".format, border=0, max_rows=60)
        head = f"<h4>{escape(self.title)}</h4><p><strong>{escape(self._headline())}</strong></p>"
        return f"{head}{text}{table}"

    def _make_forest(self, order: str | None) -> tuple[pd.DataFrame, dict[str, Any]]:
        from reviewkit.meta.multilevel_forest import make_cluster_forest

        return make_cluster_forest(self, order)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MultilevelRegression(Variances, Result):
    """Effects within clusters as they depend on moderators, on the scale of the analysis."""

    title: ClassVar[str] = "Three-level meta-regression"

    formula: str
    names: tuple[str, ...]  # of the p coefficients
    coefficients: FloatArray
    covariance: FloatArray = field(repr=False)
    statistic: FloatArray
    p_values: FloatArray
    reach: float  # standard errors that an interval reaches on each side
    qm: float  # test of all moderators: chi², or F where `df` is finite
    qm_df: int
    qm_p: float
    design: Design = field(repr=False)
    clusters: Clusters = field(repr=False)
    studies: Studies = field(repr=False)

    @property
    def se(self) -> FloatArray:
        """Standard errors of the coefficients."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def recipe(self) -> str:
        """How the numbers came about, in one paragraph."""
        return write_multilevel_recipe(self)

    def to_frame(self) -> pd.DataFrame:
        """Return ``coefficient, estimate, se, statistic, df, p_value, ci_low, ci_high``."""
        half = self.reach * self.se
        return pd.DataFrame(
            {
                "coefficient": [*self.names], "estimate": self.coefficients, "se": self.se,
                "statistic": self.statistic, "df": self.df, "p_value": self.p_values,
                "ci_low": self.coefficients - half, "ci_high": self.coefficients + half,
            }
        )  # fmt: skip

    def summary(self) -> str:
        """Return the test, variances, recipe and coefficients as plain text."""
        table = self.to_frame().to_string(float_format="{:.4f}".format)
        lines = [self.title, self._headline(), describe_levels(self), self.recipe]
        return "\n".join([*lines, "", table])

    def _headline(self) -> str:
        return describe_moderators(self)
