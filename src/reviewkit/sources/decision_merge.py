"""Several files of decisions as one: by record, and with the log of Rayyan joined to its articles.

The two files of Rayyan tell the same votes, one by display names and without who gave a reason,
the other by addresses and with it.  Nothing in them links a name to an address but the votes
themselves: a user is the person whose votes are the same, if no other's are.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError
from reviewkit.sources.decision_parts import Part
from reviewkit.sources.repairs import Repair

__all__ = ["choose_stage", "merge_parts", "refuse_repeats"]

_KEY = ["record", "rater", "stage"]
_ALIKE = 0.9  # share of common records on which a user and a name must have the same verdict


def merge_parts(parts: Sequence[Part], path: Path, notes: list[Repair]) -> pd.DataFrame:
    """Return the votes of all files."""
    by_kind: dict[str, list[Part]] = {}
    for part in parts:
        by_kind.setdefault(part.kind, []).append(part)
    _compare_titles(by_kind.get("asreview", []), path)
    articles, logs = (by_kind.pop(kind, []) for kind in ("rayyan articles", "rayyan log"))
    frames = [part.cells for own in by_kind.values() for part in own]
    if articles and logs:
        frames.append(_join_log(_stack(articles), _stack(logs), notes))
    else:
        frames += [part.cells for part in (*articles, *logs)]
    cells = pd.concat(frames, ignore_index=True)
    return _drop_copies(cells, notes) if len(parts) > 1 else cells


def _stack(parts: Sequence[Part]) -> Part:
    """Return files of one kind as one."""
    cells = pd.concat([part.cells for part in parts], ignore_index=True)
    return Part(parts[0].kind, " and ".join(part.file for part in parts), cells)


def _join_log(articles: Part, log: Part, notes: list[Repair]) -> pd.DataFrame:
    """Return the votes of the articles, with the reasons and times that the log knows."""
    ids = articles.cells["record"].str.removeprefix("rayyan-")
    state = articles.cells.assign(id=ids)
    known = log.cells.assign(id=log.cells["record"].str.removeprefix("rayyan-"))
    is_strange = ~known["id"].isin(ids)
    strange = int((is_strange & (known["verdict"] != "")).sum())
    if strange:
        what = f"decisions on records that {articles.file} lacks: {strange}, left out"
        notes.append(Repair(log.file, 1, "article_id", "", "", what))
    known = known[~is_strange]
    people = _match_people(state[state["verdict"] != ""], known[known["verdict"] != ""])
    users = known.loc[known["verdict"] != "", "rater"].nunique()
    if len(people) < users:
        what = (
            f"users of the log without a name: {users - len(people)} of {users}, their reasons and "
            f"times are left out; the votes are those of {articles.file}"
        )
        notes.append(Repair(log.file, 1, "user_email", "", "", what))
    known = known.assign(rater=known["rater"].map(people)).dropna(subset="rater")
    known = known.drop_duplicates(["id", "rater"]).set_index(["id", "rater"])
    at = pd.MultiIndex.from_frame(state[["id", "rater"]])
    found = known.reindex(at)
    same = (found["verdict"].fillna("").to_numpy() == state["verdict"].to_numpy()) & (
        state["verdict"] != ""
    ).to_numpy()
    for column in ("reason", "decided_at"):
        state[column] = found[column].fillna("").where(same, "").to_numpy(dtype=object)
    differ = int((found["verdict"].notna().to_numpy() & ~same & (state["verdict"] != "")).sum())
    if differ:
        what = f"log and articles differ: {differ} decisions, those of {articles.file} are kept"
        notes.append(Repair(log.file, 1, "included", "", "", what))
    state["is_shared"] = False
    return state.drop(columns="id")


def _match_people(state: pd.DataFrame, known: pd.DataFrame) -> dict[str, str]:
    """Return the name of each user whose votes are one person's and no other's."""
    both = known[["id", "rater", "verdict"]].merge(
        state[["id", "rater", "verdict"]], on="id", suffixes=("_user", "_name")
    )
    if both.empty:
        return {}
    both["alike"] = both["verdict_user"] == both["verdict_name"]
    pairs = both.groupby(["rater_user", "rater_name"])["alike"].agg(["mean", "sum", "size"])
    mine = known["rater"].value_counts()
    pairs = pairs[pairs["mean"] >= _ALIKE].reset_index()
    pairs = pairs[pairs["size"] >= _ALIKE * pairs["rater_user"].map(mine)]
    best = pairs.sort_values("sum", ascending=False, kind="stable")
    for side in ("rater_user", "rater_name"):
        top = best.groupby(side)["sum"].transform("max")
        best = best[best["sum"] == top]
        best = best[~best.duplicated(side, keep=False)]
    return dict(zip(best["rater_user"], best["rater_name"], strict=True))


def _compare_titles(parts: Sequence[Part], path: Path) -> None:
    """Refuse projects that number other records alike: their ids are positions in a data set."""
    if len(parts) < 2:
        return
    cells = pd.concat([part.cells for part in parts])
    cells = cells[cells["title"] != ""].drop_duplicates(["record", "title"])
    twice = cells[cells.duplicated("record", keep=False)]
    if len(twice):
        listed = [
            f"{record!r} is " + " and ".join(repr(title[:60]) for title in rows["title"])
            for record, rows in twice.groupby("record", sort=False)
        ]
        raise InputError(
            f"The projects in {path.name!r} must hold the same records under the same record_id. "
            f"Got {list_some(listed, most=3)}. Screen one data set, or join the files by hand."
        )


def _drop_copies(cells: pd.DataFrame, notes: list[Repair]) -> pd.DataFrame:
    """Leave out what several files say alike: a decision twice, or undecided beside a decision."""
    is_open = cells["verdict"] == ""
    decided = pd.MultiIndex.from_frame(cells.loc[~is_open, _KEY])
    answered = is_open & pd.MultiIndex.from_frame(cells[_KEY]).isin(decided)
    cells = cells[~answered & ~(is_open & cells.duplicated([*_KEY, "verdict"]))]
    copies = cells.duplicated([*_KEY, "verdict"]) & ~cells.duplicated([*_KEY, "file"], keep=False)
    for file, rows in cells[copies & (cells["verdict"] != "")].groupby("file", sort=False):
        what = f"decisions that another file holds too: {len(rows)}, taken once"
        notes.append(Repair(str(file), int(rows["line"].iloc[0]), "", "", "", what))
    return cells[~copies].reset_index(drop=True)


def choose_stage(
    cells: pd.DataFrame, path: Path, wanted: str | None, notes: list[Repair]
) -> pd.DataFrame:
    """Return the votes at one stage, and count the others."""
    if wanted is None:
        return cells
    decided = cells[cells["verdict"] != ""]
    others = decided[decided["stage"] != wanted]
    if len(others) == len(decided) > 0:
        raise InputError(
            f"{path.name!r} must hold decisions at the stage {wanted}. Found none; its "
            f"{len(others)} decisions are at {', '.join(map(repr, others['stage'].unique()))}."
        )
    for (file, stage), rows in others.groupby(["file", "stage"], sort=False):
        what = f"other stage: {len(rows)} decision{'s' if len(rows) > 1 else ''} left out"
        line = int(rows["line"].iloc[0])
        notes.append(Repair(str(file), line, "stage", str(stage), "", what))
    return cells[cells["stage"] == wanted].reset_index(drop=True)


def refuse_repeats(cells: pd.DataFrame, path: Path) -> None:
    """Refuse two decisions of one person on one record at one stage."""
    cells = cells[cells["verdict"] != ""]
    repeated = cells[cells.duplicated(_KEY, keep=False)]
    if repeated.empty:
        return
    listed = []
    for (record, rater, stage), rows in repeated.groupby(_KEY, sort=False):
        lines = "lines " + ", ".join(str(line) for line in rows["line"])
        if len(set(rows["file"])) > 1:
            places = zip(rows["file"], rows["line"], rows["verdict"], strict=True)
            lines = ", ".join(f"{verdict} in {file} line {line}" for file, line, verdict in places)
        listed.append(f"{rater!r} on {record!r}{f' at {stage}' if stage else ''} ({lines})")
    raise InputError(
        f"{path.name!r} must hold one decision a record, rater and stage. "
        f"Decided more than once: {list_some(listed)}. Keep the final decision of each."
    )
