"""Columns of text become columns of their type, each odd cell logged or named."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewkit.sources.schema import MISSING, build_schema
from reviewkit.sources.typed import read_column, read_undeclared


def read(cells, missing=(), **declaration):
    column = build_schema({"columns": {"x": declaration}}).columns["x"]
    series = pd.Series(cells, dtype=str, name="x")
    return read_column(series, column, range(2, len(cells) + 2), "a.csv", missing)


def undeclared(*cells):
    series = pd.Series(cells, dtype=str, name="x")
    return read_undeclared(series, range(2, len(cells) + 2), "a.csv")


class TestDeclared:
    @pytest.mark.parametrize(
        ("kind", "cells", "dtype"),
        [
            ("count", ["1", ""], "Int64"),
            ("year", ["2019", ""], "Int64"),
            ("number", ["1", ""], "float64"),
            ("percent", ["1", ""], "float64"),
            ("proportion", ["1", ""], "float64"),
        ],
    )
    def test_numbers(self, kind, cells, dtype):
        typed = read(cells, type=kind)
        assert typed.series.dtype == dtype
        assert typed.series.isna().tolist() == [False, True]
        assert (typed.repairs, typed.problems) == ([], [])

    @pytest.mark.parametrize("kind", ["text", "date", "doi"])
    def test_texts(self, kind):
        typed = read(["", ""], type=kind)
        assert pd.api.types.is_string_dtype(typed.series) or typed.series.dtype == object
        assert typed.series.isna().all()

    def test_repairs_name_line_and_column(self):
        typed = read(["5", "12,599", "NR", "12,599"], type="count")
        assert typed.series.tolist() == [5, 12599, pd.NA, 12599]
        assert sorted(tuple(entry) for entry in typed.repairs) == [
            ("a.csv", 3, "x", "12,599", "12599", "thousands separator"),
            ("a.csv", 4, "x", "NR", "", "missing"),
            ("a.csv", 5, "x", "12,599", "12599", "thousands separator"),
        ]

    def test_problems_name_row_and_reason(self):
        typed = read(["abc", "-1", "5"], type="count")
        assert sorted(typed.problems) == [
            (0, "x", "abc", "text in a number"),
            (1, "x", "-1", "below 0"),
        ]
        assert typed.series.isna().tolist() == [True, True, False]

    def test_range(self):
        typed = read(["17.5", "18", "99", "99,5"], type="number", minimum=18, maximum=99)
        assert typed.problems == [(0, "x", "17.5", "below 18"), (3, "x", "99,5", "above 99")]

    @pytest.mark.parametrize("spelling", sorted(MISSING))
    def test_every_spelling_of_missing(self, spelling):
        for kind in ("text", "count", "date"):
            typed = read([spelling.upper()], type=kind)
            assert typed.series.isna().all()
            assert [entry.what for entry in typed.repairs] == ["missing"]

    def test_own_spellings_of_missing(self):
        assert read(["?", "5"], type="count", missing=["?"]).series.isna().tolist() == [True, False]
        assert read(["No mention"], ["no mention"], type="date").series.isna().all()

    def test_what_may_be_an_answer_is_not_missing(self):
        assert read(["unknown", "none", "no"]).series.tolist() == ["unknown", "none", "no"]


class TestCommas:
    def test_other_cells_tell(self):
        assert read(["24,1", "1,234"], type="number").series.tolist() == [24.1, 1.234]
        assert read(["24.1", "1,234"], type="number").series.tolist() == [24.1, 1234]
        assert read(["1,234,567", "1,234"], type="number").series.tolist() == [1234567, 1234]

    @pytest.mark.parametrize("cells", [["1,234"], ["1,234", "24,1", "24.1"], ["1,234", "34"]])
    def test_or_nobody_does(self, cells):
        problems = read(cells, type="number").problems
        assert [problem[:3] for problem in problems] == [(0, "x", "1,234")]
        assert "1234 or 1.234" in problems[0].reason

    def test_the_type_tells(self):
        assert read(["1,234"], type="count").series.tolist() == [1234]
        assert read(["1,234"], type="percent").series.tolist() == [1.234]


class TestAllowed:
    def test_case_is_repaired(self):
        typed = read(["MBI", "mbi", "non-MBI"], allowed=["MBI", "Non-MBI"])
        assert typed.series.tolist() == ["MBI", "MBI", "Non-MBI"]
        assert [entry.row for entry in typed.repairs] == [3, 4]

    def test_others_are_named_with_the_nearest(self):
        problems = read(["MBI", "MBl-HSS", "MBI-HS"], allowed=["MBI", "MBI-HSS"]).problems
        assert [problem.text for problem in problems] == ["MBl-HSS", "MBI-HS"]
        assert problems[1].reason == "not one of 'MBI', 'MBI-HSS'. Did you mean 'MBI-HSS'?"

    def test_an_allowed_text_is_never_missing(self):
        assert read(["NA", "yes"], allowed=["NA", "yes"]).series.tolist() == ["NA", "yes"]

    def test_numbers_too(self):
        typed = read(["1", "3", "1.0"], type="count", allowed=[1, 2])
        assert [problem.text for problem in typed.problems] == ["3"]
        assert typed.series.tolist() == [1, pd.NA, 1]


class TestUndeclared:
    @pytest.mark.parametrize(
        ("cells", "dtype"), [(["5", "", "-12"], "Int64"), (["5", "0.5", "n/a"], "float64")]
    )
    def test_plain_numbers(self, cells, dtype):
        assert undeclared(*cells).series.dtype == dtype

    @pytest.mark.parametrize(
        "cells",
        [
            ["5", "007"],
            ["5", "12,599"],
            ["5", "5 "],
            ["1e5"],
            ["12345678901234567890"],
            ["٣"],
            [""],
        ],
    )
    def test_all_else_is_text(self, cells):
        typed = undeclared(*cells)
        assert typed.series.fillna("").tolist() == cells

    def test_missing_is_logged(self):
        assert [entry.before for entry in undeclared("5", "–").repairs] == ["–"]


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_plain_numbers_lose_nothing(numbers):
    typed = read([repr(number) for number in numbers], type="number")
    assert np.array_equal(typed.series.to_numpy(), numbers)
    assert typed.repairs == []


@given(st.lists(st.text(max_size=8)), st.sampled_from(["text", "count", "percent", "date"]))
def test_every_cell_is_a_value_or_missing_or_named(cells, kind):
    typed = read(cells, type=kind)
    named = {problem.row for problem in typed.problems}
    logged = {entry.row - 2 for entry in typed.repairs if entry.what == "missing"}
    for row, (cell, gone) in enumerate(zip(cells, typed.series.isna(), strict=True)):
        assert gone == (cell == "" or row in named or row in logged)
