"""Models of counts as pooling shows them: numbers, words and figure."""

import numpy as np
import pytest
from count_cases import TWO_PEAKS, counts
from hypothesis import example, given, settings
from numpy.testing import assert_allclose
from pooling_cases import EXHAUSTION, STRESS, table

from reviewkit._core.errors import InputError
from reviewkit.meta.models import MODELS
from reviewkit.meta.pooled_forest import make_forest
from reviewkit.meta.pooling import pool_effects, pool_prevalence

BY_COUNTS = [name for name, model in MODELS.items() if model.counts is not None]
RARE = table((0, 120), (1, 90), (2, 260), (0, 40), (6, 300))
NONE = table((0, 10), (0, 20), (0, 30))
ENDS = table((0, 10), (10, 10), (20, 20))

each = pytest.mark.parametrize("model", BY_COUNTS)


def as_table(data):
    events, total = data
    return table(*zip(np.asarray(events).tolist(), np.asarray(total).tolist(), strict=True))


class TestAgainstPublishedReviews:
    def test_secondary_traumatic_stress(self):
        pooled = pool_prevalence(STRESS, model="glmm", ci="z")
        found = [f"{value:.4f}" for value in (pooled.estimate, pooled.ci_low, pooled.ci_high)]
        assert found == ["0.1835", "0.1425", "0.2332"]

    def test_heterogeneity_is_that_of_the_model(self):
        pooled = pool_prevalence(EXHAUSTION, model="glmm")
        assert pooled.tau2_ci_low < pooled.tau2 < pooled.tau2_ci_high
        assert pooled.i2_ci_low < pooled.i2 < pooled.i2_ci_high < 1
        typical = pooled.tau2 * (1 - pooled.i2) / pooled.i2
        assert_allclose(pooled.i2_ci_high, 1 - 1 / (1 + pooled.tau2_ci_high / typical))
        assert_allclose(pooled.h2, 1 / (1 - pooled.i2))


class TestResult:
    @each
    @settings(max_examples=25, deadline=None)
    @given(data=counts(min_k=1))
    @example(data=([1, 0], [13, 28]))  # a beta whose quantiles are both 0
    def test_every_result_is_possible(self, model, data):
        pooled = pool_prevalence(as_table(data), model=model)
        assert 0 <= pooled.ci_low <= pooled.estimate <= pooled.ci_high <= 1
        if pooled.k > 1:
            assert 0 <= pooled.pi_low <= pooled.estimate <= pooled.pi_high <= 1
            assert 0 <= pooled.tau2_ci_low <= pooled.tau2 <= pooled.tau2_ci_high
            assert 0 <= pooled.i2_ci_low <= pooled.i2 <= pooled.i2_ci_high <= 1
        assert np.isnan(pooled.weights).all()
        assert pooled.to_frame()["weight"].isna().all()
        assert pooled.recipe in pooled.summary()
        assert pooled.studies.corrected == 0

    @each
    def test_names_of_hartung_and_knapp_mean_t(self, model):
        found = [pool_prevalence(STRESS, model=model, ci=ci) for ci in ("HK", "HK-adhoc", "t")]
        assert len({(one.ci_low, one.ci_high) for one in found}) == 1
        assert pool_prevalence(STRESS, model=model, ci="z").ci_low > found[0].ci_low

    def test_the_glmm_is_the_median_and_the_beta_binomial_the_mean(self):
        median, mean = (pool_prevalence(EXHAUSTION, model=model).estimate for model in BY_COUNTS)
        assert median < mean < 0.5

    @each
    def test_tests_of_heterogeneity(self, model):
        found = pool_prevalence(STRESS, model=model)
        likelihood = found.likelihood
        assert (
            likelihood.ratio < found.q
        )  # one spread cannot fit better than any studies of its own
        assert 0 < likelihood.ratio_p < 1e-9
        assert likelihood.q_wald > found.q_df
        assert pool_prevalence(STRESS).likelihood is None


