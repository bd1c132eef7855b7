"""Lists and checklists as files: docx to edit, csv to count, html to read."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pandas as pd

from reviewkit.screening.flow_files import check_path

__all__ = ["TablePage", "save_page"]

_KINDS = (".docx", ".csv", ".html")


class TablePage(NamedTuple):
    """A title, lines below it, and a table of text."""

    title: str
    lead: tuple[str, ...]
    table: pd.DataFrame
    widths: tuple[float, ...]  # of columns in docx, in mm


def save_page(page: TablePage, frame: pd.DataFrame, path: str | Path) -> Path:
    """Write a page as docx or html, or its `frame` as csv, as the ending of the name says."""
    path = Path(path)
    kind = path.suffix.lower()
    check_path(path, _KINDS)
    if kind == ".csv":
        from reviewkit.sources.spreadsheet import write_table

        write_table(frame, path)
    elif kind == ".html":
        path.write_text(_render(page), encoding="utf-8", newline="\n")
    else:
        _write_docx(page, path)
    return path


def _render(page: TablePage) -> str:
    from reviewkit.present.document import Page, Section, render_page
    from reviewkit.present.document_parts import Sheet

    table = page.table
    rows = tuple(tuple(map(str, row)) for row in table.itertuples(index=False))
    wide = tuple(max(map(len, table[name]), default=0) > 45 for name in table)
    heads = tuple(map(str, table.columns))
    sheet = Sheet(page.title, heads, rows, (False,) * len(heads), wide)
    return render_page(Page(page.title, page.lead, (Section("list", "List", (sheet,)),)))


def _write_docx(page: TablePage, path: Path) -> None:
    from docx.shared import Pt

    from reviewkit.present.word import add_grid, clean_cell, new_document, write_document

    document = new_document(page.title)
    document.add_heading(clean_cell(page.title), level=1)
    for line in page.lead:
        document.add_paragraph(clean_cell(line)).paragraph_format.space_after = Pt(6)
    rows = [list(map(str, row)) for row in page.table.itertuples(index=False)]
    add_grid(document, list(map(str, page.table.columns)), rows, page.widths)
    write_document(document, path)
