"""Agreement of two raters: against R, by its laws, and when misused."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from agreement_cases import calm, decisions_of, fleiss_cohen_everitt, frame_of, read_golden, tables
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from reviewkit._core.errors import InputError
from reviewkit.agreement.coefficients import COEFFICIENTS
from reviewkit.agreement.raters import agreement_from_table, rater_agreement
from reviewkit.agreement.scales import SCALES, Band, Scale

GOLDENS = read_golden("agreement")
TABLES = GOLDENS["tables"]

#: All are closed forms; what is left is the rounding of 15 printed digits.
RTOL = 1e-9
#: A standard error of 0 is the root of what rounding leaves.
SE_ATOL = 1e-12

RAYYAN = Path(__file__).parents[3] / "shared/formats/rayyan/two_rater_decisions_anon_293.csv"
#: Counts of a real review: 97 of 293 records were decided by both raters.
REAL = [[6, 5], [0, 86]]


def row(agreement, coefficient):
    """Return one coefficient of an agreement."""
    return agreement.to_frame().loc[coefficient]


class TestAgainstR:
    @pytest.mark.parametrize(
        ("name", "weights"), [(name, w) for name in TABLES for w in TABLES[name]["kappa"]]
    )
    def test_kappa_and_its_sampling_error(self, name, weights):
        golden = TABLES[name]["kappa"][weights]
        plain = weights == "unweighted"
        found = agreement_from_table(TABLES[name]["table"], weights=None if plain else weights)
        kappa = row(found, "cohen_kappa" if plain else "weighted_kappa")
        assert_allclose(kappa["estimate"], golden["kappa"], rtol=RTOL)
        assert_allclose(kappa["se"], golden["se_nonnull"], rtol=RTOL, atol=SE_ATOL)
        limits = [golden["ci_lb"], golden["ci_ub"]]
        assert_allclose(kappa[["ci_low", "ci_high"]].tolist(), limits, rtol=RTOL)
        by_irr_cac = kappa[["estimate", "se"]].tolist()
        assert_allclose(by_irr_cac, golden["irrCAC"], rtol=RTOL, atol=SE_ATOL)

    @pytest.mark.parametrize("name", TABLES)
    @pytest.mark.parametrize(
        ("coefficient", "key"),
        [("percent_agreement", "percent_agreement"), ("pabak", "brennan_prediger")],
    )
    def test_share_agreed_and_pabak(self, name, coefficient, key):
        found = row(agreement_from_table(TABLES[name]["table"]), coefficient)
        assert_allclose(found[["estimate", "se"]].tolist(), TABLES[name][key], rtol=RTOL)

    @pytest.mark.parametrize("name", [name for name in TABLES if "epiR" in TABLES[name]])
    def test_indices(self, name):
        golden, by_epi_r = TABLES[name]["indices"], TABLES[name]["epiR"]
        found = agreement_from_table(TABLES[name]["table"])
        for coefficient in ("positive_agreement", "negative_agreement"):
            assert_allclose(row(found, coefficient)["estimate"], golden[coefficient], rtol=RTOL)
        assert_allclose(found.prevalence_index, golden["prevalence_index_signed"], rtol=RTOL)
        assert_allclose(found.bias_index, golden["bias_index_signed"], rtol=RTOL, atol=1e-15)
        assert_allclose(found.prevalence_index, by_epi_r["pindex"], rtol=RTOL)
        assert_allclose(found.bias_index, by_epi_r["bindex"], rtol=RTOL, atol=1e-15)
        assert_allclose(row(found, "pabak")["estimate"], by_epi_r["pabak"], rtol=RTOL)

    def test_specific_agreement_of_three_categories(self):
        golden = TABLES["cohen1960"]
        names = ["include", "maybe", "exclude"]
        found = rater_agreement(frame_of(golden["table"], names))
        estimates = [
            row(found, f"{side}_agreement")["estimate"] for side in ("positive", "negative")
        ]
        expected = golden["indices"]["specific_agreement_per_category"]
        assert_allclose(estimates, [expected[0], expected[2]], rtol=RTOL)

    @pytest.mark.parametrize("name", GOLDENS["ratings"])
    def test_from_ratings(self, name):
        golden = GOLDENS["ratings"][name]
        found = rater_agreement(pd.DataFrame(golden["ratings"], columns=["A", "B"]))
        share = row(found, "percent_agreement")["estimate"]
        assert_allclose(share, golden["percent_agreement"], rtol=RTOL)
        if "cohen_kappa_irr" in golden:
            kappa = float(golden["cohen_kappa_irr"])
            assert_allclose(row(found, "cohen_kappa")["estimate"], kappa, rtol=RTOL)

    @pytest.mark.parametrize(("agreed", "n", "level", "low", "high"), GOLDENS["wilson"])
    def test_interval_of_the_share_agreed(self, agreed, n, level, low, high):
        found = agreement_from_table([[agreed, n - agreed], [0, 0]], level=level).to_frame()
        share, pabak = found.loc["percent_agreement"], found.loc["pabak"]
        assert_allclose(share[["ci_low", "ci_high"]].tolist(), [low, high], rtol=RTOL, atol=1e-12)
        expected = [2 * low - 1, 2 * high - 1]
        assert_allclose(pabak[["ci_low", "ci_high"]].tolist(), expected, rtol=1e-7, atol=1e-12)


class TestRealDecisions:
    def test_counts_of_a_double_screened_review(self):
        found = agreement_from_table(REAL)
        kappa = row(found, "cohen_kappa")
        assert kappa["estimate"] == pytest.approx(0.680, abs=5e-4)
        assert kappa["label"] == "substantial"
        assert kappa["note"] == "interval spans moderate to almost perfect"
        assert row(found, "percent_agreement")["estimate"] == 92 / 97

    @pytest.mark.skipif(not RAYYAN.exists(), reason="real decisions are not beside this checkout")
    def test_items_of_one_rater_are_left_out_and_counted(self):
        frame = pd.read_csv(RAYYAN, index_col="article_id")
        found = rater_agreement(frame[["R1", "R2"]])
        assert (found.n_items, found.n_single, found.n_undecided) == (97, 196, 0)
        assert found.table.to_numpy().tolist() == REAL
        assert found.rows == agreement_from_table(REAL).rows
        assert "Left out: 196 decided by one rater only." in str(found)


class TestLaws:
    @calm
    @given(table=tables(), weights=st.sampled_from([None, "linear", "quadratic"]))
    def test_kappa_follows_its_definition(self, table, weights):
        used = np.flatnonzero(table.sum(axis=0) + table.sum(axis=1))
        assume(used.size > 1)
        found = agreement_from_table(table, weights=weights)
        kappa = row(found, "weighted_kappa" if weights else "cohen_kappa")
        estimate, se = fleiss_cohen_everitt(table, weights)
        assert_allclose(kappa["estimate"], estimate, rtol=1e-9, atol=1e-12)
        assert_allclose(kappa["se"], se, rtol=1e-9, atol=1e-12)

    @calm
    @given(table=tables())
    def test_estimates_and_limits_stay_in_their_range(self, table):
        frame = agreement_from_table(table).to_frame()
        values = frame[["estimate", "ci_low", "ci_high"]].to_numpy()
        assert np.nanmax(values) <= 1 + 1e-12
        assert np.nanmin(values) >= -1 - 1e-12
        known = frame[frame["se"].notna()]
        assert (known["ci_low"] <= known["estimate"] + 1e-12).all()
        assert (known["estimate"] <= known["ci_high"] + 1e-12).all()
        assert (frame.loc[frame["estimate"].isna(), "note"] != "").all()

    @calm
    @given(table=tables())
    def test_exchanging_the_raters_turns_the_bias_only(self, table):
        one, other = (agreement_from_table(t).to_frame() for t in (table, table.T))
        if "bias_index" in one.index:
            assert one.loc["bias_index", "estimate"] == -other.loc["bias_index", "estimate"]
        columns, same = ["estimate", "se"], one.index != "bias_index"
        assert_allclose(one.loc[same, columns], other.loc[same, columns], rtol=1e-9, atol=1e-9)

    @calm
    @given(table=tables(), data=st.data())
    def test_renaming_categories_changes_no_kappa(self, table, data):
        order = data.draw(st.permutations(range(len(table))))
        renamed = agreement_from_table(table[np.ix_(order, order)]).to_frame()
        found = agreement_from_table(table).to_frame()
        some = ["percent_agreement", "cohen_kappa", "pabak"]
        columns = ["estimate", "se"]
        assert_allclose(found.loc[some, columns], renamed.loc[some, columns], rtol=1e-9, atol=1e-9)

    @calm
    @given(table=tables(), times=st.integers(2, 9))
    def test_more_of_the_same_items_narrows_the_error_only(self, table, times):
        one, many = (agreement_from_table(t).to_frame() for t in (table, table * times))
        # Alpha draws without return: the fewer the verdicts, the higher it is.
        one, many = (f.drop(index="krippendorff_alpha") for f in (one, many))
        assert_allclose(one["estimate"], many["estimate"], rtol=1e-9, atol=1e-12)
        assert_allclose(one["se"], many["se"] * times**0.5, rtol=1e-9, atol=1e-9)

    @calm
    @given(table=tables(least=1))
    def test_standard_errors_follow_from_slopes(self, table):
        # The slope of a coefficient by the share of a cell, found by moving a few items.
        n = table.sum()
        found = agreement_from_table(table).to_frame()
        big = table * (10**6 // n)
        slopes = np.zeros((*table.shape, len(found)))
        for cell in np.ndindex(*table.shape):
            more, less = big.copy(), big.copy()
            more[cell] += 10
            less[cell] -= 10
            ends = [agreement_from_table(t).to_frame()["estimate"].to_numpy() for t in (more, less)]
            slopes[cell] = (ends[0] - ends[1]) / 20 * big.sum()
        shares = (table / n)[..., None]
        mean = (shares * slopes).sum(axis=(0, 1))
        se = np.sqrt((shares * (slopes - mean) ** 2).sum(axis=(0, 1)) / n)
        # The standard error of alpha leaves out its correction, which is gone in many items.
        assert_allclose(found["se"], se, rtol=1e-4, atol=1e-6)

    @calm
    @given(table=tables(k=3), data=st.data())
    def test_long_and_wide_frames_say_the_same(self, table, data):
        wide = frame_of(table, ["include", "maybe", "exclude"])
        long = decisions_of(wide)
        shuffled = long.iloc[data.draw(st.permutations(range(len(long))))]
        found, other = rater_agreement(wide), rater_agreement(shuffled)
        expected, got = found.table, other.table
        if other.raters != found.raters:
            got = got.T
        assert got.to_numpy().tolist() == expected.to_numpy().tolist()
        assert other.stage == "title_abstract"

    def test_every_coefficient_is_reached_and_has_the_agreed_columns(self):
        frame = agreement_from_table([[20, 5], [10, 15]], weights="linear").to_frame()
        assert frame.index.tolist() == list(COEFFICIENTS)
        assert frame.index.name == "coefficient"
        assert frame.columns.tolist() == [
            "estimate",
            "se",
            "ci_low",
            "ci_high",
            "label",
            "k",
            "n",
            "note",
        ]
        assert (frame["k"] == 2).all()
        assert (frame["n"] == 50).all()


class TestLimits:
    def test_one_category_only_is_undefined_and_says_why(self):
        found = agreement_from_table([[0, 0], [0, 8]])
        kappa = row(found, "cohen_kappa")
        assert math.isnan(kappa["estimate"])
        assert kappa["label"] == ""
        assert kappa["note"].startswith("both raters used one category only (exclude)")
        assert row(found, "positive_agreement")["note"] == "no rater chose include: 0/0"
        assert row(found, "percent_agreement")["estimate"] == 1
        assert "Cohen's kappa undefined" in str(found)

    def test_one_item(self):
        agreed = rater_agreement({"A": ["include"], "B": ["include"]})
        split = rater_agreement({"A": ["include"], "B": ["exclude"]})
        assert math.isnan(row(agreed, "cohen_kappa")["estimate"])
        assert row(split, "cohen_kappa")["estimate"] == 0
        assert row(split, "percent_agreement")[["ci_low", "ci_high"]].tolist() == pytest.approx(
            [0, 0.793], abs=1e-3
        )

    def test_perfect_agreement_has_no_width_and_says_so(self):
        found = agreement_from_table([[7, 0], [0, 13]])
        kappa = row(found, "cohen_kappa")
        assert kappa[["estimate", "se", "ci_low", "ci_high"]].tolist() == [1, 0, 1, 1]
        assert "no sampling variation" in kappa["note"]
        assert row(found, "percent_agreement")["ci_low"] < 0.9

    def test_a_limit_beyond_1_is_cut_and_said_to_be(self):
        kappa = row(agreement_from_table([[11, 0], [2, 8]]), "cohen_kappa")
        assert kappa["ci_high"] == 1
        assert kappa["note"].startswith("upper limit 1.06 cut at 1")

    def test_one_unnamed_category(self):
        found = rater_agreement({"A": ["x", "x"], "B": ["x", "x"]})
        assert math.isnan(row(found, "pabak")["estimate"])
        assert row(found, "percent_agreement")["estimate"] == 1

    def test_level_moves_the_limits(self):
        narrow, wide = (
            row(agreement_from_table(REAL, level=x), "cohen_kappa") for x in (0.8, 0.99)
        )
        assert wide["ci_low"] < narrow["ci_low"] < narrow["ci_high"] < wide["ci_high"]

    def test_a_kappa_on_a_cut_point_is_not_a_hair_below(self):
        # Exactly 4/5, where (11/12 - 7/12)/(1 - 7/12) in floating point is .7999999999999999.
        found = agreement_from_table([[3, 0], [1, 8]], scale="krippendorff")
        assert row(found, "cohen_kappa")["label"] == "rely"


class TestOptions:
    def test_maybe(self):
        table = [[5, 1, 0], [2, 3, 1], [0, 2, 9]]
        wide = frame_of(table, ["include", "maybe", "exclude"])
        separate, merged, dropped = (
            rater_agreement(wide, maybe=m) for m in ("separate", "include", "exclude")
        )
        assert separate.table.to_numpy().tolist() == table
        assert merged.table.to_numpy().tolist() == [[11, 1], [2, 9]]
        assert dropped.table.to_numpy().tolist() == [[5, 1], [2, 15]]
        assert "Maybe counts as include." in str(merged)
        assert math.isnan(separate.bias_index)

    def test_order_of_decisions_is_known(self):
        # Sorted as text, exclude < include < maybe would put a doubt beside an inclusion only.
        table = [[5, 1, 0], [2, 3, 1], [0, 2, 9]]
        wide = frame_of(table, ["include", "maybe", "exclude"])
        found = row(rater_agreement(wide, weights="linear"), "weighted_kappa")
        assert found["estimate"] == pytest.approx(fleiss_cohen_everitt(table, "linear")[0])
        assert found["note"].startswith("linear, include < maybe < exclude")

    def test_declared_order_counts_categories_that_nobody_chose(self):
        golden = TABLES["syn_4x4_emptycat"]
        wide = frame_of(golden["table"], [1, 2, 3, 4]).apply(
            lambda c: pd.Categorical(c, categories=[1, 2, 3, 4], ordered=True)
        )
        found = rater_agreement(wide, weights="quadratic")
        expected = golden["kappa"]["quadratic"]["kappa"]
        assert_allclose(row(found, "weighted_kappa")["estimate"], expected, rtol=RTOL)

    def test_scale_by_name_or_of_ones_own(self):
        own = Scale("own", "here", (Band("no", -1.0), Band("yes", 0.5)))
        assert row(agreement_from_table(REAL, scale="altman"), "cohen_kappa")["label"] == "good"
        found = agreement_from_table(REAL, scale=own)
        assert row(found, "cohen_kappa")["label"] == "yes"
        assert found.scale == "own"
        assert next(iter(SCALES)) == agreement_from_table(REAL).scale

    def test_a_labelled_table_names_raters_and_decisions(self):
        names = pd.Index(["Excluded", "Included"])
        frame = pd.DataFrame(
            [[86, 0], [5, 6]], index=names.rename("R1"), columns=names.rename("R2")
        )
        found = agreement_from_table(frame)
        assert found.raters == ("R1", "R2")
        assert found.table.index.tolist() == ["exclude", "include"]
        assert row(found, "positive_agreement")["estimate"] == 12 / 17
        assert found.bias_index == 5 / 97

    def test_an_unlabelled_frame_is_include_and_exclude(self):
        assert agreement_from_table(pd.DataFrame(REAL)).rows == agreement_from_table(REAL).rows

    def test_is_hashable_and_equal_by_value(self):
        assert agreement_from_table(REAL) == agreement_from_table(np.array(REAL))
        assert len({agreement_from_table(REAL), agreement_from_table(REAL)}) == 1

    def test_reads_well_in_a_notebook(self):
        html = agreement_from_table(REAL)._repr_html_()
        assert "<table" in html
        assert "Agreement 94.8 % of 97 items" in html


class TestMisuse:
    @pytest.mark.parametrize(
        ("table", "message"),
        [
            ([[1, 2, 3], [4, 5, 6]], r"2 or more categories.*Got shape \(2, 3\)"),
            ([[5]], r"Got shape \(1, 1\)"),
            ([[1.5, 2], [3, -4]], r"Got 1\.5 in row 1, column 1; -4 in row 2, column 2"),
            ([[1, np.nan], [3, 4]], "Got nan in row 1, column 2"),
            ([[0, 0], [0, 0]], "Got 0 items"),
            ([["a", 1], [2, 3]], "values that are no numbers"),
        ],
    )
    def test_tables_that_are_none(self, table, message):
        with pytest.raises(InputError, match=message):
            agreement_from_table(table)

    def test_rows_and_columns_that_differ(self):
        frame = pd.DataFrame([[1, 2], [3, 4]], index=["yes", "no"], columns=["no", "yes"])
        with pytest.raises(InputError, match=r"same order.*\['yes', 'no'\] and \['no', 'yes'\]"):
            agreement_from_table(frame)

    @pytest.mark.parametrize(
        ("option", "message"),
        [
            ({"weights": "cubic"}, "one of 'linear', 'quadratic'"),
            ({"level": 95}, "between 0 and 1"),
            ({"scale": "cohen"}, "'landis-koch', 'fleiss'"),
        ],
    )
    def test_unknown_options(self, option, message):
        for call in (agreement_from_table, lambda t, **o: rater_agreement(frame_of(t, "xy"), **o)):
            with pytest.raises(InputError, match=message):
                call(REAL, **option)
