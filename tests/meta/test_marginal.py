"""Statements about further settings: against brute-force integration, and by their laws."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from pooling_cases import EXHAUSTION, STRESS, table
from scipy import stats
from scipy.special import expit

from reviewkit._core.errors import InputError
from reviewkit.meta.back_sizes import find_back_size
from reviewkit.meta.effects import TRANSFORMS
from reviewkit.meta.engine import PREDICTIONS
from reviewkit.meta.marginal import predict_prevalence
from reviewkit.meta.pooling import pool_effects, pool_prevalence
from reviewkit.meta.predictive import BetaLaw, ScaledLaw, average_normal

FEW = table((35, 80), (94, 260), (81, 443), (66, 138))
RARE = table((1, 400), (0, 300), (9, 500), (2, 90), (3, 1000))

every_scale = pytest.mark.parametrize("transform", TRANSFORMS)


def inverse_of(pooled):
    """Return the way back from the scale of the analysis."""
    scale, total = TRANSFORMS[pooled.method.transform], pooled.studies.total
    place = pooled.transformed_estimate, pooled.transformed_se
    size = find_back_size(total, *place, name=pooled.method.back_n)
    return lambda effect: scale.inverse(effect, size)


def draw_settings(pooled, size=400_000):
    """Draw prevalences of further settings as the prediction interval sees them."""
    rng, level = np.random.default_rng(5), (1 + pooled.method.level) / 2
    lost = PREDICTIONS[pooled.method.prediction].lost
    law = stats.norm() if lost is None else stats.t(pooled.k - lost)
    half = (pooled.transformed_pi_high - pooled.transformed_pi_low) / 2
    place = pooled.transformed_estimate + half / law.ppf(level) * law.rvs(size, random_state=rng)
    return inverse_of(pooled)(place)


class TestAgainstBruteForce:
    @every_scale
    @pytest.mark.parametrize("data", [FEW, RARE, STRESS, EXHAUSTION])
    def test_mean_over_settings(self, data, transform):
        pooled = pool_prevalence(data, transform=transform, ci="z")
        found = predict_prevalence(pooled)
        z = np.linspace(-9, 9, 2_000_001)
        weight = np.exp(-z * z / 2) / np.exp(-z * z / 2).sum()
        names = ("transformed_estimate", "transformed_ci_low", "transformed_ci_high")
        expected = [
            weight @ inverse_of(pooled)(getattr(pooled, name) + pooled.tau2**0.5 * z)
            for name in names
        ]
        # What is cut has a corner, which even spacing meets to one step of 9e-6.
        assert_allclose([found.mean, found.mean_ci_low, found.mean_ci_high], expected, atol=1e-7)
        assert (found.median, found.median_ci_high) == (pooled.estimate, pooled.ci_high)

    @every_scale
    @pytest.mark.parametrize("prediction", PREDICTIONS)
    def test_next_setting_and_its_cases(self, transform, prediction):
        pooled = pool_prevalence(EXHAUSTION, transform=transform, prediction=prediction)
        found = predict_prevalence(pooled, exceeds=[0.2, 0.5, 0.8], team=[12])
        drawn = draw_settings(pooled)
        for limit, share in found.exceeds:
            assert share == pytest.approx((drawn > limit).mean(), abs=4e-3)  # five errors
        cases = np.random.default_rng(6).binomial(12, drawn)
        ((people, expected, low, high),) = found.teams
        assert (people, expected) == (12, pytest.approx(12 * found.mean))
        for end, tail in ((low, 0.025), (high, 0.975)):
            assert (cases <= end).mean() > tail - 1.5e-3
            assert (cases <= end - 1).mean() < tail + 1.5e-3

    def test_beta_binomial(self):
        pooled = pool_prevalence(FEW, model="beta-binomial", ci="z", prediction="z")
        found = predict_prevalence(pooled, exceeds=0.5, team=30)
        rho, p = pooled.likelihood.overdispersion, pooled.estimate
        plain = stats.beta(p * (1 / rho - 1), (1 - p) * (1 / rho - 1))
        assert (found.mean, found.mean_ci_low) == (pooled.estimate, pooled.ci_low)
        assert_allclose(found.median, plain.median())
        share = rho + p * (1 - p) * pooled.transformed_se**2
        wide = stats.betabinom(30, p * (1 / share - 1), (1 - p) * (1 / share - 1))
        ((_, expected, low, high),) = found.teams
        assert expected == pytest.approx(30 * p)
        assert (low, high) == (wide.ppf(0.025), wide.ppf(0.975))
        law = stats.beta(p * (1 / share - 1), (1 - p) * (1 / share - 1))
        assert_allclose(found.exceeds[0][1], law.sf(0.5))

    def test_a_logistic_normal_by_its_known_values(self):
        assert average_normal(expit, 0.0, 3.0) == pytest.approx(0.5, abs=1e-12)
        # Reflection: what is gained above is lost below.
        found = average_normal(expit, -2.0, 30.0) + average_normal(expit, 2.0, 30.0)
        assert found == pytest.approx(1, abs=1e-12)
        assert average_normal(expit, -1.0, 1e-9) == pytest.approx(expit(-1.0), rel=1e-12)
        far = average_normal(expit, 300.0, 1000.0)  # nearly the chance to be above 0
        assert far == pytest.approx(stats.norm.cdf(0.3), abs=1e-5)


class TestLaws:
    @every_scale
    @pytest.mark.parametrize("prediction", PREDICTIONS)
    def test_the_tail_beyond_the_prediction_interval_is_its_own(self, transform, prediction):
        pooled = pool_prevalence(FEW, transform=transform, prediction=prediction, level=0.8)
        inside = [end for end in (pooled.pi_low, pooled.pi_high) if 0 < end < 1]
        assert inside
        found = dict(predict_prevalence(pooled, exceeds=inside).exceeds)
        if 0 < pooled.pi_low < 1:
            assert found[pooled.pi_low] == pytest.approx(0.9, abs=1e-6)
        if 0 < pooled.pi_high < 1:
            assert found[pooled.pi_high] == pytest.approx(0.1, abs=1e-6)

    def test_the_way_back_is_that_of_the_result(self):
        options = {"transform": "freeman-tukey", "back_n": "inverse-variance", "level": 0.5}
        pooled = pool_prevalence(FEW, **options)
        found = predict_prevalence(pooled, exceeds=pooled.pi_high)
        assert found.exceeds[0][1] == pytest.approx(0.25, abs=1e-9)

    def test_the_same_for_models_of_counts(self):
        for model in ("glmm", "beta-binomial"):
            pooled = pool_prevalence(FEW, model=model)
            ends = (pooled.pi_low, pooled.pi_high)
            (_, low), (_, high) = predict_prevalence(pooled, exceeds=ends).exceeds
            assert_allclose((low, high), (0.975, 0.025), rtol=1e-6)

    @settings(max_examples=30)
    @given(
        location=st.floats(-6, 6), scale=st.floats(0, 4), df=st.sampled_from([1, 2, 5, np.inf]),
        people=st.integers(1, 60),
    )  # fmt: skip
    def test_counts_are_a_distribution_and_have_the_mean_of_their_law(
        self, location, scale, df, people
    ):
        law = ScaledLaw(expit, location, scale, df)
        below = [law.count_at_most(cases, people) for cases in range(people + 1)]
        assert (np.diff(below) >= -1e-12).all()
        assert below[-1] == pytest.approx(1, abs=1e-9)
        if np.isinf(df):
            mean = (1 - np.array(below)).sum()
            expected = people * average_normal(expit, location, scale)
            assert mean == pytest.approx(expected, abs=1e-6 * people)
        low, high = law.find_cases(people, 0.05), law.find_cases(people, 0.95)
        assert 0 <= low <= high <= people
        inside = law.count_at_most(high, people) - (below[low - 1] if low else 0)
        assert inside >= 0.9 - 1e-9
        assert law.exceed(0.2) >= law.exceed(0.4)

    def test_a_large_team_is_the_prediction_interval(self):
        pooled = pool_prevalence(FEW, prediction="z")
        ((people, _, low, high),) = predict_prevalence(pooled, team=1_000_000).teams
        assert_allclose((low / people, high / people), (pooled.pi_low, pooled.pi_high), atol=1e-4)

    def test_one_person_is_a_case_with_the_mean_probability(self):
        pooled = pool_prevalence(STRESS, model="glmm", prediction="z")
        law = ScaledLaw(expit, pooled.transformed_estimate, pooled.tau2**0.5, np.inf)
        found = predict_prevalence(pooled)
        assert 1 - law.count_at_most(0, 1) == pytest.approx(found.mean, abs=1e-10)

    def test_no_spread_leaves_mean_and_median_alike(self):
        pooled = pool_prevalence(EXHAUSTION, model="common", ci="z")
        found = predict_prevalence(pooled)
        assert found.mean == pytest.approx(found.median, rel=1e-12)
        assert np.isnan(found.pi_low)
        law = ScaledLaw(expit, -1.0, 0.0, np.inf)
        assert (law.exceed(0.2), law.exceed(0.3)) == (1, 0)
        assert_allclose(law.count_at_most(2, 9), stats.binom.cdf(2, 9, expit(-1.0)))

    def test_a_beta_at_both_ends(self):
        law = BetaLaw(1e-7, 2e-7)
        assert law.exceed(0.5) == pytest.approx(1 / 3, rel=1e-5)
        assert law.count_at_most(0, 10) == pytest.approx(2 / 3, rel=1e-5)
        assert law.count_at_most(10, 10) == pytest.approx(1)

    def test_all_or_none_in_each_study(self):
        pooled = pool_prevalence(table((0, 10), (10, 10), (20, 20)), model="beta-binomial")
        found = predict_prevalence(pooled, exceeds=0.5, team=10)
        assert (found.mean, found.median) == (pytest.approx(2 / 3), 1)
        assert found.exceeds[0][1] == pytest.approx(2 / 3, abs=1e-5)
        assert found.teams[0][2:] == (0, 10)


class TestReading:
    def test_summary_says_everything_in_sentences(self):
        found = predict_prevalence(pool_prevalence(FEW), exceeds=0.5, team=20)
        lines = found.summary().splitlines()
        assert lines[1] == "The median setting has 35.1 % (95 % CI 16.5–59.8)."
        assert lines[2] == "The mean over settings is 36.3 % (95 % CI 18.1–59.0)."
        assert lines[3] == "The next setting exceeds 50 % with a probability of 22.1 %."
        assert lines[4].startswith("Among 20 people of one setting, 7.3 cases are expected")
        assert "the law of the prediction interval. Random-effects" in lines[5]
        assert "τ² by REML" in lines[5]
        assert lines[3] in found._repr_html_()

    def test_frame_has_a_row_to_each_statement(self):
        frame = predict_prevalence(pool_prevalence(FEW), exceeds=[0.5, 0.2], team=20).to_frame()
        names = ["quantity", "at", "estimate", "ci_low", "ci_high", "pi_low", "pi_high"]
        assert [*frame] == names
        assert frame["at"].tolist()[2:] == [0.5, 0.2, 20]
        assert frame["pi_high"].notna().tolist() == [True, False, False, False, True]
        assert isinstance(frame, pd.DataFrame)


class TestMisuse:
    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"exceeds": 20}, r"`exceeds` must lie between 0 and 1\. Got 20\. For 20 %, give 0\.2"),
            ({"exceeds": [0.2, 0, "0.3"]}, "Got 0, '0.3'"),
            ({"team": 0}, "`team` must be a number of people, 1 or more. Got 0"),
            ({"team": [12, 2.5, np.nan]}, "Got 2.5, nan"),
        ],
    )
    def test_options(self, options, message):
        with pytest.raises(InputError, match=message):
            predict_prevalence(pool_prevalence(FEW), **options)

    @pytest.mark.parametrize(
        ("data", "options"),
        [
            (FEW, {"model": "common", "ci": "z"}),
            (table((3, 20)), {}),
            (table((3, 20), (5, 20)), {"prediction": "HTS"}),
            (table((0, 20), (0, 30)), {"model": "glmm"}),
        ],
    )
    def test_nothing_to_predict_from(self, data, options):
        pooled = pool_prevalence(data, **options)
        assert predict_prevalence(pooled).mean == pytest.approx(pooled.estimate)
        with pytest.raises(InputError, match="must have a prediction interval to come from"):
            predict_prevalence(pooled, team=10)

    def test_an_effect_is_no_prevalence(self):
        pooled = pool_effects({"study": ["A", "B"], "effect": [0, 1], "variance": [1, 1]})
        with pytest.raises(InputError, match=r"must be a pooled prevalence\. Got PooledEffect"):
            predict_prevalence(pooled)
