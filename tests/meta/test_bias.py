"""Tests of small-study effects: against metafor, meta and metasens, by their laws, misused."""

import json
from fractions import Fraction
from operator import mul
from pathlib import Path
from random import Random

import numpy as np
import pytest
from bias_cases import (
    GOLDENS,
    PREDICTOR,
    assert_finds,
    pool_row,
    rows_of_goldens,
    table_of,
    to_row,
)
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from meta_cases import studies
from numpy.testing import assert_allclose, assert_array_equal
from pooling_cases import EXHAUSTION, counts_of

from reviewkit._core.errors import InputError
from reviewkit.meta.asymmetry import ASYMMETRY_TESTS
from reviewkit.meta.bias import small_study_effects
from reviewkit.meta.effects import TRANSFORMS, compute_effects
from reviewkit.meta.pooling import pool_effects, pool_prevalence

TABLE = ("events_1", "total_1", "events_2", "total_2")
REFERENCE = Path(__file__).parents[3] / "shared" / "reference"

FREE = [name for name, way in ASYMMETRY_TESTS.items() if not way.needs]
#: Precisions that differ in their last digits only: about a rounded mean, nothing is left of them.
ALIKE = (
    np.array([1.5000001192092896, 1.0000002384185791, 0.5000001192092896, -1.500000238418579]),
    np.array(
        [0.029337195897531435, 0.02933719589752544, 0.02933719589753243, 0.029337195897533433]
    ),
)
#: Effects within rounding of a line.
ON_A_LINE = (
    np.array([-4.6039457321166990, -4.6039433479309082, -4.6039443016052246]),
    np.array([6.989010907838156, 6.989010908464616, 6.989010908214032]),
)
GROUPS = [name for name, way in ASYMMETRY_TESTS.items() if "total_1" in way.needs]


def pool(effects, variances, **options):
    """Pool plain effects."""
    names = [f"Study {i}" for i in range(len(effects))]
    data = {"study": names, "effect": effects, "variance": variances, **options.pop("extra", {})}
    return pool_effects(data, **{"ci": "z", **options})


def pool_groups(**changes):
    """Pool the log odds ratios of the trials of BCG vaccine."""
    found = GOLDENS["inputs"]["bcg:OR"]
    names = {"ai": "events_1", "n1i": "total_1", "ci": "events_2", "n2i": "total_2"}
    data = {ours: found[theirs] for theirs, ours in names.items()} | changes
    data["study"] = [f"Trial {i}" for i in range(13)]
    return pool_effects(compute_effects(data, effect="log-odds-ratio"))


class TestAgainstR:
    @pytest.mark.parametrize(
        "row",
        rows_of_goldens(),
        ids=lambda r: f"{r['key']}-{r['kind']}-{'-'.join(r['test'].values())}",
    )
    def test_every_test(self, row):
        if row["kind"] == "peters_proportion":
            pooled = pool_prevalence(counts_of(row["key"].partition(":")[0]))
        else:
            pooled = pool_effects(table_of(GOLDENS["inputs"][row["key"]], row), **row["options"])
        assert_finds(small_study_effects(pooled, **row["test"]), row)

    def test_the_goldens_hold_every_test_and_predictor(self):
        rows = rows_of_goldens()
        assert {row["test"]["test"] for row in rows} == set(ASYMMETRY_TESTS)
        assert {row["test"].get("predictor") for row in rows} == {None, *PREDICTOR.values()}

    def test_all_cases_of_the_reference(self):
        if not REFERENCE.exists():
            pytest.skip(f"the full reference answers are not here: {REFERENCE}")
        read = [
            json.loads((REFERENCE / f"{name}.json").read_text(encoding="utf-8"))["cases"]
            for name in ("regression_inputs", "regression_bias", "pooling_meta")
        ]
        inputs = {case["key"]: case for case in read[0]}
        rows = [row for row in map(to_row, [*read[1], *read[2]]) if row]
        assert len(rows) == 653
        for row in rows:
            if row["kind"] == "peters_proportion":
                pooled = pool_prevalence(counts_of(row["key"].partition(":")[0]))
            else:
                pooled = pool_row(inputs[row["key"]], row)
            assert_finds(small_study_effects(pooled, **row["test"]), row)


