"""Axes with little room."""

from itertools import pairwise

import pytest

from reviewkit.present.lettering import TextStyle
from reviewkit.present.slim_axis import choose_ticks, fit_axis

STYLE = TextStyle(8.0)


@pytest.mark.parametrize("values", [[-0.3, 9.1], [1e-9, 3e-9], [2e6, 9e6], [0.2, 0.2]])
@pytest.mark.parametrize("width", [30.0, 60.0, 200.0])
def test_labels_lie_within_the_span_and_apart(values, width):
    axis = fit_axis("plain", values, (10.0, 10.0 + width), STYLE)
    ticks = choose_ticks(axis, STYLE)
    boxes = sorted((x - STYLE.measure(t) / 2, x + STYLE.measure(t) / 2) for x, t in ticks)
    assert boxes[0][0] >= 10 - 1e-9
    assert boxes[-1][1] <= 10 + width + 1e-9
    assert all(a[1] < b[0] for a, b in pairwise(boxes))
    assert axis.low <= min(values) <= max(values) <= axis.high


def test_zero_is_shown_where_there_is_room():
    labels = [label for _, label in choose_ticks(fit_axis("plain", [-3, 9], (0, 90), STYLE), STYLE)]
    assert labels == ["10", "−4", "0"]


def test_long_labels_become_powers():
    labels = [
        label for _, label in choose_ticks(fit_axis("plain", [0, 3e7], (0, 90), STYLE), STYLE)
    ]
    assert labels == ["3e+07", "0"]
