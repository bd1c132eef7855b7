"""How far two raters agree: from their verdicts, or from a published cross-table.

What is computed lies in :mod:`reviewkit.agreement.coefficients`; how verdicts are
read, in :mod:`reviewkit.agreement.verdicts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any, ClassVar, NamedTuple

import pandas as pd
from numpy.typing import ArrayLike

from reviewkit._core.check import check_choice, check_level
from reviewkit._core.format import format_count, format_interval, format_number, format_percent
from reviewkit._core.result import Result
from reviewkit.agreement.categories import orient_table
from reviewkit.agreement.coefficients import COEFFICIENTS, WEIGHTS, CrossTable, measure
from reviewkit.agreement.cross_tables import read_cross_table
from reviewkit.agreement.scales import Scale, choose_scale
from reviewkit.agreement.verdicts import cross_verdicts

__all__ = ["Agreement", "agreement_from_table", "rater_agreement"]


class Row(NamedTuple):
    """One coefficient of an agreement."""

    coefficient: str  # a key of COEFFICIENTS
    estimate: float  # NaN where undefined; `note` says why
    se: float
    ci_low: float
    ci_high: float
    label: str  # word for the estimate; "" where the coefficient is not on kappa's scale
    note: str


@dataclass(frozen=True, slots=True)
class Agreement(Result):
    """Agreement of two raters, by every coefficient that applies."""

    title: ClassVar[str] = "Agreement of two raters"

    rows: tuple[Row, ...]
    counts: tuple[tuple[int, ...], ...]  # (k, k); rows are the first rater's verdicts
    categories: tuple[Any, ...]
    raters: tuple[str, str]
    n_items: int  # decided by both raters; the only ones that count
    n_single: int  # decided by one rater, left out
    n_undecided: int  # decided by nobody, left out
    level: float
    scale: str  # name of the verbal scale
    stage: str = ""
    maybe: str = "separate"  # what became of verdicts "maybe"

    @property
    def n_raters(self) -> int:
        """Number of raters."""
        return len(self.raters)

    @property
    def table(self) -> pd.DataFrame:
        """Cross-table: how many items the raters put into each pair of categories."""
        first, second = self.raters
        return pd.DataFrame(
            [list(row) for row in self.counts],
            index=pd.Index(self.categories, name=first),
            columns=pd.Index(self.categories, name=second),
        )

    @property
    def prevalence_index(self) -> float:
        """Share that both include minus share that both exclude; NaN unless 2 × 2."""
        return self._estimate("prevalence_index")

    @property
    def bias_index(self) -> float:
        """Share that the first alone includes minus that of the second; NaN unless 2 × 2."""
        return self._estimate("bias_index")

    def _estimate(self, coefficient: str) -> float:
        found = (row.estimate for row in self.rows if row.coefficient == coefficient)
        return next(found, float("nan"))

    def to_frame(self) -> pd.DataFrame:
        """Return one row a coefficient, as its index; `k` categories, `n` items."""
        frame = pd.DataFrame(self.rows, columns=list(Row._fields)).set_index("coefficient")
        frame.insert(5, "k", len(self.categories))
        frame.insert(6, "n", self.n_items)
        columns = ["estimate", "se", "ci_low", "ci_high", "label", "k", "n", "note"]
        return frame[columns]

    def _headline(self) -> str:
        rows = {row.coefficient: row for row in self.rows}
        kappa, share = rows["cohen_kappa"], rows["percent_agreement"]
        first, second = self.raters
        text = f"Agreement {format_percent(share.estimate)} of {format_count(self.n_items)} items"
        text += f" decided by {first} and {second}"
        text += f" ({self.stage})" if self.stage else ""
        if kappa.label:
            interval = format_interval(kappa.ci_low, kappa.ci_high, 3)
            text += f"; Cohen's kappa {format_number(kappa.estimate, 3)} "
            text += f"({100 * self.level:g} % interval {interval}), {kappa.label} on {self.scale}."
        else:
            text += f"; Cohen's kappa undefined: {kappa.note}."
        if self.maybe != "separate":
            text += f" Maybe counts as {self.maybe}."
        return text + self._left_out()

    def _left_out(self) -> str:
        parts = [
            f"{format_count(number)} {what}"
            for number, what in (
                (self.n_single, "decided by one rater only"),
                (self.n_undecided, "decided by neither"),
            )
            if number
        ]
        return f" Left out: {', '.join(parts)}." if parts else ""


def rater_agreement(
    ratings: pd.DataFrame | Mapping[str, Any],
    *,
    stage: str | None = None,
    weights: str | None = None,
    level: float = 0.95,
    scale: str | Scale = "landis-koch",
    maybe: str = "separate",
) -> Agreement:
    """Compute how far two raters agree.

    Parameters
    ----------
    ratings : DataFrame
        Decisions, one row each: `record`, `rater`, `verdict` (include, exclude or maybe) and,
        if there are several, `stage`.  Or one column a rater, with any categories; the index
        or a column `record` names the items.  A blank cell is no verdict.
    stage : str, optional
        Which stage to use; needed where `ratings` hold several.
    weights : {"linear", "quadratic"}, optional
        Adds weighted kappa [4]_.  The order include, maybe, exclude is known; other categories
        must be ordered, as a :class:`pandas.Categorical` with ``ordered=True``.
    level : float in (0, 1), default 0.95
        Of all intervals.
    scale : str or Scale, default "landis-koch"
        Words for the coefficients: "landis-koch", "fleiss", "altman", "cicchetti", "mchugh",
        "krippendorff", "kamkar-2025", or a scale of your own.
    maybe : {"separate", "include", "exclude"}, default "separate"
        A category of its own, or the same as one of the others.

    Returns
    -------
    Agreement
        One row a coefficient that applies: percent_agreement, cohen_kappa, weighted_kappa,
        pabak, positive_agreement, negative_agreement, prevalence_index, bias_index.  Items
        that only one rater decided are left out and counted (``n_single``).

    Raises
    ------
    InputError
        If there are not two raters, there are several stages and `stage` names none, a rater
        has several verdicts on an item, a verdict is not known, no item has two verdicts, or
        an option is unknown.

    Notes
    -----
    Standard errors are those of large samples, under sampling: for kappa, Fleiss, Cohen and
    Everitt's [1]_; for the others by the delta method.  Intervals are Wilson's for the share
    agreed, carried over to PABAK; else estimate ± z standard errors, cut at the end of the range,
    which the note then says.  PABAK [2]_ is (kp - 1)/(k - 1), with k categories and a share p agreed.
    Positive and negative agreement [3]_ are those on "include" and "exclude", also among
    three categories.  The prevalence index [2]_ is the share that both include minus the share that
    both exclude; the bias index the share that the first alone includes minus that of the
    second.  Both raters using one and the same category is 0/0: NaN, and the note says so.

    References
    ----------
    .. [1] Fleiss, Cohen & Everitt (1969). doi:10.1037/h0028106
    .. [2] Byrt, Bishop & Carlin (1993). doi:10.1016/0895-4356(93)90018-V
    .. [3] Cicchetti & Feinstein (1990). doi:10.1016/0895-4356(90)90159-M
    .. [4] Cohen (1968). doi:10.1037/h0026256

    Examples
    --------
    >>> verdicts = {"Ada": ["include", "exclude", "exclude", "include", "exclude", None],
    ...             "Bo": ["include", "exclude", "include", "include", "exclude", "exclude"]}
    >>> found = rater_agreement(verdicts)
    >>> found.to_frame().loc[["percent_agreement", "cohen_kappa"], ["estimate", "label"]]
                       estimate        label
    coefficient
    percent_agreement  0.800000
    cohen_kappa        0.615385  substantial
    >>> found.table
    Bo       include  exclude
    Ada
    include        2        0
    exclude        1        2
    >>> found.n_items, found.n_single
    (5, 1)
    """
    crossed = cross_verdicts(ratings, stage=stage, weights=weights, maybe=maybe)
    words = choose_scale(scale)
    return Agreement(
        rows=_measure_all(crossed.table, check_level(level), words),
        counts=_as_tuples(crossed.table),
        categories=crossed.table.categories,
        raters=crossed.raters,
        n_items=crossed.table.n,
        n_single=crossed.n_single,
        n_undecided=crossed.n_undecided,
        level=level,
        scale=words.name,
        stage=crossed.stage,
        maybe=maybe,
    )


def agreement_from_table(
    table: ArrayLike | pd.DataFrame,
    *,
    weights: str | None = None,
    level: float = 0.95,
    scale: str | Scale = "landis-koch",
) -> Agreement:
    """Compute how far two raters agree from their cross-table, as published.

    Parameters
    ----------
    table : array-like or DataFrame of shape (k, k)
        How many items the first rater (rows) and the second (columns) put into each pair of
        categories.  Without labels, two categories are include, exclude.
    weights : {"linear", "quadratic"}, optional
        Adds weighted kappa; the order of the rows is that of the categories.
    level, scale
        As in :func:`rater_agreement`.

    Returns
    -------
    Agreement
        As from :func:`rater_agreement`.

    Raises
    ------
    InputError
        If the table is not square, names categories twice or differently in rows and columns,
        holds anything but whole numbers from 0, or is empty; or if an option is unknown.

    Examples
    --------
    >>> found = agreement_from_table([[86, 5], [0, 6]])
    >>> print(found.summary().splitlines()[1])
    Agreement 94.8 % of 97 items decided by first rater and second rater; Cohen's kappa 0.680
    (95 % interval 0.422–0.939), substantial on landis-koch.
    """
    if weights is not None:
        check_choice("weights", weights, WEIGHTS)
    counts, categories, raters = read_cross_table(table)
    crossed = orient_table(counts, categories, weights, guess=True)
    words = choose_scale(scale)
    return Agreement(
        rows=_measure_all(crossed, check_level(level), words),
        counts=_as_tuples(crossed),
        categories=categories,
        raters=raters,
        n_items=crossed.n,
        n_single=0,
        n_undecided=0,
        level=level,
        scale=words.name,
    )


def _measure_all(table: CrossTable, level: float, scale: Scale) -> tuple[Row, ...]:
    """Return every coefficient that applies to a table."""
    z = NormalDist().inv_cdf((1 + level) / 2)
    rows = []
    for name, coefficient in COEFFICIENTS.items():
        if not coefficient.applies(table):
            continue
        found = measure(coefficient, table, z)
        label, notes = "", [found.note]
        if coefficient.against_chance:
            label = scale.label(found.value)
            spanned = scale.labels_between(found.low, found.high)
            if len(spanned) > 1:
                notes.append(f"interval spans {spanned[0]} to {spanned[-1]}")
        note = "; ".join(filter(None, notes))
        rows.append(Row(name, found.value, found.se, found.low, found.high, label, note))
    return tuple(rows)


def _as_tuples(table: CrossTable) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(row) for row in table.counts.tolist())
