"""Reading the verdicts of two raters: what is taken, what is refused."""

import numpy as np
import pandas as pd
import pytest
from agreement_cases import calm, decisions_of, frame_of
from hypothesis import given
from hypothesis import strategies as st

from reviewkit._core.errors import InputError
from reviewkit.agreement.categories import encode
from reviewkit.agreement.raters import rater_agreement

TABLE = [[6, 5], [1, 86]]
WIDE = frame_of(TABLE, ["include", "exclude"])
LONG = decisions_of(WIDE)


class TestBlanks:
    @pytest.mark.parametrize("blank", [None, np.nan, pd.NA, pd.NaT, "", "  "])
    def test_are_no_verdict(self, blank):
        wide = WIDE.copy()
        wide.iloc[:3, 0] = blank
        wide.iloc[2:4, 1] = blank
        for frame in (wide, decisions_of(wide)):
            found = rater_agreement(frame)
            assert (found.n_items, found.n_single, found.n_undecided) == (94, 3, 1)
            assert found.table.to_numpy().tolist() == [[2, 5], [1, 86]]

    def test_two_blanks_are_no_agreement(self):
        found = rater_agreement({"A": ["", "include"], "B": ["", "exclude"]})
        assert found.to_frame().loc["percent_agreement", "estimate"] == 0

    def test_a_decision_without_its_twin_is_counted(self):
        # The other rater's row is missing altogether, on either side.
        found = rater_agreement(LONG.drop(index=[0, 1, 100, 195]))
        assert (found.n_items, found.n_single) == (94, 4)

    @pytest.mark.parametrize("dtype", ["string", "category", object])
    def test_in_every_kind_of_column(self, dtype):
        wide = WIDE.copy()
        wide.iloc[0, 0] = None
        found = rater_agreement(wide.astype(dtype))
        assert (found.n_items, found.n_single) == (97, 1)


class TestCategories:
    @pytest.mark.parametrize(
        ("values", "expected"),
        [
            (["Excluded", "Included"], ["include", "exclude"]),
            (["no", "yes"], ["yes", "no"]),
            ([0, 1], [1, 0]),
            ([0.0, 1.0], [1.0, 0.0]),
            ([False, True], [True, False]),
        ],
    )
    def test_the_positive_one_comes_first(self, values, expected):
        found = rater_agreement(frame_of([[3, 2], [0, 7]], values))
        assert found.table.index.tolist() == expected
        assert found.table.to_numpy().tolist() == [[7, 0], [2, 3]]
        assert found.bias_index == -2 / 12

    def test_unknown_words_have_no_positive_side(self):
        found = rater_agreement(frame_of([[3, 2], [0, 7]], ["north", "south"]))
        assert "cohen_kappa" in found.to_frame().index
        assert not {"positive_agreement", "negative_agreement", "bias_index"} & set(
            found.to_frame().index
        )

    def test_include_and_exclude_are_there_though_nobody_chose_them(self):
        found = rater_agreement({"A": ["exclude"] * 3, "B": ["exclude"] * 3})
        assert found.categories == ("include", "exclude")

    def test_a_category_of_an_item_left_out_still_counts(self):
        found = rater_agreement(
            {"A": ["include", "exclude", "maybe"], "B": ["include", "exclude", None]}
        )
        assert found.categories == ("include", "maybe", "exclude")
        assert found.to_frame().loc["pabak", "note"].startswith("Brennan and Prediger's, for 3")

    def test_text_and_numbers_together(self):
        found = rater_agreement({"A": [1, "x", 2], "B": [1, "x", "x"]})
        assert found.categories == (1, 2, "x")

    @calm
    @given(st.lists(st.sampled_from([*"abcdefghijklm", None, ""]), max_size=60))
    def test_encoding_many_values_loses_none(self, values):
        codes, distinct = encode(pd.Series(values, dtype=object))
        decoded = [distinct[code] if code >= 0 else None for code in codes]
        assert decoded == [value or None for value in values]
        assert len(set(distinct)) == len(distinct)


