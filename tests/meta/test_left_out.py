"""Leave-one-out: each row is a fresh fit."""

import numpy as np
import pytest
from hypothesis import given, settings
from meta_cases import studies
from numpy.testing import assert_allclose
from pooling_cases import EXHAUSTION, counts, table

from reviewkit.meta.left_out import leave_one_out
from reviewkit.meta.pooling import pool_effects, pool_prevalence

NUMBERS = ["estimate", "ci_low", "ci_high", "pi_low", "pi_high", "tau2", "i2", "q", "k", "n"]
WAYS = [
    {}, {"ci": "HK-adhoc", "prediction": "HTS", "tau2": "PM"}, {"model": "common", "ci": "z"},
    {"transform": "freeman-tukey"}, {"transform": "freeman-tukey", "back_n": "inverse-variance"},
    {"transform": "log", "tau2": "DL"}, {"transform": "raw"}, {"transform": "arcsine", "tau2": "SJ"},
    {"model": "beta-binomial"},
]  # fmt: skip


def without(data, row):
    """Return a table without one row."""
    return {name: [v for i, v in enumerate(column) if i != row] for name, column in data.items()}


@pytest.mark.filterwarnings("ignore::reviewkit._core.errors.ReviewkitWarning")
@pytest.mark.parametrize("way", WAYS, ids=lambda way: "-".join(way.values()) or "default")
@settings(max_examples=15)
@given(data=counts(min_k=3, max_k=7))
def test_a_row_is_pooling_the_others_afresh(way, data):
    found = leave_one_out(pool_prevalence(data, **way)).to_frame()
    for row in range(len(data["study"])):
        fresh = pool_prevalence(without(data, row), **way)
        ours = found.loc[row, NUMBERS].to_numpy(dtype=float)
        theirs = [getattr(fresh, name) for name in NUMBERS]
        # The search of a model of counts stops at steps of 1e-7 in logits and log tau².
        rtol = 1e-5 if way.get("model") == "beta-binomial" else 1e-7
        assert_allclose(ours, theirs, rtol=rtol, atol=1e-9, err_msg=str(row))


def test_a_row_of_a_glmm_is_a_fresh_fit():
    pooled = pool_prevalence(EXHAUSTION, model="glmm")
    found = leave_one_out(pooled).to_frame()
    fresh = pool_prevalence(without(EXHAUSTION, 3), model="glmm")
    theirs = [getattr(fresh, name) for name in NUMBERS]
    assert_allclose(found.loc[3, NUMBERS].to_numpy(dtype=float), theirs, rtol=1e-6)


def test_a_glmm_without_its_only_informative_study_has_no_answer():
    pooled = pool_prevalence(table((0, 30), (20, 20), (7, 40)), model="glmm")
    found = leave_one_out(pooled)
    assert found.to_frame()["estimate"].isna().tolist() == [False, False, True]
    assert "NaN" not in found._headline()
    assert "nan" not in found._headline()


@given(studies(max_k=8))
def test_the_order_of_studies_does_not_matter(pair):
    effects, variances = pair
    data = {"study": np.arange(effects.size), "effect": effects, "variance": variances}
    turned = {name: column[::-1] for name, column in data.items()}
    ours = leave_one_out(pool_effects(data, ci="z")).to_frame()
    theirs = leave_one_out(pool_effects(turned, ci="z")).to_frame().iloc[::-1]
    scale = np.ptp(effects) + 1
    assert_allclose(ours["estimate"], theirs["estimate"], rtol=1e-6, atol=1e-6 * scale)
    assert ours["study"].tolist() == theirs["study"].tolist()


def test_of_two_studies_the_other_one_is_left():
    data = {"study": ["A", "B"], "effect": [0.1, 0.9], "variance": [0.04, 0.09]}
    found = leave_one_out(pool_effects(data)).to_frame()
    assert_allclose(found["estimate"], [0.9, 0.1])
    assert_allclose(found["se"], [0.3, 0.2])
    assert found["tau2"].tolist() == [0, 0]
    assert found["pi_low"].isna().all()


def test_columns():
    frame = leave_one_out(pool_prevalence(EXHAUSTION)).to_frame()
    first = ["study", "estimate", "ci_low", "ci_high", "pi_low", "pi_high", "tau2", "i2"]
    assert frame.columns[:8].tolist() == first
    assert frame["n"].tolist() == [8426 - n for n in EXHAUSTION["total"]]
    assert (frame["k"] == 10).all()
    assert frame["k"].dtype == frame["q_df"].dtype == np.int64


def test_the_finding_names_the_studies_that_move_it():
    found = leave_one_out(pool_prevalence(EXHAUSTION))._headline()
    assert found == (
        "40.9 % with all 11 studies; from 35.9 % without Study 10 to 44.8 % without Study 4"
    )


@pytest.mark.parametrize("width", [84.0, 174.0])
@pytest.mark.parametrize("way", [{}, {"model": "common", "ci": "z"}, {"model": "glmm"}])
def test_draws(way, width):
    ax = leave_one_out(pool_prevalence(EXHAUSTION, **way)).plot(width=width)
    assert ax.get_label().startswith("Forest plot of 11 studies.")
    assert "All 11 studies: " in ax.get_label()
