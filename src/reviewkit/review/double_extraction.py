"""Two people extract, and what they read is compared field by field and reconciled.

Each fills in a sheet (:mod:`~reviewkit.review.extraction_sheets`); :func:`compare_extractions` says
where two sheets differ, and its reconciliation sheet goes to a meeting and comes back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import ClassVar

import numpy as np
import pandas as pd

from reviewkit._core.check import check_columns, list_some
from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count, format_percent
from reviewkit._core.result import Result
from reviewkit.review.extraction_sheets import write_extraction

__all__ = ["ExtractionComparison", "compare_extractions"]


@dataclass(frozen=True, slots=True)
class ExtractionComparison(Result):
    """Where two extractions agree and where they do not.

    Attributes
    ----------
    fields : DataFrame
        One row a field: ``field, compared, same, agreement, only_first, only_second``; `agreement`
        is the share of cells that both filled in and that hold the same.
    only_first, only_second : tuple of str
        Rows that one of the two has not.
    """

    title: ClassVar[str] = "Comparison of two extractions"

    fields: pd.DataFrame = field(repr=False, compare=False)
    disagreements: pd.DataFrame = field(repr=False, compare=False)
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    on: tuple[str, ...]
    n_rows: int

    def to_frame(self) -> pd.DataFrame:
        """Return one row a disagreement: the key, ``field, first, second``."""
        return self.disagreements.copy()

    @property
    def agreement(self) -> float:
        """The share of cells that both filled in and that hold the same, in [0, 1]."""
        compared = int(self.fields["compared"].sum())
        return float(self.fields["same"].sum() / compared) if compared else float("nan")

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the reconciliation sheet: each disagreement, with ``final`` and ``note`` to fill in.

        Parameters
        ----------
        path : path-like
            Ends in csv or xlsx; what is there is replaced.

        Returns
        -------
        Path

        Raises
        ------
        InputError
            If the ending is another.
        """
        path = Path(path)
        frame = self.disagreements.rename(
            columns={"first": "value_first", "second": "value_second"}
        )
        write_extraction(frame.assign(final="", note=""), path)
        return path

    def reconcile(
        self, first: pd.DataFrame, sheet: pd.DataFrame | str | PathLike[str]
    ) -> pd.DataFrame:
        """Return the first extraction with what the meeting decided.

        Parameters
        ----------
        first : DataFrame
            The first extraction, as it was compared.
        sheet : DataFrame or path-like
            The reconciliation sheet, with ``final`` filled in.

        Returns
        -------
        DataFrame

        Raises
        ------
        InputError
            If a disagreement is undecided; the message lists them.
        """
        from reviewkit.sources.spreadsheet import read_table

        if not isinstance(sheet, pd.DataFrame):
            sheet = read_table(sheet).frame
        check_columns(sheet.columns, {name: name for name in (*self.on, "field", "final")})
        decided = {
            (*(str(row[name]) for name in self.on), str(row["field"])): row["final"]
            for row in sheet.astype(object).to_dict("records")
            if not pd.isna(row["final"]) and str(row["final"]).strip()
        }
        keys = _keys(first, self.on)
        columns = {str(name): first[name].tolist() for name in first.columns}
        lacking = []
        for row in self.disagreements.astype(object).to_dict("records"):
            key = tuple(str(row[name]) for name in self.on)
            place = (*key, str(row["field"]))
            if place not in decided:
                lacking.append(f"{' / '.join(key)}, {row['field']}")
                continue
            name = str(row["field"])
            columns[name][keys.index(key)] = _like(first[name], decided[place])
        if lacking:
            raise InputError(
                f"Each disagreement must have a final value. Undecided: {list_some(lacking)}. "
                f"Fill in `final`."
            )
        return pd.DataFrame(columns, index=first.index)

    def _headline(self) -> str:
        share = format_percent(self.agreement) or "nothing to compare"
        lone = len(self.only_first) + len(self.only_second)
        told = f"; {format_count(lone)} rows stand in one only" if lone else ""
        return (
            f"{format_count(self.n_rows)} rows in both: {share} of filled cells agree, "
            f"{format_count(len(self.disagreements))} do not{told}."
        )


def _like(column: pd.Series, value: object) -> object:
    """Return a decided value as a number where the column holds numbers."""
    text = str(value).strip()
    if pd.api.types.is_numeric_dtype(column):
        try:
            number = float(text.replace(",", ""))
        except ValueError:
            raise InputError(
                f"The final value of {column.name!r} must be a number. Got {text!r}. Correct the sheet."
            ) from None
        return int(number) if number.is_integer() else number
    return text


