"""Two appraisers: agreement by hand, disagreements, the sheet and back, and misuse."""

import pandas as pd
import pytest
from appraisal_cases import JBI, appraisals, make_wide
from hypothesis import given, settings

from reviewkit._core.errors import InputError
from reviewkit.appraisal.appraising import appraise, build_appraisal
from reviewkit.appraisal.comparing import compare_appraisals
from reviewkit.sources.spreadsheet import read_table

OTHER = {study: [*row] for study, row in JBI.items()}
OTHER["Ada 2019"][0] = "no"
OTHER["Di 2023"][8] = "yes"


@pytest.fixture
def found():
    first = make_wide(JBI, appraiser="Ada", overall=["low", "low", "high", "low"])
    second = make_wide(OTHER, appraiser="Bo", overall=["low", "low", "high", "high"])
    return compare_appraisals(first, second, instrument="jbi-prevalence")


class TestByHand:
    def test_items(self, found):
        frame = found.to_frame().set_index("item")
        assert frame.index.tolist() == [*map(str, range(1, 10)), "all items", "overall"]
        # Item 1: yes, yes, no, yes against no, yes, no, yes.
        assert frame.loc["1", ["n", "same", "agreement"]].tolist() == [4, 3, 0.75]
        # Expected by chance: 3/4 × 2/4 + 1/4 × 2/4 = 1/2, so (3/4 - 1/2) / (1 - 1/2).
        assert frame.loc["1", "kappa"] == pytest.approx(0.5)
        # AC1 with 4 answers: shares 5/8 and 3/8, chance (5/8·3/8 + 3/8·5/8) / 3.
        chance = 2 * 5 / 8 * 3 / 8 / 3
        assert frame.loc["1", "ac1"] == pytest.approx((0.75 - chance) / (1 - chance))
        assert frame.loc["1", "agreement_low"] < 0.75 < frame.loc["1", "agreement_high"]

    def test_all_items_and_overall(self, found):
        frame = found.to_frame().set_index("item")
        assert frame.loc["all items", ["n", "same"]].tolist() == [36, 34]
        # Overall: low low high low against low low high high.
        assert frame.loc["overall", ["n", "same"]].tolist() == [4, 3]
        assert frame.loc["overall", "kappa"] == pytest.approx(0.5)

    def test_one_category_has_no_kappa_and_says_so(self, found):
        row = found.to_frame().set_index("item").loc["8"]  # yes, by both, of all
        assert pd.isna(row["kappa"])
        assert row["agreement"] == 1
        assert row["note"].startswith("kappa: ")

    def test_disagreements(self, found):
        frame = found.disagreements
        assert frame[["study", "item", "first", "second"]].to_numpy().tolist() == [
            ["Ada 2019", "1", "yes", "no"], ["Di 2023", "9", "unclear", "yes"],
            ["Di 2023", "overall", "low", "high"],
        ]  # fmt: skip
        assert "34 of 36 items (94.4 %" in repr(found)
        assert "3 to settle." in repr(found)


