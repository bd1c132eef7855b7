"""Do small studies show other effects than large ones?  The tests, by name.

A regression test lays a line through the effects, weighted, against some measure of
how small a study is; its slope is the bias, and where the line meets perfect precision
is the limit.  A rank test asks whether effects and variances are ordered alike.  None
of them knows why small studies differ.

Each test is a function of a :class:`Sample`.  To add one, write it and name it in
:data:`ASYMMETRY_TESTS`; the public function, messages and headlines follow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import fsum
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from reviewkit.meta.lines import Line, fit_line, fit_mixed_line, require_three
from reviewkit.meta.models import Method
from reviewkit.meta.ranks import correlate_ranks, expect_events, rank_from_middle

__all__ = ["ASYMMETRY_TESTS", "PREDICTORS", "AsymmetryTest", "Outcome", "Sample"]

FloatArray = NDArray[np.float64]

_NO = float("nan")


@dataclass(frozen=True, slots=True)
class Sample:
    """What a test may look at; arrays of shape (k,), absent where the table has none."""

    effects: FloatArray
    variances: FloatArray
    method: Method
    predictor: str = "se"  # a key of PREDICTORS
    columns: Mapping[str, FloatArray] = field(default_factory=dict)


class Outcome(NamedTuple):
    """What a test finds; NaN where it has no such number."""

    estimate: float  # bias, Kendall's tau or LFK index
    statistic: float
    p_value: float
    se: float = _NO
    df: float = _NO  # NaN with a statistic: normal
    limit: float = _NO  # effect at perfect precision
    limit_se: float = _NO
    k: int | None = None  # studies that it rests on; None: all


class Predictor(NamedTuple):
    """A measure of how small, or how large, a study is."""

    label: str
    needs: tuple[str, ...]
    find: Callable[[Sample], FloatArray]
    vanishes: bool = True  # is 0 at perfect precision, so that there is a limit

    @property
    def sized(self) -> bool:
        """Whether it comes from numbers of people, and not from standard errors."""
        return bool(self.needs)


@dataclass(frozen=True, slots=True)
class AsymmetryTest:
    """A test of small-study effects."""

    label: str  # begins a sentence
    measure: str  # what the estimate is called
    symbol: str  # of the statistic
    run: Callable[[Sample], Outcome]
    needs: tuple[str, ...] = ()  # columns beside effect and variance
    takes_predictor: bool = False
    sized: bool = False  # measures studies by people; else, without such a predictor, by variance

    def is_sized(self, predictor: str) -> bool:
        """Say whether the test, with this predictor, measures studies by people."""
        return self.sized or (self.takes_predictor and PREDICTORS[predictor].sized)


def _from_line(line: Line, *, has_limit: bool = True) -> Outcome:
    limit = (line.limit, line.limit_se) if has_limit else (_NO, _NO)
    return Outcome(
        line.slope, line.statistic, line.p_value, line.slope_se, line.df, *limit, k=line.k
    )


def _egger(sample: Sample) -> Outcome:
    """Lay a line with weights 1/v and a multiplicative error (Egger 1997)."""
    way = PREDICTORS[sample.predictor]
    line = fit_line(sample.effects, way.find(sample), 1 / sample.variances, way.label)
    return _from_line(line, has_limit=way.vanishes)


def _egger_mixed(sample: Sample) -> Outcome:
    """Lay a line by meta-regression, with an additive between-study variance."""
    way = PREDICTORS[sample.predictor]
    line = fit_mixed_line(
        sample.effects, sample.variances, way.find(sample), sample.method, way.label
    )
    return _from_line(line, has_limit=way.vanishes)


def _begg(sample: Sample) -> Outcome:
    """Correlate ranks; exact unless values tie (Begg & Mazumdar 1994)."""
    found = correlate_ranks(_standardise(sample), sample.variances)
    return Outcome(found.tau, found.tau, found.p_value)


def _begg_normal(sample: Sample) -> Outcome:
    """Correlate ranks, by the normal approximation."""
    found = correlate_ranks(_standardise(sample), sample.variances)
    return Outcome(found.tau, found.z, float(2 * ndtr(-abs(found.z))))


def _standardise(sample: Sample) -> FloatArray:
    """Return effects about their common mean, in units of their standard errors from it.

    Sums are exact, so that no order of studies rounds a tie one way or the other.
    """
    w = 1 / sample.variances
    total = fsum(w)
    mean = fsum(w * sample.effects) / total
    return np.asarray((sample.effects - mean) / np.sqrt(sample.variances - 1 / total))


def _peters(sample: Sample) -> Outcome:
    """Lay a line against 1/n, weighted by the variance of the pooled odds (Peters 2006)."""
    return _from_line(_by_size(sample, 1 / sample.columns["total"], "1/n"))


def _macaskill(sample: Sample) -> Outcome:
    """Lay a line against n, weighted by the variance of the pooled odds (Macaskill 2001)."""
    return _from_line(_by_size(sample, sample.columns["total"], "n"), has_limit=False)


def _by_size(sample: Sample, predictor: FloatArray, name: str) -> Line:
    """Lay a line with weights events × others / n.

    Of prevalences, 0.5 is added where either is 0.  Of two groups, a study that
    has no event at all, or nothing else, has no weight and is no study here.
    """
    x, n = sample.columns["events"], sample.columns["total"]
    add = 0.5 * ((x == 0) | (x == n)) if sample.method.transform else 0.0
    weights = np.asarray((x + add) * (n - x + add) / (n + 2 * add))
    some = weights > 0
    return fit_line(sample.effects[some], predictor[some], weights[some], name)


def _pustejovsky(sample: Sample) -> Outcome:
    """Take the part of the standard error that does not depend on the effect."""
    first, second = (sample.columns[f"total_{i}"] for i in (1, 2))
    predictor = np.sqrt(1 / first + 1 / second)
    return _from_line(fit_line(sample.effects, predictor, 1 / sample.variances, "√(1/n₁ + 1/n₂)"))


def _deeks(sample: Sample) -> Outcome:
    """Take the effective sample size, 4 n₁ n₂/(n₁ + n₂) (Deeks 2005)."""
    first, second = (sample.columns[f"total_{i}"] for i in (1, 2))
    size = 4 * first * second / (first + second)
    return _from_line(fit_line(sample.effects, 1 / np.sqrt(size), size, "1/√n effective"))


def _harbord(sample: Sample) -> Outcome:
    """Take the efficient score of the log odds ratio and its variance (Harbord 2006)."""
    a, n1, c, n2 = _informative_cells(sample)
    n, events = n1 + n2, a + c
    score = a - n1 * events / n
    information = n1 * n2 * events * (n - events) / (n**2 * (n - 1))
    return _from_line(
        fit_line(score / information, information**-0.5, information, "1/√information")
    )


def _schwarzer(sample: Sample) -> Outcome:
    """Correlate the ranks of what a table has in excess, and of its information."""
    a, n1, c, n2 = _informative_cells(sample)
    mean, variance = expect_events(a, n1, c, n2)
    found = correlate_ranks((a - mean) / np.sqrt(variance), 1 / variance)
    return Outcome(found.tau, found.z, float(2 * ndtr(-abs(found.z))), k=a.size)


def _informative_cells(sample: Sample) -> tuple[FloatArray, ...]:
    """Return the counts of both groups where they say something of an odds ratio.

    A study without an event in either group, or with nothing else, has no information.
    """
    a, n1, c, n2 = (sample.columns[name] for name in _TABLE)
    some = (a + c > 0) & (a + c < n1 + n2)
    require_three(int(np.count_nonzero(some)))
    return a[some], n1[some], c[some], n2[some]


def _lfk(sample: Sample) -> Outcome:
    """Measure how unlike the limbs of a Doi plot are (Furuya-Kanamori 2018)."""
    found = rank_from_middle(sample.effects, sample.variances)
    return Outcome(found.lfk, found.lfk, _NO)


def _sizes(sample: Sample) -> FloatArray:
    return sample.columns["total"]


#: What a regression test can take the smallness of a study from, by name.
PREDICTORS: Mapping[str, Predictor] = MappingProxyType(
    {
        "se": Predictor("standard error", (), lambda s: np.sqrt(s.variances)),
        "variance": Predictor("sampling variance", (), lambda s: s.variances),
        "n": Predictor("n", ("total",), _sizes, vanishes=False),
        "1/n": Predictor("1/n", ("total",), lambda s: 1 / _sizes(s)),
        "sqrt(n)": Predictor("√n", ("total",), lambda s: np.sqrt(_sizes(s)), vanishes=False),
        "1/sqrt(n)": Predictor("1/√n", ("total",), lambda s: 1 / np.sqrt(_sizes(s))),
    }
)

_COUNTS, _SIZES = ("events", "total"), ("total_1", "total_2")
_TABLE = ("events_1", "total_1", "events_2", "total_2")

#: Tests by name.
ASYMMETRY_TESTS: Mapping[str, AsymmetryTest] = MappingProxyType(
    {
        "egger": AsymmetryTest(
            "Egger’s regression, classical,", "bias", "t", _egger, takes_predictor=True
        ),
        "egger-mixed": AsymmetryTest(
            "Egger’s regression with between-study variance", "bias", "t", _egger_mixed,
            takes_predictor=True,
        ),
        "begg": AsymmetryTest("Begg’s rank correlation", "Kendall’s τ", "τ", _begg),
        "begg-normal": AsymmetryTest(
            "Begg’s rank correlation, normal approximation,", "Kendall’s τ", "z", _begg_normal
        ),
        "peters": AsymmetryTest(
            "Peters’ regression", "bias", "t", _peters, _COUNTS, sized=True
        ),
        "macaskill": AsymmetryTest(
            "Macaskill’s regression", "slope", "t", _macaskill, _COUNTS, sized=True
        ),
        "harbord": AsymmetryTest("Harbord’s score test", "bias", "t", _harbord, _TABLE),
        "deeks": AsymmetryTest("Deeks’ regression", "bias", "t", _deeks, _SIZES, sized=True),
        "schwarzer": AsymmetryTest(
            "Schwarzer’s rank correlation", "Kendall’s τ", "z", _schwarzer, _TABLE
        ),
        "pustejovsky": AsymmetryTest(
            "Pustejovsky and Rodgers’ regression", "bias", "t", _pustejovsky, _SIZES,
            sized=True,
        ),
        "lfk": AsymmetryTest("Doi plot", "LFK index", "LFK", _lfk),
    }
)  # fmt: skip
