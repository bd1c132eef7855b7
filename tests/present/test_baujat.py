"""The Baujat plot: where points stand, and that no text meets another."""

import numpy as np
import pandas as pd
import pytest
from forest_cases import LONG, assert_nothing_collides, find
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matplotlib import pyplot as plt

from reviewkit._core.errors import InputError
from reviewkit.present.baujat import draw_baujat
from reviewkit.present.rising import FOOT


def make_points(k, *, long=False):
    """Return k studies, most of them near the corner."""
    rng = np.random.default_rng(k)
    names = [f"{LONG} {i}" if long and i % 3 == 0 else f"Author {i} 2011" for i in range(k)]
    columns = {"heterogeneity": rng.exponential(1, k), "influence": rng.exponential(0.1, k)}
    return pd.DataFrame({"study": names, **columns})


@pytest.mark.parametrize("width", [84, 174])
@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize("k", [1, 2, 13, 60, 300])
def test_nothing_overlaps(k, long, width):
    assert_nothing_collides(
        draw_baujat(make_points(k, long=long), width=width, footer=["A recipe."])
    )


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 1e3)), min_size=1, max_size=20))
def test_nothing_overlaps_whatever_the_numbers(pairs):
    x, y = zip(*pairs, strict=True)
    frame = pd.DataFrame({"study": map(str, x), "heterogeneity": x, "influence": y})
    ax = draw_baujat(frame, width=84)
    assert_nothing_collides(ax)
    plt.close(ax.figure)


def test_more_of_either_lies_up_and_to_the_right():
    frame = make_points(13)
    ax = draw_baujat(frame)
    places = np.array([find(ax, f"mark-{i}").center for i in range(13)])
    assert (np.argsort(places[:, 0]) == np.argsort(frame["heterogeneity"])).all()
    assert (np.argsort(-places[:, 1]) == np.argsort(frame["influence"])).all()


def test_no_influence_is_drawn_at_the_bottom():
    frame = pd.DataFrame(
        {"study": list("AB"), "heterogeneity": [1.0, 2.0], "influence": [np.nan, 1]}
    )
    ax = draw_baujat(frame)
    assert find(ax, "mark-0").center[1] == pytest.approx(find(ax, "axis-x").get_ydata()[0] - FOOT)


@pytest.mark.parametrize("value", [-0.1, np.inf])
def test_numbers_are_of_a_kind(value):
    frame = pd.DataFrame({"study": ["A"], "heterogeneity": [value], "influence": [0.1]})
    with pytest.raises(InputError, match="numbers of 0 or more"):
        draw_baujat(frame)


def test_a_missing_column_is_named():
    with pytest.raises(InputError, match="'influence'"):
        draw_baujat(make_points(3).drop(columns="influence"))
