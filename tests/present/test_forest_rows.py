"""The frame of a forest plot: which numbers it takes, and how it says no."""

import pandas as pd
import pytest
from forest_cases import make_frame
from matplotlib import pyplot as plt

from reviewkit._core.errors import InputError
from reviewkit.present.forest import draw_forest


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        ({"estimate": 26.5}, {}, r"`estimate` must be between 0 and 1 .* Got .*26\.5.* in row 0 \('Author 0 2011'\)"),
        ({"ci_low": 0.99, "ci_high": 1.0, "estimate": 0.5}, {}, "`ci_low` must be `estimate` at most"),
        ({"kind": "total"}, {}, "`kind` must be one of study, excluded"),
        ({"weight": -0.1}, {}, "`weight` must be 0 or more"),
        ({}, {"columns": ["study", "country"]}, "must name 'study', 'panel'.*'country'"),
        ({}, {"limits": (0.5, 1.2)}, "`limits` must be two rising numbers"),
        ({}, {"scale": "odds"}, "`scale` must be one of 'percent'"),
        ({}, {"width": 40, "columns": ["study", "events", "total", "panel", "estimate"]}, r"need \d+ mm, the figure has 40 mm"),
    ],
)  # fmt: skip
def test_misuse_is_named(change, options, message):
    frame = make_frame(1, prediction=False)
    for name, value in change.items():
        frame.loc[0, name] = value
    with pytest.raises(InputError, match=message):
        draw_forest(frame, **options)


def test_axes_that_are_too_low_are_named():
    ax = plt.figure(figsize=(7, 1)).add_axes((0, 0, 1, 1))
    with pytest.raises(InputError, match=r"These need \d+ mm, it has 25 mm"):
        draw_forest(make_frame(13), ax=ax)


def test_an_empty_frame_is_named():
    with pytest.raises(InputError, match="Got 0 rows with 'study'"):
        draw_forest(pd.DataFrame({"study": []}))
