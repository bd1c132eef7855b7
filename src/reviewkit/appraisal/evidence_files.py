"""Tables of certainty as files: html to read, docx to edit, csv to count."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pandas as pd

from reviewkit._core.errors import InputError

__all__ = ["EvidencePage", "render_evidence", "save_evidence"]

_KINDS = (".csv", ".html", ".docx")
_WIDTH = 261.0  # mm between the margins of a wide page


class EvidencePage(NamedTuple):
    """A table of text with what stands above and below it."""

    title: str
    lead: tuple[str, ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]  # explanations, numbered as in the table
    shares: tuple[float, ...]  # of the width, by column
    heading: str = "Explanations"  # of the notes


def save_evidence(page: EvidencePage, frame: pd.DataFrame, path: str | Path) -> Path:
    """Write a page as html or docx, or its `frame` as csv, as the ending of the name says.

    Raises
    ------
    InputError
        If the ending is another.
    """
    path = Path(path)
    kind = path.suffix.lower()
    if kind not in _KINDS:
        raise InputError(
            f"The name must end in {', '.join(_KINDS)}. Got {path.name!r}. Rename the file."
        )
    if kind == ".csv":
        from reviewkit.sources.spreadsheet import write_table

        write_table(frame, path)
    elif kind == ".html":
        path.write_text(render_evidence(page), encoding="utf-8", newline="\n")
    else:
        _write_docx(page, path)
    return path


def render_evidence(page: EvidencePage) -> str:
    """Return a page as HTML that needs no other file."""
    from reviewkit.present.document import Page, Section, render_page
    from reviewkit.present.document_parts import Block, Items, Sheet

    wide = tuple(max((len(row[at]) for row in page.rows), default=0) > 45 for at in range(len(page.heads)))  # fmt: skip
    sheet = Sheet(page.title, page.heads, page.rows, (False,) * len(page.heads), wide)
    sections = [Section("table", "Table", (sheet,))]
    if page.notes:
        notes: tuple[Block, ...] = (Items(page.notes),)
        sections.append(Section("notes", page.heading, notes))
    return render_page(Page(page.title, page.lead, tuple(sections)))


def _write_docx(page: EvidencePage, path: Path) -> None:
    from docx.shared import Pt

    from reviewkit.present.word import add_grid, clean_cell, new_document, write_document

    document = new_document(page.title, wide=True)
    document.add_heading(clean_cell(page.title), level=1)
    for line in page.lead:
        document.add_paragraph(clean_cell(line)).paragraph_format.space_after = Pt(6)
    widths = [_WIDTH * share / sum(page.shares) for share in page.shares]
    add_grid(document, page.heads, page.rows, widths)
    for at, line in enumerate(page.notes):
        note = document.add_paragraph(clean_cell(line)).paragraph_format
        note.space_before = Pt(8 if at == 0 else 2)
    write_document(document, path)
