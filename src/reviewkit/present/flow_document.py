"""A flow drawing as a document that Word can edit: boxes are cells of a table, arrows are signs.

Rows of boxes and rows of arrows take turns, columns of boxes and narrow columns of arrows too.
The text is that of the description, box by box, so that all files show the same numbers.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reviewkit.present.colours import COLOURS
from reviewkit.present.flow_layout import FAULT, FAULTY
from reviewkit.present.flow_parts import Box, FlowChart, Line
from reviewkit.present.lettering import Run
from reviewkit.present.word import (
    clean_cell,
    new_document,
    put_property,
    set_borders,
    set_shade,
    write_document,
)  # fmt: skip

__all__ = ["write_flow_document"]

_MM = 36000  # English metric units
_STAGE, _GAP, _MARGIN = 9.0, 6.0, 15.0  # mm
_FILLS = {"head": "gold", "side-head": "grey", "side": "pale"}
_NAME = 26.0  # mm: how long the name of a stage is
_MOST = 75.0  # mm: no box is wider


def write_flow_document(chart: FlowChart, path: Path) -> Path:
    """Write a flow drawing as docx."""
    wide = chart.columns > 2
    document = new_document(chart.title, wide=wide, margin=_MARGIN)
    document.core_properties.subject = clean_cell(chart.excuse)
    _write(document.add_paragraph(), Line((Run(chart.title, bold=True),)))
    if chart.faults:
        _add_faults(document, chart)
    grid = _Grid(document, chart, (297 if wide else 210) - 2 * _MARGIN)
    for box in chart.boxes:
        grid.place(box)
    for stage in chart.stages:
        grid.name(stage.text, stage.first, stage.last)
    for pair in chart.arrows:
        grid.point(*map(chart.box, pair))
    for note in chart.notes:
        _write(document.add_paragraph(), Line.of(note), size=7.5)
    return write_document(document, path)


def _add_faults(document: Any, chart: FlowChart) -> None:
    cell = document.add_table(rows=1, cols=1).cell(0, 0)
    set_borders(cell, "dashed", colour=COLOURS["alarm"], eighths=12)
    _write(cell.paragraphs[0], Line((Run(FAULTY, bold=True),)))
    for said in chart.faults.values():
        _write(cell.add_paragraph(), Line.of(f"{FAULT} {said}"))
    document.add_paragraph()


class _Grid:
    """A table in which boxes of the drawing have every other row and column."""

    def __init__(self, document: Any, chart: FlowChart, room: float) -> None:
        from docx.enum.table import WD_TABLE_ALIGNMENT
        from docx.shared import Emu

        self.chart, count = chart, chart.columns
        rows = 2 * max(box.row for box in chart.boxes) + 1
        self.table = document.add_table(rows=rows, cols=2 * count + 1)
        self.table.autofit = False
        self.table.alignment = WD_TABLE_ALIGNMENT.CENTER
        each = min(_MOST, (room - _STAGE - _GAP * count) / count)
        widths = [_STAGE, *[_GAP, each] * count]
        self.cells = [list(row.cells) for row in self.table.rows]
        for column, width in zip(self.table.columns, widths, strict=True):
            column.width = Emu(int(width * _MM))
        for row in self.cells:
            for cell, width in zip(row, widths, strict=True):
                cell.width = Emu(int(width * _MM))
                cell.paragraphs[0].paragraph_format.space_after = 0

    def place(self, box: Box) -> None:
        """Write a box into its cell."""
        row, left = 2 * box.row, 2 * box.column + 2
        cell = self.cells[row][left]
        if box.across > 1:
            cell = cell.merge(self.cells[row][left + 2 * (box.across - 1)])
        fault = box.id in self.chart.faults
        if box.is_head:
            set_borders(cell, "nil")
        else:
            style, width = ("dashed", 12) if fault else ("single", 6)
            set_borders(cell, style, colour=COLOURS["alarm" if fault else "line"], eighths=width)
        if box.look in _FILLS:
            set_shade(cell, COLOURS[_FILLS[box.look]])
        first = cell.paragraphs[0]
        for number, line in enumerate(box.lines):
            mark = f"{FAULT} " if fault and not number else ""
            _write(cell.add_paragraph() if number else first, line, mark, centre=box.is_head)

    def name(self, text: str, first: int, last: int) -> None:
        """Write the name of a stage beside its rows, from below."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn
        from docx.shared import Emu

        cell = self.cells[2 * first][0].merge(self.cells[2 * last][0])
        rows = range(2 * first, 2 * last + 1, 2)
        for row in rows:  # together high enough for the name
            self.table.rows[row].height = Emu(int(_NAME / len(rows) * _MM))
        set_shade(cell, COLOURS["blue"])
        way = OxmlElement("w:textDirection")
        way.set(qn("w:val"), "btLr")
        put_property(cell, way)
        _write(cell.paragraphs[0], Line((Run(text, bold=True),)))
        cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER

    def point(self, a: Box, b: Box) -> None:
        """Write the sign of an arrow before the box that it leads to."""
        if a.row == b.row:
            self._sign(2 * a.row, 2 * b.column + 1, "→")
        elif a.shares_column(b):
            self._sign(2 * b.row - 1, 2 * max(a.column, b.column) + 2, "↓")
        elif a.column < b.column:
            self._sign(2 * b.row, 2 * b.column + 1, "→")
        else:
            self._sign(2 * b.row, 2 * b.column + 3, "←")

    def _sign(self, row: int, column: int, sign: str) -> None:
        from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        cell = self.cells[row][column]
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        if sign not in cell.text:
            cell.paragraphs[0].add_run(sign)
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER


def _write(
    paragraph: Any, line: Line, mark: str = "", *, centre: bool = False, size: float = 8.5
) -> None:
    """Write a line in its styles, indented by its level."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph.paragraph_format.space_after = 0
    paragraph.paragraph_format.left_indent = Pt(8 * line.level)
    if centre:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for run in (Run(mark, bold=True), *line.runs):
        if run.text:
            written = paragraph.add_run(clean_cell(run.text))
            written.bold, written.italic = run.bold, run.italic
            written.font.size = Pt(size)
