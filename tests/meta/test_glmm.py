"""The binomial-normal model: against R and published reviews, by its laws, and when misused."""

import json
from pathlib import Path

import numpy as np
import pytest
from count_cases import (
    GOLDENS,
    NEAR_PEAKS,
    TWO_PEAKS,
    choose,
    counts,
    counts_of,
    glmm_likelihood,
    name_of,
)
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.optimize import minimize_scalar
from scipy.special import expit, logit

from reviewkit._core.errors import InputError
from reviewkit.meta import count_fits, logit_surface
from reviewkit.meta.count_fits import CountFit
from reviewkit.meta.engine import INTERVALS, PREDICTIONS
from reviewkit.meta.glmm import fit_glmm_batch

REFERENCE = Path(__file__).parents[3] / "shared" / "reference"

#: R's optim stops where its likelihood is flat to about 1e-15, hence at 1e-7 of its place.
OPTIM = 1e-6
#: Seven nodes are not many: between them and exact integration lies up to 0.2 % of tau².
SEVEN = 2e-3

OPIOIDS = (
    [2186, 91, 126, 543, 6496, 10850, 86, 668, 843, 647, 11521, 1111, 2090, 2193, 1913],
    [21826, 912, 1084, 7646, 55215, 114783, 527, 9403, 11274, 8888, 126764, 11554, 16599,
     25127, 22783],
)  # fmt: skip
FENG = (
    [191, 140, 538, 531, 807, 175, 132, 167, 128, 89, 37, 76, 41, 72, 33, 35, 90, 438, 98],
    [550, 588, 2411, 806, 1941, 632, 337, 896, 283, 288, 204, 284, 204, 785, 244, 222, 331,
     1042, 267],
)  # fmt: skip
EVENTS, TOTAL = [0, 3, 8, 2, 40], [12, 20, 15, 90, 130]


def value(fit, name):
    return float(getattr(fit, name)[0])


def find_error(tau2):
    """Return what the docstring promises of the log-likelihood of a study."""
    return 1e-8 if tau2 <= 25 else 1e-4 if tau2 <= 100 else 2e-3 if tau2 <= 400 else 1e-2


def assert_same(found, expected, index=slice(None), **tolerance):
    for column in CountFit.__dataclass_fields__:
        a, b = getattr(found, column), getattr(expected, column)[index]
        assert_allclose(a, b, **({"rtol": 1e-6, "atol": 1e-9} | tolerance), err_msg=column)


def assert_is_exact(row):
    """Hold a fit against brute force in R."""
    fit = fit_glmm_batch(*counts_of(row["dataset"]))
    se = row["se_mu"] if row["boundary"] else row["se_mu_joint_hessian"]
    assert_allclose(value(fit, "estimate"), row["mu"], rtol=OPTIM, atol=1e-12)
    assert_allclose(value(fit, "tau2"), row["tau2"], rtol=OPTIM)
    assert_allclose(value(fit, "se"), se, rtol=OPTIM)
    assert_allclose(value(fit, "log_likelihood"), row["logLik"], rtol=1e-9)
    assert_allclose(value(fit, "ratio"), row["LRT_tau2"], rtol=1e-8, atol=1e-8)
    if not row["boundary"]:
        assert_allclose(value(fit, "tau2_se"), row["se_tau2_joint_hessian"], rtol=1e-5)


