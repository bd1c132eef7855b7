"""How many records to double-screen: against the interval that comes out, and when misused."""

import numpy as np
import pytest
from agreement_cases import calm
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from reviewkit._core.errors import InputError
from reviewkit.agreement.plans import plan_double_screening
from reviewkit.agreement.raters import agreement_from_table

shares = st.floats(0.05, 0.95)


class TestLaws:
    @calm
    @given(kappa=st.floats(0.1, 0.9), included=shares, width=st.floats(0.05, 0.4))
    def test_the_planned_records_give_the_wanted_width(self, kappa, included, width):
        plan = plan_double_screening(kappa, included, width=width)
        # A thousand times as many records have the same shares without much rounding.
        table = np.rint(np.array(plan.table) * 1000).astype(int)
        assume(table.sum() < 10_000_000)
        row = agreement_from_table(table).to_frame().loc["cohen_kappa"]
        got = 2 * 1.959964 * row["se"] * (table.sum() / plan.n) ** 0.5
        assert_allclose(row["estimate"], kappa, atol=0.01)
        assert got <= width * 1.01
        fewer = got * (plan.n / max(plan.n - 1, 1)) ** 0.5
        assert fewer >= width * 0.98

    @calm
    @given(kappa=st.floats(0.1, 0.9), included=shares)
    def test_half_the_width_takes_four_times_the_records(self, kappa, included):
        wide, narrow = (plan_double_screening(kappa, included, width=w).n for w in (0.2, 0.1))
        assert abs(narrow - 4 * wide) <= 4

    @calm
    @given(kappa=st.floats(0.1, 0.9), included=shares, records=st.integers(2, 5000))
    def test_of_finitely_many_records_fewer_are_needed(self, kappa, included, records):
        free = plan_double_screening(kappa, included)
        plan = plan_double_screening(kappa, included, records=records)
        assert plan.n <= min(free.n, records)
        assert_allclose(np.sum(plan.table), plan.n)

    def test_reviewers_may_include_unlike_shares(self):
        plan = plan_double_screening(0.5, (0.2, 0.3))
        (a, b), (c, _) = plan.table
        assert_allclose([(a + b) / plan.n, (a + c) / plan.n], [0.2, 0.3])
        assert plan.to_frame().loc[0, "n"] == plan.n
        assert "must be screened by both" in str(plan)


class TestMisuse:
    @pytest.mark.parametrize(
        ("arguments", "option", "message"),
        [
            ((1.2, 0.3), {}, "`kappa` must lie between -1 and 1. Got 1.2"),
            ((0.7, 15), {}, "`included` must lie between 0 and 1. Got 15"),
            ((0.7, 0.3), {"width": 0}, "`width` must lie between 0 and 2"),
            ((0.7, 0.3), {"level": 95}, "between 0 and 1"),
            ((0.7, 0.3), {"records": 1.5}, "whole number, 2 or more"),
            ((0.95, (0.1, 0.5)), {}, "A cross-table must exist"),
        ],
    )
    def test_out_of_range(self, arguments, option, message):
        with pytest.raises(InputError, match=message):
            plan_double_screening(*arguments, **option)