class TestLaws:
    @settings(deadline=None)
    @given(studies(), st.sampled_from(FREE), st.randoms())
    @example(ALIKE, "egger", Random(1))
    @example(ALIKE, "egger-mixed", Random(1))
    @example(ON_A_LINE, "egger", Random(2))
    def test_the_order_of_studies_does_not_matter(self, data, test, random):
        effects, variances = data
        assume(len(effects) > 2)
        assume(len(set(effects)) == len(effects))
        assume(len(set(variances)) == len(variances))
        order = random.sample(range(len(effects)), len(effects))
        one, other = (
            small_study_effects(pool(effects[i], variances[i]), test=test)
            for i in (np.arange(len(effects)), np.array(order))
        )
        columns = ["estimate", "statistic", "p_value", "limit"]
        # To the last bit, so that no rounding decides a tie of ranks or drowns a difference.
        assert_array_equal(
            one.to_frame()[columns].to_numpy(float), other.to_frame()[columns].to_numpy(float)
        )

    def test_precisions_that_nearly_agree_keep_what_they_say(self):
        """Hold the slope against rational numbers, in which nothing is rounded."""
        effects, variances = ALIKE
        x = [Fraction(value) for value in np.sqrt(variances).tolist()]
        y, w = ([Fraction(v) for v in part.tolist()] for part in (effects, 1 / variances))
        middle, level = (sum(map(mul, w, part)) / sum(w) for part in (x, y))
        products = [a * (b - middle) for a, b in zip(w, x, strict=True)]
        slope = sum(a * (b - level) for a, b in zip(products, y, strict=True)) / sum(
            a * (b - middle) for a, b in zip(products, x, strict=True)
        )
        found = small_study_effects(pool(effects, variances), test="egger")
        assert found.estimate == pytest.approx(float(slope), rel=1e-11)
        assert found.limit == pytest.approx(float(level - slope * middle), rel=1e-11)

    def test_the_order_of_two_by_two_tables_does_not_matter(self):
        found, mixed = GOLDENS["inputs"]["bcg:OR"], np.random.default_rng(3).permutation(13)
        one = pool_groups()
        other = pool_groups(
            **{
                ours: np.array(found[theirs])[mixed]
                for theirs, ours in
                {"ai": "events_1", "n1i": "total_1", "ci": "events_2", "n2i": "total_2"}.items()
            }
        )  # fmt: skip
        for test in GROUPS:
            assert (
                small_study_effects(one, test=test).statistic
                == small_study_effects(other, test=test).statistic
            )

    @settings(deadline=None)
    @given(studies(), st.sampled_from(FREE))
    def test_a_mirror_turns_the_sign(self, data, test):
        effects, variances = data
        assume(len(effects) > 2)
        assume(len(set(effects)) == len(effects))
        assume(len(set(variances)) == len(variances))
        one, other = (
            small_study_effects(pool(sign * effects, variances), test=test) for sign in (1, -1)
        )
        if test == "lfk":  # weighs half a rank at one end only
            assert other.estimate == pytest.approx(-one.estimate, abs=0.5 + 0.2 * abs(one.estimate))
        else:
            assert_allclose(other.estimate, -one.estimate, rtol=1e-6, atol=1e-9)
            assert_allclose(other.p_value, one.p_value, rtol=1e-6, atol=1e-9)

    @settings(deadline=None)
    @given(studies(), st.sampled_from(["egger", "egger-mixed"]), st.floats(-8, 8))
    def test_the_scale_of_effects_does_not_matter(self, data, test, power):
        effects, variances = data
        assume(len(effects) > 2)
        assume(len(set(variances)) == len(variances))
        assume(np.ptp(effects) > 1e-3)
        unit = 10.0**power
        one = small_study_effects(pool(effects, variances), test=test)
        other = small_study_effects(pool(unit * effects, unit**2 * variances), test=test)
        assert_allclose(other.estimate, one.estimate, rtol=1e-5, atol=1e-7)
        assert_allclose(other.p_value, one.p_value, rtol=1e-5, atol=1e-7)
        assert_allclose(other.limit, unit * one.limit, rtol=1e-5, atol=1e-7 * unit)

    def test_effects_on_a_line_have_its_slope_and_no_error(self):
        variances = np.array([0.01, 0.04, 0.09, 0.16, 0.25])
        result = small_study_effects(pool(0.3 + 2 * np.sqrt(variances), variances), test="egger")
        assert result.estimate == pytest.approx(2)
        assert result.limit == pytest.approx(0.3)
        assert result.se == 0
        assert np.isnan([result.statistic, result.p_value]).all()
        assert "undefined" in result.summary()

    def test_a_tiny_predictor_costs_no_digits(self):
        rng = np.random.default_rng(2)
        total, effects = rng.integers(10**6, 10**8, 12).astype(float), rng.normal(0, 1, 12)
        one, other = (
            small_study_effects(
                pool(effects, 1 / total, extra={"total": unit * total}),
                test="egger",
                predictor="1/n",
            )
            for unit in (1.0, 1e-6)
        )
        assert_allclose(one.p_value, other.p_value, rtol=1e-12)
        assert_allclose(one.estimate, 1e6 * other.estimate, rtol=1e-12)

    def test_rank_tests_are_exact_without_ties_only(self):
        variances = np.array([0.1, 0.2, 0.3, 0.4])
        steep = small_study_effects(pool([0.0, 1.0, 3.0, 9.0], variances), test="begg")
        assert (steep.estimate, steep.p_value) == (1.0, pytest.approx(2 / 24))
        tied = small_study_effects(pool([0.0, 1.0, 3.0, 9.0], [0.1, 0.2, 0.2, 0.4]), test="begg")
        normal = small_study_effects(
            pool([0.0, 1.0, 3.0, 9.0], [0.1, 0.2, 0.2, 0.4]), test="begg-normal"
        )
        assert tied.p_value == normal.p_value

    def test_many_studies(self):
        rng = np.random.default_rng(5)
        variances = rng.uniform(0.01, 1, 5000)
        pooled = pool(rng.normal(0, np.sqrt(variances)), variances)
        for test in FREE:
            result = small_study_effects(pooled, test=test)
            assert np.isfinite(result.estimate)
            assert test == "lfk" or 0 < result.p_value <= 1

    @pytest.mark.parametrize("scale", TRANSFORMS)
    @pytest.mark.parametrize("test", [*FREE, "peters", "macaskill"])
    def test_every_scale_of_a_prevalence(self, scale, test):
        result = small_study_effects(pool_prevalence(EXHAUSTION, transform=scale), test=test)
        assert np.isfinite(result.estimate)
        assert result.k == 11


