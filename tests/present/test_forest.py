"""The forest plot: what may not happen on a page, pages, files and state."""

from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from forest_cases import (
    CASES,
    FOOTER,
    LONG,
    assert_nothing_collides,
    find,
    find_texts,
    frames,
    make_frame,
    ticks,
    to_axis,
)
from hypothesis import HealthCheck, given, settings
from matplotlib import pyplot as plt

from reviewkit._core.errors import InputError, ReviewkitWarning
from reviewkit.present import lettering, typeface
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


def test_pages_are_numbered_and_say_what_goes_on():
    frame = make_frame(60, groups=3, long=True)
    pages = draw_forest_pages(frame, height=110, footer=FOOTER, width=84)
    texts = [[t.get_text() for t in find_texts(ax)] for ax in pages]
    assert len(pages) > 3
    for number, said in enumerate(texts, 1):
        more = "" if number == len(pages) else "; continued on the next page"
        assert f"Page {number} of {len(pages)}{more}" in said
    begun = 0
    for ax, said in zip(pages, texts, strict=True):
        assert_nothing_collides(ax)
        assert ax.figure.get_figheight() * 72 <= 110 * MM + 0.1
        begun += sum(text.endswith("(continued)") for text in said)
    assert begun >= 2
    assert (FOOTER[0] in texts[-1]) > (FOOTER[0] in texts[0])


def test_a_plot_that_fits_one_page_has_no_number():
    (page,) = draw_forest_pages(make_frame(5), height=150)
    assert not any("Page" in t.get_text() for t in find_texts(page))


# Judgements, marks, clusters


def make_judgements(frame, items, values=("low", "Some concerns", "HIGH", None)):
    """Return a frame of judgements of the studies of a plot."""
    names = frame.loc[frame["kind"] == "study", "study"]
    cells = {
        item: [values[(i + j) % len(values)] for i in range(len(names))]
        for j, item in enumerate(items)
    }
    return pd.DataFrame({"study": list(names)} | cells)


@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize("k", [1, 2, 13, 60])
@pytest.mark.parametrize(
    ("width", "items"),
    [(84, ["D1", "D2", "D3"]), (174, ["D1", "D2", "D3", "D4", "D5", "Overall"]),
     (174, ["Sample frame", "Sampling", "Sample size", "Response rate", "Overall"])],
)  # fmt: skip
def test_nothing_overlaps_beside_judgements_and_a_mark(k, long, width, items):
    frame = make_frame(k, long=long)
    ax = draw_forest(
        frame, width=width, judgements=make_judgements(frame, items), mark=(0.3, "as reported"),
        footer=FOOTER,
    )  # fmt: skip
    assert_nothing_collides(ax)
    said = [t.get_text() for t in find_texts(ax)]
    assert "Risk of bias" in said
    assert "Dashed line: as reported, 30%." in said


def test_a_heading_stands_over_its_columns_and_the_legend_below_the_axis():
    frame = make_frame(6)
    tables = {
        "Risk of bias": make_judgements(frame, ["D1", "D2"]),
        "Applicability of all": make_judgements(frame, ["A1"], ("yes", "no")),
    }
    ax = draw_forest(frame, judgements=tables)
    assert_nothing_collides(ax)
    places = {t.get_text(): t.get_position() for t in find_texts(ax)}
    for heading, own in (("Risk of bias", ["D1", "D2"]), ("Applicability of all", ["A1"])):
        middle = sum(places[name][0] for name in own) / len(own)
        assert places[heading][0] == pytest.approx(middle, abs=0.5)
        assert places[heading][1] < min(places[name][1] for name in own)
    lowest = max(
        y for label in ("low", "some concerns", "high", "yes", "no") for y in [places[label][1]]
    )
    assert min(places[name][1] for name in ("low", "yes")) > places["Prevalence, %"][1]
    assert lowest < ax.figure.get_figheight() * 72


def test_long_items_have_letters_and_a_key():
    frame = make_frame(4)
    items = ["Sample frame", "Valid methods", "Overall"]
    ax = draw_forest(frame, judgements={"JBI": make_judgements(frame, items)})
    said = [t.get_text() for t in find_texts(ax)]
    assert {"A", "B", "Overall"} <= set(said)
    assert "JBI: A, Sample frame; B, Valid methods." in said


