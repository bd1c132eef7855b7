"""Axes of a panel: ticks at round numbers, in their places."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit, logit

from reviewkit.present.lettering import TextStyle
from reviewkit.present.rulers import bent_ruler, plain_ruler

STYLE = TextStyle(8.0)


@given(st.floats(-12, 12), st.floats(1e-4, 15))
def test_a_bent_ruler_labels_what_stands_there(low, span):
    ruler = bent_ruler("Prevalence, %", [low, low + span], expit)((20.0, 420.0), STYLE)
    places, labels = zip(*ruler.ticks, strict=True)
    assert len(places) >= 2
    values = [float(label.replace(",", "")) for label in labels]
    assert values == sorted(values)
    width = ruler.high - ruler.low
    assert np.array(places) == pytest.approx(logit(np.array(values) / 100), abs=2e-3 * width)
    ends = [ruler.at(place) for place in places]
    assert ends[0] >= 20 - 1e-9
    assert ends[-1] <= 420 + 1e-9
    halves = [STYLE.measure(label) / 2 for label in labels]
    gaps = np.diff(ends) - np.array(halves[1:]) - np.array(halves[:-1])
    assert (gaps >= STYLE.size).all()


def test_percentages_near_100_are_round_from_above():
    ruler = bent_ruler("Prevalence, %", logit([0.5, 0.999]), expit)((0.0, 400.0), STYLE)
    labels = {label for _, label in ruler.ticks}
    assert {"50", "90", "99.5"} <= labels
    assert all(
        float(label) % 10 == 0 or float(label) % 5 == 0 or float(label) > 90 for label in labels
    )


@pytest.mark.parametrize(
    ("ends", "shown"),
    [
        ((22.7, 36.9), ["24", "26", "28", "30", "32", "34", "36"]),
        ((9.0, 88.0), ["10", "20", "30", "40", "50", "60", "70", "80", "90"]),
        ((8.7, 70.0), ["10", "20", "30", "40", "50", "60", "70"]),
    ],
)
def test_steps_are_even_where_they_fit(ends, shown):
    ruler = bent_ruler("Prevalence, %", logit(np.array(ends) / 100), expit)((20.0, 440.0), STYLE)
    assert [label for _, label in ruler.ticks] == shown


def test_even_steps_give_way_where_they_would_leave_an_end_bare():
    ruler = bent_ruler("Prevalence, %", logit([0.017, 0.85]), expit)((20.0, 440.0), STYLE)
    assert [label for _, label in ruler.ticks][:2] == ["2", "3"]


def test_without_an_inverse_the_axis_is_plain():
    ruler = bent_ruler("Effect", [-0.4, 1.7], None)((0.0, 400.0), STYLE)
    assert ruler == plain_ruler("Effect", [-0.4, 1.7], across=True)((0.0, 400.0), STYLE)
    assert ruler.at(ruler.low) == 0
    assert ruler.at(ruler.high) == 400


def test_equal_values_have_an_axis():
    ruler = bent_ruler("Prevalence, %", [0.0, 0.0], expit)((0.0, 400.0), STYLE)
    assert ruler.low < 0 < ruler.high
    assert ruler.ticks


def test_a_plain_axis_leaves_room_for_its_last_label():
    down, across = (
        plain_ruler("Effect", [0, 4.2e6], across=across)((0.0, 400.0), STYLE)
        for across in (False, True)
    )
    assert down.end == 400
    half = STYLE.measure(across.ticks[-1][1]) / 2
    assert across.at(across.ticks[-1][0]) + half == pytest.approx(400 + 1.2 * STYLE.size)
