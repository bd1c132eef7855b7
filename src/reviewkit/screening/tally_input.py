"""What :func:`~reviewkit.screening.tallies.tally_flow` is given, made plain: ids, votes, clusters.

Wings never meet: records and duplicates are known by their columns, not by their classes.  All
that contradicts the records is collected as a fault, so that one message names everything.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pandas as pd

from reviewkit._core.check import check_columns, list_some
from reviewkit._core.errors import InputError
from reviewkit.screening.flow_ledger import Citation, LogLine
from reviewkit.sources.votes import UNDECIDED, name_stage, verdict_names

__all__ = ["Notebook", "Vote", "read_citations", "read_clusters", "read_ids", "read_pairs",
           "read_votes"]  # fmt: skip

_HALF = re.compile("[\ud800-\udfff]")  # halves of characters, which no file holds
_TRUE = frozenset({"true", "yes", "y", "1", "1.0", "x"})
_VERDICTS = ("include", "exclude", "maybe")


class Vote(NamedTuple):
    """What one rater decided about one record at one stage."""

    record: str
    rater: str
    stage: str
    verdict: str
    reason: str
    decided_at: str


@dataclass(slots=True)
class Notebook:
    """What is noted on the way: the log, and what contradicts the data."""

    lines: list[LogLine] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def log(self, what: str, records: Iterable[str], rule: str) -> None:
        """Note what was done with some records, if there are any."""
        named = tuple(dict.fromkeys(records))
        if named:
            self.lines.append(LogLine(what, named, rule))

    def blame(self, what: str, records: Iterable[str], rule: str) -> None:
        """Note a contradiction; `rule` says what becomes of it where it is only logged."""
        named = list(dict.fromkeys(records))
        if named:
            self.faults.append(f"{what}: {list_some([*map(repr, named)], most=8, sep=', ')}")
            self.log(what, named, rule)


def read_citations(records: Any, notes: Notebook) -> tuple[Citation, ...]:
    """Return the records, each with an id of its own."""
    frame = _frame_of(records, "records")
    _need(frame, "records", {"record": "record"})
    ids = _texts(frame["record"])
    blank, twice = ids.count(""), sorted({one for one in ids if one and ids.count(one) > 1}
                                         if len(set(ids)) < len(ids) else ())  # fmt: skip
    if blank or twice:
        said = f"{blank} blank" if blank else f"{list_some([*map(repr, twice)], most=8)} twice"
        raise InputError(f"`records` must have an id of its own in each row. Got {said}.")
    columns = {name: _texts(frame[name]) if name in frame else [""] * len(ids)
               for name in ("source", "title", "authors", "journal", "doi")}  # fmt: skip
    years = _years(frame["year"]) if "year" in frame else [None] * len(ids)
    if "year" in frame:
        written = zip(ids, _texts(frame["year"]), years, strict=True)
        odd = [record for record, text, year in written if text and year is None]
        notes.log("a year that is no number", odd, "left out of the citation")
    parts = (columns["source"], columns["title"], columns["authors"], years,
             columns["journal"], columns["doi"])  # fmt: skip
    return tuple(Citation(*row) for row in zip(ids, *parts, strict=True))


def read_clusters(duplicates: Any, known: Collection[str], notes: Notebook) -> dict[str, str]:
    """Return the cluster of each record that has one."""
    if duplicates is None:
        return {}
    frame = _frame_of(getattr(duplicates, "clusters", duplicates), "duplicates")
    _need(frame, "duplicates", {"record": "record", "cluster": "cluster"})
    ids, names = _texts(frame["record"]), _texts(frame["cluster"])
    clusters: dict[str, str] = {}
    for record, name in zip(ids, names, strict=True):
        if name and clusters.setdefault(record, name) != name:
            raise InputError(
                f"`duplicates` must put a record into one cluster. Got {record!r} in "
                f"{clusters[record]!r} and {name!r}. Merge the two."
            )
    lost = [record for record in ids if record and record not in known]
    notes.blame("ids in `duplicates` that no record has", lost, "left out")
    return {record: name for record, name in clusters.items() if record in known}


def read_votes(
    decisions: Any, known: Collection[str], levels: Collection[str], notes: Notebook
) -> list[Vote]:  # fmt: skip
    """Return who decided what; blank verdicts are no decisions."""
    frame = _frame_of(decisions, "decisions")
    needed = {"record": "record", "stage": "stage", "verdict": "verdict"}
    _need(frame, "decisions", needed)
    columns = [_texts(frame[name]) if name in frame else [""] * len(frame)
               for name in Vote._fields]  # fmt: skip
    columns[2] = _name_stages(columns[2], levels)
    columns[3] = _name_verdicts(columns[3])
    votes = [Vote(*row) for row in zip(*columns, strict=True)]
    if "record_reason" in frame:
        votes = _share_reasons(votes, _texts(frame["record_reason"]), notes)
    notes.log("decisions without a verdict", [v.record for v in votes if not v.verdict],
              "left out: who has not decided has no say")  # fmt: skip
    lost = [vote.record or "(blank)" for vote in votes if vote.record not in known]
    notes.blame("ids in `decisions` that no record has", lost, "left out")
    return [vote for vote in votes if vote.verdict and vote.record in known]


def _share_reasons(votes: list[Vote], reasons: list[str], notes: Notebook) -> list[Vote]:
    """Give a reason that a file keeps by record to those who excluded it and named none."""
    shared = [
        vote._replace(reason=reason) if vote.verdict == "exclude" and not vote.reason else vote
        for vote, reason in zip(votes, reasons, strict=True)
    ]
    told = [new.record for old, new in zip(votes, shared, strict=True) if old != new]
    notes.log("a reason that is told by record", told, "it is that of who excluded and named none")
    return shared


def read_ids(
    given: Any, name: str, known: Collection[str], notes: Notebook, records: Any = None
) -> dict[str, str] | None:  # fmt: skip
    """Return ids with what is said of them: from a frame, some ids, or a column of `records`."""
    if given is None:
        return None
    if isinstance(given, str):
        frame = _frame_of(records, "records")
        _need(frame, "records", {name: given})
        said = _texts(frame[given])
        ids = [record for record, text in zip(_texts(frame["record"]), said, strict=True)
               if text.casefold() in _TRUE]  # fmt: skip
        found = dict.fromkeys(ids, "")
    elif isinstance(given, pd.DataFrame):
        _need(given, name, {"record": "record"})
        why = _texts(given["reason"]) if "reason" in given else [""] * len(given)
        found = dict(zip(_texts(given["record"]), why, strict=True))
    elif isinstance(given, Mapping):
        keys, values = (pd.Series(list(some), dtype=object) for some in (given, given.values()))
        found = dict(zip(_texts(keys), _texts(values), strict=True))
    else:
        found = dict.fromkeys(_texts(pd.Series(list(given), dtype=object)), "")
    lost = [record or "(blank)" for record in found if record not in known]
    notes.blame(f"ids in `{name}` that no record has", lost, "left out")
    return {record: why for record, why in found.items() if record in known}


def read_pairs(links: Any, known: Collection[str], notes: Notebook) -> dict[str, list[str]]:
    """Return the studies of each report; a report may hold several."""
    if links is None:
        return {}
    if isinstance(links, Mapping):
        links = pd.DataFrame({"report": list(links), "study": list(links.values())}, dtype=object)
    frame = _frame_of(links, "links")
    report = "report" if "report" in frame else "record"
    _need(frame, "links", {"report": report, "study": "study"})
    found: dict[str, list[str]] = {}
    for record, study in zip(_texts(frame[report]), _texts(frame["study"]), strict=True):
        if study and study not in found.setdefault(record, []):
            found[record].append(study)
    lost = [record or "(blank)" for record in found if record not in known]
    notes.blame("ids in `links` that no record has", lost, "left out")
    return {record: studies for record, studies in found.items() if record in known}


def _need(frame: pd.DataFrame, name: str, needed: Mapping[str, str]) -> None:
    """Raise unless an argument has the columns that it needs; the message names it."""
    try:
        check_columns(frame.columns, needed)
    except InputError as error:
        raise InputError(str(error).replace("`data`", f"`{name}`", 1)) from None


def _frame_of(given: Any, name: str) -> pd.DataFrame:
    frame = given.to_frame() if hasattr(given, "to_frame") else given
    if not isinstance(frame, pd.DataFrame):
        raise InputError(
            f"`{name}` must be a frame, or have a method `to_frame`. "
            f"Got a value of type {type(given).__name__}."
        )
    return frame


def _text(value: Any) -> str:
    """Return a value that is not missing as text on one line."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # ids of a column with blanks
    return " ".join(_HALF.sub("", str(value)).split())


