"""Small-study effects of a pooled result: tests of asymmetry, with their caveats.

Small studies may show other effects because some were never published, and for
many other reasons.  Of prevalences the other reasons prevail: no result is
"negative", and settings differ.  Every result therefore says what it does not show.
Tests stand in :mod:`~reviewkit.meta.asymmetry`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit

from reviewkit._core.check import check_choice, check_level
from reviewkit._core.errors import InputError
from reviewkit._core.format import (
    format_number,
    format_p,
    format_significant,
)
from reviewkit.meta.asymmetry import ASYMMETRY_TESTS, PREDICTORS, Outcome, Sample
from reviewkit.meta.asymmetry_notes import judge_lfk, note_asymmetry
from reviewkit.meta.lines import require_three
from reviewkit.meta.notes import Note
from reviewkit.meta.people import check_names, read_people
from reviewkit.meta.pooled import Pooled
from reviewkit.meta.refits import require_pooled
from reviewkit.present.picture import PicturedResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["SmallStudyEffects", "small_study_effects"]

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallStudyEffects(PicturedResult):
    """A test of whether small studies show other effects; what it has none of is NaN.

    `estimate` is the bias of a regression (the slope on the predictor; in Egger's own
    writing, where effects are divided by their standard errors, the intercept),
    Kendall's tau of a rank test, or the LFK index.  `limit` is where the line meets
    perfect precision, on the scale of the analysis.
    """

    title: ClassVar[str] = "Small-study effects"

    test: str  # a key of ASYMMETRY_TESTS
    predictor: str | None  # a key of PREDICTORS, where the test takes one
    estimate: float
    se: float
    ci_low: float
    ci_high: float
    limit: float
    limit_ci_low: float
    limit_ci_high: float
    statistic: float
    df: float  # NaN: the statistic is normal, or has a distribution of its own
    p_value: float  # two-sided
    k: int
    level: float  # of the intervals
    caveats: tuple[Note, ...] = field(repr=False)
    pooled: Pooled = field(repr=False, compare=False)
    sizes: FloatArray | None = field(repr=False, compare=False)  # people in each study

    @property
    def notes(self) -> tuple[str, ...]:
        """What may mislead a reader of these numbers."""
        return tuple(map(str, self.caveats))

    def to_frame(self) -> pd.DataFrame:
        """Return the test as one row."""
        names = (
            "test", "predictor", "estimate", "se", "ci_low", "ci_high", "limit", "limit_ci_low",
            "limit_ci_high", "k", "statistic", "df", "p_value",
        )  # fmt: skip
        return pd.DataFrame([{name: getattr(self, name) for name in names}])

    def summary(self) -> str:
        """Return the test, the notes and the numbers as plain text."""
        table = self.to_frame().to_string(float_format=format_significant, index=False)
        lines = [self.title, self._headline(), *(f"Note: {note}" for note in self.notes)]
        return "\n".join([*lines, "", table])

    def _headline(self) -> str:
        way = ASYMMETRY_TESTS[self.test]
        if self.test == "lfk":
            verdict = judge_lfk(self.estimate)
            return (
                f"{way.label}: LFK index {format_number(self.estimate, 2)}, {verdict}, k = {self.k}"
            )
        on = f" on the {PREDICTORS[self.predictor].label}" if self.predictor else ""
        text = (
            f"{way.label}{on}".rstrip(",") + f": {way.measure} {format_significant(self.estimate)}"
        )
        if not np.isnan(self.se):
            ends = format_significant(self.ci_low), format_significant(self.ci_high)
            text += f" ({100 * self.level:g} % CI {' to '.join(ends)})"
        if way.symbol != "τ":
            text += f", {way.symbol} = {format_number(self.statistic, 2) or 'undefined'}"
        df = "" if np.isnan(self.df) else f", df = {self.df:g}"
        p_value = "" if np.isnan(self.p_value) else f", {format_p(self.p_value)}"
        return f"{text}{df}{p_value}, k = {self.k}"

    def _repr_html_(self) -> str:
        notes = "".join(f"<p><strong>Note:</strong> {escape(note)}</p>" for note in self.notes)
        table = self.to_frame().to_html(float_format=format_significant, border=0, index=False)
        head = f"<h4>{escape(self.title)}</h4><p><strong>{escape(self._headline())}</strong></p>"
        return f"{head}{notes}{table}"

    def plot(self, *, ax: Axes | None = None, width: float = 174.0) -> Axes:
        """Draw the funnel plot, or the Doi plot of an LFK index.

        The funnel is by n where the test is, else by the standard error.

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
        from reviewkit.meta.funnels import plot_doi, plot_funnel

        caption = [f"{self._headline()}.", *(c.fact for c in self.caveats)]
        if self.test == "lfk":
            return plot_doi(self.pooled, self.estimate, caption, ax=ax, width=width)
        by = "n" if ASYMMETRY_TESTS[self.test].is_sized(self.predictor or "se") else "se"
        return plot_funnel(self.pooled, by, caption, sizes=self.sizes, ax=ax, width=width)