class TestReconciling:
    @pytest.mark.parametrize("ending", ["csv", "xlsx"])
    def test_the_sheet_goes_out_and_comes_back(self, found, tmp_path, ending):
        path = found.save(tmp_path / f"sheet.{ending}")
        sheet = read_table(path).frame
        assert sheet.columns.tolist() == [
            "study", "item", "title", "answer of Ada", "answer of Bo", "note of Ada", "note of Bo",
            "final", "reason",
        ]  # fmt: skip
        sheet["final"], sheet["reason"] = ["No", "unclear", "high"], "page 3"
        done = appraise(found.consensus(sheet))
        assert done.answers[0][0] == "no"
        assert done.remarks[0][0] == "page 3"
        assert done.answers[3][8] == "unclear"
        assert done.overall.tolist() == ["low", "low", "high", "high"]
        assert done.answers[1] == tuple(JBI["Bo 2021"])

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"final": ["no", "", "high"]}, r"1 have not:\n  Di 2023, item 9: undecided"),
            ({"final": ["no", "maybe", "high"]}, r"'maybe' is no answer \(yes, no, unclear"),
            ({"study": ["X", "Di 2023", "Di 2023"], "final": "no"}, r"X, item 1: is no disagreement"),
            ({"item": ["1", "9", "9"], "final": "no"}, r"Di 2023, item 9: is there twice"),
        ],
    )  # fmt: skip
    def test_sheets_that_settle_nothing(self, found, change, message):
        with pytest.raises(InputError, match=message):
            found.consensus(found.disagreements.assign(final="").assign(**change))

    def test_another_ending(self, found, tmp_path):
        with pytest.raises(InputError, match=r"must end in \.csv or \.xlsx"):
            found.save(tmp_path / "sheet.docx")

    @settings(max_examples=10)
    @given(appraisals(names=("rob-2",)), appraisals(names=("rob-2",)))
    def test_taking_the_first_ones_answers_gives_the_first_appraisal(self, one, two):
        sides = []
        for instrument, rows in (one, two):
            pairs = [(s, i, a or None) for s, row in rows.items() for i, a in row.items()]
            frame = pd.DataFrame(pairs, columns=["study", "item", "judgement"]).assign(note=None)
            sides.append(build_appraisal(frame, instrument, "none", ""))
        found = compare_appraisals(*sides)
        lost = found.disagreements
        chosen = lost["first"].fillna(lost["second"])
        done = found.consensus(lost.assign(final=chosen))
        for row in done.itertuples():
            first, second = (side.items().set_index(["study", "item"])["judgement"][row.study, row.item] for side in sides)  # fmt: skip
            wanted = second if pd.isna(first) else first
            assert (pd.isna(wanted) and pd.isna(row.judgement)) or wanted == row.judgement


class TestWhatOneHas:
    def test_studies_of_one_only(self):
        first, second = make_wide(JBI), make_wide({k: OTHER[k] for k in [*OTHER][1:]})
        found = compare_appraisals(first, second, instrument="jbi-prevalence")
        assert found.only_first == ("Ada 2019",)
        assert "Ada 2019" not in set(found.disagreements["study"])
        assert found.to_frame().loc[0, "n"] == 3
        assert "One only appraised: Ada 2019." in repr(found)

    def test_a_blank_of_one_is_to_settle_and_not_counted(self):
        other = {**JBI, "Bo 2021": ["", *["yes"] * 8]}
        found = compare_appraisals(make_wide(), make_wide(other), instrument="jbi-prevalence")
        assert found.to_frame().loc[0, "n"] == 3
        assert found.disagreements["second"].isna().tolist() == [True]

    def test_one_table_of_two(self):
        both = pd.concat([make_wide(appraiser="Ada"), make_wide(OTHER, appraiser="Bo")])
        found = compare_appraisals(both, instrument="jbi-prevalence")
        assert found.appraisers == ("Ada", "Bo")
        assert len(found.disagreements) == 2

    def test_an_item_that_nobody_answered(self):
        rows = {"A": ["yes"] * 8 + [""]}
        found = compare_appraisals(make_wide(rows), make_wide(rows), instrument="jbi-prevalence")
        row = found.to_frame().iloc[8]
        assert row["n"] == 0
        assert row["note"] == "no study that both answered"


class TestMisuse:
    def test_one_appraiser(self):
        with pytest.raises(InputError, match="Two appraisers must be compared"):
            compare_appraisals(make_wide(), instrument="jbi-prevalence")

    def test_three_in_one_table(self):
        three = pd.concat([make_wide(appraiser=name) for name in "ABC"])
        with pytest.raises(InputError, match="Got 'A', 'B', 'C'"):
            compare_appraisals(three, instrument="jbi-prevalence")

    def test_no_study_in_common(self):
        other = make_wide({f"{name}x": row for name, row in JBI.items()})
        with pytest.raises(InputError, match="a study in common"):
            compare_appraisals(make_wide(), other, instrument="jbi-prevalence")

    def test_unlike_instruments(self):
        second = appraise(make_wide({"Ada 2019": ["low"] * 5}, "D"), instrument="rob-2")
        with pytest.raises(InputError, match="'jbi-prevalence' and 'rob-2'"):
            compare_appraisals(appraise(make_wide(), instrument="jbi-prevalence"), second)

    def test_a_level_in_percent(self):
        with pytest.raises(InputError, match="between 0 and 1"):
            compare_appraisals(make_wide(), make_wide(), instrument="jbi-prevalence", level=95)
