"""Reading tables of studies: every bad cell is named, and nothing is guessed."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from pooling_cases import table

from reviewkit._core.errors import InputError
from reviewkit.meta.multiverses import multiverse
from reviewkit.meta.pooling import pool_effects, pool_prevalence
from reviewkit.meta.reproduction import reproduce
from reviewkit.meta.studies import find_repeated, read_counts, read_effects

NAMES = {"events": "events", "total": "total", "study": "study"}


def read(data, **options):
    return read_counts(data, **{**NAMES, **options})


class TestReading:
    @pytest.mark.parametrize("kind", [list, tuple, np.array, pd.Series, pd.Index])
    def test_columns_of_any_kind(self, kind):
        found = read({"study": ["A", "B"], "events": kind([1, 2]), "total": kind([10, 20.0])})
        assert found.study == ("A", "B")
        assert found.events.tolist() == [1, 2]
        assert found.total.tolist() == [10, 20]

    @pytest.mark.parametrize("dtype", ["int8", "Int64", "float32", "Float64", "object", "uint16"])
    def test_any_type_of_number(self, dtype):
        frame = pd.DataFrame(table((1, 10), (0, 20))).astype({"events": dtype, "total": dtype})
        assert read(frame).total.tolist() == [10, 20]

    @pytest.mark.parametrize("gap", [None, np.nan, pd.NA, "", "  "])
    def test_what_is_missing(self, gap):
        data = table((1, 10), (gap, 20), (3, gap))
        with pytest.raises(InputError, match="events of 'Study 1' in row 1 is missing; total of"):
            read(data)
        kept = read(data, missing="drop")
        assert kept.study == ("Study 0",)
        assert kept.left_out == ("Study 1", "Study 2")

    def test_effects(self):
        data = {"study": ["A", "B"], "effect": [0.1, -0.2], "variance": [0.1, 0.2]}
        found = read_effects(data, effect="effect", variance="variance", study="study")
        assert found.effects.tolist() == [0.1, -0.2]

    def test_repeated_labels(self):
        assert find_repeated(("A", "B", "A", 3, 3)) == ("A", "3")
        assert find_repeated(("A", "B")) == ()


class TestMisuse:
    @pytest.mark.parametrize(
        ("pair", "found"),
        [
            (("three", 10), "events 'three' of 'Study 1' in row 1 is not a number"),
            (("12,599", 20_000), "events '12,599' of 'Study 1' in row 1 is not a number"),
            ((True, 10), "events True of 'Study 1' in row 1 is not a number"),
            ((-1, 10), "events -1 of 'Study 1' in row 1 is below 0"),
            ((2.5, 10), "events 2.5 of 'Study 1' in row 1 is not a whole number"),
            ((1, 10.5), "total 10.5 of 'Study 1' in row 1 is not a whole number"),
            ((11, 10), "events 11 of 'Study 1' in row 1 is more than total"),
            ((0, 0), "total 0 of 'Study 1' in row 1 is not above 0"),
            ((1, -5), "total -5 of 'Study 1' in row 1 is not above 0"),
            ((1, np.inf), "total inf of 'Study 1' in row 1 is not finite"),
        ],
    )
    def test_one_bad_cell(self, pair, found):
        with pytest.raises(InputError) as caught:
            pool_prevalence(table((1, 10), pair))
        assert str(caught.value) == (
            "'events' and 'total' must be whole numbers, 0 <= events <= total and total > 0; each "
            f"row needs the name of its study. Got one cell that breaks this: {found}. "
            "Correct the extraction table."
        )

    def test_all_bad_cells_in_one_message(self):
        frame = pd.DataFrame(
            {"study": ["A", None, "C", "D"], "x": [1, 2, np.nan, 9], "n": [0, 5, 2.5, 8]},
            index=[10, 11, 12, 13],
        )
        with pytest.raises(InputError) as caught:
            pool_prevalence(frame, events="x", total="n")
        assert (
            "Got 5 cells that break this: n 0 of 'A' in row 10 is not above 0; study in row 11 "
            in (str(caught.value))
        )
        assert (
            "n 2.5 of 'C' in row 12 is not a whole number; x of 'C' in row 12 is missing; x 9 of"
            in (str(caught.value))
        )
        assert "missing='drop' leaves rows with a missing number out" in str(caught.value)

    def test_twenty_are_listed_and_the_rest_counted(self):
        with pytest.raises(
            InputError, match=r"Got 150 cells .*in row 19 is below 0; and 130 more\."
        ):
            pool_prevalence(table(*[(-1, 10)] * 150))

    def test_dropping_does_not_forgive_other_faults(self):
        with pytest.raises(InputError, match="one cell that breaks this: events 11 of 'Study 1'"):
            pool_prevalence(table((np.nan, 10), (11, 10), (1, 10)), missing="drop")
        with pytest.raises(InputError, match="All of the 2 rows have a missing cell"):
            pool_prevalence(table((np.nan, 10), (1, None)), missing="drop")

    def test_columns(self):
        data = {"Study": ["A"], "event": [1], "total": [9]}
        with pytest.raises(
            InputError, match=r"columns 'study' and 'events' once\. 'study' is missing; "
        ):
            pool_prevalence(data)
        with pytest.raises(InputError, match=r"near it: 'event'\..* events='event'"):
            pool_prevalence(data, study="Study")
        twice = pd.DataFrame([["A", 1, 2, 9]], columns=["study", "events", "events", "total"])
        with pytest.raises(InputError, match=r"column 'events' once\. It is there 2 times"):
            pool_prevalence(twice)
        with pytest.raises(
            InputError, match=r"column 'variance' once\. It is missing; none is near"
        ):
            pool_effects({"study": ["A"], "effect": [0.1], "z": [1]})

    @pytest.mark.parametrize(
        ("data", "message"),
        [
            ([("A", 1, 10)], r"must be a DataFrame or a mapping of columns\. Got list"),
            (None, r"must be a DataFrame or a mapping of columns\. Got NoneType"),
            (SimpleNamespace(to_pandas=dict), r"SimpleNamespace of types\. Give data\.to_pandas"),
            ({"study": ["A"], "events": 3, "total": [9]}, "one cell a row. 'events' is int '3'"),
            (
                {"study": ["A"], "events": np.ones((1, 1)), "total": [9]},
                "one cell a row. 'events' is ndarray",
            ),
            ({}, "The columns are none"),
            (
                pd.DataFrame([["A", 1, 9]]),
                "'study' is missing; none is near.* The columns are 0, 1",
            ),
            ({"study": [], "events": [], "total": []}, r"one row or more.* Got 0 in 'study', 0 in"),
            (pd.DataFrame(columns=["study", "events", "total"]), "Got 0 in 'study'"),
            (
                {"study": ["A"], "events": [1, 2], "total": [9, 9]},
                "Got 1 in 'study', 2 in 'events'",
            ),
        ],
    )
    def test_tables(self, data, message):
        with pytest.raises(InputError, match=message):
            pool_prevalence(data)

    @pytest.mark.parametrize("call", [pool_prevalence, multiverse, reproduce])
    def test_nothing_is_no_table(self, call):
        options = {"reported": {"estimate": "5%"}} if call is reproduce else {}
        with pytest.raises(InputError, match="must be a DataFrame or a mapping of columns"):
            call(None, **options)

    @pytest.mark.parametrize("name", [3, None])
    def test_names_of_columns_are_text(self, name):
        with pytest.raises(InputError, match=f"`events` must name a column, as text. Got {name}"):
            pool_prevalence(table((1, 10)), events=name)

    @pytest.mark.parametrize("total", [2**64, 1e18])
    def test_more_people_than_there_are(self, total):
        with pytest.raises(InputError, match=r"total .* of 'Study 1' in row 1 is more than people"):
            pool_prevalence(table((1, 10), (2, total)))

    def test_whole_numbers_that_no_float_holds(self):
        with pytest.raises(InputError, match="total inf of 'Study 1' in row 1 is not finite"):
            pool_prevalence(table((1, 10), (2, 10**400)))

    @pytest.mark.parametrize("events", [0.35, 35.1])
    def test_shares_are_no_counts(self, events):
        with pytest.raises(InputError, match="Shares and per cent are no counts: events are share"):
            pool_prevalence(table((events, 80), (events, 90), (2, 10)))

    @pytest.mark.parametrize("cell", ["35", "1,443", " 12 ", "35.1%"])
    def test_numbers_as_text(self, cell):
        with pytest.raises(
            InputError, match=r"Convert numbers that are text, as by pandas\.to_num"
        ):
            pool_prevalence(table((cell, 80), (cell, 90), (2, 10)))

    @pytest.mark.parametrize("column", ["effect", "variance"])
    @pytest.mark.parametrize("value", [1e51, 1e300, 1e-51, 5e-324])
    @pytest.mark.parametrize("tau2", ["REML", "DL", "SJ"])
    def test_numbers_whose_squares_no_float_holds(self, column, value, tau2):
        data = {"study": [*"ABC"], "effect": [0.1, 0.2, 0.3], "variance": [0.1, 0.2, 0.3]}
        data[column][1] = value
        if column == "effect" and value < 1:
            pool_effects(data, tau2=tau2)
            return
        with pytest.raises(InputError, match=r"beyond what floating-point.* in another unit"):
            pool_effects(data, tau2=tau2)

    def test_missing_is_dropped_or_an_error(self):
        with pytest.raises(
            InputError, match=r"`missing` must be one of 'error', 'drop'\. Got 'zero'"
        ):
            pool_prevalence(table((1, 10)), missing="zero")

    @pytest.mark.parametrize("variance", [0, -1, np.nan, np.inf, "0.1"])
    def test_variances(self, variance):
        data = {"study": ["A", "B"], "effect": [0.1, 0.2], "variance": [0.1, variance]}
        with pytest.raises(InputError, match=r"variance .*of 'B' in row 1 is (not|missing)"):
            pool_effects(data)

    @pytest.mark.parametrize(
        ("option", "message"),
        [
            ({"model": "fixed"}, "`model` must be one of 'random', 'common', 'glmm', 'beta-bin"),
            ({"model": "glmm", "tau2": "DL"}, "must have tau2='ML'.* Leave `tau2` out"),
            (
                {"model": "glmm", "transform": "raw"},
                r"Got transform='raw'\..* leave `transform` out",
            ),
            ({"tau2": "dl"}, "`tau2` must be one of 'REML', 'DL'"),
            ({"ci": "KH"}, "`ci` must be one of 'HK', 'HK-adhoc', 'z', 't'"),
            ({"prediction": "riley"}, "`prediction` must be one of 't', 'HTS', 'z'"),
            ({"transform": "PFT"}, "`transform` must be one of 'logit', 'freeman-tukey'"),
            ({"study_ci": "wald"}, "`study_ci` must be one of 'clopper-pearson', 'wilson'"),
            ({"level": 95}, "For 95 %, give 0.95"),
            ({"level": "0.95"}, "Got '0.95'. For 95 %, give 0.95"),
            ({"level": None}, "Got None. For 95 %, give 0.95"),
        ],
    )
    def test_options(self, option, message):
        with pytest.raises(InputError, match=message):
            pool_prevalence(table((1, 10), (2, 10)), **option)
