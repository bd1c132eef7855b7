"""Profile-likelihood intervals of tau²: by their equation, their laws, and misused."""

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from meta_cases import deviance, studies
from numpy.testing import assert_allclose, assert_array_equal
from pooling_cases import EXHAUSTION
from scipy.stats import chi2

from reviewkit._core.errors import ConvergenceError, InputError
from reviewkit.meta import likelihood_limits
from reviewkit.meta.design_fits import DesignFits
from reviewkit.meta.fits import Fits
from reviewkit.meta.likelihood_limits import find_likelihood_limits
from reviewkit.meta.moderators import meta_regression
from reviewkit.meta.pooling import pool_effects, pool_prevalence
from reviewkit.meta.regression_batch import make_basis
from reviewkit.meta.tau2 import estimate_tau2

METHODS = st.sampled_from(["ML", "REML"])

#: Peaks of the likelihood at 0 and near 14, with a valley of 3 between them.
TWO_PEAKS = (np.array([-8.5, -0.5]), np.array([3.9, 0.0001]))
#: Peaks of the restricted likelihood near 0.0004 and 40.
APART = (np.array([2.5054, -9.2768, 2.5655]), np.array([0.002998, 6.2387, 0.000183]))


def limits(effects, variances, *, method="REML", level=0.95):
    """Return the limits of one fit."""
    fits = Fits(effects[None], variances[None], np.ones((1, effects.size)))
    low, high = find_likelihood_limits(fits, method=method, level=level)
    return float(low[0]), float(high[0])


def table(effects, variances):
    """Return studies as a table."""
    return {"study": [*map(str, range(len(effects)))], "effect": effects, "variance": variances}


class TestEquation:
    @settings(deadline=None)
    @given(data=studies(), method=METHODS, level=st.floats(0.5, 0.999))
    @example(TWO_PEAKS, "ML", 0.95)
    @example(TWO_PEAKS, "ML", 0.6)
    @example(APART, "REML", 0.6)
    @example(APART, "REML", 0.9999)
    def test_the_likelihood_falls_by_half_a_quantile_of_chi2(self, data, method, level):
        """The oracle works with matrices, in units of the least variance."""
        y, v = (data[0] - data[0][0]) / np.sqrt(data[1].min()), data[1] / data[1].min()
        low, high = limits(y, v, method=method, level=level)
        assert 0 <= low <= estimate_tau2(y, v, method=method).value <= high

        def loss(tau2):
            peak = estimate_tau2(y, v, method=method).value
            return sum(
                sign * deviance(at, y, v, restricted=method == "REML")
                for sign, at in ((1, tau2), (-1, peak))
            )

        drop = chi2.ppf(level, 1)
        assert loss(high) == pytest.approx(drop, abs=2e-8)
        if low > 0:
            assert loss(low) == pytest.approx(drop, abs=2e-8)
        else:
            assert loss(0) <= drop + 2e-8

    @settings(deadline=None)
    @given(data=studies(), method=METHODS, level=st.floats(0.5, 0.999))
    @example(TWO_PEAKS, "ML", 0.95)
    @example(TWO_PEAKS, "ML", 0.6)
    @example(APART, "REML", 0.6)
    @example(APART, "REML", 0.9999)
    def test_nothing_beyond_the_limits_is_likely_enough(self, data, method, level):
        y, v = data
        low, high = limits(y, v, method=method, level=level)
        restricted = method == "REML"
        peak = deviance(estimate_tau2(y, v, method=method).value, y, v, restricted=restricted)
        grid = [*(np.linspace(0, 1, 40)[:-1] * low), *(high * np.geomspace(1.001, 1e4, 60))]
        beyond = [deviance(t, y, v, restricted=restricted) for t in grid if t != low]
        assert min(beyond, default=np.inf) >= peak + chi2.ppf(level, 1) - 1e-7

    @pytest.mark.parametrize("level", [0.6, 0.999])
    def test_of_two_peaks_those_that_are_likely_enough_are_within(self, level):
        grid = np.concatenate([[0], np.geomspace(1e-3, 1e6, 4000)])
        found = np.array([deviance(t, *TWO_PEAKS, restricted=False) for t in grid])
        assert found[grid < 3].max() > max(found[0], found.min()) + 5  # there are two peaks
        inside = grid[found <= found.min() + chi2.ppf(level, 1)]
        low, high = limits(*TWO_PEAKS, method="ML", level=level)
        assert (low == 0) == (inside.min() == 0) == (level == 0.999)
        assert low == pytest.approx(inside.min(), rel=0.01)
        assert high == pytest.approx(inside.max(), rel=0.01)


