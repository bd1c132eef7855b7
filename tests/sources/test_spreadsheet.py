"""Tables as text: what is written comes back, and nothing written is a formula."""

import contextlib
import csv
import datetime as dt
import io
import os
import tempfile

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from source_cases import names, patient, texts, write, xls

from reviewkit._core.errors import InputError, ParseError, ReviewkitError
from reviewkit.sources.layout import trim
from reviewkit.sources.spreadsheet import read_table, write_table


def round_trip(frame):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "table.csv")
        write_table(frame, path)
        with open(path, "rb") as file:
            return file.read(), read_table(path)


class TestReading:
    def test_cells_are_text_and_rows_know_their_line(self, tmp_path):
        table = read_table(write(tmp_path, "study,n\r\nAda,034\r\n\r\nBo,\r\n"))
        assert table.frame.to_numpy().tolist() == [["Ada", "034"], ["Bo", ""]]
        assert table.frame.index.tolist() == [0, 1]
        assert table.lines == (2, 4)
        assert table.path.name == "table.csv"

    def test_what_is_touched_is_logged(self, tmp_path):
        path = write(tmp_path, '\ufeffstudy,n\n Ada ,"=""0012"""\nBo,\'=1+1\nCy,\'tis\n')
        table = read_table(path)
        assert table.frame["n"].tolist() == ["0012", "=1+1", "'tis"]
        assert [tuple(entry)[1:] for entry in table.repairs] == [
            (1, "", "byte order mark", "", "byte order mark"),
            (2, "study", " Ada ", "Ada", "spaces around the value"),
            (2, "n", '="0012"', "0012", "spreadsheet guard"),
            (3, "n", "'=1+1", "=1+1", "spreadsheet guard"),
        ]

    @pytest.mark.parametrize("name", ["Ada <script>", 'O"Brien, J.', "😀", "أحمد", "x" * 300])
    def test_any_label_is_kept(self, name, tmp_path):
        write_table(pd.DataFrame({"study": [name], "n": [1]}), tmp_path / "table.csv")
        assert read_table(tmp_path / "table.csv").frame["study"].tolist() == [name]

    def test_required_columns_that_are_there(self, tmp_path):
        path = write(tmp_path, "study,n\nAda,1\n")
        assert read_table(path, required=["n"]).frame.shape == (1, 2)

    def test_a_missing_column_names_the_near_miss(self, tmp_path):
        path = write(tmp_path, "Study,event,n\nAda,1,5\n")
        message = (
            r"Missing: 'events'\. Did you mean 'event'\? 'cutoff'\. Found: 'Study', 'event', 'n'"
        )
        with pytest.raises(InputError, match=message):
            read_table(path, required=["events", "cutoff"])

    def test_sheets_are_for_workbooks(self, tmp_path):
        with pytest.raises(InputError, match="`sheet` must be None for a text file"):
            read_table(write(tmp_path, "a,b\n1,2\n"), sheet="Data")

    def test_text_in_a_file_called_xlsx_is_read_and_noted(self, tmp_path):
        table = read_table(write(tmp_path, "study,n\nAda,1\n", "table.xlsx"))
        assert table.frame.shape == (1, 2)
        assert table.repairs[0].what == "read as what it is, not as its name"

    def test_a_workbook_called_csv_is_read_and_noted(self, tmp_path):
        table = read_table(write(tmp_path, xls([["study"], ["Ada"]]), "table.csv"))
        assert table.frame["study"].tolist() == ["Ada"]
        assert table.repairs[0].after == "xls"

    @patient
    @given(st.binary(max_size=60))
    @example(b"PK\x03\x04")
    @example(b"a,a\n")
    @example(b'"')
    @example(b"a\n1,2\n")
    def test_any_bytes_are_a_table_or_an_error_of_ours(self, data):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "table.csv")
            with open(path, "wb") as file:
                file.write(data)
            with contextlib.suppress(ReviewkitError):  # all else escapes and fails
                table = read_table(path)
                assert len(table.lines) == len(table.frame)


