"""Counting missing studies: by hand, by symmetry, and where there is no answer."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewkit._core.errors import ConvergenceError, InputError
from reviewkit.meta.trimfill import ESTIMATORS_OF_MISSING, find_missing

LOPSIDED = np.array([-0.12, -0.1, 0.02, 0.04, 0.8, 1.4, 2.0])


def middle_of(effects):
    return lambda rows: float(np.median(effects[rows]))


def test_l0_by_hand():
    # Signed ranks of distances -3 to 3 with the negative ones first: T = 6 of 21.
    found, _ = ESTIMATORS_OF_MISSING["L0"](np.array([-1.0, -2, 3, -4, 5, 6]))
    assert found == pytest.approx((4 * 14 - 42) / 11)


def test_r0_by_hand():
    # The three largest distances lie on one side: gamma = 3, less 1.
    found, se = ESTIMATORS_OF_MISSING["R0"](np.array([-1.0, -2, 3, -4, 5, 6, 7]))
    assert (found, se) == (2, 6**0.5)


def test_q0_by_hand():
    found, _ = ESTIMATORS_OF_MISSING["Q0"](np.array([-1.0, -2, 3, -4, 5, 6]))
    assert found == pytest.approx(6 - 0.5 - (2 * 36 - 4 * 14 + 0.25) ** 0.5)


@pytest.mark.parametrize("estimator", ESTIMATORS_OF_MISSING)
@given(half=st.lists(st.integers(1, 1000), min_size=1, max_size=8, unique=True))
def test_symmetry_lacks_nothing(estimator, half):
    # Ties are ranked as they stand, so that the two halves must not tie exactly.
    effects = np.array([*(-value - 0.25 for value in half), 0.125, *map(float, half)])
    found = find_missing(effects, "left", estimator, lambda rows: 0.0)
    assert found.number == 0
    assert found.mirrored.size == 0


@pytest.mark.parametrize("estimator", ["L0", "R0"])
def test_sides_mirror_each_other(estimator):
    left = find_missing(LOPSIDED, "left", estimator, middle_of(LOPSIDED))
    right = find_missing(-LOPSIDED, "right", estimator, middle_of(-LOPSIDED))
    assert left.number == right.number > 0
    assert left.mirrored.tolist() == right.mirrored.tolist()
    assert left.centre == -right.centre
    assert left.se == right.se


def test_the_most_extreme_studies_are_mirrored():
    found = find_missing(LOPSIDED, "left", "L0", middle_of(LOPSIDED))
    assert found.mirrored.tolist() == [*range(7)][-found.number :]


@pytest.mark.parametrize("estimator", ESTIMATORS_OF_MISSING)
def test_equal_effects_lack_nothing(estimator):
    effects = np.full(5, 0.9)
    weights = np.array([1 / 1.26, 1 / 0.06, 1 / 0.17, 3, 7])

    def weighted(rows):
        return float(effects[rows] @ weights[rows] / weights[rows].sum())  # 0.9, but for rounding

    assert find_missing(effects, "left", estimator, weighted).number == 0


def test_a_number_whose_variance_is_negative_has_no_standard_error():
    _, se = ESTIMATORS_OF_MISSING["L0"](-np.arange(1.0, 12))
    assert np.isnan(se)


def test_q0_without_a_root():
    with pytest.raises(InputError, match="Got a rank sum of 10 of at most 10 on one side"):
        ESTIMATORS_OF_MISSING["Q0"](np.arange(1.0, 5))


def test_going_round_in_circles():
    def restless(rows):
        return 0.0 if rows.size == 7 else 3.0  # trimming undoes its own reason

    with pytest.raises(ConvergenceError, match="went round in circles at 0 of 7"):
        find_missing(LOPSIDED, "left", "L0", restless)
