"""The list of conflicts as a workbook: for people to fill in, and the same bytes each time."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from reviewkit.sources.sheet_writing import fill_cell, save_book

__all__ = ["write_workbook"]

_WIDE, _NARROW = 60, 18  # characters
_LONG = frozenset({"title"})
_FILLED_IN = frozenset({"final", "final_reason"})
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def write_workbook(frame: pd.DataFrame, path: Path) -> None:
    """Write a frame of texts; `final` offers the verdicts, and no text is run as a formula."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    sheet = book.active
    sheet.title = "conflicts"
    wrapped, bold = Alignment(wrap_text=True, vertical="top"), Font(bold=True)
    shade = PatternFill("solid", fgColor="FFF2CC")
    for column, name in enumerate(frame.columns, start=1):
        for row, text in enumerate([name, *frame[name]], start=1):
            cell = sheet.cell(row, column)
            fill_cell(cell, _ILLEGAL.sub("", str(text)) or None)
            cell.number_format = "@"
            cell.alignment = wrapped
            if row == 1:
                cell.font = bold
            if name in _FILLED_IN:
                cell.fill = shade
        letter = get_column_letter(column)
        sheet.column_dimensions[letter].width = _WIDE if name in _LONG else _NARROW
    if len(frame):
        choice = DataValidation(type="list", formula1='"include,exclude,maybe"', allow_blank=True)
        letter = get_column_letter(list(frame.columns).index("final") + 1)
        choice.add(f"{letter}2:{letter}{len(frame) + 1}")
        sheet.add_data_validation(choice)
    sheet.freeze_panes = "B2"
    save_book(book, path)
