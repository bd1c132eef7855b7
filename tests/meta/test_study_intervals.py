"""Intervals of one proportion: against R, by their laws, and when misused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from pooling_cases import rows_of
from scipy.stats import binom

from reviewkit._core.errors import InputError
from reviewkit.meta.study_intervals import PROPORTION_INTERVALS, find_interval

R_NAME = {
    "clopper-pearson": "clopper_pearson",
    "wilson": "wilson",
    "agresti-coull": "agresti_coull_clipped",
    "jeffreys": "jeffreys_boundary_modified",
    "mid-p": "mid_p",
    "arcsine": "arcsine",
}
#: R's are closed forms but mid-P, which was solved there to 1e-11 or so.
RTOL = {"mid-p": 1e-7}
every_method = pytest.mark.parametrize("method", PROPORTION_INTERVALS)


@every_method
def test_against_r(method):
    rows = rows_of("intervals")
    for level in (0.9, 0.95, 0.99):
        some = [row for row in rows if row.level == level]
        x, n = ([getattr(row, name) for row in some] for name in ("events", "total"))
        found = np.transpose(find_interval(x, n, method=method, level=level))
        expected = [getattr(row, R_NAME[method]) for row in some]
        assert_allclose(found, expected, rtol=RTOL.get(method, 1e-9), atol=1e-12)


@every_method
@given(n=st.integers(1, 10**6), share=st.floats(0, 1), level=st.floats(0.8, 0.999))
def test_holds_the_proportion_within_0_and_1(method, n, share, level):
    x = round(share * n)
    low, high = find_interval([x], [n], method=method, level=level)
    assert 0 <= low[0] <= x / n * (1 + 1e-12)
    assert x / n * (1 - 1e-12) <= high[0] <= 1
    assert low[0] < high[0]


@every_method
@given(n=st.integers(1, 10**4), share=st.floats(0, 1))
def test_counting_the_others_mirrors_it(method, n, share):
    x = round(share * n)
    low, high = find_interval([x, n - x], [n, n], method=method)
    assert_allclose([low[1], high[1]], [1 - high[0], 1 - low[0]], atol=1e-10)


@pytest.mark.parametrize("x", [0, 1, 5, 19, 20])
def test_exact_limits_leave_the_tail_they_should(x):
    (low,), (high,) = find_interval([x], [20])
    if x:
        assert binom.sf(x - 1, 20, low) == pytest.approx(0.025)
    if x < 20:
        assert binom.cdf(x, 20, high) == pytest.approx(0.025)


@pytest.mark.parametrize("x", [0, 1, 5, 19, 20])
def test_mid_p_counts_half_of_what_was_observed(x):
    (low,), (high,) = find_interval([x], [20], method="mid-p")
    if x:
        assert binom.sf(x, 20, low) + binom.pmf(x, 20, low) / 2 == pytest.approx(0.025)
    if x < 20:
        assert binom.cdf(x - 1, 20, high) + binom.pmf(x, 20, high) / 2 == pytest.approx(0.025)


def test_unknown_method_lists_the_known():
    with pytest.raises(InputError, match=r"one of 'clopper-pearson', .*Got 'wald'"):
        find_interval([1], [10], method="wald")
