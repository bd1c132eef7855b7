"""Workbooks: what is written is read again, runs nothing, and is the same on any day."""

import numpy as np
import openpyxl
import pandas as pd
import pytest

from reviewkit._core.errors import InputError
from reviewkit.sources.sheet_writing import write_sheet
from reviewkit.sources.spreadsheet import read_table


def test_what_is_written_is_read_again(tmp_path):
    frame = pd.DataFrame(
        {"name": ["Łucja", "=1+1", None, "الإرهاق"], "n": [1.5, np.nan, 2.0, 12599]}
    )
    path = tmp_path / "a.xlsx"
    write_sheet(frame, path)
    found = read_table(path).frame
    assert found["name"].tolist() == ["Łucja", "=1+1", "", "الإرهاق"]
    assert found["n"].tolist() == ["1.5", "", "2", "12599"]
    assert openpyxl.load_workbook(path).active["A3"].data_type == "s"


def test_the_same_bytes_twice(tmp_path):
    frame = pd.DataFrame({"a": ["x"]})
    write_sheet(frame, tmp_path / "a.xlsx")
    write_sheet(frame, tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_what_no_cell_holds(tmp_path):
    with pytest.raises(InputError, match="a control character in row 2 of 'a'"):
        write_sheet(pd.DataFrame({"a": ["x\x00"]}), tmp_path / "a.xlsx")
    with pytest.raises(InputError, match="40,000 characters"):
        write_sheet(pd.DataFrame({"a": ["x" * 40_000]}), tmp_path / "a.xlsx")
