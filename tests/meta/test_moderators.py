"""Moderators: against metafor and meta, and by their laws."""

import csv
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moderator_cases import (
    GOLDENS,
    REFERENCE,
    check_common_groups,
    check_predictions,
    check_prevalence_groups,
    check_regression,
    check_separate_groups,
    name_case,
    pool_input,
    read_inputs,
    read_reference,
)
from numpy.testing import assert_allclose

from reviewkit._core.errors import InputError, ReviewkitWarning
from reviewkit.meta.moderators import compare_subgroups, meta_regression, permutation_test
from reviewkit.meta.pooling import pool_effects, pool_prevalence
from reviewkit.meta.tau2 import ESTIMATORS

CHECKS = {
    "subgroup_separate_tau2": check_separate_groups,
    "subgroup_common_tau2": check_common_groups,
}
X = [1.0, 2.0, 3.0, 4.0, 5.0, 7.0]
Y = [0.3, 0.1, 0.5, 0.2, 0.9, 0.4]


def pool(y=Y, v=0.1, **columns):
    """Pool effects without the warnings that made-up data deserve."""
    options = {n: columns.pop(n) for n in ("ci", "model", "tau2", "prediction") if n in columns}
    variances = [v] * len(y) if np.isscalar(v) else v
    table = {"study": [f"S{i}" for i in range(len(y))], "effect": y, "variance": variances}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ReviewkitWarning)
        return pool_effects(table | columns, **options)


class TestAgainstMetafor:
    @pytest.mark.parametrize("case", GOLDENS["regressions"], ids=name_case)
    def test_regression(self, case):
        check_regression(case, GOLDENS["inputs"][case["key"]])

    @pytest.mark.parametrize("case", GOLDENS["groups"], ids=name_case)
    def test_groups(self, case):
        CHECKS[case["kind"]](case, GOLDENS["inputs"][case["key"]])

    @pytest.mark.parametrize("case", GOLDENS["prevalence"], ids=name_case)
    def test_groups_of_prevalence(self, case):
        check_prevalence_groups(case, GOLDENS["counts"][case["dataset"]])

    def others(self, kind):
        return [case["result"] for case in GOLDENS["others"] if case["kind"] == kind]

    def test_variance_inflation(self):
        found = meta_regression(pool_input(GOLDENS["inputs"]["bcg:RR"], "REML", "z"), "~ablat+year")
        assert np.isnan(found.vif[0])
        assert_allclose(found.vif[1:], self.others("vif")[0]["vif"], rtol=1e-9)

    def test_predictions_at_new_values(self):
        found = meta_regression(pool_input(GOLDENS["inputs"]["bcg:RR"], "REML", "knha"), "~ablat")
        predicted = found.predict({"ablat": [10, 33, 55]})
        check_predictions(predicted, self.others("predict_newmods")[0], 1e-9)

    def test_all_signs(self):
        data = {n: values[:8] for n, values in GOLDENS["inputs"]["bcg:RR"].items()}
        found = permutation_test(pool_input(data, "REML", "z"))
        assert (found.n, found.exact) == (256, True)
        assert_allclose(found.p_values[0], self.others("permutest_exact")[0]["pval"], rtol=1e-12)

    def test_all_orders_but_the_one_that_metafor_loses(self):
        """Of 360 orders metafor counts 359: one of its climbs fails and is left out.

        A search over a grid of 4,000 values of tau² for each order finds, as here, 290 and
        14 orders as extreme as the observed one; metafor prints 289/359 and 13/359.
        """
        data = {n: values[:6] for n, values in GOLDENS["inputs"]["bcg:RR"].items()}
        found = permutation_test(meta_regression(pool_input(data, "REML", "z"), "~ablat"))
        theirs = self.others("permutest_exact")[1]
        assert (found.n, found.exact) == (360, True)
        assert_allclose(found.statistic, theirs["zval"], rtol=1e-4)  # metafor's loose threshold
        assert_allclose(found.p_values * 360, np.multiply(theirs["pval"], 359) + 1)
        assert_allclose(found.omnibus_p * 360, theirs["QMp"] * 359 + 1)


