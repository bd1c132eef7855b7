"""Agreement of any number of raters: against R, by its laws, and when misused."""

import math
from itertools import permutations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from agreement_cases import calm, decisions_of, read_golden
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from reviewkit._core.errors import InputError
from reviewkit.agreement.raters import agreement_from_table, rater_agreement

SETS = read_golden("chance")["sets"]
REFERENCE = Path(__file__).parents[3] / "shared/reference/agreement.json"

#: Closed forms; R printed 15 digits, which is some 1e-9 of a standard error near 0.
RTOL = 1e-8
NAMES = {
    "gwet_ac": ("gwet_ac1", "gwet_ac2"),
    "brennan_prediger": ("pabak", "weighted_pabak"),
    "percent_agreement": ("percent_agreement", "weighted_percent_agreement"),
    "fleiss_kappa_gen": ("fleiss_kappa", "weighted_fleiss_kappa"),
    "conger_kappa_gen": ("conger_kappa", "weighted_conger_kappa"),
    "krippendorff_alpha_irrCAC": ("krippendorff_alpha", "weighted_krippendorff_alpha"),
    "scott_pi": ("scott_pi", "weighted_scott_pi"),
    "cohen_kappa_irrCAC": ("cohen_kappa", "weighted_kappa"),
    "light_kappa": ("light_kappa", ""),
    "fleiss_kappa": ("fleiss_kappa", ""),
    "conger_kappa": ("conger_kappa", ""),
}


def frame_of_ratings(golden):
    """Return ratings with their declared order."""
    levels = golden["levels"] if isinstance(golden["levels"], list) else [golden["levels"]]
    frame = pd.DataFrame(golden["ratings"]).rename(columns="R{}".format)
    kind = pd.CategoricalDtype(levels, ordered=True)
    return frame.astype(object).where(frame.notna(), None).apply(lambda c: c.astype(kind))


def alpha_by_pairs(ratings, metric):
    """Write alpha as the mean over pairs of single verdicts, one by one."""
    items = [[v for v in row if v is not None] for row in ratings]
    items = [row for row in items if len(row) > 1]
    pool = sorted(v for row in items for v in row)
    levels = sorted(set(pool))
    rank = {c: pool.index(c) + pool.count(c) / 2 for c in levels}
    apart = {
        "nominal": lambda a, b: float(a != b),
        "ordinal": lambda a, b: (rank[a] - rank[b]) ** 2,
        "interval": lambda a, b: (a - b) ** 2,
        "ratio": lambda a, b: ((a - b) / (a + b)) ** 2 if a + b else 0.0,
    }[metric]
    within = sum(
        sum(apart(a, b) for a, b in permutations(row, 2)) / (len(row) - 1) for row in items
    )
    expected = sum(apart(a, b) for a, b in permutations(pool, 2)) / (len(pool) - 1)
    return 1 - within / expected if expected else math.nan


@st.composite
def panels(draw, k=3, missing=True):
    """Draw ratings by three or four raters, some of them missing."""
    r = draw(st.integers(3, 4))
    cell = st.sampled_from([*range(1, k + 1), *([None] if missing else [])])
    rows = st.lists(cell, min_size=r, max_size=r)
    found = draw(st.lists(rows, min_size=2, max_size=12))
    columns = list(zip(*found, strict=True))
    assume(all(any(v is not None for v in column) for column in columns))
    assume(any(sum(v is not None for v in row) > 1 for row in found))
    return found


def wide(rows, k=3):
    kind = pd.CategoricalDtype(list(range(1, k + 1)), ordered=True)
    return pd.DataFrame(rows, dtype=object).rename(columns="R{}".format).astype(kind)


class TestAgainstR:
    @pytest.mark.parametrize("name", SETS)
    @pytest.mark.parametrize("weights", [None, "quadratic"])
    def test_every_coefficient(self, name, weights):
        found = rater_agreement(frame_of_ratings(SETS[name]), weights=weights).to_frame()
        wanted = [c for c in SETS[name]["cases"] if c[1] in (weights, weights or "unweighted")]
        assert len(wanted) >= 6
        for kind, _, value, se in wanted:
            row = found.loc[NAMES[kind][weights is not None]]
            assert_allclose(row["estimate"], value, rtol=RTOL)
            if isinstance(se, float):
                assert_allclose(row["se"], se, rtol=RTOL)

    @pytest.mark.parametrize(
        ("metric", "value"),
        [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)],
    )
    def test_alpha_as_krippendorff_prints_it(self, metric, value):
        ratings = frame_of_ratings(SETS["cac.raw4raters"])
        found = rater_agreement(ratings, metric=metric).to_frame()
        assert round(found.loc["krippendorff_alpha", "estimate"], 3) == value


