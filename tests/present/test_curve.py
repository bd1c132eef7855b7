"""The specification curve: nothing overlaps, marks stand where they must, and misuse."""

import numpy as np
import pandas as pd
import pytest
from forest_cases import assert_nothing_collides, find_texts
from matplotlib import pyplot as plt

from reviewkit._core.errors import InputError
from reviewkit.present.axes import new_axes, render_axes
from reviewkit.present.curve import draw_curve

LONG = "without the two studies whose instrument is not the Maslach inventory"
CHOICES = {"model": "Model", "studies": "Studies"}


def make_frame(count, seed=0):
    rng = np.random.default_rng(seed)
    estimate = rng.uniform(0.2, 0.4, count)
    return pd.DataFrame(
        {
            "model": rng.choice(["random", "common", ""], count),
            "studies": rng.choice(["all studies", LONG], count),
            "estimate": estimate,
            "ci_low": estimate - 0.1,
            "ci_high": estimate + 0.15,
        }
    )


def find(ax, gid):
    return next(artist for artist in ax.findobj() if artist.get_gid() == gid)


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


@pytest.mark.parametrize("width", [84, 174])
@pytest.mark.parametrize("count", [1, 2, 60, 1000])
def test_no_text_overlaps_anything(count, width):
    ax = draw_curve(make_frame(count), choices=CHOICES, width=width, footer=["A note. " * 20])
    assert ax.figure.get_size_inches()[0] * 25.4 == pytest.approx(width)
    assert_nothing_collides(ax)


def test_estimates_rise_and_marks_stand_below_them():
    frame = make_frame(40)
    ax = draw_curve(frame, choices=CHOICES)
    order = frame.sort_values("estimate", kind="stable").reset_index(drop=True)
    dots = [p.mean(axis=0) for p in find(ax, "estimates").get_path().to_polygons()]
    x, y = np.array(dots).T
    assert (np.diff(x) > 0).all()
    assert (np.diff(y) < 0).all()  # points run downwards
    marked = [p.mean(axis=0)[0] for p in find(ax, "taken-1").get_path().to_polygons()]
    first = next(o for o in order["model"] if o)
    told = x[(order["model"] == first).to_numpy()]
    # A polygon's mean counts its first corner twice; columns are 9 points apart.
    np.testing.assert_allclose(sorted(marked), told, atol=1)


def test_intervals_reach_from_limit_to_limit():
    ax = draw_curve(make_frame(5), choices=CHOICES)
    ends = find(ax, "intervals").get_path().vertices.reshape(-1, 2, 2)
    spans = ends[:, 0, 1] - ends[:, 1, 1]
    np.testing.assert_allclose(spans, spans[0])
    dots = np.array([p.mean(axis=0)[1] for p in find(ax, "estimates").get_path().to_polygons()])
    np.testing.assert_allclose((ends[:, 0, 1] - dots) / spans, 0.4, atol=0.02)  # 0.1 of 0.25


def test_options_are_listed_in_order_and_empty_ones_are_not():
    ax = draw_curve(
        make_frame(60), choices={"model": "Model"}, order={"model": ["common", "random"]}
    )
    texts = [text.get_text() for text in find_texts(ax)]
    assert texts.index("Model") < texts.index("common") < texts.index("random")
    assert "" not in texts


def test_the_picture_is_told_in_words():
    ax = draw_curve(make_frame(1), choices={}, scale="plain")
    assert ax.get_label().startswith("Specification curve of 1 specification. Estimates rise from")


def test_the_same_picture_has_the_same_bytes():
    pictures = {render_axes(draw_curve(make_frame(30), choices=CHOICES), "svg") for _ in range(2)}
    assert len(pictures) == 1


# Misuse


def test_a_missing_column_is_named():
    with pytest.raises(InputError, match="must have the column 'transform'"):
        draw_curve(make_frame(3), choices={"transform": "Transformation"})


def test_a_specification_without_a_result_is_named():
    frame = make_frame(3)
    frame.loc[1, "estimate"] = np.nan
    with pytest.raises(InputError, match="Rows 1 have not"):
        draw_curve(frame, choices=CHOICES)


def test_an_empty_frame_is_no_curve():
    with pytest.raises(InputError, match="Got none"):
        draw_curve(make_frame(3)[:0], choices=CHOICES)


def test_axes_that_are_too_low_say_how_high():
    with pytest.raises(InputError, match=r"These need \d+ mm, it has 30 mm"):
        draw_curve(make_frame(3), choices=CHOICES, ax=new_axes(174, 30))


def test_a_page_that_is_too_narrow_says_so():
    with pytest.raises(InputError, match="must leave 20 mm for the curve"):
        draw_curve(make_frame(3), choices=CHOICES, width=30)


def test_an_unknown_scale_is_named():
    with pytest.raises(InputError, match="`scale` must be one of"):
        draw_curve(make_frame(3), choices=CHOICES, scale="odds")


def test_no_effect_has_a_line():
    frame = make_frame(9)
    effects = frame.assign(**{n: frame[n] - 0.3 for n in ("estimate", "ci_low", "ci_high")})
    assert find(draw_curve(effects, choices=CHOICES, scale="plain"), "null")
    shares = draw_curve(frame, choices=CHOICES)
    assert all(artist.get_gid() != "null" for artist in shares.findobj())
