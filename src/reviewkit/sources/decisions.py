"""Who decided what about which record: one row a decision.

Plain tables are read, long or wide (:mod:`~reviewkit.sources.decision_layouts`);
verdicts and stages go by the spellings in :mod:`~reviewkit.sources.votes`.
"""

from __future__ import annotations

from os import PathLike

import numpy as np
import pandas as pd

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError
from reviewkit.sources.decision_layouts import arrange_decisions
from reviewkit.sources.repairs import Repair, sort_repairs
from reviewkit.sources.schema import plain_name
from reviewkit.sources.spreadsheet import Table, read_table
from reviewkit.sources.typed import as_text
from reviewkit.sources.votes import STAGES, UNDECIDED, name_stage, verdict_names

__all__ = ["read_decisions"]

_COLUMNS = ("record", "rater", "stage", "verdict", "reason", "decided_at")


def read_decisions(path: str | PathLike[str], *, stage: str | None = None) -> pd.DataFrame:
    r"""Read the decisions of raters from a plain long or wide table.

    Parameters
    ----------
    path : path-like
        A csv, tsv, xlsx, xls or ods file: one row a record and rater, with the columns ``record,
        rater, verdict`` and perhaps ``stage, reason, decided_at``; or one row a record, with
        ``record`` and one column a rater.
    stage : {"title_abstract", "full_text"}, optional
        If the table has stages, the one to keep; else the one that all decisions belong to.

    Returns
    -------
    DataFrame
        One row a decision, all text: ``record, rater, stage, verdict, reason, decided_at``;
        ``verdict`` is ``include, exclude`` or ``maybe``.  Who has not decided has no row;
        ``attrs["log"]``, a :class:`~reviewkit.sources.repairs.Repairs`, counts them, and lists the
        spellings that were translated.  In a wide table a reason goes to those who excluded.

    Raises
    ------
    ParseError
        If the table has neither layout.
    InputError
        If a verdict or a stage is not known, a record or rater is not named, or somebody decided
        twice on a record at one stage.

    Examples
    --------
    >>> from pathlib import Path; from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "screening.csv"
    >>> _ = path.write_text("record,Ada,Bo\n7,Included,yes\n9,,Excluded\n")
    >>> frame = read_decisions(path, stage="title_abstract")
    >>> frame[["record", "rater", "verdict"]].to_numpy().tolist()
    [['7', 'Ada', 'include'], ['7', 'Bo', 'include'], ['9', 'Bo', 'exclude']]
    >>> [entry.what for entry in frame.attrs["log"] if entry.column == "Ada"]
    ['verdict: 1 cell', 'undecided: 1 of 2 records']
    """
    wanted = None if stage is None else name_stage(stage)
    table = read_table(path)
    notes = list(table.repairs)
    cells = arrange_decisions(table, notes)
    cells["stage"] = _name_stages(cells, table, wanted)
    cells = _drop_undecided(cells, table, notes)
    cells["verdict"] = _name_verdicts(cells, table, notes)
    _require_names(cells, table)
    cells = _choose_stage(cells, table, wanted, notes)
    _refuse_repeats(cells, table)
    cells.loc[cells["is_shared"] & (cells["verdict"] != "exclude"), "reason"] = ""
    filled = {name: cells[name].to_numpy(dtype=object) for name in _COLUMNS}
    frame = pd.DataFrame(
        {
            name: as_text(np.where(texts == "", np.nan, texts), pd.RangeIndex(len(texts)))
            for name, texts in filled.items()
        }
    )
    frame.attrs["log"] = sort_repairs(notes)
    return frame


def _name_stages(cells: pd.DataFrame, table: Table, wanted: str | None) -> pd.Series[str]:
    """Return the stage of each row; `wanted` where the table names none."""
    spelled = cells["stage"]
    if wanted is not None and (spelled == "").all():
        return pd.Series(wanted, index=cells.index)
    names = {text: STAGES.get(plain_name(text), "") for text in spelled.unique() if text}
    unknown = [text for text, name in names.items() if not name]
    if unknown:
        raise InputError(
            f"{table.path.name!r} must name stages as title_abstract or full_text. "
            f"Not known: {_list_places(cells[spelled.isin(unknown)], 'stage', table)}. "
            f"Correct them."
        )
    return spelled.map({**names, "": ""})


