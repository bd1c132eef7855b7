"""Intraclass correlations: against R, by their laws, and when misused."""

import math

import numpy as np
import pandas as pd
import pytest
from agreement_cases import calm, read_golden
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from reviewkit._core.errors import InputError
from reviewkit.agreement.icc import intraclass_correlation

SETS = {name: one for name, one in read_golden("chance")["sets"].items() if one["icc"]}
FORMS = {"oneway": 1, "agreement": 2, "consistency": 3}

#: As psych prints them for Shrout and Fleiss' table: ICC1 ... ICC3k with their limits.
PRINTED = [0.165741768405476, 0.289763779527559, 0.714840714840715]
PRINTED += [0.442797133679269, 0.620050547598989, 0.909315542377069]
LOW = [-0.132932324874751, 0.018786513374712, 0.342464765033925]
LOW += [-0.884442155238119, 0.0711368153025035, 0.675674713816305]
HIGH = [0.722560062328121, 0.761084369648953, 0.94585825995536]
HIGH += [0.912415420340776, 0.927232040167722, 0.985891678169062]


class TestAgainstR:
    @pytest.mark.parametrize("name", SETS)
    def test_irr(self, name):
        found = intraclass_correlation(pd.DataFrame(SETS[name]["ratings"])).to_frame()
        for kind, unit, model, result in SETS[name]["icc"]:
            number = FORMS[model if model == "oneway" else kind]
            row = found.loc[f"ICC({number},{1 if unit == 'single' else 'k'})"]
            assert_allclose(row["estimate"], result["ICC"], rtol=1e-9)
            if (number, unit) != (2, "average"):  # not what follows from the single one
                limits = [result["lb"], result["ub"]]
                assert_allclose(row[["ci_low", "ci_high"]].astype(float), limits, rtol=1e-7)
            if number != 2:
                assert_allclose(row["p_value"], result["p"], rtol=1e-7)
                assert_allclose(row["statistic"], result["F"], rtol=1e-9)

    def test_psych(self):
        ratings = pd.DataFrame(SETS["shrout_fleiss1979"]["ratings"])
        found = intraclass_correlation(ratings).to_frame()
        assert_allclose(found["estimate"], PRINTED, rtol=1e-9)
        assert_allclose(found["ci_low"], LOW, rtol=1e-7)
        assert_allclose(found["ci_high"], HIGH, rtol=1e-7)


@st.composite
def ratings(draw):
    """Draw a table of ratings that vary between items and within them."""
    k = draw(st.integers(2, 4))
    row = st.lists(st.integers(0, 9), min_size=k, max_size=k)
    table = np.array(draw(st.lists(row, min_size=3, max_size=9)), dtype=float)
    assume(table.mean(axis=1).std() > 0.1)
    rest = table - table.mean(axis=1, keepdims=True) - table.mean(axis=0)
    assume(rest.std() > 0.1)
    return table


class TestLaws:
    @calm
    @given(table=ratings(), shift=st.integers(-50, 50), times=st.sampled_from([0.5, 2.0, 10.0]))
    def test_unit_and_origin_do_not_matter(self, table, shift, times):
        one, other = (
            intraclass_correlation(pd.DataFrame(t)).to_frame()
            for t in (table, table * times + shift)
        )
        columns = ["estimate", "ci_low", "ci_high"]
        tame = one["estimate"].abs() < 1e3  # beyond, the mean of raters is at its pole
        assert_allclose(one.loc[tame, columns], other.loc[tame, columns], rtol=1e-5, atol=1e-7)

    @calm
    @given(table=ratings())
    def test_a_mean_of_k_follows_from_one_rating(self, table):
        found = intraclass_correlation(pd.DataFrame(table)).to_frame()
        k = table.shape[1]
        for form in "123":
            single = found.loc[f"ICC({form},1)", "estimate"]
            if 1 + (k - 1) * single > 1e-6:
                expected = k * single / (1 + (k - 1) * single)
                got = found.loc[f"ICC({form},k)", "estimate"]
                assert_allclose(got, expected, rtol=1e-6, atol=1e-9)

    @calm
    @given(table=ratings())
    def test_raters_that_differ_by_a_constant_are_consistent(self, table):
        moved = table[:, :1] + np.arange(3) * 5.0
        assume(np.ptp(moved[:, 0]) > 0)
        found = intraclass_correlation(pd.DataFrame(moved)).to_frame()
        assert_allclose(found.loc["ICC(3,1)", "estimate"], 1)
        assert found.loc["ICC(2,1)", "estimate"] < 1


class TestLimits:
    def test_items_that_not_all_rated_are_counted(self):
        found = intraclass_correlation({"A": [1, 2, 3, None], "B": [1, 3, 3, 4]})
        assert (found.n_items, found.n_incomplete, found.n_raters) == (3, 1, 2)
        assert "Left out: 1 not rated by all" in str(found)

    def test_no_variation_is_0_over_0(self):
        found = intraclass_correlation({"A": [2, 2, 2], "B": [2, 2, 2]})
        assert found.to_frame()["estimate"].isna().all()
        assert "0/0" in str(found)

    def test_perfect(self):
        frame = intraclass_correlation({"A": [1, 2, 3], "B": [1, 2, 3]}).to_frame()
        assert_allclose(frame["estimate"], 1)
        assert math.isinf(frame.loc["ICC(3,1)", "statistic"])


class TestMisuse:
    def test_words(self):
        with pytest.raises(InputError, match="Got 'high' of B in row 2"):
            intraclass_correlation({"A": [1, 2], "B": [3, "high"]})

    def test_too_few(self):
        with pytest.raises(InputError, match="Got 1 raters and 3 items"):
            intraclass_correlation({"A": [1, 2, 3]})
        with pytest.raises(InputError, match="1 items that all rated"):
            intraclass_correlation({"A": [1, 2], "B": [1, None]})
