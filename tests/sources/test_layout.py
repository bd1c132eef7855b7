"""Headers, blank rows and columns, and rows of another length."""

from pathlib import Path

import pytest

from reviewkit._core.errors import ParseError
from reviewkit.sources.layout import arrange, trim

HERE = Path("table.csv")


def arranged(*rows, lines=None):
    notes = []
    lines = list(range(1, len(rows) + 1)) if lines is None else lines
    columns, kept = arrange([list(row) for row in rows], lines, HERE, notes)
    return columns, kept, [(note.row, note.column, note.what) for note in notes]


def test_a_clean_table_is_left_alone():
    columns, lines, notes = arranged(("study", "n"), ("Ada", "1"), ("Bo", ""))
    assert columns == {"study": ["Ada", "Bo"], "n": ["1", ""]}
    assert (lines, notes) == ([2, 3], [])


@pytest.mark.parametrize("text", [" Ada ", "Ada\u00a0", "\ufeffAda", "\u200bAda\t", "Ada\n"])
def test_trim_takes_off_what_nobody_sees(text):
    assert trim(text) == "Ada"


class TestHeader:
    def test_spaces_are_taken_off_and_logged(self):
        columns, _, notes = arranged((" COVID_status", "Sample\nsize"), ("pre", "5"))
        assert list(columns) == ["COVID_status", "Sample size"]
        assert notes == [
            (1, "COVID_status", "spaces in the header"),
            (1, "Sample size", "spaces in the header"),
        ]

    def test_nameless_columns_go_if_blank_and_are_named_if_not(self):
        columns, _, notes = arranged(("study", "", "n", ""), ("Ada", "", "1", "see p. 3"))
        assert list(columns) == ["study", "n", "unnamed_4"]
        assert [note for note in notes if "blank" in note[2]] == [
            (1, "unnamed_2", "blank column without a name left out")
        ]
        assert (1, "unnamed_4", "column without a name") in notes

    def test_a_column_twice_names_both_positions(self):
        rows = (("study", "n", "year", "n"), ("Ada", "1", "2019", "2"))
        with pytest.raises(ParseError, match=r"'n' stands in 2 \(B\) and 4 \(D\)\. Rename"):
            arranged(*rows)

    def test_letters_go_on_behind_z(self):
        header = ["n", *(f"c{at}" for at in range(2, 28)), "n"]
        with pytest.raises(ParseError, match=r"1 \(A\) and 28 \(AB\)"):
            arranged(header)

    def test_names_that_become_one_are_twice(self):
        with pytest.raises(ParseError, match="'n' stands in"):
            arranged(("n", "n "), ("1", "2"))

    def test_a_title_above_the_table_is_no_header(self):
        rows = (("Table 1. Studies", "", ""), ("study", "n", "year"), ("Ada", "1", "2019"))
        with pytest.raises(ParseError, match=r"Line 1 holds one text above 3 columns: 'Table 1"):
            arranged(*rows)


class TestRows:
    def test_blank_rows_go_and_are_counted(self):
        rows = (("study", "n"), [], ("Ada", "1"), ("", " "), ["", "\u00a0"], ("Bo", "2"), [])
        columns, lines, notes = arranged(*rows)
        assert columns["study"] == ["Ada", "Bo"]
        assert lines == [3, 6]
        assert notes == [
            (2, "", "1 blank row left out"),
            (4, "", "2 blank rows left out"),
            (7, "", "1 blank row left out"),
        ]

    def test_blank_rows_above_the_header(self):
        columns, lines, _ = arranged(("", ""), ("study", "n"), ("Ada", "1"))
        assert (columns["n"], lines) == (["1"], [3])

    def test_only_blanks_gained_or_lost_are_logged(self):
        columns, _, notes = arranged(("study", "n", ""), ("Ada", "1"), ("Bo", "2", "", "", " "))
        assert columns == {"study": ["Ada", "Bo"], "n": ["1", "2"]}
        assert [note[:2] for note in notes if "cells under" in note[2]] == [(2, ""), (3, "")]

    def test_others_are_an_error_that_names_all(self):
        rows = (("study", "n"), ("Ada", "1", "x"), ("Bo", "2"), ("Cy",), ("Di", "3", "", "y"))
        with pytest.raises(
            ParseError, match=r"header: 2\. line 2 has 3; line 4 has 1; line 5 has 4\."
        ):
            arranged(*rows)

    def test_of_many_the_first_are_named(self):
        rows = (("study", "n"), *(("Ada", "1", "x") for _ in range(25)))
        with pytest.raises(ParseError, match=r"line 21 has 3; and 5 more\."):
            arranged(*rows)

    def test_header_only_is_an_empty_table(self):
        columns, lines, notes = arranged(("study", "n"))
        assert (columns, lines) == ({"study": [], "n": []}, [])
        assert notes == [(1, "", "a header and no rows")]

    def test_nothing_but_blanks(self):
        with pytest.raises(ParseError, match="All its cells are blank"):
            arranged(("", ""), [" "])