def _drop_undecided(cells: pd.DataFrame, table: Table, notes: list[Repair]) -> pd.DataFrame:
    """Leave out who has not decided, and count them for each rater."""
    is_open = cells["verdict"].str.casefold().isin(UNDECIDED)
    for rater, rows in cells[is_open].groupby("rater", sort=False):
        first, total = rows.iloc[0], int((cells["rater"] == rater).sum())
        what = f"undecided: {len(rows)} of {total} records"
        line = table.lines[first["row"]]
        notes.append(Repair(table.path.name, line, str(rater), first["verdict"], "", what))
    return cells[~is_open].reset_index(drop=True)


def _name_verdicts(cells: pd.DataFrame, table: Table, notes: list[Repair]) -> pd.Series[str]:
    """Return the verdict of each row, and log each spelling that was translated."""
    spelled = cells["verdict"]
    names = verdict_names(spelled.unique())
    known = {text: names.get(text.casefold(), "") for text in spelled.unique()}
    unknown = [text for text, name in known.items() if not name]
    if unknown:
        raise InputError(
            f"{table.path.name!r} must hold the verdicts include, exclude or maybe. "
            f"Not known: {_list_places(cells[spelled.isin(unknown)], 'verdict', table)}. "
            f"Correct them, and delete columns that are no rater's."
        )
    for (column, text), rows in cells.groupby(["column", "verdict"], sort=False):
        if known[str(text)] != text:
            what = f"verdict: {len(rows)} cell{'s' if len(rows) > 1 else ''}"
            line = table.lines[rows["row"].iloc[0]]
            entry = Repair(table.path.name, line, str(column), str(text), known[str(text)], what)
            notes.append(entry)
    return spelled.map(known)


def _list_places(cells: pd.DataFrame, role: str, table: Table) -> str:
    """Name each spelling with the first place where it stands and how many more there are."""
    places = []
    for text, rows in cells.groupby(role, sort=False):
        first, more = rows.iloc[0], len(rows) - 1
        column = f", column {first['column']!r}" if role == "verdict" else ""
        others = f" and {more} more" if more else ""
        places.append(f"{text!r} (line {table.lines[first['row']]}{column}{others})")
    return list_some(places)


def _require_names(cells: pd.DataFrame, table: Table) -> None:
    for role in ("record", "rater"):
        nameless = cells.loc[cells[role] == "", "row"].unique().tolist()
        if nameless:
            lines = list_some([str(table.lines[row]) for row in nameless], sep=", ")
            raise InputError(
                f"{table.path.name!r} must name the {role} of each decision. "
                f"None is named in line {lines}. Fill it in."
            )


def _choose_stage(
    cells: pd.DataFrame, table: Table, wanted: str | None, notes: list[Repair]
) -> pd.DataFrame:
    if wanted is None:
        return cells
    others = cells[cells["stage"] != wanted]
    if len(others) == len(cells) > 0:
        raise InputError(
            f"{table.path.name!r} must hold decisions at the stage {wanted}. Found none; its "
            f"{len(cells)} decisions are at {', '.join(map(repr, others['stage'].unique()))}."
        )
    for stage, rows in others.groupby("stage", sort=False):
        what = f"other stage: {len(rows)} decision{'s' if len(rows) > 1 else ''} left out"
        line = table.lines[rows["row"].iloc[0]]
        notes.append(Repair(table.path.name, line, "stage", str(stage), "", what))
    return cells.drop(index=others.index).reset_index(drop=True)


def _refuse_repeats(cells: pd.DataFrame, table: Table) -> None:
    """Refuse two decisions of one person on one record at one stage."""
    key = ["record", "rater", "stage"]
    repeated = cells[cells.duplicated(key, keep=False)]
    if repeated.empty:
        return
    listed = []
    for (record, rater, stage), rows in repeated.groupby(key, sort=False):
        lines = ", ".join(str(table.lines[row]) for row in rows["row"])
        listed.append(f"{rater!r} on {record!r}{f' at {stage}' if stage else ''} (lines {lines})")
    raise InputError(
        f"{table.path.name!r} must hold one decision a record, rater and stage. "
        f"Decided more than once: {list_some(listed)}. Keep the final decision of each."
    )
