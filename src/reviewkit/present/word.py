"""Documents that Word, LibreOffice and others can edit: text and tables, the same bytes each day.

A file that a picture or a table is written to holds no clock and no name of who ran it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from reviewkit._core.packing import forget_time

__all__ = [
    "add_grid", "clean_cell", "new_document", "put_property", "set_borders", "set_shade",
    "write_document",
]  # fmt: skip

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
#: The properties of a cell in the order of the format (ECMA-376, CT_TcPr).
_ORDER = ("cnfStyle", "tcW", "gridSpan", "hMerge", "vMerge", "tcBorders", "shd", "noWrap", "tcMar",
          "textDirection", "tcFitText", "vAlign", "hideMark")  # fmt: skip
_MM = 36000  # English metric units


def new_document(title: str, *, wide: bool = False, margin: float = 18.0) -> Any:
    """Return an empty A4 document, upright or `wide`, with margins in mm."""
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.shared import Emu, Pt

    document = Document()
    properties = document.core_properties
    properties.title, properties.author, properties.comments = clean_cell(title), "", ""
    section = document.sections[0]
    width, height = (297, 210) if wide else (210, 297)
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Emu(width * _MM), Emu(height * _MM)
    for side in ("left", "right", "top", "bottom"):
        setattr(section, f"{side}_margin", Emu(int(margin * _MM)))
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Arial", Pt(9)
    style.paragraph_format.space_after = Pt(0)
    return document


def clean_cell(text: str) -> str:
    r"""Return text without what no document may hold.

    >>> clean_cell("Bell\x07 and null\x00")
    'Bell and null'
    """
    return _UNPRINTABLE.sub("", text)


def put_property(cell: Any, element: Any) -> None:
    """Give a cell a property, at the place among the others that the format wants."""
    properties = cell._tc.get_or_add_tcPr()
    for old in properties.findall(element.tag):
        properties.remove(old)
    properties.append(element)
    names = {one: one.tag.rpartition("}")[2] for one in properties}
    ordered = sorted(properties, key=lambda one: _ORDER.index(names[one]))
    for one in ordered:
        properties.remove(one)
        properties.append(one)


def set_shade(cell: Any, colour: str) -> None:
    """Fill a cell with a colour, as ``#FFC125``."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour.lstrip("#"))):
        shade.set(qn(f"w:{name}"), value)
    put_property(cell, shade)


def set_borders(cell: Any, style: str, *, colour: str = "000000", eighths: int = 6) -> None:
    """Draw a line around a cell: ``single, dashed`` or ``nil``; its width in 1/8 points."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders = OxmlElement("w:tcBorders")
    for side in ("top", "left", "bottom", "right"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", style), ("sz", str(eighths)), ("space", "0"),
                            ("color", colour.lstrip("#"))):  # fmt: skip
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    put_property(cell, borders)


def add_grid(
    document: Any, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]
) -> Any:
    """Add a table with a heading that repeats on each page; widths of columns in mm."""
    from docx.oxml import OxmlElement
    from docx.shared import Emu

    table = document.add_table(rows=1 + len(rows), cols=len(heads), style="Table Grid")
    table.autofit = False
    for grid_row, cells in zip(table.rows, [heads, *rows], strict=True):
        for cell, text, width in zip(grid_row.cells, cells, widths, strict=True):
            cell.width = Emu(int(width * _MM))
            run = cell.paragraphs[0].add_run(clean_cell(text))
            run.bold = cells is heads
        _keep_whole(grid_row)
    repeated = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    for cell in table.rows[0].cells:
        set_shade(cell, "#E8E8E8")
    return table


def _keep_whole(row: Any) -> None:
    """Let no page break run through a row."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def write_document(document: Any, path: str | Path) -> Path:
    """Write a document; the same content gives the same bytes on any day."""
    packed = BytesIO()
    document.save(packed)
    path = Path(path)
    path.write_bytes(forget_time(packed.getvalue()))
    return path
