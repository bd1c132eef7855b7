"""Columns of numbers: what stands below what."""

import re

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from forest_cases import find_texts, make_frame
from matplotlib.text import Text

from reviewkit.present.axes import Group
from reviewkit.present.forest import draw_forest


@pytest.mark.parametrize("width", [84, 174])
def test_decimal_points_stand_below_one_another(width):
    ax = draw_forest(make_frame(13, groups=2), width=width)
    ax.figure.set_dpi(600)
    renderer = ax.figure.canvas.get_renderer()
    points = {}
    for text in find_texts(ax):
        if re.fullmatch(r"\(?[\d,]+\.\d+\)?", text.get_text()):
            tail = Text(
                0,
                0,
                text.get_text().partition(".")[2],
                figure=ax.figure,
                fontproperties=text.get_fontproperties(),
            )
            right = text.get_window_extent(renderer).x1 - tail.get_window_extent(renderer).width
            slot = (
                "("
                if text.get_text()[0] == "("
                else ")"
                if text.get_text()[-1] == ")"
                else round(right / 60)
            )
            points.setdefault(slot, []).append(right * 72 / ax.figure.dpi)
    assert len(points) == (4 if width == 174 else 3)
    assert all(np.ptp(places) < 0.6 for places in points.values()), points


@pytest.mark.parametrize(("scale", "dash"), [("percent", "–"), ("plain", "to")])
def test_a_dash_has_as_much_room_on_both_sides(scale, dash):
    frame = pd.DataFrame(
        {
            "study": ["A", "B", "C"],
            "estimate": [0.02, 0.5, 0.9],
            "ci_low": [0.003, 0.4, 0.85],
            "ci_high": [0.04, 0.6, 1.0],
        }
    )
    if scale == "plain":
        frame["ci_low"] -= 0.1
    ax = draw_forest(frame, scale=scale)
    ax.figure.set_dpi(600)
    renderer = ax.figure.canvas.get_renderer()
    for row in (row for row in ax.findobj(Group) if row.get_gid().startswith("row-")):
        texts = [text for text in row.artists if isinstance(text, Text)]
        at = next(i for i, text in enumerate(texts) if text.get_text() == dash)
        with mpl.rc_context({"text.hinting": "none"}):
            low, middle, high = (t.get_window_extent(renderer) for t in texts[at - 1 : at + 2])
        before, after = middle.x0 - low.x1, high.x0 - middle.x1
        assert before == pytest.approx(after, abs=5)  # pixels of 0.12 points
        assert before > 0


def test_a_missing_number_is_a_dash_and_never_a_zero():
    frame = make_frame(2, prediction=False)
    frame.loc[0, ["events", "weight", "estimate", "ci_low", "ci_high"]] = np.nan
    ax = draw_forest(frame)
    row = next(row for row in ax.findobj(Group) if row.get_gid() == "row-0")
    shown = [text.get_text() for text in row.artists if isinstance(text, Text)]
    assert shown.count("–") == 3
    assert not {"0", "0.0"} & set(shown)
