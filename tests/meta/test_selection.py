"""The selection model as a result: scales, tables, notes and misuse."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from pooling_cases import EXHAUSTION, table
from scipy.special import expit

from reviewkit._core.errors import InputError
from reviewkit.meta.effects import TRANSFORMS
from reviewkit.meta.pooling import pool_effects, pool_prevalence
from reviewkit.meta.selection import selection_model

DATA = {
    "study": [*"ABCDEFGH"],
    "variance": [0.005, 0.006, 0.02, 0.03, 0.05, 0.09, 0.11, 0.2],
    "effect": [0.05, 0.22, 0.21, 0.45, 0.1, 0.3, 0.85, 1.1],
}


def test_a_prevalence_comes_back_as_a_proportion():
    found = selection_model(pool_prevalence(EXHAUSTION))
    ours = [found.ci_low, found.estimate, found.ci_high]
    theirs = [found.transformed_ci_low, found.transformed_estimate, found.transformed_ci_high]
    assert_allclose(ours, expit(theirs))
    assert "unlike prevalences are no evidence of selection" in found.notes[-1]
    assert "tests a prevalence of 50 %" in found.notes[-1]


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_limits_stay_within_zero_and_one(transform):
    found = selection_model(pool_prevalence(EXHAUSTION, transform=transform))
    assert 0 <= found.ci_low <= found.estimate <= found.ci_high <= 1


def test_effects_have_one_scale():
    found = selection_model(pool_effects(DATA))
    assert (found.estimate, found.ci_low) == (found.transformed_estimate, found.transformed_ci_low)
    assert found.notes == ()
    assert found.k == 8


def test_the_frame_has_a_row_a_parameter():
    frame = selection_model(pool_effects(DATA), steps=(0.025, 0.5)).to_frame()
    assert frame["parameter"].tolist() == [
        "mean", "tau2", "weight of p from 0 to 0.025", "weight of p from 0.025 to 0.5",
        "weight of p from 0.5 to 1",
    ]  # fmt: skip
    assert frame["k"].tolist()[:2] == [8, 8]
    assert frame["k"][2:].sum() == 8
    assert frame["estimate"][2] == 1
    assert frame["ci_low"][3] == 0  # cut there
    assert np.isnan(frame["se"][[2, 4]]).all()


def test_the_test_compares_likelihoods():
    found = selection_model(pool_effects(DATA), steps=(0.025, 0.5))
    assert found.lrt_df == 2
    assert found.lrt >= selection_model(pool_effects(DATA)).lrt
    assert found.lrt_p == pytest.approx(np.exp(-found.lrt / 2))


def test_intervals_with_few_studies_are_named():
    notes = selection_model(pool_effects(DATA), steps=(0.025, 0.5)).notes
    assert len(notes) == 1
    assert notes[0].startswith("Some intervals of p hold few studies (0 from 0.5 to 1), so that")


def test_tau2_of_the_pooled_result_does_not_matter():
    first, other = (selection_model(pool_effects(DATA, tau2=t)) for t in ("DL", "REML"))
    assert first.estimate == other.estimate


def test_level():
    wide, narrow = (selection_model(pool_effects(DATA, level=level)) for level in (0.99, 0.9))
    assert wide.ci_low < narrow.ci_low < narrow.estimate < narrow.ci_high < wide.ci_high


@pytest.mark.parametrize("steps", [(), (0.0,), (1.0,), (0.5, 0.025), (0.5, 0.5), (float("nan"),)])
def test_steps_rise_within_zero_and_one(steps):
    with pytest.raises(InputError, match="`steps` must be one-sided p-values that rise"):
        selection_model(pool_effects(DATA), steps=steps)


def test_too_few_studies():
    data = {name: column[:3] for name, column in DATA.items()}
    with pytest.raises(InputError, match=r"with 2 steps must have 4 studies or more.*Got 3"):
        selection_model(pool_effects(data), steps=(0.025, 0.5))


def test_an_unknown_side_lists_the_known():
    with pytest.raises(InputError, match="`alternative` must be one of 'greater', 'less'"):
        selection_model(pool_effects(DATA), alternative="two-sided")


def test_an_interval_of_p_without_studies_and_tiny_prevalences():
    data = table((1, 10**7), (3, 10**6), (50, 100), (0, 8))
    found = selection_model(pool_prevalence(data, model="common", ci="z"))
    assert np.isfinite(found.estimate)