class TestWords:
    def test_few_studies_are_said_to_be_underpowered(self):
        few, many = (
            pool([0.1, 0.5, 0.2, 0.9, 0.4][:5] * n, [0.1, 0.2, 0.3, 0.4, 0.5] * n) for n in (1, 2)
        )
        assert any(
            "k = 5" in note and "underpowered" in note for note in small_study_effects(few).notes
        )
        assert not small_study_effects(many).notes

    def test_prevalence_is_never_called_publication_bias(self):
        pooled = pool_prevalence(EXHAUSTION)
        for test in (*FREE, "peters"):
            result = small_study_effects(pooled, test=test)
            told = [note for note in result.notes if "publication bias" in note]
            assert len(told) == 1
            assert "mostly heterogeneity" in told[0]
            assert "no evidence of publication bias" in told[0]

    def test_a_standard_error_that_depends_on_the_prevalence_is_named(self):
        def warns(pooled, **options):
            notes = small_study_effects(pooled, **options).notes
            return any("depends on the prevalence itself" in note for note in notes)

        logits = pool_prevalence(EXHAUSTION)
        assert warns(logits, test="egger")
        assert warns(logits, test="egger", predictor="variance")
        assert not warns(logits, test="egger", predictor="1/sqrt(n)")
        assert not warns(logits, test="peters")
        assert warns(logits, test="begg")
        assert not warns(pool_prevalence(EXHAUSTION, transform="freeman-tukey"), test="egger")

    def test_ties_under_lfk_are_told_with_what_they_do(self):
        tied = pool([0.1, 0.5, 0.5, 0.9], [0.1, 0.2, 0.01, 0.4])
        assert any(
            "order of equal effects" in note for note in small_study_effects(tied, test="lfk").notes
        )
        one, other = (small_study_effects(pool([0.1, 0.5, 0.5, 0.9], v), test="lfk").estimate
                      for v in ([0.1, 0.2, 0.01, 0.4], [0.1, 0.01, 0.2, 0.4]))  # fmt: skip
        assert one != other

    def test_headline_and_frame(self):
        result = small_study_effects(pool_groups(), test="egger")
        line = result.summary().splitlines()[1]
        assert line == (
            "Egger’s regression, classical, on the standard error: bias −2.35 (95 % CI −5.77 to 1.08), "
            "t = −1.51, df = 11, P = 0.160, k = 13"
        )
        frame = result.to_frame()
        assert frame.columns.tolist() == [
            "test", "predictor", "estimate", "se", "ci_low", "ci_high", "limit", "limit_ci_low",
            "limit_ci_high", "k", "statistic", "df", "p_value",
        ]  # fmt: skip
        assert frame["ci_low"][0] == pytest.approx(-5.77084234207731)
        assert (
            "Doi plot: LFK index −4.95, major asymmetry"
            in small_study_effects(pool_groups(), test="lfk").summary()
        )
        assert (
            "<strong>Note:</strong>"
            in small_study_effects(pool([1, 2, 4], [1, 2, 3]))._repr_html_()
        )

    def test_the_level_is_that_of_the_pooled_result_unless_told(self):
        pooled = pool([0.1, 0.5, 0.2, 0.9], [0.1, 0.2, 0.3, 0.4], level=0.8)
        narrow, wide = small_study_effects(pooled), small_study_effects(pooled, level=0.99)
        assert narrow.level == 0.8
        assert wide.ci_low < narrow.ci_low < narrow.ci_high < wide.ci_high


