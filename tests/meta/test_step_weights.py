"""The likelihood of a selection model against the textbook, and its peak by its laws."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from meta_cases import studies
from numpy.testing import assert_allclose
from scipy.stats import norm

from reviewkit.meta.step_weights import MOST, fit_steps

EFFECTS = np.array([0.05, 0.22, 0.21, 0.45, 0.1, 0.3, 0.85, 1.1, -0.2, 0.5])
VARIANCES = np.array([0.005, 0.006, 0.02, 0.03, 0.05, 0.09, 0.11, 0.2, 0.04, 0.03])


def weigh(y, v, steps, weights):
    """Return the weight of a study by its one-sided p-value."""
    return np.asarray(weights)[np.searchsorted(steps, norm.sf(y / np.sqrt(v)))]


def log_likelihood(mean, tau2, weights, steps, y=EFFECTS, v=VARIANCES):
    """Write the likelihood study by study, unlike the library, so that a slip there shows here."""
    total = 0.0
    for yi, vi in zip(y, v, strict=True):
        s = np.sqrt(vi + tau2)
        ends = [-np.inf, *np.sqrt(vi) * norm.isf(steps[::-1]), np.inf]
        inside = [ends[1] - 1, *((a + b) / 2 for a, b in pairwise(ends[1:-1])), ends[-2] + 1]
        whole = weigh(np.array(inside), vi, steps, weights) @ np.diff(norm.cdf(ends, mean, s))
        total += np.log(norm.pdf(yi, mean, s) * weigh(yi, vi, steps, weights) / whole)
    return total


@pytest.mark.parametrize("steps", [[0.025], [0.025, 0.5], [0.01, 0.05, 0.5]])
def test_the_likelihood_is_that_of_the_textbook(steps):
    steps = np.array(steps)
    fit = fit_steps(EFFECTS, VARIANCES, steps, varies=True, greater=True)
    theirs = log_likelihood(fit.mean, fit.tau2, fit.weights, steps)
    # A weight that is 0 in the result was 1e-8 in the search.
    assert fit.log_likelihood == pytest.approx(theirs, abs=1e-6)


@pytest.mark.parametrize("steps", [[0.025], [0.025, 0.5]])
def test_nothing_near_the_peak_is_higher(steps):
    fit = fit_steps(EFFECTS, VARIANCES, np.array(steps), varies=True, greater=True)
    rng = np.random.default_rng(1)
    for _ in range(20):
        weights = [1.0, *(fit.weights[1:] * np.exp(0.1 * rng.normal(size=len(steps))))]
        tau2 = max(0.0, fit.tau2 + 0.01 * rng.normal())
        there = log_likelihood(fit.mean + 0.05 * rng.normal(), tau2, weights, steps)
        assert there <= fit.log_likelihood + 1e-7


def test_standard_errors_are_the_curvature():
    steps = np.array([0.025])
    effects = np.concatenate([EFFECTS, EFFECTS + 0.3, -EFFECTS])
    variances = np.tile(VARIANCES, 3)
    fit = fit_steps(effects, variances, steps, varies=True, greater=True)
    x = np.array([fit.mean, fit.tau2, fit.weights[1]])
    h = 1e-3 * np.maximum(np.abs(x), 0.05)

    def at(*moves):
        there = x + h * np.array(moves)
        return log_likelihood(*there[:2], [1.0, there[2]], steps, effects, variances)

    unit = np.eye(3)
    curve = [
        [(at(*(a + b)) - at(*(a - b)) - at(*(b - a)) + at(*(-a - b))) / 4 for a in unit]
        for b in unit
    ]
    se = np.sqrt(np.diag(np.linalg.inv(-np.array(curve) / np.outer(h, h))))
    assert_allclose([fit.mean_se, fit.tau2_se, fit.weights_se[1]], se, rtol=1e-3)


@settings(max_examples=25)
@given(pair=studies(max_k=10), scale=st.sampled_from([1e-4, 8.0, 1e4]))
def test_units_change_nothing(pair, scale):
    effects, variances = pair
    assume(effects.size > 3)
    steps = np.array([0.025])
    first = fit_steps(effects, variances, steps, varies=True, greater=True)
    other = fit_steps(scale * effects, scale**2 * variances, steps, varies=True, greater=True)
    ratio = other.log_likelihood + effects.size * np.log(scale)
    assert ratio == pytest.approx(first.log_likelihood, abs=1e-6)
    assert other.tau2 >= 0
    assert (other.weights >= 0).all()
    assert (other.weights <= MOST * (1 + 1e-9)).all()


@settings(max_examples=25)
@given(studies(max_k=10))
def test_turned_effects_favour_the_other_side(pair):
    effects, variances = pair
    assume(effects.size > 3)
    steps = np.array([0.05])
    first = fit_steps(effects, variances, steps, varies=True, greater=True)
    other = fit_steps(-effects, variances, steps, varies=True, greater=False)
    assert other.log_likelihood == pytest.approx(first.log_likelihood, abs=1e-9)
    assert other.mean == pytest.approx(-first.mean, abs=1e-9)
    assert first.log_likelihood >= first.plain - 1e-9


def test_selection_that_was_there_is_found():
    rng = np.random.default_rng(7)
    v = rng.uniform(0.01, 0.2, 6000)
    y = rng.normal(0.2, np.sqrt(v + 0.04))
    kept = rng.random(6000) < weigh(y, v, [0.025], [1.0, 0.25])
    fit = fit_steps(y[kept], v[kept], np.array([0.025]), varies=True, greater=True)
    assert abs(fit.mean - 0.2) < 3 * fit.mean_se < 0.1
    assert abs(fit.tau2 - 0.04) < 3 * fit.tau2_se
    assert abs(fit.weights[1] - 0.25) < 3 * fit.weights_se[1]


def test_weights_without_studies_are_at_a_limit():
    low = fit_steps(np.abs(EFFECTS) + 1, VARIANCES, np.array([0.05]), varies=True, greater=True)
    assert low.counts.tolist() == [10, 0]
    assert low.weights[1] == 0
    assert np.isnan(low.weights_se[1])
    high = fit_steps(-np.abs(EFFECTS) - 1, VARIANCES, np.array([0.05]), varies=True, greater=True)
    assert high.counts.tolist() == [0, 10]
    assert high.weights[1] == pytest.approx(MOST)


def test_the_common_effect_has_no_tau2():
    fit = fit_steps(EFFECTS, VARIANCES, np.array([0.025]), varies=False, greater=True)
    assert fit.tau2 == 0
    assert np.isnan(fit.tau2_se)
    weighted = EFFECTS @ (1 / VARIANCES) / (1 / VARIANCES).sum()
    plain = norm.logpdf(EFFECTS, weighted, np.sqrt(VARIANCES)).sum()
    assert fit.plain == pytest.approx(plain)
