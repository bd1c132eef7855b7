"""Overlaps of sets: nothing overlaps, bars and dots say what the frame says, and misuse."""

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
from reviewkit.present.upset import draw_upset

MARKS = ("bar-", "size-", "in-", "out-")


def make_sets(sets, combinations, seed=0):
    rng = np.random.default_rng(seed)
    names = [f"{LONG[at % 4]} {at}" for at in range(sets)]
    members = pd.DataFrame(rng.random((combinations, sets)) < 0.3, columns=names)
    counts = sorted(rng.integers(1, 2000, combinations).tolist(), reverse=True)
    return members, counts, rng.integers(1, 3000, sets).tolist()


@pytest.mark.parametrize("width", [84, 174])
@pytest.mark.parametrize(("sets", "combinations"), [(1, 1), (2, 4), (15, 11), (20, 80), (3, 60)])
def test_nothing_overlaps(sets, combinations, width):
    members, counts, sizes = make_sets(sets, combinations)
    assert_clear(
        draw_upset(members, counts, sizes=sizes, width=width, footer=["A note. " * 20]), *MARKS
    )


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.text(st.characters(codec="ascii", exclude_categories=["C"]), max_size=90), min_size=1, max_size=6),
       st.lists(st.integers(1, 10**6), min_size=1, max_size=12))  # fmt: skip
def test_nothing_overlaps_whatever_the_labels(names, counts):
    members = pd.DataFrame(np.ones((len(counts), len(names)), dtype=bool), columns=names)
    ax = draw_upset(
        members, sorted(counts, reverse=True), sizes=[*range(1, len(names) + 1)], width=84
    )
    assert_clear(ax, *MARKS)
    plt.close(ax.figure)


def test_bars_are_in_proportion_and_dots_in_their_rows():
    members = pd.DataFrame({"A": [True, True, False], "B": [True, False, False]})
    ax = draw_upset(members, [8, 4, 2], sizes=[12, 8], width=84)
    tall = np.diff(mark_boxes(ax, "bar-")[:, [1, 3]]).ravel()
    assert tall == pytest.approx(tall[0] * np.array([1, 0.5, 0.25]), rel=0.02)
    long = np.diff(mark_boxes(ax, "size-")[:, [0, 2]]).ravel()
    assert long == pytest.approx(long[0] * np.array([1, 8 / 12]), rel=0.02)
    assert len(mark_boxes(ax, "in-")) == 2  # the third has no set
    said = {text.get_text() for text in find_texts(ax)}
    assert {"8", "4", "2", "12", "A", "B", "Studies"} <= said


def test_what_has_no_room_is_told():
    members, counts, sizes = make_sets(4, 60)
    ax = draw_upset(members, counts, sizes=sizes, width=84)
    said = " ".join(text.get_text() for text in find_texts(ax))
    drawn = len(mark_boxes(ax, "bar-"))
    assert drawn < 60
    assert f"The {drawn} largest combinations; {60 - drawn} smaller ones are not drawn." in said


def test_the_width_the_bytes_and_the_words():
    members, counts, sizes = make_sets(3, 3)
    ax = draw_upset(members, counts, sizes=sizes, width=84)
    assert ax.figure.get_figwidth() * 72 == pytest.approx(84 * MM)
    again = draw_upset(members, counts, sizes=sizes, width=84)
    assert render_axes(ax, "svg") == render_axes(again, "svg")
    assert "Overlaps of 3 sets in 3 combinations" in ax.get_label()


def test_misuse():
    members, counts, sizes = make_sets(2, 2)
    with pytest.raises(InputError, match="a set and a combination"):
        draw_upset(members, [1], sizes=sizes)
    with pytest.raises(InputError, match="60 mm wide or more"):
        draw_upset(members, counts, sizes=sizes, width=40)
    with pytest.raises(InputError, match="high enough for all sets"):
        draw_upset(members, counts, sizes=sizes, ax=new_axes(84, 12))