class TestColumns:
    def test_people_of_effects_come_from_the_table(self):
        pooled = pool(
            [0.1, 0.5, 0.2, 0.9], [0.1, 0.2, 0.3, 0.4], extra={"people": [90, 40, 30, 20]}
        )
        result = small_study_effects(
            pooled, test="egger", predictor="n", columns={"total": "people"}
        )
        assert np.isfinite(result.estimate)
        with pytest.raises(InputError, match=r"'total' once.*It is missing"):
            small_study_effects(pooled, test="egger", predictor="n")

    def test_groups_add_up(self):
        pooled = pool_groups()
        sums = pooled.studies.columns["total_1"] + pooled.studies.columns["total_2"]
        assert_allclose(small_study_effects(pooled, test="peters").sizes, sums)

    @pytest.mark.parametrize("test", GROUPS)
    def test_prevalences_have_no_groups(self, test):
        with pytest.raises(InputError, match="must have the column"):
            small_study_effects(pool_prevalence(EXHAUSTION), test=test)

    def test_cells_that_are_no_people_are_named(self):
        pooled = pool([0.1, 0.5, 0.2], [0.1, 0.2, 0.3], extra={"total": [10, "many", -3]})
        with pytest.raises(InputError, match=r"above 0\. It does not for 'Study 1', 'Study 2'"):
            small_study_effects(pooled, test="egger", predictor="n")

    @pytest.mark.parametrize("test", ["harbord", "schwarzer", "peters", "macaskill"])
    def test_a_table_without_events_is_left_out_and_counted(self, test):
        full = GOLDENS["inputs"]["bcg:OR"]
        empty = pool_groups(events_1=[0, *full["ai"][1:]], events_2=[0, *full["ci"][1:]])
        found = small_study_effects(empty, test=test)
        kept = [empty.studies.columns[name][1:] for name in ("effect", "variance", *TABLE)]
        names = ("effect", "variance", *TABLE)
        data = dict(zip(names, kept, strict=True)) | {"study": [*"ABCDEFGHIJKL"]}
        fresh = small_study_effects(pool_effects(data), test=test)
        assert found.k == fresh.k == 12
        assert_allclose(found.statistic, fresh.statistic, rtol=1e-12)
        assert_allclose(found.p_value, fresh.p_value, rtol=1e-12)
        assert any(note.startswith("1 study left out, where nobody") for note in found.notes)
        assert not any("left out" in note for note in fresh.notes)

    @pytest.mark.parametrize("test", ["harbord", "schwarzer"])
    def test_few_tables_with_events(self, test):
        none = [0] * 11
        pooled = pool_groups(events_1=[4, 6, *none], events_2=[11, 29, *none])
        with pytest.raises(InputError, match=r"At least 3 studies are needed .* Got 2"):
            small_study_effects(pooled, test=test)

    def test_power_is_judged_by_the_studies_that_count(self):
        none = [0] * 6
        pooled = pool_groups(
            events_1=[4, 6, 3, 62, 33, 180, 8, *none],
            events_2=[11, 29, 11, 248, 47, 372, 10, *none],
        )
        assert "k = 7" in small_study_effects(pooled, test="harbord").notes[0]


