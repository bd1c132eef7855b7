"""Formulas: what they mean, and what is said of those that mean nothing."""

import numpy as np
import pandas as pd
import pytest

from reviewkit._core.errors import InputError
from reviewkit.meta.formulas import make_design, read_moderators
from reviewkit.meta.kept_columns import keep_columns

TABLE = {
    "year": [1999, 2004, 2010, 2015, 2020, 2021],
    "country": [*"ABABCC"],
    "grade": [1, 2, 3, 1, 2, 3],
    "online": [True, False, True, False, True, False],
    "long name": [0.5, 0.1, 0.9, 0.4, 0.2, 0.7],
    "share": [0.0, 0.1, 0.2, 0.3, 0.4, 0.5],
}


def design(formula, table=TABLE):
    """Return the design of a formula on a table."""
    columns = keep_columns(table)
    return make_design(formula, read_moderators(formula, columns), columns.size)


class TestColumns:
    @pytest.mark.parametrize(
        ("formula", "names"),
        [
            ("~ year", ["intercept", "year"]),
            ("year", ["intercept", "year"]),
            ("~ country", ["intercept", "country[B]", "country[C]"]),
            ("~ country - 1", ["country[A]", "country[B]", "country[C]"]),
            ("~ 0 + factor(grade)", ["grade[1]", "grade[2]", "grade[3]"]),
            ("~ C(grade)", ["intercept", "grade[2]", "grade[3]"]),
            ("~ online", ["intercept", "online"]),
            ("~ `long name`", ["intercept", "long name"]),
            ("~ I(year - 2000)", ["intercept", "I(year - 2000)"]),
            ("~ log(year)", ["intercept", "log(year)"]),
            ("~ year:online", ["intercept", "year:online"]),
            ("~ 1", ["intercept"]),
        ],
    )
    def test_names(self, formula, names):
        assert [*design(formula).names] == names

    def test_values(self):
        found = design("~ I(year - 2000) + country")
        assert found.matrix[:, 1].tolist() == [-1, 4, 10, 15, 20, 21]
        assert found.matrix[:, 2].tolist() == [0, 1, 0, 1, 0, 0]
        assert found.terms == {"I(year - 2000)": (1,), "country": (2, 3)}
        assert found.tested == (1, 2, 3)
        assert found.levels == {"country": ("A", "B", "C")}

    def test_the_order_of_a_categorical_is_kept_and_empty_levels_go(self):
        frame = pd.DataFrame(TABLE)
        frame["country"] = pd.Categorical(frame["country"], categories=["C", "Z", "A", "B"])
        assert design("~ country", frame).names == ("intercept", "country[A]", "country[B]")

    @pytest.mark.parametrize("dtype", ["object", "Int64", "float32", "int8"])
    def test_numbers_of_any_type(self, dtype):
        frame = pd.DataFrame({"grade": pd.Series(TABLE["grade"], dtype=dtype)})
        assert design("~ grade", frame).matrix[:, 1].tolist() == TABLE["grade"]

    def test_new_values_are_coded_as_the_studies_were(self):
        found = design("~ factor(grade) + year")
        again = found.code({name: TABLE[name] for name in ("grade", "year")})
        np.testing.assert_allclose(again, found.matrix)
        single = found.code({"grade": 2, "year": 2004})
        np.testing.assert_allclose(single[0], found.matrix[1])


