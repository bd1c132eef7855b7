"""The labels of ASReview: its csv, and its project file, a zip archive around a database.

A label is 1, 0, or nothing for a record that nobody saw.  The database is read in memory and can
only be read: no file is unpacked, no statement but a selection is allowed.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import sqlite3
import zipfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError, ParseError
from reviewkit.sources.decision_cells import cross_votes
from reviewkit.sources.decision_files import Piece, open_archive, read_member
from reviewkit.sources.repairs import Repair
from reviewkit.sources.schema import plain_name
from reviewkit.sources.spreadsheet import Table

__all__ = ["LABELS", "arrange_labels", "open_project", "read_project", "tells_labels"]

_RESULTS = re.compile(r"(?:^|.*/)reviews/([^/]+)/results\.(?:db|sql)")
_LABEL = (
    "asreview_label", "included", "label_included", "included_label", "final_included",
    "included_final", "included_flag", "label", "include",
)  # fmt: skip
_DATABASE = b"SQLite format 3\0"
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION}


def tells_labels(table: Table) -> bool:
    """Say whether a table is an export of ASReview."""
    names = [plain_name(str(name)) for name in table.frame.columns]
    return any(name.startswith("asreview_") for name in names)


def arrange_labels(table: Table, notes: list[Repair], rater: str) -> pd.DataFrame:
    """Return the votes of an export, of `rater` where it names no user."""
    names = {plain_name(str(name)): str(name) for name in table.frame.columns}
    key = next((names[name] for name in ("record_id", "id", "record") if name in names), None)
    label = next((names[name] for name in _LABEL if name in names), None)
    if key is None or label is None:
        missing = "record_id" if key is None else "asreview_label"
        raise ParseError(
            f"{table.path.name!r} must have the column {missing!r} of ASReview. "
            f"Found: {list_some([*map(repr, names.values())], sep=', ')}. Export it again."
        )
    frame = table.frame
    spelled = frame[label].str.casefold().str.removesuffix(".0")
    verdicts = spelled.map(LABELS)
    bad = spelled.index[verdicts.isna()]
    if len(bad):
        listed = [f"{frame[label][at]!r} (line {table.lines[at]})" for at in bad]
        raise InputError(
            f"{table.path.name!r} must hold the labels 1 and 0, or nothing. "
            f"Got {list_some(listed)}. Correct them."
        )
    user = next((names[n] for n in ("asreview_user_name", "asreview_user_email") if n in names
                 and (frame[names[n]] != "").any()), None)  # fmt: skip
    who = frame[user].replace("", rater) if user else pd.Series(rater, frame.index)
    if user is None:
        what = f"rater named by the file: {rater!r}, the labels of one project"
        notes.append(Repair(table.path.name, 1, label, "", rater, what))
    votes = [{one: verdict} if verdict else {} for one, verdict in zip(who, verdicts, strict=True)]
    cells = cross_votes(frame[key].tolist(), votes, [] if user else [rater])
    at = cells["row"].to_numpy()
    for column, role in (("title", "title"), ("decided_at", "asreview_time")):
        if role in names:
            cells[column] = frame[names[role]].to_numpy(dtype=object)[at]
    cells.loc[cells["verdict"] == "", "decided_at"] = ""
    cells["column"] = label
    return cells


def open_project(piece: Piece) -> zipfile.ZipFile | None:
    """Return the archive of a project, or None if a file is none."""
    archive = open_archive(piece.data, piece.path)
    if archive is None or not any(
        name.rpartition("/")[2] == "project.json" for name in archive.namelist()
    ):
        return None
    return archive


def read_project(
    archive: zipfile.ZipFile, path: Path, notes: list[Repair], rater: str
) -> pd.DataFrame:
    """Return the votes of a project."""
    found = [name for name in archive.namelist() if _RESULTS.fullmatch(name)]
    if len(found) != 1:
        raise ParseError(
            f"{path.name!r} must be a project of ASReview with one review. Found "
            f"{list_some(found, sep=', ') or 'no results.db'}. Export the labels as csv instead."
        )
    _note_simulation(archive, path, notes)
    rows, everything = _select(read_member(archive, found[0], path), path)
    return _arrange_rows(rows, everything, path, notes, rater)


def _note_simulation(archive: zipfile.ZipFile, path: Path, notes: list[Repair]) -> None:
    name = next(n for n in archive.namelist() if n.rpartition("/")[2] == "project.json")
    try:
        project = json.loads(read_member(archive, name, path))
    except (ValueError, RecursionError):
        raise ParseError(
            f"{path.name!r} must be a project of ASReview. Its project.json is no JSON. "
            f"Export it again."
        ) from None
    mode = project.get("mode", "") if isinstance(project, dict) else ""
    if mode == "simulate":
        what = "simulated project: its labels are those of the data and no reviewer's votes"
        notes.append(Repair(path.name, 1, "mode", "simulate", "simulate", what))


def _select(data: bytes, path: Path) -> tuple[list[dict[str, Any]], list[Any]]:
    """Return the rows of results, and the ids of all records."""
    if not data.startswith(_DATABASE):
        raise ParseError(
            f"{path.name!r} must be a project of ASReview. Its results are no database. "
            f"Export the project again, or its labels as csv."
        )
    if (
        data[18:20] == b"\2\2"
    ):  # a write-ahead log, which memory cannot have: it is read as it stands
        data = data[:18] + b"\1\1" + data[20:]
    try:
        with closing(sqlite3.connect(":memory:")) as base:
            base.deserialize(data)
            base.execute("PRAGMA trusted_schema = OFF")
            tables = dict(base.execute("SELECT name, type FROM sqlite_master"))
            if tables.get("results") != "table":
                raise sqlite3.DatabaseError("it has no table of results")
            base.set_authorizer(
                lambda action, *rest: (
                    sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY
                )
            )
            cursor = base.execute("SELECT * FROM results")
            heads = [column[0] for column in cursor.description]
            rows = [dict(zip(heads, row, strict=True)) for row in cursor]
            listed = next((t for t in ("record_table", "record") if tables.get(t) == "table"), "")
            all_of = f"SELECT record_id FROM {listed}" if listed else ""
            everything = [row[0] for row in base.execute(all_of)] if all_of else []
    except (sqlite3.Error, OverflowError, UnicodeDecodeError) as error:
        raise ParseError(
            f"{path.name!r} must be a project of ASReview. Its results cannot be read ({error}). "
            f"Export the project again, or its labels as csv."
        ) from None
    if rows and not {"record_id", "label"} <= rows[0].keys():
        raise ParseError(
            f"{path.name!r} must hold record_id and label in its results. Found "
            f"{list_some(list(rows[0]), sep=', ')}. Export the labels as csv instead."
        )
    return rows, everything


def _arrange_rows(
    rows: list[dict[str, Any]], everything: list[Any], path: Path, notes: list[Repair], rater: str
) -> pd.DataFrame:
    users = {row.get("user_id") for row in rows if _name_label(row["label"], path)} - {None}
    several = len(users) > 1
    what = "users of one project" if several else f"rater named by the file: {rater!r}"
    notes.append(Repair(path.name, 1, "user_id", "", rater, what))
    prior = sum(str(row.get("query_strategy") or row.get("querier")) == "prior" for row in rows)
    if prior:
        notes.append(Repair(path.name, 1, "label", "", "", f"prior knowledge: {prior} records"))
    votes: dict[str, dict[str, str]] = {str(record): {} for record in everything}
    times: dict[tuple[str, str], str] = {}
    for row in rows:
        record = str(row["record_id"])
        own = votes.setdefault(record, {})
        verdict = _name_label(row["label"], path)
        if verdict:
            who = f"{rater}, user {row.get('user_id')}" if several else rater
            own[who] = verdict
            times[record, who] = _name_time(row.get("time", row.get("labeling_time")))
    cells = cross_votes(list(votes), list(votes.values()), [] if several else [rater])
    keys = zip(cells["record"], cells["rater"], strict=True)
    cells["decided_at"] = [times.get(key, "") for key in keys]
    cells["column"] = "label"
    return cells


def _name_label(label: object, path: Path) -> str:
    verdict = LABELS.get("" if label is None else str(label).removesuffix(".0"))
    if verdict is None:
        raise InputError(
            f"{path.name!r} must hold the labels 1 and 0, or nothing. Got {label!r}. "
            f"Export the project again."
        )
    return verdict


def _name_time(time: object) -> str:
    """Return a time in ISO form: seconds since 1970 become one, texts stay."""
    if isinstance(time, int | float) and 0 < time < 1e11:
        return dt.datetime.fromtimestamp(time, dt.UTC).isoformat(timespec="seconds")
    return "" if time is None else str(time)


#: Verdicts by label.
LABELS: Mapping[str, str] = MappingProxyType(
    {"1": "include", "0": "exclude", "-1": "", "": "", "nan": "", "none": ""}
)