class TestPictures:
    @pytest.mark.parametrize(
        ("options", "kind"),
        [({"test": "lfk"}, "Doi plot"), ({"test": "egger"}, "by standard error"),
         ({"test": "peters"}, "by number of people"),
         ({"test": "egger", "predictor": "1/sqrt(n)"}, "by number of people")],
    )  # fmt: skip
    def test_each_test_has_its_picture(self, options, kind, tmp_path):
        result = small_study_effects(pool_prevalence(EXHAUSTION), **options)
        svg = result.save(tmp_path / "a.svg").read_text(encoding="utf-8")
        assert kind in svg
        assert "publication bias" in svg
        assert "Prefer test=" not in svg  # advice on calls is not for print

    def test_groups_have_a_funnel_by_their_people(self, tmp_path):
        svg = small_study_effects(pool_groups(), test="deeks").save(tmp_path / "a.svg")
        assert "no region follows from n alone" in svg.read_text(encoding="utf-8")


class TestMisuse:
    @pytest.mark.parametrize("test", FREE)
    def test_fewer_than_three_studies(self, test):
        with pytest.raises(InputError, match=r"At least 3 studies .* Got 2\."):
            small_study_effects(pool([0.1, 0.5], [0.1, 0.2]), test=test)

    def test_studies_of_one_precision(self):
        pooled = pool([0.1, 0.5, 0.9], [0.2, 0.2, 0.2])
        for test in ("egger", "egger-mixed"):
            with pytest.raises(InputError, match="The standard error must differ between studies"):
                small_study_effects(pooled, test=test)
        with pytest.raises(InputError, match="must differ in effect and in precision"):
            small_study_effects(pooled, test="begg")

    def test_equal_effects(self):
        pooled = pool([0.5, 0.5, 0.5], [0.1, 0.2, 0.3])
        with pytest.raises(InputError, match="Effects must differ for a Doi plot"):
            small_study_effects(pooled, test="lfk")
        flat = small_study_effects(pooled, test="egger")
        assert flat.estimate == pytest.approx(0, abs=1e-12)

    def test_options(self):
        pooled = pool([0.1, 0.5, 0.9], [0.2, 0.3, 0.4])
        with pytest.raises(InputError, match="`test` must be one of 'egger', 'egger-mixed'"):
            small_study_effects(pooled, test="eggers")
        with pytest.raises(InputError, match="Only 'egger' and 'egger-mixed' take a `predictor`"):
            small_study_effects(pooled, test="begg", predictor="n")
        with pytest.raises(InputError, match="`predictor` must be one of 'se', 'variance'"):
            small_study_effects(pooled, predictor="sei")
        with pytest.raises(InputError, match="`level` must lie between 0 and 1"):
            small_study_effects(pooled, level=95)