class TestWordsOfR:
    """What R writes means what R means by it."""

    @pytest.mark.parametrize(
        ("formula", "column"),
        [
            ("~ I((year - 2000)^2)", lambda x: (x - 2000) ** 2),  # not Python's exclusive or
            ("~ I(year - mean(year))", lambda x: x - x.mean()),
            ("~ center(year)", lambda x: x - x.mean()),
            ("~ I((year - mean(year)) / sd(year))", lambda x: (x - x.mean()) / x.std(ddof=1)),
            ("~ scale(year)", lambda x: (x - x.mean()) / x.std(ddof=1)),
            ("~ sqrt(year)", np.sqrt),
        ],
    )
    def test_functions(self, formula, column):
        year = np.array(TABLE["year"], dtype=float)
        found = design(formula)
        np.testing.assert_allclose(found.matrix[:, 1], column(year), rtol=1e-12)
        # A new value is measured by the mean of the studies, not by its own.
        np.testing.assert_allclose(found.code({"year": 2010})[0], found.matrix[2], rtol=1e-12)

    def test_polynomials_take_new_values(self):
        found = design("~ poly(year, 2)")
        assert found.matrix.shape == (6, 3)
        np.testing.assert_allclose(found.code({"year": [2010]})[0], found.matrix[2], atol=1e-12)

    def test_a_power_in_a_name_stays(self):
        found = design("~ `a^b` + I(`a^b`^2)", {"a^b": [1, 2, 3, 5, 8, 9]})
        assert found.matrix[:, 2].tolist() == [1, 4, 9, 25, 64, 81]

    def test_columns_named_like_functions(self):
        found = design("~ scale + I(mean^2)", {"scale": [1, 2, 3, 5, 8, 9], "mean": [1, 2, 0] * 2})
        assert found.matrix[:, 2].tolist() == [1, 4, 0, 1, 4, 0]


class TestGaps:
    @pytest.mark.parametrize("gap", [None, np.nan, pd.NA, "", "  "])
    def test_what_is_missing(self, gap):
        columns = keep_columns({"x": [1, gap, 3], "g": ["a", gap, "b"]})
        found = read_moderators("~ x + g", columns)
        assert found.isna().to_numpy().tolist() == [[False] * 2, [True] * 2, [False] * 2]


class TestMisuse:
    @pytest.mark.parametrize(
        ("formula", "message"),
        [
            ("y ~ year", "must name moderators only"),
            ("~ year | country", "must name moderators only"),
            (
                "~ year +",
                "must be a formula of moderators, as '~ year [+] country'. Got '~ year [+]'",
            ),
            ("~ (year", "Got '~ [(]year'"),
            ("~ log(year country)", "invalid syntax"),
            ("", "must be text"),
            (["year"], "must be text"),
            ("~ Year", "must have the column 'Year' once. It is missing; near it: 'year'"),
            ("~ yeer + land", "must have the columns 'land' and 'yeer' once"),
            ("~ relevel(country, 'B')", "calls 'relevel'. Known are I, abs, .*sqrt"),
            ("~ Year", "Correct the formula, or rename a column.$"),
            ("~ 0", "must have a moderator or an intercept"),
            ("~ log(share)", r"log\(share\) is -inf where share = 0.0"),
            (
                "~ country * factor(grade)",
                "needs more studies than coefficients. Got 6 studies and 9",
            ),
        ],
    )
    def test_formulas(self, formula, message):
        with pytest.raises(InputError, match=message):
            design(formula)

    @pytest.mark.parametrize(
        ("column", "message"),
        [
            ([5] * 6, "must differ between studies. In all 6 studies 'x' is 5"),
            (["a"] * 6, "In all 6 studies 'x' is a"),
            (["1", "2", "3", "4", "5", "6"], "holds numbers as text, '1' first"),
            ([1, 2, np.inf, 4, 5, 6], "'x' is inf in row 2"),
            (pd.date_range("2020", periods=6), "For dates, give the year as a number"),
        ],
    )
    def test_columns(self, column, message):
        with pytest.raises(InputError, match=message):
            design("~ x", {"x": column})

    def test_what_follows_from_others_is_named(self):
        table = TABLE | {"twice": [2 * year + 1 for year in TABLE["year"]]}
        with pytest.raises(InputError, match="twice follows from intercept and year"):
            design("~ year + twice", table)
        table = {"g": [*"aabbcc"], "h": [*"ppqqqq"]}
        with pytest.raises(InputError, match=r"h\[q\] follows from g\[b\] and g\[c\]"):
            design("~ g + h", table)
