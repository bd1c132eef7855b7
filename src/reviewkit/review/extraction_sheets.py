"""The sheet that a person fills in who extracts from papers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from os import PathLike
from pathlib import Path

import pandas as pd

from reviewkit._core.errors import InputError

__all__ = ["extract_template", "write_extraction"]

_TEMPLATE = (
    "study", "outcome", "construct", "instrument", "version", "cutoff", "events", "total", "percent",
    "country", "population", "design", "response_rate", "source", "quote", "note",
)  # fmt: skip


def extract_template(
    path: str | PathLike[str],
    *,
    studies: Iterable[str] = (),
    outcomes: Iterable[str] = (),
    columns: Sequence[str] = _TEMPLATE,
) -> Path:
    """Write an empty extraction sheet, one row a study and outcome.

    Parameters
    ----------
    path : path-like
        A new file; ends in csv or xlsx.
    studies, outcomes : iterable of str, optional
        What to fill in beforehand.  Without studies the sheet has its heading only.
    columns : sequence of str
        The heading; must hold ``study``.

    Returns
    -------
    Path
        Of the written file, which :func:`~reviewkit.sources.extraction.read_extraction` reads.

    Raises
    ------
    InputError
        If there is such a file already, its ending is another, or ``study`` is not a column.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> path = extract_template(Path(mkdtemp()) / "ada.csv", studies=["Bo 2020"], outcomes=["ee"])
    >>> path.read_text(encoding="utf-8-sig").splitlines()[1][:10]
    'Bo 2020,ee'
    """
    path = Path(path)
    if path.exists():
        raise InputError(f"A template must be a new file. {str(path)!r} is there. Name another.")
    if "study" not in columns or ("outcome" not in columns and [*outcomes]):
        raise InputError(
            f"`columns` must hold 'study', and 'outcome' where outcomes are given. Got {[*columns]}."
        )
    rows = [
        {"study": study, **({"outcome": outcome} if outcome else {})}
        for study in studies
        for outcome in ([*outcomes] or [""])
    ]
    frame = pd.DataFrame(rows, columns=list(columns), dtype=object)
    write_extraction(frame, path)
    return path


def write_extraction(frame: pd.DataFrame, path: Path) -> None:
    """Write a sheet as csv or xlsx, as the ending of its name says."""
    from reviewkit.sources.spreadsheet import write_table

    kind = path.suffix.lower()
    if kind == ".csv":
        write_table(frame, path)
    elif kind == ".xlsx":
        from reviewkit.sources.sheet_writing import write_sheet

        write_sheet(frame, path)
    else:
        raise InputError(f"The name must end in .csv or .xlsx. Got {path.name!r}. Rename it.")
