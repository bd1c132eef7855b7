"""A table of printed percentages as rows; all cells that cannot be read are named at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from reviewkit._core.check import check_columns, list_some
from reviewkit._core.errors import InputError
from reviewkit.integrity.printed_percent import Percent, read_percent

__all__ = ["KINDS", "Row", "read_rows"]

#: What a percentage can be; only points and totals are numbers to count with.
KINDS = ("point", "total", "bound", "approximate")

_NEEDED = ("id", "percent", "kind")
_COLUMNS = ("id", "set", "percent", "kind", "n", "events", "sums_to", "where", "quote")
_WHOLE = re.compile(r"(?:n\s*=\s*)?(\d+|\d{1,3}(?:[,'’\s]\d{3})+)(?:\.0+)?", re.IGNORECASE)


class Row(NamedTuple):
    """One printed percentage."""

    id: str
    set: str  # rows of one set are of the same people; its own id where none is given
    percent: Percent | None
    kind: str  # one of KINDS
    n: int | None  # its own, or the one that its set states
    own_n: int | None
    events: int | None
    sums_to: tuple[str, ...]
    where: str
    quote: str

    @property
    def is_point(self) -> bool:
        """Whether the percentage is a number to count with."""
        fit = self.percent is not None and not self.percent.qualifier
        return fit and self.kind in ("point", "total")


def read_rows(frame: pd.DataFrame) -> tuple[Row, ...]:
    """Return the rows of a frame as :func:`check_percentages` describes it."""
    needed = [name for name in _COLUMNS if name in _NEEDED or name in frame.columns]
    check_columns(frame.columns, {name: name for name in needed})
    cells = frame.reindex(columns=list(_COLUMNS)).astype(object)
    rows, wrong, seen = [], [], set[str]()
    for number, values in enumerate(cells.itertuples(index=False, name=None), start=1):
        texts = ["" if pd.isna(value) else str(value).strip() for value in values]
        cell = dict(zip(_COLUMNS, texts, strict=True))
        wrong += [f"row {number}: {what}" for what in _find_faults(cell, seen)]
        seen.add(cell["id"])
        rows.append(_read(cell))
    if wrong:
        raise InputError(
            f"Each row must have an id of its own, a kind ({', '.join(KINDS)}), a percentage, and "
            f"whole numbers as n, from 1, and events. Got {list_some(wrong)}. Correct the table."
        )
    return _share_n(_drop_zeros(rows))


def _drop_zeros(rows: Sequence[Row]) -> list[Row]:
    """Return rows without a zero behind the point, where three or more all have one.

    A program writes 23 as 23.0 in every row, a person only where the zero is meant.
    """
    known = [row.percent for row in rows if row.percent is not None]
    if len(known) < 3 or not all(p.decimals == 1 and p.units % 10 == 0 for p in known):
        return [*rows]
    return [
        row._replace(percent=read_percent(f"{row.percent.qualifier}{row.percent.units // 10}"))
        if row.percent is not None
        else row
        for row in rows
    ]


def _find_faults(cell: dict[str, str], seen: set[str]) -> list[str]:
    """Return what cannot be read in a row."""
    faults = []
    if not cell["id"] or cell["id"] in seen:
        faults.append(f"id {cell['id']!r} {'again' if cell['id'] else ''}".rstrip())
    if cell["kind"] not in KINDS:
        faults.append(f"kind {cell['kind']!r}")
    if cell["percent"] and read_percent(cell["percent"]) is None:
        faults.append(f"percent {cell['percent']!r}")
    for name, unread in (("n", (None, 0)), ("events", (None,))):
        if cell[name] and _read_whole(cell[name]) in unread:
            faults.append(f"{name} {cell[name]!r}")
    return faults


def _read(cell: dict[str, str]) -> Row:
    """Return a row; what cannot be read is blank, and named elsewhere."""
    n, events = (_read_whole(cell[name]) for name in ("n", "events"))
    return Row(
        id=cell["id"],
        set=cell["set"] or cell["id"],
        percent=read_percent(cell["percent"]),
        kind=cell["kind"],
        n=n,
        own_n=n,
        events=events,
        sums_to=tuple(re.findall(r"[^\s+;,]+", cell["sums_to"])),
        where=cell["where"] or cell["id"],
        quote=cell["quote"],
    )


def _read_whole(text: str) -> int | None:
    found = _WHOLE.fullmatch(text)
    return int(re.sub(r"\D", "", found[1])) if found else None


def _share_n(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Give each row without an n the one that its set states, if it states one only."""
    stated: dict[str, set[int]] = {}
    for row in rows:
        if row.own_n is not None:
            stated.setdefault(row.set, set()).add(row.own_n)
    only = {name: numbers.copy().pop() for name, numbers in stated.items() if len(numbers) == 1}
    return tuple(row if row.n is not None else row._replace(n=only.get(row.set)) for row in rows)