def check_case(case, inputs):
    """Hold one case of R against the library; say whether it applies."""
    if case["kind"] not in {*NAMES, "krippendorff_alpha"} or case["error"]:
        return False
    given_, result = inputs[case["dataset"]], case["result"]
    weights = case.get("weights") or "unweighted"
    own = result.get("weights_matrix")
    option = {} if weights == "unweighted" else {"weights": weights if own is None else own}
    if case.get("level"):
        option["metric"] = case["level"]
    if "table" in given_:
        found = agreement_from_table(given_["table"], **option)
    else:
        found = rater_agreement(frame_of_ratings(given_), **option)
    key = case["kind"].replace("krippendorff_alpha_irrCAC", "krippendorff_alpha")
    names = NAMES.get(case["kind"], NAMES["krippendorff_alpha_irrCAC"])
    frame, name = found.to_frame(), names["weights" in option]
    if (found.n_raters == 2 and "conger" in name) or name == "weighted_fleiss_kappa":
        name = {"weighted_conger_kappa": "weighted_kappa"}.get(name, name)
        name = "weighted_scott_pi" if name not in frame.index else name
    if name not in frame.index:
        return False  # Light's kappa of two raters is Cohen's
    value = result.get("coeff", result.get("alpha", result.get("kappa")))
    row = frame.loc[name]
    if not isinstance(value, int | float) or math.isnan(value) or found.categories == (1,):
        assert math.isnan(row["estimate"]) or name == "percent_agreement"
        return True
    if found.n_raters == 2 and found.n_single and "alpha" not in name:
        return False  # R lets items of one rater count; here they are left out
    if key == "krippendorff_alpha" and case.get("level") and found.n_raters > 2:
        pairable = [sum(v is not None for v in r) for r in given_["ratings"]]
        if result["nmatchval"] != sum(n for n in pairable if n > 1):  # R forgot to divide by r - 1
            value = alpha_by_pairs(given_["ratings"], case["level"])
    assert_allclose(row["estimate"], value, rtol=RTOL, atol=1e-12)
    se = result.get("se")
    if isinstance(se, float) and not math.isnan(se):
        n = found.n_items
        by_table = "table" in given_ or found.n_raters > 2
        assert_allclose(row["se"] * (1 if by_table else (n / (n - 1)) ** 0.5), se, rtol=RTOL,
                        atol=1e-10)  # fmt: skip
    return True