class TestWords:
    def test_recipe_of_the_glmm(self):
        assert pool_prevalence(STRESS, model="glmm").recipe == (
            "Binomial–normal GLMM on logits, maximum likelihood by adaptive Gauss–Hermite "
            "quadrature; 95 % CI: standard error of the joint likelihood with t, 7 df; prediction "
            "interval: t, 7 df, standard error of the CI; back-transformed by the inverse logit; "
            "no continuity correction; I² = τ²/(τ² + typical sampling variance), intervals of "
            "heterogeneity by profile likelihood; Q: likelihood of one prevalence against one to "
            "each study; study intervals: Clopper–Pearson; k = 8, N = 3,885."
        )

    def test_recipe_of_the_beta_binomial(self):
        recipe = pool_prevalence(RARE, model="beta-binomial", ci="z").recipe
        assert recipe.startswith("Beta-binomial model on logits, maximum likelihood, of the mean")
        assert "with normal quantiles; prediction interval: beta with the variance of" in recipe
        assert "widened by t, 4 df" in recipe

    def test_heterogeneity(self):
        told = pool_prevalence(STRESS, model="glmm").summary().splitlines()[2]
        assert "likelihood ratio of τ² = 0: " in told
        other = pool_prevalence(STRESS, model="beta-binomial").summary().splitlines()[2]
        assert other.startswith("Heterogeneity: overdispersion 0.0")

    @each
    def test_no_event_at_all(self, model):
        pooled = pool_prevalence(NONE, model=model)
        assert (pooled.estimate, pooled.ci_low) == (0, 0)
        assert_allclose(pooled.ci_high, 1 - 0.025 ** (1 / 60))
        assert "Clopper–Pearson, of all people together" in pooled.recipe
        assert any("No study has an event" in note for note in pooled.notes)
        assert "CI –" not in pooled.summary()

    def test_infinite_spread(self):
        pooled = pool_prevalence(ENDS, model="beta-binomial")
        assert_allclose(pooled.estimate, 2 / 3)
        assert "τ² = ∞ (95 % CI " in pooled.summary()
        assert (pooled.pi_low, pooled.pi_high, pooled.i2) == (0, 1, 1)


class TestBesideTwoSteps:
    def test_empty_cells(self):
        pooled = pool_prevalence(RARE)
        glmm = pool_prevalence(RARE, model="glmm")
        line = pooled.summary().splitlines()[3]
        assert line.startswith("Exact likelihood (GLMM), as 2 studies have no or all events: ")
        assert f"{100 * glmm.estimate:.2f}" in line
        assert f"(95 % CI {100 * glmm.ci_low:.2f}–{100 * glmm.ci_high:.2f})" in line
        assert line in pooled._repr_html_()

    def test_few_events(self):
        line = pool_prevalence(table((30, 80), (4, 90), (20, 60))).summary().splitlines()[3]
        assert "as 1 study has fewer than 5 events or non-events: " in line

    def test_no_answer(self):
        line = pool_prevalence(ENDS).summary().splitlines()[3]
        assert line.endswith(
            "3 studies have no or all events: no answer, its likelihood has no peak"
        )

    @pytest.mark.parametrize(
        ("data", "options"),
        [(EXHAUSTION, {}), (RARE, {"model": "glmm"}), (table((0, 20)), {})],
    )
    def test_not_where_it_says_nothing_new(self, data, options):
        assert "Exact likelihood" not in pool_prevalence(data, **options).summary()

    def test_not_for_effects(self):
        data = {"study": ["A", "B"], "effect": [0, 1], "variance": [1, 1]}
        assert "Exact likelihood" not in pool_effects(data).summary()


class TestFigure:
    @each
    def test_squares_show_sizes_and_say_so(self, model):
        frame, options = make_forest(pool_prevalence(STRESS, model=model))
        assert "weight" not in frame
        assert any(line.startswith("Squares show sample sizes") for line in options["footer"])
        (pooled,) = frame.loc[frame["kind"] == "pooled", "study"]
        assert pooled.replace("\u00a0", " ") == f"{MODELS[model].label}, k = 8"


class TestMisuse:
    def test_each_study_none_or_all(self):
        with pytest.raises(InputError, match=r"Got 3 studies .* Take model='beta-binomial'"):
            pool_prevalence(ENDS, model="glmm")

    @each
    def test_other_scales(self, model):
        with pytest.raises(InputError, match=r"on the logit scale\. Got transform='arcsine'"):
            pool_prevalence(STRESS, model=model, transform="arcsine")

    @each
    def test_other_estimators(self, model):
        assert pool_prevalence(STRESS, model=model, tau2="ML").method.tau2 == "ML"
        with pytest.raises(InputError, match=r"must have tau2='ML'.* Got 'PM'"):
            pool_prevalence(STRESS, model=model, tau2="PM")

    @each
    def test_effects(self, model):
        data = {"study": ["A", "B"], "effect": [0, 1], "variance": [1, 1]}
        with pytest.raises(InputError, match=r"must have counts, on the logit scale\. Got effects"):
            pool_effects(data, model=model, tau2="ML")


def test_the_higher_of_two_peaks_reaches_the_result():
    pooled = pool_prevalence(as_table(TWO_PEAKS), model="glmm")
    assert pooled.tau2 == pytest.approx(3.376, abs=1e-3)
