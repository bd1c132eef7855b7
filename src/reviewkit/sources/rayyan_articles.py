"""The article export of Rayyan as votes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from reviewkit._core.check import list_some
from reviewkit._core.errors import ParseError
from reviewkit.sources.decision_cells import cross_votes
from reviewkit.sources.rayyan import MARK, RayyanNotes, read_notes
from reviewkit.sources.repairs import Repair
from reviewkit.sources.schema import plain_name
from reviewkit.sources.spreadsheet import Table

__all__ = ["arrange_articles", "arrange_notes", "tells_articles"]

_HEADERS = frozenset({"key", "title", "notes", "authors"})
_KEYS = ("key", "id", "record", "record_id", "article_id")


def tells_articles(table: Table) -> bool:
    """Say whether a table is an article export, or holds verdicts as one does."""
    names = {plain_name(str(name)) for name in table.frame.columns}
    return names >= _HEADERS or bool(_find_column(table))


def _find_column(table: Table) -> str:
    """Return the name of the column that holds the verdicts; nothing if none does."""
    for name in table.frame.columns:
        if plain_name(str(name)) == plain_name(MARK):
            return str(name)
        if table.frame[name].str.contains(f"{MARK}:", regex=False).any():
            return str(name)
    return ""


def arrange_articles(table: Table, notes: list[Repair], rater: str) -> pd.DataFrame:
    """Return the votes of an article export."""
    names = {plain_name(str(name)): str(name) for name in table.frame.columns}
    key = next((names[name] for name in _KEYS if name in names), None)
    if key is None:
        raise ParseError(
            f"{table.path.name!r} must have the column 'key' of Rayyan. "
            f"Found: {list_some([*map(repr, names.values())], sep=', ')}. Export it again."
        )
    texts = table.frame[_find_column(table) or names["notes"]]
    if plain_name(str(texts.name)) == plain_name(MARK):
        marked = texts.str.contains(MARK, regex=False) | (texts == "")
        texts = texts.where(marked, f"{MARK}: " + texts)
    read = [read_notes(text) for text in texts]
    titles = table.frame[names["title"]].tolist() if "title" in names else [""] * len(read)
    return arrange_notes(table.frame[key].tolist(), read, titles, table, notes)


def arrange_notes(
    keys: list[str], read: Sequence[RayyanNotes], titles: list[str], table: Table,
    notes: list[Repair],
) -> pd.DataFrame:  # fmt: skip
    """Return the votes that notes hold, with the reasons of each record."""
    name = table.path.name
    bad = [
        f"line {line}: {note.problem!r}"
        for line, note in zip(table.lines, read, strict=True)
        if note.problem
    ]
    if bad:
        raise ParseError(
            f"{name!r} must hold the verdicts of Rayyan as {MARK}: "
            f'{{"Name"=>"Included", …}}. Not so in {list_some(bad, most=5)}. Export it again.'
        )
    cells = cross_votes(keys, [note.votes for note in read])
    if cells.empty:
        raise ParseError(
            f"{name!r} must hold decisions. It is an article export of Rayyan without any: no note "
            f"holds {MARK}. Export it again, with decisions, exclusion reasons and labels."
        )
    at = cells["row"].to_numpy()
    for column, values in (
        ("record_reason", [note.reasons for note in read]),
        ("record_labels", [note.labels for note in read]),
        ("title", titles),
    ):
        cells[column] = np.array(values, dtype=object)[at]
    cells["column"] = "notes"
    _say_whose(cells, read, table, notes)
    return cells


def _say_whose(
    cells: pd.DataFrame, read: Sequence[RayyanNotes], table: Table, notes: list[Repair]
) -> None:
    """Give the reasons to the one rater, where there is one; else say that they are the record's."""
    raters = cells["rater"].unique()
    with_reason = sum(bool(note.reasons) for note in read)
    if len(raters) == 1:
        cells["reason"] = cells["record_reason"]
        cells["is_shared"] = True
    elif with_reason:
        first = next(at for at, note in enumerate(read) if note.reasons)
        what = f"reasons of the record, not of a rater: {with_reason} records with pooled reasons"
        text = read[first].reasons
        notes.append(Repair(table.path.name, table.lines[first], "notes", text, text, what))