def _texts(column: pd.Series) -> list[str]:
    """Return the cells of a column as text; nothing where one is missing."""
    known: dict[Any, str] = {}  # most columns say a few things many times
    texts = []
    for value, gone in zip(column.tolist(), column.isna().tolist(), strict=True):
        text = "" if gone else known.get(value) if isinstance(value, str) else _text(value)
        if text is None:
            text = known[value] = _text(value)
        texts.append(text)
    return texts


def _years(column: pd.Series) -> list[int | None]:
    numbers = pd.to_numeric(column, errors="coerce").tolist()
    return [None if pd.isna(year) else int(year) for year in numbers]


def _name_stages(spelled: list[str], levels: Collection[str]) -> list[str]:
    blank = spelled.count("")
    if blank:
        raise InputError(
            f"`decisions` must name the stage of each decision. {blank} of {len(spelled)} name "
            f"none. Give it to the reader, as in read_decisions(path, stage='full_text')."
        )
    names = {text: text if text in levels else name_stage(text) for text in set(spelled)}
    strange = sorted({name for name in names.values() if name not in levels})
    if strange:
        raise InputError(
            f"`levels` must hold each stage of the decisions. Got {list(levels)}, but there are "
            f"decisions at {', '.join(map(repr, strange))}."
        )
    return [names[text] for text in spelled]


def _name_verdicts(spelled: list[str]) -> list[str]:
    names = verdict_names(spelled)
    known = {text: "" if text.casefold() in UNDECIDED else names.get(text.casefold(), "?")
             for text in set(spelled)}  # fmt: skip
    strange = sorted(text for text, name in known.items() if name == "?")
    if strange:
        raise InputError(
            f"`decisions` must hold the verdicts {', '.join(_VERDICTS)}, or a spelling of them. "
            f"Got {list_some([*map(repr, strange)], sep=', ')}."
        )
    return [known[text] for text in spelled]
