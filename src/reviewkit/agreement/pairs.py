"""The search behind feasible tables: which cross-tables round to a kappa.

With n items, s of them disagreed upon, a included by both, and t more included by
the first rater alone than by the second alone,

    kappa = 1 - 2ns/(m(2n - m) + t²),    m = 2a + s.

So for each pair (s, a) the tables that round to a kappa are those whose t² lies in
one interval, and its ends are found in whole numbers.  The n³/6 tables are never
listed: pairs are counted, some at a time, and only what fits is written out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count

__all__ = ["Pairs", "Problem", "expand_pairs", "find_pairs", "variance_range"]

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

_MOST_PAIRS = 30_000_000  # that are looked at: some seconds
_BLOCK = 2**16  # pairs at a time: arrays that a processor keeps at hand
_NO_LIMIT = 2**62


class Problem(NamedTuple):
    """A kappa as printed, and the items that it is about."""

    kappa: int  # in units of the last decimal
    unit: int  # of these make 1
    n: int
    included: int | None


class Pairs(NamedTuple):
    """Pairs (s, a) with the |t| that fit: every second number from `low` to `high`."""

    s: IntArray  # disagreements
    a: IntArray  # included by both
    low: IntArray
    high: IntArray

    @property
    def tables(self) -> IntArray:
        """How many tables each pair stands for: t and -t, but 0 once."""
        return np.asarray((self.high - self.low) // 2 * 2 + 2 - (self.low == 0))

    def rows(self, some: NDArray[np.bool_]) -> Pairs:
        """Return some of the pairs."""
        return Pairs(*(part[some] for part in self))


def find_pairs(problem: Problem, *, half: bool = False) -> Iterator[Pairs]:
    """Yield the pairs (s, a) that some t fits, in ascending order.

    With `half`, those with no more joint inclusions than joint exclusions only: the others are
    the same tables with the categories changed over, so long as no number included is given.
    """
    printed, unit, n, included = problem
    s = np.arange(n + 1)
    # 2ns/(1 - kappa) lies between these: 2nm - m² + t², at the most n² + s²
    least = -(-4 * unit * n * s // (2 * (unit - printed) + 1))
    s, least = (part[least <= n * n + s * s] for part in (s, least))
    upper = 2 * (unit - printed) - 1
    most = 4 * unit * n * s // upper if upper > 0 else np.full(s.size, _NO_LIMIT)
    first = np.zeros_like(s) if included is None else np.maximum(0, included - s)
    last = (n - s) // (1 + half) if included is None else np.minimum(included, n - s)
    width = np.maximum(0, last - first + 1)
    if width.sum() > _MOST_PAIRS:
        raise InputError(
            f"A search must look at no more than {format_count(_MOST_PAIRS)} pairs of "
            f"disagreements and joint inclusions. Got {format_count(int(width.sum()))} for "
            f"n = {n}. Give `included`, or ask for part of the items."
        )
    for block in np.array_split(np.arange(s.size), -(-int(width.sum()) // _BLOCK) or 1):
        rows = np.repeat(block, width[block])
        starts = np.cumsum(width[block]) - width[block]
        a = np.arange(rows.size) - np.repeat(starts - first[block], width[block])
        pairs = _fit(s[rows], a, least[rows], most[rows], n)
        if pairs.s.size:
            yield pairs


def _fit(s: IntArray, a: IntArray, least: IntArray, most: IntArray, n: int) -> Pairs:
    """Return the |t| of each pair for which 2nm - m² + t² lies from `least` to `most`."""
    m = 2 * a + s
    rest = m * (2 * n - m)
    some = (most >= rest) & (least - rest <= s * s) & (rest + s > 0)  # 0: one category only
    s, a, rest, least, most = (part[some] for part in (s, a, rest, least, most))
    low = _floor_root(np.maximum(least - rest, 1) - 1) + (least > rest)
    high = _floor_root(np.minimum(most - rest, s * s))
    low += (low ^ s) & 1  # b = (s + t)/2 is a whole number
    high -= (high ^ s) & 1
    return Pairs(s, a, low, high).rows(low <= high)


def _floor_root(squares: IntArray) -> IntArray:
    """Return the greatest whole numbers whose squares are no greater."""
    roots = np.sqrt(squares.astype(float)).astype(np.int64)
    roots -= roots * roots > squares
    roots += (roots + 1) ** 2 <= squares
    return np.asarray(roots)


def expand_pairs(parts: Sequence[Pairs]) -> IntArray:
    """Return s, a and t of each table, of shape (3, tables), in ascending order."""
    if not parts:
        return np.empty((3, 0), dtype=np.int64)
    s, a, low, high = (np.concatenate(column) for column in zip(*parts, strict=True))
    size = (high - low) // 2 + 1
    step = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
    t = np.repeat(low, size) + 2 * step
    found = np.stack([np.repeat(s, size), np.repeat(a, size), t])
    mirrored = found[:, t > 0] * np.array([[1], [1], [-1]])
    found = np.concatenate([found, mirrored], axis=1)
    return np.asarray(found[:, np.lexsort(found[::-1])])


def variance_range(pairs: Pairs, n: int) -> tuple[float, float]:
    """Return the least and greatest sampling variance of kappa among the tables of pairs.

    It is N(x)/(n x⁴), where x = 1 - chance agreement grows with t² and N is a concave
    parabola, so that it rises to one peak at the most and falls from there: the least is at an
    end of the |t| of a pair, and the greatest there or beside the peak.
    """
    wide = pairs.rows(pairs.high > pairs.low)
    below = _peak(wide, n)
    near = [np.clip(t, wide.low, wide.high).astype(float) for t in (below, below + 2)]
    at_others = [_variance(wide, t, n) for t in (wide.high, *near)]
    found = np.concatenate([_variance(pairs, pairs.low, n), *at_others])
    return float(found.min()), float(found.max())


def _variance(pairs: Pairs, t: FloatArray | IntArray, n: int) -> FloatArray:
    """Return the variance of the slopes of kappa over the four cells, divided by n."""
    s, a = pairs.s, pairs.a
    sigma, mu, bias = s / n, (2 * a + s) / n, t / n
    x = (mu * (2 - mu) + bias**2) / 2
    slopes = x - mu * sigma, (bias - 1) * sigma, (-bias - 1) * sigma, x - (2 - mu) * sigma
    shares = a / n, (s + t) / (2 * n), (s - t) / (2 * n), (n - s - a) / n
    cells = list(zip(shares, slopes, strict=True))
    mean = sum(share * slope for share, slope in cells)
    return np.asarray(sum(share * (slope - mean) ** 2 for share, slope in cells) / (n * x**4))


def _peak(pairs: Pairs, n: int) -> FloatArray:
    """Return the t of each pair, of its parity, at or right below the peak of the variance.

    With N = Ax² + Bx + C it is where 2Ax² + 3Bx + 4C = 0.  Where there is none, or none within
    the pair, any t is returned, for the greatest is at an end then.
    """
    sigma, alpha, mu = pairs.s / n, pairs.a / n, (2 * pairs.a + pairs.s) / n
    beta, nu = 1 - sigma - alpha, 2 - mu
    a = -sigma * (3 + sigma)
    b = 2 * sigma * (2 + sigma * sigma - alpha * mu - beta * nu)
    c = sigma**2 * (alpha * mu**2 + beta * nu**2 + sigma - (sigma - 2) * mu * nu - 4)
    with np.errstate(invalid="ignore", divide="ignore"):
        x = (np.sqrt(9 * b * b - 32 * a * c) - 3 * b) / (4 * a)
        steps = (n * np.sqrt(2 * x - mu * nu) - pairs.low) // 2
    return np.asarray(pairs.low + 2 * np.nan_to_num(steps, nan=0.0, posinf=0.0, neginf=0.0))
