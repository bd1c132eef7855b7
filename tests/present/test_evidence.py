"""Evidence maps: nothing overlaps, discs say what the counts say, and misuse."""

import numpy as np
import pandas as pd
import pytest
from forest_cases import find_texts
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matplotlib import pyplot as plt
from set_cases import LONG, assert_clear, mark_boxes

from reviewkit._core.errors import InputError
from reviewkit.present.axes import MM, new_axes, render_axes
from reviewkit.present.evidence import draw_evidence


def make_map(rows, columns, panels, seed=0, most=12):
    rng = np.random.default_rng(seed)
    return {
        f"{('Individual', 'Team', 'Organisational')[at % 3]} {at}": pd.DataFrame(
            rng.integers(0, most, (rows, columns)),
            index=[f"{LONG[row % 4]} {row}" for row in range(rows)],
            columns=[f"{LONG[(column + 1) % 4]} {column}" for column in range(columns)],
        )
        for at in range(panels)
    }


@pytest.mark.parametrize("width", [84, 174])
@pytest.mark.parametrize(
    ("rows", "columns", "panels"), [(1, 1, 1), (2, 5, 3), (9, 5, 3), (12, 20, 1), (4, 2, 7)]
)
def test_nothing_overlaps(rows, columns, panels, width):
    ax = draw_evidence(make_map(rows, columns, panels), width=width, footer=["A note. " * 20])
    assert_clear(ax, "disc", "gap", but_numbers=True)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_nothing_overlaps_whatever_the_labels(data):
    labels = st.text(st.characters(codec="ascii", exclude_categories=["C", "N"]), max_size=80)
    rows = data.draw(st.lists(labels, min_size=1, max_size=5))
    columns = data.draw(st.lists(labels, min_size=1, max_size=9))
    names = data.draw(st.lists(labels, min_size=1, max_size=3, unique=True))
    frame = pd.DataFrame(np.full((len(rows), len(columns)), 7), index=rows, columns=columns)
    for width in (84, 174):
        ax = draw_evidence(dict.fromkeys(names, frame), width=width)
        assert_clear(ax, "disc", "gap", but_numbers=True)
        plt.close(ax.figure)


def test_areas_are_in_proportion_and_gaps_are_dots():
    frame = pd.DataFrame({"a": [1, 4], "b": [0, 9]}, index=["x", "y"])
    ax = draw_evidence({"": frame}, width=84)
    wide = sorted(np.diff(mark_boxes(ax, "disc")[:, [0, 2]]).ravel())
    assert np.array(wide) / wide[0] == pytest.approx([1, 2, 3], rel=0.03)
    assert len(mark_boxes(ax, "gap")) == 1
    assert sorted(t.get_text() for t in find_texts(ax) if t.get_text().isdigit()) == ["1", "4", "9"]
    assert ax.get_label().endswith("3 of 4 cells hold a study.")


def test_panels_stand_side_by_side_where_there_is_room():
    low, high = (draw_evidence(make_map(4, 4, 3), width=width).figure for width in (174, 84))
    assert low.get_figheight() < high.get_figheight()
    assert low.get_figwidth() * 72 == pytest.approx(174 * MM)


def test_the_same_bytes():
    first, again = (render_axes(draw_evidence(make_map(2, 2, 2)), "svg") for _ in range(2))
    assert first == again


def test_misuse():
    panels = make_map(2, 2, 2)
    with pytest.raises(InputError, match="a panel with a row and a column"):
        draw_evidence({})
    with pytest.raises(InputError, match="the same rows and columns"):
        draw_evidence({**panels, "x": pd.DataFrame({"a": [1]})})
    with pytest.raises(InputError, match="60 mm wide or more"):
        draw_evidence(panels, width=40)
    with pytest.raises(InputError, match="high enough for the map"):
        draw_evidence(panels, ax=new_axes(84, 12))
