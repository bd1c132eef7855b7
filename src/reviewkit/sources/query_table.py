"""The table of searches that PRISMA-S asks for: databases, platforms, days, limits, strings, records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple

import pandas as pd

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count
from reviewkit._core.result import Result
from reviewkit.sources.query_strategy import (
    SearchedDatabase,
    SearchedString,
    Strategy,
    read_strategy,
)  # fmt: skip
from reviewkit.sources.spreadsheet import write_table

__all__ = ["SearchTable", "prisma_s_table"]

HEADS = ("Database", "Platform", "Last searched", "Limits", "Search string as run", "Records")
_NOT_REPORTED = "not reported"


class Search(NamedTuple):
    """One row: a string in a database; empty or None where nothing is reported."""

    database: str
    platform: str
    date: str
    limits: str
    string: str
    records: int | None


@dataclass(frozen=True, slots=True)
class SearchTable(Result):
    """The searches of a review, as PRISMA-S wants them reported.

    Attributes
    ----------
    searches : tuple of Search
        One a database and string.
    total : int or None
        Records of all searches; None where one does not say.
    """

    title: ClassVar[str] = "Searches (PRISMA-S)"

    searches: tuple[Search, ...]
    total: int | None

    def to_frame(self) -> pd.DataFrame:
        """Return one row a search: ``database, platform, date, limits, string, records``.

        What is not reported is missing.
        """
        frame = pd.DataFrame(self.searches, columns=list(Search._fields))
        for name in Search._fields[:-1]:
            frame[name] = frame[name].astype(object).where(frame[name] != "", None)
        return frame.assign(records=frame["records"].astype("Int64"))

    def to_cells(self) -> list[tuple[str, ...]]:
        """Return the rows as they are printed."""
        return [
            (
                *(text or _NOT_REPORTED for text in search[:-1]),
                _NOT_REPORTED if search.records is None else format_count(search.records),
            )
            for search in self.searches
        ]

    def to_html(self) -> str:
        """Return the table as a page of its own."""
        from reviewkit.sources.query_pages import write_page

        return write_page(self.title, self._headline(), HEADS, self.to_cells())

    def save(self, path: str | PathLike[str]) -> Path:
        """Save the table; the same table gives the same bytes on any day.

        Parameters
        ----------
        path : path-like
            Its ending names the format: csv, docx or html.

        Returns
        -------
        Path
            Of the written file.
        """
        path = Path(path)
        write = _WRITERS.get(path.suffix.lower())
        if write is None:
            raise InputError(
                f"The name of the file must end in one of {', '.join(_WRITERS)}. Got {path.name!r}."
            )
        write(self, path)
        return path

    def _repr_html_(self) -> str:
        from reviewkit.sources.query_pages import write_html_table

        return write_html_table(self.title, self._headline(), HEADS, self.to_cells())

    def _headline(self) -> str:
        names = dict.fromkeys(search.database for search in self.searches if search.database)
        gaps = {
            name: sum(getattr(search, name) in ("", None) for search in self.searches)
            for name in Search._fields
        }
        open_ones = [f"{name} ({n} of {len(self.searches)})" for name, n in gaps.items() if n]
        total = f", {format_count(self.total)} records in all" if self.total is not None else ""
        told = f" Not reported: {list_some(open_ones, sep=', ')}." if open_ones else ""
        many = f"{len(names)} database{'' if len(names) == 1 else 's'}"
        rows = f"{len(self.searches)} row{'' if len(self.searches) == 1 else 's'}"
        return f"{many}, {rows}{total}.{told}"


def prisma_s_table(strategy: Mapping[str, Any] | Strategy) -> SearchTable:
    """Return the table of searches that PRISMA-S asks for.

    Parameters
    ----------
    strategy : mapping
        Plain data with ``databases`` and ``strings``, and any of ``dates, window, limits,
        languages, records``, as ``[search]`` in ``review.toml``; see
        :func:`~reviewkit.sources.query_strategy.read_strategy`.

    Returns
    -------
    SearchTable
        One row a database and string; what is not reported is said to be so.  ``.save(path)``
        writes csv, docx and html.

    Raises
    ------
    InputError
        If a key is not known, a value is of another kind, or there is neither database nor string.

    References
    ----------
    Rethlefsen ML, et al. PRISMA-S: an extension to the PRISMA statement for reporting literature
    searches in systematic reviews. Syst Rev 2021;10:39. doi:10.1186/s13643-020-01542-z (items 1, 2,
    8, 9, 13 and 15)

    Examples
    --------
    >>> import reviewkit as rk
    >>> table = rk.prisma_s_table({
    ...     "databases": [{"name": "PsycINFO", "platform": "Ovid", "date": "2024-03-01", "records": 120}],
    ...     "strings": [{"database": "PsycINFO", "text": "(burnout and therapist*).ti,ab."}],
    ...     "window": "2014 to 2024"})
    >>> table.to_frame()[["database", "limits", "records"]].to_numpy().tolist()
    [['PsycINFO', 'published 2014 to 2024', 120]]
    """
    read = read_strategy(strategy)
    if not read.databases and not read.strings:
        raise InputError("`strategy` must have databases or strings. Got neither.")
    rows = []
    for database in read.databases:
        strings = read.strings_of(database)
        told = strings or [SearchedString("")]
        rows += [_make_row(read, database, one, len(told)) for one in told]
    names = {database.name.casefold() for database in read.databases}
    for one in read.strings:
        if not one.database or one.database.casefold() not in names:
            rows.append(_make_row(read, SearchedDatabase(one.database), one, 1))
    return SearchTable(tuple(rows), _add_up(read, rows))


def _make_row(
    strategy: Strategy, database: SearchedDatabase, told: SearchedString, strings: int
) -> Search:
    limits = [told.limits or database.limits or strategy.limits]
    if strategy.window:
        limits.append(f"published {strategy.window}")
    if strategy.languages:
        limits.append(f"in {', '.join(strategy.languages)}")
    records = told.records
    if records is None and strings <= 1:  # a count of the database is that of its only string
        records = database.records
    return Search(
        database.name, told.platform or database.platform,
        told.date or database.date or (strategy.date if database.name else ""),
        "; ".join(part for part in limits if part), told.text, records,
    )  # fmt: skip


def _add_up(strategy: Strategy, rows: list[Search]) -> int | None:
    """Return all records, if every database or row says how many."""
    if strategy.records is not None:
        return strategy.records
    if strategy.databases and all(one.records is not None for one in strategy.databases):
        return sum(one.records or 0 for one in strategy.databases)
    counts = [row.records for row in rows]
    return None if None in counts else sum(count or 0 for count in counts)


def _save_csv(table: SearchTable, path: Path) -> None:
    write_table(table.to_frame(), path)


def _save_html(table: SearchTable, path: Path) -> None:
    path.write_text(table.to_html(), encoding="utf-8", newline="\n")


def _save_docx(table: SearchTable, path: Path) -> None:
    from reviewkit.sources.query_pages import write_docx

    path.write_bytes(write_docx(table.title, table._headline(), HEADS, table.to_cells()))


_WRITERS: Mapping[str, Callable[[SearchTable, Path], None]] = MappingProxyType(
    {".csv": _save_csv, ".docx": _save_docx, ".html": _save_html}
)
