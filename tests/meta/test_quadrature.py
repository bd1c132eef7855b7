"""The integrals behind the binomial-normal model: against brute force and differences."""

import numpy as np
import pytest
from count_cases import choose, glmm_likelihood
from numpy.testing import assert_allclose

from reviewkit.meta.quadrature import LADDER, integrate_logits

STUDIES = [(5, 10), (0, 1000), (1, 10**7), (30, 60), (0, 2), (100, 100), (0, 10**7), (1, 1)]
PLACES = [(-1.0, 0.5), (-5.0, 1.0), (-3.0, 9.0), (-12.0, 2.0), (2.0, 0.01)]


def integrate(x, n, mu, tau2, nodes=257):
    x, n, mu, tau2 = (np.array([[float(part)]]) for part in (x, n, mu, tau2))
    return [float(part[0, 0]) for part in integrate_logits(x, n, mu, tau2, nodes)]


@pytest.mark.parametrize(("mu", "tau2"), PLACES)
@pytest.mark.parametrize(("x", "n"), STUDIES)
def test_value_is_that_of_brute_force(x, n, mu, tau2):
    expected = glmm_likelihood([x], [n], mu, tau2) - choose(x, n)
    slack = 1e-9 + 1e-15 * n
    assert integrate(x, n, mu, tau2)[0] == pytest.approx(expected, rel=1e-12, abs=slack)


@pytest.mark.parametrize(("mu", "tau2"), PLACES)
@pytest.mark.parametrize(("x", "n"), STUDIES)
def test_derivatives_are_those_of_the_value(x, n, mu, tau2):
    _, m, s, mm, ms, ss = integrate(x, n, mu, tau2)
    h, k = 1e-4, 1e-4 * tau2

    def slopes(i, j):
        return np.array(integrate(x, n, mu + i * h, tau2 + j * k))

    # Differences of differences: their error is in proportion to the third derivative.
    by_m, by_s = (slopes(1, 0) - slopes(-1, 0)) / (2 * h), (slopes(0, 1) - slopes(0, -1)) / (2 * k)
    rough = {"rtol": 1e-5, "atol": 1e-6 + 1e-12 * n}
    assert_allclose([m, mm, ms], by_m[[0, 1, 2]], **rough)
    assert_allclose([s * tau2, ms * tau2, ss * tau2], by_s[[0, 1, 2]] * tau2, **rough)


def test_as_tau2_goes_to_zero_nothing_drowns():
    x, n, mu = 500.0, 2000.0, -1.0
    p = 1 / (1 + np.e)
    residual, variance = x - n * p, n * p * (1 - p)
    for tau2 in (1e-7, 1e-8, 1e-9):
        _, m, s, mm, *_ = integrate(x, n, mu, tau2, 17)
        assert_allclose([m, mm], [residual, -variance], rtol=200 * tau2 * variance)
        assert_allclose(s, (residual**2 - variance) / 2, rtol=200 * tau2 * variance)


@pytest.mark.parametrize("nodes", LADDER[1:])
def test_more_nodes_are_no_worse(nodes):
    expected = glmm_likelihood([0], [1000], -5, 4) - choose(0, 1000)
    fewer = LADDER[LADDER.index(nodes) - 1]
    errors = [abs(integrate(0, 1000, -5, 4, count)[0] - expected) for count in (nodes, fewer)]
    assert errors[0] <= errors[1] + 1e-12


def test_a_peak_that_newton_would_swing_about_is_found():
    x, n = np.array([[8181.0]]), np.array([[8181.0]])
    for tau2 in (1e-4, 1.8e-3, 1.3e-2, 0.1):
        mu = np.array([[-5.4]])
        found = integrate_logits(x, n, mu, np.array([[tau2]]), 33).value[0, 0]
        assert found == pytest.approx(glmm_likelihood([8181], [8181], -5.4, tau2), rel=1e-9)
