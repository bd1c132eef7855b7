"""Counts as effects: the scales on which proportions are pooled, and the way back.

A study counts x events among n people.  A transformation turns the counts into
an effect whose sampling variance is known, and whose distribution is nearer to
the normal one; a pooled effect is turned back into a proportion.  On the
arcsines the variance depends on n only, so that 0 of n and n of n need nothing
added; the others add 0.5 to events and non-events of the affected studies,
and of these only (metafor's ``to="only0"``).

To add a transformation, write its two directions and name it in
:data:`TRANSFORMS`; functions, messages, recipes and tests follow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

from reviewkit._core.check import check_choice
from reviewkit._core.errors import InputError
from reviewkit.meta.comparisons import COMPARISONS
from reviewkit.meta.studies import Table, read_counts, read_measures

__all__ = [
    "TRANSFORMS",
    "Transform",
    "compute_effects",
    "find_harmonic_mean",
    "transform_counts",
]

FloatArray = NDArray[np.float64]
Pair = tuple[FloatArray, FloatArray]


@dataclass(frozen=True, slots=True)
class Transform:
    """A scale on which proportions are pooled.

    `forward` takes events and totals and returns effects and variances;
    `inverse` takes effects and the sample size behind them, and returns
    proportions, cut to [0, 1] where the effects lie beyond what counts can give.
    """

    label: str  # "logits", for a sentence
    back: str  # how a pooled effect becomes a proportion; empty: it is one
    forward: Callable[[FloatArray, FloatArray], Pair]
    inverse: Callable[[FloatArray, FloatArray | float], FloatArray]
    corrected: bool = True  # add 0.5 where no event, or nothing else, was counted
    bounded: bool = True  # effects can lie beyond what any proportion has
    sized: bool = False  # the way back depends on n


def compute_effects(
    data: Table,
    *,
    transform: str = "logit",
    effect: str | None = None,
    columns: Mapping[str, str] | None = None,
    events: str = "events",
    total: str = "total",
    study: str = "study",
) -> pd.DataFrame:
    """Turn counts, or means, or correlations, into effects and their sampling variances.

    Parameters
    ----------
    data : DataFrame or mapping of columns
        One row a study.
    transform : {"logit", "freeman-tukey", "arcsine", "log", "raw"}, default "logit"
        Log odds; the double arcsine [1]_ halved, as metafor's ``PFT``; the
        arcsine of the square root; the logarithm; the proportion itself.
    effect : str, optional
        Instead of a prevalence, what compares two groups or relates two things:
        "log-odds-ratio", "log-risk-ratio", "risk-difference" (of columns ``events_1,
        total_1, events_2, total_2``), "mean-difference", "hedges-g" [2]_ (``mean_1, sd_1,
        total_1, mean_2, sd_2, total_2``), "fisher-z" (``correlation, total``).
    columns : mapping of str, optional
        What these columns are called in `data`, as in ``{"events_1": "ill_exposed"}``.
    events, total, study : str
        Columns: people with the event, people in all, name of the study.

    Returns
    -------
    DataFrame
        Columns ``study, effect, variance``, with the index of `data`; of an `effect` also
        ``total`` and the columns that it is made of, for tests that need them.

    Raises
    ------
    InputError
        If a column is missing, or cells are no counts; all of them are named.

    Notes
    -----
    Where a study has no event or nothing else, 0.5 is added to its events and
    to its non-events on the logit, log and raw scales.  Of two groups, 0.5 is added
    to all four cells of a study in which one is 0, and to no other study; a
    study without events in both groups stays in (as in metafor; R's meta drops it).
    Differences are group 1 less group 2, ratios 1 over 2; variances are those of large
    samples, and g has the exact correction for small ones.

    References
    ----------
    .. [1] Freeman & Tukey (1950). doi:10.1214/aoms/1177729756
    .. [2] Hedges (1981). doi:10.3102/10769986006002107

    Examples
    --------
    >>> data = {"study": ["Coffey 1999", "Garcia"], "events": [35, 108], "total": [80, 125]}
    >>> compute_effects(data).round(4)
             study  effect  variance
    0  Coffey 1999 -0.2513    0.0508
    1       Garcia  1.8489    0.0681
    >>> groups = {"study": ["A"], "events_1": [12], "total_1": [40], "events_2": [6], "total_2": [38]}
    >>> compute_effects(groups, effect="log-odds-ratio")[["study", "effect", "variance"]].round(4)
      study  effect  variance
    0     A  0.8267     0.317
    """
    if effect is not None:
        return _compare(data, check_choice("effect", effect, COMPARISONS), columns or {}, study)
    if columns is not None:
        raise InputError(
            "`columns` must come with an `effect`. Got it without one. Name the columns of a "
            "prevalence by events=… and total=…."
        )
    chosen = TRANSFORMS[check_choice("transform", transform, TRANSFORMS)]
    counts = read_counts(data, events=events, total=total, study=study)
    effects, variances = transform_counts(counts.events, counts.total, chosen)
    found = {"study": list(counts.study), "effect": effects, "variance": variances}
    return pd.DataFrame(found, index=data.index if isinstance(data, pd.DataFrame) else None)


def _compare(data: Table, effect: str, named: Mapping[str, str], study: str) -> pd.DataFrame:
    """Return the effects of a comparison, with what they are made of."""
    chosen = COMPARISONS[effect]
    for name in named:
        check_choice("columns", name, chosen.columns)
    names = {name: named.get(name, name) for name in chosen.columns}
    found = read_measures(data, columns=names, study=study, rules=chosen.rules, rule=chosen.rule)
    effects, variances = chosen.compute(found.numbers)
    columns = {"study": list(found.study), "effect": effects, "variance": variances}
    if "total" not in found.numbers:
        columns["total"] = found.numbers["total_1"] + found.numbers["total_2"]
    index = data.index if isinstance(data, pd.DataFrame) else None
    return pd.DataFrame(columns | found.numbers, index=index)


def transform_counts(events: FloatArray, total: FloatArray, transform: Transform) -> Pair:
    """Return effects and variances of checked counts."""
    if transform.corrected:
        add = 0.5 * ((events == 0) | (events == total))
        events, total = events + add, total + 2 * add
    return transform.forward(events, total)


def find_harmonic_mean(total: FloatArray) -> float:
    """Return the one sample size that stands for all on the way back."""
    return float(total.size / (1 / total).sum())


def _to_logit(x: FloatArray, n: FloatArray) -> Pair:
    return np.log(x / (n - x)), 1 / x + 1 / (n - x)


def _to_log(x: FloatArray, n: FloatArray) -> Pair:
    return np.log(x / n), (n - x) / (x * n)


def _to_raw(x: FloatArray, n: FloatArray) -> Pair:
    p = x / n
    return p, p * (n - x) / (n * n)


def _to_arcsine(x: FloatArray, n: FloatArray) -> Pair:
    return _angle(x, n), 0.25 / n


def _to_double_arcsine(x: FloatArray, n: FloatArray) -> Pair:
    return (_angle(x, n + 1) + _angle(x + 1, n + 1)) / 2, 0.25 / (n + 0.5)


def _angle(x: FloatArray, n: FloatArray) -> FloatArray:
    """Return arcsin √(x/n), exact at both ends."""
    return np.asarray(np.arctan2(np.sqrt(x), np.sqrt(n - x)))


def _from_logit(effect: FloatArray, _: FloatArray | float) -> FloatArray:
    return np.asarray(expit(effect))


def _from_log(effect: FloatArray, _: FloatArray | float) -> FloatArray:
    return np.exp(np.minimum(effect, 0.0))


def _from_raw(effect: FloatArray, _: FloatArray | float) -> FloatArray:
    return np.clip(effect, 0.0, 1.0)


def _from_arcsine(effect: FloatArray, _: FloatArray | float) -> FloatArray:
    return np.asarray(np.sin(np.clip(effect, 0.0, np.pi / 2)) ** 2)


def _from_double_arcsine(effect: FloatArray, n: FloatArray | float) -> FloatArray:
    """Invert as Miller (1978, doi:10.1080/00031305.1978.10479283), for a sample of n.

    With s and c the sine and cosine of twice the effect and ``a = s - c²/(ns)``, his
    ``p = (1 - sign(c)√(1 - a²))/2``.  As ``1 - a² = c²(1 + 2/n - c²/(ns)²)``, the root
    is taken where it costs no digits.
    """
    size = np.asarray(n, dtype=float)
    ends = [_to_double_arcsine(x, size)[0] for x in (0 * size, size)]
    angle = 2 * np.clip(effect, *ends)
    s, c = np.sin(angle), np.cos(angle)
    a = s - c * c / (n * s)
    root = c * np.sqrt(np.maximum(0.0, 1 + 2 / n - (c / (n * s)) ** 2))
    p = np.where(c > 0, a * a / (2 * (1 + np.abs(root))), (1 - root) / 2)
    p = np.where(effect <= ends[0], 0.0, np.where(effect >= ends[1], 1.0, p))
    return np.where(np.isnan(effect), np.nan, np.clip(p, 0.0, 1.0))


#: Scales on which proportions are pooled, by name.
TRANSFORMS: Mapping[str, Transform] = MappingProxyType(
    {
        "logit": Transform("logits", "the inverse logit", _to_logit, _from_logit, bounded=False),
        "freeman-tukey": Transform(
            "Freeman–Tukey double arcsines",
            "Miller’s inverse",
            _to_double_arcsine,
            _from_double_arcsine,
            corrected=False,
            sized=True,
        ),
        "arcsine": Transform(
            "arcsines of the square root",
            "the squared sine",
            _to_arcsine,
            _from_arcsine,
            corrected=False,
        ),
        "log": Transform("logarithms", "the exponential", _to_log, _from_log),
        "raw": Transform("raw proportions", "", _to_raw, _from_raw),
    }
)