def compare_extractions(
    first: pd.DataFrame,
    second: pd.DataFrame,
    *,
    on: str | Sequence[str] = "study",
    tolerance: float = 0.0,
) -> ExtractionComparison:
    """Compare what two people extracted, field by field.

    Parameters
    ----------
    first, second : DataFrame
        One row a study (and outcome); columns that only one of them has are not compared.
    on : str or sequence of str, default "study"
        The column or columns that name a row; each row once.
    tolerance : float, default 0
        By how much two numbers may differ and count as the same.

    Returns
    -------
    ExtractionComparison
        Numbers are compared as numbers, text without regard to case and blanks.  A cell that
        one of the two left blank is a disagreement; one that both left blank is none.

    Raises
    ------
    InputError
        If a key column is missing, a key stands twice, or the two share no other column.

    Examples
    --------
    >>> import pandas as pd
    >>> ada = pd.DataFrame({"study": ["A", "B"], "events": [12, 30], "country": ["Peru", "Chad"]})
    >>> bo = pd.DataFrame({"study": ["A", "B"], "events": [12, 13], "country": ["peru", "Chad"]})
    >>> found = compare_extractions(ada, bo)
    >>> round(found.agreement, 2), found.to_frame().to_numpy().tolist()
    (0.75, [['B', 'events', '30', '13']])
    """
    names = (on,) if isinstance(on, str) else tuple(on)
    for frame in (first, second):
        check_columns(frame.columns, {name: name for name in names})
    if tolerance < 0 or np.isnan(tolerance):
        raise InputError(f"`tolerance` must be 0 or more. Got {tolerance!r}.")
    keys = [_keys(frame, names) for frame in (first, second)]
    for which, own in zip(("first", "second"), keys, strict=True):
        twice = sorted({" / ".join(key) for key in own if own.count(key) > 1})
        if twice:
            raise InputError(
                f"Each row of `{which}` must have a key of its own in {', '.join(names)}. Got "
                f"{list_some(twice)} several times. Name further columns in `on`."
            )
    shared = [c for c in first.columns if c in second.columns and c not in names]
    if not shared:
        raise InputError("The two extractions must share a column beside the key. They share none.")
    both = [key for key in keys[0] if key in set(keys[1])]
    places = [{key: at for at, key in enumerate(own)} for own in keys]
    rows: list[dict[str, str]] = []
    fields = []
    for name in shared:
        cells = [
            [frame[name].iloc[place[key]] for key in both]
            for frame, place in zip((first, second), places, strict=True)
        ]
        counts = _count(name, both, cells, names, tolerance, rows)
        fields.append({"field": name, **counts})
    columns = [*names, "field", "first", "second"]
    told = [tuple(" / ".join(key) for key in own if key not in set(other))
            for own, other in ((keys[0], keys[1]), (keys[1], keys[0]))]  # fmt: skip
    return ExtractionComparison(
        fields=pd.DataFrame(fields),
        disagreements=pd.DataFrame(rows, columns=columns, dtype=object),
        only_first=told[0], only_second=told[1], on=names, n_rows=len(both),
    )  # fmt: skip


def _keys(frame: pd.DataFrame, names: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(map(str, row)) for row in frame[list(names)].itertuples(index=False, name=None)]


def _count(
    name: str,
    keys: Sequence[tuple[str, ...]],
    cells: Sequence[Sequence[object]],
    names: Sequence[str],
    tolerance: float,
    rows: list[dict[str, str]],
) -> Mapping[str, object]:
    """Add the disagreements of a field to `rows`; return its counts."""
    compared = same = lone_first = lone_second = 0
    for key, one, two in zip(keys, *cells, strict=True):
        blank = _is_blank(one), _is_blank(two)
        if all(blank):
            continue
        if not any(blank):
            compared += 1
            if _is_same(one, two, tolerance):
                same += 1
                continue
        lone_first += blank[1] and not blank[0]
        lone_second += blank[0] and not blank[1]
        told = {"first": _tell(one), "second": _tell(two)}
        rows.append({**dict(zip(names, key, strict=True)), "field": name, **told})
    share = same / compared if compared else float("nan")
    return {"compared": compared, "same": same, "agreement": share,
            "only_first": lone_first, "only_second": lone_second}  # fmt: skip


def _is_blank(cell: object) -> bool:
    return cell is None or cell is pd.NA or (isinstance(cell, float) and np.isnan(cell)) or not str(cell).strip()  # fmt: skip


def _tell(cell: object) -> str:
    return "" if _is_blank(cell) else str(cell).strip()


def _is_same(one: object, two: object, tolerance: float) -> bool:
    texts = [" ".join(str(cell).split()).casefold() for cell in (one, two)]
    if texts[0] == texts[1]:
        return True
    try:
        first, second = (float(text.replace(",", "").rstrip("%")) for text in texts)
    except ValueError:
        return False
    return abs(first - second) <= tolerance
