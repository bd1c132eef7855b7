"""Misuse of public calls: what is no result, no option and no source of chance has a message."""

import numpy as np
import pandas as pd
import pytest
from pooling_cases import EXHAUSTION, table

import reviewkit as rk
from reviewkit._core.errors import InputError

DATA = table((35, 80), (94, 260), (81, 443), (66, 138), (12, 60), (5, 44)) | {
    "year": [1999, 2006, 2019, np.nan, 2001, 2002], "group": [*"aabbcc"],
}  # fmt: skip

CALLS = {
    "meta_regression": {"formula": "~ year"},
    "compare_subgroups": {"by": "group"},
    "cumulative_pool": {"by": "year"},
    "multilevel_regression": {"formula": "~ year"},
    "leave_one_out": {},
    "influence_measures": {},
    "baujat_contributions": {},
    "all_subsets": {},
    "trim_and_fill": {},
    "selection_model": {},
    "make_funnel": {},
    "small_study_effects": {},
    "robust_inference": {},
    "permutation_test": {},
    "predict_prevalence": {},
}


@pytest.fixture(scope="module")
def pooled():
    return rk.pool_prevalence(DATA)


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("what", [None, 3, "a", pd.DataFrame(DATA)], ids=lambda w: type(w).__name__)
def test_what_is_no_result_is_named(name, what):
    with pytest.raises(InputError, match=rf"must .* Got {type(what).__name__}\."):
        getattr(rk, name)(what, **CALLS[name])


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("all_subsets", {"n": 5, "rng": "a"}, "`rng` must be a numpy Generator or a whole number"),
        ("all_subsets", {"n": 5, "rng": -1}, "Got -1. Leave it out for another choice each time"),
        ("all_subsets", {"parallel": 0}, "`parallel` must be a number of workers"),
        ("all_subsets", {"parallel": True}, "`parallel` must be a number of workers"),
        ("selection_model", {"steps": "x"}, "`steps` must be one-sided p-values"),
        ("small_study_effects", {"columns": "total"}, "`columns` must be a mapping of what"),
        ("small_study_effects", {"columns": {"totals": "n"}}, "`columns` must be one of 'events'"),
        ("predict_prevalence", {"team": 10**9}, "`team` must be 1,000,000 people or fewer"),
        ("predict_prevalence", {"team": True}, "`team` must be a number of people"),
        ("compare_subgroups", {"by": [None] * 6, "missing": "drop"}, "Got no group for all"),
    ],
)
def test_options(pooled, name, options, message):
    with pytest.raises(InputError, match=message):
        getattr(rk, name)(pooled, **options)


def test_too_few_studies_for_one_step():
    few = rk.pool_effects({"study": [*"AB"], "effect": [0.1, 0.4], "variance": [0.1, 0.1]})
    with pytest.raises(InputError, match="with 1 step must have 3 studies or more"):
        rk.selection_model(few)


@pytest.mark.parametrize("values", [[1], 3, "x"])
def test_values_to_predict_at(values):
    found = rk.meta_regression(rk.pool_prevalence(EXHAUSTION | {"x": [*range(11)]}), "~ x")
    with pytest.raises(InputError, match="must be a DataFrame or a mapping of columns, as"):
        found.predict(values)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"filters": "year > 2000"}, "`filters` must be a mapping of a name to a choice"),
        ({"filters": {"new": len}}, "'new' is <built-in.*Apply it to the table"),
        ({"tau2": 3}, "`tau2` must be an option or a list of options. Got 3"),
        # A comparison with nothing is False, which would leave the study out in silence.
        ({"filters": {"new": "year > 2000"}}, "'year' is missing for 'Study 3'. Fill the column"),
    ],
)
def test_multiverses(options, message):
    with pytest.raises(InputError, match=message):
        rk.multiverse(DATA, **options)


def test_a_filter_may_decide_what_missing_means():
    worlds = rk.multiverse(DATA, filters={"new": "year > 2000 or year.isna()"})
    assert "new" in set(worlds.to_frame()["studies"])


def test_effects_that_are_no_numbers():
    with pytest.raises(InputError, match=r"must be numbers\. Got others: could not convert"):
        rk.estimate_tau2(["a", "b"], [1, 1])


def test_a_p_value_that_there_is_not_is_told():
    agreed = {"study": [*"ABC"], "effect": [0.3] * 3, "variance": [0.1] * 3}
    with pytest.warns(rk.ReviewkitWarning, match="no width"):
        pooled = rk.pool_effects(agreed)
    assert "P undefined" in rk.permutation_test(pooled).summary()


def test_a_label_ends_without_a_comma(pooled):
    found = rk.small_study_effects(pooled, test="begg-normal").summary()
    assert "normal approximation: Kendall" in found
