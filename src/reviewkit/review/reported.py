"""The numbers as the manuscript prints them: one table a subject, every cell text.

A printed number is more than its value: 8.0 is not 8.  Cells therefore stay as
they are; what must be a number is only checked to be one.  :data:`REPORTED`
names the tables, the columns that each needs and those that hold numbers; one
more line is one more table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import NamedTuple

import pandas as pd

from reviewkit._core.check import list_some
from reviewkit.agreement.printed_scales import read_scale
from reviewkit.integrity.percentages import check_percentages
from reviewkit.review.reading import Ledger
from reviewkit.sources.spreadsheet import Table

__all__ = ["REPORTED", "ReportedTable", "list_rows", "read_number", "read_reported"]

_NUMBER = re.compile(r"[-−+]?(?:[1-9]\d{0,2}(?:[,'’\s]\d{3})+|\d+)?(?:[.·]\d+)?")
_DECIMAL_COMMA = re.compile(r"[-−+]?(?:\d+,\d{1,2}|\d*,\d{4,}|0,\d{3})")


class ReportedTable(NamedTuple):
    """A table in ``reported/``."""

    title: str
    required: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    read: Callable[[pd.DataFrame], object] | None = None  # raises where a check could not work


def read_number(printed: str) -> float | None:
    """Return the value of a printed number; None if there is none.

    >>> read_number("12,599"), read_number("23.5 %"), read_number("0,81"), read_number("many")
    (12599.0, 23.5, 0.81, None)
    """
    text = printed.strip().removesuffix("%").strip().lstrip("<>≤≥~≈").strip()
    if _DECIMAL_COMMA.fullmatch(text):
        text = text.replace(",", ".")
    elif not text or not _NUMBER.fullmatch(text):
        return None
    text = re.sub(r"[,'’\s]", "", text).replace("−", "-").replace("·", ".")
    try:
        return float(text)
    except ValueError:
        return None


def list_rows(frame: pd.DataFrame | None) -> list[dict[str, str]]:
    """Return the rows of a table by column; none of no table."""
    if frame is None:
        return []
    columns = [frame[column].tolist() for column in frame.columns]
    names = list(map(str, frame.columns))
    return [dict(zip(names, cells, strict=True)) for cells in zip(*columns, strict=True)]


def read_reported(ledger: Ledger) -> dict[str, pd.DataFrame]:
    """Return the tables in ``reported/`` by name."""
    found: dict[str, pd.DataFrame] = {}
    for path in ledger.tables("reported"):
        name = path.stem.lower()
        spec = REPORTED.get(name)
        if spec is None:
            near = get_close_matches(name, REPORTED, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            ledger.notes.append(f"{ledger.name(path)} is shown, but no check knows it.{hint}")
        elif name in found:
            ledger.faults.append(f"reported/: {name} must be one file. Found two. Keep one.")
            continue
        table = ledger.table(path, spec.required if spec else ())
        if table is None:
            continue
        faults = _check_numbers(table, spec) if spec else []
        if faults:
            ledger.faults.append(
                f"{ledger.name(path)}: Printed numbers must be numbers. "
                f"Found {list_some(faults)}. Leave blank what is not reported."
            )
        elif spec and spec.read:
            ledger.attempt(ledger.name(path), spec.read, table.frame)
        found[name] = table.frame
    return found


def _check_numbers(table: Table, spec: ReportedTable) -> list[str]:
    """Return the cells that should be numbers and are not."""
    return [
        f"{cell!r} in line {line}, column {column}"
        for column in spec.numbers
        if column in table.frame.columns
        for line, cell in zip(table.lines, table.frame[column], strict=True)
        if cell and read_number(cell) is None
    ]


#: The tables in ``reported/``; that of the flow is checked where the flow is built.
REPORTED: Mapping[str, ReportedTable] = MappingProxyType(
    {
        "flow": ReportedTable("Flow of records", ("box", "n")),
        "agreement": ReportedTable(
            "Agreement", ("coefficient", "value"), ("value", "percent", "n", "included")
        ),
        "scale": ReportedTable("Scale of agreement", ("label", "lower", "upper"), read=read_scale),
        "groups": ReportedTable("Groups of studies", ("group", "n"), ("n", "percent", "of")),
        "rows": ReportedTable("Studies", ("study",)),
        "percentages": ReportedTable(
            "Percentages", ("id", "percent", "kind"), read=check_percentages
        ),
        "themes": ReportedTable("Themes", ("theme", "code")),
        "pools": ReportedTable(
            "Pooled results",
            ("outcome", "estimate"),
            ("estimate", "ci_low", "ci_high", "i2", "k", "n"),
        ),
        "claims": ReportedTable("Claims", ("claim",)),
    }
)
