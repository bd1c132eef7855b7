"""Records written to a file that other tools read, and that reads back as it was.

The name of the file chooses the format: ``.ris``, ``.bib``, ``.csv`` or ``.xlsx``.  To add one,
write a function from a frame and a path, and enter it in :data:`WRITERS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from os import PathLike
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError
from reviewkit.sources.layout import FORMULA
from reviewkit.sources.record_entries import mark_groups, write_bibtex_entry, write_ris_entry
from reviewkit.sources.record_sets import COLUMNS, Records
from reviewkit.sources.sheet_writing import write_sheet
from reviewkit.sources.spreadsheet import write_table

__all__ = ["WRITERS", "write_records"]

_BAD = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write_records(records: Records | pd.DataFrame, path: str | PathLike[str]) -> None:
    r"""Write records to RIS, BibTeX, CSV or XLSX.

    Parameters
    ----------
    records : Records or DataFrame
        What :func:`read_records` returns, or a frame with some of its columns, ``title`` among
        them.  Authors are separated by ``"; "``, each ``Family, Given``.
    path : path-like
        Its ending, ``.ris``, ``.bib``, ``.csv`` or ``.xlsx``, is the format.  An existing file is
        replaced.

    Returns
    -------
    None
        Equal records make equal files, byte by byte.

    Raises
    ------
    InputError
        If the ending is none of these, there is no title column, or a text holds what no file
        can: a control character or half a character; in xlsx, more than 32,767 characters.

    Notes
    -----
    :func:`read_records` gives back what was written, ids included; line breaks within a text
    become blanks.  Csv and xlsx hold all columns of a frame.  RIS and BibTeX hold those of
    :func:`read_records` but ``file`` and ``line``, which belong to the file that was read, and no
    others; RIS has no kind beyond its own list.

    Examples
    --------
    >>> from pathlib import Path; from tempfile import mkdtemp
    >>> import pandas as pd
    >>> path = Path(mkdtemp()) / "kept.ris"
    >>> write_records(pd.DataFrame({"title": ["Burnout"], "authors": ["Roe, Ada; WHO"]}), path)
    >>> path.read_text().splitlines()
    ['TY  - GEN', 'AU  - Roe, Ada', 'AU  - WHO', 'TI  - Burnout', 'ER  - ', '']
    """
    path = Path(path)
    frame = records.to_frame() if isinstance(records, Records) else records
    write = WRITERS.get(path.suffix.lower())
    if write is None:
        raise InputError(
            f"`path` must end in {', '.join(WRITERS)}. Got {path.name!r}. Choose one of these."
        )
    if "title" not in frame.columns:
        found = list_some([repr(str(name)) for name in frame.columns], sep=", ")
        raise InputError(
            f"`records` must have the column 'title'. Found {found}. "
            f"Name the columns as read_records does."
        )
    _check_texts(frame)
    write(frame, path)


def _check_texts(frame: pd.DataFrame) -> None:
    for name in frame.columns:
        for at, value in enumerate(frame[name].tolist()):
            if not isinstance(value, str):
                continue
            bad = _BAD.search(value) if not value.isprintable() else None
            if bad:
                raise InputError(
                    f"Text must be whole Unicode characters to be written. Got {bad[0]!r} in "
                    f"column {name!r}, row {at}. Remove it from the frame."
                )


def _rows(frame: pd.DataFrame) -> list[dict[str, str]]:
    """Return the cells of each row that hold something, as text."""
    names = [name for name in COLUMNS if name in frame.columns]
    columns = [
        ["" if blank else _as_text(value) for value, blank in zip(cells, cells.isna(), strict=True)]
        for cells in (frame[name] for name in names)
    ]
    return [dict(zip(names, cells, strict=True)) for cells in zip(*columns, strict=True)]


def _as_text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():  # a year beside missing ones
        return str(int(value))
    return str(value)


def _write_ris(frame: pd.DataFrame, path: Path) -> None:
    path.write_bytes("".join(map(write_ris_entry, _rows(frame))).encode("utf-8"))


def _write_bibtex(frame: pd.DataFrame, path: Path) -> None:
    rows = [
        {**row, "record": row.get("record") or f"record{at}"}
        for at, row in enumerate(_rows(frame), start=1)
    ]
    path.write_bytes("".join(map(write_bibtex_entry, rows)).encode("utf-8"))


def _mark(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame in which groups are marked among the authors."""
    if "authors" not in frame.columns:
        return frame
    marked = [mark_groups(cell) if isinstance(cell, str) else cell for cell in frame["authors"]]
    return frame.assign(authors=pd.Series(marked, index=frame.index, dtype=object))


def _write_csv(frame: pd.DataFrame, path: Path) -> None:
    write_table(_mark(frame), path)


def _write_xlsx(frame: pd.DataFrame, path: Path) -> None:
    guarded = _mark(frame).map(lambda value: _guard(value) if isinstance(value, str) else value)
    guarded.columns = pd.Index([_guard(str(name)) for name in frame.columns])
    write_sheet(guarded, path, title="records")


def _guard(text: str) -> str:
    """Return text that no spreadsheet runs as a formula; readers take the apostrophe off."""
    return f"'{text}" if FORMULA.match(text) else text


#: Writers by the ending of the file.
WRITERS: Mapping[str, Callable[[pd.DataFrame, Path], None]] = MappingProxyType(
    {".ris": _write_ris, ".bib": _write_bibtex, ".csv": _write_csv, ".xlsx": _write_xlsx}
)
