"""The log of Rayyan: events, of which the last one of a user, article and key counts.

The key ``included`` is the verdict (1, 0 for maybe, -1, or ``deleted``); a key that begins with
``__EXR__`` is a reason, and any other a label.  Keys of reasons and labels carry quotation marks
of their own.  A reason belongs to the person who gave it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError, ParseError
from reviewkit.sources.decision_cells import cross_votes
from reviewkit.sources.repairs import Repair
from reviewkit.sources.schema import plain_name
from reviewkit.sources.spreadsheet import Table

__all__ = ["VALUES", "arrange_log", "tells_log"]

_HEADERS = frozenset({"article_id", "key", "value"})
_REASON = "__EXR__"
_UNDONE = "deleted"
_UTC = re.compile(r"\s*UTC$")


def tells_log(table: Table) -> bool:
    """Say whether a table is a log of events."""
    return {plain_name(str(name)) for name in table.frame.columns} >= _HEADERS


def arrange_log(table: Table, notes: list[Repair], rater: str) -> pd.DataFrame:
    """Return the votes that hold at the end of a log."""
    events = _read_events(table, notes)
    is_vote = events["key"] == "included"
    votes = events[is_vote].drop_duplicates(["user", "record"], keep="last")
    _note_changes(events[is_vote], votes, table, notes)
    by_record: dict[str, dict[str, str]] = {record: {} for record in events["record"].unique()}
    for record, user, verdict in votes[["record", "user", "verdict"]].itertuples(index=False):
        by_record[record][user] = verdict
    users = events["user"].unique().tolist()
    cells = cross_votes(list(by_record), list(by_record.values()), users)
    keys = pd.MultiIndex.from_frame(cells[["record", "rater"]])
    cells["decided_at"] = _find(votes, "when", keys)
    cells["reason"] = _find(_read_reasons(events[~is_vote], table, notes), "reason", keys)
    cells.loc[cells["verdict"] == "", "decided_at"] = ""
    first = events.drop_duplicates("record").set_index("record")["row"]
    last = pd.Series(_find(votes, "row", keys), index=cells.index)
    cells["row"] = np.where(last == "", cells["record"].map(first), last).astype(int)
    cells["column"] = "included"
    _drop_idle_reasons(cells, table, notes)
    return cells


def _read_events(table: Table, notes: list[Repair]) -> pd.DataFrame:
    """Return events in the order of time: user, record, key, value, when, row, verdict."""
    names = {plain_name(str(name)): str(name) for name in table.frame.columns}
    user = next((names[n] for n in ("user_email", "user_id", "user") if n in names), None)
    if user is None:
        raise ParseError(
            f"{table.path.name!r} must name the user of each event, in user_email or user_id. "
            f"Found: {list_some([*map(repr, names.values())], sep=', ')}. Export it again."
        )
    frame = table.frame
    who = frame[user]
    if "user_id" in names:
        who = who.where(who != "", frame[names["user_id"]])
    when = frame[names["created_at"]] if "created_at" in names else pd.Series("", frame.index)
    when = when.str.replace(_UTC, "Z", regex=True)  # as ISO 8601 has it
    events = pd.DataFrame(
        {
            "user": who,
            "record": frame[names["article_id"]],
            "key": frame[names["key"]].str.strip('"').str.strip(),
            "value": frame[names["value"]].str.strip('"'),
            "when": when,
            "row": np.arange(len(frame)),
        }
    )
    events["verdict"] = _name_values(events, table)
    return _sort_events(events, table, notes)


def _name_values(events: pd.DataFrame, table: Table) -> pd.Series[str]:
    bare = events["value"].str.casefold().str.removesuffix(".0")
    verdicts = bare.map(VALUES)
    is_vote = events["key"] == "included"
    bad = events[verdicts.isna() & is_vote]
    if len(bad):
        listed = _list_lines(bad, "value", table)
        raise InputError(
            f"{table.path.name!r} must hold 1, 0, -1 or deleted as values of 'included'. "
            f"Got {list_some(listed, sep=', ')}. Export the log again."
        )
    return verdicts.where(is_vote, "").fillna("")


def _list_lines(events: pd.DataFrame, column: str, table: Table) -> list[str]:
    """Return what stands in a column, and in which line."""
    texts, rows = events[column].tolist(), events["row"].to_numpy(dtype=np.int64).tolist()
    return [f"{text!r} (line {table.lines[row]})" for text, row in zip(texts, rows, strict=True)]


def _sort_events(events: pd.DataFrame, table: Table, notes: list[Repair]) -> pd.DataFrame:
    """Return events by time; without any time, as they stand."""
    if (events["when"] == "").all():
        what = "events without a time: taken in the order of the file"
        notes.append(Repair(table.path.name, 1, "created_at", "", "", what))
        return events
    times = pd.to_datetime(events["when"], errors="coerce", utc=True, format="ISO8601")
    bad = events[times.isna()]
    if len(bad):
        listed = _list_lines(bad, "when", table)
        raise ParseError(
            f"{table.path.name!r} must tell the time of each event, as 2024-03-12T09:30:00Z. "
            f"Got {list_some(listed, sep=', ')}. Export the log again."
        )
    steps = times.diff()
    late = int((steps < pd.Timedelta(0)).sum())
    if late:
        what = f"log out of order: sorted by time, {late} events earlier than the one before"
        notes.append(Repair(table.path.name, 1, "created_at", "", "", what))
    if late > int((steps > pd.Timedelta(0)).sum()):  # newest first, those of one time too
        events, times = events[::-1], times[::-1]
    order = times.argsort(kind="stable")
    return events.iloc[order]


def _note_changes(
    events: pd.DataFrame, votes: pd.DataFrame, table: Table, notes: list[Repair]
) -> None:
    """Count the decisions that a later one took back or changed."""
    undone = int((votes["verdict"] == "").sum())
    before = events.groupby(["user", "record"], sort=False)["value"].shift()
    changed = int(((before != events["value"]) & before.notna()).sum())
    for number, what in (
        (changed, f"changed decisions: {changed} of {len(events)} events, the last one counts"),
        (undone, f"undone decisions: {undone}, nothing is decided there"),
    ):
        if number:
            notes.append(Repair(table.path.name, 1, "included", "", "", what))


def _read_reasons(events: pd.DataFrame, table: Table, notes: list[Repair]) -> pd.DataFrame:
    """Return the reasons that hold at the end, by record and user."""
    last = events.drop_duplicates(["user", "record", "key"], keep="last")
    held = last[last["value"].str.casefold() != _UNDONE]
    is_reason = held["key"].str.startswith(_REASON)
    labels = int((~is_reason).sum())
    if labels:
        what = f"labels left out: {labels}, they are no decisions"
        notes.append(Repair(table.path.name, 1, "key", "", "", what))
    reasons = held[is_reason].assign(reason=held["key"].str.removeprefix(_REASON).str.strip())
    joined = reasons.groupby(["record", "user"], sort=False)["reason"].agg("; ".join)
    return joined.reset_index()


def _find(frame: pd.DataFrame, column: str, keys: pd.MultiIndex) -> NDArray[np.object_]:
    """Return a column in the order of keys of record and user, "" where there is none."""
    found = dict(zip(zip(frame["record"], frame["user"], strict=True), frame[column], strict=True))
    values = np.empty(len(keys), dtype=object)
    values[:] = [found.get(key, "") for key in keys]
    return values


def _drop_idle_reasons(cells: pd.DataFrame, table: Table, notes: list[Repair]) -> None:
    """Take reasons off verdicts that exclude nothing, and count them."""
    idle = (cells["reason"] != "") & (cells["verdict"] != "exclude")
    if idle.any():
        first = cells[idle].iloc[0]
        what = f"reason without an exclusion left out: {int(idle.sum())}"
        line = table.lines[first["row"]]
        notes.append(Repair(table.path.name, line, "key", first["reason"], "", what))
        cells.loc[idle, "reason"] = ""


#: Verdicts by the value of the key "included".
VALUES: Mapping[str, str] = MappingProxyType(
    {"1": "include", "0": "maybe", "-1": "exclude", "−1": "exclude", _UNDONE: ""}
)
