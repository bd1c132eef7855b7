"""Coefficients of agreement for any number of raters, from the patterns of items.

All are 1 - D/E: the disagreement D within items, against the disagreement E that is
expected by chance.  They differ in E: from the choices of all raters together
(Scott, Fleiss), of each rater (Conger), from the spread of the categories in use
(Gwet), from the number of categories (Brennan and Prediger), or from all pairs of
verdicts without return (Krippendorff).  Light's is the mean over pairs of raters.

Each function takes any number of samples at once, for the bootstrap; of a single
one it also gives the slope, how much an item of each pattern moves the coefficient.
An item with one verdict tells how raters choose but nothing on agreement, except for
alpha, which leaves it out.  To add a coefficient, name its function in :data:`CHANCE`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reviewkit.agreement.alpha import find_alpha
from reviewkit.agreement.patterns import View

__all__ = ["CHANCE", "Chance", "Found"]

FloatArray = NDArray[np.float64]


class Found(NamedTuple):
    """A coefficient in each sample, NaN where it is 0/0, and its slope in the first."""

    values: FloatArray  # (B,)
    slope: FloatArray  # (m,); by the share of items, centred
    items: float  # how many items the slope is about


class Expected(NamedTuple):
    """Disagreement by chance, and its slope in the first sample."""

    values: FloatArray  # (B,)
    slope: FloatArray  # (m,)


class Chance(NamedTuple):
    """A coefficient: what it is called, and how it is found."""

    label: str
    find: Callable[[View], Found]
    against_chance: bool = True


def _correct(view: View, expect: Callable[[View], Expected]) -> Found:
    """Return 1 - D/E and its slope, where E is what `expect` says."""
    seen = view.counts.sum(axis=1)
    several = seen > 1
    pairs = np.where(several, seen * (seen - 1), 1.0)
    apart = ((view.counts @ view.penalties) * view.counts).sum(axis=1) / pairs
    n, n_several = view.times.sum(axis=1), view.times @ several
    expected = expect(view)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = 1 - (view.times @ (apart * several)) / (n_several * expected.values)
        values[expected.values <= 0] = np.nan
        share = several * (n[0] / n_several[0])
        slope = share * (1 - apart / expected.values[0]) - values[0]
        slope += (1 - values[0]) * expected.slope / expected.values[0]
    return Found(values, slope, float(n[0]))


def _shares(view: View) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the share of each category per item, (m, k), and in all, (B, k); n, (B,)."""
    within = view.counts / view.counts.sum(axis=1, keepdims=True)
    n = view.times.sum(axis=1)
    return within, view.times @ within / n[:, None], n


def _expect_always(view: View) -> Expected:
    """Leave chance out: 1 - D is the share of pairs that agree."""
    return Expected(np.ones(len(view.times)), np.zeros(len(view.codes)))


def _expect_uniform(view: View) -> Expected:
    by_chance = view.penalties.mean()
    return Expected(np.full(len(view.times), by_chance), np.zeros(len(view.codes)))


def _expect_pooled(view: View) -> Expected:
    within, shares, _ = _shares(view)
    carried = shares @ view.penalties
    values = (carried * shares).sum(axis=1)
    return Expected(values, 2 * (within @ carried[0] - values[0]))


def _expect_spread(view: View) -> Expected:
    within, shares, _ = _shares(view)
    k = shares.shape[1]
    weight = (1 - view.penalties).sum() / (k * (k - 1)) if k > 1 else 0.0
    values = 1 - weight * (shares * (1 - shares)).sum(axis=1)
    slope = -weight * (within - shares[0]) @ (1 - 2 * shares[0])
    return Expected(values, np.asarray(slope))


def _expect_by_rater(view: View) -> Expected:
    """Average over pairs of raters, each with choices of their own."""
    k, r = view.counts.shape[1], view.codes.shape[1]
    marked = (view.codes[:, :, None] == np.arange(k)).astype(float)  # (m, r, k)
    chosen = np.tensordot(view.times, marked, axes=1)  # (B, r, k)
    by_rater = chosen.sum(axis=2, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):  # a draw may miss a rater
        shares = chosen / by_rater
    others = (shares.sum(axis=1, keepdims=True) - shares) @ view.penalties
    pairs = r * (r - 1)
    values = (others * shares).sum(axis=(1, 2)) / pairs
    mean = (others[0] * shares[0]).sum(axis=1)
    moved = (marked * others[0]).sum(axis=2) - (view.codes >= 0) * mean
    slope = moved @ (view.times[0].sum() / by_rater[0, :, 0])
    return Expected(values, 2 * slope / pairs)


def _light(view: View) -> Found:
    """Average Cohen's kappa over pairs of raters, on the items that all decided."""
    full = (view.codes >= 0).all(axis=1)
    parts = []
    for pair in combinations(range(view.codes.shape[1]), 2):
        codes = view.codes[full][:, pair]
        counts = (codes[:, :, None] == np.arange(view.counts.shape[1])).sum(axis=1).astype(float)
        part = view._replace(codes=codes, counts=counts, times=view.times[:, full])
        parts.append(_correct(part, _expect_by_rater))
    slope = np.zeros(full.size)
    slope[full] = np.mean([part.slope for part in parts], axis=0)
    values = np.mean([part.values for part in parts], axis=0)
    return Found(values, slope, float(view.times[0, full].sum()))


def _alpha(view: View) -> Found:
    return Found(*find_alpha(view))


#: Coefficients of any number of raters by name, in the order in which they are printed.
CHANCE: Mapping[str, Chance] = MappingProxyType(
    {
        "percent_agreement": Chance(
            "percent agreement", lambda v: _correct(v, _expect_always), against_chance=False
        ),
        "pabak": Chance("PABAK", lambda v: _correct(v, _expect_uniform)),
        "gwet_ac1": Chance("Gwet's AC1", lambda v: _correct(v, _expect_spread)),
        "scott_pi": Chance("Scott's pi", lambda v: _correct(v, _expect_pooled)),
        "fleiss_kappa": Chance("Fleiss' kappa", lambda v: _correct(v, _expect_pooled)),
        "conger_kappa": Chance("Conger's kappa", lambda v: _correct(v, _expect_by_rater)),
        "light_kappa": Chance("Light's kappa", _light),
        "krippendorff_alpha": Chance("Krippendorff's alpha", _alpha),
    }
)
