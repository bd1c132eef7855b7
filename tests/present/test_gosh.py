"""The graph of all subsets: cells, points, histograms, and texts that do not meet."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from forest_cases import assert_nothing_collides, find, to_axis
from matplotlib.colors import to_rgb

from reviewkit._core.errors import InputError
from reviewkit.present.axes import render_axes
from reviewkit.present.gosh import FEW, SHADES, draw_gosh

CAPTION = ["All 4,095 subsets of 12 studies: median 30.1%.", "A recipe of many words. " * 6]


def make_subsets(n, seed=1):
    """Return subsets in two clouds."""
    rng = np.random.default_rng(seed)
    second = rng.random(n) < 0.2
    estimate = np.where(second, rng.normal(0.6, 0.02, n), rng.normal(0.3, 0.03, n))
    return pd.DataFrame({"estimate": estimate, "i2": np.clip(rng.beta(8, 2, n), 0, 0.999)})


def area(ax, gid):
    """Return left, right, top and bottom of a filled area."""
    x, y = find(ax, gid).get_path().vertices.T
    return x.min(), x.max(), y.min(), y.max()


@pytest.mark.parametrize("width", [84, 174])
@pytest.mark.parametrize("n", [1, 3, 200, FEW + 1, 50_000])
def test_nothing_overlaps(n, width):
    ax = draw_gosh(make_subsets(n), width=width, whole=(0.31, 0.8), footer=CAPTION)
    assert_nothing_collides(ax)


@pytest.mark.parametrize("scale", ["plain", "percent", "per-1000"])
def test_scales(scale):
    ax = draw_gosh(make_subsets(2000), scale=scale)
    assert_nothing_collides(ax)
    assert "estimates from" in ax.get_label()


def test_few_are_points_and_many_are_cells():
    few, many = (draw_gosh(make_subsets(n)) for n in (FEW, FEW + 1))
    gids = [{a.get_gid() for a in ax.findobj()} for ax in (few, many)]
    assert f"dot-{FEW - 1}" in gids[0]
    assert "shade-1-cells" not in gids[0]
    assert {f"{shade}-cells" for shade in SHADES} <= gids[1]


def test_cells_stand_where_subsets_are():
    frame = pd.DataFrame({"estimate": [0.2] * 3000 + [0.6], "i2": [0.5] * 3000 + [0.9]})
    ax = draw_gosh(frame)
    left, right, top, bottom = area(ax, "shade-6-cells")
    assert left <= to_axis(ax, 20) <= right
    assert right - left < 4
    assert bottom - top < 4
    light = area(ax, "shade-1-cells")
    assert light[0] <= to_axis(ax, 60) <= light[1]
    assert light[2] < top  # more heterogeneity is higher up


def test_darker_is_more_and_lies_within_lighter():
    ax = draw_gosh(make_subsets(20_000))
    sizes = [len(find(ax, f"{shade}-cells").get_path().vertices) for shade in SHADES]
    areas = [area(ax, f"{shade}-cells") for shade in SHADES]
    for outer, inner in pairwise(areas):
        assert outer[0] <= inner[0]
        assert outer[1] >= inner[1]
    assert sizes[0] > sizes[-1]
    greys = [
        np.dot(to_rgb(find(ax, f"{shade}-cells").get_facecolor()), [0.3, 0.6, 0.1])
        for shade in SHADES
    ]
    assert (np.diff(greys) < -0.05).all()


def test_histograms_are_as_long_as_the_panel():
    ax = draw_gosh(make_subsets(5000))
    axis = find(ax, "axis-x").get_xdata()
    assert area(ax, "histogram-estimate")[:2] == pytest.approx(tuple(axis))
    assert area(ax, "histogram-i2")[0] > axis[1]


def test_all_studies_have_an_open_point():
    ax = draw_gosh(make_subsets(5000), whole=(0.3, 0.5))
    assert find(ax, "whole-mark").center[0] == pytest.approx(to_axis(ax, 30))
    assert "whole" not in {a.get_gid() for a in draw_gosh(make_subsets(5000)).findobj()}


def test_subsets_without_an_answer_are_counted():
    frame = make_subsets(10)
    frame.loc[3, "estimate"] = np.nan
    ax = draw_gosh(frame)
    assert "1 subsets without an answer" in render_axes(ax, "svg").decode()
    assert ax.get_label().startswith("GOSH plot of 9 subsets")


def test_nothing_to_draw():
    with pytest.raises(InputError, match="one subset or more with a finite result"):
        draw_gosh(pd.DataFrame({"estimate": [np.nan], "i2": [0.1]}))


def test_the_same_picture_has_the_same_bytes():
    first, second = (render_axes(draw_gosh(make_subsets(3000)), "svg") for _ in range(2))
    assert first == second
    assert len(first) < 400_000
