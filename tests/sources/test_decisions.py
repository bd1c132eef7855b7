"""Decisions of raters, from long and wide tables."""

import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from source_cases import shared, write

from reviewkit._core.errors import InputError, ParseError
from reviewkit.sources.decisions import read_decisions
from reviewkit.sources.spreadsheet import write_table

COLUMNS = ["record", "rater", "stage", "verdict", "reason", "decided_at"]


def rows(frame):
    return frame[["record", "rater", "verdict"]].to_numpy().tolist()


class TestLong:
    def test_all_columns(self, tmp_path):
        text = (
            "record,rater,stage,verdict,reason,decided_at\n"
            "7,Ada,TI/AB,Included,,2024-03-12\n"
            "7,Ada,full text,EXCLUDE,wrong population,2024-04-01\n"
        )
        frame = read_decisions(write(tmp_path, text))
        assert frame.columns.tolist() == COLUMNS
        assert frame["stage"].tolist() == ["title_abstract", "full_text"]
        assert frame["verdict"].tolist() == ["include", "exclude"]
        assert frame["reason"].isna().tolist() == [True, False]

    def test_undecided_has_no_row_and_is_counted(self, tmp_path):
        text = "record,rater,verdict\n1,Ada,yes\n2,Ada,\n3,Ada,Undecided\n1,Bo,-\n"
        frame = read_decisions(write(tmp_path, text))
        assert rows(frame) == [["1", "Ada", "include"]]
        log = [(e.row, e.column, e.what) for e in frame.attrs["log"] if "undecided" in e.what]
        assert log == [
            (3, "Ada", "undecided: 2 of 3 records"),
            (5, "Bo", "undecided: 1 of 1 records"),
        ]

    def test_translated_spellings_are_counted(self, tmp_path):
        text = "record,rater,verdict\n1,Ada,Yes\n2,Ada,Yes\n3,Ada,include\n4,Ada,?\n"
        frame = read_decisions(write(tmp_path, text))
        log = [(e.before, e.after, e.what) for e in frame.attrs["log"]]
        assert log == [("Yes", "include", "verdict: 2 cells"), ("?", "maybe", "verdict: 1 cell")]

    def test_stage_selects(self, tmp_path):
        text = "record,rater,stage,verdict\n1,Ada,tiab,yes\n1,Ada,fulltext,no\n2,Ada,tiab,no\n"
        frame = read_decisions(write(tmp_path, text), stage="title/abstract")
        assert rows(frame) == [["1", "Ada", "include"], ["2", "Ada", "exclude"]]
        assert "other stage: 1 decision left out" in [e.what for e in frame.attrs["log"]]

    def test_stage_fills(self, tmp_path):
        path = write(tmp_path, "record,rater,verdict\n1,Ada,yes\n")
        assert read_decisions(path, stage="full_text")["stage"].tolist() == ["full_text"]
        assert read_decisions(path)["stage"].isna().all()

    def test_a_header_alone_is_no_decision(self, tmp_path):
        frame = read_decisions(write(tmp_path, ",".join(COLUMNS) + "\n"))
        assert frame.columns.tolist() == COLUMNS
        assert frame.empty


class TestWide:
    def test_blanks_are_undecided(self, tmp_path):
        frame = read_decisions(write(tmp_path, "record,Ada,Bo\n7,Included,yes\n9,,Excluded\n"))
        assert rows(frame) == [
            ["7", "Ada", "include"],
            ["7", "Bo", "include"],
            ["9", "Bo", "exclude"],
        ]

    def test_a_reason_goes_to_those_who_excluded(self, tmp_path):
        text = "record,Ada,Bo,reason\n7,Included,Excluded,wrong population\n"
        frame = read_decisions(write(tmp_path, text))
        assert frame["reason"].fillna("").tolist() == ["", "wrong population"]

    def test_minus_one_makes_zero_a_maybe(self, tmp_path):
        frame = read_decisions(write(tmp_path, "record,Ada,Bo\n7,1,0\n9,-1,0\n"))
        assert frame["verdict"].tolist() == ["include", "exclude", "maybe", "maybe"]
        frame = read_decisions(write(tmp_path, "record,Ada,Bo\n7,1,0\n9,0,0\n"))
        assert frame["verdict"].tolist() == ["include", "exclude", "exclude", "exclude"]

    def test_two_real_raters(self):
        path = shared("formats", "rayyan", "two_rater_decisions_anon_293.csv")
        frame = read_decisions(path, stage="title_abstract")
        assert frame["record"].nunique() == 293
        assert frame["rater"].value_counts().to_dict() == {"R2": 293, "R1": 97}
        wide = frame.pivot_table("verdict", "record", "rater", aggfunc="first").dropna()
        assert pd.crosstab(wide["R1"], wide["R2"]).to_numpy().tolist() == [[86, 0], [5, 6]]
        assert "undecided: 196 of 293 records" in [e.what for e in frame.attrs["log"]]