class TestStages:
    def test_one_is_taken_without_asking(self):
        assert rater_agreement(LONG).stage == "title_abstract"

    def test_several_are_chosen_from(self):
        both = pd.concat([LONG, decisions_of(WIDE[:10], "full_text")], ignore_index=True)
        with pytest.raises(InputError, match=r"'title_abstract', 'full_text'.*stage='title_abs"):
            rater_agreement(both)
        assert rater_agreement(both, stage="full_text").n_items == 10
        assert rater_agreement(both, stage="title_abstract").rows == rater_agreement(LONG).rows

    def test_rows_without_a_stage_are_not_taken_for_another(self):
        mixed = LONG.assign(stage=["full_text", *[None] * (len(LONG) - 1)])
        with pytest.raises(InputError, match="'full_text', 195 rows without a stage"):
            rater_agreement(mixed)

    def test_a_column_without_any_stage_is_none(self):
        assert rater_agreement(LONG.assign(stage="")).stage == ""

    def test_unknown(self):
        with pytest.raises(InputError, match=r"one of 'title_abstract'. Got 'title'"):
            rater_agreement(LONG, stage="title")
        with pytest.raises(InputError, match="must have a column 'stage'"):
            rater_agreement(WIDE, stage="title_abstract")


@pytest.mark.parametrize(
    ("spelled", "word"),
    [("Include", "include"), ("INCLUDED ", "include"), ("yes", "include"), (1, "include"),
     ("No", "exclude"), (False, "exclude"), ("excluded", "exclude"), ("unsure", "maybe")],
)  # fmt: skip
def test_decisions_in_other_words_and_cases(spelled, word):
    rows = [("1", "Ada", "include"), ("1", "Bo", "include"), ("2", "Ada", spelled),
            ("2", "Bo", word), ("3", "Ada", "exclude"), ("3", "Bo", " ")]  # fmt: skip
    found = rater_agreement(pd.DataFrame(rows, columns=["record", "rater", "verdict"]))
    assert found.table.loc[word, word] == 1 + (word == "include")
    assert (found.n_items, found.n_single) == (2, 1)


def test_zero_between_one_and_minus_one_is_not_guessed():
    rows = [("1", "Ada", 1), ("1", "Bo", 0), ("2", "Ada", -1), ("2", "Bo", -1)]
    with pytest.raises(InputError, match="Got -1"):
        rater_agreement(pd.DataFrame(rows, columns=["record", "rater", "verdict"]))