def test_a_mark_stands_at_its_value_and_widens_the_axis():
    frame = pd.DataFrame(
        {"study": ["A 2011"], "estimate": [0.2], "ci_low": [0.1], "ci_high": [0.3]}
    )
    ax = draw_forest(frame, mark=0.83)
    line = find(ax, "reported")
    assert line.get_xdata()[0] == pytest.approx(to_axis(ax, 83.0), abs=0.3)
    assert "Dashed line: marked value, 83%." in [t.get_text() for t in find_texts(ax)]


def test_rows_of_one_cluster_are_shaded_together():
    frame = make_frame(7, prediction=False)
    frame.loc[frame["kind"] == "study", "cluster"] = ["A", "A", "B", "C", "C", "A", None]
    ax = draw_forest(frame)
    (bands,) = [a for a in ax.findobj() if a.get_gid() == "bands"]
    heights = [np.ptp(band.get_path().vertices[:, 1]) for band in bands.artists]
    row = 1.5 * 8
    assert heights == pytest.approx([2 * row - 0.8, 2 * row - 0.8, row - 0.8])


class TestMisuse:
    @pytest.mark.parametrize("mark", ["30 %", 30, float("nan"), (1.2, "x")])
    def test_a_mark_beyond_the_scale(self, mark):
        with pytest.raises(InputError, match="`mark` must be a number between 0 and 1"):
            draw_forest(make_frame(2), mark=mark)

    def test_an_unknown_judgement(self):
        frame = make_frame(2)
        with pytest.raises(
            InputError, match=r"one of 'low', 'yes'.*Got 'meh' under 'Risk of bias'"
        ):
            draw_forest(frame, judgements=make_judgements(frame, ["D1"], ("meh",)))

    def test_judgements_of_other_studies(self):
        other = pd.DataFrame({"study": ["Nobody 1900"], "D1": ["low"]})
        with pytest.raises(
            InputError, match=r"must be of studies that are in the plot.*Nobody 1900"
        ):
            draw_forest(make_frame(2), judgements=other)

    def test_a_study_that_is_judged_twice(self):
        frame = make_frame(2)
        twice = pd.concat([make_judgements(frame, ["D1"])] * 2)
        with pytest.raises(InputError, match=r"one row a study.* Got two rows of Author 0 2011"):
            draw_forest(frame, judgements=twice)

    def test_no_item_no_frame_no_study(self):
        frame = make_frame(2)
        with pytest.raises(InputError, match="Got no item under 'JBI'"):
            draw_forest(frame, judgements={"JBI": make_judgements(frame, [])})
        with pytest.raises(InputError, match=r"must be a frame, or frames by heading. Got list"):
            draw_forest(frame, judgements={"JBI": []})
        with pytest.raises(InputError, match="must have the column 'study'"):
            draw_forest(frame, judgements=pd.DataFrame({"D1": ["low"]}))


# Files, state


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


@pytest.fixture
def _no_wide_fonts(monkeypatch):
    """Let no East Asian font be installed."""
    caches = (typeface.wide_fonts, typeface.find_font, lettering._widths_of_em)
    monkeypatch.setattr(typeface, "_WIDE", ())
    for cache in caches:
        cache.cache_clear()
    yield
    for cache in caches:
        cache.cache_clear()


@pytest.mark.usefixtures("_no_wide_fonts")
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


@pytest.mark.parametrize("form", ["pdf", "png", "svg"])
def test_east_asian_letters_are_drawn_where_a_font_has_them(form, tmp_path):
    if not typeface.wide_fonts():
        pytest.skip("no font with East Asian letters is installed")
    names = ["全国精神科医の調査 2013", "정신건강 종사자 2024", "心理治疗师", "Pooled 合計", "PI"]
    frame = make_frame(2).assign(study=names)
    ax = draw_forest(frame, width=84)
    assert_nothing_collides(ax)
    file = save_axes(ax, tmp_path / f"a.{form}").read_bytes()  # without a warning
    assert form != "svg" or typeface.wide_fonts()[0] not in file.decode()


def test_it_draws_into_a_given_axes():
    figure = plt.figure(figsize=(7, 8))
    ax = figure.add_axes((0, 0, 1, 0.5))
    assert draw_forest(make_frame(4), ax=ax) is ax
