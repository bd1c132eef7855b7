"""The list of conflicts as a workbook: for people to fill in, and the same bytes each time."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pandas as pd

__all__ = ["write_workbook"]

_WIDE, _NARROW = 60, 18  # characters
_LONG = frozenset({"title"})
_FILLED_IN = frozenset({"final", "final_reason"})
_STAMP = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")
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
            cell.value = _ILLEGAL.sub("", str(text)) or None
            if cell.value is not None:
                cell.data_type = "s"  # "=1+1" too stays what it is
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
    stream = io.BytesIO()
    book.save(stream)
    path.write_bytes(_without_clock(stream.getvalue()))


def _without_clock(data: bytes) -> bytes:
    """Return an archive whose members and properties bear one date, whenever it was made."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = _STAMP.sub(rb"\g<1>2000-01-01T00:00:00Z", content)
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, content)
    return stream.getvalue()
