"""The bubble plot: areas, places, names and words."""

import numpy as np
import pandas as pd
import pytest
from forest_cases import assert_no_line_in_text, find_texts
from matplotlib.patches import Circle
from matplotlib.text import Text
from numpy.testing import assert_allclose

from reviewkit._core.errors import InputError
from reviewkit.present.axes import close_axes, new_axes, render_axes
from reviewkit.present.bubble import draw_bubble


def frames(count=13, levels=0):
    """Return points and a line."""
    rng = np.random.default_rng(count)
    x = rng.integers(0, levels, count) if levels else rng.uniform(1995, 2022, count)
    points = pd.DataFrame({"x": x, "y": rng.uniform(0.05, 0.9, count)})
    points["study"] = [f"A study with a longer name {i}" for i in range(count)]
    points["weight"] = rng.uniform(0.2, 1, count)
    places = np.arange(levels) if levels else np.linspace(x.min(), x.max(), 20)
    line = pd.DataFrame({"x": places, "estimate": np.linspace(0.3, 0.5, len(places))})
    for name, reach in (("ci", 0.1), ("pi", 0.25)):
        line[f"{name}_low"] = line["estimate"] - reach
        line[f"{name}_high"] = line["estimate"] + reach
    return points, line


@pytest.fixture(params=[84.0, 174.0])
def width(request):
    return request.param


def test_area_follows_weight(width):
    points, line = frames()
    ax = draw_bubble(points, line, width=width, heading="Year")
    try:
        dots = {c.get_gid(): c.radius for c in ax.findobj(Circle)}
        radii = np.array([dots[f"mark-{i}"] for i in range(13)])
        assert_allclose(radii**2 / points["weight"], radii[0] ** 2 / points["weight"][0])
    finally:
        close_axes(ax)


@pytest.mark.parametrize("count", [1, 2, 13, 60])
@pytest.mark.parametrize("levels", [0, 3])
def test_no_text_on_another_and_none_beyond_the_page(count, levels, width):
    points, line = frames(count, levels)
    names = [f"A level with a very long name {i}" for i in range(levels)]
    ax = draw_bubble(points, line, width=width, heading="Moderator", levels=names,
                     label=points["study"], footer=["A caption. " * 20])  # fmt: skip
    try:
        assert_no_line_in_text(ax)
        ax.figure.canvas.draw()
        page = ax.figure.bbox
        texts = [t for t in ax.findobj(Text) if t.get_text().strip() and t.get_visible()]
        boxes = [text.get_window_extent() for text in texts]
        for i, box in enumerate(boxes):
            assert box.x0 >= page.x0 - 0.5
            assert box.x1 <= page.x1 + 0.5
            for other in boxes[:i]:
                across = min(box.x1, other.x1) - max(box.x0, other.x0)
                down = min(box.y1, other.y1) - max(box.y0, other.y0)
                assert across < 0.5 or down < 0.35 * min(box.height, other.height)
    finally:
        close_axes(ax)


def test_a_level_is_named_in_full(width):
    points, line = frames(13, 3)
    names = ["Nurses", "Psychotherapists in private practice", "Social workers"]
    ax = draw_bubble(points, line, width=width, heading="Group", levels=names)
    try:
        told = " ".join(t.get_text() for t in find_texts(ax))
        assert all(word in told.split() for name in names for word in name.split())
        assert "…" not in told
    finally:
        close_axes(ax)


def test_levels_in_lines_need_room_in_axes_too():
    points, line = frames(13, 3)
    names = ["Psychotherapists in private practice and others"] * 3
    ax = new_axes(84, 60)
    draw_bubble(points, line, ax=ax, heading="Group", levels=names)
    lowest = max(t.get_position()[1] for t in find_texts(ax))
    assert lowest <= 60 / 25.4 * 72
    close_axes(ax)


def test_years_have_no_comma():
    points, line = frames()
    ax = draw_bubble(points, line, heading="Year")
    try:
        texts = {t.get_text() for t in ax.findobj(Text)}
        assert {"2000", "2010", "2020"} <= texts
    finally:
        close_axes(ax)


def test_a_study_is_named_on_request():
    points, line = frames()
    name = points["study"][4]
    ax = draw_bubble(points, line, label=[name])
    try:
        shown = {t.get_text() for t in ax.findobj(Text)}
        assert name in shown
        assert points["study"][5] not in shown
    finally:
        close_axes(ax)


def test_no_prediction_band_where_there_is_none():
    points, line = frames()
    with_band, without = (
        draw_bubble(points, frame) for frame in (line, line.assign(pi_low=np.nan, pi_high=np.nan))
    )
    try:
        gids = [{a.get_gid() for a in ax.findobj() if a.get_gid()} for ax in (with_band, without)]
        assert "pi-0" in gids[0]
        assert "pi-0" not in gids[1]
        assert "ci-0" in gids[1]
    finally:
        close_axes(with_band)
        close_axes(without)


def test_it_is_told_in_words():
    points, line = frames(levels=3)
    ax = draw_bubble(points, line, heading="Country", levels=[*"ABC"])
    try:
        assert ax.get_label() == (
            "Bubble plot of 13 studies by Country. Prevalence, %: "
            "expected 30.0 at A, 40.0 at B, 50.0 at C."
        )
        assert render_axes(ax, "svg") == render_axes(ax, "svg")
    finally:
        close_axes(ax)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"weight": 0.0}, "finite numbers and weights above 0. Got A study with a longer name 0"),
        ({"y": np.nan}, "finite numbers"),
    ],
)
def test_misuse(change, message):
    points, line = frames()
    for name, value in change.items():
        points.loc[0, name] = value
    with pytest.raises(InputError, match=message):
        draw_bubble(points, line)
    with pytest.raises(InputError, match="must have the column 'weight' once"):
        draw_bubble(points.drop(columns="weight"), line)
