"""What a meta-regression returns: coefficients, tests, and predictions at new values.

Numbers on the scale of the analysis stand in :class:`MetaRegression`; predictions
are taken back to the scale of the reader, as a pooled result is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr, stdtr

from reviewkit.meta.count_regression import RegressionLikelihood
from reviewkit.meta.effects import TRANSFORMS, find_harmonic_mean
from reviewkit.meta.engine import INTERVALS, PREDICTIONS
from reviewkit.meta.formulas import Design
from reviewkit.meta.models import Method, Studies
from reviewkit.meta.permutations import PermutationTest
from reviewkit.meta.quantiles import find_quantile
from reviewkit.meta.regression_text import (
    describe_regression,
    describe_residuals,
    write_regression_notes,
    write_regression_recipe,
)
from reviewkit.meta.wald import find_wald
from reviewkit.present.picture import PicturedResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MetaRegression"]

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MetaRegression(PicturedResult):
    """Effects of k studies as they depend on moderators, on the scale of the analysis."""

    title: ClassVar[str] = "Meta-regression"

    formula: str
    names: tuple[str, ...]  # of the p coefficients
    coefficients: FloatArray  # (p,)
    covariance: FloatArray = field(repr=False)  # (p, p), as the chosen interval takes it
    tau2: float  # what the moderators leave between studies; 0 where it is assumed
    tau2_ci_low: float
    tau2_ci_high: float
    i2: float  # share of residual variance that is between studies, in [0, 1)
    h2: float
    r2: float  # share of tau² that the moderators explain, in [0, 1]; NaN if there was none
    qe: float  # Q of the residuals
    qe_df: int
    qe_p: float
    qm: float  # Wald statistic of all moderators: chi², or F where there is `qm_df_residual`
    qm_df: int
    qm_df_residual: float  # infinite for chi²
    qm_p: float
    k: int
    varies: bool  # whether tau² was estimated
    method: Method
    pooled_by: str  # model of the pooled result
    permutations: PermutationTest | None = field(default=None, repr=False)
    left_out: tuple[str, ...] = ()  # studies without a moderator
    likelihood: RegressionLikelihood | None = None  # of regressions of counts
    design: Design = field(repr=False)
    studies: Studies = field(repr=False)

    @property
    def df(self) -> float:
        """Degrees of freedom of tests and intervals of coefficients; infinite for the normal."""
        return float(self.k - len(self.names)) if INTERVALS[self.method.ci].t else np.inf

    @property
    def se(self) -> FloatArray:
        """Standard errors of the coefficients."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def statistic(self) -> FloatArray:
        """Coefficients over their standard errors; NaN where these are 0."""
        return np.asarray(self.coefficients / np.where(self.se > 0, self.se, np.nan))

    @property
    def p_values(self) -> FloatArray:
        """Two-sided p-values of the coefficients, by permutation if that was asked for."""
        if self.permutations is not None:
            return np.array(self.permutations.p_values)
        z = -np.abs(self.statistic)
        return np.asarray(2 * (ndtr(z) if np.isinf(self.df) else stdtr(self.df, z)))

    @property
    def vif(self) -> FloatArray:
        """How much the other moderators inflate the variance of each coefficient; 1 is not at all.

        The intercept has none (NaN).
        """
        tested = [*self.design.tested]
        found = np.full(len(self.names), np.nan)
        if tested:
            found[tested] = np.diag(np.linalg.inv(self._correlation(tested)))
        return found

    @property
    def recipe(self) -> str:
        """How the numbers came about, in one paragraph."""
        return write_regression_recipe(self)

    @property
    def notes(self) -> tuple[str, ...]:
        """What may mislead a reader of these numbers; often nothing."""
        return write_regression_notes(self)

    @property
    def weights(self) -> FloatArray:
        """Shares of the studies in the fit, of shape (k,); they sum to 1.

        NaN for regressions of counts: these weigh no studies.
        """
        if self.likelihood is not None:
            return np.full(self.k, np.nan)
        precision = 1 / (self.studies.variances + self.tau2)
        return np.asarray(precision / precision.sum())

    def to_frame(self) -> pd.DataFrame:
        """Return one row a coefficient.

        Columns ``coefficient, estimate, se, statistic, df, p_value, ci_low,
        ci_high, vif``, on the scale of the analysis.
        """
        half = find_quantile(self.df, (1 + self.method.level) / 2) * self.se
        return pd.DataFrame(
            {
                "coefficient": [*self.names],
                "estimate": self.coefficients,
                "se": self.se,
                "statistic": self.statistic,
                "df": self.df,
                "p_value": self.p_values,
                "ci_low": self.coefficients - half,
                "ci_high": self.coefficients + half,
                "vif": self.vif,
            }
        )

    def test_terms(self) -> pd.DataFrame:
        """Test each term as a whole, all levels of a factor together.

        Returns
        -------
        DataFrame
            Columns ``term, statistic, df, df_residual, p_value, gvif``; F where there
            are residual degrees of freedom, chi² where they are infinite.  ``gvif`` is
            the generalised variance inflation factor (Fox & Monette 1992,
            doi:10.1080/01621459.1992.10475190).
        """
        tested = [*self.design.tested]
        rows = []
        for term, columns in self.design.terms.items():
            test = find_wald(self.coefficients, self.covariance, columns, self.df)
            others = [at for at in tested if at not in columns]
            parts = (np.linalg.det(self._correlation(c)) for c in ([*columns], others, tested))
            own, other, whole = parts
            rows.append((term, *test, own * other / whole))
        columns_of = ["term", "statistic", "df", "df_residual", "p_value", "gvif"]
        return pd.DataFrame(rows, columns=columns_of)

    def predict(self, values: pd.DataFrame | Mapping[str, Any] | None = None) -> pd.DataFrame:
        """Return the expected effect at new values of the moderators.

        Parameters
        ----------
        values : DataFrame or mapping, optional
            One column a moderator, as ``{"year": [2000, 2020]}``.  Left out, the
            values of the studies.

        Returns
        -------
        DataFrame
            The moderators, then ``estimate, ci_low, ci_high, pi_low, pi_high`` (in
            [0, 1] for prevalence, followed by the same on the scale of the analysis as
            ``transformed_…`` with ``transformed_se``; else with ``se``).  Prediction
            limits are those of a further study, NaN where tau² is assumed to be 0.

        Raises
        ------
        InputError
            If a moderator is missing, has a gap, or a level that no study has.
        """
        design = self.design
        frame = design.frame if values is None else design.read(values)
        rows = design.matrix if values is None else design.code(frame)
        found = self.predict_rows(rows)
        named = pd.DataFrame({str(name): frame[name].array for name in frame})
        if values is None:
            named.insert(0, "study", [*self.studies.study])
        return pd.concat([named, found], axis=1)

    def predict_rows(self, rows: FloatArray) -> pd.DataFrame:
        """Return the same for rows of the design, of shape (n, p)."""
        mean = rows @ self.coefficients
        se = np.sqrt(np.vecdot(rows @ self.covariance, rows))
        half = find_quantile(self.df, (1 + self.method.level) / 2) * se
        reach = self._reach(rows, se)
        numbers = {"estimate": mean, "se": se, "ci_low": mean - half, "ci_high": mean + half}
        numbers |= {"pi_low": mean - reach, "pi_high": mean + reach}
        if self.method.transform is None:
            return pd.DataFrame(numbers)
        assert self.studies.total is not None
        scale, size = TRANSFORMS[self.method.transform], find_harmonic_mean(self.studies.total)
        back = {n: scale.inverse(values, size) for n, values in numbers.items() if n != "se"}
        return pd.DataFrame(back | {f"transformed_{n}": values for n, values in numbers.items()})

    def plot(
        self,
        *,
        ax: Axes | None = None,
        width: float = 174.0,
        x: str | None = None,
        label: tuple[str, ...] | str = (),
    ) -> Axes:
        """Draw studies as bubbles over a moderator, with the fitted line and its bands.

        Parameters
        ----------
        ax : Axes, optional
            Draw here; `width` is then that of the axes.
        width : float
            Width of the figure in mm: 84 is one column of a journal, 174 two.
        x : str, optional
            Moderator on the horizontal axis; left out, the first that is a number.  The
            line is averaged over what the studies have of the others.
        label : str or tuple of str
            Studies to name in the picture, or "all".

        Returns
        -------
        Axes
        """
        from reviewkit.meta.bubble_rows import make_bubbles
        from reviewkit.present.bubble import draw_bubble

        points, line, options = make_bubbles(self, x, label)
        return draw_bubble(points, line, ax=ax, width=width, **options)

    def summary(self) -> str:
        """Return the finding, what is left between studies, recipe, notes and coefficients."""
        table = self.to_frame().to_string(float_format=_write_cell, index=False)
        lines = [self.title, self._headline(), describe_residuals(self), self.recipe]
        return "\n".join([*lines, *(f"Note: {note}" for note in self.notes), "", table])

    def _headline(self) -> str:
        return describe_regression(self)

    def _repr_html_(self) -> str:
        notes = "".join(f"<p><strong>Note:</strong> {escape(note)}</p>" for note in self.notes)
        lines = (describe_residuals(self), self.recipe)
        text = "".join(f"<p>{escape(line)}</p>" for line in lines)
        table = self.to_frame().to_html(float_format=_write_cell, border=0, index=False)
        head = f"<h4>{escape(self.title)}</h4><p><strong>{escape(self._headline())}</strong></p>"
        return f"{head}{text}{notes}{table}"

    def _reach(self, rows: FloatArray, se: FloatArray) -> FloatArray:
        """Return half the width of prediction intervals."""
        way, interval = PREDICTIONS[self.method.prediction], INTERVALS[self.method.ci]
        lost = None if way.lost is None else len(self.names) + way.lost - 1
        df = np.inf if lost is None else float(self.k - lost)
        if not self.varies or df < 1:
            return np.full(len(rows), np.nan)
        if way.classic and interval.scaled and self.likelihood is None:
            w = 1 / (self.studies.variances + self.tau2)
            x = self.design.matrix
            se = np.sqrt(np.vecdot(rows @ np.linalg.inv((x.T * w) @ x), rows))
        return np.asarray(
            find_quantile(df, (1 + self.method.level) / 2) * np.sqrt(self.tau2 + se**2)
        )

    def _correlation(self, columns: list[int]) -> FloatArray:
        """Return the correlation of some coefficients."""
        part = self.covariance[np.ix_(columns, columns)]
        scale = np.sqrt(np.diag(part))
        scale = np.where(scale > 0, scale, np.nan)
        return np.asarray(part / np.outer(scale, scale))


def _write_cell(value: float) -> str:
    """Write a number of the table; a small one keeps two digits."""
    if np.isinf(value):
        return "∞"
    return f"{value:.4f}" if value == 0 or abs(value) >= 0.001 else f"{value:.2g}"
