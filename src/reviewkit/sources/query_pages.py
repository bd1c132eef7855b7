"""A table of searches as HTML and as a Word document: escaped, wrapped, the same bytes each time."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from html import escape
from typing import Any

from reviewkit._core.packing import forget_time

__all__ = ["write_docx", "write_html_table", "write_page"]

_WIDTHS = (27, 27, 26, 38, 112, 23)  # of the columns on paper, in mm
_STRING = 4  # the column of search strings
_STYLE = (
    "body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;color:#1a1a1a}"
    ".searches{border-collapse:collapse;width:100%;table-layout:fixed}"
    ".searches caption{text-align:start;padding-block-end:.5rem}"
    ".searches th,.searches td{border-block-end:1px solid #ccc;padding:.4rem .6rem;text-align:start;"
    "vertical-align:top;overflow-wrap:break-word}"
    ".searches td.string{font-family:ui-monospace,monospace;font-size:.85em;white-space:pre-wrap}"
    ".searches .n{text-align:end;font-variant-numeric:tabular-nums}"
    ".searches .none{color:#595959;font-style:italic;font-family:inherit}"
    "@page{size:A4 landscape;margin:15mm}@media print{body{margin:0;max-width:none}.searches tr{break-inside:avoid}}"
    "@media screen and (max-width:45rem){.searches,.searches caption,.searches tbody,.searches tr,.searches td{display:block}"
    ".searches thead{display:none}.searches tr{border-block-end:2px solid #888}"
    ".searches td{border:0;text-align:start!important}.searches td::before{content:attr(data-head) ': ';"
    "font:600 .85rem system-ui,sans-serif}}"
)


def write_html_table(
    title: str, headline: str, heads: Sequence[str], rows: Sequence[Sequence[str]]
) -> str:
    """Return the table as a part of a page, with the style it needs."""
    head = "".join(
        f'<th scope="col"{_kind(at, "")}>{escape(text)}</th>' for at, text in enumerate(heads)
    )
    body = "".join(
        "<tr>"
        + "".join(
            f'<td{_kind(at, text)} data-head="{escape(heads[at])}" dir="auto">{escape(_clean(text))}</td>'
            for at, text in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    columns = "".join(f'<col style="width:{100 * width / sum(_WIDTHS):.1f}%">' for width in _WIDTHS)
    caption = f"<caption><strong>{escape(title)}</strong><br>{escape(_clean(headline))}</caption>"
    return (
        f'<style>{_STYLE.partition("}")[2]}</style><table class="searches">{caption}'
        f"<colgroup>{columns}</colgroup><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def write_page(
    title: str, headline: str, heads: Sequence[str], rows: Sequence[Sequence[str]]
) -> str:
    """Return a page that asks nobody for anything."""
    body = _STYLE.partition("}")[0] + "}"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{body}</style>\n</head>\n<body>\n<main>\n"
        f"{write_html_table(title, headline, heads, rows)}\n</main>\n</body>\n</html>\n"
    )


def _kind(at: int, text: str) -> str:
    kinds = ["string"] * (at == _STRING) + ["n"] * (at == len(_WIDTHS) - 1)
    kinds += ["none"] * (text == "not reported")
    return f' class="{" ".join(kinds)}"' if kinds else ""


def _clean(text: str) -> str:
    """Leave out what neither a page nor a document may hold."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))


def write_docx(
    title: str, headline: str, heads: Sequence[str], rows: Sequence[Sequence[str]]
) -> bytes:
    """Return a Word document in landscape, whose head row comes again on each page."""
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    document: Any = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin = section.bottom_margin = Mm(20)
    document.core_properties.title = title
    document.core_properties.author = ""
    document.core_properties.comments = ""
    document.add_heading(title, level=1)
    document.add_paragraph(_clean(headline))
    table = document.add_table(rows=1, cols=len(heads), style="Table Grid")
    table.autofit = False
    _fill_row(table.rows[0], heads, bold=True)
    _repeat_head(table.rows[0])
    for row in rows:
        _fill_row(table.add_row(), row)
    for at, width in enumerate(_WIDTHS):
        table.columns[at].width = Mm(width)
    buffer = io.BytesIO()
    document.save(buffer)
    return forget_time(buffer.getvalue())


def _fill_row(row: Any, texts: Sequence[str], *, bold: bool = False) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    for at, text in enumerate(texts):
        cell = row.cells[at]
        cell.width = Mm(_WIDTHS[at])
        paragraph = cell.paragraphs[0]
        run = paragraph.add_run(_clean(text))
        run.bold, run.font.size = bold, Pt(9)
        run.italic = text == "not reported"
        if at == _STRING and not bold and text != "not reported":
            run.font.name, run.font.size = "Consolas", Pt(8.5)
        if at == len(_WIDTHS) - 1:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        elif _runs_left(text):
            _set_flag(paragraph._p.get_or_add_pPr(), "w:bidi")


def _runs_left(text: str) -> bool:
    """Return whether the first letter of a text is of a script that runs from right to left."""
    directions = (unicodedata.bidirectional(char) for char in text)
    return next((one for one in directions if one in ("L", "R", "AL")), "L") != "L"


def _repeat_head(row: Any) -> None:
    _set_flag(row._tr.get_or_add_trPr(), "w:tblHeader")


def _set_flag(parent: Any, name: str) -> None:
    from docx.oxml import OxmlElement

    parent.append(OxmlElement(name))
