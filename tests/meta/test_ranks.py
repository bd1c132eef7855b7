"""Ranks: against scipy, and by exhaustion."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.special import ndtr
from scipy.stats import kendalltau, nchypergeom_fisher, norm

from reviewkit._core.errors import InputError
from reviewkit.meta.ranks import correlate_ranks, expect_events, range_over_ties, rank_from_middle


@given(st.permutations(range(9)))
def test_without_ties_p_is_exact(order):
    first, second = np.arange(9.0), np.array(order, dtype=float)
    found, expected = correlate_ranks(first, second), kendalltau(first, second, method="exact")
    assert found.exact
    assert_allclose((found.tau, found.p_value), (expected.statistic, expected.pvalue), atol=1e-12)


def test_p_counts_the_orders_that_are_as_extreme():
    second = np.array([0.0, 2.0, 1.0, 4.0, 3.0])
    found = correlate_ranks(np.arange(5.0), second)
    taus = [kendalltau(range(5), order).statistic for order in permutations(range(5))]
    assert found.p_value == pytest.approx(2 * np.mean(np.array(taus) >= found.tau - 1e-12))


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=3, max_size=40))
def test_with_ties_p_is_normal(pairs):
    first, second = np.array(pairs, dtype=float).T
    assume(np.ptp(first) > 0)
    assume(np.ptp(second) > 0)
    found, expected = correlate_ranks(first, second), kendalltau(first, second, method="asymptotic")
    tied = min(len(set(first)), len(set(second))) < len(first)
    assert found.exact != tied
    assert found.tau == pytest.approx(expected.statistic)
    if tied:
        assert found.p_value == pytest.approx(expected.pvalue, abs=1e-12)


def test_the_exact_and_the_normal_meet_where_they_change_hands():
    rng = np.random.default_rng(1)
    for k, exact in ((170, True), (171, False)):
        found = correlate_ranks(np.arange(k), rng.permutation(k) + 2.0 * np.arange(k) / k)
        assert found.exact == exact
        assert found.p_value == pytest.approx(2 * ndtr(-abs(found.z)), rel=0.02)


def test_equal_values_cannot_be_ranked():
    with pytest.raises(InputError, match="must differ in effect and in precision"):
        correlate_ranks(np.ones(4), np.arange(4.0))


def test_the_index_follows_its_definition_step_by_step():
    # Five trials of pain (Furuya-Kanamori 2018, doi:10.1097/XEB.0000000000000141).
    effects = np.array([-4.270, -1.710, -0.580, -0.190, 0.000])
    variances = np.array([0.158, 0.076, 0.018, 0.022, 0.040])
    sizes = [100 * 0.158 / v for v in variances]
    z = [norm.ppf((sum(sizes[:i]) + n / 2 - 0.5) / sum(sizes)) for i, n in enumerate(sizes)]
    tip = effects[np.argmin(np.abs(z))]
    slope = (max(z) - min(z)) / (effects.max() - effects.min())
    doi = rank_from_middle(effects, variances)
    assert_allclose(doi.z, z)
    assert doi.lfk == pytest.approx(5 / (2 * 5) * sum(z + slope * (effects - tip)))
    assert doi.lfk < -2


def test_even_studies_of_one_precision_have_no_asymmetry():
    for k in (3, 5, 11):
        assert abs(rank_from_middle(np.linspace(-1, 1, k), np.full(k, 0.1)).lfk) < 0.05


def test_one_study_may_outweigh_all_others():
    # Its last rank rounds to all ranks; counted from its own end there is a quantile of it.
    doi = rank_from_middle(np.array([0.1, 0.2, 0.3]), np.array([1e-8, 1.0, 1e8]))
    assert np.isfinite(doi.lfk)
    assert np.isfinite(doi.z).all()
    assert doi.z.tolist() == sorted(doi.z)
    assert doi.z[0] == pytest.approx(0, abs=1e-7)
    assert doi.z[2] == pytest.approx(-norm.ppf(50.5 / (100 * (1e16 + 1e8 + 1))), rel=1e-9)


def test_ties_are_taken_as_they_come():
    effects, variances = np.array([0.0, 1.0, 1.0, 3.0]), np.array([0.1, 0.5, 0.01, 0.2])
    assert rank_from_middle(effects, variances).order.tolist() == [0, 1, 2, 3]
    swapped = variances[[0, 2, 1, 3]]
    ends = sorted(rank_from_middle(effects, v).lfk for v in (variances, swapped))
    assert range_over_ties(effects, variances) == pytest.approx(tuple(ends))


def test_events_expected_follow_the_noncentral_hypergeometric():
    a, n1, c, n2 = (np.array(x, dtype=float) for x in ([3, 8], [20, 40], [7, 5], [25, 60]))
    mean, variance = expect_events(a, n1, c, n2)
    b, d, n = n1 - a, n2 - c, n1 + n2
    odds = (a * d / n).sum() / (b * c / n).sum()
    for i in range(2):
        law = nchypergeom_fisher(int(n[i]), int(n1[i]), int(a[i] + c[i]), odds)
        assert mean[i] == pytest.approx(law.mean())
        assert variance[i] == pytest.approx(law.var())
