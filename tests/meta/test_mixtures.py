"""Different things are not pooled in silence."""

import numpy as np
import pandas as pd
import pytest

import reviewkit as rk

ROWS = pd.DataFrame(
    {
        "study": ["A", "B", "C"], "events": [12, 30, 40], "total": [40, 120, 90],
        "construct": ["MBI EE high", "MBI EE high", "MBI DP high"], "instrument": "MBI-HSS",
        "cutoff": ["EE >= 27", "EE >= 27", "DP >= 10"],
    }
)  # fmt: skip


def test_different_constructs_are_refused_with_the_way_to_allow_them():
    with pytest.raises(rk.InputError, match=r"(?s)depersonalisation \(C\).*mix='allow'"):
        rk.pool_prevalence(ROWS)


def test_what_is_allowed_is_pooled_and_told():
    with pytest.warns(rk.ReviewkitWarning, match="mix='allow'"):
        pooled = rk.pool_prevalence(ROWS, mix="allow")
    plain = rk.pool_prevalence(ROWS[["study", "events", "total"]])
    assert pooled.estimate == plain.estimate


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("construct", ["MBI PA high", "MBI PA low", "MBI PA low"]),
        ("construct", ["burnout", "burnout", "secondary traumatic stress"]),
        ("construct", ["depression", "anxiety", "anxiety"]),
    ],
)
def test_other_mixtures(column, cells):
    with pytest.raises(rk.InputError, match="must measure the same thing"):
        rk.pool_prevalence(ROWS.drop(columns=["cutoff", "instrument"]).assign(**{column: cells}))


def test_differences_that_may_be_wanted_pass():
    rows = ROWS.assign(construct="MBI EE high", cutoff=["> 26", ">= 27", ">= 31"])
    rows["instrument"] = ["MBI-HSS", "MBI-GS", np.nan]
    assert rk.pool_prevalence(rows).k == 3


def test_a_mapping_and_other_names_of_columns_are_looked_at_too():
    data = {
        "label": ["A", "B"], "events": [1, 2], "total": [9, 9], "construct": ["burnout", "STS"],
    }  # fmt: skip
    with pytest.raises(rk.InputError, match="must measure the same thing"):
        rk.pool_prevalence(data, study="label")


def test_a_mix_that_is_not_known():
    with pytest.raises(rk.InputError, match="`mix` must be one of 'refuse', 'allow'"):
        rk.pool_prevalence(ROWS, mix="perhaps")
