"""Saturation curves: nothing overlaps, points stand where they must, and misuse."""

import numpy as np
import pandas as pd
import pytest
from forest_cases import find_texts
from matplotlib.patches import Circle
from set_cases import assert_clear

from reviewkit._core.errors import InputError
from reviewkit.present.axes import render_axes
from reviewkit.present.saturation import draw_saturation


def make_curve(n, most=40, seed=0):
    known = np.minimum(np.cumsum(np.random.default_rng(seed).integers(0, 5, n)) + 1, most)
    steps = np.linspace(0, 1, n + 1)[1:]
    return pd.DataFrame({"known": known, "mean": known[-1] * np.sqrt(steps), "sd": 2 * (1 - steps)})


@pytest.mark.parametrize("width", [84, 174])
@pytest.mark.parametrize("n", [1, 2, 11, 60])
@pytest.mark.parametrize("at", [0, 0.5, 1])
def test_nothing_overlaps(n, at, width):
    reached = max(1, round(at * n))
    ax = draw_saturation(make_curve(n), width=width, reached=reached, footer=["A note. " * 30])
    assert_clear(ax, "study-")


@pytest.mark.parametrize("width", [84, 174])
def test_the_rule_is_named_where_the_curve_is_not(width):
    curve = pd.DataFrame(
        {"known": [1] * 8 + [90], "mean": np.linspace(10, 90, 9), "sd": np.zeros(9)}
    )
    for reached in (4, 8):
        ax = draw_saturation(curve, width=width, reached=reached)
        assert_clear(ax, "study-")
        assert any(text.get_text() == f"saturation: study {reached}" for text in find_texts(ax))


def test_points_stand_on_the_scale_of_the_ticks():
    curve = make_curve(12)
    ax = draw_saturation(curve, width=84)
    circles = [
        artist for artist in ax.findobj(Circle) if (artist.get_gid() or "").startswith("study-")
    ]
    heights = np.array([circle.center[1] for circle in circles])
    slope, start = np.polyfit(curve["known"], heights, 1)
    assert heights == pytest.approx(start + slope * curve["known"].to_numpy(), abs=1e-6)
    ticks = [text for text in find_texts(ax) if text.get_text().isdigit()]
    numbers = sorted({int(text.get_text()) for text in ticks})
    assert numbers[0] == 0
    assert slope < 0


def test_ticks_are_whole_numbers():
    ax = draw_saturation(make_curve(3, most=2), width=174)
    assert all("." not in text.get_text() for text in find_texts(ax))


def test_the_words_and_the_bytes():
    first, again = (draw_saturation(make_curve(5), width=84) for _ in range(2))
    assert first.get_label().startswith("Saturation curve of 5 studies")
    assert render_axes(first, "svg") == render_axes(again, "svg")


def test_misuse():
    with pytest.raises(InputError, match="1 study or more"):
        draw_saturation(make_curve(3).head(0))
    with pytest.raises(InputError, match="finite numbers"):
        draw_saturation(make_curve(3).assign(sd=np.nan))
    with pytest.raises(InputError, match="'sd' once"):
        draw_saturation(make_curve(3).drop(columns="sd"))