def small_study_effects(
    pooled: Pooled,
    *,
    test: str = "egger",
    predictor: str | None = None,
    columns: Mapping[str, str] | None = None,
    level: float | None = None,
) -> SmallStudyEffects:
    """Test whether small studies show other effects than large ones.

    Parameters
    ----------
    pooled : PooledPrevalence or PooledEffect
        Its effects and variances are tested, on the scale of the analysis.
    test : str, default "egger"
        "egger"
            Classical: a line with weights 1/v and a multiplicative error, t with
            k - 2 df [1]_ (metafor's ``regtest(model="lm")``, meta's ``"Egger"``).
        "egger-mixed"
            By meta-regression with a tau² of its own, and the interval of
            `pooled` (metafor's ``regtest`` of a model; with ``ci="t"`` meta's ``"Thompson"``).
        "begg"
            Kendall's rank correlation, exact where nothing ties [2]_ (``ranktest``);
            "begg-normal" by the normal approximation (meta's ``"Begg"``).
        "peters"
            A line against 1/n, weighted by events × others / n [3]_: the one to prefer
            for prevalence.  "macaskill" is the same against n.
        "lfk"
            Index of a Doi plot [4]_; no test, with cut-offs ±1 and ±2.
        "harbord", "deeks", "schwarzer", "pustejovsky"
            For two groups: the efficient score, the effective sample size,
            ranks of counts, and the part of the standard error that no effect enters.
    predictor : {"se", "variance", "n", "1/n", "sqrt(n)", "1/sqrt(n)"}, optional
        What "egger" and "egger-mixed" lay the line against; the standard error,
        unless told otherwise.  "egger" on "n" is meta's ``"Macaskill"``.
    columns : mapping of str, optional
        Where the pooled table has ``total`` (people in a study), ``events``,
        ``events_1``, ``total_1``, ``events_2``, ``total_2``, if under other names.  Left
        out, ``total`` and ``events`` are those of a pooled prevalence, or the sums of the groups.
    level : float in (0, 1), optional
        Of the intervals; that of `pooled`, unless told otherwise.

    Returns
    -------
    SmallStudyEffects

    Raises
    ------
    InputError
        If there are fewer than 3 studies, all have the same size or precision (or, for
        ranks and Doi plots, the same effect), a column is missing or an option unknown.

    Notes
    -----
    Effects on a perfect line leave no error to test the slope against: its standard
    error is 0, statistic and p-value are NaN.  Of two groups, a study without an event, or with
    nothing else, in both says nothing of an odds ratio: "harbord", "schwarzer", "peters" and
    "macaskill" leave it out, and a note counts it.  The LFK index depends on the order of
    equal effects, which is that of the table; a note says how much.  With fewer than 10
    studies no such test has power, and a note says so.

    References
    ----------
    .. [1] Egger, Smith, Schneider & Minder (1997). doi:10.1136/bmj.315.7109.629
    .. [2] Begg & Mazumdar (1994). doi:10.2307/2533446
    .. [3] Peters et al. (2006). doi:10.1001/jama.295.6.676
    .. [4] Furuya-Kanamori, Barendregt & Doi (2018). doi:10.1097/XEB.0000000000000141

    Examples
    --------
    >>> from reviewkit.meta.pooling import pool_prevalence
    >>> data = {"study": list("ABCDE"), "events": [35, 94, 81, 66, 12],
    ...         "total": [80, 260, 443, 138, 20]}
    >>> result = small_study_effects(pool_prevalence(data), test="peters")
    >>> print(result.summary().splitlines()[1])
    Peters’ regression: bias 43.7 (95 % CI −69.9 to 157), t = 1.22, df = 3, P = 0.308, k = 5
    """
    way = ASYMMETRY_TESTS[check_choice("test", test, ASYMMETRY_TESTS)]
    if predictor is not None and not way.takes_predictor:
        taking = " and ".join(repr(n) for n, t in ASYMMETRY_TESTS.items() if t.takes_predictor)
        raise InputError(f"Only {taking} take a `predictor`. Got {predictor!r} with test={test!r}.")
    chosen = check_choice("predictor", predictor or "se", PREDICTORS)
    require_pooled(pooled, "A test of small-study effects")
    check_names(columns)
    require_three(pooled.k)
    needs = (*way.needs, *(PREDICTORS[chosen].needs if way.takes_predictor else ()))
    found_columns = {name: read_people(pooled, name, columns or {}) for name in needs}
    studies = pooled.studies
    found = way.run(
        Sample(studies.effects, studies.variances, pooled.method, chosen, found_columns)
    )
    level = pooled.method.level if level is None else check_level(level)
    k = pooled.k if found.k is None else found.k
    return SmallStudyEffects(
        test=test,
        predictor=chosen if way.takes_predictor else None,
        **_with_limits(found, level),
        k=k,
        level=level,
        caveats=note_asymmetry(pooled, test, chosen, k),
        pooled=pooled,
        sizes=_find_sizes(found_columns, studies.total),
    )


def _find_sizes(columns: Mapping[str, FloatArray], total: FloatArray | None) -> FloatArray | None:
    """Return the people in each study, if the test asked for them or the counts tell."""
    if "total_1" in columns:
        return columns["total_1"] + columns["total_2"]
    return columns.get("total", total)


def _with_limits(found: Outcome, level: float) -> dict[str, float]:
    """Return an outcome with confidence limits."""
    tail = (1 + level) / 2
    z = float(ndtri(tail) if np.isnan(found.df) else stdtrit(found.df, tail))
    return {
        "estimate": found.estimate,
        "se": found.se,
        "ci_low": found.estimate - z * found.se,
        "ci_high": found.estimate + z * found.se,
        "limit": found.limit,
        "limit_ci_low": found.limit - z * found.limit_se,
        "limit_ci_high": found.limit + z * found.limit_se,
        "statistic": found.statistic,
        "df": found.df,
        "p_value": found.p_value,
    }
