"""What a row must agree on, within itself and with others."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewkit.sources.row_checks import (
    check_keys,
    check_totals,
    compare_percentages,
    suspect_proportions,
)


def frames(**columns):
    """Return typed columns, and the same as text."""
    typed = pd.DataFrame(columns)
    return typed, typed.astype(object).map(lambda cell: "" if pd.isna(cell) else str(cell))


class TestTotals:
    @given(st.integers(0, 500), st.integers(1, 500))
    def test_events_are_part_of_the_total(self, events, total):
        problems = check_totals(*frames(events=[events], total=[total]))
        assert bool(problems) == (events > total)

    def test_names_both(self):
        typed, texts = frames(events=[3, 9], total=[5, 8])
        assert check_totals(typed, texts) == [(1, "events", "9", "above the total of 8")]

    def test_missing_is_no_contradiction(self):
        assert check_totals(*frames(events=[3.0, None], total=[None, 2.0])) == []
        assert check_totals(*frames(events=[3])) == []
        assert check_totals(*frames(events=["a"], total=["b"])) == []


class TestPercentages:
    def findings(self, events, total, printed, size="total"):
        typed, texts = frames(
            **{"events": events, size: total, "percent": [float(one or "nan") for one in printed]}
        )
        texts["percent"] = printed
        return compare_percentages(typed, texts, range(2, len(printed) + 2), "a.csv")

    @pytest.mark.parametrize("size", ["total", "n"])
    def test_a_disagreement_is_a_finding_that_changes_nothing(self, size):
        (found,) = self.findings([56, 82], [539, 412], ["11", "19.9"], size)
        assert (found.row, found.column, found.before, found.after) == (2, "percent", "11", "11")
        assert found.what == "percentage does not fit: 56 of 539 is 10.4 %"

    def test_decimals_count_as_printed(self):
        assert self.findings([84, 1], [383, 3], ["22", "33"]) == []
        assert len(self.findings([84, 1], [383, 3], ["22.0", "33"])) == 1

    def test_a_column_that_a_program_wrote_has_no_printed_zero(self):
        assert self.findings([84, 1], [383, 3], ["22.0", "33.3"]) == []
        assert self.findings([84, 1], [383, 3], ["22.0", ""]) == []

    def test_missing_cells_are_not_compared(self):
        assert self.findings([None, 1.0], [5.0, None], ["11", "12"]) == []

    @given(st.integers(0, 300), st.integers(1, 300), st.integers(0, 4))
    def test_a_rounded_share_always_fits(self, events, total, decimals):
        events = min(events, total)
        assert self.findings([events], [total], [f"{100 * events / total:.{decimals}f}"]) == []


class TestProportions:
    def test_are_suspected_among_percentages(self):
        typed, texts = frames(percent=[None, 0.83, 0.45])
        (found,) = suspect_proportions(typed, texts, [2, 3, 4], "a.csv")
        assert (found.row, found.before, found.after) == (3, "0.83", "0.83")

    @pytest.mark.parametrize("percent", [[0.5, 24.0], [0.0, 0.0], [None, None]])
    def test_or_not(self, percent):
        typed, texts = frames(percent=pd.Series(percent, dtype=float))
        assert suspect_proportions(typed, texts, [2, 3], "a.csv") == []


class TestKeys:
    def problems(self, key=None, **columns):
        typed, texts = frames(**columns)
        return check_keys(typed, texts, range(2, len(typed) + 2), key)

    def test_the_same_study_twice_names_both_rows(self):
        found = self.problems(study=["Ada", "Bo", "Ada", "Ada"])
        assert found == [
            (2, "study", "Ada", "the same study as in line 2"),
            (3, "study", "Ada", "the same study as in line 2"),
        ]

    @pytest.mark.parametrize(
        "name", ["outcome", "construct", "instrument", "cutoff", "year", "time", "group"]
    )
    def test_what_divides_a_study(self, name):
        assert self.problems(study=["Ada", "Ada"], **{name: ["a", "b"]}) == []
        assert len(self.problems(study=["Ada", "Ada"], **{name: ["a", "a"]})) == 1
        assert len(self.problems(study=["Ada", "Ada"], **{name: [None, None]})) == 1

    def test_a_key_replaces_it(self):
        columns = {"study": ["Ada", "Ada"], "year": [1, 2], "site": ["x", "y"]}
        assert self.problems(("study", "site"), **columns) == []
        assert len(self.problems(("study",), **columns)) == 1
        assert self.problems((), **columns) == []

    def test_a_study_without_a_label(self):
        assert self.problems(study=["Ada", None]) == [(1, "study", "", "no study is named")]
        assert len(self.problems(study=[None, None])) == 2

    def test_a_table_without_studies_has_no_key(self):
        assert self.problems(author=["Ada", "Ada"]) == []