class TestLaws:
    @calm
    @given(rows=panels(), metric=st.sampled_from(["nominal", "ordinal", "interval", "ratio"]))
    def test_alpha_follows_its_definition(self, rows, metric):
        found = rater_agreement(wide(rows), metric=metric).to_frame()
        expected = alpha_by_pairs(rows, metric)
        assert_allclose(found.loc["krippendorff_alpha", "estimate"], expected, atol=1e-9)

    @calm
    @given(rows=panels(), data=st.data())
    def test_the_order_of_raters_and_items_does_not_matter(self, rows, data):
        table = wide(rows)
        turned = table[data.draw(st.permutations(list(table.columns)))]
        turned = turned.iloc[data.draw(st.permutations(range(len(table))))]
        one, other = (
            rater_agreement(t, weights="linear", metric="ordinal").to_frame()
            for t in (table, turned)
        )
        columns = ["estimate", "se", "ci_low", "ci_high"]
        assert_allclose(one[columns], other[columns], rtol=1e-7, atol=1e-7)

    @calm
    @given(rows=panels())
    def test_renaming_categories_changes_nothing_nominal(self, rows):
        table = wide(rows)
        renamed = table.astype(object).replace({1: "c", 2: "a", 3: "b"})
        renamed = renamed.astype(pd.CategoricalDtype(["a", "b", "c"]))
        one, other = (rater_agreement(t).to_frame() for t in (table, renamed))
        assert_allclose(one["estimate"], other["estimate"], rtol=1e-9, atol=1e-9)

    @calm
    @given(rows=panels(missing=False))
    def test_copies_of_all_items_leave_the_estimate(self, rows):
        one, many = (rater_agreement(wide(r)).to_frame() for r in (rows, rows * 3))
        kept = [name for name in one.index if name != "krippendorff_alpha"]
        assert_allclose(one.loc[kept, "estimate"], many.loc[kept, "estimate"], atol=1e-9)

    def test_perfect_agreement_is_1(self):
        frame = rater_agreement(wide([[1] * 4, [2] * 4, [3] * 4]), weights="linear").to_frame()
        assert_allclose(frame["estimate"], 1)
        assert_allclose(frame["se"], 0, atol=1e-12)

    @calm
    @given(rows=panels(missing=False))
    def test_decisions_say_the_same_as_a_wide_frame(self, rows):
        words = {1: "include", 2: "maybe", 3: "exclude"}
        table = pd.DataFrame([[words[v] for v in row] for row in rows]).rename(columns="R{}".format)
        one, other = rater_agreement(table), rater_agreement(decisions_of(table))
        assert one.rows == other.rows
        assert one.n_raters == len(table.columns)

    @calm
    @given(rows=panels(missing=False))
    def test_logit_intervals_stay_inside_the_range(self, rows):
        frame = rater_agreement(wide(rows), interval="logit").to_frame()
        known = frame[frame["estimate"].abs() < 1]
        known = known[known["se"] > 1e-9]
        assert (known["ci_low"] <= known["estimate"] + 1e-12).all()
        assert (known["estimate"] <= known["ci_high"] + 1e-12).all()
        assert (known["ci_low"] >= -1).all()
        assert (known["ci_high"] <= 1).all()


class TestIntervals:
    TABLE = ((40, 9), (6, 45))

    def test_bootstrap_is_repeatable_and_near_the_large_sample(self):
        large = agreement_from_table(self.TABLE).to_frame()
        one, same = (
            agreement_from_table(self.TABLE, interval="bootstrap", rng=7).to_frame()
            for _ in range(2)
        )
        pd.testing.assert_frame_equal(one, same)
        assert_allclose(one["se"], large["se"])
        # A limit over 2,000 draws is off by some 0.07 of a standard error of 0.07.
        assert_allclose(one[["ci_low", "ci_high"]], large[["ci_low", "ci_high"]], atol=0.03)

    def test_bootstrap_takes_a_generator_and_leaves_the_global_one(self):
        before = np.random.get_state()[1].copy()  # noqa: NPY002
        rng = np.random.default_rng(3)
        first, second = (
            agreement_from_table(self.TABLE, interval="bootstrap", rng=rng).rows for _ in range(2)
        )
        assert first != second
        assert (np.random.get_state()[1] == before).all()  # noqa: NPY002

    def test_bootstrap_of_many_raters(self):
        ratings = frame_of_ratings(SETS["fleiss1971_diagnoses"])
        large, drawn = (
            rater_agreement(ratings, interval=i, rng=1).to_frame()
            for i in ("large-sample", "bootstrap")
        )
        assert_allclose(drawn["estimate"], large["estimate"])
        columns = ["ci_low", "ci_high"]
        assert_allclose(drawn[columns], large[columns], atol=0.06)

    def test_draws_of_nothing_are_counted(self):
        found = agreement_from_table([[1, 1], [0, 9]], interval="bootstrap", rng=1).to_frame()
        assert "0/0 in" in found.loc["cohen_kappa", "note"]

    def test_no_logit_at_the_end(self):
        found = agreement_from_table([[5, 0], [0, 5]], interval="logit").to_frame()
        assert "no logit" in found.loc["cohen_kappa", "note"]


