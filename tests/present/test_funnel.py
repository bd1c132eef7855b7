"""The funnel plot: where points and region lie, and that no text meets another."""

import numpy as np
import pandas as pd
import pytest
from forest_cases import assert_no_line_in_text, assert_nothing_collides, find, find_texts, ticks
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex
from scipy.special import expit, logit

from reviewkit._core.errors import InputError
from reviewkit.present.axes import COLOURS, MM, save_axes
from reviewkit.present.funnel import FunnelLook, draw_funnel

LOGIT = FunnelLook(-0.8, 1.0, expit, "Prevalence, % (spaced as logits)")
CAPTION = [
    "Egger’s regression: bias 1.2, t = 2.1, df = 11, P = 0.059, k = 13.",
    "Region: ± 1.96 SE.",
]


def make_points(k, *, long=False, seed=3, tau=0.7):
    """Return k studies, some of them beyond the region."""
    rng = np.random.default_rng(seed)
    se = rng.uniform(0.03, 0.9, k)
    name = "Umene-Nakano and colleagues, psychiatrists in Japan" if long else "Author"
    return pd.DataFrame(
        {
            "study": [f"{name} {i}, 20{i % 25:02d}" for i in range(k)],
            "effect": LOGIT.centre + rng.normal(0, np.hypot(tau, se)),
            "se": se,
            "n": np.ceil(6 / se**2),
        }
    )


def dots(ax):
    """Return places of the points, in the order of the frame."""
    found = [a for a in ax.findobj() if (a.get_gid() or "").startswith("mark-")]
    found.sort(key=lambda a: int(a.get_gid().split("-")[1]))
    return np.array([a.center for a in found])


def corners(ax, gid):
    return np.array(find(ax, gid).get_path().vertices)


def read_x(ax, x):
    """Return the effect that stands at a place of the axis, from its labels alone."""
    places, labels = zip(*ticks(ax), strict=True)
    return np.interp(x, places, [logit(float(label) / 100) for label in labels])


@pytest.mark.parametrize("by", ["se", "n"])
@pytest.mark.parametrize("width", [84, 174])
@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize("k", [1, 2, 13, 60])
def test_nothing_overlaps(k, long, width, by):
    ax = draw_funnel(make_points(k, long=long), look=LOGIT, width=width, by=by, footer=CAPTION)
    assert_nothing_collides(ax)
    assert_no_line_in_text(ax)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.floats(-8, 8), st.floats(1e-3, 30)), min_size=1, max_size=30),
    st.floats(-6, 6),
    st.sampled_from([None, 1.0, 7.0]),
)
def test_nothing_overlaps_whatever_the_studies(pairs, centre, spread):
    effects, errors = zip(*pairs, strict=True)
    frame = pd.DataFrame({"study": map(str, effects), "effect": effects, "se": errors})
    look = FunnelLook(centre, spread, expit, "Prevalence, %")
    ax = draw_funnel(frame, look=look, width=84)
    assert_nothing_collides(ax)
    assert len(dots(ax)) == len(pairs)
    plt.close(ax.figure)


def test_precise_studies_are_at_the_top_and_the_apex_is_at_the_centre():
    frame = make_points(13)
    ax = draw_funnel(frame, look=LOGIT)
    places = dots(ax)
    assert (np.argsort(places[:, 1]) == np.argsort(frame["se"].to_numpy())).all()
    low, high = corners(ax, "edge-low"), corners(ax, "edge-high")
    centre = corners(ax, "centre")
    assert np.ptp([low[0], high[0], centre[0]], axis=0) == pytest.approx(0)
    assert centre[0, 0] == centre[1, 0]
    assert centre[0, 1] == corners(ax, "background")[:, 1].min()  # standard error 0
    # A study of median precision shows the scale: the edges stand 1.96 of it away.
    reach = np.diff([low[-1, 0], high[-1, 0]])[0] / 2 if low[-1, 1] == high[-1, 1] else None
    per_effect = (places[0, 0] - centre[0, 0]) / (frame["effect"][0] - LOGIT.centre)
    per_se = (places[0, 1] - centre[0, 1]) / frame["se"][0]
    assert reach / (low[-1, 1] - low[0, 1]) == pytest.approx(1.959964 * per_effect / per_se)


def test_labels_are_percentages_where_they_belong():
    frame = make_points(13)
    ax = draw_funnel(frame, look=LOGIT)
    values = [float(label) for _, label in ticks(ax)]
    assert values == sorted(values)
    assert len(values) >= 4
    assert 0 < values[0] < values[-1] < 100
    places, labels = zip(*ticks(ax), strict=True)
    effects = logit(np.array([float(label) for label in labels]) / 100)
    assert np.ptp(np.diff(places) / np.diff(effects)) < 0.01 * np.mean(
        np.diff(places) / np.diff(effects)
    )
    inside = (frame["effect"] > effects[0]) & (frame["effect"] < effects[-1])
    assert read_x(ax, dots(ax)[:, 0])[inside] == pytest.approx(frame["effect"][inside], abs=0.02)


