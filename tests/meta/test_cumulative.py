"""Cumulative pooling: each row is a fresh fit of the studies so far."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from pooling_cases import EXHAUSTION, counts

from reviewkit._core.errors import InputError
from reviewkit.meta.cumulative import cumulative_pool
from reviewkit.meta.pooling import pool_effects, pool_prevalence

YEARS = [1999, 2006, 1999, 2019, 2012, 1997, 2019, 2003, 2024, 2018, 1999]
NUMBERS = ["estimate", "ci_low", "ci_high", "pi_low", "pi_high", "tau2", "i2", "q", "k", "n"]


def pool(**columns):
    """Pool a data set with further columns."""
    return pool_prevalence({**EXHAUSTION, **columns})


@pytest.mark.filterwarnings("ignore::reviewkit._core.errors.ReviewkitWarning")
@pytest.mark.parametrize(
    "way", [{}, {"transform": "freeman-tukey"}, {"model": "common", "ci": "z"}, {"model": "beta-binomial"}],
    ids=str,
)  # fmt: skip
@settings(max_examples=15)
@given(data=counts(min_k=2, max_k=6), seed=st.integers(0, 100))
def test_a_row_is_pooling_the_studies_so_far(way, data, seed):
    by = np.random.default_rng(seed).permutation(len(data["study"]))
    found = cumulative_pool(pool_prevalence(data, **way), by=by)
    frame = found.to_frame()
    for step in range(len(by)):
        rows = found.order[: step + 1]
        some = {name: [column[i] for i in rows] for name, column in data.items()}
        fresh = pool_prevalence(some, **way)
        theirs = [getattr(fresh, name) for name in NUMBERS]
        ours = frame.loc[step, NUMBERS].to_numpy(dtype=float)
        # The search of a model of counts stops at steps of 1e-7 in logits and log tau².
        rtol = 1e-5 if way.get("model") == "beta-binomial" else 1e-7
        assert_allclose(ours, theirs, rtol=rtol, atol=1e-9)


def test_the_last_row_is_the_pooled_result():
    pooled = pool(year=YEARS)
    last = cumulative_pool(pooled, by="year").to_frame().iloc[-1]
    for name in NUMBERS:
        assert last[name] == pytest.approx(getattr(pooled, name), rel=1e-9)


def test_studies_of_one_value_stay_in_the_order_of_the_table():
    found = cumulative_pool(pool(year=YEARS), by="year")
    assert found.order.tolist() == [5, 0, 2, 10, 7, 1, 4, 9, 3, 6, 8]
    assert list(found.by) == sorted(YEARS)


def test_falling():
    found = cumulative_pool(pool(year=YEARS), by="year", descending=True)
    assert found.order.tolist() == [8, 3, 6, 9, 4, 1, 7, 0, 2, 10, 5]
    assert found._headline().startswith("By year, from the largest on: 47.8 % with Study 8 alone")


@pytest.mark.parametrize(
    "by",
    [
        YEARS,
        tuple(YEARS),
        np.array(YEARS, dtype=float),
        pd.Series(YEARS, index=range(20, 31)),
        pd.to_datetime([f"{year}-06-01" for year in YEARS]),
        [str(year) for year in YEARS],
    ],
    ids=["list", "tuple", "array", "series", "dates", "texts"],
)
def test_values_of_any_kind_that_has_an_order(by):
    expected = cumulative_pool(pool(year=YEARS), by="year")
    assert cumulative_pool(pool(), by=by).order.tolist() == expected.order.tolist()


def test_levels_have_the_order_of_the_category():
    levels = pd.Categorical(
        ["low", "high", "mid"] * 3 + ["low", "mid"], ["low", "mid", "high"], ordered=True
    )
    table = pd.DataFrame(EXHAUSTION).assign(income=levels)
    assert [*cumulative_pool(pool_prevalence(table), by="income").by] == [*levels.sort_values()]


def test_the_frame_has_the_values():
    frame = cumulative_pool(pool(year=YEARS), by="year").to_frame()
    assert frame.columns[:3].tolist() == ["study", "by", "estimate"]
    assert frame["by"].tolist() == sorted(YEARS)
    assert frame["k"].tolist() == [*range(1, 12)]


def test_a_missing_value_names_its_study():
    years = [float("nan") if i in (2, 4) else year for i, year in enumerate(YEARS)]
    with pytest.raises(InputError, match="Got none for 2 of 11: Study 2, Study 4"):
        cumulative_pool(pool(year=years), by="year")


def test_values_without_an_order():
    with pytest.raises(InputError, match=r"can be put in order\. Got int and str"):
        cumulative_pool(pool(), by=["1999", *YEARS[1:]])


def test_an_unknown_column_names_its_neighbours():
    with pytest.raises(InputError, match="near it: 'year'"):
        cumulative_pool(pool(year=YEARS), by="yeer")


def test_one_study_is_one_row():
    pooled = pool_effects({"study": ["A"], "effect": [0.1], "variance": [0.2]})
    assert len(cumulative_pool(pooled, by=[1]).to_frame()) == 1


@pytest.mark.parametrize("width", [84.0, 174.0])
def test_draws(width):
    ax = cumulative_pool(pool(year=YEARS), by="year").plot(width=width)
    assert ax.get_label().startswith("Forest plot of 11 studies.")
