"""Permutation tests: how often chance alone gives as strong a relation as the one found.

If moderators say nothing about effects, any order of the moderators among the
studies was equally likely (Higgins & Thompson 2004, doi:10.1002/sim.1752).  All orders
are fitted as one batch, each with a tau² of its own: every order there is where they
are few, else a random choice.  A pooled effect without moderators is tested by its
signs, which are as likely to be the other way round if the true mean is 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from math import factorial, prod
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit._core.check import check_rng
from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count, format_p
from reviewkit._core.result import Result
from reviewkit.meta.regression_batch import BatchRegression, fit_regressions

__all__ = ["PermutationTest", "permute_rows", "permute_signs"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

_TIE = 1e-7  # relative; orders that are the same to the data differ by rounding only
_BLOCK = 2**22  # numbers in a block of orders: 32 MB


@dataclass(frozen=True, slots=True, eq=False)
class PermutationTest(Result):
    """Share of orders whose statistic is as far from 0 as the observed one, or farther."""

    title: ClassVar[str] = "Permutation test"

    names: tuple[str, ...]
    statistic: FloatArray  # (p,), of the data as they are
    p_values: FloatArray  # (p,)
    omnibus_p: float  # of all moderators together; NaN without any
    n: int  # orders that were fitted, the observed one not counted if drawn at random
    exact: bool  # whether these are all there are

    def to_frame(self) -> pd.DataFrame:
        """Return ``coefficient, statistic, p_value``, one row a coefficient."""
        return pd.DataFrame(
            {
                "coefficient": [*self.names],
                "statistic": self.statistic,
                "p_value": self.p_values,
            }
        )

    @property
    def recipe(self) -> str:
        """How the p-values came about."""
        orders = f"permutation test, {format_count(self.n)} orders"
        if self.exact:
            return f"{orders}, all there are"
        least = f"the least p-value possible is 1/{format_count(self.n + 1)}"
        return f"{orders} drawn at random beside the observed one, so that {least}"

    def _headline(self) -> str:
        p = self.omnibus_p if len(self.names) > 1 else float(self.p_values[0])
        return f"{format_p(p)} ({self.recipe})"


@dataclass(frozen=True, slots=True)
class _Fitter:
    """How one block of data sets is fitted."""

    design: FloatArray
    tested: tuple[int, ...]
    tau2: str | None
    ci: str

    def __call__(self, effects: FloatArray, variances: FloatArray) -> BatchRegression:
        return fit_regressions(
            effects, variances, self.design, tau2=self.tau2, ci=self.ci, tested=self.tested
        )


def permute_rows(
    effects: FloatArray, variances: FloatArray, design: FloatArray, *,
    names: tuple[str, ...], tested: tuple[int, ...], tau2: str | None, ci: str,
    n: int, rng: np.random.Generator | int | None,
) -> PermutationTest:  # fmt: skip
    """Test coefficients by exchanging the moderators of studies, whole rows at a time."""
    if not tested:
        raise InputError(
            "A permutation test of a meta-regression must have moderators. Got an intercept alone. "
            "Name one in the formula."
        )
    k = effects.size
    _, kind = np.unique(design, axis=0, return_inverse=True)
    kind = kind.ravel()
    counts = np.bincount(kind)
    total = factorial(k) // prod(factorial(int(c)) for c in counts)
    exact = total <= _check_count(n)
    fit = _Fitter(design, tested, tau2, ci)

    def draw() -> Iterator[BatchRegression]:
        if exact:
            places = np.argsort(kind, kind="stable")
            orders = np.empty((total, k), dtype=np.intp)
            orders[:, places] = np.argsort(_arrange(counts), axis=1, kind="stable")
            yield fit(effects[orders], variances[orders])
            return
        source = check_rng(rng)
        for size in _sizes(n, k):
            orders = source.permuted(np.tile(np.arange(k), (size, 1)), axis=1)
            yield fit(effects[orders], variances[orders])

    return _count(fit(effects, variances), draw, names, total if exact else n, exact)


def permute_signs(
    effects: FloatArray, variances: FloatArray, *, tau2: str | None, ci: str, n: int,
    rng: np.random.Generator | int | None,
) -> PermutationTest:  # fmt: skip
    """Test a pooled effect by turning the signs of studies."""
    k = effects.size
    exact = 2**k <= _check_count(n)
    fit = _Fitter(np.ones((k, 1)), (0,), tau2, ci)

    def draw() -> Iterator[BatchRegression]:
        if exact:
            signs = 1 - 2 * (np.arange(2**k)[:, None] >> np.arange(k) & 1)
            yield fit(effects * signs, variances)
            return
        source = check_rng(rng)
        for size in _sizes(n, k):
            yield fit(effects * source.choice([-1.0, 1.0], (size, k)), variances)

    return _count(fit(effects, variances), draw, ("mean",), 2**k if exact else n, exact)


def _count(
    observed: BatchRegression, draw: Callable[[], Iterator[BatchRegression]],
    names: tuple[str, ...], n: int, exact: bool,
) -> PermutationTest:  # fmt: skip
    """Count orders at least as extreme; those drawn at random are joined by the observed one."""
    statistic, omnibus = observed.statistic[0], float(observed.omnibus[0])
    own = 0 if exact else 1
    extreme, together = np.full(statistic.size, float(own)), float(own)
    for found in draw():
        # A fit without residuals has no statistic: it counts as the farthest of all.
        far = ~(np.abs(found.statistic) < np.abs(statistic) * (1 - _TIE))
        extreme += far.sum(axis=0)
        together += float(np.count_nonzero(~(found.omnibus < omnibus * (1 - _TIE))))
    share = together / (n + own) if np.isfinite(omnibus) else np.nan
    p_values = np.where(np.isfinite(statistic), extreme / (n + own), np.nan)
    return PermutationTest(names, statistic, p_values, share, n, exact)


def _check_count(n: int) -> int:
    if not isinstance(n, int | np.integer) or n < 1:
        raise InputError(f"`n` must be a whole number of orders, 1 or more. Got {n!r}.")
    return int(n)


def _sizes(n: int, k: int) -> Iterator[int]:
    """Yield how many orders each block has."""
    size = max(1, _BLOCK // k)
    for start in range(0, n, size):
        yield min(size, n - start)


def _arrange(counts: IntArray) -> IntArray:
    """Return every arrangement of kinds, of which there are so many each, one a row."""
    k = int(counts.sum())
    rows = np.full((1, k), -1, dtype=np.intp)
    for kind, count in enumerate(counts.tolist()):
        free = np.flatnonzero(rows[0] < 0).size
        choices = np.array([*combinations(range(free), count)], dtype=np.intp)
        places = np.argsort(rows >= 0, axis=1, kind="stable")[:, :free]  # the free ones first
        places = places[:, choices].reshape(-1, count)
        rows = np.repeat(rows, len(choices), axis=0)
        np.put_along_axis(rows, places, kind, axis=1)
    return rows