class TestAgainstTheWholeReference:
    def test_regressions(self):
        cases = read_reference("regression_bias.json", ["meta_regression"])
        inputs = read_inputs()
        assert len(cases) == 281
        for case in cases:
            check_regression(case, inputs[case["key"]])

    def test_groups(self):
        cases = read_reference("regression_bias.json", [*CHECKS])
        inputs = read_inputs()
        assert len(cases) == 100
        for case in cases:
            CHECKS[case["kind"]](case, inputs[case["key"]])

    def test_groups_of_prevalence(self):
        """All but the GLMM with one tau² for all groups, which has no counterpart here."""
        cases = read_reference("pooling_meta.json", ["meta.metaprop"])
        cases = [c for c in cases if c["tag"].startswith("subgroup")]
        cases = [c for c in cases if not ("GLMM" in c["tag"] and "TRUE" in c["tag"])]
        assert len(cases) == 125
        for case in cases:
            path = REFERENCE / "datasets" / f"{case['dataset']}.csv"
            with path.open(encoding="utf-8") as file:
                rows = list(csv.DictReader(file))
            table = {"events": [int(row["x"]) for row in rows]}
            table |= {"total": [int(row["n"]) for row in rows]}
            table |= {"subgroup": [row["subgroup"] for row in rows]}
            check_prevalence_groups(case, table)


