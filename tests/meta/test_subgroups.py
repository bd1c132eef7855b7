"""Subgroups: limits, laws and misuse; the numbers stand in test_moderators."""

import warnings

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from pooling_cases import table

from reviewkit._core.errors import InputError, ReviewkitWarning
from reviewkit.meta.moderators import compare_subgroups
from reviewkit.meta.pooling import pool_effects, pool_prevalence

COUNTS = table((35, 80), (94, 260), (81, 443), (66, 138), (12, 60), (30, 90))
GROUPS = [*"aabbba"]


def pool(data=COUNTS, by=GROUPS, **options):
    """Pool without the warnings that made-up data deserve."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ReviewkitWarning)
        return pool_prevalence(data | {"g": by}, **options)


class TestLaws:
    @pytest.mark.parametrize("options", [{}, {"model": "common", "ci": "z"}, {"model": "glmm"},
                                         {"transform": "freeman-tukey", "tau2": "DL"}])  # fmt: skip
    def test_a_group_is_pooled_as_if_it_were_alone(self, options):
        frame = compare_subgroups(pool(**options), by="g").to_frame()
        for at, group in enumerate("ab"):
            rows = [i for i, g in enumerate(GROUPS) if g == group]
            alone = pool({n: [COUNTS[n][i] for i in rows] for n in COUNTS},
                         [GROUPS[i] for i in rows], **options)  # fmt: skip
            for name in ("estimate", "ci_low", "ci_high", "pi_low", "pi_high", "tau2", "i2", "q"):
                assert_allclose(frame[name][at], getattr(alone, name), rtol=1e-7, atol=1e-12)
            assert (frame["n"][at], frame["events"][at]) == (alone.n, alone.events)

    def test_names_values_and_series_are_the_same(self):
        pooled = pool()
        by_name = compare_subgroups(pooled, by="g").to_frame()
        for by in (GROUPS, np.array(GROUPS), pd.Series(GROUPS, name="g", index=range(6, 0, -1))):
            pd.testing.assert_frame_equal(compare_subgroups(pooled, by=by).to_frame(), by_name)

    def test_groups_come_in_the_order_of_the_table_or_of_their_levels(self):
        assert compare_subgroups(pool(), by=[*"bbaacc"]).groups == ("b", "a", "c")
        ordered = pd.Categorical([*"bbaacc"], categories=[*"xcba"])
        assert compare_subgroups(pool(), by=pd.Series(ordered)).groups == ("c", "b", "a")
        assert compare_subgroups(pool(), by=[2, 2, 10, 10, 3, 3]).groups == (2, 10, 3)

    def test_weights_are_those_of_the_whole(self):
        pooled = pool()
        frame = compare_subgroups(pooled, by="g").to_frame()
        members = np.array(GROUPS) == "a"
        assert_allclose(
            frame["weight"], [pooled.weights[members].sum(), pooled.weights[~members].sum()]
        )

    def test_q_within_and_between_add_up_under_one_effect(self):
        pooled = pool(model="common", ci="z")
        found = compare_subgroups(pooled, by="g")
        assert_allclose(found.to_frame()["q"].sum() + found.test.statistic, pooled.q)
        assert found.test == found.common_test

    def test_one_tau2_for_all(self):
        found = compare_subgroups(pool(), by="g", tau2="common").to_frame()
        assert found["tau2"][0] == found["tau2"][1]
        separate = compare_subgroups(pool(), by="g").to_frame()["tau2"]
        assert separate[0] != separate[1]


class TestLimits:
    def test_one_study_in_a_group(self):
        found = compare_subgroups(pool(), by=[*"aaaaab"])
        row = found.to_frame().iloc[1]
        assert (row["k"], row["tau2"], row["i2"], row["q_df"]) == (1, 0, 0, 0)
        assert np.isnan(row["pi_low"])
        assert 0 < row["ci_low"] < row["estimate"] < row["ci_high"] < 1
        assert "One study alone stands for b: nothing is pooled there." in found.notes
        assert np.isfinite(found.test.p_value)

    def test_each_study_a_group(self):
        found = compare_subgroups(pool(ci="z"), by=range(6))
        assert found.test.df == 5
        assert_allclose(found.test.statistic, pool(ci="z", model="common").q)

    def test_identical_studies_allow_no_test(self):
        data = {"study": [*"ABCD"], "effect": [0.3] * 4, "variance": [0.1] * 4}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ReviewkitWarning)
            pooled = pool_effects(data)
        found = compare_subgroups(pooled, by=[*"aabb"])
        assert np.isnan(found.test.statistic)
        assert "allows no test between groups" in found.notes[0]
        assert "test between groups: none" in found.summary()

    @pytest.mark.parametrize("transform", ["logit", "freeman-tukey", "arcsine", "log", "raw"])
    def test_none_and_all(self, transform):
        data = table((0, 12), (0, 30), (55, 55), (40, 40))
        frame = compare_subgroups(pool(data, [*"aabb"], transform=transform), by="g").to_frame()
        numbers = frame[["ci_low", "estimate", "ci_high"]].to_numpy()
        assert ((numbers >= 0) & (numbers <= 1)).all()
        assert numbers[0, 1] < 0.1
        assert numbers[1, 1] > 0.9

    def test_a_group_without_events_under_the_glmm(self):
        data = table((0, 12), (0, 30), (5, 55), (9, 40))
        found = compare_subgroups(pool(data, [*"aabb"], model="glmm"), by="g")
        assert found.to_frame()["estimate"][0] == 0
        assert np.isnan(found.test.p_value)
        assert found.to_frame()["weight"].isna().all()


class TestMissing:
    BY = ("a", None, "b", "", "b", "a")

    def test_is_an_error_that_names_the_studies(self):
        with pytest.raises(InputError, match=r"Missing for Study 1, Study 3\. Fill"):
            compare_subgroups(pool(), by=self.BY)

    @pytest.mark.parametrize("tau2", ["separate", "common"])
    def test_or_is_left_out_and_counted(self, tau2):
        found = compare_subgroups(pool(), by=self.BY, missing="drop", tau2=tau2)
        assert found.left_out == ("Study 1", "Study 3")
        assert found.notes[0] == "2 studies left out, a group is missing: Study 1, Study 3."
        rows = [0, 2, 4, 5]
        kept = pool({n: [COUNTS[n][i] for i in rows] for n in COUNTS}, [*"abba"])
        expected = compare_subgroups(kept, by="g", tau2=tau2).to_frame()
        names = ["k", "n", "estimate", "ci_low", "tau2", "q"]
        pd.testing.assert_frame_equal(found.to_frame()[names], expected[names])


class TestMisuse:
    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"by": "G"}, "must have the column 'G' once. It is missing; near it: 'g'"),
            ({"by": [1, 2]}, "one value for each of the 6 studies that were pooled; `by` has 2"),
            ({"by": ["x"] * 6}, "Two groups or more are needed for a comparison. Got 'x'"),
            ({"by": "g", "tau2": "pooled"}, "`tau2` must be one of 'separate', 'common'"),
            ({"by": "g", "missing": "ignore"}, "`missing` must be one of 'error', 'drop'"),
            (
                {"by": range(6), "tau2": "common"},
                "needs more studies than groups. Got 6 studies in 6",
            ),
        ],
    )
    def test_options(self, options, message):
        with pytest.raises(InputError, match=message):
            compare_subgroups(pool(), **options)


def test_frame_and_text():
    found = compare_subgroups(pool(), by="g")
    assert found.to_frame().columns.tolist() == [
        "group", "k", "n", "events", "estimate", "ci_low", "ci_high", "pi_low", "pi_high",
        "tau2", "i2", "q", "q_df", "q_p", "weight", "transformed_estimate", "transformed_se",
    ]  # fmt: skip
    assert found.summary().splitlines()[1].startswith("2 groups by g; test between groups: Q = ")
    assert "separate τ²" in found.recipe
    assert found._repr_html_().startswith("<h4>Subgroups</h4>")
