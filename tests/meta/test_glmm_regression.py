"""Regressions of counts by the GLMM: R's answers, brute force, laws, and data without a peak."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from count_cases import choose, counts
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from scipy.stats import chi2

from reviewkit._core.errors import InputError
from reviewkit.meta import glmm_regression
from reviewkit.meta.glmm import fit_glmm_batch
from reviewkit.meta.glmm_regression import find_separation, fit_glmm_regressions
from reviewkit.meta.moderators import compare_subgroups, meta_regression
from reviewkit.meta.pooling import pool_prevalence

SHARED = Path(__file__).parents[3] / "shared" / "reference"

EVENTS = np.array([12.0, 3.0, 0.0, 41.0, 8.0, 20.0, 5.0, 17.0])
TOTAL = np.array([40.0, 33.0, 12.0, 90.0, 31.0, 52.0, 60.0, 44.0])
YEAR = np.array([1990.0, 1996.0, 1999.0, 2003.0, 2008.0, 2011.0, 2016.0, 2020.0])
DESIGN = np.column_stack([np.ones(8), YEAR, [1, 0, 0, 1, 1, 0, 0, 1]])


def likelihood(events, total, eta, tau2):
    """Integrate over evenly spaced normal deviates: blunt, and right up to tau² = 20."""
    u = np.linspace(-12, 12, 6001)
    x, n = (np.asarray(part, dtype=float)[:, None] for part in (events, total))
    at = eta[:, None] + tau2**0.5 * u
    kernel = x * at - n * np.logaddexp(0, at) - u * u / 2
    top = kernel.max(axis=1)
    area = np.exp(kernel - top[:, None]).sum(axis=1) * (u[1] - u[0]) / np.sqrt(2 * np.pi)
    return float((top + np.log(area)).sum() + choose(events, total).sum())


def table(events, total, **columns):
    """Return counts as a table."""
    return {"study": [f"S{i}" for i in range(len(events))], "events": events, "total": total,
            **columns}  # fmt: skip


class TestAgainstR:
    def test_groups_with_a_common_tau2(self):
        """R stops its quadrature at 7 nodes: estimates agree to 5e-5, tests to 1e-4."""
        if not SHARED.exists():
            pytest.skip(f"the full reference answers are not here: {SHARED}")
        cases = json.loads((SHARED / "pooling_meta.json").read_text(encoding="utf-8"))["cases"]
        cases = [c for c in cases if c.get("tag") == "subgroup_GLMM_tau.common_TRUE"]
        assert len(cases) == 5
        for case in cases:
            data = pd.read_csv(SHARED / "datasets" / f"{case['dataset']}.csv")
            data["study"] = [*map(str, data.index)]
            pooled = pool_prevalence(data, events="x", total="n", model="glmm", ci="z")
            found = compare_subgroups(pooled, by="subgroup", tau2="common")
            expected = case["result"]["subgroup"]
            assert [*found.groups] == expected["levels"]
            for name, theirs in (("estimate", "TE"), ("se", "seTE"), ("ci_low", "lower")):
                values = expected[f"{theirs}_random_w"]
                assert_allclose(getattr(found.fit, name), values, rtol=6e-5, atol=2e-5)
            assert_allclose(found.fit.tau2, expected["tau2_resid"], rtol=3e-5)
            assert found.test.statistic == pytest.approx(expected["Q_b_random"], rel=1e-4)


class TestAgainstBruteForce:
    def test_the_peak_is_one_and_its_bend_gives_the_errors(self):
        """Move each parameter by a little: the slope is 0, the bends are those of the covariance."""
        fit = fit_glmm_regressions(EVENTS, TOTAL, DESIGN, profile=True)
        centred = DESIGN - [0, 2005, 0]
        at = fit.coefficients[0] + [2005 * fit.coefficients[0, 1], 0, 0]
        at, step = np.append(at, fit.tau2), np.array([0.01, 0.001, 0.01, 0.002])

        def value(*moves):
            here = at.copy()
            for place, sign in moves:
                here[place] += sign * step[place]
            return likelihood(EVENTS, TOTAL, centred @ here[:3], here[3])

        top, size = value(), len(at)
        assert fit.log_likelihood[0] == pytest.approx(top, abs=1e-8)
        slope = [(value((i, 1)) - value((i, -1))) / (2 * step[i]) for i in range(size)]
        assert_allclose(np.array(slope) * step, 0, atol=2e-5)
        bend = np.empty((size, size))
        for i in range(size):
            for j in range(size):
                signs = [(a, b) for a in (1, -1) for b in (1, -1)]
                bend[i, j] = sum(a * b * value((i, a), (j, b)) for a, b in signs)
                bend[i, j] /= 4 * step[i] * step[j]
        covariance = np.linalg.inv(-bend)
        to_centre = np.array([[1, 2005, 0], [0, 1, 0], [0, 0, 1]])
        ours = to_centre @ fit.covariance[0] @ to_centre.T
        assert_allclose(ours, covariance[:3, :3], rtol=3e-3, atol=1e-5)
        assert fit.tau2_se[0] == pytest.approx(covariance[3, 3] ** 0.5, rel=3e-3)

    @settings(deadline=None, max_examples=40)
    @given(counts(min_k=5, max_k=6), st.integers(0, 2**32))
    def test_no_point_around_is_higher(self, data, seed):
        (events, total), rng = data, np.random.default_rng(seed)
        design = np.column_stack([np.ones(len(events)), np.arange(len(events)) % 3])
        fit = fit_glmm_regressions(events, total, design)
        assume(fit.tau2[0] < 10)
        for _ in range(10):
            b = fit.coefficients[0] + 0.3 * rng.normal(size=2)
            tau2 = fit.tau2[0] * np.exp(rng.uniform(-0.6, 0.6)) + 0.01 * rng.random()
            assert likelihood(events, total, design @ b, tau2) <= fit.log_likelihood[0] + 1e-7

    def test_limits_of_tau2_lie_where_the_profile_has_fallen(self):
        fit = fit_glmm_regressions(EVENTS, TOTAL, DESIGN[:, [0, 2]], profile=True, level=0.9)
        assert fit.tau2_ci_low[0] > 0
        for limit in (fit.tau2_ci_low[0], fit.tau2_ci_high[0]):
            best = max(
                likelihood(EVENTS, TOTAL, DESIGN[:, [0, 2]] @ b, limit)
                for b in _around(fit.coefficients[0], limit)
            )
            assert 2 * (fit.log_likelihood[0] - best) == pytest.approx(chi2.ppf(0.9, 1), abs=1e-3)


def _around(b, tau2):
    """Yield coefficients by a compass search of the oracle: slow, blunt, and right."""
    step, design = 0.5, DESIGN[:, [0, 2]]
    value = likelihood(EVENTS, TOTAL, design @ b, tau2)
    while step > 1e-3:
        moves = [
            b + step * np.array(d) for d in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, -1), (-1, 1))
        ]
        values = [likelihood(EVENTS, TOTAL, design @ m, tau2) for m in moves]
        if max(values) > value:
            b, value = moves[int(np.argmax(values))], max(values)
        else:
            step /= 3
    yield b


class TestLaws:
    @settings(deadline=None, max_examples=40)
    @given(counts(min_k=2))
    def test_a_column_of_ones_is_the_pooled_mean(self, data):
        one = fit_glmm_regressions(*data, np.ones((len(data[0]), 1)), profile=True)
        other = fit_glmm_batch(*data, profile=True)
        assert_allclose(one.coefficients[:, 0], other.estimate, rtol=1e-7, atol=1e-7)
        assert_allclose(one.covariance[:, 0, 0] ** 0.5, other.se, rtol=1e-6)
        for name in ("tau2", "tau2_ci_low", "tau2_ci_high", "q", "h2", "log_likelihood", "ratio"):
            assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-6, atol=1e-7)

    def test_other_columns_of_the_same_space_say_the_same(self):
        turn = np.array([[1.0, 2.0, 0.5], [0.0, 0.01, 3.0], [2.0, 0.0, 1.0]])
        one = fit_glmm_regressions(EVENTS, TOTAL, DESIGN)
        other = fit_glmm_regressions(EVENTS, TOTAL, DESIGN @ turn)
        assert_allclose(turn @ other.coefficients[0], one.coefficients[0], rtol=1e-6)
        assert_allclose(turn @ other.covariance[0] @ turn.T, one.covariance[0], rtol=1e-5)
        assert_allclose(other.tau2, one.tau2, rtol=1e-6)

    def test_relabelling_events_turns_the_signs(self):
        one = fit_glmm_regressions(EVENTS, TOTAL, DESIGN, profile=True)
        other = fit_glmm_regressions(TOTAL - EVENTS, TOTAL, DESIGN, profile=True)
        assert_allclose(other.coefficients, -one.coefficients, rtol=1e-7)
        assert_allclose(other.tau2_ci_high, one.tau2_ci_high, rtol=1e-6)

    def test_each_row_of_a_mask_is_a_fit_of_its_own(self, monkeypatch):
        mask = np.random.default_rng(5).random((60, 8)) < 0.75
        monkeypatch.setattr(glmm_regression, "_BLOCK", 100)
        many = fit_glmm_regressions(EVENTS, TOTAL, DESIGN, mask=mask)
        assert 0 < np.isnan(many.tau2).sum() < 30
        for row, used in enumerate(mask):
            if np.isnan(many.tau2[row]):
                continue
            one = fit_glmm_regressions(EVENTS[used], TOTAL[used], DESIGN[used])
            assert_allclose(many.coefficients[row], one.coefficients[0], rtol=1e-5, atol=1e-6)
            assert_allclose(many.log_likelihood[row], one.log_likelihood[0], rtol=1e-9)

    def test_rows_without_a_peak_are_those_that_cannot_have_one(self):
        group = np.array([1.0, 1, 1, 0, 0, 0, 0, 0])
        events, total = np.array([0.0, 0, 0, 3, 4, 5, 6, 7]), np.full(8, 10.0)
        design = np.column_stack([np.ones(8), group])
        assert np.isnan(fit_glmm_regressions(events, total, design).tau2).all()
        assert find_separation(events, total, design) @ [0, 1] < 0
        events[0] = 1
        assert np.isfinite(fit_glmm_regressions(events, total, design).coefficients).all()
        assert find_separation(events, total, design) is None

    def test_extremes_on_both_sides_of_a_column_do_not_separate(self):
        events, total = np.array([0.0, 9, 0, 9, 5, 4]), np.full(6, 9.0)
        design = np.column_stack([np.ones(6), [0.0, 1, 2, 3, 1, 1]])
        assert find_separation(events, total, design) is None
        assert np.isfinite(fit_glmm_regressions(events, total, design).tau2).all()
        ordered = np.array([0.0, 0, 9, 9, 5, 4])
        assert find_separation(ordered, total, design) is not None

    def test_many_people_and_few_events(self):
        events, total = np.array([1.0, 0, 2, 30]), np.array([1e7, 2e6, 1e7, 1e7])
        fit = fit_glmm_regressions(events, total, np.column_stack([np.ones(4), [0, 0, 1, 1]]))
        assert np.isfinite(fit.covariance).all()
        assert fit.coefficients[0, 0] < -14


class TestWhole:
    def test_regression_and_groups_are_one_model(self):
        pooled = pool_prevalence(table(EVENTS, TOTAL, g=[*"aabbabab"]), model="glmm", ci="z")
        groups = compare_subgroups(pooled, by="g", tau2="common")
        found = meta_regression(pooled, "~ g")
        assert groups.test.statistic == pytest.approx(found.qm, rel=1e-9)
        assert groups.ratio_test.statistic == pytest.approx(found.likelihood.ratio, rel=1e-6)
        assert groups.ratio_test.df == found.likelihood.ratio_df == 1
        assert_allclose(groups.fit.tau2, found.tau2, rtol=1e-7)
        at = found.predict({"g": ["a", "b"]})
        assert_allclose(at["estimate"], groups.to_frame()["estimate"], rtol=1e-7)
        assert_allclose(at["ci_low"], groups.to_frame()["ci_low"], rtol=1e-6)
        assert found.r2 == pytest.approx(max(0, 1 - found.tau2 / pooled.tau2))
        assert np.isnan(found.weights).all()

    def test_what_is_said(self):
        pooled = pool_prevalence(table(EVENTS, TOTAL, year=YEAR), model="glmm")
        found = meta_regression(pooled, "~ year")
        text = found.summary()
        assert "Binomial–normal GLMM meta-regression ~ year on logits" in text
        assert "likelihood ratio = " in text
        assert "likelihood ratio of τ² = 0" in text
        assert "with t, 6 df" in text
        assert "two-step" not in text
        assert found.tau2_ci_low <= found.tau2 <= found.tau2_ci_high
        assert "people in the study" in _svg(found)

    def test_a_group_without_events_leaves_tau2_to_the_others(self):
        events = np.array([3.0, 9, 4, 0, 0, 0])
        total = np.array([10.0, 12, 30, 15, 20, 9])
        data = table(events, total, g=[*"aaabbb"])
        found = compare_subgroups(pool_prevalence(data, model="glmm"), by="g", tau2="common")
        alone = fit_glmm_batch(events[:3], total[:3])
        assert_allclose(found.fit.estimate, [alone.estimate[0], -np.inf], rtol=1e-6)
        assert_allclose(found.fit.tau2, alone.tau2[0], rtol=1e-6)
        row = found.to_frame().iloc[1]
        assert row["estimate"] == row["ci_low"] == 0
        assert row["ci_high"] == pytest.approx(1 - 0.025 ** (1 / 44))
        assert "none, as a group has no standard error; likelihood ratio" in found.describe_test()
        assert found.ratio_test.statistic > 0

    def test_a_group_of_one_study_takes_tau2_from_the_others(self):
        data = table(EVENTS, TOTAL, g=[*"aaaabbbc"])
        found = compare_subgroups(pool_prevalence(data, model="glmm"), by="g", tau2="common")
        assert found.fit.tau2[2] == found.fit.tau2[0] > 0
        assert found.fit.se[2] > (1 / 17 + 1 / 27) ** 0.5
        assert np.isfinite(found.test.p_value)

    def test_no_events_at_all(self):
        data = table([0, 0, 0, 0], [5, 6, 7, 8], g=[*"aabb"])
        found = compare_subgroups(pool_prevalence(data, model="glmm"), by="g", tau2="common")
        assert_array_equal(found.to_frame()["estimate"], 0)
        assert_array_equal(found.fit.tau2, 0)
        assert found.ratio_test.statistic == 0

    def test_picture_of_groups(self, tmp_path):
        data = table(EVENTS, TOTAL, g=[*"aaaabbbc"])
        found = compare_subgroups(pool_prevalence(data, model="glmm"), by="g", tau2="common")
        assert "likelihood ratio" in found.save(tmp_path / "a.svg").read_text(encoding="utf-8")


def _svg(found):
    from reviewkit.present.axes import close_axes, render_axes

    ax = found.plot()
    try:
        return render_axes(ax, "svg").decode()
    finally:
        close_axes(ax)


class TestMisuse:
    def test_a_level_without_events(self):
        data = table([3, 9, 4, 0, 0, 0], [10, 12, 30, 15, 20, 9], g=[*"aaabbb"])
        pooled = pool_prevalence(data, model="glmm")
        with pytest.raises(InputError, match=r"Got 3 of 6 studies that g\[b\] separates"):
            meta_regression(pooled, "~ g")

    def test_none_or_all_in_every_study(self):
        pooled = pool_prevalence(
            table([0, 9, 0, 9, 4], [9, 9, 9, 9, 9], x=[1, 1, 2, 2, None]), model="glmm"
        )
        with pytest.raises(InputError, match="must have a study with some and not all events"):
            meta_regression(pooled, "~ x", missing="drop")

    def test_no_permutations(self):
        pooled = pool_prevalence(table(EVENTS, TOTAL, year=YEAR), model="glmm")
        with pytest.raises(
            InputError, match="test='permutation' must have a regression of effects"
        ):
            meta_regression(pooled, "~ year", test="permutation")

    def test_no_estimator(self):
        pooled = pool_prevalence(table(EVENTS, TOTAL, year=YEAR), model="glmm")
        with pytest.raises(InputError, match=r"must have tau2='ML', as its likelihood gives tau²"):
            meta_regression(pooled, "~ year", tau2="REML")

    def test_collinear(self):
        data = table(EVENTS, TOTAL, year=YEAR, age=2 * YEAR - 5)
        with pytest.raises(InputError, match="Moderators must not determine one another"):
            meta_regression(pool_prevalence(data, model="glmm"), "~ year + age")
        with pytest.raises(InputError, match="must be linearly independent"):
            fit_glmm_regressions(EVENTS, TOTAL, DESIGN[:, [0, 1, 1]])

    def test_a_common_tau2_of_a_beta_binomial(self):
        pooled = pool_prevalence(table(EVENTS, TOTAL, g=[*"aabbabab"]), model="beta-binomial")
        with pytest.raises(InputError, match="'beta-binomial' must have tau2='separate'"):
            compare_subgroups(pooled, by="g", tau2="common")
