"""Scales and axes: which range, which ticks, which unit."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from forest_cases import find, find_texts, ticks
from hypothesis import given
from hypothesis import strategies as st

from reviewkit._core.errors import InputError
from reviewkit.present.forest import draw_forest
from reviewkit.present.lettering import TextStyle
from reviewkit.present.scale import SCALES, make_axis


@pytest.mark.parametrize(
    "values", [(0.2, 0.21, 0.22), (0.97, 0.99, 1.0), (0.0, 0.0, 0.001), (0.5, 0.5, 0.5)]
)
def test_the_axis_is_a_sensible_range_within_0_and_100(values):
    frame = pd.DataFrame(
        [dict(zip(("ci_low", "estimate", "ci_high"), values, strict=True)) | {"study": "A"}]
    )
    labels = [float(label) for _, label in ticks(draw_forest(frame))]
    assert 0 <= min(labels) <= 100 * values[0] + 1e-9
    assert 100 * values[2] - 1e-9 <= max(labels) <= 100
    assert len(labels) >= 2


def test_other_effects_have_another_axis():
    frame = pd.DataFrame(
        {
            "study": ["A", "B"],
            "estimate": [-0.41, 1.2],
            "ci_low": [-1.13, 0.2],
            "ci_high": [0.26, 2.9],
        }
    )
    ax = draw_forest(frame, scale="plain", reference=0.0)
    assert {"−0.41", "(−1.13", "to"} <= {t.get_text() for t in find_texts(ax)}
    ratio = frame.assign(estimate=[0.5, 2], ci_low=[0.25, 1], ci_high=[1, 4.0])
    places = {label: x for x, label in ticks(draw_forest(ratio, scale="ratio"))}
    assert places["1"] - places["0.5"] == pytest.approx(places["2"] - places["1"])


@pytest.mark.parametrize("name", SCALES)
@given(values=st.lists(st.floats(0.001, 1), min_size=1, max_size=9), width=st.floats(60, 300))
def test_an_axis_holds_all_values_and_its_labels_stand_apart(name, values, width):
    scale, style = SCALES[name], TextStyle(8)
    axis = make_axis(scale, values, (10, 10 + width), style)
    assert scale.low <= axis.low <= min(values)
    assert max(values) <= axis.high <= scale.high
    places = [axis.at(value) for value in sorted(values)]
    assert all(10 - 1e-9 <= x <= 10 + width + 1e-9 for x in places)
    assert places == sorted(places)
    labels, at = axis.labels(), [axis.at(tick) for tick in axis.ticks]
    assert len(set(labels)) == len(labels)
    halves = [style.measure(label) / 2 for label in labels]
    gaps = [b - a - g - h for (a, b), (g, h) in zip(pairwise(at), pairwise(halves), strict=True)]
    assert len(labels) <= 2 or min(gaps) > 0


def test_decimals_tell_values_apart():
    assert SCALES["percent"].decimals([0.1, 0.9]) == 1
    assert SCALES["percent"].decimals([0.1001, 0.1009]) == 3
    assert SCALES["percent"].show(np.nan, 1) == ""


@pytest.mark.parametrize("limits", [(0.4, 0.1), (-0.1, 0.5), (0.1, 0.1)])
def test_limits_that_are_none_are_named(limits):
    with pytest.raises(InputError, match=r"`limits` must be two rising numbers between 0 and 1"):
        make_axis(SCALES["percent"], [0.2], (0, 100), TextStyle(8), limits)


def test_an_axis_of_a_billionth_has_labels():
    axis = make_axis(SCALES["plain"], [1e-9, 6e-9], (0.0, 200.0), TextStyle(7.0))
    assert len(set(axis.labels())) == len(axis.ticks) >= 2


def test_no_effect_has_a_line_and_proportions_have_none():
    ends = {"estimate": [0.5, 0.9], "ci_low": [0.2, 0.5], "ci_high": [0.8, 1.0]}
    frame = pd.DataFrame({"study": ["A", "B"], **ends})
    assert not has_null(draw_forest(frame))
    assert not has_null(draw_forest(frame, scale="plain", limits=(0.1, 1.0)))
    for scale, shift, label in (("plain", -0.4, "0.0"), ("ratio", 0.4, "1")):
        frame = pd.DataFrame({"study": ["A", "B"]} | {n: np.add(v, shift) for n, v in ends.items()})
        ax = draw_forest(frame, scale=scale)
        (x, _), _ = find(ax, "null").get_xydata()
        assert x == pytest.approx({text: at for at, text in ticks(ax)}[label])


def has_null(ax):
    return any(artist.get_gid() == "null" for artist in ax.findobj())


def test_a_wide_prediction_interval_does_not_blur_effects():
    study = {"study": "A", "estimate": -0.47, "ci_low": -0.94, "ci_high": 0.04}
    wide = {"kind": "prediction", "study": "P", "pi_low": -84.3, "pi_high": 71.9}
    frame = pd.DataFrame([{"kind": "study", **study}, wide])
    assert "−0.47" in {t.get_text() for t in find_texts(draw_forest(frame, scale="plain"))}


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.47, "0.47"), (0.0002, "0.0002"), (0.005, "0.005"), (6.55, "6.55"), (58.2, "58.2"), (1330.3, "1,330")],
)  # fmt: skip
def test_a_ratio_has_a_digit_or_more_and_not_too_many(value, shown):
    assert SCALES["ratio"].show(value, 2) == shown
