"""Extraction tables: what reviewers typed from papers, made safe to compute with.

The order is fixed: the file becomes text cells (:mod:`~reviewkit.sources.spreadsheet`),
headers become the names of the schema, fractions in ``events`` are split, each
column becomes its type, and last the rows are checked.  Each step logs what it
repairs and collects what it cannot; one error at the end lists all of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any

import pandas as pd

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError
from reviewkit.sources.fractions import split_fractions
from reviewkit.sources.headers import check_key, name_columns
from reviewkit.sources.repairs import sort_repairs
from reviewkit.sources.row_checks import (
    check_keys,
    check_totals,
    compare_percentages,
    suspect_proportions,
)
from reviewkit.sources.schema import Schema, build_schema
from reviewkit.sources.spreadsheet import Table, read_table
from reviewkit.sources.typed import Problem, TypedColumn, read_column, read_undeclared

__all__ = ["read_extraction"]


def read_extraction(
    path: str | PathLike[str],
    *,
    schema: Mapping[str, Any] | str | PathLike[str] | None = None,
) -> pd.DataFrame:
    r"""Read an extraction table, repair what is safe to repair, and log every repair.

    Parameters
    ----------
    path : path-like
        A csv, tsv, xlsx, xls or ods file; its content decides, not its name.  The first sheet
        of a workbook is read, unless the schema names another.
    schema : dict or path-like, optional
        What the columns must hold, as a dict or a TOML file; see :mod:`reviewkit.sources.schema`.
        It adds to the columns that are known by name: ``study, outcome, construct, instrument,
        cutoff, group, source`` (text), ``events, total, n`` (counts), ``percent`` (0 to 100),
        ``estimate, ci_low, ci_high, se`` (numbers), ``year``.

    Returns
    -------
    DataFrame
        One row a row of the table.  Counts and years are ``Int64``, numbers ``float64``, all else
        text; what is missing is missing, never 0.  A percentage keeps its scale, 0 to 100.
        Undeclared columns stay text, unless each cell is a plain number.  ``attrs["log"]`` is a
        :class:`~reviewkit.sources.repairs.Repairs`; entries of it that changed nothing
        (``.findings``) are worth a look, as events that do not give the printed percentage.

    Raises
    ------
    ParseError
        If the file is no table, has a column twice, or rows of unequal length.
    InputError
        If cells cannot be read or contradict each other; the message lists them with their lines.
        If a required column is missing, or the schema itself is wrong.

    Examples
    --------
    >>> from pathlib import Path; from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "outcomes.csv"
    >>> _ = path.write_text("study;events;total;percent\nAda 2019;12;1'040;1,2 %\n")
    >>> frame = read_extraction(path)
    >>> frame.to_numpy().tolist()
    [['Ada 2019', 12, 1040, 1.2]]
    >>> frame.attrs["log"].to_frame()[["row", "column", "before", "after"]].to_numpy().tolist()
    [[2, 'total', "1'040", '1040'], [2, 'percent', '1,2 %', '1.2']]
    """
    rules = build_schema(schema)
    table, notes = name_columns(read_table(path, sheet=rules.sheet), rules)
    check_key(table, rules)
    texts, problems = split_fractions(table, rules, notes)
    typed = _read_columns(texts, table, rules)
    frame = pd.DataFrame({name: one.series for name, one in typed.items()}, index=texts.index)
    for one in typed.values():
        notes += one.repairs
        problems += one.problems
    problems += check_totals(frame, texts)
    problems += check_keys(frame, texts, table.lines, rules.key)
    if problems:
        raise _refuse(problems, table, rules)
    notes += compare_percentages(frame, texts, table.lines, table.path.name)
    notes += suspect_proportions(frame, texts, table.lines, table.path.name)
    frame.attrs["log"] = sort_repairs(notes)
    return frame


def _read_columns(texts: pd.DataFrame, table: Table, rules: Schema) -> dict[str, TypedColumn]:
    file, typed = table.path.name, {}
    for name in texts.columns:
        if name in rules.columns:
            column = rules.columns[name]
            typed[name] = read_column(texts[name], column, table.lines, file, rules.missing)
        else:
            typed[name] = read_undeclared(texts[name], table.lines, file, rules.missing)
    return typed


def _refuse(problems: Sequence[Problem], table: Table, rules: Schema) -> InputError:
    """Return one error that lists all cells that do not hold what they must."""
    listed, is_repeated = [], False
    for row, name, text, reason in sorted(problems, key=lambda problem: problem.row):
        kind = f" ({rules.columns[name].type})" if name in rules.columns else ""
        shown = f"{text!r}: " if text else ""
        listed.append(f"line {table.lines[row]}, column {name!r}{kind}: {shown}{reason}")
        is_repeated = is_repeated or reason.startswith("the same ")
    count = len(listed)
    cells = "1 cell does not" if count == 1 else f"{count} cells do not"
    hint = (
        " If several rows of a study are meant, name the columns that tell them apart in the "
        'schema, as key = ["study", "outcome"], or allow them with key = [].'
    )
    return InputError(
        f"{table.path.name!r} must hold in each cell what its column declares. {cells}:\n  "
        + list_some(listed, sep="\n  ")
        + "\nCorrect the cells; list a text that means missing under `missing` in the schema."
        + hint * is_repeated
    )
