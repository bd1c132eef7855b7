"""What cluster-robust inference returns: coefficients, how sure they are, and by how many df."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

from reviewkit._core.check import list_some
from reviewkit._core.format import fit_decimals, format_interval, format_number, format_p
from reviewkit._core.result import Result
from reviewkit.meta.sandwich import CORRECTIONS

__all__ = ["RobustInference"]

FloatArray = NDArray[np.float64]

_FEW_DF = 4.0  # below, t tests with Satterthwaite's degrees of freedom are too rough


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RobustInference(Result):
    """Coefficients with cluster-robust standard errors, on the scale of the analysis.

    ``estimate, ci_low, ci_high`` are the pooled result on the scale of the reader, NaN
    where a regression has moderators.
    """

    title: ClassVar[str] = "Cluster-robust inference"

    estimate: float
    ci_low: float
    ci_high: float
    names: tuple[str, ...]  # of the p coefficients
    coefficients: FloatArray
    covariance: FloatArray = field(repr=False)
    df_values: FloatArray
    n_clusters: int
    k: int
    correction: str
    df_by: str
    level: float
    cluster: str  # name of the column
    transform: str | None

    @property
    def se(self) -> FloatArray:
        """Robust standard errors of the coefficients."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def df(self) -> FloatArray:
        """Degrees of freedom of each coefficient."""
        return self.df_values

    @property
    def statistic(self) -> FloatArray:
        """Coefficients over their standard errors; NaN where these are 0."""
        return np.asarray(self.coefficients / np.where(self.se > 0, self.se, np.nan))

    @property
    def p_values(self) -> FloatArray:
        """Two-sided p-values of the coefficients; NaN where standard errors are 0."""
        return np.asarray(2 * stdtr(self.df, -np.abs(self.statistic)))

    @property
    def recipe(self) -> str:
        """How the numbers came about."""
        way = (
            "Satterthwaite’s df" if self.df_by == "satterthwaite" else "clusters − coefficients df"
        )
        return (
            f"Cluster-robust covariance {self.correction} ({CORRECTIONS[self.correction].label}), "
            f"t with {way}; k = {self.k} in {self.n_clusters} clusters of {self.cluster!r}."
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What may mislead a reader of these numbers; often nothing."""
        few = [
            f"{name} ({df:.1f})"
            for name, df in zip(self.names, self.df, strict=True)
            if df < _FEW_DF
        ]
        notes = []
        if few:
            told = f"Fewer than {_FEW_DF:.0f} degrees of freedom: {list_some(few, sep=', ')}."
            notes.append(f"{told} So few clusters do not tell how sure the estimate is.")
        if (self.se <= 1e-9 * np.abs(self.coefficients)).any():
            notes.append(
                "An interval has no width, because the clusters agree entirely; this says nothing "
                "about precision."
            )
        return tuple(notes)

    def to_frame(self) -> pd.DataFrame:
        """Return ``coefficient, estimate, se, statistic, df, p_value, ci_low, ci_high``."""
        half = stdtrit(self.df, (1 + self.level) / 2) * self.se
        return pd.DataFrame(
            {
                "coefficient": [*self.names], "estimate": self.coefficients, "se": self.se,
                "statistic": self.statistic, "df": self.df,
                "p_value": self.p_values, "ci_low": self.coefficients - half,
                "ci_high": self.coefficients + half,
            }
        )  # fmt: skip

    def summary(self) -> str:
        """Return result, recipe, notes and coefficients as plain text."""
        table = self.to_frame().to_string(float_format="{:.4f}".format)
        notes = [f"Note: {note}" for note in self.notes]
        return "\n".join([self.title, self._headline(), self.recipe, *notes, "", table])

    def _headline(self) -> str:
        size = f"k = {self.k} in {self.n_clusters} clusters"
        if np.isnan(self.estimate):
            tests = [
                f"{name} {format_p(p)}" for name, p in zip(self.names, self.p_values, strict=True)
            ]
            return f"{list_some(tests, most=4, sep=', ')}, {size}"
        factor, least = (1, 2) if self.transform is None else (100, 1)
        estimate, low, high = (factor * v for v in (self.estimate, self.ci_low, self.ci_high))
        decimals = fit_decimals([low, high], least=least)
        percent = " %" * (self.transform is not None)
        ends = format_interval(low, high, decimals)
        shown = f"{format_number(estimate, decimals)}{percent}"
        df = format_number(float(self.df[0]), 1)
        return f"{shown} ({100 * self.level:g} % CI {ends}; {self.correction}, {df} df), {size}"
