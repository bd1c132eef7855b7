"""Trim and fill: what is filled in, how it is pooled, and what is said about it."""

import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose
from pooling_cases import EXHAUSTION, STRESS, table

from reviewkit._core.errors import InputError, ReviewkitWarning
from reviewkit.meta.effects import TRANSFORMS
from reviewkit.meta.filled import trim_and_fill
from reviewkit.meta.pooling import pool_effects, pool_prevalence

LOPSIDED = {
    "study": [*"ABCDEFGH"],
    "effect": [0.1, 0.12, 0.2, 0.5, 0.7, 1.1, 0.9, 1.5],
    "variance": [0.005, 0.006, 0.02, 0.09, 0.11, 0.2, 0.12, 0.3],
}


def turned(data):
    return data | {"effect": [-effect for effect in data["effect"]]}


def test_filled_studies_are_mirror_images():
    found = trim_and_fill(pool_effects(LOPSIDED, ci="z"))
    frame = found.to_frame()
    assert found.side == "left"
    assert found.n_filled == 4
    assert frame["kind"].tolist() == ["study"] * 8 + ["filled"] * 4
    for at, row in zip(found.missing.mirrored, frame.iloc[8:].itertuples(), strict=True):
        assert row.study == f"Image of {LOPSIDED['study'][at]}"
        assert row.estimate - found.missing.centre == pytest.approx(
            found.missing.centre - LOPSIDED["effect"][at]
        )
        assert row.se == pytest.approx(LOPSIDED["variance"][at] ** 0.5)
    assert frame["weight"].sum() == pytest.approx(1)


@pytest.mark.parametrize("model", ["random", "common"])
def test_the_result_is_pooling_all_of_them(model):
    found = trim_and_fill(pool_effects(LOPSIDED, model=model, ci="t"), side="left")
    frame = found.to_frame()
    data = {"study": frame["study"], "effect": frame["estimate"], "variance": frame["se"] ** 2}
    fresh = pool_effects(data, model=model, ci="t")
    for name in ("estimate", "ci_low", "ci_high", "pi_low", "pi_high", "tau2", "i2", "q", "k"):
        assert_allclose(getattr(found, name), getattr(fresh, name), rtol=1e-7, err_msg=name)


def test_other_side_of_turned_effects():
    first = trim_and_fill(pool_effects(LOPSIDED, ci="z"))
    other = trim_and_fill(pool_effects(turned(LOPSIDED), ci="z"))
    assert (first.side, other.side) == ("left", "right")
    assert other.estimate == pytest.approx(-first.estimate)


def test_nothing_missing_leaves_the_result_as_it_is():
    pooled = pool_prevalence(EXHAUSTION)
    found = trim_and_fill(pooled)
    assert found.n_filled == 0
    assert found.estimate == pytest.approx(pooled.estimate)
    assert found._headline() == "No study missing on the left (L0)"


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_prevalences_come_back_as_proportions(transform):
    data = table(
        (1000, 10000), (1100, 10000), (3300, 30000), (4700, 40000), (30, 60), (40, 70), (15, 20)
    )
    with warnings.catch_warnings():
        # Sizes from 20 to 40,000 are too unlike for double arcsines, as the result says.
        warnings.simplefilter("ignore", ReviewkitWarning)
        pooled = pool_prevalence(data, transform=transform, model="common", ci="z")
    found = trim_and_fill(pooled, side="left")
    frame = found.to_frame()
    assert frame["estimate"].between(0, 1).all()
    assert 0 <= found.ci_low <= found.estimate <= found.ci_high <= 1
    assert found.n_filled > 0
    real = frame[frame["kind"] == "study"]
    assert_allclose(real["estimate"], np.divide(data["events"], data["total"]))
    assert frame["n"].iloc[7] == data["total"][found.missing.mirrored[0]]


def test_r0_tests_that_none_is_missing():
    found = trim_and_fill(pool_effects(LOPSIDED, ci="z"), estimator="R0")
    assert found.p_value == 0.5 ** (found.n_filled + 1)
    assert np.isnan(trim_and_fill(pool_effects(LOPSIDED, ci="z")).p_value)
    assert "of none missing" in found._headline()


def test_notes_say_what_it_is_not():
    assert len(trim_and_fill(pool_effects(LOPSIDED)).notes) == 1
    notes = trim_and_fill(pool_prevalence(STRESS)).notes
    assert "is no corrected estimate" in notes[0]
    assert "no evidence of unpublished studies" in notes[1]


def test_equal_standard_errors_do_not_tell_a_side():
    data = LOPSIDED | {"variance": [0.1] * 8}
    with pytest.raises(InputError, match="Or name the `side`: 'left' or 'right'"):
        trim_and_fill(pool_effects(data))
    assert trim_and_fill(pool_effects(data), side="left").side == "left"


@pytest.mark.parametrize(
    ("option", "known"),
    [
        ("side", "'left', 'right'"),
        ("estimator", "'L0', 'R0', 'Q0'"),
        ("centre", "'model', 'common'"),
    ],
)
def test_unknown_options_list_the_known(option, known):
    with pytest.raises(InputError, match=f"`{option}` must be one of {known}"):
        trim_and_fill(pool_effects(LOPSIDED), **{option: "middle"})


@pytest.mark.parametrize("width", [84.0, 174.0])
def test_draws_filled_studies(width):
    ax = trim_and_fill(pool_effects(LOPSIDED)).plot(width=width)
    assert "8 studies by standard error and 4 filled in" in ax.get_label()
    assert "filled" not in trim_and_fill(pool_prevalence(EXHAUSTION)).plot().get_label()
