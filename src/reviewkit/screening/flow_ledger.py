"""The records behind the numbers of a flow: who is in which box, and why.

A ledger holds plain tuples, so that a flow can be compared, hashed and pickled, and nobody's
frame is inside.  :data:`ALIASES` names boxes as people do; one more line is one more name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import NamedTuple

import pandas as pd

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError
from reviewkit.screening.flow_keys import KEYS

__all__ = ["ALIASES", "LEFT", "Citation", "Entry", "Ledger", "LogLine"]

#: Records of other methods that were never sought: the form has no box for them.
LEFT = "other_not_sought"


class Citation(NamedTuple):
    """What a record is."""

    record: str
    source: str
    title: str
    authors: str
    year: int | None
    journal: str
    doi: str


class Entry(NamedTuple):
    """A record in a box."""

    record: str
    reason: str = ""
    study: str = ""
    duplicate_of: str = ""


class LogLine(NamedTuple):
    """Something that was decided on the way, and for which records."""

    what: str
    records: tuple[str, ...]
    rule: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """Citations of all records; the entries of each box; the one box in which each ended."""

    citations: tuple[Citation, ...]
    boxes: tuple[tuple[str, tuple[Entry, ...]], ...]
    ends: tuple[tuple[str, Entry], ...]
    lines: tuple[LogLine, ...]

    def find(self, box: str) -> pd.DataFrame:
        """Return the records of a box: its own, or those of all its parts."""
        listed = dict(self.boxes)
        entries = [entry for key in self._match(box) for entry in listed[key]]
        cited = {citation.record: citation for citation in self.citations}
        return _to_frame([(*cited[entry.record], *entry[1:]) for entry in entries])

    def list_ends(self) -> pd.DataFrame:
        """Return all records, each with the box in which it ended."""
        ends = {entry.record: (box, entry) for box, entry in self.ends}
        rows = [(*cited, *ends[cited.record][1][1:]) for cited in self.citations]
        frame = _to_frame(rows)
        frame.insert(1, "box", pd.Series([ends[c.record][0] for c in self.citations], dtype=str))
        return frame

    def to_log(self) -> pd.DataFrame:
        """Return one row a line of the log: ``what, n, records, rule``."""
        return pd.DataFrame(
            {
                "what": pd.Series([line.what for line in self.lines], dtype=str),
                "n": pd.Series([len(line.records) for line in self.lines], dtype="int64"),
                "records": pd.Series(["; ".join(ln.records) for ln in self.lines], dtype=str),
                "rule": pd.Series([line.rule for line in self.lines], dtype=str),
            }
        )

    def _match(self, box: str) -> list[str]:
        """Return the keys that a name stands for; a whole box stands for its parts."""
        name = " ".join(str(box).split())
        for wanted in (name, _plain(name)):
            wanted = ALIASES.get(wanted, wanted)
            found = [key for key, _ in self.boxes
                     if key == wanted or key.startswith(f"{wanted}:")]  # fmt: skip
            if found:
                return found
        folded = {_plain(key): key for key in self._names()}
        if _plain(name) in folded:
            return self._match(folded[_plain(name)])
        if ALIASES.get(_plain(name), _plain(name)) in KEYS:
            raise InputError(
                f"`box` must name a box that this flow reports. Got {box!r}, of which the records "
                f"and decisions say nothing. It reports {list_some([*map(repr, self._keys())], sep=', ')}."
            )
        near = get_close_matches(_plain(name), folded, n=3, cutoff=0.5)
        known = [folded[one] for one in near] or list(folded.values())
        hint = "Near it" if near else "The boxes are"
        raise InputError(
            f"`box` must name a box of this flow. Got {box!r}. "
            f"{hint}: {list_some([*map(repr, known)], sep=', ')}."
        )

    def _keys(self) -> Iterable[str]:
        return dict.fromkeys(key.partition(":")[0] for key, _ in self.boxes)

    def _names(self) -> Iterator[str]:
        """Yield all names that stand for a box of this flow."""
        yield from self._keys()
        yield from (key for key, _ in self.boxes)
        yield from (name for name, key in ALIASES.items() if key in self._keys())


def _plain(name: str) -> str:
    return "_".join(name.casefold().replace("-", " ").replace("_", " ").split())


def _to_frame(rows: Sequence[tuple[object, ...]]) -> pd.DataFrame:
    names = (*Citation._fields, *Entry._fields[1:])
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    return pd.DataFrame(
        {
            name: pd.array(list(cells), dtype="Int64") if name == "year"
            else pd.Series(list(cells), dtype=str)
            for name, cells in zip(names, columns, strict=True)
        }
    )  # fmt: skip


#: What people call boxes, in lower case.
ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "excluded_full_text": "reports_excluded",
        "excluded_at_full_text": "reports_excluded",
        "full_text_excluded": "reports_excluded",
        "excluded_title_abstract": "excluded",
        "excluded_titles": "titles_excluded",
        "records_excluded": "excluded",
        "records_identified": "identified",
        "records_screened": "screened",
        "duplicates": "duplicates_removed",
        "reports_sought": "sought",
        "reports_not_retrieved": "not_retrieved",
        "reports_assessed": "assessed",
        "included": "new_reports",
        "reports_included": "new_reports",
        "studies_included": "new_studies",
        "meta_analysis": "in_meta_analysis",
        "excluded_appraisal": "appraisal_excluded",
        "undecided": "records_awaiting",
        "citations": "citation_searching",
    }
)
