"""Q-profile intervals: against metafor's confint, by their laws, and at their limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from meta_cases import studies
from numpy.testing import assert_allclose
from pooling_cases import name_of, rows_of
from scipy.stats import chi2

from reviewkit._core.errors import ConvergenceError
from reviewkit.meta import heterogeneity
from reviewkit.meta.heterogeneity import profile_heterogeneity

EFFECTS = {(row.dataset, row.measure): (row.yi, row.vi) for row in rows_of("effects")}
#: metafor solves to an absolute step, which is the coarser side where tau² is 1e-9.
RTOL = 1e-5


def q_at(tau2, y, v):
    """Write Q as matrices, unlike the library, so that a slip there shows here."""
    ones, precision = np.ones((y.size, 1)), np.diag(1 / (v + tau2))
    lost = precision @ ones @ np.linalg.inv(ones.T @ precision @ ones) @ ones.T @ precision
    return y @ (precision - lost) @ y


@pytest.mark.parametrize("row", rows_of("profiles"), ids=name_of)
def test_against_metafor(row):
    found = profile_heterogeneity(*map(np.array, EFFECTS[row.dataset, row.measure]))
    if row.tau2 is None:
        assert np.isnan(found).all()
        return
    assert_allclose([found.tau2_low, found.tau2_high], row.tau2, rtol=RTOL)
    assert_allclose([found.i2_low, found.i2_high], np.divide(row.I2, 100), rtol=RTOL)
    assert_allclose([found.h2_low, found.h2_high], row.H2, rtol=RTOL)


class TestLaws:
    @given(data=studies(), level=st.floats(0.5, 0.999))
    def test_q_is_critical_at_each_limit_or_the_limit_is_0(self, data, level):
        y, v = data
        found = profile_heterogeneity(y, v, level=level)
        tails = {found.tau2_low: (1 + level) / 2, found.tau2_high: (1 - level) / 2}
        for limit, tail in tails.items():
            critical = chi2.ppf(tail, y.size - 1)
            if limit == 0:
                assert q_at(0, y, v) <= critical * (1 + 1e-6)
            else:
                assert q_at(limit, y, v) == pytest.approx(critical, rel=1e-6)

    @given(distance=st.floats(1e-3, 1e3), v=st.tuples(st.floats(1e-3, 10), st.floats(1e-3, 10)))
    def test_two_studies_have_a_closed_form(self, distance, v):
        found = profile_heterogeneity(np.array([0.0, distance]), np.array(v))
        for limit, tail in ((found.tau2_low, 0.975), (found.tau2_high, 0.025)):
            expected = max(0, (distance**2 / chi2.ppf(tail, 1) - sum(v)) / 2)
            assert limit == pytest.approx(expected, rel=1e-9, abs=1e-12 * max(v))

    @given(data=studies(), power=st.integers(-60, 60), shift=st.floats(-3, 3))
    def test_scales_with_the_square_of_the_unit(self, data, power, shift):
        y, v = data
        unit = 2.0**power
        plain = profile_heterogeneity(y, v)
        scaled = profile_heterogeneity(unit * (y + shift), unit**2 * v)
        slack = 1e-6 * v.min()  # what a shift costs in digits of y
        assert_allclose(np.array(scaled[:2]) / unit**2, plain[:2], rtol=1e-5, atol=slack)
        assert_allclose(scaled[2:], plain[2:], rtol=1e-5, atol=1e-5)

    @given(data=studies(), start=st.floats(0, 1e6))
    def test_a_guess_changes_nothing(self, data, start):
        plain, guessed = (profile_heterogeneity(*data, start=s) for s in (0.0, start))
        assert_allclose(guessed, plain, rtol=1e-7, atol=1e-9 * data[1].min())

    @given(data=studies())
    def test_a_higher_level_is_wider(self, data):
        narrow, wide = (profile_heterogeneity(*data, level=level) for level in (0.8, 0.99))
        assert wide.tau2_low <= narrow.tau2_low <= narrow.tau2_high <= wide.tau2_high
        assert 0 <= narrow.i2_low <= narrow.i2_high < 1
        assert 1 <= narrow.h2_low <= narrow.h2_high


class TestLimits:
    def test_one_study_has_none(self):
        assert np.isnan(profile_heterogeneity(np.array([0.3]), np.array([0.1]))).all()

    def test_equal_effects_leave_0_only(self):
        found = profile_heterogeneity(np.full(4, 0.3), np.array([0.1, 0.2, 0.3, 0.4]))
        assert found == (0, 0, 0, 0, 1, 1)

    def test_variances_of_many_magnitudes(self):
        y, v = np.linspace(-1, 1, 30) ** 3, 10.0 ** np.linspace(-150, 10, 30)
        found = profile_heterogeneity(y, v)
        assert 0 < found.tau2_low < found.tau2_high < np.inf

    def test_no_settling_says_so(self, monkeypatch):
        monkeypatch.setattr(heterogeneity, "_STEPS", 1)
        with pytest.raises(ConvergenceError, match=r"must settle in 1 steps.* for 3 studies"):
            profile_heterogeneity(np.array([0.0, 1, 3]), np.array([0.1, 0.2, 0.3]))