class TestAgainstR:
    @pytest.mark.parametrize("row", GOLDENS["exact"], ids=name_of)
    def test_brute_force(self, row):
        assert_is_exact(row)

    def test_the_standard_error_is_not_that_of_a_known_tau(self):
        fit = fit_glmm_batch(*counts_of("pritz1997"))
        assert value(fit, "se") == pytest.approx(0.2884, abs=5e-5)  # 0.2706 with tau fixed

    @pytest.mark.parametrize("row", GOLDENS["glmer"], ids=name_of)
    def test_glmer(self, row):
        fit = fit_glmm_batch(*counts_of(row["dataset"]))
        rtol = {1: 0.03, 7: SEVEN, 25: OPTIM}[row["nAGQ"]]  # one node is Laplace, and coarse
        assert_allclose(value(fit, "estimate"), row["estimate"], rtol=rtol, atol=1e-7)
        # lme4 takes the curvature by differences, which cost it five digits.
        assert_allclose(value(fit, "se"), row["se"], rtol=max(rtol, 2e-5))
        assert_allclose(value(fit, "tau2"), row["tau2"], rtol=rtol, atol=1e-12)

    @pytest.mark.parametrize("row", GOLDENS["rma.glmm"], ids=name_of)
    def test_metafor(self, row):
        if row["dataset"] in ("syn_k1", "syn_allzero"):
            return  # of these R has no answer, or the last one before it gave up
        fit = fit_glmm_batch(*counts_of(row["dataset"]), ci="z", prediction="z")
        # metafor finds the saturated model by glm, which ends at 1e-5 where p is 0 or 1.
        assert_allclose(value(fit, "q"), row["QE_LRT"], rtol=1e-7)
        assert_allclose(value(fit, "q_wald"), row["QE_Wald"], rtol=2e-5)
        assert_allclose(value(fit, "q_p"), row["QEp_LRT"], rtol=1e-6)
        assert_allclose(value(fit, "q_wald_p"), row["QEp_Wald"], rtol=2e-4)
        assert value(fit, "q_df") == row["QE_df"]
        if row["method"] == "EE":
            common = value(fit, "log_likelihood") - value(fit, "ratio") / 2
            assert_allclose(common, row["logLik"], rtol=1e-9)
            return
        names = {"estimate": "estimate", "se": "se", "ci_low": "ci_lb", "ci_high": "ci_ub"}
        for ours, theirs in (names | {"tau2": "tau2", "h2": "H2"}).items():
            assert_allclose(value(fit, ours), row[theirs], rtol=SEVEN, atol=1e-7, err_msg=ours)
        assert_allclose(value(fit, "i2"), row["I2"] / 100, rtol=SEVEN, atol=1e-9)
        limits = [value(fit, "pi_low"), value(fit, "pi_high")]
        assert_allclose(limits, row["pi_default"], rtol=SEVEN, atol=1e-7)

    @pytest.mark.parametrize("row", GOLDENS["metaprop"], ids=name_of)
    def test_meta(self, row):
        if row["dataset"] in ("syn_k1", "syn_allzero"):
            return  # meta gives -28 ± 54148 for no event at all
        ci = "HK" if row["tag"] == "GLMM_HK" else "z"
        fit = fit_glmm_batch(*counts_of(row["dataset"]), ci=ci)
        names = {"ci_low": "lower_random", "ci_high": "upper_random"}
        names |= {"pi_low": "lower_predict", "pi_high": "upper_predict"}
        for ours, theirs in names.items():
            assert_allclose(value(fit, ours), row[theirs], rtol=SEVEN, atol=1e-7, err_msg=ours)

    def test_all_of_the_reference(self):
        path = REFERENCE / "pooling.json"
        if not path.exists():
            pytest.skip(f"the full reference answers are not here: {path}")
        cases = json.loads(path.read_text(encoding="utf-8"))["cases"]
        rows = [c for c in cases if c["kind"] == "exact_ml_logitnormal"]
        assert len(rows) == len(GOLDENS["exact"])
        for case in rows:
            assert_is_exact({"dataset": case["dataset"], **case["result"]})


class TestAgainstPublishedReviews:
    def test_opioid_misuse(self):
        fit = fit_glmm_batch(*OPIOIDS, ci="t", prediction="t")
        names = ("estimate", "ci_low", "ci_high", "pi_low", "pi_high")
        found = [f"{expit(value(fit, name)):.4f}" for name in names]
        assert found == ["0.0944", "0.0836", "0.1066", "0.0582", "0.1498"]
        assert f"{value(fit, 'tau2'):.4f}" == "0.0558"

    def test_depression_after_infarction(self):
        fit = fit_glmm_batch(*FENG, ci="z")
        found = [f"{100 * expit(value(fit, n)):.2f}" for n in ("estimate", "ci_low", "ci_high")]
        assert found == ["27.86", "22.20", "34.34"]


