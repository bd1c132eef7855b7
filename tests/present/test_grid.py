"""The grid of marks: nothing is cut or overlaps, marks stand where they must, and misuse."""

from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from forest_cases import assert_nothing_collides, boxes, find_texts
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matplotlib import pyplot as plt

from reviewkit._core.errors import InputError
from reviewkit.present.axes import MM, new_axes, render_axes
from reviewkit.present.grid import draw_grid

LONG = (
    "Affective well-being affected by individual-level and country-level factors during the pandemic",
    "Burnout due to psychological stress",
    "Secondary trauma and compassion fatigue due to early experiences of shame and security",
)
STUDIES = ("Lau and Lee (10)", "Simionato (11)", "Van Hoy and Rzeszutek (16)", "Knox (13)")


def make_grid(rows, columns, seed=0):
    """Return a grid with long rows, studies as columns, and its totals."""
    marks = np.random.default_rng(seed).random((rows, columns)) < 0.3
    frame = pd.DataFrame(
        marks,
        index=[f"{LONG[at % 3]} {at}" for at in range(rows)],
        columns=[f"{STUDIES[at % 4]} {at}" for at in range(columns)],
    )
    counts = marks.sum(axis=1)
    totals = pd.DataFrame(
        {"Studies": counts.astype(str), "Share": [f"{100 * one / columns:.0f} %" for one in counts]}
    )
    return frame, totals


def read_marks(ax, turned=False):
    """Return the label of row and column beside and above each mark, from the page alone."""
    texts, _, _, names = boxes(ax)
    height = ax.figure.get_size_inches()[1] * 72
    found = set()
    for artist in ax.findobj():
        if (artist.get_gid() or "").startswith("mark-"):
            for circle in artist.get_path().to_polygons():
                x, y = (circle.min(axis=0) + circle.max(axis=0)) / 2
                y = height - y
                beside = [
                    i
                    for i, (x0, y0, x1, y1) in enumerate(texts)
                    if y0 < y < y1 and x1 < x and x0 < 6
                ]
                above = [
                    i
                    for i, (x0, y0, x1, y1) in enumerate(texts)
                    if x0 < x < x1 and y0 > y and x0 > 6
                ]
                row = names[min(beside, key=lambda i: texts[i][0])]
                column = names[min(above, key=lambda i: texts[i][1])]
                found.add((column, row) if turned else (row, column))
    return found


# Laws of the page


@pytest.mark.parametrize("width", [84, 174])
@pytest.mark.parametrize(
    ("rows", "columns"), [(1, 1), (2, 10), (15, 10), (15, 60), (60, 2), (2, 200), (40, 40)]
)
def test_nothing_overlaps(rows, columns, width):
    frame, totals = make_grid(rows, columns)
    assert_nothing_collides(draw_grid(frame, width=width, totals=totals, footer=["A note. " * 20]))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_nothing_overlaps_whatever_the_labels(data):
    labels = st.text(st.characters(codec="ascii", exclude_categories=["C"]), max_size=120)
    rows = data.draw(st.lists(labels, min_size=1, max_size=8))
    columns = data.draw(st.lists(labels, min_size=1, max_size=14))
    marks = np.arange(len(rows) * len(columns)).reshape(len(rows), -1) % 3 == 0
    frame = pd.DataFrame(marks, index=rows, columns=columns)
    totals = pd.DataFrame(
        {
            "n": data.draw(
                st.lists(st.text("0123456789,", max_size=9), min_size=len(rows), max_size=len(rows))
            )
        }
    )
    for width in (84, 174):
        ax = draw_grid(frame, width=width, totals=totals)
        assert_nothing_collides(ax)
        plt.close(ax.figure)


@pytest.mark.parametrize("width", [84, 174])
def test_the_page_has_the_width_asked_for(width):
    figure = draw_grid(make_grid(3, 4)[0], width=width).figure
    assert figure.get_figwidth() * 72 == pytest.approx(width * MM)


@pytest.mark.parametrize(
    ("rows", "columns", "turned"), [(5, 6, False), (3, 40, False), (12, 40, True)]
)
def test_marks_stand_beside_and_below_their_labels(rows, columns, turned):
    frame = pd.DataFrame(
        np.random.default_rng(2).random((rows, columns)) < 0.4,
        index=[f"code {at}" for at in range(rows)],
        columns=[f"study {at}" for at in range(columns)],
    )
    marked = {(row, column) for column in frame for row in frame.index if frame.loc[row, column]}
    assert read_marks(draw_grid(frame, width=84), turned) == marked


