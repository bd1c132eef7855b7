"""The influence panel: rows, axes of their own, and texts that do not meet."""

import numpy as np
import pandas as pd
import pytest
from forest_cases import LONG, assert_nothing_collides, find, find_texts
from matplotlib import pyplot as plt
from matplotlib.text import Text

from reviewkit._core.errors import InputError
from reviewkit.present.influence_panel import MEASURES, draw_influence

GUIDES = {"dffits": (-1.0, 0.0, 1.0), "cook_d": (0.45,), "hat": (0.3,)}


def make_measures(k, *, long=False, scale=1.0, flagged=(0,)):
    """Return k studies, some of them influential."""
    rng = np.random.default_rng(k)
    names = [f"{LONG} {i}" if long and i % 3 == 0 else f"Author {i} 2011" for i in range(k)]
    columns = {name: scale * rng.normal(size=k) for name in MEASURES}
    columns["hat"] = rng.dirichlet(np.ones(k))
    influential = [i in flagged for i in range(k)]
    return pd.DataFrame({"study": names, "influential": influential, **columns})


@pytest.mark.parametrize("width", [84, 174])
@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize("k", [2, 13, 60, 200])
def test_nothing_overlaps(k, long, width):
    frame = make_measures(k, long=long, flagged=(0, 1, k - 1))
    ax = draw_influence(frame, guides=GUIDES, width=width, footer=["A recipe of many words. " * 6])
    assert_nothing_collides(ax)


@pytest.mark.parametrize("scale", [1e-6, 1e-3, 0.3, 40, 1e4, 3e7])
def test_nothing_overlaps_on_any_scale(scale):
    assert_nothing_collides(draw_influence(make_measures(13, scale=scale), width=174))


def test_an_influential_study_has_a_star_and_larger_points():
    ax = draw_influence(make_measures(13, flagged=(4,)))
    texts = [text for text in find_texts(ax) if text.get_text().startswith("★")]
    assert [text.get_text() for text in texts] == ["★ Author 4 2011"]
    assert texts[0].get_fontweight() == "bold"
    assert find(ax, "mark-hat-4").get_radius() > find(ax, "mark-hat-5").get_radius()
    assert ax.get_label() == "Influence of 13 studies on the result; influential: Author 4 2011."


def test_rows_share_their_height_and_columns_an_axis():
    frame = make_measures(13)
    ax = draw_influence(frame)
    marks = {name: [find(ax, f"mark-{name}-{i}").center for i in range(13)] for name in MEASURES}
    heights = np.array([[y for _, y in places] for places in marks.values()])
    assert (heights == heights[0]).all()
    assert (np.diff(heights[0]) > 0).all()
    for name, places in marks.items():
        order = np.argsort([x for x, _ in places])
        assert (order == np.argsort(frame[name])).all()


def test_narrow_pages_show_fewer_measures():
    shown = []
    for width in (84, 174):
        ax = draw_influence(make_measures(5), width=width)
        shown.append(
            {
                name
                for name in MEASURES
                if any(a.get_gid() == f"mark-{name}-0" for a in ax.findobj())
            }
        )
    assert shown[0] == {"rstudent", "dffits", "cook_d", "hat"}
    assert shown[1] == set(MEASURES)


def test_of_many_studies_only_the_influential_are_named():
    ax = draw_influence(make_measures(200, flagged=(3, 4, 150)))
    names = {text.get_text() for text in find_texts(ax) if "Author" in text.get_text()}
    assert "★ Author 150 2011" in names
    assert "★ Author 3 2011" in names
    assert len(names) < 4
    assert ax.figure.get_size_inches()[1] * 25.4 < 320


def test_nothing_is_drawn_where_there_is_no_number():
    frame = make_measures(4)
    frame.loc[2, "cook_d"] = np.nan
    gids = {a.get_gid() for a in draw_influence(frame).findobj()}
    assert "mark-cook_d-1" in gids
    assert "mark-cook_d-2" not in gids


def test_axes_that_are_too_low():
    with pytest.raises(InputError, match="`ax` must be high enough for the rows"):
        draw_influence(make_measures(60), ax=plt.figure(figsize=(6, 1)).add_axes((0, 0, 1, 1)))


def test_a_measure_is_needed():
    with pytest.raises(InputError, match="a measure of 'rstudent'"):
        draw_influence(pd.DataFrame({"study": ["A"], "influential": [False]}))


@pytest.mark.parametrize("width", [84, 174])
def test_each_axis_has_two_labels_or_more_and_headings_keep_their_words(width):
    frame = make_measures(30).assign(q_del=np.linspace(9836, 10747, 30))
    ax = draw_influence(frame, guides={"hat": (0.3,)}, width=width)
    scales = [a for a in ax.get_children() if (a.get_gid() or "").startswith("scale-")]
    words = {word for m in MEASURES.values() for word in m.heading.split()}
    for one in scales:
        texts = [text for text in one.artists if isinstance(text, Text)]
        labels = [text for text in texts if text.get_ha() == "center"]
        assert len(labels) >= 2
        heading = " ".join(text.get_text() for text in texts if text not in labels)
        assert set(heading.split()) <= words


def test_bands_lead_the_eye_from_20_studies_on():
    for k, count in ((19, 0), (20, 10), (60, 30), (61, 0)):
        ax = draw_influence(make_measures(k))
        bands = [a for a in ax.get_children() if a.get_gid() == "bands"]
        assert sum(len(group.artists) for group in bands) == count
