"""Sheets of workbooks, in each format, with what a sheet can hold."""

import datetime as dt

import openpyxl
import pandas as pd
import pytest
from source_cases import xls

from reviewkit._core.errors import InputError, ParseError
from reviewkit.sources.spreadsheet import read_table

ROWS = [["study", "n", "percent"], ["Müller 2019", 34, 24.1], ["Ошибка", 12599, 0.5]]
TEXTS = [["Müller 2019", "34", "24.1"], ["Ошибка", "12599", "0.5"]]


def save(folder, sheets, name="table.xlsx"):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(folder / name)
    return folder / name


class TestFormats:
    def test_xlsx(self, tmp_path):
        table = read_table(save(tmp_path, {"Data": ROWS}))
        assert table.frame.to_numpy().tolist() == TEXTS
        assert (table.lines, table.repairs) == ((2, 3), ())

    def test_xls(self, tmp_path):
        path = tmp_path / "table.xls"
        path.write_bytes(xls(ROWS))
        assert read_table(path).frame.to_numpy().tolist() == TEXTS

    def test_ods(self, tmp_path):
        path = tmp_path / "table.ods"
        pd.DataFrame(ROWS[1:], columns=ROWS[0]).to_excel(path, engine="odf", index=False)
        assert read_table(path).frame.to_numpy().tolist() == TEXTS


class TestCells:
    def test_are_shown_as_the_sheet_shows_them(self, tmp_path):
        day = dt.datetime(2024, 3, 12)
        values = [True, 34.0, 24.099999999999998, 1 / 3, 1e20, day, day.replace(hour=4), "", None]
        header = [f"c{at}" for at in range(len(values))]
        table = read_table(save(tmp_path, {"Data": [header, values]}))
        assert table.frame.iloc[0].tolist() == [
            "TRUE", "34", "24.1", "0.3333333333333333", "1e+20", "2024-03-12",
            "2024-03-12 04:00:00", "", "",
        ]  # fmt: skip

    def test_arithmetic_dust_is_not_what_was_typed(self, tmp_path):
        path = tmp_path / "table.xls"
        path.write_bytes(xls([["percent"], [24.099999999999998], [1 / 3], [100 * (2 / 3)]]))
        shown = read_table(path).frame["percent"].tolist()
        assert shown == ["24.1", "0.3333333333333333", "66.66666666666666"]

    def test_rows_count_from_the_top_of_the_sheet(self, tmp_path):
        table = read_table(save(tmp_path, {"Data": [[], ["study", "n"], [], ["Ada", 1]]}))
        assert table.lines == (4,)

    def test_failed_and_uncalculated_formulas_are_not_blank(self, tmp_path):
        rows = [["study", "percent", "n"], ["Ada", "#DIV/0!", "=1+1"], ["Bo", "#N/A", 5]]
        table = read_table(save(tmp_path, {"Notes": [["x"]], "A & B": rows}), sheet="A & B")
        assert table.frame.to_numpy().tolist() == [["Ada", "#DIV/0!", "=1+1"], ["Bo", "#N/A", "5"]]


class TestSheets:
    def test_the_first_that_is_not_empty_is_read_and_the_others_noted(self, tmp_path):
        path = save(tmp_path, {"Empty": [], "Data": ROWS, "Legend": [["code"], ["x"]]})
        table = read_table(path)
        assert table.frame.shape == (2, 3)
        assert [(note.before, note.what) for note in table.repairs] == [
            ("'Legend'", "sheet 'Data' is read alone")
        ]

    def test_one_can_be_named(self, tmp_path):
        path = save(tmp_path, {"Data": ROWS, "Legend": [["code"], ["x"]]})
        assert read_table(path, sheet="Legend").frame.to_numpy().tolist() == [["x"]]


class TestMisuse:
    def test_unknown_sheet(self, tmp_path):
        path = save(tmp_path, {"Data": ROWS, "Legend": []})
        with pytest.raises(
            InputError, match=r"'Data', 'Legend'\. Got 'data'\. Did you mean 'Data'"
        ):
            read_table(path, sheet="data")

    def test_empty_workbook(self, tmp_path):
        with pytest.raises(ParseError, match="All its sheets are empty"):
            read_table(save(tmp_path, {"Data": []}))

    def test_two_cells_in_far_corners(self, tmp_path):
        book = openpyxl.Workbook()
        book.active["A1"], book.active["XFD1048576"] = "study", "x"
        book.save(tmp_path / "far.xlsx")
        with pytest.raises(ParseError, match=r"fits in memory.*1,048,576 rows and 16,384 columns"):
            read_table(tmp_path / "far.xlsx")

    def test_damaged_workbook(self, tmp_path):
        path = tmp_path / "table.xls"
        path.write_bytes(xls(ROWS)[:700])
        with pytest.raises(ParseError, match="Its content is damaged"):
            read_table(path)