def test_few_rows_and_many_columns_are_turned_or_go_on_below():
    frame, totals = make_grid(15, 60)
    ax = draw_grid(frame, totals=totals)
    assert ax.figure.get_figheight() * 25.4 < 480
    said = " ".join(text.get_text() for text in find_texts(ax))
    for name in frame.columns:
        assert name in said
    for count in totals["Studies"]:
        assert count in said.split()


def test_every_label_and_total_is_there_in_full():
    frame, totals = make_grid(15, 10)
    ax = draw_grid(frame, totals=totals)
    said = " ".join(text.get_text() for text in find_texts(ax))
    for label in [*frame.index, *frame.columns, *totals["Share"], "Studies", "Share"]:
        assert label in said


def test_labels_that_are_too_long_end_in_dots_and_are_whole_in_the_svg():
    label = "word " * 200
    ax = draw_grid(pd.DataFrame({"a": [True]}, index=[label]), width=84)
    assert any(text.get_text().endswith("…") for text in find_texts(ax))
    assert label.strip() in render_axes(ax, "svg").decode()


def test_sums_are_told_to_who_cannot_see():
    frame = pd.DataFrame({"a": [True, False], "b": [True, True], "c": [False, False]})
    assert draw_grid(frame).get_label() == "Grid of 2 rows and 3 columns; 3 of 6 cells have a mark."
    assert draw_grid(frame, text="In words").get_label() == "In words"


# Files


def test_svg_is_well_formed_and_safe():
    bad = "<script>alert('x')</script> & \"q\" 🙂 שלום \x07\n"
    frame = pd.DataFrame({bad: [True], "b": [False]}, index=[bad])
    svg = render_axes(draw_grid(frame, title=bad, footer=[bad]), "svg").decode()
    root = ElementTree.fromstring(svg)
    assert not [element for element in root.iter() if element.tag.endswith("script")]


@pytest.mark.filterwarnings("ignore:Glyph")
@pytest.mark.parametrize("label", ["שלום עולם " * 20, "🙂" * 60, "疲労" * 60, "W" * 300, " ", ""])
def test_odd_labels_stay_on_the_page(label):
    frame = pd.DataFrame(True, index=[label, "b"], columns=[label, "c", "d"])
    for width in (84, 174):
        assert_nothing_collides(draw_grid(frame, width=width))


@pytest.mark.parametrize("kind", ["svg", "pdf", "png"])
def test_the_same_grid_gives_the_same_bytes(kind):
    frame, totals = make_grid(15, 10)
    first, second = (render_axes(draw_grid(frame, totals=totals), kind) for _ in range(2))
    assert first == second
    with mpl.rc_context({"font.size": 30, "lines.linewidth": 9, "figure.facecolor": "black"}):
        assert render_axes(draw_grid(frame, totals=totals), kind) == first


def test_draws_in_given_axes():
    frame, totals = make_grid(5, 10)
    ax = new_axes(174, 100)
    assert draw_grid(frame, ax=ax, totals=totals) is ax
    assert_nothing_collides(ax)


# Misuse


def test_axes_that_are_too_low():
    with pytest.raises(InputError, match=r"`ax` must be high enough .* it has 20 mm"):
        draw_grid(make_grid(15, 10)[0], ax=new_axes(174, 20))


@pytest.mark.parametrize(("width", "total"), [(40, "1"), (60, "many words " * 20)])
def test_a_page_that_is_too_narrow(width, total):
    totals = pd.DataFrame({"n": [total] * 2})
    with pytest.raises(InputError, match=rf"labels, marks and totals, 60 mm .* Got {width} mm"):
        draw_grid(make_grid(2, 2)[0], width=width, totals=totals)


def test_a_page_that_is_too_high():
    with pytest.raises(InputError, match=r"must fit a page of 3 m\. 200 rows and 500 columns need"):
        draw_grid(make_grid(200, 500)[0])


@pytest.mark.parametrize("frame", [pd.DataFrame(), pd.DataFrame(index=["a"])])
def test_an_empty_grid(frame):
    with pytest.raises(InputError, match="must have a row and a column"):
        draw_grid(frame)


def test_cells_that_are_not_true_or_false():
    frame = pd.DataFrame({"a": [True], "b": [1], "c": [None]})
    with pytest.raises(InputError, match=r"must be True or False\. It is not so in 'b'; 'c'\."):
        draw_grid(frame)


def test_totals_of_another_length():
    with pytest.raises(InputError, match=r"a row for each row of the grid \(2\)\. Got 3\."):
        draw_grid(make_grid(2, 2)[0], totals=pd.DataFrame({"n": ["1", "2", "3"]}))