class TestLaws:
    @pytest.mark.parametrize("tau2", ESTIMATORS)
    def test_without_moderators_it_is_the_pooled_effect(self, tau2):
        pooled = pool(v=[0.1, 0.02, 0.3, 0.04, 0.01, 0.2], tau2=tau2)
        found = meta_regression(pooled, "~ 1")
        ours = found.to_frame().iloc[0]
        expected = (pooled.estimate, pooled.se, pooled.ci_low, pooled.ci_high)
        assert_allclose([*ours[["estimate", "se", "ci_low", "ci_high"]]], expected, rtol=1e-9)
        assert_allclose((found.tau2, found.i2, found.qe), (pooled.tau2, pooled.i2, pooled.q))
        ends = (pooled.tau2_ci_low, pooled.tau2_ci_high)
        assert_allclose((found.tau2_ci_low, found.tau2_ci_high), ends, rtol=1e-8, atol=1e-12)
        predicted = found.predict().iloc[0]
        assert_allclose([*predicted[["pi_low", "pi_high"]]], (pooled.pi_low, pooled.pi_high))

    @settings(max_examples=30)
    @given(shift=st.floats(-1e3, 1e3), factor=st.floats(0.01, 100), slope=st.floats(-5, 5))
    def test_other_units_of_a_moderator_and_a_trend_that_is_added(self, shift, factor, slope):
        x = np.array(X)
        plain = meta_regression(pool(x=X), "~ x")
        moved = meta_regression(pool(x=shift + factor * x), "~ x")
        tilted = meta_regression(pool(y=list(np.array(Y) + slope * x), x=X), "~ x")
        for other, expected in ((moved, plain.coefficients[1] / factor),
                                (tilted, plain.coefficients[1] + slope)):  # fmt: skip
            assert_allclose(other.coefficients[1], expected, rtol=1e-6, atol=1e-9)
            assert_allclose(other.tau2, plain.tau2, rtol=1e-6, atol=1e-9)
        assert_allclose(moved.statistic[1], plain.statistic[1], rtol=1e-6)

    def test_the_order_of_studies_does_not_matter(self):
        order = [3, 0, 5, 1, 4, 2]
        one = meta_regression(pool(x=X), "~ x")
        other = meta_regression(pool(y=[Y[i] for i in order], x=[X[i] for i in order]), "~ x")
        assert_allclose(other.coefficients, one.coefficients, rtol=1e-9)

    def test_means_of_groups_are_a_regression_without_intercept(self):
        pooled = pool(g=[*"aabbcc"], ci="z", v=[0.1, 0.02, 0.3, 0.04, 0.01, 0.2])
        groups = compare_subgroups(pooled, by="g", tau2="common").to_frame()
        found = meta_regression(pooled, "~ g - 1").to_frame()
        assert_allclose(groups["estimate"], found["estimate"], rtol=1e-9)
        assert_allclose(groups["se"], found["se"], rtol=1e-9)

    def test_the_model_of_a_reader_reaches_everything(self):
        pooled = pool(x=X, model="common", ci="z")
        common = meta_regression(pooled, "~ x")
        assert (common.tau2, common.varies) == (0, False)
        assert np.isnan(common.tau2_ci_low)
        assert "Common-effect" in common.recipe
        assert meta_regression(pooled, "~ x", tau2="DL").varies
        narrow, wide = (meta_regression(pooled, "~ x", level=level) for level in (0.8, 0.99))
        assert (narrow.to_frame()["ci_low"] > wide.to_frame()["ci_low"]).all()
        assert "99 % CI" in wide.recipe
        for test in ("t", "HK", "HK-adhoc"):
            assert meta_regression(pooled, "~ x", test=test).df == 4

    def test_hts_takes_the_classic_error_and_one_degree_less(self):
        pooled = pool(x=X, v=0.001, prediction="HTS")
        hts = meta_regression(pooled, "~ x").predict({"x": 3}).iloc[0]
        classic = meta_regression(pooled, "~ x", test="z")
        se = classic.predict({"x": 3})["se"][0]
        half = 3.182446305284263 * np.hypot(classic.tau2**0.5, se)  # t with 6 - 2 - 1 df
        assert_allclose((hts["pi_high"] - hts["pi_low"]) / 2, half, rtol=1e-9)

    def test_prevalence_is_predicted_in_per_cent_and_on_the_scale(self):
        data = {"study": [*"ABCD"], "events": [1, 5, 9, 20], "total": [10, 20, 30, 40]}
        found = meta_regression(pool_prevalence(data | {"x": [1, 2, 3, 4]}), "~ x")
        row = found.predict({"x": 2.5}).iloc[0]
        for name in ("estimate", "ci_low", "ci_high", "pi_low", "pi_high"):
            assert_allclose(row[name], 1 / (1 + np.exp(-row[f"transformed_{name}"])))
        assert found.predict()["study"].tolist() == [*"ABCD"]

    def test_terms_are_tested_whole(self):
        pooled = pool(Y * 2, x=X * 2, g=[*"aabbccaabbcc"], v=0.05)
        found = meta_regression(pooled, "~ x + g", test="z")
        terms = found.test_terms()
        assert terms["term"].tolist() == ["x", "g"]
        assert terms["df"].tolist() == [1, 2]
        assert_allclose(terms["statistic"][0], found.statistic[1] ** 2)
        assert_allclose(terms["gvif"][0], found.vif[1])
        assert (terms["gvif"] >= 1).all()
        alone = meta_regression(pooled, "~ g", test="z")
        assert_allclose(alone.test_terms()["statistic"][0], alone.qm)