class TestRoundTrip:
    @patient
    @given(st.lists(st.tuples(texts, texts), max_size=5))
    @example([("a;b", "1"), ("sep=;", "2")])
    @example([("'=1", "''=1"), ("'", "'x"), ('="5"', "\t=")])
    @example([("", ";0")])
    @example([("a\rb", "a\r\nb"), ("a\nb", "\n=1")])
    def test_text(self, rows):
        rows = [row for row in rows if any(map(trim, row))]  # a blank row is no row
        frame = pd.DataFrame(rows, columns=["study", "sep=;"])
        _, table = round_trip(frame)
        assert table.frame.to_numpy().tolist() == [[trim(cell) for cell in row] for row in rows]
        assert table.frame.columns.tolist() == ["study", "sep=;"]

    @patient
    @given(st.lists(names, min_size=1, max_size=4, unique=True), texts.filter(trim))
    @example(["<html>", "{}"], "x")
    @example(["a;b"], "c;d")
    @example(["=a", "-b"], "-")
    def test_headers(self, header, cell):
        header = [name for name in header if trim(name) == name and name]
        frame = pd.DataFrame([[cell] * len(header)], columns=header)
        if header:
            _, table = round_trip(frame)
            assert table.frame.columns.tolist() == header
            assert table.frame.iloc[0].tolist() == [trim(cell)] * len(header)

    @patient
    @given(st.lists(st.floats(allow_nan=False), min_size=1), st.integers(-(2**62), 2**62))
    def test_numbers_at_full_precision(self, numbers, whole):
        frame = pd.DataFrame({"effect": numbers, "n": whole})
        _, table = round_trip(frame)
        assert [float(cell) for cell in table.frame["effect"]] == numbers
        assert [int(cell) for cell in table.frame["n"]] == [whole] * len(numbers)

    @patient
    @given(st.lists(texts, min_size=1), st.sampled_from("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"))
    def test_no_cell_starts_a_formula(self, cells, start):
        frame = pd.DataFrame({"+n": [*cells, *(start + cell for cell in cells)]})
        data, _ = round_trip(frame)
        for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")):
            for cell in row:
                assert (trim(cell) or cell)[:1] not in set("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


class TestWriting:
    def test_bytes(self, tmp_path):
        frame = pd.DataFrame(
            {
                "study": ["Müller, A.", '5" scale', None],
                "n": pd.array([34, None, 5], dtype="Int64"),
                "year": [2019.0, np.nan, 2020.5],
                "at": pd.to_datetime(["2024-03-12T00:00", None, "2024-03-12T04:05"]),
                "ok": [True, False, True],
                "change": [-5, 0, 5],
            },
            index=[7, 8, 9],
        )
        write_table(frame, tmp_path / "table.csv")
        assert (tmp_path / "table.csv").read_bytes() == (
            "\ufeffstudy,n,year,at,ok,change\n"
            '"Müller, A.",34,2019,2024-03-12,True,-5\n'
            '"5"" scale",,,,False,0\n'
            ",5,2020.5,2024-03-12 04:05:00,True,5\n"
        ).encode()

    def test_dates_and_odd_objects(self, tmp_path):
        frame = pd.DataFrame(
            {"a": [dt.date(2024, 3, 12), np.int64(-3), np.float64(-0.5), -2, "-2"]}
        )
        write_table(frame, tmp_path / "table.csv")
        lines = (tmp_path / "table.csv").read_text("utf-8-sig").splitlines()
        assert lines == ["a", "2024-03-12", "-3", "-0.5", "-2", "'-2"]

    def test_a_frame_without_rows(self, tmp_path):
        write_table(pd.DataFrame(columns=["study", "n"]), tmp_path / "table.csv")
        table = read_table(tmp_path / "table.csv")
        assert table.frame.columns.tolist() == ["study", "n"]
        assert table.frame.empty

    @pytest.mark.parametrize("bad", ["a\0b", "\ud800"])
    def test_what_is_no_text(self, bad, tmp_path):
        frame = pd.DataFrame({"study": ["Ada", bad]}, dtype=object)
        with pytest.raises(InputError, match=r"whole Unicode characters .* for line 3"):
            write_table(frame, tmp_path / "table.csv")
        assert not (tmp_path / "table.csv").exists()


def test_a_hundred_thousand_rows_keep_their_lines(tmp_path):
    rows = "".join(f"S{at},{at}\n" for at in range(100_000))
    table = read_table(write(tmp_path, f"study,n\n{rows}"))
    assert table.frame["n"].iloc[-1] == "99999"
    assert table.lines[-1] == 100_001


def test_a_pdf_called_csv(tmp_path):
    with pytest.raises(ParseError, match="Its content is a PDF document"):
        read_table(write(tmp_path, b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"))
