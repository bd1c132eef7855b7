"""Codebooks and coded segments from files: what is read, noted and refused."""

import pandas as pd
import pytest
from coding_cases import CODEBOOK, SEGMENTS

from reviewkit._core.errors import InputError
from reviewkit.coding.codebook import read_codebook, read_coding

BOOK = ["code", "theme", "parent", "definition"]
CODING = ["study", "code", "coder", "text", "source", "start", "end"]


def write(tmp_path, text, name="table.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def log(frame):
    """Return line, text before and what was noted, of each entry."""
    return [(entry.row, entry.before, entry.what) for entry in frame.attrs["log"]]


class TestWhatIsRead:
    def test_a_codebook(self, tmp_path):
        CODEBOOK.to_csv(tmp_path / "book.csv", index=False)
        frame = read_codebook(tmp_path / "book.csv")
        assert frame.columns.tolist() == BOOK
        assert frame[["code", "theme"]].to_numpy().tolist() == CODEBOOK.to_numpy().tolist()
        assert frame[["parent", "definition"]].isna().all(axis=None)
        assert len(frame.attrs["log"]) == 0

    def test_segments(self, tmp_path):
        SEGMENTS.to_csv(tmp_path / "segments.tsv", index=False, sep="\t")
        frame = read_coding(tmp_path / "segments.tsv")
        assert frame.columns.tolist() == CODING
        assert frame[["study", "code"]].to_numpy().tolist() == SEGMENTS.to_numpy().tolist()
        assert frame["coder"].isna().all()
        assert str(frame["start"].dtype) == str(frame["end"].dtype) == "Int64"

    @pytest.mark.parametrize(("suffix", "engine"), [("xlsx", "openpyxl"), ("ods", "odf")])
    def test_workbooks(self, tmp_path, suffix, engine):
        path = tmp_path / f"segments.{suffix}"
        frame = SEGMENTS.assign(start=5, end=[None, *range(6, 21)])
        frame.to_excel(path, index=False, engine=engine)
        read = read_coding(path)
        assert read["study"].tolist() == SEGMENTS["study"].tolist()
        assert read["start"].tolist() == [5] * 16
        assert read["end"].isna().tolist() == [True, *[False] * 15]
        assert read["end"].iloc[-1] == 20

    def test_other_columns_stay_behind_the_known_ones(self, tmp_path):
        frame = read_coding(write(tmp_path, "memo,study,code\nlook,a,b\n"))
        assert frame.columns.tolist() == [*CODING, "memo"]
        assert frame["memo"].tolist() == ["look"]

    def test_blank_cells_are_missing(self, tmp_path):
        frame = read_coding(write(tmp_path, "study,code,text,start\na,b,,\nc,d,words,3\n"))
        assert frame["text"].isna().tolist() == [True, False]
        assert frame["start"].isna().tolist() == [True, False]

    @pytest.mark.parametrize(
        "name", ["<script>alert(1)</script>", "a, b", 'a "b"', "🙂", "שלום", "x" * 300]
    )
    def test_odd_names(self, tmp_path, name):
        pd.DataFrame({"study": [name], "code": [name]}).to_csv(tmp_path / "s.csv", index=False)
        assert read_coding(tmp_path / "s.csv")[["study", "code"]].to_numpy().tolist() == [
            [name] * 2
        ]

    def test_a_theme_is_inherited(self, tmp_path):
        text = "code,theme,parent\ngrandchild,,child\nchild,,root\nroot,Mind,\nother,Work,root\n"
        frame = read_codebook(write(tmp_path, text))
        assert frame["theme"].tolist() == ["Mind", "Mind", "Mind", "Work"]
        assert log(frame) == [(2, "", "theme of the parent"), (3, "", "theme of the parent")]

    def test_rows_of_a_codebook_that_repeat_are_left_out(self, tmp_path):
        frame = read_codebook(write(tmp_path, "code,theme\na,M\nb,M\na,M\n"))
        assert frame["code"].tolist() == ["a", "b"]
        assert log(frame) == [(4, "a", "row repeated word by word")]

    def test_segments_that_repeat_stay_and_are_noted(self, tmp_path):
        frame = read_coding(write(tmp_path, "study,code\nx,a\nx,b\nx,a\n"))
        assert len(frame) == 3
        assert log(frame) == [(4, "a", "row repeated word by word")]
        assert len(frame.attrs["log"].findings) == 1

    def test_lookalikes_are_noted(self, tmp_path):
        text = "study,code\nLee (10),burn-out\nLee(10),Burn–out\nBerg,burnout\nBerg,Stress\n"
        frame = read_coding(write(tmp_path, text))
        noted = {(line, before) for line, before, _ in log(frame)}
        assert noted == {
            (2, "Lee (10)"), (3, "Lee(10)"), (2, "burn-out"), (3, "Burn–out"), (4, "burnout"),
        }  # fmt: skip
        assert frame["study"].tolist() == ["Lee (10)", "Lee(10)", "Berg", "Berg"]
        book = read_codebook(write(tmp_path, "code,theme\nself care,A\nSelf-care,A\n"))
        assert [what for *_, what in log(book)] == [
            "differs from 'Self-care' by case, dashes and spaces only",
            "differs from 'self care' by case, dashes and spaces only",
        ]


class TestWhatIsRefused:
    def test_missing_columns_name_near_misses(self, tmp_path):
        with pytest.raises(InputError, match=r"'code'\. Did you mean 'Codes'\?"):
            read_codebook(write(tmp_path, "Codes,theme\na,b\n"))
        with pytest.raises(InputError, match=r"'study'\. Did you mean 'Study'\?"):
            read_coding(write(tmp_path, "Study,code\na,b\n"))

    def test_all_bad_rows_of_a_codebook_are_listed(self, tmp_path):
        text = (
            "code,theme,parent\nstress,Mind,\n,Work,\nstress,Work,\ntrust,,\nfear,,stres\n"
            "a,,b\nb,,c\nc,,a\nd,Mind,d\n"
        )
        with pytest.raises(InputError) as caught:
            read_codebook(write(tmp_path, text, "book.csv"))
        told = str(caught.value)
        for part in (
            "'book.csv' must name in each row a code, once, with its theme.",
            "line 3: no code; the theme 'Work' has none here",
            "line 4: the code 'stress' again, with theme 'Work' instead of 'Mind'",
            "line 5: no theme for the code 'trust', nor for a parent of it",
            "line 6: the parent 'stres' is no code here. Did you mean 'stress'?",
            "line 7: the parents go in a circle: 'a' → 'b' → 'c' → 'a'",
            "line 10: the parents go in a circle: 'd' → 'd'",
        ):
            assert part in told

    def test_a_circle_is_told_once(self, tmp_path):
        text = "code,theme,parent\nx,M,a\ny,M,a\na,M,b\nb,M,a\n"
        with pytest.raises(InputError, match=r"1 row does not:\n  line 4: .*'a' → 'b' → 'a'\n"):
            read_codebook(write(tmp_path, text))

    def test_all_bad_segments_are_listed(self, tmp_path):
        text = (
            "study,code,start,end\n,a,,\nx,,,\nx,a,-1,4\nx,a,9,4\nx,a,1.5,2\nx,a,1,two\nx,a,3,3\n"
        )
        with pytest.raises(InputError) as caught:
            read_coding(write(tmp_path, text, "segments.csv"))
        assert str(caught.value).splitlines()[1:-1] == [
            "  line 2: no study",
            "  line 3: no code",
            "  line 4: start '-1' is no whole number of 0 or more",
            "  line 5: it ends at 4, before its start at 9",
            "  line 6: start '1.5' is no whole number of 0 or more",
            "  line 7: end 'two' is no whole number of 0 or more",
        ]

    def test_only_the_first_of_many_are_listed(self, tmp_path):
        with pytest.raises(InputError, match=r"line 21: no code\n  and 5 more\n"):
            read_coding(write(tmp_path, "study,code\n" + "x,\n" * 25))