class TestLimits:
    @pytest.mark.parametrize("ci", INTERVALS)
    def test_one_study_keeps_its_own_interval(self, ci):
        fit = fit_glmm_batch([3], [20], ci=ci, profile=True)
        half = 1.959963984540054 * np.sqrt(1 / 3 + 1 / 17)
        assert_allclose(value(fit, "estimate"), np.log(3 / 17))
        assert_allclose(value(fit, "ci_high"), np.log(3 / 17) + half)
        assert (value(fit, "tau2"), value(fit, "i2"), value(fit, "q_p")) == (0, 0, 1)
        assert np.isnan([value(fit, "pi_low"), value(fit, "tau2_ci_high")]).all()

    @pytest.mark.parametrize("total", [[7], [10, 20, 30], [10**7, 5]])
    def test_no_event_at_all_has_an_upper_limit(self, total):
        none = fit_glmm_batch([0] * len(total), total, profile=True)
        assert (value(none, "estimate"), value(none, "ci_low")) == (-np.inf, -np.inf)
        assert_allclose(expit(value(none, "ci_high")), 1 - 0.025 ** (1 / sum(total)), rtol=1e-9)
        assert (value(none, "tau2"), value(none, "log_likelihood")) == (0, 0)
        full = fit_glmm_batch(total, total)
        assert_allclose(value(full, "ci_low"), -value(none, "ci_high"), rtol=1e-9)
        assert (value(full, "estimate"), value(full, "ci_high")) == (np.inf, np.inf)
        assert np.isnan(value(none, "pi_high")) == (len(total) == 1)

    def test_each_study_none_or_all_has_no_answer(self):
        fit = fit_glmm_batch([0, 10, 20], [10, 10, 20], profile=True)
        for name in ("estimate", "se", "ci_low", "pi_high", "tau2", "i2", "ratio"):
            assert np.isnan(value(fit, name)), name
        assert value(fit, "q") > 0

    def test_every_kind_of_fit_in_one_batch(self):
        x, n = np.array([0, 10, 5, 0, 1]), np.array([10, 10, 10, 1, 1])
        rows = ([1, 1, 0, 0, 0], [1, 0, 1, 0, 0], [1, 0, 0, 0, 0], [0, 0, 0, 1, 1], [1, 0, 0, 1, 0])
        mask = np.array(rows, dtype=bool)
        batch = fit_glmm_batch(x, n, mask=mask, profile=True)
        assert np.isnan(batch.estimate).tolist() == [True, False, False, False, False]
        for row, use in enumerate(mask):
            alone = fit_glmm_batch(x[use], n[use], profile=True)
            assert_same(alone, batch, slice(row, row + 1))

    def test_single_people_say_nothing_about_tau2(self):
        fit = fit_glmm_batch([0, 1, 1], [1, 1, 1], profile=True)
        assert_allclose(value(fit, "estimate"), np.log(2))
        assert_allclose(value(fit, "se"), np.sqrt(1 + 1 / 2))
        limits = [value(fit, name) for name in ("tau2", "tau2_ci_low", "tau2_ci_high")]
        assert limits == [0, 0, np.inf]

    def test_identical_studies_are_one_large_one(self):
        fit = fit_glmm_batch([5, 5, 5], [10, 10, 10], ci="z")
        assert (value(fit, "estimate"), value(fit, "tau2")) == (0, 0)
        assert_allclose(value(fit, "se"), 1 / np.sqrt(30 / 4))
        assert (value(fit, "ratio"), value(fit, "ratio_p")) == (0, 1)

    @pytest.mark.parametrize(
        ("events", "total"),
        [
            ([1, 1], [10**7, 10**7]),
            ([1, 0, 0], [10**7, 10, 5]),
            ([1, 9 * 10**6], [10**7, 10**7]),
            ([0, 10**7, 5 * 10**6], [10**7] * 3),
            ([0, 0, 2, 0], [21, 66, 3, 7]),
            ([8181, 5, 0, 9876, 67], [8181, 5, 9, 2_270_494, 67]),
        ],
    )
    def test_extremes_end_at_a_peak(self, events, total):
        fit = fit_glmm_batch(events, total, profile=True)
        mu, tau2 = value(fit, "estimate"), value(fit, "tau2")
        found = value(fit, "log_likelihood")
        # Each is a difference of numbers as large as n; and the docstring of fit_glmm_batch.
        slack = 1e-13 * sum(total) + len(total) * find_error(tau2)
        assert found == pytest.approx(glmm_likelihood(events, total, mu, tau2), abs=slack)
        for other in (tau2 * 0.8, tau2 * 1.25 + 0.01):
            assert glmm_likelihood(events, total, mu, other) <= found + slack
        for other in (mu - 0.3 * value(fit, "se"), mu + 0.3 * value(fit, "se")):
            assert glmm_likelihood(events, total, other, tau2) < found
        assert np.isfinite([value(fit, "se"), value(fit, "tau2_ci_low")]).all()

    def test_the_higher_of_two_peaks_is_taken(self):
        fit = fit_glmm_batch(*TWO_PEAKS)
        events, total = (np.array(part) for part in TWO_PEAKS)
        p = events.sum() / total.sum()
        assert ((events - total * p) ** 2 - total * p * (1 - p)).sum() < 0  # a peak at 0
        assert value(fit, "tau2") == pytest.approx(3.376, abs=1e-3)
        at_zero = glmm_likelihood(*TWO_PEAKS, logit(p), 0)
        assert value(fit, "ratio") == pytest.approx(2 * (value(fit, "log_likelihood") - at_zero))
        assert value(fit, "ratio") > 0.15

    def test_a_peak_between_points_of_the_grid_is_found(self):
        # The profile falls from tau² = 0, rises to a higher peak, and falls again at 0.029.
        fit = fit_glmm_batch(*NEAR_PEAKS)
        assert value(fit, "tau2") == pytest.approx(0.02854, abs=1e-5)
        at_zero = profile_of(*NEAR_PEAKS, 0, -1)
        assert value(fit, "ratio") == pytest.approx(2 * (value(fit, "log_likelihood") - at_zero))
        assert at_zero > profile_of(*NEAR_PEAKS, 0.005, -1)