class TestLimits:
    def test_one_study_at_a_level_is_noted(self):
        found = meta_regression(pool(g=[*"aaabbc"]), "~ g")
        assert found.notes[0] == "One study alone stands for g c (S5): nothing is pooled there."
        assert_allclose(found.predict({"g": "c"})["estimate"][0], Y[5])

    @pytest.mark.parametrize("y", [[0.3] * 6, [0.1 * x for x in X]])
    def test_studies_without_residuals_have_no_test(self, y):
        found = meta_regression(pool(y, x=X), "~ x")
        assert (found.se == 0).all()
        assert np.isnan([*found.p_values, found.qm, found.qm_p]).all()
        assert "no width" in found.notes[0]
        assert "all moderators: no test" in found.summary()
        permuted = meta_regression(pool(y, x=X), "~ x", test="permutation")
        assert np.isnan(permuted.p_values).all()
        assert np.isfinite(meta_regression(pool(y, x=X), "~ x", test="HK-adhoc").p_values).all()

    @pytest.mark.parametrize("variance", [1e-8, 1e8])
    def test_precision_of_any_size(self, variance):
        plain = meta_regression(pool(x=X, v=1.0), "~ x", tau2="DL")
        scaled = np.multiply(Y, variance**0.5).tolist()
        found = meta_regression(pool(scaled, x=X, v=variance), "~ x", tau2="DL")
        assert_allclose(found.coefficients, plain.coefficients * variance**0.5, rtol=1e-9)
        assert_allclose(found.p_values, plain.p_values, rtol=1e-9)

    @pytest.mark.parametrize("tau2", ESTIMATORS)
    def test_precise_studies_beside_useless_ones(self, tau2):
        pooled = pool(x=X, v=[1e-8, 1e8, 1e-8, 1e8, 1, 1], ci="z")
        found = meta_regression(pooled, "~ x", tau2=tau2)
        # The two precise studies fix the line, unless tau² is made of all alike (SJ).
        if found.tau2 == 0:
            assert_allclose(found.coefficients, [0.2, 0.1], rtol=1e-4)
        numbers = found.to_frame()[["estimate", "se", "statistic", "p_value", "ci_low", "ci_high"]]
        assert np.isfinite(numbers.to_numpy()).all()

    @pytest.mark.parametrize("events", [[0, 0, 0, 0], [10, 20, 30, 40], [1, 5, 30, 3]])
    @pytest.mark.parametrize("transform", ["logit", "freeman-tukey", "arcsine", "log", "raw"])
    def test_none_and_all(self, events, transform):
        table = {"study": [*"ABCD"], "events": events, "total": [10, 20, 30, 40]}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ReviewkitWarning)
            pooled = pool_prevalence(table | {"x": [1, 2, 3, 5]}, transform=transform)
        predicted = meta_regression(pooled, "~ x").predict()
        numbers = predicted[["ci_low", "estimate", "ci_high"]].to_numpy()
        assert ((numbers >= 0) & (numbers <= 1)).all()
        assert (np.diff(numbers, axis=1) >= 0).all()

    def test_a_pooled_beta_binomial_is_regressed_on_logits_and_says_so(self):
        table = {"study": [*"ABCD"], "events": [0, 1, 3, 4], "total": [10, 20, 30, 40]}
        pooled = pool_prevalence(table | {"x": [1, 2, 3, 5]}, model="beta-binomial", ci="z")
        notes = " ".join(meta_regression(pooled, "~ x").notes)
        assert "two-step kind on logits" in notes
        assert "0.5 was added to events and non-events of 1 of 4 studies" in notes


class TestMissing:
    COLUMNS = {"x": [1, None, 3, 4, 5, 9], "g": ["a", "", "b", "b", "a", "a"]}  # noqa: RUF012

    def test_every_gap_is_named(self):
        message = "Missing: g of 'S1'; x of 'S1'. Fill the extraction table; missing='drop'"
        with pytest.raises(InputError, match=message):
            meta_regression(pool(**self.COLUMNS), "~ x + g")

    def test_dropping_is_counted(self):
        found = meta_regression(pool(**self.COLUMNS), "~ x + g", missing="drop")
        assert (found.k, found.left_out) == (5, ("S1",))
        assert "1 of 6 studies left out, a moderator is missing: S1." in found.notes
        without = {n: c[:1] + c[2:] for n, c in self.COLUMNS.items()}
        other = meta_regression(pool(Y[:1] + Y[2:], **without), "~ x + g")
        assert_allclose(found.coefficients, other.coefficients)
        assert_allclose(found.r2, other.r2)

    def test_a_gap_in_another_column_is_none(self):
        assert meta_regression(pool(**self.COLUMNS, z=X), "~ z").k == 6

    def test_nothing_left(self):
        with pytest.raises(InputError, match="None of the 6 has"):
            meta_regression(pool(x=[None] * 6), "~ x", missing="drop")