class TestLaws:
    @given(data=studies(), method=METHODS, power=st.integers(-60, 60), shift=st.floats(-3, 3))
    def test_scales_with_the_square_of_the_unit(self, data, method, power, shift):
        y, v = data
        y = np.round(y, 3)
        one = limits(y, v, method=method)
        other = limits(2.0**power * (y + round(shift)), 4.0**power * v, method=method)
        assert_allclose(other, 4.0**power * np.array(one), rtol=1e-7, atol=4.0**power * 1e-11)

    @given(data=studies(), method=METHODS, levels=st.tuples(st.floats(0.1, 0.9), st.floats(1, 9)))
    def test_a_higher_level_is_wider(self, data, method, levels):
        narrow = limits(*data, method=method, level=levels[0])
        wide = limits(*data, method=method, level=levels[0] + (1 - levels[0]) * levels[1] / 10)
        assert wide[0] <= narrow[0] * (1 + 1e-9)
        assert narrow[1] <= wide[1] * (1 + 1e-9)

    def test_many_fits_are_the_fits_one_by_one(self):
        rng = np.random.default_rng(7)
        y, v = rng.normal(0, 2, (40, 9)), 10 ** rng.uniform(-3, 1, (40, 9))
        for method in ("ML", "REML"):
            fits = Fits(y, v, np.ones((40, 9)))
            both = find_likelihood_limits(fits, method=method, level=0.9)
            single = [limits(a, b, method=method, level=0.9) for a, b in zip(y, v, strict=True)]
            assert_allclose(np.array(both).T, single, rtol=1e-9)

    def test_fits_to_some_of_the_same_studies_are_fits_of_their_own(self):
        rng = np.random.default_rng(8)
        y, v, used = rng.normal(0, 2, 9), 10 ** rng.uniform(-3, 1, 9), ~np.eye(9, dtype=bool)
        fits = Fits(y[None], v[None], used.astype(float))
        both = find_likelihood_limits(fits, method="REML", level=0.9)
        single = [limits(y[row], v[row], level=0.9) for row in used]
        assert_allclose(np.array(both).T, single, rtol=1e-9)

    def test_a_design_of_ones_is_a_mean(self):
        y, v = np.array([0.1, 0.9, 0.35, 1.65, -2.0]), np.array([0.03, 0.03, 0.05, 0.01, 0.1])
        basis, _ = make_basis(np.ones((5, 1)), 5)
        design = DesignFits(y[None], v[None], np.ones((1, 5)), basis)
        for method in ("ML", "REML"):
            found = find_likelihood_limits(design, method=method, level=0.95)
            assert_allclose(np.ravel(found), limits(y, v, method=method), rtol=1e-9)

    def test_two_studies_of_one_variance_have_a_closed_form(self):
        """With s = v + t, REML is log s + d²/2s; the loss is a function of s alone."""
        distance, v = 9.0, 0.5
        low, high = limits(np.array([0.0, distance]), np.array([v, v]))
        for t in (low, high):
            s, best = v + t, distance**2 / 2
            loss = np.log(s / best) + distance**2 / (2 * s) - 1
            assert loss == pytest.approx(chi2.ppf(0.95, 1), abs=1e-9)

    @pytest.mark.parametrize("scale", [1e-12, 1.0, 1e12])
    def test_equal_effects_reach_from_0(self, scale):
        low, high = limits(np.full(5, 3.0), scale * np.array([1.0, 2, 3, 4, 1e8]))
        assert low == 0
        assert 0 < high < 1e3 * scale

    def test_many_studies(self):
        rng = np.random.default_rng(4)
        v = 10 ** rng.uniform(-2, 0, 20_000)
        low, high = limits(rng.normal(0, np.sqrt(v + 0.2)), v)
        assert 0.18 < low < 0.2 < high < 0.22