def profile_of(events, total, tau2, near):
    """Return the highest likelihood at some tau², by an optimiser of scipy's."""
    bounds = (near - 6 - 3 * np.sqrt(tau2), near + 6 + 3 * np.sqrt(tau2))
    found = minimize_scalar(
        lambda mu: -glmm_likelihood(events, total, mu, tau2),
        bounds=bounds,
        method="bounded",
        options={"xatol": 1e-7},
    )
    return -found.fun


class TestLaws:
    @settings(max_examples=25, deadline=None)
    @given(data=counts())
    @example(data=NEAR_PEAKS)
    def test_nothing_is_likelier(self, data):
        fit = fit_glmm_batch(*data)
        mu, tau2, found = (value(fit, n) for n in ("estimate", "tau2", "log_likelihood"))
        slack = 1e-9 + len(data[0]) * find_error(tau2)
        assert found == pytest.approx(glmm_likelihood(*data, mu, tau2), abs=slack)
        for other in (0, 0.01, 0.03, 0.1, 0.5, 1, 3, 10, 50):
            assert profile_of(*data, other, mu) <= found + slack

    @settings(max_examples=15, deadline=None)
    @given(data=counts(min_k=3))
    def test_standard_errors_invert_the_curvature(self, data):
        fit = fit_glmm_batch(*data)
        mu, tau2 = value(fit, "estimate"), value(fit, "tau2")
        if not 0.01 < tau2 < 10:
            return
        a, b = 1e-3 * value(fit, "se"), 1e-3 * tau2

        def at(i, j):
            return glmm_likelihood(*data, mu + i * a, tau2 + j * b)

        mm = (at(1, 0) - 2 * at(0, 0) + at(-1, 0)) / a**2
        ss = (at(0, 1) - 2 * at(0, 0) + at(0, -1)) / b**2
        ms = (at(1, 1) - at(1, -1) - at(-1, 1) + at(-1, -1)) / (4 * a * b)
        variance = np.linalg.inv(-np.array([[mm, ms], [ms, ss]]))
        expected = np.sqrt(np.diag(variance))
        assert_allclose([value(fit, "se"), value(fit, "tau2_se")], expected, rtol=1e-3)

    @settings(max_examples=15, deadline=None)
    @given(data=counts(min_k=3))
    def test_the_profile_falls_to_its_limit_at_both_ends(self, data):
        fit = fit_glmm_batch(*data, profile=True)
        low, high = value(fit, "tau2_ci_low"), value(fit, "tau2_ci_high")
        tau2, top = value(fit, "tau2"), value(fit, "log_likelihood")
        assert 0 <= low <= tau2 <= high
        target = top - 1.959963984540054**2 / 2
        mu = value(fit, "estimate")
        if high < 25:
            assert profile_of(*data, high, mu) == pytest.approx(target, abs=1e-4)
        if 0 < low < 25:
            assert profile_of(*data, low, mu) == pytest.approx(target, abs=1e-4)
        elif low == 0:
            assert top - value(fit, "ratio") / 2 >= target - 1e-9

    @given(data=counts(min_k=3), seed=st.integers(0, 2**32 - 1))
    @settings(max_examples=20, deadline=None)
    def test_a_mask_is_dropping_studies_and_a_batch_its_fits(self, data, seed):
        x, n = data
        mask = np.random.default_rng(seed).random((5, x.size)) < 0.6
        mask[:, 0] = True
        batch = fit_glmm_batch(x, n, mask=mask, profile=True)
        for row, use in enumerate(mask):
            alone = fit_glmm_batch(x[use], n[use], profile=True)
            assert_same(alone, batch, slice(row, row + 1), rtol=1e-4, atol=1e-6)

    def test_leaving_each_out_is_pooling_the_others(self):
        x, n = np.array(EVENTS), np.array(TOTAL)
        batch = fit_glmm_batch(x, n, mask=~np.eye(5, dtype=bool))
        for row in range(5):
            alone = fit_glmm_batch(np.delete(x, row), np.delete(n, row))
            assert_same(alone, batch, slice(row, row + 1))

    def test_rows_of_their_own_may_hold_anything_where_unused(self):
        rng = np.random.default_rng(1)
        n = rng.integers(5, 60, (6, 7)).astype(float)
        x = rng.binomial(n.astype(int), 0.2).astype(float)
        mask = rng.random((6, 7)) < 0.7
        mask[:, 0] = True
        batch = fit_glmm_batch(np.where(mask, x, np.nan), np.where(mask, n, -1), mask=mask)
        for row, use in enumerate(mask):
            alone = fit_glmm_batch(x[row, use], n[row, use])
            assert_same(alone, batch, slice(row, row + 1))

    @settings(max_examples=25, deadline=None)
    @given(data=counts(), seed=st.integers(0, 2**32 - 1))
    def test_order_does_not_matter_and_non_events_mirror(self, data, seed):
        x, n = data
        order = np.random.default_rng(seed).permutation(x.size)
        plain = fit_glmm_batch(x, n)
        assert_same(fit_glmm_batch(x[order], n[order]), plain, rtol=1e-5)
        mirrored = fit_glmm_batch(n - x, n)
        tolerance = {"rtol": 1e-5, "atol": 1e-7}
        assert_allclose(mirrored.estimate, -plain.estimate, **tolerance)
        assert_allclose(mirrored.ci_low, -plain.ci_high, **tolerance)
        assert_allclose(mirrored.tau2, plain.tau2, **tolerance)

    @settings(max_examples=15, deadline=None)
    @given(data=counts())
    def test_the_same_studies_twice_halve_the_variance(self, data):
        x, n = data
        plain, double = fit_glmm_batch(x, n), fit_glmm_batch([*x, *x], [*n, *n])
        assert_allclose(double.estimate, plain.estimate, rtol=1e-5, atol=1e-7)
        assert_allclose(double.tau2, plain.tau2, rtol=1e-5, atol=1e-9)
        assert_allclose(double.se, plain.se / np.sqrt(2), rtol=1e-4)
        assert_allclose(double.ratio, 2 * plain.ratio, rtol=1e-5, atol=1e-8)

    def test_large_studies_pool_as_their_logits_would(self):
        y = np.array([-1.2, -0.4, 0.1, 0.9])
        n = np.full(4, 10**8)
        x = np.round(n * expit(y))
        fit = fit_glmm_batch(x, n)
        assert_allclose(fit.estimate, y.mean(), rtol=1e-5)
        assert_allclose(fit.tau2, y.var(), rtol=1e-5)
        assert_allclose(fit.se, np.sqrt(y.var() / 4), rtol=1e-5)

    def test_blocks_change_nothing(self, monkeypatch):
        mask = np.random.default_rng(2).random((50, 5)) < 0.6
        mask[:, 4] = True
        whole = fit_glmm_batch(EVENTS, TOTAL, mask=mask, profile=True)
        monkeypatch.setattr(count_fits, "_BLOCK", 30)
        monkeypatch.setattr(logit_surface, "_BLOCK", 7)
        assert_same(fit_glmm_batch(EVENTS, TOTAL, mask=mask, profile=True), whole)

    @pytest.mark.parametrize("prediction", PREDICTIONS)
    def test_prediction_leaves_room_for_the_estimate(self, prediction):
        fit = fit_glmm_batch(EVENTS, TOTAL, ci="t", prediction=prediction)
        reach = np.sqrt(fit.tau2 + fit.se**2)
        quantile = {"t": 2.776445105, "HTS": 3.182446305, "z": 1.959963985}[prediction]
        assert_allclose(fit.pi_high - fit.estimate, quantile * reach, rtol=1e-9)
        assert np.isnan(fit_glmm_batch([1, 5], [9, 9], prediction="HTS").pi_low[0])

    def test_log_likelihood_holds_the_coefficients(self):
        fit = fit_glmm_batch([5, 5], [10, 10])
        expected = choose([5, 5], [10, 10]).sum() + 20 * np.log(0.5)
        assert_allclose(value(fit, "log_likelihood"), expected)

    def test_inputs_stay_as_they_are(self):
        x, n, mask = np.array([1.0, 5]), np.array([9.0, 9]), np.array([[True, True]])
        fit_glmm_batch(x, n, mask=mask)
        assert (x.tolist(), n.tolist(), mask.tolist()) == ([1, 5], [9, 9], [[True, True]])


