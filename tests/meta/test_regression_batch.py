"""Many regressions at once: one call is as good as many."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from reviewkit._core.errors import InputError
from reviewkit.meta import regression_batch
from reviewkit.meta.engine import INTERVALS, fit_batch
from reviewkit.meta.regression_batch import fit_regressions
from reviewkit.meta.tau2 import ESTIMATORS

RNG = np.random.default_rng(11)
K = 14
X = np.column_stack([np.ones(K), RNG.normal(size=K), RNG.integers(0, 2, K)])
V = RNG.uniform(0.01, 0.5, K)
Y = RNG.normal(0.4 * X[:, 1], np.sqrt(V + 0.2))
FIELDS = ("coefficients", "covariance", "statistic", "tau2", "i2", "h2", "q", "q_p", "omnibus", "k")


def assert_same(batch, row, single):
    for name in FIELDS:
        assert_allclose(getattr(batch, name)[row], getattr(single, name)[0], rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize("ci", INTERVALS)
@pytest.mark.parametrize("tau2", [*ESTIMATORS, None])
def test_rows_of_effects_are_fits_of_their_own(tau2, ci):
    order = np.array([RNG.permutation(K) for _ in range(5)])
    batch = fit_regressions(Y[order], V[order], X, tau2=tau2, ci=ci)
    for row, at in enumerate(order):
        assert_same(batch, row, fit_regressions(Y[at], V[at], X, tau2=tau2, ci=ci))


@pytest.mark.parametrize("tau2", [*ESTIMATORS, None])
def test_leaving_out_is_a_fresh_fit_without_the_study(tau2):
    batch = fit_regressions(Y, V, X, mask=~np.eye(K, dtype=bool), tau2=tau2)
    for row in range(K):
        kept = np.arange(K) != row
        assert_same(batch, row, fit_regressions(Y[kept], V[kept], X[kept], tau2=tau2))


def test_a_column_of_ones_is_the_engine():
    ones = fit_regressions(Y, V, np.ones((K, 1)), tau2="REML", ci="HK")
    pooled = fit_batch(Y, V)
    assert_allclose(ones.coefficients[0, 0], pooled.estimate[0], rtol=1e-10)
    assert_allclose(ones.covariance[0, 0, 0], pooled.se[0] ** 2, rtol=1e-9)
    assert_allclose((ones.i2[0], ones.h2[0], ones.q[0]), (pooled.i2[0], pooled.h2[0], pooled.q[0]))


def test_a_fit_that_cannot_tell_columns_apart_is_nan():
    mask = np.ones((3, K), dtype=bool)
    mask[1, X[:, 2] == 1] = False  # the third column is 0 in what is left
    mask[2, 3:] = False  # as many studies as columns
    batch = fit_regressions(Y, V, X, mask=mask)
    for name in FIELDS:
        values = getattr(batch, name)
        assert np.isfinite(values[0]).all()
        assert np.isnan(values[1:]).all()


def test_what_a_fit_leaves_out_may_be_nothing():
    y, v = np.tile(Y, (2, 1)), np.tile(V, (2, 1))
    mask = np.ones((2, K), dtype=bool)
    y[1, 0], v[1, 0], mask[1, 0] = np.nan, np.nan, False
    batch = fit_regressions(y, v, X, mask=mask)
    assert_same(batch, 1, fit_regressions(Y[1:], V[1:], X[1:]))


def test_blocks_give_the_same(monkeypatch):
    mask = ~np.eye(K, dtype=bool)
    whole = fit_regressions(Y, V, X, mask=mask)
    monkeypatch.setattr(regression_batch, "_BLOCK", 3 * K)
    split = fit_regressions(Y, V, X, mask=mask)
    for name in FIELDS:
        assert_allclose(getattr(split, name), getattr(whole, name), rtol=1e-9)


def test_only_some_columns_are_tested():
    found = fit_regressions(Y, V, X, tested=[1])
    assert_allclose(found.omnibus[0], found.statistic[0, 1] ** 2)
    assert np.isnan(fit_regressions(Y, V, X, tested=[]).omnibus[0])


class TestMisuse:
    @pytest.mark.parametrize(
        ("design", "message"),
        [
            (X[:5], r"shape \(k, p\), k = 14 studies. Got shape \(5, 3\)"),
            (np.full((K, 1), np.nan), "finite numbers"),
            (np.column_stack([X, X[:, 1] * 2]), "linearly independent. Column 3 is a sum of"),
            (np.zeros((K, 1)), "linearly independent. Column 0"),
        ],
    )
    def test_designs(self, design, message):
        with pytest.raises(InputError, match=message):
            fit_regressions(Y, V, design)

    def test_options(self):
        with pytest.raises(InputError, match="`tau2` must be one of"):
            fit_regressions(Y, V, X, tau2="FE")
        with pytest.raises(InputError, match="`ci` must be one of"):
            fit_regressions(Y, V, X, ci="knha")
