"""How far raters agree: from their verdicts, or from a published cross-table.

What is computed lies in :mod:`reviewkit.agreement.coefficients` (two raters) and
:mod:`reviewkit.agreement.chance` (any number); how verdicts are read, in
:mod:`reviewkit.agreement.verdicts` and :mod:`reviewkit.agreement.panels`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from reviewkit.agreement.agreed import Agreement
from reviewkit.agreement.categories import orient_table
from reviewkit.agreement.cross_tables import read_cross_table
from reviewkit.agreement.measuring import Asked, as_numbers, ask, measure_panel, measure_table
from reviewkit.agreement.panels import read_panel
from reviewkit.agreement.scales import Scale, choose_scale
from reviewkit.agreement.tables import CrossTable
from reviewkit.agreement.verdicts import Ratings, cross_verdicts, no_order, read_ratings
from reviewkit.agreement.weights import Weighting, read_weights

__all__ = ["Agreement", "agreement_from_table", "rater_agreement"]

Rng = np.random.Generator | int | None


def rater_agreement(
    ratings: pd.DataFrame | Mapping[str, Any],
    *,
    stage: str | None = None,
    weights: str | ArrayLike | None = None,
    level: float = 0.95,
    scale: str | Scale = "landis-koch",
    maybe: str = "separate",
    metric: str = "nominal",
    interval: str = "large-sample",
    draws: int = 2000,
    rng: Rng = None,
) -> Agreement:
    """Compute how far two raters or more agree.

    Parameters
    ----------
    ratings : DataFrame
        Decisions, one row each: `record`, `rater`, `verdict` (include, exclude or maybe, in any
        case, or yes, no, unclear) and, if there are several, `stage`.  Or one column a rater,
        with any categories; the index or a column `record` names the items.  A blank cell is
        no verdict.
    stage : str, optional
        Which stage to use; needed where `ratings` hold several.
    weights : {"linear", "quadratic"} or array-like of shape (k, k), optional
        Adds weighted coefficients [4]_.  The order include, maybe, exclude is known; other
        categories must be ordered, as a :class:`pandas.Categorical` with ``ordered=True``.
        A matrix holds penalties of disagreement (0 on its diagonal) or weights of agreement (1).
    level : float in (0, 1), default 0.95
        Of all intervals.
    scale : str or Scale, default "landis-koch"
        Words for the coefficients: "landis-koch", "fleiss", "altman", "cicchetti", "mchugh",
        "krippendorff", "kamkar-2025", or a scale of your own.
    maybe : {"separate", "include", "exclude"}, default "separate"
        A category of its own, or the same as one of the others.
    metric : {"nominal", "ordinal", "interval", "ratio"}, default "nominal"
        Of Krippendorff's alpha [5]_; the last two need numbers, "ordinal" a declared order.
    interval : {"large-sample", "logit", "bootstrap"}, default "large-sample"
        Of each coefficient: see Notes.
    draws : int, default 2000
        Of items with their verdicts, for the bootstrap.
    rng : numpy Generator or int, optional
        Source of chance for the bootstrap; a number makes it repeatable.

    Returns
    -------
    Agreement
        One row a coefficient that applies.  Of any number of raters: percent_agreement, pabak,
        gwet_ac1, fleiss_kappa, conger_kappa, krippendorff_alpha, and light_kappa from three
        raters on.  Of two: cohen_kappa, scott_pi, positive_agreement, negative_agreement,
        prevalence_index, bias_index.  With weights: weighted_kappa (two raters), gwet_ac2, and
        others that begin with "weighted".  Items that only one of two raters decided are left
        out and counted (``n_single``), and so are verdicts of the rater "consensus" among
        decisions, which are from after the raters met (``n_agreed``).

    Raises
    ------
    InputError
        If there are fewer than two raters, there are several stages and `stage` names none, a rater
        has several verdicts on an item, a verdict is not known, no item has two verdicts, or
        an option is unknown.

    Notes
    -----
    Standard errors are those of large samples of items, under sampling: for kappa, Fleiss, Cohen
    and Everitt's [1]_; for two raters by the delta method with n items, for more as Gwet [6]_,
    with n - 1.  Large-sample intervals are Wilson's for the share that two raters agree on,
    carried over to PABAK; else estimate ± z standard errors, cut at the end of the range, which
    the note then says.  Logit intervals are symmetric on the logit of the range; bootstrap
    intervals are percentiles over samples of items, draws of 0/0 left out and counted.

    All are 1 - D/E, observed over expected disagreement.  PABAK is (kp - 1)/(k - 1), with k
    categories and a share p agreed [2]_, the coefficient of Brennan and Prediger.  Positive and
    negative agreement [3]_ are those on "include" and "exclude", also among three categories.
    The prevalence index [2]_ is the share that both include minus the share that both exclude;
    the bias index the share that the first alone includes minus that of the second.  Among more
    than two raters an item with one verdict counts in what is expected by chance (but not in
    alpha), as Gwet [6]_ has it; Light's kappa [7]_ is the mean over pairs, on the items that all
    decided.  One category alone is 0/0: NaN, and the note says so.

    References
    ----------
    .. [1] Fleiss, Cohen & Everitt (1969). doi:10.1037/h0028106
    .. [2] Byrt, Bishop & Carlin (1993). doi:10.1016/0895-4356(93)90018-V
    .. [3] Cicchetti & Feinstein (1990). doi:10.1016/0895-4356(90)90159-M
    .. [4] Cohen (1968). doi:10.1037/h0026256
    .. [5] Hayes & Krippendorff (2007). doi:10.1080/19312450709336664
    .. [6] Gwet (2008). doi:10.1348/000711006X126600
    .. [7] Conger (1980). doi:10.1037/0033-2909.88.2.322

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
    weighting, words = read_weights(weights), choose_scale(scale)
    asked = ask(level, words, interval, draws, rng)
    read = read_ratings(ratings, stage)
    if len(read.raters) > 2:
        return _of_many(read, maybe, weighting, metric, asked)
    crossed = cross_verdicts(read, weights=weighting.name, maybe=maybe)
    table = _prepare(crossed.table, weighting, metric)
    if metric == "ordinal" and not crossed.ordered:
        raise no_order("metric='ordinal'", table.categories)
    return Agreement(
        rows=measure_table(table, asked),
        counts=_as_tuples(table),
        categories=table.categories,
        raters=read.raters,
        n_items=table.n,
        n_single=crossed.n_single,
        n_undecided=crossed.n_undecided,
        level=level,
        scale=words.name,
        stage=read.stage,
        maybe=maybe,
        interval=interval,
        draws=draws if interval == "bootstrap" else 0,
        n_agreed=read.n_agreed,
    )