class TestMisuse:
    @pytest.mark.parametrize(
        ("option", "message"),
        [
            ({"ci": "HKSJ"}, "`ci` must be one of 'HK', 'HK-adhoc', 'z', 't'"),
            ({"prediction": "riley"}, "`prediction` must be one of 't', 'HTS', 'z'"),
            ({"level": 95}, r"`level` must lie between 0 and 1\. Got 95"),
            ({"mask": [0, 1]}, "`mask` must hold True or False"),
            ({"mask": [True]}, r"shape \(k,\) or \(B, k\).* Got \(1, 2\), \(1, 2\), \(1, 1\)"),
            ({"mask": [[True, True], [False, False]]}, "Got none in row 1 of `mask`"),
        ],
    )
    def test_options(self, option, message):
        with pytest.raises(InputError, match=message):
            fit_glmm_batch([1, 2], [10, 10], **option)

    @pytest.mark.parametrize(
        ("events", "total", "message"),
        [
            ([1, 11], [10, 10], "Got 11 of 10 at position 1"),
            ([1, -1], [10, 10], "Got -1 of 10 at position 1"),
            ([1.5, 1], [10, 10], "Got 1.5 of 10 at position 0"),
            ([0, 0], [0, 10], "Got 0 of 0 at position 0"),
            ([1, 1], [10, np.inf], "Got 1 of inf at position 1"),
            ([np.nan, 2], [10, 1], "Got nan of 10 at position 0; 2 of 1 at position 1"),
            ([[1, 2], [3, 40]], [10, 10], "Got 40 of 10 at position 1, 1"),
            ([], [], "k >= 1"),
        ],
    )
    def test_counts(self, events, total, message):
        with pytest.raises(InputError, match=message):
            fit_glmm_batch(events, total)
