"""Effects of comparisons: against metafor's escalc, by their laws, misused."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from meta_cases import read_golden
from numpy.testing import assert_allclose

from reviewkit._core.errors import InputError
from reviewkit.meta.comparisons import COMPARISONS
from reviewkit.meta.effects import compute_effects
from reviewkit.meta.pooling import pool_effects

ROWS = read_golden("comparisons")["rows"]
TABLES = [name for name, chosen in COMPARISONS.items() if "events_1" in chosen.columns]


def table(*rows):
    """Return a table of (events, total) of both groups."""
    columns = zip(*rows, strict=True)
    names = ("events_1", "total_1", "events_2", "total_2")
    return {
        "study": [f"Study {i}" for i in range(len(rows))],
        **dict(zip(names, columns, strict=True)),
    }


def correlations(*pairs):
    r, n = zip(*pairs, strict=True)
    return {"study": [f"Study {i}" for i in range(len(pairs))], "correlation": r, "total": n}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['dataset']}-{row['effect']}")
def test_metafor_finds_the_same(row):
    columns = row["columns"]
    size = len(row["yi"])
    found = compute_effects({"study": range(size), **columns}, effect=row["effect"])
    assert_allclose(found["effect"], row["yi"], rtol=1e-9, atol=1e-15)
    assert_allclose(found["variance"], row["vi"], rtol=1e-9)


def test_every_effect_is_held_against_metafor():
    assert {row["effect"] for row in ROWS} == set(COMPARISONS)


group = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


class TestLaws:
    @given(st.lists(st.tuples(group, group), min_size=1, max_size=6), st.sampled_from(TABLES))
    def test_swapping_the_groups_turns_the_sign(self, pairs, effect):
        one = compute_effects(table(*((*a, *b) for a, b in pairs)), effect=effect)
        other = compute_effects(table(*((*b, *a) for a, b in pairs)), effect=effect)
        assert_allclose(other["effect"], -one["effect"], atol=1e-12)
        assert_allclose(other["variance"], one["variance"], rtol=1e-12)
        assert (one["variance"] > 0).all()

    @given(st.lists(st.tuples(group, group), min_size=1, max_size=6))
    def test_an_odds_ratio_of_the_others_is_the_inverse(self, pairs):
        mirrored = table(*((n - x, n, m - y, m) for (x, n), (y, m) in pairs))
        one = compute_effects(table(*((*a, *b) for a, b in pairs)), effect="log-odds-ratio")
        other = compute_effects(mirrored, effect="log-odds-ratio")
        assert_allclose(other["effect"], -one["effect"], atol=1e-12)
        assert_allclose(other["variance"], one["variance"], rtol=1e-12)

    @given(st.floats(-50, 50), st.floats(0.1, 20), st.floats(0.1, 20), st.floats(0.01, 100))
    def test_g_has_no_unit(self, difference, first, second, unit):
        names = ("mean_1", "sd_1", "total_1", "mean_2", "sd_2", "total_2")
        values = difference, first, 12, 0.0, second, 30
        scaled = difference * unit, first * unit, 12, 0.0, second * unit, 30
        one, other = (
            compute_effects(
                {"study": ["A"], **{k: [v] for k, v in zip(names, cells, strict=True)}},
                effect="hedges-g",
            )
            for cells in (values, scaled)
        )
        assert_allclose(one["effect"], other["effect"], rtol=1e-9, atol=1e-12)
        assert_allclose(one["variance"], other["variance"], rtol=1e-9)
        cohen = difference / math.sqrt((11 * first**2 + 29 * second**2) / 40)
        assert abs(one["effect"][0]) <= abs(cohen)
        assert_allclose(one["effect"], cohen * (1 - 3 / (4 * 40 - 1)), rtol=1e-3, atol=1e-12)


class TestZeroCells:
    def test_half_goes_to_all_cells_of_the_affected_study_only(self):
        found = compute_effects(table((0, 20, 5, 25), (4, 20, 5, 25)), effect="log-odds-ratio")
        expected = math.log(0.5 * 20.5 / (20.5 * 5.5)), math.log(4 * 20 / (16 * 5))
        assert_allclose(found["effect"], expected)
        assert found["variance"][0] == pytest.approx(1 / 0.5 + 1 / 20.5 + 1 / 5.5 + 1 / 20.5)

    @pytest.mark.parametrize("effect", TABLES)
    def test_no_event_in_either_group_stays_in(self, effect):
        found = compute_effects(table((0, 20, 0, 20), (20, 20, 25, 25)), effect=effect)
        assert np.isfinite(found["effect"]).all()
        assert found["effect"][0] == pytest.approx(0)
        assert (found["variance"] > 0).all()


class TestTable:
    def test_the_frame_holds_what_the_effect_is_made_of(self):
        data = pd.DataFrame(table((3, 20, 5, 25), (4, 30, 5, 35)), index=["x", "y"])
        found = compute_effects(data, effect="risk-difference")
        names = ["study", "effect", "variance", "total", *COMPARISONS["risk-difference"].columns]
        assert found.columns.tolist() == names
        assert found.index.tolist() == ["x", "y"]
        assert found["total"].tolist() == [45, 65]
        assert pool_effects(found).k == 2

    def test_columns_may_have_other_names(self):
        data = {"study": ["A"], "r": [0.5], "total": [28]}
        found = compute_effects(data, effect="fisher-z", columns={"correlation": "r"})
        assert found["effect"][0] == pytest.approx(math.atanh(0.5))
        assert found["variance"][0] == pytest.approx(1 / 25)


class TestMisuse:
    def test_all_bad_cells_are_named(self):
        data = table((3, 20, 5, 25), (21, 20, -1, 25), (2.5, 20, 5, 0))
        with pytest.raises(InputError) as caught:
            compute_effects(data, effect="log-odds-ratio")
        message = str(caught.value)
        assert "Got 4 cells that break this" in message
        assert "events_1 21 of 'Study 1' in row 1 is more than total_1" in message
        assert "events_2 -1 of 'Study 1' in row 1 is below 0" in message
        assert "events_1 2.5 of 'Study 2' in row 2 is not a whole number" in message
        assert "total_2 0 of 'Study 2' in row 2 is not above 0" in message

    def test_correlations_and_deviations(self):
        with pytest.raises(InputError, match=r"correlation 1 of 'Study 0' .*not between −1 and 1"):
            compute_effects(correlations((1.0, 20)), effect="fisher-z")
        with pytest.raises(InputError, match="total 3 of 'Study 0' in row 0 is not above 3"):
            compute_effects(correlations((0.2, 3)), effect="fisher-z")
        means = {"study": ["A"], "mean_1": [2], "sd_1": [0], "total_1": [10], "mean_2": [1],
                 "sd_2": [1], "total_2": [1]}  # fmt: skip
        with pytest.raises(InputError, match=r"sd_1 0 of 'A' .* total_2 1 of 'A'"):
            compute_effects(means, effect="hedges-g")

    def test_missing_cells_and_columns(self):
        with pytest.raises(InputError, match="correlation of 'Study 1' in row 1 is missing"):
            compute_effects(correlations((0.2, 20), (None, 20)), effect="fisher-z")
        with pytest.raises(InputError, match="'events_1' and 'total_1' and"):
            compute_effects(correlations((0.2, 20)), effect="log-risk-ratio")

    def test_options(self):
        with pytest.raises(InputError, match="`effect` must be one of 'log-odds-ratio'"):
            compute_effects(correlations((0.2, 20)), effect="odds-ratio")
        with pytest.raises(InputError, match="`columns` must be one of 'correlation', 'total'"):
            compute_effects(correlations((0.2, 20)), effect="fisher-z", columns={"r": "r"})
        with pytest.raises(InputError, match="must come with an `effect`"):
            compute_effects(correlations((0.2, 20)), columns={"events": "x"})
