"""The Doi plot: limbs, tip and index, and that no text meets another."""

import numpy as np
import pandas as pd
import pytest
from forest_cases import assert_no_line_in_text, assert_nothing_collides, find, find_texts
from scipy.special import expit

from reviewkit._core.errors import InputError
from reviewkit.present.doi import draw_doi

CAPTION = ["LFK index: within ±1 no asymmetry, to ±2 minor, beyond major."]


def make_limbs(k, *, long=False):
    """Return k studies in order of effect."""
    rng = np.random.default_rng(k)
    name = "Umene-Nakano and colleagues, psychiatrists in Japan" if long else "Author"
    return pd.DataFrame(
        {
            "study": [f"{name} {i}" for i in range(k)],
            "effect": np.sort(rng.normal(-1, 1, k)),
            "z": np.sort(rng.normal(0, 1, k)),
        }
    )


@pytest.mark.parametrize("width", [84, 174])
@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize("k", [3, 13, 60])
def test_nothing_overlaps(k, long, width):
    ax = draw_doi(
        make_limbs(k, long=long), index=-12.34, verdict="minor asymmetry", width=width,
        inverse=expit, heading="Prevalence, % (spaced as logits)", footer=CAPTION,
    )  # fmt: skip
    assert_nothing_collides(ax)
    assert_no_line_in_text(ax)


def test_the_tip_is_the_most_central_study_and_the_limbs_go_down_from_it():
    frame = make_limbs(13)
    ax = draw_doi(frame, index=0.4, verdict="no asymmetry")
    limbs = np.array(find(ax, "limbs-line").get_path().vertices)
    assert (np.diff(limbs[:, 0]) > 0).all()
    tip = int(frame["z"].abs().argmin())
    assert limbs[:, 1].argmin() == tip
    assert find(ax, "tip").get_path().vertices[0][0] == limbs[tip, 0]
    scale = np.ptp(limbs[:, 1]) / np.ptp(frame["z"].abs())
    assert limbs[:, 1] - limbs[tip, 1] == pytest.approx(
        scale * (frame["z"].abs() - frame["z"].abs().min())
    )


def test_the_index_and_the_names_are_printed():
    ax = draw_doi(make_limbs(5), index=-2.5, verdict="major asymmetry", footer=CAPTION)
    texts = {t.get_text() for t in find_texts(ax)}
    assert {"LFK index −2.50: major asymmetry", "Author 0", *CAPTION} <= texts
    assert ax.get_label().endswith("LFK index −2.50: major asymmetry.")


class TestMisuse:
    def test_effects_must_rise_and_be_finite(self):
        falling = make_limbs(4)[::-1]
        with pytest.raises(InputError, match="Sort the rows by effect"):
            draw_doi(falling, index=0, verdict="")
        with pytest.raises(InputError, match="finite effects"):
            draw_doi(make_limbs(4).assign(z=np.nan), index=0, verdict="")

    def test_a_missing_column(self):
        with pytest.raises(InputError, match="'z' once"):
            draw_doi(make_limbs(4).drop(columns="z"), index=0, verdict="")
