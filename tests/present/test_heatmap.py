"""Heat maps: what is drawn, that nothing overlaps, and misuse."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from reviewkit._core.errors import InputError
from reviewkit.present.axes import Group, close_axes
from reviewkit.present.heatmap import draw_heatmap

NAMES = ["Ada", "Bartholomäus Featherstonehaugh-Cholmondeley", "Cy", "Łucja"]
FRAME = pd.DataFrame(np.linspace(-0.2, 1, 16).reshape(4, 4), index=NAMES, columns=NAMES)


@pytest.fixture
def drawn():
    axes = []

    def draw(*arguments, **options):
        axes.append(draw_heatmap(*arguments, **options))
        return axes[-1]

    yield draw
    for ax in axes:
        close_axes(ax)


def parts(ax, kind):
    groups = [one for one in ax.get_children() if isinstance(one, Group)]
    return [art for group in groups for art in group.artists if isinstance(art, kind)]


def test_no_number_is_a_dash_and_no_cell_is_nothing(drawn):
    frame = FRAME.copy()
    frame.iloc[0, 0] = frame.iloc[3, 0] = np.nan
    shown = pd.DataFrame(np.triu(np.ones((4, 4), dtype=bool)))
    ax = drawn(frame, width=84, shown=shown, missing="no item that both decided")
    cells = parts(ax, Rectangle)
    assert len(cells) == 10
    blank = [cell for cell in cells if cell.get_facecolor()[:3] == (1, 1, 1)]
    assert len(blank) == 1
    assert blank[0].get_edgecolor()[3] == 1
    words = [text.get_text() for text in parts(ax, Text)]
    assert words.count("–") == 1
    assert "– no item that both decided" in words
    assert "1.00" in words
    assert "−0.20" not in words
    ax = drawn(FRAME, width=84, missing="no item that both decided")
    assert not any("both decided" in text.get_text() for text in parts(ax, Text))


@pytest.mark.parametrize("width", [84, 174])
def test_long_names_are_broken_and_not_cut(drawn, width):
    ax = drawn(FRAME, width=width)
    words = [text.get_text() for text in parts(ax, Text)]
    assert not any("…" in word for word in words)
    letters = "".join(words).replace(" ", "")
    assert letters.count("Featherstonehaugh-Cholmondeley") == 2
    groups = [one for one in ax.get_children() if isinstance(one, Group)]
    for group in groups[1:5]:
        cells = [art for art in group.artists if isinstance(art, Rectangle)]
        names = [art for art in group.artists if isinstance(art, Text) and art.get_ha() == "right"]
        low, high = cells[0].get_y(), cells[0].get_y() + cells[0].get_height()
        assert all(low < art.get_position()[1] <= high for art in names)


def test_shades_go_from_light_to_dark(drawn):
    cells = parts(drawn(FRAME), Rectangle)
    light = [sum(cell.get_facecolor()[:3]) for cell in cells]
    assert light == sorted(light, reverse=True)
    assert len(set(light)) == 5


@pytest.mark.parametrize("width", [84, 174])
def test_no_text_overlaps_or_leaves_the_page(drawn, width):
    ax = drawn(FRAME, width=width)
    figure = ax.get_figure()
    renderer = figure.canvas.get_renderer()
    boxes = [text.get_window_extent(renderer) for text in parts(ax, Text)]
    for one, other in combinations(boxes, 2):
        assert not one.shrunk(0.96, 0.96).overlaps(other.shrunk(0.96, 0.96))
    page = figure.bbox
    assert all(b.x0 >= 0 and b.x1 <= page.x1 and b.y0 >= 0 and b.y1 <= page.y1 for b in boxes)


def test_too_narrow_or_empty():
    wide = pd.DataFrame(np.zeros((1, 40)))
    with pytest.raises(InputError, match=r"wide enough for its numbers\. 40 columns"):
        draw_heatmap(wide, width=84)
    with pytest.raises(InputError, match="a row and a column"):
        draw_heatmap(pd.DataFrame())
    with pytest.raises(InputError, match=r"`shown` must have a cell for each .* 4 × 4\. Got 1 × 4"):
        draw_heatmap(FRAME, shown=pd.DataFrame(np.ones((1, 4), dtype=bool)))
