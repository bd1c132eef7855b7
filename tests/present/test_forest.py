"""The forest plot: what may not happen on a page, pages, files and state."""

from xml.etree import ElementTree

import matplotlib as mpl
import pandas as pd
import pytest
from forest_cases import (
    CASES,
    FOOTER,
    LONG,
    assert_nothing_collides,
    find_texts,
    frames,
    make_frame,
    ticks,
)
from hypothesis import HealthCheck, given, settings
from matplotlib import pyplot as plt

from reviewkit._core.errors import ReviewkitWarning
from reviewkit.present.axes import MM, save_axes
from reviewkit.present.forest import draw_forest, draw_forest_pages

# Laws of the page


@pytest.mark.parametrize("case", CASES, ids=lambda c: "-".join(map(str, c.values())))
def test_nothing_overlaps(case):
    width = case["width"]
    frame = make_frame(**{name: v for name, v in case.items() if name != "width"})
    assert_nothing_collides(draw_forest(frame, width=width, footer=FOOTER))


def test_nothing_overlaps_with_extra_columns_and_signs():
    frame = make_frame(13, groups=2, long=True)
    studies = frame["kind"] == "study"
    frame.loc[studies, "instrument"] = ["MBI-HSS", "ProQOL"] * 6 + ["CBI"]
    frame.loc[studies, ["D1", "D2"]] = [["low", "High"], ["some concerns", "unclear"]] * 6 + [
        ["no", "yes"]
    ]
    columns = ["study", "instrument", "events", "total", "panel", "estimate", "D1", "D2"]
    ax = draw_forest(frame, columns=columns, footer=FOOTER)
    assert_nothing_collides(ax)
    legend = {t.get_text() for t in find_texts(ax)}
    assert {"low", "high", "some concerns", "unclear", "no", "yes"} <= legend


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(frames())
def test_nothing_overlaps_whatever_the_frame(frame):
    for width in (84, 174):
        ax = draw_forest(frame, width=width)
        assert_nothing_collides(ax)
        labels = [float(label.replace(",", "")) for _, label in ticks(ax)]
        assert min(labels) >= 0
        assert max(labels) <= 100
        plt.close(ax.figure)


@pytest.mark.parametrize("width", [84, 174])
def test_the_page_has_the_width_asked_for(width):
    assert draw_forest(make_frame(3), width=width).figure.get_figwidth() * 72 == pytest.approx(
        width * MM
    )


def test_long_names_are_elided_and_whole_in_the_title(tmp_path):
    frame = make_frame(1, long=True).assign(study=lambda f: f["study"].fillna("") + " and more" * 9)
    svg = save_axes(draw_forest(frame, width=84), tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "…" in svg
    assert f"<title>{LONG} 0" in svg


# Pages, files, state


def test_a_long_plot_goes_on_pages_with_one_axis():
    frame = make_frame(120, groups=4)
    pages = draw_forest_pages(frame, height=200, footer=FOOTER)
    assert len(pages) > 1
    assert all(ax.figure.get_figheight() * 72 <= 200 * MM + 0.1 for ax in pages)
    assert len({tuple(ticks(ax)) for ax in pages}) == 1
    names = [
        t.get_text() for ax in pages for t in find_texts(ax) if t.get_text().startswith("Author")
    ]
    assert names == list(frame.loc[frame["kind"] == "study", "study"])
    for ax in pages:
        assert_nothing_collides(ax)


@pytest.mark.parametrize("form", ["svg", "pdf", "png"])
def test_bytes_are_the_same_each_time_and_in_each_style(form, tmp_path):
    first = save_axes(draw_forest(make_frame(5)), tmp_path / f"a.{form}").read_bytes()
    with (
        plt.style.context("dark_background"),
        mpl.rc_context({"font.size": 20, "svg.fonttype": "path", "font.family": "serif"}),
    ):
        second = save_axes(draw_forest(make_frame(5)), tmp_path / f"b.{form}").read_bytes()
    assert first == second


def test_svg_text_is_live_and_the_picture_can_be_read_aloud(tmp_path):
    ax = draw_forest(make_frame(2))
    svg = save_axes(ax, tmp_path / "a.svg").read_text(encoding="utf-8")
    ids = [e.get("id") for e in ElementTree.fromstring(svg).iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    assert ">Author 0 2011</text>" in svg
    assert 'role="img"' in svg
    assert "font-family: 'Arial', 'Helvetica', 'Liberation Sans'" in svg
    assert ax.get_label() in svg
    assert ax.get_label().endswith(
        "All studies, k = 2: 30.0 (confidence interval 20.0 to 45.0). Prediction interval: 2.0 to 91.0."
    )


def test_no_global_state_is_touched(tmp_path):
    before, frame = dict(mpl.rcParams), make_frame(3)
    copy = frame.copy()
    save_axes(draw_forest(frame), tmp_path / "a.svg")
    assert dict(mpl.rcParams) == before
    pd.testing.assert_frame_equal(frame, copy)


def test_scripts_without_glyphs_and_right_to_left_are_no_crash(tmp_path):
    frame = make_frame(2).assign(
        study=["全国精神科医の調査 2013", "الإرهاق ٢٠٢٤", "$x_1$ {a}", "Pooled \\alpha", "PI"]
    )
    ax = draw_forest(frame, width=84)
    with pytest.warns(ReviewkitWarning, match="These are not and show as boxes"):
        save_axes(ax, tmp_path / "a.png")
    assert "$x_1$" in save_axes(ax, tmp_path / "a.svg").read_text(encoding="utf-8") or "gap" in set(
        frame["kind"]
    )


def test_it_draws_into_a_given_axes():
    figure = plt.figure(figsize=(7, 8))
    ax = figure.add_axes((0, 0, 1, 0.5))
    assert draw_forest(make_frame(4), ax=ax) is ax
