"""Bounds of the three-level likelihood: they hold, they end in a proof, and they find peaks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from reviewkit._core.errors import ConvergenceError
from reviewkit.meta import levels_bounds, levels_search
from reviewkit.meta.levels import arrange
from reviewkit.meta.levels_bounds import Rectangles, find_lower
from reviewkit.meta.levels_search import find_sigma2


@st.composite
def samples(draw, method=None):
    """Draw effects in clusters; variances within clusters differ by up to 10^5."""
    k = draw(st.integers(3, 10))
    clusters = [0, 0, 1, *draw(st.lists(st.integers(0, 3), min_size=k - 3, max_size=k - 3))]
    clusters = np.unique(clusters, return_inverse=True)[1]
    effects = draw(st.lists(st.floats(-5, 5, width=32), min_size=k, max_size=k))
    variances = 10 ** np.array(draw(st.lists(st.floats(-3, 2), min_size=k, max_size=k)))
    method = method or draw(st.sampled_from(["ML", "REML"]))
    return arrange(np.array(effects), variances, np.ones((k, 1)), clusters, method)


def deviance(levels, between, within):
    """Write -2 log-likelihood as matrices, unlike the library, so that a slip there shows here."""
    number = levels.spread(np.arange(len(levels.starts)))
    covariance = np.diag(levels.variances + within) + between * (number[:, None] == number)
    inverse, x = np.linalg.inv(covariance), levels.design
    bread = np.linalg.inv(x.T @ inverse @ x)
    left = levels.effects - x @ (bread @ x.T @ inverse @ levels.effects)
    lost = -np.linalg.slogdet(bread)[1] if levels.restricted else 0.0
    return np.linalg.slogdet(covariance)[1] + lost + left @ inverse @ left


class TestParts:
    @settings(deadline=None)
    @given(samples(), st.tuples(st.floats(0, 100), st.floats(0, 100)))
    def test_they_add_up_to_the_deviance_of_matrices(self, levels, sigma2):
        parts = levels.parts(np.array([sigma2]))
        assert_allclose(
            parts.spread + parts.distance, deviance(levels, *sigma2), rtol=1e-7, atol=1e-6
        )
        assert_allclose(parts.spread, levels.spreads(np.array([sigma2])), rtol=1e-12)

    @settings(deadline=None)
    @given(samples(), st.tuples(st.floats(0.1, 100), st.floats(0.1, 100)))
    def test_the_slope_is_that_of_the_distance(self, levels, sigma2):
        at = np.array(sigma2)
        parts = levels.parts(at[None])
        for side in (0, 1):
            step = np.zeros(2)
            step[side] = 1e-4 * at[side]
            ends = levels.parts(np.array([at + step, at - step])).distance
            assert_allclose(
                (ends[0] - ends[1]) / (2 * step[side]), parts.slope[0, side], rtol=1e-4, atol=1e-6
            )

    def test_clusters_that_vary_beyond_measure_cost_no_digits(self):
        levels = arrange(
            np.array([1.0, 2, 3, 5, 8, 9]), np.ones(6), np.ones((6, 1)), np.array([0, 0, 0, 1, 1, 1]),
            "REML",
        )  # fmt: skip
        far = levels.parts(np.array([[1e60, 0.5]]))
        within = ((np.array([1, 2, 3]) - 2) ** 2).sum() + (
            (np.array([5, 8, 9]) - 22 / 3) ** 2
        ).sum()
        assert far.distance[0] == pytest.approx(within / 1.5, rel=1e-12)


class TestBounds:
    @settings(deadline=None)
    @given(samples(), st.lists(st.floats(0, 60), min_size=4, max_size=4), st.integers(0, 2**32))
    def test_no_point_of_a_rectangle_is_below_its_bound(self, levels, ends, seed):
        (a, b), (c, d) = sorted(ends[:2]), sorted(ends[2:])
        rectangle = Rectangles(np.array([[a, c]]), np.array([[b, d]]))
        least = levels_bounds._bound(levels, rectangle).least[0]
        rng = np.random.default_rng(seed)
        points = rectangle.low + rng.random((40, 2)) * (rectangle.high - rectangle.low)
        points = np.concatenate([points, rectangle.low, rectangle.high])
        parts = levels.parts(points)
        assert (parts.spread + parts.distance >= least - 1e-7 * (1 + abs(least))).all()

    @settings(deadline=None)
    @given(samples())
    def test_quarters_are_the_whole(self, levels):
        whole = Rectangles(np.array([[0.0, 1.0]]), np.array([[4.0, 9.0]]))
        for sides in ([True, True], [True, False], [False, True]):
            parts = whole.divide(np.array([sides]))
            areas = np.prod(parts.high - parts.low, axis=1)
            assert areas.sum() == pytest.approx(32)
            assert len(areas) == 2 ** sum(sides)


class TestSearch:
    @settings(deadline=None, max_examples=60)
    @given(samples())
    def test_no_point_of_a_fine_grid_is_likelier(self, levels):
        found = find_sigma2(levels)
        unit = levels.variances.min()
        grid = unit * np.concatenate([[0], np.geomspace(1e-3, 1e7, 60)])
        table = levels.on(grid, grid)
        best = deviance(levels, *found.sigma2)
        assert table.min() >= best - 1e-6 * (1 + abs(best))

    @settings(deadline=None, max_examples=40)
    @given(samples())
    def test_the_bounds_alone_find_the_peak_from_the_worst_start(self, levels):
        """Begin far from any peak: the rectangles lead to it, without the grid of starts."""
        scaled, unit = levels.scale()
        far = np.array([1e6, 1e6])

        def climb(start):
            sigma2, point = levels_search._climb(scaled, start, (True, True))
            return sigma2, point.deviance

        known = far, scaled.at(far).deviance
        _, value, proven = find_lower(scaled, np.array([0.0, 1.0, 30.0]), known, climb)
        assert proven
        found = find_sigma2(levels)
        best = scaled.at(found.sigma2 / unit).deviance
        assert value == pytest.approx(best, abs=3e-8 * (1 + abs(best)))

    def test_two_peaks(self):
        """Two clusters far apart, or one row far off: the search must weigh both."""
        effects = np.array([0.0, 0.02, -0.01, 6.0, 0.01, 0.0])
        variances = np.array([1e-4, 1e-4, 1e-4, 9.0, 1e-4, 1e-4])
        levels = arrange(effects, variances, np.ones((6, 1)), np.array([0, 0, 1, 1, 2, 2]), "ML")
        found = find_sigma2(levels)
        grid = np.concatenate([[0], np.geomspace(1e-6, 1e3, 80)])
        assert levels.on(grid, grid).min() >= found.point.deviance - 1e-6

    @pytest.mark.parametrize("k", [400])
    def test_many_rows(self, k):
        rng = np.random.default_rng(2)
        clusters = np.sort(rng.integers(0, 80, k))
        clusters = np.unique(clusters, return_inverse=True)[1]
        variances = 10 ** rng.uniform(-2, 0, k)
        effects = rng.normal(0, 0.5, 80)[clusters] + rng.normal(0, np.sqrt(variances + 0.1))
        found = find_sigma2(arrange(effects, variances, np.ones((k, 1)), clusters, "REML"))
        assert_allclose(found.sigma2, [0.25, 0.1], rtol=0.6)

    def test_what_is_not_proven_is_an_error(self, monkeypatch):
        monkeypatch.setattr(levels_bounds, "_DIVISIONS", 1)
        levels = arrange(
            np.array([0.0, 1, 4, 5]), np.ones(4), np.ones((4, 1)), np.array([0, 0, 1, 1]), "REML"
        )
        with pytest.raises(ConvergenceError, match="must be proven to be so"):
            find_sigma2(levels)