class TestLaws:
    verdicts = st.sampled_from(["include", "exclude", "maybe", ""])

    @settings(deadline=None, max_examples=40)
    @given(st.lists(st.tuples(verdicts, verdicts), min_size=1))
    def test_long_and_wide_are_the_same(self, pairs):
        wide = pd.DataFrame(pairs, columns=["Ada", "Bo"])
        wide.insert(0, "record", [f"r{at}" for at in range(len(pairs))])
        long = wide.melt("record", var_name="rater", value_name="verdict")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "table.csv"
            write_table(wide, path)
            first = read_decisions(path)
            write_table(long, path)
            second = read_decisions(path)
        pd.testing.assert_frame_equal(first, second)
        assert len(first) == sum(verdict != "" for pair in pairs for verdict in pair)


class TestMisuse:
    def test_unknown_verdicts_are_all_listed(self, tmp_path):
        text = "record,Ada,Bo\n1,yes,perhaps so\n2,nope,no\n3,nope,no\n"
        with pytest.raises(InputError) as caught:
            read_decisions(write(tmp_path, text, "screening.csv"))
        assert str(caught.value) == (
            "'screening.csv' must hold the verdicts include, exclude or maybe. Not known: "
            "'nope' (line 3, column 'Ada' and 1 more); 'perhaps so' (line 2, column 'Bo'). "
            "Correct them, and delete columns that are no rater's."
        )

    def test_unknown_stages_are_all_listed(self, tmp_path):
        text = "record,rater,stage,verdict\n1,Ada,first,yes\n2,Ada,second,no\n"
        with pytest.raises(InputError, match=r"'first' \(line 2\); 'second' \(line 3\)"):
            read_decisions(write(tmp_path, text))

    def test_a_stage_that_the_file_lacks(self, tmp_path):
        text = "record,rater,stage,verdict\n1,Ada,tiab,yes\n"
        with pytest.raises(InputError, match=r"at the stage full_text. Found none; its 1 decision"):
            read_decisions(write(tmp_path, text), stage="full_text")

    def test_decided_twice(self, tmp_path):
        text = "record,rater,verdict\n1,Ada,yes\n2,Ada,no\n1,Ada,no\n2,Ada,no\n"
        message = r"'Ada' on '1' \(lines 2, 4\); 'Ada' on '2' \(lines 3, 5\)\. Keep the final"
        with pytest.raises(InputError, match=message):
            read_decisions(write(tmp_path, text))

    def test_one_record_in_two_rows_of_a_wide_table(self, tmp_path):
        with pytest.raises(InputError, match=r"'Ada' on '1' \(lines 2, 3\)"):
            read_decisions(write(tmp_path, "record,Ada,Bo\n1,yes,\n1,no,\n"))

    @pytest.mark.parametrize("text", ["record,rater,verdict\n,Ada,yes\n", "record,Ada\n,yes\n"])
    def test_a_decision_on_nothing(self, text, tmp_path):
        with pytest.raises(InputError, match=r"must name the record of each decision.* in line 2"):
            read_decisions(write(tmp_path, text))

    def test_a_decision_of_nobody(self, tmp_path):
        with pytest.raises(InputError, match=r"must name the rater .* in line 2"):
            read_decisions(write(tmp_path, "record,rater,verdict\n1,,yes\n"))

    def test_unknown_stage_argument(self, tmp_path):
        with pytest.raises(InputError, match="Got 'third'"):
            read_decisions(write(tmp_path, "record,Ada\n1,yes\n"), stage="third")

    def test_no_table(self, tmp_path):
        with pytest.raises(ParseError, match="a PDF document"):
            read_decisions(write(tmp_path, b"%PDF-1.4"))


def test_public_name():
    import reviewkit as rk

    assert rk.read_decisions is read_decisions
