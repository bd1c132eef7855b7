"""The headers of a table become the names of the schema, whatever spelling they have."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError
from reviewkit.sources.repairs import Repair
from reviewkit.sources.schema import Schema, plain_name
from reviewkit.sources.spreadsheet import Table
from reviewkit.sources.suggestions import suggest_name

__all__ = ["check_key", "name_columns"]


def name_columns(table: Table, rules: Schema) -> tuple[Table, list[Repair]]:
    """Return the table with the names of the schema, and the log so far."""
    wanted = {header: name for name, one in rules.columns.items() for header in one.headers}
    headers: dict[str, list[str]] = {}
    for header in table.frame.columns:
        headers.setdefault(wanted.get(plain_name(header), header), []).append(header)
    _refuse_rivals(headers, table)
    _require_columns(headers, table, rules)
    file, line = table.path.name, table.lines[0] - 1 if table.lines else 1
    notes = list(table.repairs)
    for name, (header,) in headers.items():
        if name != header:
            notes.append(Repair(file, line, name, header, name, "header"))
    for name in rules.columns:
        if name in rules.declared and name not in headers:
            notes.append(Repair(file, line, name, "", "", "declared, and not in the table"))
    frame = table.frame.set_axis(pd.Index(list(headers)), axis=1)
    return table._replace(frame=frame), notes


def _refuse_rivals(headers: dict[str, list[str]], table: Table) -> None:
    rivals = [
        f"{name!r} may be {' or '.join(map(repr, found))}"
        for name, found in headers.items()
        if len(found) > 1
    ]
    if rivals:
        raise InputError(
            f"{table.path.name!r} must have each column of its schema once. {list_some(rivals)}. "
            f"Rename one of them, or declare it in the schema under a name of its own."
        )


def _require_columns(headers: Iterable[str], table: Table, rules: Schema) -> None:
    found = set(headers)
    absent = [
        f"{name!r}.{suggest_name(name, table.frame.columns)}"
        for name, column in rules.columns.items()
        if column.required and name not in found
    ]
    if absent:
        names = list_some([repr(header) for header in table.frame.columns], sep=", ")
        raise InputError(
            f"{table.path.name!r} must have the columns that its schema requires. "
            f"Missing: {list_some(absent, sep=' ')} Found: {names}. "
            f"Rename the column, or list its header under `from` in the schema."
        )


def check_key(table: Table, rules: Schema) -> None:
    """Refuse a key that names columns which the table lacks."""
    names = table.frame.columns
    unknown = [name for name in rules.key or () if name not in names]
    if unknown:
        raise InputError(
            f"`key` of the schema must name columns of {table.path.name!r}. "
            f"Got {unknown[0]!r}.{suggest_name(unknown[0], names)}"
        )
