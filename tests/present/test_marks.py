"""Marks of the forest plot: what their size and their place mean."""

import numpy as np
import pandas as pd
import pytest
from forest_cases import ends, find, find_texts, make_frame, to_axis

from reviewkit.present.forest import draw_forest


def test_area_of_a_square_follows_weight():
    frame = make_frame(4, prediction=False).assign(weight=[0.6, 0.29, 0.11, 0.001, np.nan, 1.0])
    ax = draw_forest(frame)
    sides = np.array([np.ptp(find(ax, f"mark-{i}").get_path().vertices[:, 0]) for i in range(4)])
    np.testing.assert_allclose((sides[:2] / sides[0]) ** 2, [1, 0.29 / 0.6], rtol=1e-6)
    assert sides[0] == pytest.approx(0.85 * 8)
    assert sides[3] == pytest.approx(0.34 * 8)  # the least that is still seen


def test_squares_follow_sample_size_where_weights_are_undefined():
    frame = make_frame(3, prediction=False).assign(weight=np.nan, events=np.nan)
    frame["total"] = [400, 100, 200, np.nan, np.nan]
    ax = draw_forest(frame)
    sides = [np.ptp(find(ax, f"mark-{i}").get_path().vertices[:, 0]) for i in range(3)]
    assert sides[0] == pytest.approx(2 * sides[1])
    assert "%" not in {t.get_text() for t in find_texts(ax)}  # no column of weights


def test_a_diamond_ends_where_the_interval_ends():
    frame = make_frame(5)
    ax = draw_forest(frame)
    at = frame.index[frame["kind"] == "pooled"][-1]
    np.testing.assert_allclose(ends(ax, f"mark-{at}"), to_axis(ax, [20, 45]), atol=1e-6)
    np.testing.assert_allclose(ends(ax, f"mark-{at + 1}"), to_axis(ax, [2, 91]), atol=1e-6)
    assert find(ax, "reference").get_xdata()[0] == pytest.approx(to_axis(ax, 30))


def test_no_events_and_all_events_keep_their_lopsided_intervals():
    frame = pd.DataFrame(
        {
            "study": ["None", "All"],
            "estimate": [0.0, 1.0],
            "ci_low": [0.0, 0.7],
            "ci_high": [0.3, 1.0],
        }
    )
    ax = draw_forest(frame)
    np.testing.assert_allclose(ends(ax, "interval-0"), to_axis(ax, [0, 30]), atol=1e-6)
    np.testing.assert_allclose(ends(ax, "interval-1"), to_axis(ax, [70, 100]), atol=1e-6)


def test_what_lies_beyond_the_limits_ends_in_an_arrow_and_no_cap():
    frame = pd.DataFrame(
        {
            "study": ["In", "Cut", "Out"],
            "estimate": [0.1, 0.2, 0.9],
            "ci_low": [0.05, 0.1, 0.8],
            "ci_high": [0.2, 0.6, 1.0],
        }
    )
    ax = draw_forest(frame, limits=(0, 0.3))
    assert len(find(ax, "interval-0").get_path()) == 6  # a line and two caps
    assert len(find(ax, "interval-1").get_path()) == 4  # a line and one cap
    assert ends(ax, "interval-1")[1] == pytest.approx(to_axis(ax, 30))
    with pytest.raises(StopIteration):
        find(ax, "mark-2")
