"""The beta-binomial model: against R, by its laws, and at its ends."""

import json
from pathlib import Path

import numpy as np
import pytest
from count_cases import GOLDENS, beta_likelihood, counts, counts_of, name_of
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.special import expit, logit
from scipy.stats import beta as beta_distribution

from reviewkit._core.errors import InputError
from reviewkit.meta.betabinomial import find_beta_quantile, fit_beta_binomial_batch
from reviewkit.meta.count_fits import CountFit

REFERENCE = Path(__file__).parents[3] / "shared" / "reference"

#: R's optim stops where its likelihood is flat to about 1e-15, hence at 1e-7 of its place.
OPTIM = 1e-6
#: There R's likelihood, a difference of log-gammas of 1e11, is nothing but rounding: its peak of
#: 3e-4 at rho = 4e-12 is none, and a standard error of 0.002 for n = 30,000 is impossible.
AT_THE_EDGE = {"syn_homog", "syn_k3_zero1", "syn_tie_large"}


def value(fit, name):
    return float(getattr(fit, name)[0])


def assert_is_exact(row):
    fit = fit_beta_binomial_batch(*counts_of(row["dataset"]), ci="z")
    if row["dataset"] in AT_THE_EDGE:
        assert (value(fit, "overdispersion"), value(fit, "ratio")) == (0, 0)
        assert_allclose(value(fit, "log_likelihood"), row["logLik_binomial"], rtol=1e-9)
        assert_allclose(value(fit, "estimate"), row["logit_mu"], rtol=3e-4, atol=2e-5)
        return
    assert_allclose(value(fit, "estimate"), row["logit_mu"], rtol=OPTIM * 2)
    assert_allclose(value(fit, "se"), row["se_logit_mu"], rtol=OPTIM)
    assert_allclose(value(fit, "overdispersion"), row["rho"], rtol=OPTIM)
    assert_allclose(expit([value(fit, "ci_low"), value(fit, "ci_high")]), row["ci"], rtol=OPTIM)
    assert_allclose(value(fit, "log_likelihood"), row["logLik"], rtol=1e-9)
    assert_allclose(value(fit, "ratio"), row["LRT"], rtol=1e-8)


class TestAgainstR:
    @pytest.mark.parametrize("row", GOLDENS["beta"], ids=name_of)
    def test_brute_force(self, row):
        assert_is_exact(row)

    @pytest.mark.parametrize("row", GOLDENS["betabin"], ids=name_of)
    def test_aod(self, row):
        fit = fit_beta_binomial_batch(*counts_of(row["dataset"]))
        # aod's optim is left at its default, which ends at 1e-8 of the likelihood.
        assert_allclose(value(fit, "estimate"), row["logit_mu"], rtol=4e-3, atol=1e-5)
        assert_allclose(value(fit, "se"), row["se_logit_mu"], rtol=3e-3)
        assert_allclose(value(fit, "overdispersion"), row["rho"], rtol=2e-3, atol=2e-8)
        assert_allclose(value(fit, "log_likelihood"), row["logLik"], atol=1e-5)
        noise = 1e-5 if row["dataset"] in AT_THE_EDGE else 1e-8
        assert value(fit, "log_likelihood") >= row["logLik"] - noise  # never the lower of both

    def test_all_of_the_reference(self):
        path = REFERENCE / "pooling.json"
        if not path.exists():
            pytest.skip(f"the full reference answers are not here: {path}")
        cases = json.loads(path.read_text(encoding="utf-8"))["cases"]
        rows = [c for c in cases if c["kind"] == "betabinomial_ml"]
        assert len(rows) == len(GOLDENS["beta"])
        for case in rows:
            assert_is_exact({"dataset": case["dataset"], **case["result"]})