class TestMisuse:
    @pytest.mark.parametrize(
        ("option", "message"),
        [
            ({"test": "Z"}, "`test` must be one of 'HK', 'HK-adhoc', 'z', 't', 'permutation'"),
            ({"tau2": "reml"}, "`tau2` must be one of 'REML'"),
            ({"level": 95}, "`level` must lie between 0 and 1"),
            ({"missing": "keep"}, "`missing` must be one of 'error', 'drop'"),
            ({"test": "permutation", "n": 0}, "`n` must be a whole number of orders"),
        ],
    )
    def test_options(self, option, message):
        with pytest.raises(InputError, match=message):
            meta_regression(pool(x=X), "~ x", **option)

    @pytest.mark.parametrize(
        ("values", "message"),
        [
            ({"X": 1, "g": "a"}, "must have the column 'x' once. It is missing; near it: 'X'"),
            ({"x": [1, None], "g": ["a", "b"]}, "complete. 'x' is missing in row 1"),
            ({"x": 1, "g": "d"}, "'g' must be one of 'a', 'b', 'c', which the studies have"),
            ({"x": "hi", "g": "a"}, "'x' must be a number, as in the studies. Got 'hi'"),
        ],
    )
    def test_predictions(self, values, message):
        found = meta_regression(pool(x=X, g=[*"aabbcc"]), "~ x + g")
        with pytest.raises(InputError, match=message):
            found.predict(values)

    def test_prevalence_has_no_null_value(self):
        data = {"study": [*"ABC"], "events": [1, 2, 9], "total": [10, 20, 30]}
        with pytest.raises(InputError, match="Prevalence has no null value"):
            permutation_test(pool_prevalence(data))

    def test_an_intercept_is_not_permuted(self):
        with pytest.raises(InputError, match="must have moderators"):
            permutation_test(meta_regression(pool(x=X), "~ 1"))


class TestResult:
    def test_frame_and_text(self):
        found = meta_regression(pool(x=X), "~ x")
        assert found.to_frame().columns.tolist() == [
            "coefficient", "estimate", "se", "statistic", "df", "p_value", "ci_low", "ci_high", "vif",
        ]  # fmt: skip
        lines = found.summary().splitlines()
        assert lines[0] == "Meta-regression"
        assert lines[1].startswith("x: 0.056 (95 % CI −0.109 to 0.220); all moderators: F = 0.88, ")
        assert lines[2].startswith("Residual heterogeneity: τ² = ")
        assert "Hartung–Knapp with t, 4 df" in found.recipe
        assert found._repr_html_().startswith("<h4>Meta-regression</h4>")

    def test_few_studies_and_overlap_are_noted(self):
        near = [x + 0.01 * (-1) ** i for i, x in enumerate(X)]
        notes = meta_regression(pool(x=X, z=near), "~ x + z").notes
        assert "6 studies for 2 coefficients of moderators, fewer than 10 each" in notes[0]
        assert "Moderators overlap" in notes[1]

    def test_rows_of_one_study_are_noted(self):
        table = {"study": [*"AABC"], "effect": Y[:4], "variance": [0.1] * 4, "x": X[:4]}
        with pytest.warns(ReviewkitWarning, match="Several rows from one study"):
            pooled = pool_effects(table)
        assert "Several rows from one study" in meta_regression(pooled, "~ x").notes[0]

    def test_the_result_keeps_copies(self):
        frame = pd.DataFrame({"study": [*"ABCDEF"], "effect": Y, "variance": 0.1, "x": X})
        found = meta_regression(pool_effects(frame), "~ x")
        before = found.predict()
        frame.loc[:, "x"] = 0.0
        pd.testing.assert_frame_equal(found.predict(), before)
        with pytest.raises(ValueError, match="read-only"):
            found.coefficients[0] = 0
