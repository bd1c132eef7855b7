"""Records on which raters disagree: the list for the consensus meeting, and its way back.

The list has one row a record, with each rater's verdict and reason and two blank columns,
``final`` and ``final_reason``.  What is filled in there comes back as verdicts of the rater
"consensus", beside the votes and never in their place.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from reviewkit._core.check import check_choice, check_columns, list_some
from reviewkit._core.errors import InputError
from reviewkit._core.result import Result
from reviewkit.agreement.categories import MAYBE
from reviewkit.agreement.verdicts import CONSENSUS, as_frame
from reviewkit.screening.conflict_list import Conflict, Conflicts, Vote

__all__ = ["Conflicts", "find_conflicts"]

_KEY = ["record", "stage"]
_WORDS = ("include", "exclude", "maybe")


def find_conflicts(
    decisions: pd.DataFrame,
    *,
    stage: str | None = None,
    records: pd.DataFrame | Result | None = None,
    maybe: str = "separate",
    reasons: bool = False,
) -> Conflicts:
    """Find the records on which raters disagree, for the consensus meeting.

    Parameters
    ----------
    decisions : DataFrame
        Decisions, one row each, as from :func:`read_decisions`: `record`, `rater`, `verdict`, and
        perhaps `stage`, `reason`, `record_reason`.  Verdicts of the rater "consensus" are final
        ones already: they fill the list.
    stage : str, optional
        Which stage to look at; by default all of them.
    records : DataFrame or result that has one, optional
        Adds `title` and `authors` to the list; one row a `record`.
    maybe : {"separate", "include", "exclude"}, default "separate"
        Whether "maybe" is a verdict of its own, so that it conflicts with the others and is
        unsettled where all raters say it; or the same as one of the others.
    reasons : bool, default False
        Whether raters who all exclude, but for different reasons, are in conflict too.

    Returns
    -------
    Conflicts
        One row a record and stage; saved for the meeting with ``.save(path)``, read back with
        ``.with_verdicts(path)``.  Its kind is "include/exclude" where both were said, whatever
        else was; else "include/maybe", "exclude/maybe", "maybe/maybe", or "reason".

    Raises
    ------
    InputError
        If a column is missing, a verdict is not known, `stage` is not there, or a rater has
        several verdicts on a record.

    Examples
    --------
    >>> decisions = pd.DataFrame({
    ...     "record": ["a", "a", "b", "b", "c"], "rater": ["Ada", "Bo", "Ada", "Bo", "Ada"],
    ...     "verdict": ["include", "exclude", "exclude", "exclude", "include"]})
    >>> conflicts = find_conflicts(decisions)
    >>> conflicts.to_frame()[["record", "kind", "verdict: Ada", "verdict: Bo"]]
      record             kind verdict: Ada verdict: Bo
    0      a  include/exclude      include     exclude
    >>> conflicts.n_compared, conflicts.n_single
    (2, 1)
    >>> final = pd.DataFrame({"record": ["a"], "final": ["include"], "final_reason": [""]})
    >>> conflicts.with_verdicts(final).to_decisions()[["record", "rater", "verdict"]]
      record      rater  verdict
    0      a  consensus  include
    """
    check_choice("maybe", maybe, MAYBE)
    frame = _read(decisions, stage)
    is_final = frame["rater"].str.casefold() == CONSENSUS
    votes, final = frame[~is_final], frame[is_final]
    sizes = votes.groupby(_KEY)["rater"].size()
    return Conflicts(
        rows=_list(votes, final, _read_records(records), maybe, reasons),
        raters=tuple(dict.fromkeys(votes["rater"])),
        n_compared=int((sizes > 1).sum()),
        n_single=int((sizes == 1).sum()),
        maybe=maybe,
        with_records=records is not None,
    )


def _list(
    votes: pd.DataFrame, final: pd.DataFrame, titles: dict[str, tuple[str, str]], maybe: str,
    reasons: bool,
) -> tuple[Conflict, ...]:  # fmt: skip
    """Return the conflicts; only records that can be one are looked at one by one."""
    grouped = votes.groupby(_KEY)
    several = grouped["rater"].transform("size") > 1
    differ = grouped["verdict"].transform("nunique") > 1
    unsure = (votes["verdict"] == "maybe").groupby([votes[name] for name in _KEY]).transform("any")
    settled: dict[tuple[str, str], tuple[str, str]] = {
        (record, stage): (verdict, reason)
        for record, stage, verdict, reason in _rows(final, [*_KEY, "verdict", "reason"])
    }
    # Row by row into a dict: pandas takes a millisecond for each group.
    cast: dict[tuple[str, str], list[Vote]] = {}
    shared: dict[tuple[str, str], str] = {}
    names = [*_KEY, "rater", "verdict", "reason", "record_reason"]
    for record, stage, *vote, pooled in _rows(votes[several & (differ | unsure | reasons)], names):
        cast.setdefault((record, stage), []).append(Vote(*vote))
        shared[record, stage] = shared.get((record, stage)) or pooled
    return tuple(
        Conflict(*key, kind, tuple(own), shared[key], *titles.get(key[0], ("", "")),
                 *settled.get(key, ("", "")))
        for key, own in cast.items()
        if (kind := _tell_kind(own, maybe, reasons))
    )  # fmt: skip


def _read(decisions: pd.DataFrame, stage: str | None) -> pd.DataFrame:
    """Return the decisions as text, "" where there is none, or say what is wrong with them."""
    frame = as_frame(decisions)
    check_columns(frame.columns, {name: name for name in ("record", "rater", "verdict")})
    columns = ("record", "rater", "stage", "verdict", "reason", "record_reason")
    texts = {name: _as_texts(frame[name]) if name in frame else "" for name in columns}
    frame = pd.DataFrame(texts, index=range(len(frame)), dtype=object)
    frame["verdict"] = frame["verdict"].str.casefold()
    frame = frame[frame["verdict"] != ""]
    unknown = sorted(set(frame["verdict"]) - set(_WORDS))
    if unknown:
        raise InputError(
            f"Verdicts must be include, exclude or maybe. Got "
            f"{list_some([*map(repr, unknown)], sep=', ')}. Rename them, or read the file with "
            f"read_decisions."
        )
    if stage is not None and stage not in set(frame["stage"]):
        listed = list_some([repr(s) for s in dict.fromkeys(frame["stage"]) if s], sep=", ")
        raise InputError(f"`stage` must be one of {listed or 'no stage'}. Got {stage!r}.")
    frame = frame if stage is None else frame[frame["stage"] == stage]
    twice = frame[frame.duplicated(["record", "rater", "stage"], keep=False)]
    if len(twice):
        cells = twice[["record", "rater"]].drop_duplicates()
        listed = list_some([f"{r!r} of {who}" for r, who in cells.itertuples(index=False)])
        raise InputError(
            f"Each rater must have one verdict on a record. Got several for {listed}. "
            f"Keep the final decision of each rater."
        )
    return frame


def _rows(frame: pd.DataFrame, names: list[str]) -> list[list[str]]:
    return [list(row) for row in frame[names].to_numpy(dtype=object)]


def _as_texts(column: pd.Series[Any]) -> list[str]:
    return ["" if pd.isna(cell) else str(cell).strip() for cell in column]


def _read_records(records: pd.DataFrame | Result | None) -> dict[str, tuple[str, str]]:
    """Return title and authors by record."""
    if records is None:
        return {}
    records = records if isinstance(records, pd.DataFrame) else records.to_frame()
    check_columns(records.columns, {"record": "record"})
    names = [name for name in ("title", "authors") if name in records.columns]
    if not names:
        listed = list_some([repr(str(name)) for name in records.columns], sep=", ")
        raise InputError(
            f"`records` must have the columns 'title' or 'authors'. The columns are {listed}. "
            f"Rename them, or leave out `records`."
        )
    columns = [_as_texts(records[n]) if n in names else [""] * len(records)
               for n in ("title", "authors")]  # fmt: skip
    return dict(zip(_as_texts(records["record"]), zip(*columns, strict=True), strict=True))


def _tell_kind(votes: Iterable[Vote], maybe: str, by_reason: bool) -> str:
    """Return what kind of conflict votes are, or nothing."""
    counts_as = "maybe" if maybe == "separate" else maybe
    said = {counts_as if vote.verdict == "maybe" else vote.verdict for vote in votes}
    if {"include", "exclude"} <= said:
        return "include/exclude"
    if "maybe" in said:
        return f"{next(iter(said - {'maybe'}), 'maybe')}/maybe"
    given = {vote.reason.casefold() for vote in votes} - {""}
    return "reason" if by_reason and said == {"exclude"} and len(given) > 1 else ""
