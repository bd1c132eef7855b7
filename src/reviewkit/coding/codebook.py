"""Codebooks and coded segments from files.

Both readers take csv, tsv, xlsx, xls and ods, what other programs write
(:mod:`~reviewkit.coding.foreign`) and REFI-QDA files; they tell the format by content,
and keep a log of what they changed or noticed in ``frame.attrs["log"]``.  All rows of a
table that break a rule (:mod:`~reviewkit.coding.rules`) are named in one error.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from reviewkit.coding.foreign import CODEBOOKS, CODINGS, convert, read_docx, read_qualcoder
from reviewkit.coding.labels import find_lookalikes, quote_lookalikes
from reviewkit.coding.refi_frames import frame_codes, frame_segments
from reviewkit.coding.rules import (
    CodeRow,
    Problem,
    check_segments,
    parse_codebook,
    refuse,
    settle_themes,
)
from reviewkit.sources.content import read_bytes
from reviewkit.sources.refi import looks_like_refi, read_refi
from reviewkit.sources.repairs import Repair, sort_repairs
from reviewkit.sources.spreadsheet import Table, read_table

__all__ = ["read_codebook", "read_coding"]

_BOOK = ("code", "theme", "parent", "definition")
_CODING = ("study", "code", "coder", "text", "source", "start", "end")
_PLACE = re.compile(r"\d{1,15}(\.0*)?", re.ASCII)
_REPEATED = "row repeated word by word"
_ALIKE = "differs from {} by case, dashes and spaces only"


def read_codebook(path: str | PathLike[str]) -> pd.DataFrame:
    r"""Read the codes of a review and the themes that they stand for.

    Parameters
    ----------
    path : path-like
        A table with the columns ``code`` and ``theme``, and if it has them
        ``parent`` (another code, of which this one is a kind) and ``definition``.  Or a
        REFI-QDA codebook (qdc) or project (qdpx), a codebook of Taguette (csv, xlsx), of NVivo
        (xlsx, docx) or of QualCoder (csv or txt with ``category>>code``).

    Returns
    -------
    DataFrame
        One row a code: ``code, theme, parent, definition``, then any other column; missing
        cells are NaN.  A code without a theme has that of its nearest parent.  Rows repeated
        word by word are left out.  ``.attrs["log"]`` says so, and names codes that differ by
        case, dashes and spaces only.  In REFI-QDA files the theme is the outermost code or
        category above, or else the one set that holds the code; codes of one name bear their
        path, and ``guid, colour, path, sets`` follow.

    Raises
    ------
    InputError
        If a column is missing (near misses are named), or rows break a rule: a row without a
        code, a code twice with different cells, a parent that is no code, parents in a circle,
        no theme.  The message lists all of them with their lines.
    ParseError
        If the file is none of these, is damaged, or is an archive that is not safe to read.

    References
    ----------
    Evers et al. (2020). doi:10.17169/fqs-21.2.3439

    Examples
    --------
    >>> from pathlib import Path; from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "codebook.csv"
    >>> _ = path.write_text("code,theme,parent\nStress,Mind,\nWork stress,,Stress\n")
    >>> read_codebook(path)[["code", "theme"]].to_numpy().tolist()
    [['Stress', 'Mind'], ['Work stress', 'Mind']]
    """
    path = Path(path)
    data = read_bytes(path)
    if looks_like_refi(data, path):
        return frame_codes(read_refi(data, path), path)
    table = (
        read_qualcoder(data, path) or read_docx(data, path) or convert(read_table(path), CODEBOOKS)
    )
    _require_own(table, _BOOK[:2])
    rows, problems, repeats = parse_codebook(table.frame)
    codes, more = settle_themes(rows)
    if problems or more:
        raise refuse(
            [*problems, *more],
            _name_lines(table),
            f"{table.path.name!r} must name in each row a code, once, with its theme.",
            "Correct these rows. A code that fits two themes is two codes: name each of them.",
        )
    frame = _complete(table, _BOOK)
    frame = frame.drop(index=repeats).reset_index(drop=True)
    frame["theme"] = pd.Series([code.theme for code in codes], dtype=frame["code"].dtype)
    notes = [*table.repairs, *_note_repeats(table, repeats)]
    notes += _note_inherited(table, rows, codes)
    notes += _note_lookalikes(table, "code")
    frame.attrs["log"] = sort_repairs(notes)
    return frame


def read_coding(path: str | PathLike[str]) -> pd.DataFrame:
    r"""Read coded segments: which study says what, in the words of which code.

    Parameters
    ----------
    path : path-like
        A table with the columns ``study`` and ``code``, and if it has them ``coder``,
        ``text`` (the words that are coded), ``source`` (document, table or page), ``start``
        and ``end`` (places of the first letter and after the last one, counted from 0).  Or a
        REFI-QDA project (qdpx), or highlights of Taguette (csv, xlsx).

    Returns
    -------
    DataFrame
        One row a segment: ``study, code, coder, text, source, start, end``, then any other
        column; missing cells are NaN, `start` and `end` whole numbers or ``<NA>``.
        ``.attrs["log"]`` names repeated rows (they stay), and studies, codes and coders that
        differ by case, dashes and spaces only.  In a project, a source is a study unless one
        case holds it; places count the characters of the text with line ends of one character,
        whatever the writing program counted; what is left out is in the log.

    Raises
    ------
    InputError
        If a column is missing (near misses are named), or rows break a rule: no study, no
        code, a place that is no whole number of 0 or more, an end before its start.  The
        message lists all of them with their lines.
    ParseError
        If the file is none of these, is damaged, or is an archive that is not safe to read.

    Examples
    --------
    >>> from pathlib import Path; from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "segments.csv"
    >>> _ = path.write_text("study,code,start,end\nBerg (17),Trust,12,40\n")
    >>> read_coding(path).iloc[0].dropna().to_dict()
    {'study': 'Berg (17)', 'code': 'Trust', 'start': 12, 'end': 40}
    """
    path = Path(path)
    data = read_bytes(path)
    if looks_like_refi(data, path):
        return frame_segments(read_refi(data, path), path)
    table = convert(read_table(path), CODINGS)
    _require_own(table, _CODING[:2])
    frame = _complete(table, _CODING)
    problems = check_segments(table.frame["study"].tolist(), table.frame["code"].tolist())
    for name in ("start", "end"):
        frame[name], faulty = _read_places(table, name)
        problems += faulty
    problems += _find_backward(frame)
    if problems:
        raise refuse(
            problems,
            _name_lines(table),
            f"{table.path.name!r} must name in each row a study and a code, "
            f"and places as 0 ≤ start ≤ end.",
            "Correct these rows, or leave out what is not coded.",
        )
    repeats = np.flatnonzero(table.frame.duplicated().to_numpy()).tolist()
    notes = [*table.repairs, *_note_repeats(table, repeats, kept=True)]
    for name in ("study", "code", "coder"):
        notes += _note_lookalikes(table, name) if name in table.frame else []
    frame.attrs["log"] = sort_repairs(notes)
    return frame


def _require_own(table: Table, names: Sequence[str]) -> None:
    """Raise the error of the reader of tables if a column is missing."""
    if not set(names) <= {*table.frame.columns}:
        read_table(table.path, required=names)


def _name_lines(table: Table) -> list[str]:
    return [f"line {line}" for line in table.lines]


def _complete(table: Table, names: Sequence[str]) -> pd.DataFrame:
    """Return the cells with all columns of the contract first; blank is missing."""
    cells = table.frame
    columns = {}
    for name in [*names, *(name for name in cells.columns if name not in names)]:
        texts = cells[name].tolist() if name in cells.columns else [""] * len(cells)
        columns[name] = pd.Series([text or np.nan for text in texts], dtype=cells["code"].dtype)
    return pd.DataFrame(columns)


def _read_places(table: Table, name: str) -> tuple[pd.Series[Any], list[Problem]]:
    """Return places in a text as whole numbers, and the cells that hold none."""
    cells = table.frame[name].tolist() if name in table.frame else [""] * len(table.frame)
    problems = [
        Problem(row, f"{name} {cell!r} is no whole number of 0 or more")
        for row, cell in enumerate(cells)
        if cell and not _PLACE.fullmatch(cell)
    ]
    numbers = [int(float(cell)) if _PLACE.fullmatch(cell) else pd.NA for cell in cells]
    return pd.Series(numbers, dtype="Int64"), problems


def _find_backward(frame: pd.DataFrame) -> list[Problem]:
    """Return segments that end before they start."""
    backward = (frame["end"] < frame["start"]).fillna(False).to_numpy(dtype=bool)
    return [
        Problem(int(row), f"it ends at {end}, before its start at {start}")
        for row, start, end in zip(
            np.flatnonzero(backward), frame["start"][backward], frame["end"][backward], strict=True
        )
    ]


def _note_repeats(table: Table, rows: Sequence[int], *, kept: bool = False) -> list[Repair]:
    """Return an entry for each row that repeats another: a finding if it is kept."""
    codes = table.frame["code"].tolist()
    return [
        Repair(
            table.path.name,
            table.lines[row],
            "code",
            codes[row],
            codes[row] if kept else "",
            _REPEATED,
        )
        for row in rows
    ]


def _note_inherited(
    table: Table, rows: Sequence[CodeRow], codes: Sequence[CodeRow]
) -> list[Repair]:
    return [
        Repair(table.path.name, table.lines[old.row], "theme", "", new.theme, "theme of the parent")
        for old, new in zip(rows, codes, strict=True)
        if not old.theme
    ]


def _note_lookalikes(table: Table, column: str) -> list[Repair]:
    """Return a finding for each label that looks like another, where it first stands."""
    first: dict[str, int] = {}
    for row, label in enumerate(table.frame[column]):
        first.setdefault(label, row)
    notes = []
    for group in find_lookalikes(label for label in first if label):
        for label in group:
            others = quote_lookalikes([other for other in group if other != label])
            line = table.lines[first[label]]
            notes.append(Repair(table.path.name, line, column, label, label, _ALIKE.format(others)))
    return notes