def test_by_n_is_spaced_as_one_over_root_n():
    frame = make_points(13)
    places = dots(draw_funnel(frame, look=LOGIT, by="n"))
    heights = (places[:, 1] - places[:, 1].min()) / np.ptp(places[:, 1])
    y = 1 / np.sqrt(frame["n"])
    assert heights == pytest.approx((y - y.min()) / np.ptp(y))


def test_filled_studies_are_open_circles_and_have_no_name():
    frame = make_points(5).assign(kind=["study", "study", "study", "filled", "filled"])
    ax = draw_funnel(frame, look=LOGIT)
    marks = [find(ax, f"mark-{i}") for i in range(5)]
    faces = [to_hex(mark.get_facecolor()) for mark in marks]
    assert faces == [COLOURS["mark"]] * 3 + [COLOURS["paper"]] * 2
    assert not any("3, 20" in t.get_text() or "4, 20" in t.get_text() for t in find_texts(ax))
    assert ax.get_label().startswith("Funnel plot of 3 studies by standard error and 2 filled in")


def test_points_outside_have_names_and_points_inside_of_many_have_none():
    frame = make_points(40)
    frame.loc[0, ["effect", "se"]] = LOGIT.centre + 4, 0.5
    frame.loc[1, ["effect", "se"]] = LOGIT.centre, 0.7
    texts = {t.get_text() for t in find_texts(draw_funnel(frame, look=LOGIT))}
    assert frame["study"][0] in texts
    assert frame["study"][1] not in texts


def test_without_a_spread_there_is_no_region():
    ax = draw_funnel(make_points(5), look=FunnelLook(-0.8, None, expit), by="n")
    assert not any((a.get_gid() or "").startswith(("edge", "inside")) for a in ax.findobj())
    assert "outside" not in ax.get_label()


def test_a_rare_prevalence_has_labels_too():
    frame = make_points(9).assign(effect=lambda f: f["effect"] - 8)
    ax = draw_funnel(frame, look=FunnelLook(-8.8, 1.0, expit, "Prevalence, %"), width=84)
    assert len(ticks(ax)) >= 3
    assert_nothing_collides(ax)


def test_a_tight_range_has_labels_too():
    frame = make_points(9).assign(effect=np.linspace(-0.801, -0.799, 9), se=1e-4)
    ax = draw_funnel(frame, look=LOGIT)
    assert len(ticks(ax)) >= 3
    assert_nothing_collides(ax)


def test_many_points_are_drawn():
    ax = draw_funnel(make_points(2000), look=LOGIT)
    assert len(dots(ax)) == 2000
    assert len(find(ax, "dots").artists) == 2000  # one group, and no title each


def test_the_page_has_the_width_asked_for_and_an_axes_can_be_given():
    assert draw_funnel(make_points(3), look=LOGIT, width=84).figure.get_figwidth() * 72 == (
        pytest.approx(84 * MM)
    )
    _, own = plt.subplots(figsize=(6, 4))
    assert draw_funnel(make_points(13), look=LOGIT, ax=own) is own
    with pytest.raises(InputError, match="`ax` must be higher"):
        draw_funnel(
            make_points(13), look=LOGIT, ax=plt.figure(figsize=(6, 0.6)).add_axes((0, 0, 1, 1))
        )


def test_the_same_studies_give_the_same_bytes(tmp_path):
    paths = [
        save_axes(draw_funnel(make_points(13), look=LOGIT), tmp_path / f"{i}.svg") for i in (1, 2)
    ]
    first, second = (path.read_bytes() for path in paths)
    assert first == second
    assert b"Funnel plot of 13 studies" in first


class TestMisuse:
    def test_a_missing_column(self):
        with pytest.raises(InputError, match="must have the column 'n' once"):
            draw_funnel(make_points(3).drop(columns="n"), look=LOGIT, by="n")

    def test_numbers_that_are_none(self):
        frame = make_points(4)
        frame.loc[1, "effect"], frame.loc[2, "se"] = np.nan, 0.0
        with pytest.raises(InputError, match=r"Got Author 1, 2001, Author 2, 2002\. Leave"):
            draw_funnel(frame, look=LOGIT)

    def test_no_rows_and_unknown_kinds(self):
        with pytest.raises(InputError, match="one point or more"):
            draw_funnel(make_points(0), look=LOGIT)
        with pytest.raises(InputError, match="`kind` must be one of 'study', 'filled'"):
            draw_funnel(make_points(2).assign(kind="imputed"), look=LOGIT)
        with pytest.raises(InputError, match="`by` must be one of 'se', 'n'"):
            draw_funnel(make_points(2), look=LOGIT, by="variance")
