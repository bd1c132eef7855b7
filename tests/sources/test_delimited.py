"""Rows and cells of text files."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewkit._core.errors import ParseError
from reviewkit.sources.delimited import read_delimited

HERE = Path("table.csv")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
class TestSeparator:
    def test_is_found(self, separator):
        text = f"study{separator}n\nAda{separator}5\n"
        assert read_delimited(text, HERE).rows == [["study", "n"], ["Ada", "5"]]

    def test_is_not_mistaken_for_one_within_cells(self, separator):
        others = [mark for mark in ",;\t|" if mark != separator]
        for other in others:
            text = (
                f'study{separator}n{separator}note\n"A{other}B"{separator}5{separator}"c{other}"\n'
            )
            assert read_delimited(text, HERE).rows[1] == [f"A{other}B", "5", f"c{other}"]

    def test_may_be_declared(self, separator):
        grid = read_delimited(f"sep={separator}\nstudy{separator}n\n", HERE)
        assert (grid.rows, grid.lines) == ([["study", "n"]], [2])
        assert [note.what for note in grid.notes] == ["separator line"]


def test_decimal_commas_do_not_look_like_columns():
    text = "study;percent;source\nAda;24,1;p. 3\nBo;8,0;p. 4\n"
    assert read_delimited(text, HERE).rows[1] == ["Ada", "24,1", "p. 3"]


def test_one_column_is_a_table():
    assert read_delimited("code\nisolation\nguilt\n", HERE).rows == [
        ["code"],
        ["isolation"],
        ["guilt"],
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_those_of_the_file(end):
    text = end.join(["study,n", '"two', 'lines",1', "", "Bo,2", ""])
    grid = read_delimited(text, HERE)
    assert grid.lines == [1, 2, 4, 5]
    assert grid.rows[1] == [f"two{end}lines", "1"]


@given(st.lists(st.lists(st.text("ab,;\t|\"\n '", max_size=4), min_size=3, max_size=3), min_size=1))
def test_quoted_cells_hold_anything(rows):
    rows = [["study", "n", "note"], *rows]
    quoted = [['"{}"'.format(cell.replace('"', '""')) for cell in row] for row in rows]
    text = "".join(",".join(row) + "\n" for row in quoted)
    assert read_delimited(text, HERE).rows == rows


class TestMisuse:
    def test_a_quotation_that_never_ends_names_its_line(self):
        text = 'study,n\nAda,1\n"Bo,2\nCy,3\n'
        with pytest.raises(
            ParseError, match=r"'table.csv' must close .* starts in line 3 does not"
        ):
            read_delimited(text, HERE)

    def test_text_behind_a_quotation(self):
        with pytest.raises(ParseError, match="starts in line 2"):
            read_delimited('study,n\n"Ada" et al.,1\n', HERE)

    def test_a_cell_that_swallowed_the_file(self):
        with pytest.raises(ParseError, match=r"line 2 does not \(field larger"):
            read_delimited('a,b\n"' + "x\n" * 200_000, HERE)