class TestOptions:
    def test_own_weights_as_cohen_printed_them(self):
        table = [[88, 14, 18], [10, 40, 10], [2, 6, 12]]
        found = agreement_from_table(table, weights=[[0, 1, 3], [1, 0, 6], [3, 6, 0]]).to_frame()
        assert_allclose(found.loc["weighted_kappa", "estimate"], 0.347826086956522, rtol=1e-12)
        assert_allclose(found.loc["weighted_kappa", "se"], 0.0755040152548229, rtol=1e-9)

    def test_weights_of_agreement_are_penalties_turned(self):
        table = [[8, 1, 2], [1, 4, 1], [2, 6, 12]]
        linear = agreement_from_table(table, weights="linear").to_frame()
        weights = [[1, 0.5, 0], [0.5, 1, 0.5], [0, 0.5, 1]]
        own = agreement_from_table(table, weights=weights).to_frame()
        assert_allclose(own["estimate"], linear["estimate"])

    def test_maximum_kappa(self):
        found = agreement_from_table([[13, 0, 0], [0, 20, 7], [0, 4, 56]])
        assert_allclose(found.maximum_kappa, 0.94447529150472, rtol=1e-12)
        assert math.isnan(agreement_from_table([[3, 0], [0, 0]]).maximum_kappa)

    def test_paradox_is_told_where_it_is(self):
        low = agreement_from_table([[1, 3], [2, 94]])
        assert low.paradox.startswith("Kappa is low in spite of agreement")
        assert low.paradox in str(low)
        assert agreement_from_table([[50, 3], [2, 45]]).paradox == ""
        assert agreement_from_table([[20, 30], [30, 20]]).paradox == ""

    def test_counts_items_of_one_and_of_none(self):
        found = rater_agreement(wide([[1, 1, 2], [1, None, None], [None, None, None], [2, 2, 2]]))
        assert (found.n_items, found.n_single, found.n_undecided) == (2, 1, 1)
        assert "Krippendorff's alpha" in str(found)

    def test_thirty_raters(self):
        rng = np.random.default_rng(0)
        rows = rng.choice(["include", "exclude"], (20, 30))
        found = rater_agreement(pd.DataFrame(rows).rename(columns="R{}".format))
        assert found.n_raters == 30
        assert abs(found.to_frame().loc["fleiss_kappa", "estimate"]) < 0.1

    def test_one_category_is_0_over_0(self):
        frame = rater_agreement({"A": ["x"] * 3, "B": ["x"] * 3, "C": ["x"] * 3}).to_frame()
        assert frame.loc["percent_agreement", "estimate"] == 1
        assert frame["estimate"].drop("percent_agreement").isna().all()
        assert frame["note"].drop("percent_agreement").str.contains("0/0").all()


class TestMisuse:
    @pytest.mark.parametrize(
        ("option", "message"),
        [
            ({"interval": "exact"}, "one of 'large-sample', 'logit', 'bootstrap'"),
            ({"interval": "bootstrap", "draws": 3}, "`draws` must be 100 or more. Got 3"),
            ({"metric": "cosine"}, "`metric` must be one of 'nominal'"),
            ({"metric": "interval"}, "must be used on numbers"),
            ({"metric": "ordinal"}, "order is declared"),
            ({"weights": "linear"}, "order is declared"),
            ({"weights": [[0, 1], [2, 0]]}, "symmetric matrix"),
            ({"weights": [[2, 1], [1, 2]]}, r"\[2.0, 2.0\] on the diagonal"),
        ],
    )
    @pytest.mark.parametrize("raters", ["AB", "ABC"])
    def test_options(self, option, message, raters):
        ratings = {name: ["north", "south", "west"] for name in raters}
        with pytest.raises(InputError, match=message):
            rater_agreement(ratings, **option)

    def test_weights_of_another_size(self):
        with pytest.raises(InputError, match="Got 2 for 3 categories"):
            agreement_from_table(np.eye(3, dtype=int), weights=[[0, 1], [1, 0]])

    def test_a_rater_without_verdicts(self):
        with pytest.raises(InputError, match="Got none of 'C'"):
            rater_agreement({"A": ["x", "y"], "B": ["x", "y"], "C": [None, None]})

    def test_two_verdicts_of_one_rater(self):
        table = pd.DataFrame({"A": ["include"], "B": ["include"], "C": ["exclude"]})
        long = decisions_of(table)
        with pytest.raises(InputError, match=r"one row of A\. Got several for 0"):
            rater_agreement(pd.concat([long, long.iloc[[0]]]))

    def test_no_common_item(self):
        with pytest.raises(InputError, match="must have verdicts of two raters"):
            rater_agreement(
                {"A": ["x", None, None], "B": [None, "x", None], "C": [None, None, "y"]}
            )

    def test_no_cross_table_of_three(self):
        found = rater_agreement({"A": ["x", "y"], "B": ["x", "y"], "C": ["y", "y"]})
        with pytest.raises(InputError, match="compare_raters"):
            _ = found.table
