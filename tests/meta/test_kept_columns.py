"""The caller's columns stay beside the studies, as they were, and only for those."""

import pickle

import numpy as np
import pandas as pd
import pytest
from pooling_cases import table

from reviewkit._core.errors import InputError
from reviewkit.meta.kept_columns import moderator, read_moderator
from reviewkit.meta.pooling import pool_effects, pool_prevalence

DATA = table((1, 10), (9, 20), (5, 30)) | {"year": [1999, 2004, 2010], "Country": ["x", "y", "x"]}
EFFECTS = {"study": [*"ABC"], "effect": [0.1, 0.2, 0.4], "variance": [0.1, 0.2, 0.1]}


@pytest.mark.parametrize("kind", [dict, pd.DataFrame])
def test_columns_by_name(kind):
    pooled = pool_prevalence(kind(DATA))
    assert [*pooled.studies.columns] == [*DATA]
    assert moderator(pooled, "year").tolist() == [1999, 2004, 2010]
    assert moderator(pooled, "Country").tolist() == ["x", "y", "x"]


@pytest.mark.parametrize("kind", [dict, pd.DataFrame])
def test_rows_left_out_are_left_out_of_columns_and_of_values(kind):
    data = DATA | {"events": [1, None, 5]}
    pooled = pool_prevalence(kind(data), missing="drop")
    assert moderator(pooled, "year").tolist() == [1999, 2010]
    assert moderator(pooled, [7, 8, 9]).tolist() == [7, 9]  # one a row of the table
    assert moderator(pooled, [7, 9]).tolist() == [7, 9]  # one a study


def test_what_the_caller_does_later_changes_nothing():
    frame = pd.DataFrame(DATA)
    values = np.array([1.0, 2, 3])
    from_frame = pool_prevalence(frame)
    from_arrays = pool_effects(EFFECTS | {"year": values})
    frame.loc[:, "year"] = 0
    values[:] = 0
    assert moderator(from_frame, "year").tolist() == [1999, 2004, 2010]
    assert moderator(from_arrays, "year").tolist() == [1, 2, 3]


def test_what_is_handed_out_cannot_be_written_to():
    pooled = pool_prevalence(DATA)
    for found in (moderator(pooled, "year"), pooled.studies.columns["year"]):
        with pytest.raises(ValueError, match="read-only"):
            found[0] = 0


def test_values_keep_their_type_and_name():
    groups = pd.Series(["low", "high", "low"], name="risk", index=[5, 6, 7])
    groups = groups.astype(pd.CategoricalDtype(["low", "high"], ordered=True))
    frame = pd.DataFrame(DATA).assign(risk=groups.array)
    for by in ("risk", groups):
        found = read_moderator(pool_prevalence(frame), by)
        assert found.name == "risk"
        assert found.cat.categories.tolist() == ["low", "high"]
        assert found.index.tolist() == [0, 1, 2]


def test_results_with_columns_can_be_stored_and_hashed():
    pooled = pool_prevalence(DATA)
    columns = pickle.loads(pickle.dumps(pooled)).studies.columns
    assert columns["year"].tolist() == [1999, 2004, 2010]
    assert len({pooled.studies.columns, columns}) == 2
    assert repr(columns) == "KeptColumns('study', 'events', 'total', 'year', 'Country')"


class TestMisuse:
    def test_near_misses_are_named(self):
        message = "must have the column 'Year' once. It is missing; near it: 'year'"
        with pytest.raises(InputError, match=message):
            moderator(pool_prevalence(DATA), "Year")

    @pytest.mark.parametrize("by", [[1, 2], pd.Series([1, 2, 3, 4])])
    def test_as_many_values_as_studies(self, by):
        with pytest.raises(
            InputError, match=r"one value for each of the 3 studies that were pooled; `by` has"
        ):
            moderator(pool_prevalence(DATA), by)

    def test_something_else(self):
        with pytest.raises(InputError, match=r"name a column .* or hold one value a study. Got 3"):
            moderator(pool_prevalence(DATA), 3)

    def test_a_name_that_two_columns_have(self):
        frame = pd.DataFrame(DATA)
        twice = pd.concat([frame, frame[["year"]]], axis=1)
        with pytest.raises(InputError, match="is there 2 times"):
            moderator(pool_prevalence(twice), "year")
