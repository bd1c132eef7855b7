"""The lines of a manuscript: from plain text, a Word document, or the text layer of a PDF."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from reviewkit._core.errors import InputError, ParseError

__all__ = ["CAPTION", "Line", "WordTable", "clean_text", "read_docx", "read_pdf", "read_text"]

#: How a caption begins.
CAPTION = re.compile(r"^\s*(?:table|figure|fig\.|box)\s+\w{1,3}\s*[.:\-–]", re.IGNORECASE)
Word = dict[str, Any]  # of pdfplumber: its text and edges
WordTable = tuple[str, tuple[tuple[str, ...], ...]]  # caption, rows of cells
_SOFT = str.maketrans({"\u00ad": None, "\u200b": None, "\ufeff": None, "\u00a0": " ", "\u202f": " ",
                       "\u2009": " ", "\t": " "})  # fmt: skip


class Line(NamedTuple):
    """A line as it stands in the file."""

    text: str
    page: int  # from 1; 1 throughout where there are no pages
    number: int  # from 1, within the file (within the page of a PDF)


def clean_text(text: str) -> str:
    """Return text without soft hyphens, ligatures and control characters."""
    text = unicodedata.normalize("NFC", text.translate(_SOFT))
    for ligature in "ﬀﬁﬂﬃﬄﬅﬆ":
        text = text.replace(ligature, unicodedata.normalize("NFKC", ligature))
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) != "Cc")


def read_text(data: bytes, path: Path) -> list[Line]:
    """Return the lines of a text file; a form feed begins a page."""
    if b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ParseError(
            f"{path.name!r} must be text, docx or pdf. It holds binary data. Save it as one of these."
        )
    for encoding in ("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise ParseError(
            f"{path.name!r} must be text in UTF-8. Its letters are in none known. Save it anew."
        )
    pages = text.replace("\r\n", "\n").replace("\r", "\n").split("\f")
    found, number = [], 0
    for page, part in enumerate(pages, 1):
        for row in part.split("\n"):
            number += 1
            found.append(Line(row, page, number))
    return found


def read_docx(path: Path) -> tuple[list[Line], list[WordTable]]:
    """Return the lines of a Word document, and its tables."""
    from docx import Document as open_docx
    from docx.opc.exceptions import PackageNotFoundError
    from docx.table import Table

    try:
        document = open_docx(str(path))
    except (PackageNotFoundError, KeyError, ValueError) as error:
        raise ParseError(
            f"{path.name!r} must be a Word document. It is another archive or damaged ({error}). "
            f"Save it as docx again."
        ) from None
    lines: list[Line] = []
    tables = []
    for number, block in enumerate(document.iter_inner_content(), 1):
        if isinstance(block, Table):
            rows = tuple(tuple(_cell_text(cell.text) for cell in row.cells) for row in block.rows)
            caption = next((line.text for line in reversed(lines) if line.text.strip()), "")
            tables.append((caption if CAPTION.match(caption) else "", rows))
            lines += [Line(" | ".join(dict.fromkeys(row)), 1, number) for row in rows]
            lines.append(Line("", 1, number))
        else:
            lines += [Line(block.text, 1, number), Line("", 1, number)]
    return lines, tables


def _cell_text(text: str) -> str:
    return " ".join(clean_text(text).split())


def read_pdf(path: Path) -> list[Line]:
    """Return the lines of a PDF, column by column."""
    try:
        import pdfplumber
    except ImportError:
        raise InputError(
            "Reading a PDF needs pdfplumber. It is not installed. Run `pip install reviewkit[docs-in]`, "
            "or save the manuscript as docx or text."
        ) from None
    found: list[Line] = []
    try:
        with pdfplumber.open(path) as document:
            for page in document.pages:
                texts = _read_columns(page)
                found += [Line(text, page.page_number, n) for n, text in enumerate(texts, 1)]
                found.append(Line("", page.page_number, len(texts) + 1))
    except Exception as error:  # the library has no error class of its own
        raise ParseError(
            f"{path.name!r} must be a PDF that can be opened. It cannot ({type(error).__name__}: {error}). "
            f"Export it again, without a password."
        ) from error
    return found


def _read_columns(page: Any) -> list[str]:
    """Return the lines of a page; two columns are read one after the other."""
    words = page.extract_words(keep_blank_chars=False, use_text_flow=False)
    if not words:
        return []
    middle = (min(w["x0"] for w in words) + max(w["x1"] for w in words)) / 2
    width = max(w["x1"] for w in words) - min(w["x0"] for w in words)
    rows = _group_rows(words)
    split = [row for row in rows if _gap_at(row, middle, width * 0.015)]
    if len(split) < 0.5 * len(rows):
        return [" ".join(w["text"] for w in row) for row in rows]
    texts: list[str] = []
    left: list[str] = []
    right: list[str] = []
    for row in rows:
        sides = [[w for w in row if w["x1"] <= middle], [w for w in row if w["x0"] >= middle]]
        if sum(map(len, sides)) < len(row):  # a line over both columns ends what stands above it
            texts += [*left, *right, " ".join(w["text"] for w in row)]
            left, right = [], []
        else:
            for lines, side in zip((left, right), sides, strict=True):
                if side:
                    lines.append(" ".join(w["text"] for w in side))
    return [*texts, *left, *right]


def _group_rows(words: Sequence[Word]) -> list[list[Word]]:
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda w: (round(w["top"] / 3), w["x0"])):
        if rows and abs(rows[-1][-1]["top"] - word["top"]) < 3.5:
            rows[-1].append(word)
        else:
            rows.append([word])
    return [sorted(row, key=lambda w: float(w["x0"])) for row in rows]


def _gap_at(row: Sequence[Word], middle: float, least: float) -> bool:
    """Return whether no word of a row crosses the middle of the page."""
    return all(w["x1"] <= middle + least or w["x0"] >= middle - least for w in row)
