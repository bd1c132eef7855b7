"""Records as given become columns of text, one value a record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit._core.check import check_columns, list_some
from reviewkit._core.errors import InputError

__all__ = ["COMPARED", "take_records", "text_of"]

TextArray = NDArray[np.object_]

#: Columns that are compared; all but the title may be missing.
COMPARED = (
    "title", "authors", "year", "journal", "volume", "issue", "pages", "doi", "pmid", "abstract",
    "kind", "language", "issn", "url", "accession", "source",
)  # fmt: skip


def take_records(records: Any) -> pd.DataFrame:
    """Return records as a frame of their own, index 0..n-1.

    Raises
    ------
    InputError
        If it is no frame and cannot become one, if `record` or `title` is missing, or if a
        record has no id or shares it.
    """
    if not isinstance(records, pd.DataFrame | Mapping) and hasattr(records, "to_frame"):
        records = records.to_frame()
    if not isinstance(records, pd.DataFrame | Mapping):
        raise InputError(
            f"`records` must be what read_records returns, or a DataFrame. Got "
            f"{type(records).__name__}. Give one row a record, with the columns record and title."
        )
    frame = pd.DataFrame(records)
    check_columns(frame.columns, {"record": "record", "title": "title"})
    if not frame.columns.is_unique:
        twice = sorted(set(map(str, frame.columns[frame.columns.duplicated()])))
        raise InputError(
            f"Each column must be there once. Got {list_some(twice, sep=', ')} several times. "
            f"Rename the columns."
        )
    frame = frame.reset_index(drop=True)
    ids = frame["record"]
    if ids.isna().any() or (ids.astype(str).str.strip() == "").any():
        at = int(np.flatnonzero(ids.isna() | (ids.astype(str).str.strip() == ""))[0])
        raise InputError(f"Each record must have an id. Got none in row {at}. Fill in `record`.")
    if not ids.is_unique:
        twice = [repr(value) for value in ids[ids.duplicated()].unique()]
        raise InputError(
            f"Each id must be that of one record. Got several records for "
            f"{list_some(twice, most=5, sep=', ')}. Number the records anew."
        )
    return frame


def text_of(frame: pd.DataFrame, name: str) -> TextArray:
    """Return a column as text, "" where it is missing or not there."""
    if name not in frame.columns:
        return np.full(len(frame), "", dtype=object)
    column = frame[name]
    values = column.astype(object).to_numpy(dtype=object, copy=True)
    blank = column.isna().to_numpy(dtype=bool)
    values[blank] = ""
    return np.array([v if type(v) is str else _as_text(v) for v in values], dtype=object)


def _as_text(value: object) -> str:
    if isinstance(value, list | tuple):
        return "; ".join(map(str, value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