class TestWhole:
    def test_pooling_takes_it_by_name_and_says_so(self):
        for method in ("REML", "ML"):
            by_q, by_likelihood = (
                pool_prevalence(EXHAUSTION, tau2=method, tau2_ci=way)
                for way in ("Q-profile", "profile")
            )
            assert by_likelihood.tau2 == by_q.tau2
            assert "intervals of heterogeneity by profile likelihood" in by_likelihood.recipe
            assert "intervals of heterogeneity by the Q-profile" in by_q.recipe
            y, v = by_q.studies.effects, by_q.studies.variances
            ends = (by_likelihood.tau2_ci_low, by_likelihood.tau2_ci_high)
            assert_array_equal(ends, limits(y, v, method=method))
            typical = by_q.tau2 * (1 - by_q.i2) / by_q.i2
            assert by_likelihood.i2_ci_low == pytest.approx(ends[0] / (ends[0] + typical))
            assert by_likelihood.h2_ci_high == pytest.approx(1 + ends[1] / typical)

    def test_one_study_has_none(self):
        one = pool_effects(table([0.3], [0.1]), tau2_ci="profile")
        assert np.isnan([one.tau2_ci_low, one.i2_ci_high, one.h2_ci_low]).all()

    @settings(deadline=None, max_examples=30)
    @given(data=studies())
    def test_a_regression_takes_that_of_the_pooled_result(self, data):
        y, v = data
        assume(len(y) > 3)
        moderated = {**table(y, v), "x": np.arange(len(y)) % 3}
        pooled = pool_effects(moderated, ci="z", tau2_ci="profile")
        found = meta_regression(pooled, "~ x")
        assert found.tau2_ci_low <= found.tau2 <= found.tau2_ci_high
        assert "interval of τ² by profile likelihood" in found.recipe
        assert "by the Q-profile" in meta_regression(pooled, "~ x", tau2="DL").recipe

    def test_models_of_counts_have_no_other(self):
        one, other = (
            pool_prevalence(EXHAUSTION, model="glmm", tau2_ci=way)
            for way in ("profile", "Q-profile")
        )
        assert one.tau2_ci_high == other.tau2_ci_high
        assert one.recipe == other.recipe
        assert "profile likelihood" in one.recipe


class TestMisuse:
    @pytest.mark.parametrize(("model", "method"), [("random", "DL"), ("common", "REML")])
    def test_without_a_likelihood(self, model, method):
        with pytest.raises(InputError, match=r"tau2_ci='profile' must have a likelihood of tau²"):
            pool_prevalence(EXHAUSTION, model=model, tau2=method, tau2_ci="profile")

    def test_unknown(self):
        with pytest.raises(InputError, match=r"`tau2_ci` must be one of 'Q-profile', 'profile'"):
            pool_effects(table([0.3, 0.4], [0.1, 0.1]), tau2_ci="wald")

    def test_a_search_that_does_not_settle_is_named(self, monkeypatch):
        monkeypatch.setattr(likelihood_limits, "_STEPS", 1)
        with pytest.raises(ConvergenceError, match="Limits of tau² must settle in 1 steps"):
            limits(np.array([0.0, 3.0, 9.0]), np.array([1.0, 2.0, 3.0]))
