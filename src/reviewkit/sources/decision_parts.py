"""One file of decisions, from its bytes to named verdicts; undecided ones are kept as ""."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError
from reviewkit.sources.asreview import open_project, read_project
from reviewkit.sources.decision_cells import COLUMNS
from reviewkit.sources.decision_exports import EXPORTS, tell_export
from reviewkit.sources.decision_files import Piece
from reviewkit.sources.decision_grid import read_grid, tabulate
from reviewkit.sources.decision_layouts import arrange_decisions
from reviewkit.sources.decision_notes import arrange_references, tells_references
from reviewkit.sources.repairs import Repair
from reviewkit.sources.schema import plain_name
from reviewkit.sources.votes import STAGES, UNDECIDED, verdict_names

__all__ = ["Part", "list_places", "read_part"]


class Part(NamedTuple):
    """What one file holds."""

    kind: str  # a key of EXPORTS, "asreview" for a project too, or "plain"
    file: str
    cells: pd.DataFrame  # one row a record and rater; `verdict` is "" where undecided


def read_part(piece: Piece, wanted: str | None, notes: list[Repair]) -> Part:
    """Return the votes of one file; what was translated and left out goes to `notes`."""
    kind, cells, lines = _arrange(piece, notes)
    file = piece.path.name
    places = np.array([*lines, 1])[cells["row"].to_numpy(dtype=np.int64)]
    texts = {name: _as_objects(cells, name) for name in COLUMNS}
    cells = cells[["row", "column", "is_shared"]].assign(**texts, file=file, line=places)
    cells["stage"] = _name_stages(cells, file, wanted)
    cells["verdict"] = _clear_undecided(cells, file, notes)
    cells["verdict"] = _name_verdicts(cells, file, notes)
    return Part(kind, file, _require_names(cells, file))


def _as_objects(cells: pd.DataFrame, name: str) -> pd.Series[str]:
    """Return a column as texts of Python, so that all columns of all files are of one kind."""
    if name not in cells:
        return pd.Series("", cells.index, dtype=object)
    return cells[name].astype(object)


def _arrange(piece: Piece, notes: list[Repair]) -> tuple[str, pd.DataFrame, tuple[int, ...]]:
    """Return the kind of a file, its votes as spelled, and the line of each row."""
    stem = piece.path.stem
    archive = open_project(piece)
    if archive is not None:
        with archive:
            cells = read_project(archive, piece.path, notes, stem)
            return "asreview", cells.assign(row=0), ()  # a database has no lines
    text, grid = read_grid(piece)
    if tells_references(text):
        notes += grid.notes
        return "rayyan articles", *arrange_references(text, piece.path, notes)
    table = tabulate(piece, text, grid)
    kind = tell_export(table)
    # Exports carry abstracts and the like, whose blanks are no decision's.
    notes += [note for note in table.repairs if not (kind and note.what.startswith("spaces"))]
    if kind:
        cells = EXPORTS[kind].arrange(table, notes, stem)
    else:
        cells = arrange_decisions(table, notes, stem if piece.is_one_of_several else "")
    return kind or "plain", cells, table.lines


def _name_stages(cells: pd.DataFrame, file: str, wanted: str | None) -> pd.Series[str]:
    """Return the stage of each row; `wanted` where the file names none."""
    spelled = cells["stage"]
    if wanted is not None and (spelled == "").all():
        return pd.Series(wanted, index=cells.index, dtype=object)
    names = {text: STAGES.get(plain_name(text), "") for text in spelled.unique() if text}
    unknown = [text for text, name in names.items() if not name]
    if unknown:
        raise InputError(
            f"{file!r} must name stages as title_abstract or full_text. "
            f"Not known: {list_places(cells[spelled.isin(unknown)], 'stage')}. "
            f"Correct them."
        )
    return spelled.map({**names, "": ""}).astype(object)


def _clear_undecided(cells: pd.DataFrame, file: str, notes: list[Repair]) -> pd.Series[str]:
    """Clear the verdicts of who has not decided, and count them for each rater."""
    is_open = cells["verdict"].str.casefold().isin(UNDECIDED)
    for rater, rows in cells[is_open].groupby("rater", sort=False):
        first, total = rows.iloc[0], int((cells["rater"] == rater).sum())
        what = f"undecided: {len(rows)} of {total} records"
        notes.append(Repair(file, int(first["line"]), str(rater), first["verdict"], "", what))
    return cells["verdict"].mask(is_open, "")


def _name_verdicts(cells: pd.DataFrame, file: str, notes: list[Repair]) -> pd.Series[str]:
    """Return the verdict of each row, and log each spelling that was translated."""
    spelled = cells["verdict"]
    names = verdict_names(spelled.unique())
    known = {text: names.get(text.casefold(), "") for text in spelled.unique()}
    unknown = [text for text, name in known.items() if text and not name]
    if unknown:
        raise InputError(
            f"{file!r} must hold the verdicts include, exclude or maybe. "
            f"Not known: {list_places(cells[spelled.isin(unknown)], 'verdict')}. "
            f"Correct them, and delete columns that are no rater's."
        )
    for (column, text), rows in cells.groupby(["column", "verdict"], sort=False):
        if known[str(text)] != text:
            what = f"verdict: {len(rows)} cell{'s' if len(rows) > 1 else ''}"
            line = int(rows["line"].iloc[0])
            notes.append(Repair(file, line, str(column), str(text), known[str(text)], what))
    return spelled.map(known).astype(object)


def list_places(cells: pd.DataFrame, role: str) -> str:
    """Name each spelling with the first place where it stands and how many more there are."""
    places = []
    for text, rows in cells.groupby(role, sort=False):
        first, more = rows.iloc[0], len(rows) - 1
        column = f", column {first['column']!r}" if role == "verdict" else ""
        others = f" and {more} more" if more else ""
        places.append(f"{text!r} (line {first['line']}{column}{others})")
    return list_some(places)


def _require_names(cells: pd.DataFrame, file: str) -> pd.DataFrame:
    """Return the rows that name record and rater; a decision must name both."""
    for role in ("record", "rater"):
        is_nameless = (cells[role] == "") & (cells["verdict"] != "")
        nameless = cells.loc[is_nameless, "line"].unique().tolist()
        if nameless:
            lines = list_some([str(line) for line in nameless], sep=", ")
            raise InputError(
                f"{file!r} must name the {role} of each decision. "
                f"None is named in line {lines}. Fill it in."
            )
    return cells[(cells["record"] != "") & (cells["rater"] != "")]