class TestLimits:
    def test_each_study_none_or_all(self):
        fit = fit_beta_binomial_batch([0, 10, 20], [10, 10, 20], profile=True)
        assert_allclose(value(fit, "estimate"), np.log(2))  # two of three have all
        assert_allclose(value(fit, "se"), np.sqrt(1 / 2 + 1))
        assert (value(fit, "overdispersion"), value(fit, "tau2")) == (1, np.inf)
        assert (value(fit, "i2"), value(fit, "overdispersion_ci_high")) == (1, 1)
        assert 0.5 < value(fit, "overdispersion_ci_low") < 1
        assert_allclose(value(fit, "log_likelihood"), np.log(4 / 27))
        assert (value(fit, "pi_low"), value(fit, "pi_high")) == (-np.inf, np.inf)

    def test_ends_and_peaks_in_one_batch(self):
        x, n = np.array([0, 10, 5]), np.array([10, 10, 10])
        mask = np.array([[True, True, False], [True, False, True], [True, False, False]])
        batch = fit_beta_binomial_batch(x, n, mask=mask, profile=True)
        for row, use in enumerate(mask):
            alone = fit_beta_binomial_batch(x[use], n[use], profile=True)
            for column in CountFit.__dataclass_fields__:
                a, b = getattr(alone, column)[0], getattr(batch, column)[row]
                assert_allclose(a, b, rtol=1e-6, err_msg=column)

    def test_single_people_say_nothing_about_overdispersion(self):
        fit = fit_beta_binomial_batch([0, 1, 1], [1, 1, 1], profile=True)
        names = ("overdispersion", "tau2", "overdispersion_ci_low", "overdispersion_ci_high")
        assert [value(fit, name) for name in names] == [0, 0, 0, 1]

    def test_one_study_and_no_events_are_as_in_the_glmm(self):
        one, none = (fit_beta_binomial_batch(*data) for data in (([3], [20]), ([0, 0], [9, 11])))
        assert_allclose(value(one, "se"), np.sqrt(1 / 3 + 1 / 17))
        assert np.isnan(value(one, "pi_low"))
        assert value(none, "estimate") == -np.inf
        assert_allclose(expit(value(none, "ci_high")), 1 - 0.025 ** (1 / 20))
        assert value(none, "pi_high") == value(none, "ci_high")

    @pytest.mark.parametrize(
        ("events", "total"),
        [
            ([1, 0, 0], [10**7, 10, 5]),
            ([0, 10**7, 5 * 10**6], [10**7] * 3),
            ([0, 0, 1], [10**7, 10**7, 2]),
            ([10, 20, 31], [10**6, 10**6, 10**6]),
        ],
    )
    def test_extremes_end_at_a_peak(self, events, total):
        fit = fit_beta_binomial_batch(events, total, profile=True)
        at, rho = value(fit, "estimate"), value(fit, "overdispersion")
        found = value(fit, "log_likelihood")
        # The oracle's log-gammas lose ten digits at 1e7 people; its own noise is compared.
        slack = 1e-6 + 1e-8 * np.sqrt(sum(total))
        assert found == pytest.approx(beta_likelihood(events, total, at, rho), abs=slack)
        for other in (rho * 0.5, rho + (1 - rho) * 0.3):
            assert beta_likelihood(events, total, at, other) <= found + slack
        assert np.isfinite([value(fit, "se"), value(fit, "overdispersion_ci_low")]).all()
        assert not np.isnan([value(fit, "pi_low"), value(fit, "pi_high")]).any()


