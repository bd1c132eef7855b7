"""Sums of fits to a design: against matrices, against one another, and against fractions."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from reviewkit.meta import design_fits, search
from reviewkit.meta.design_fits import DesignFits, DesignSums, find_ranks
from reviewkit.meta.fits import Fits
from reviewkit.meta.regression_batch import make_basis
from reviewkit.meta.search import Balance
from reviewkit.meta.tau2 import ESTIMATORS


@st.composite
def regressions(draw, max_k=10):
    """Draw effects, variances that differ by up to 10^6, and two or three columns."""
    k = draw(st.integers(4, max_k))
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    columns = rng.normal(size=(k, draw(st.integers(1, 2))))
    spread = draw(st.sampled_from([0.1, 1, 5]))
    y = spread * rng.normal(size=k)
    return y, 10 ** rng.uniform(-4, 2, k), np.column_stack([np.ones(k), columns])


def make_fits(y, v, x):
    """Return one fit."""
    basis, _ = make_basis(x, len(y))
    return DesignFits(y[None], v[None], np.ones((1, len(y))), basis)


def matrices(y, v, x, tau2):
    """Return the sums of a fit from matrices of k rows and columns."""
    w = np.diag(1 / (v + tau2))
    information = x.T @ w @ x
    p = w - w @ x @ np.linalg.solve(information, x.T @ w)
    return {
        "q1": y @ p @ y,
        "q2": y @ p @ p @ y,
        "cube": y @ p @ p @ p @ y,
        "trace": np.trace(p),
        "trace2": np.trace(p @ p),
        "w1": np.trace(w),
        "w2": np.trace(w @ w),
    }


@given(data=regressions(), power=st.floats(-3, 3))
def test_sums_are_those_of_matrices(data, power):
    y, v, x = data
    sums = make_fits(y, v, x).at(np.array([10**power]))
    w = 1 / (v + 10**power)
    for name, expected in matrices(y, v, x, 10**power).items():
        degree = {"q1": 1, "q2": 2, "cube": 3, "trace": 1, "trace2": 2}.get(name, 1)
        size = np.max(w) ** degree * (y @ y if name in ("q1", "q2", "cube") else len(y))
        assert_allclose(getattr(sums, name)[0], expected, rtol=1e-8, atol=1e-10 * size)
    assert (sums.k[0], sums.df[0]) == (len(y), len(y) - x.shape[1])


@given(data=regressions())
def test_information_changes_as_that_of_matrices(data):
    y, v, x = data
    tau2 = np.array([0.3, 2.0])
    sums = make_fits(y, v, x).rows(np.zeros(2, dtype=int)).at(tau2)
    expected = [np.linalg.slogdet((x.T / (v + t)) @ x)[1] for t in tau2]
    assert_allclose(np.diff(sums.information), np.diff(expected), rtol=1e-8, atol=1e-10)


@given(data=regressions())
def test_a_grid_holds_the_sums_at_its_points(data):
    fits = make_fits(*data)
    tau2 = np.array([0.0, 0.1, 7.0])
    grid, points = fits.on(tau2[None]), fits.rows(np.zeros(3, dtype=int)).at(tau2)
    for name in DesignSums._fields:
        assert_allclose(getattr(grid, name)[0], getattr(points, name), rtol=1e-12)


def test_blocks_give_the_same(monkeypatch):
    rng = np.random.default_rng(3)
    basis, _ = make_basis(np.column_stack([np.ones(20), rng.normal(size=20)]), 20)
    fits = DesignFits(
        rng.normal(size=(9, 20)), rng.uniform(0.01, 1, (9, 20)), np.ones((9, 20)), basis
    )
    whole = ESTIMATORS["REML"](fits)
    monkeypatch.setattr(design_fits, "BLOCK", 64)
    assert_allclose(ESTIMATORS["REML"](fits), whole, rtol=1e-12)


@pytest.mark.parametrize("tau2", ESTIMATORS)
@settings(max_examples=20)
@given(data=regressions())
def test_a_column_of_ones_is_the_pooled_effect(tau2, data):
    y, v, _ = data
    ones = make_fits(y, v, np.ones((len(y), 1)))
    plain = Fits(y[None], v[None], np.ones((1, len(y))))
    expected = ESTIMATORS[tau2](plain)
    assert_allclose(ESTIMATORS[tau2](ones), expected, rtol=1e-8, atol=1e-12 * v.min())


@pytest.mark.parametrize("method", ["REML", "ML", "PM"])
@settings(max_examples=150)
@given(data=regressions(), low=st.floats(-5, 2), ratio=st.floats(0.01, 2))
def test_a_sure_interval_has_one_peak_at_most_and_shows_it_at_its_ends(method, data, low, ratio):
    seen = []
    fits = make_fits(*data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "reviewkit.meta.tau2.find_tau2", lambda _, equation, *__: seen.append(equation)
        )
        ESTIMATORS[method](fits)
    tau2 = 10**low * np.linspace(1, 10**ratio, 200)
    sides = seen[0](fits.on(tau2[None]))
    ends = Balance(*(np.asarray(side)[:, [0, -1]] for side in sides))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "_HIDDEN", 0.0)
        sure = search._is_sure(ends, np.array([[tau2[-1] - tau2[0]]]))[0, 0]
    gap = (sides.observed - sides.expected)[0]
    clear = np.abs(gap) > 1e-9 * np.broadcast_to(sides.expected, sides.observed.shape)[0]
    signs = np.sign(gap[clear])
    peaks = np.count_nonzero((signs[:-1] > 0) & (signs[1:] < 0))
    if sure and signs.size:
        assert peaks == (signs[0] > 0 > signs[-1])


@pytest.mark.parametrize(("method", "restricted"), [("REML", True), ("ML", False)])
@settings(max_examples=60, deadline=None)
@given(data=regressions())
def test_no_point_of_a_fine_grid_is_likelier(method, restricted, data):
    y, v, x = data
    found = ESTIMATORS[method](make_fits(y, v, x))[0]

    def deviance(tau2):
        w = 1 / (v + tau2)
        information = (x.T * w) @ x
        b = np.linalg.solve(information, (x.T * w) @ y)
        lost = np.linalg.slogdet(information)[1] if restricted else 0.0
        return lost - np.log(w).sum() + w @ (y - x @ b) ** 2

    grid = [0, *np.logspace(-5, 3, 400)]
    assert deviance(found) <= min(map(deviance, grid)) + 1e-7


def test_digits_hold_where_columns_are_large_and_alike():
    """Ordinary fractions, without rounding, give Q and tau² by DerSimonian and Laird."""
    x = [(1, a, y, a * y) for a, y in
         ((44, 1948), (55, 1949), (42, 1960), (52, 1977), (13, 1973), (44, 1953), (19, 1973))]  # fmt: skip
    y = [-0.889, -1.585, -1.348, -1.442, -0.218, -0.786, -1.621]
    v = [0.326, 0.195, 0.415, 0.020, 0.051, 0.007, 0.223]
    w = [1 / Fraction(value) for value in v]
    columns = [[Fraction(row[j]) for row in x] for j in range(4)]
    squares = [[dot(w, a, b) for b in columns] for a in columns]
    slopes = solve(squares, [[dot(w, a, [Fraction(value) for value in y])] for a in columns])
    left = [Fraction(e) - sum(b[0] * c for b, c in zip(slopes, row, strict=True))
            for e, row in zip(y, x, strict=True)]  # fmt: skip
    q = dot(w, left, left)
    twice = [[dot([u * u for u in w], a, b) for b in columns] for a in columns]
    share = solve(squares, twice)
    trace = sum(w) - sum(share[j][j] for j in range(4))
    fits = make_fits(np.array(y), np.array(v), np.array(x, dtype=float))
    assert_allclose(fits.at(np.zeros(1)).q1[0], float(q), rtol=1e-10)
    expected = max(0.0, float((q - 3) / trace))
    assert_allclose(ESTIMATORS["DL"](fits)[0], expected, rtol=1e-10, atol=1e-13)


def dot(w, a, b):
    return sum(u * p * q for u, p, q in zip(w, a, b, strict=True))


def solve(left, right):
    """Solve equations of fractions."""
    rows = [[*a, *b] for a, b in zip(left, right, strict=True)]
    for i in range(len(rows)):
        rows[i] = [value / rows[i][i] for value in rows[i]]
        for j in range(len(rows)):
            if j != i:
                rows[j] = [a - rows[j][i] * b for a, b in zip(rows[j], rows[i], strict=True)]
    return [row[len(left) :] for row in rows]


def test_ranks_of_choices_of_studies():
    x = np.array([[1, 0], [1, 0], [1, 1], [1, 1.0]])
    basis, _ = make_basis(x, 4)
    used = np.array([[1, 1, 1, 1], [1, 1, 0, 0], [1, 0, 1, 0.0]])
    assert find_ranks(used, basis).tolist() == [True, False, True]