class TestMisuse:
    @pytest.mark.parametrize("frame", [WIDE[["Ada"]], LONG[LONG["rater"] == "Ada"], LONG[:0]])
    def test_fewer_than_two(self, frame):
        with pytest.raises(InputError, match=r"Got [01]: .* Add those of another rater"):
            rater_agreement(frame)

    def test_two_verdicts_of_one_rater_on_one_item(self):
        twice = pd.concat([LONG, LONG.iloc[[3, 7]]])
        with pytest.raises(InputError, match=r"one row of Ada. Got several for 3, 7"):
            rater_agreement(twice)
        twice = pd.concat([LONG, LONG.iloc[[100]]])
        with pytest.raises(InputError, match=r"one row of Bo. Got several for 2"):
            rater_agreement(twice)
        with pytest.raises(InputError, match=r"one row in the wide frame. Got several for 'r1'"):
            rater_agreement({"record": ["r1", "r1"], "A": ["x", "y"], "B": ["x", "y"]})

    def test_unknown_verdicts_are_all_named(self):
        with pytest.raises(InputError, match="Got 'inclde', 'dunno'"):
            rater_agreement({"A": ["include", "inclde"], "B": ["dunno", "exclude"]})
        with pytest.raises(InputError, match="Got 'perhaps so'"):
            rater_agreement(LONG.assign(verdict="perhaps so"))

    def test_nothing_decided_by_both(self):
        with pytest.raises(InputError, match="Got none: 2 items with one and 1 without"):
            rater_agreement({"A": ["x", None, None], "B": [None, "x", None]})

    def test_decisions_of_nobody_or_on_nothing(self):
        nameless = LONG.astype(object)
        nameless.loc[3, "record"] = None
        nameless.loc[5, "rater"] = ""
        with pytest.raises(InputError, match="Got none in row 3; row 5"):
            rater_agreement(nameless)

    def test_near_miss_of_a_column(self):
        with pytest.raises(InputError, match=r"'record' once.*near it: 'Records'"):
            rater_agreement(LONG.rename(columns={"record": "Records"}))

    def test_columns_twice(self):
        with pytest.raises(InputError, match="Got 'Ada' more than once"):
            rater_agreement(WIDE.set_axis(["Ada", "Ada"], axis=1))

    def test_weights_need_an_order(self):
        for values in ([3, 1], ["low", "high"]):
            with pytest.raises(InputError, match="ordered=True"):
                rater_agreement(frame_of([[3, 2], [0, 7]], values), weights="linear")

    def test_maybe_is_for_decisions(self):
        with pytest.raises(InputError, match="`maybe` must be left out"):
            rater_agreement(frame_of([[3, 2], [0, 7]], ["a", "b"]), maybe="include")
        with pytest.raises(InputError, match="one of 'separate', 'include', 'exclude'"):
            rater_agreement(WIDE, maybe="drop")

    def test_a_list_is_no_frame(self):
        with pytest.raises(InputError, match=r"Got list.*agreement_from_table"):
            rater_agreement([[1, 2], [3, 4]])

    def test_inputs_are_not_changed(self):
        before = LONG.copy(deep=True)
        rater_agreement(LONG, maybe="include")
        pd.testing.assert_frame_equal(LONG, before)


class TestConsensus:
    FINAL = LONG[LONG["rater"] == "Ada"].assign(rater="Consensus")

    def test_is_nobodys_vote(self):
        both = pd.concat([LONG, self.FINAL.assign(verdict="maybe")], ignore_index=True)
        found = rater_agreement(both)
        assert found.table.equals(rater_agreement(LONG).table)
        assert found.n_agreed == len(self.FINAL)
        assert f"Left out: {found.n_agreed} verdicts of the consensus." in str(found)

    def test_alone_it_is_no_agreement(self):
        with pytest.raises(
            InputError, match=r"Got 0: none\. The decisions hold agreed verdicts only"
        ):
            rater_agreement(self.FINAL)

    def test_beside_one_rater_it_is_a_comparison(self):
        both = pd.concat([LONG[LONG["rater"] == "Bo"], self.FINAL])
        with pytest.raises(InputError, match=r"Got 1: 'Bo'.* compare_with_consensus"):
            rater_agreement(both)


class TestEachColumnOnce:
    @pytest.mark.parametrize("dtype", [object, "str", "string", "category"])
    def test_the_order_of_rows_does_not_matter(self, dtype):
        first = rater_agreement(LONG)
        for frame in (LONG.sample(frac=1, random_state=1), LONG.sort_values("record")):
            found = rater_agreement(frame.astype({"rater": dtype, "verdict": dtype}))
            turned = found.table if found.raters[0] == first.raters[0] else found.table.T
            assert turned.to_numpy().tolist() == first.table.to_numpy().tolist()

    def test_halves_that_are_almost_alike(self):
        ids = [f"r{n}" for n in range(7)]
        other = [*ids[:4], "r5", "r4", "r6"]
        frame = pd.DataFrame(
            {"record": ids + other, "rater": ["A"] * 7 + ["B"] * 7,
             "verdict": ["include"] * 5 + ["exclude"] * 2 + ["include"] * 5 + ["exclude"] * 2}
        )  # fmt: skip
        assert rater_agreement(frame).table.to_numpy().tolist() == [[4, 1], [1, 1]]