class TestLaws:
    @settings(max_examples=40, deadline=None)
    @given(data=counts())
    def test_nothing_is_likelier(self, data):
        fit = fit_beta_binomial_batch(*data)
        at, rho = value(fit, "estimate"), value(fit, "overdispersion")
        found = value(fit, "log_likelihood")
        assert found == pytest.approx(beta_likelihood(*data, at, rho), abs=1e-7)
        for other in (0, 0.001, 0.01, 0.1, 0.5, 0.9):
            for move in (-1, -0.2, 0, 0.2, 1):
                assert beta_likelihood(*data, at + move, other) <= found + 1e-7

    @settings(max_examples=20, deadline=None)
    @given(data=counts(min_k=3))
    def test_standard_errors_invert_the_curvature(self, data):
        fit = fit_beta_binomial_batch(*data)
        at, rho = value(fit, "estimate"), value(fit, "overdispersion")
        if not 0.005 < rho < 0.9:
            return
        a, b = 1e-3 * value(fit, "se"), 1e-3 * rho * (1 - rho)

        def value_at(i, j):
            return beta_likelihood(*data, at + i * a, rho + j * b)

        mm = (value_at(1, 0) - 2 * value_at(0, 0) + value_at(-1, 0)) / a**2
        ss = (value_at(0, 1) - 2 * value_at(0, 0) + value_at(0, -1)) / b**2
        corners = value_at(1, 1) - value_at(1, -1) - value_at(-1, 1) + value_at(-1, -1)
        ms = corners / (4 * a * b)
        variance = np.linalg.inv(-np.array([[mm, ms], [ms, ss]]))[0, 0]
        assert_allclose(value(fit, "se"), np.sqrt(variance), rtol=1e-3)

    @settings(max_examples=20, deadline=None)
    @given(data=counts(min_k=3), seed=st.integers(0, 2**32 - 1))
    def test_a_mask_is_dropping_studies_and_order_does_not_matter(self, data, seed):
        x, n = data
        rng = np.random.default_rng(seed)
        mask = rng.random((4, x.size)) < 0.6
        mask[:, 0] = True
        batch = fit_beta_binomial_batch(x, n, mask=mask, profile=True)
        for row, use in enumerate(mask):
            chosen = rng.permutation(np.flatnonzero(use))
            alone = fit_beta_binomial_batch(x[chosen], n[chosen], profile=True)
            for column in CountFit.__dataclass_fields__:
                a, b = getattr(alone, column)[0], getattr(batch, column)[row]
                assert_allclose(a, b, rtol=1e-4, atol=1e-6, err_msg=column)

    @settings(max_examples=25, deadline=None)
    @given(data=counts())
    def test_counting_the_others_mirrors_the_result(self, data):
        x, n = data
        plain, mirrored = (fit_beta_binomial_batch(events, n) for events in (x, n - x))
        assert_allclose(mirrored.estimate, -plain.estimate, rtol=1e-5, atol=1e-6)
        assert_allclose(mirrored.pi_low, -plain.pi_high, rtol=1e-4, atol=1e-5)
        assert_allclose(mirrored.overdispersion, plain.overdispersion, rtol=1e-5, atol=1e-8)

    @pytest.mark.parametrize(("prediction", "ratio"), [("z", 1), ("t", 3.182446305 / 1.959963985)])
    def test_the_prediction_interval_is_that_of_a_beta(self, prediction, ratio):
        fit = fit_beta_binomial_batch([3, 8, 2, 40], [20, 15, 90, 130], prediction=prediction)
        p = expit(value(fit, "estimate"))
        variance = p * (1 - p) * value(fit, "overdispersion")
        variance = ratio**2 * (variance + (p * (1 - p) * value(fit, "se")) ** 2)
        size = p * (1 - p) / variance - 1
        expected = beta_distribution(p * size, (1 - p) * size).ppf([0.025, 0.975])
        assert_allclose(expit([value(fit, "pi_low"), value(fit, "pi_high")]), expected)

    def test_tau2_is_the_variance_of_log_odds(self):
        fit = fit_beta_binomial_batch([3, 8, 2, 40], [20, 15, 90, 130])
        p, size = expit(value(fit, "estimate")), 1 / value(fit, "overdispersion") - 1
        drawn = np.random.default_rng(0).beta(p * size, (1 - p) * size, 400_000)
        assert value(fit, "tau2") == pytest.approx(logit(drawn).var(), rel=0.02)

    @pytest.mark.parametrize(("a", "b"), [(0.5, 3), (2, 2), (0.02, 0.3), (1e-7, 1e-6), (30, 4e5)])
    def test_quantiles_of_a_beta_hold_their_tail(self, a, b):
        found = float(find_beta_quantile(np.array(a), np.array(b), 0.1))
        if found > 0:
            assert beta_distribution(a, b).cdf(found) == pytest.approx(0.1, rel=1e-6)
        else:
            assert beta_distribution(a, b).cdf(1e-300) >= 0.1


def test_counts_are_checked():
    with pytest.raises(InputError, match="Got 11 of 10 at position 1"):
        fit_beta_binomial_batch([1, 11], [10, 10])
