"""A meta-regression as a bubble plot: points, line and what is said of them."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from pooling_cases import EXHAUSTION

from reviewkit._core.errors import InputError
from reviewkit.meta.bubble_rows import make_bubbles
from reviewkit.meta.moderators import meta_regression
from reviewkit.meta.pooling import pool_effects, pool_prevalence
from reviewkit.present.axes import close_axes

DATA = EXHAUSTION | {
    "year": [1999, 2001, 2004, 2006, 2007, 2010, 2012, 2013, 2015, 2019, 2021],
    "country": [*"AABBABACACB"],
}
POOLED = pool_prevalence(DATA)


def test_points_are_the_studies():
    points, _, options = make_bubbles(meta_regression(POOLED, "~ year"), None, ())
    assert_allclose(points["y"], np.divide(DATA["events"], DATA["total"]))
    assert points["x"].tolist() == DATA["year"]
    assert points["weight"].sum() == pytest.approx(1)
    assert (options["scale"], options["heading"]) == ("percent", "Year")


def test_the_line_is_what_is_predicted():
    found = meta_regression(POOLED, "~ year")
    _, line, _ = make_bubbles(found, None, ())
    expected = found.predict({"year": line["x"].tolist()})
    for name in ("estimate", "ci_low", "ci_high", "pi_low", "pi_high"):
        assert_allclose(line[name], expected[name])
    assert (line["x"].iloc[0], line["x"].iloc[-1]) == (1999, 2021)


def test_other_moderators_are_averaged_over_the_studies():
    found = meta_regression(POOLED, "~ year * country")
    _, line, options = make_bubbles(found, None, ())
    rows = found.design.code({"year": [1999] * 11, "country": DATA["country"]})
    expected = found.predict_rows(rows.mean(axis=0)[None])["estimate"][0]
    assert_allclose(line["estimate"][0], expected)
    assert "moderators other than year" in options["footer"][0]


def test_a_factor_has_a_place_for_each_level():
    found = meta_regression(POOLED, "~ year + country")
    points, line, options = make_bubbles(found, "country", ())
    assert options["levels"] == ("A", "B", "C")
    assert points["x"].tolist() == ["ABC".index(country) for country in DATA["country"]]
    assert line["x"].tolist() == [0, 1, 2]


def test_effects_keep_their_scale():
    data = {"study": [*"ABC"], "effect": [0.1, 0.4, 0.3], "variance": [0.1] * 3, "x": [1, 2, 4]}
    points, _, options = make_bubbles(meta_regression(pool_effects(data), "~ x"), None, "all")
    assert points["y"].tolist() == data["effect"]
    assert options["scale"] == "plain"
    assert options["label"] == ("A", "B", "C")


@pytest.mark.parametrize(
    ("formula", "options", "message"),
    [
        ("~ 1", (None, ()), "must have a moderator"),
        ("~ year", ("country", ()), "`x` must be one of 'year'"),
        ("~ year", (None, ("Nobody",)), "must name studies of the result, or be 'all'. Not there"),
    ],
)
def test_misuse(formula, options, message):
    with pytest.raises(InputError, match=message):
        make_bubbles(meta_regression(POOLED, formula), *options)


@pytest.mark.parametrize("width", [84.0, 174.0])
def test_plots(width, tmp_path):
    found = meta_regression(POOLED, "~ year + country")
    ax = found.plot(width=width, label="Study 3")
    try:
        assert ax.get_label().startswith(
            "Bubble plot of 11 studies by Year. Prevalence, %: expected"
        )
    finally:
        close_axes(ax)
    assert found.save(tmp_path / "bubble.svg", width=width).exists()