def _of_many(
    read: Ratings, maybe: str, weighting: Weighting, metric: str, asked: Asked
) -> Agreement:
    panel = read_panel(read, maybe=maybe)
    if not panel.ordered and (weighting.name is not None or metric == "ordinal"):
        what = "metric='ordinal'" if weighting.name is None else f"weights={weighting.name!r}"
        raise no_order(what, panel.categories)
    return Agreement(
        rows=measure_panel(panel, weighting, metric, asked),
        counts=(),
        categories=panel.categories,
        raters=read.raters,
        n_items=panel.n_items,
        n_single=panel.n_single,
        n_undecided=panel.n_undecided,
        level=asked.level,
        scale=asked.scale.name,
        stage=read.stage,
        maybe=maybe,
        interval=asked.interval,
        draws=asked.draws if asked.interval == "bootstrap" else 0,
        n_agreed=read.n_agreed,
    )


def agreement_from_table(
    table: ArrayLike | pd.DataFrame,
    *,
    weights: str | ArrayLike | None = None,
    level: float = 0.95,
    scale: str | Scale = "landis-koch",
    metric: str = "nominal",
    interval: str = "large-sample",
    draws: int = 2000,
    rng: Rng = None,
) -> Agreement:
    """Compute how far two raters agree from their cross-table, as published.

    Parameters
    ----------
    table : array-like or DataFrame of shape (k, k)
        How many items the first rater (rows) and the second (columns) put into each pair of
        categories.  Without labels, two categories are include, exclude.
    weights : {"linear", "quadratic"} or array-like of shape (k, k), optional
        Adds weighted coefficients; the order of the rows is that of the categories.
    level, scale, metric, interval, draws, rng
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
    (95 % interval 0.422–0.939), substantial on landis-koch. The interval spans moderate to
    almost perfect.
    """
    weighting, words = read_weights(weights), choose_scale(scale)
    asked = ask(level, words, interval, draws, rng)
    counts, categories, raters = read_cross_table(table)
    crossed = orient_table(counts, categories, weighting.name, guess=True)
    crossed = _prepare(crossed, weighting, metric)
    return Agreement(
        rows=measure_table(crossed, asked),
        counts=_as_tuples(crossed),
        categories=categories,
        raters=raters,
        n_items=crossed.n,
        n_single=0,
        n_undecided=0,
        level=level,
        scale=words.name,
        interval=interval,
        draws=draws if interval == "bootstrap" else 0,
    )


def _prepare(table: CrossTable, weighting: Weighting, metric: str) -> CrossTable:
    """Return a table with the weights and the metric that were asked for."""
    as_numbers(table.categories, metric)
    return table._replace(penalties=weighting.fit(len(table.counts)), metric=metric)


def _as_tuples(table: CrossTable) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(row) for row in table.counts.tolist())
