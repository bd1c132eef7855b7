"""What a search string finds among local records, line by line, and what its NOTs lose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, Protocol

import numpy as np
import pandas as pd

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count
from reviewkit._core.result import Result
from reviewkit.sources.query_blame import Lost, find_lost, name_found, name_lacking
from reviewkit.sources.query_matching import Matcher
from reviewkit.sources.query_tree import TEXT_FIELDS, Node, Term, iterate_terms, show_node

__all__ = ["LineHits", "SearchHits", "TermHits", "apply_lines"]


class SearchedLine(Protocol):
    """A line of a query."""

    @property
    def name(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def node(self) -> Node: ...


class Verdict(NamedTuple):
    """What a line does with one included study."""

    record: str
    found: str  # "yes", "no", "unknown", or "absent" where the records do not hold it
    terms: str  # that found it, or that it lacks


class TermHits(NamedTuple):
    """How many records hold a term of a line."""

    term: str
    fields: str
    hits: int
    at_most: int


class LineHits(NamedTuple):
    """What one line finds."""

    name: str
    text: str
    found: tuple[str, ...]  # ids, in the order of the records
    unsure: tuple[str, ...]  # found if a field that is not known says so
    verdicts: tuple[Verdict, ...]
    lost: tuple[tuple[str, Lost], ...]
    terms: tuple[TermHits, ...]


@dataclass(frozen=True, slots=True)
class SearchHits(Result):
    """What a search string finds among local records.

    Attributes
    ----------
    n : int
        Records searched.
    lines : tuple of LineHits
        In the order of the query; the last is the whole.
    included : tuple of str
        Ids of included studies, as they were given.
    notes : tuple of str
        What the records cannot tell: columns and fields that they lack.
    """

    title: ClassVar[str] = "Search of local records"

    n: int
    lines: tuple[LineHits, ...]
    included: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def found(self) -> tuple[str, ...]:
        """Ids that the last line finds for sure."""
        return self.lines[-1].found

    @property
    def unsure(self) -> tuple[str, ...]:
        """Ids that the last line finds if fields that are not known say so."""
        return self.lines[-1].unsure

    def to_frame(self) -> pd.DataFrame:
        """Return one row a line.

        Columns: ``line, text, hits, hits_at_most, included_found, included_missed,
        included_unknown, included_absent, lost, included_lost``; `hits_at_most` counts what fields
        that are not known may add, `lost` what NOT takes away.
        """
        rows = [
            {
                "line": line.name, "text": line.text, "hits": len(line.found),
                "hits_at_most": len(line.found) + len(line.unsure),
                **{
                    f"included_{name}": sum(verdict.found == value for verdict in line.verdicts)
                    for name, value in _VERDICTS.items()
                },
                "lost": len({record for record, _ in line.lost}),
                "included_lost": len({record for record, _ in line.lost} & set(self.included)),
            }
            for line in self.lines
        ]  # fmt: skip
        return pd.DataFrame(rows)

    def included_frame(self) -> pd.DataFrame:
        """Return one row a line and included study: ``line, record, found, terms``.

        `found` is yes, no, unknown (a field that is not known decides) or absent (no record has
        the id); `terms` are those that found it, or what it lacks.
        """
        rows = [(line.name, *verdict) for line in self.lines for verdict in line.verdicts]
        return pd.DataFrame(rows, columns=["line", "record", "found", "terms"])

    def lost_frame(self) -> pd.DataFrame:
        """Return one row a record that a NOT takes away.

        Columns: ``line, record, included, sure, kept_by, lost_by``: the terms for which the line
        would find it, and those after NOT that it holds too.
        """
        included = set(self.included)
        rows = [
            (line.name, record, record in included, lost.sure, lost.kept_by, lost.lost_by)
            for line in self.lines
            for record, lost in line.lost
        ]
        columns = ["line", "record", "included", "sure", "kept_by", "lost_by"]
        return pd.DataFrame(rows, columns=columns)

    def terms_frame(self) -> pd.DataFrame:
        """Return one row a line and term: ``line, term, fields, hits, hits_at_most``."""
        rows = [(line.name, *term) for line in self.lines for term in line.terms]
        return pd.DataFrame(rows, columns=["line", "term", "fields", "hits", "hits_at_most"])

    def _headline(self) -> str:
        last = self.lines[-1]
        said = [f"{format_count(len(last.found))} of {format_count(self.n)} records found"]
        if last.unsure:
            said.append(f"{format_count(len(last.unsure))} more cannot be judged")
        if self.included:
            missed = [verdict.record for verdict in last.verdicts if verdict.found != "yes"]
            n = len(self.included) - len(missed)
            said.append(
                f"{n} of {len(self.included)} included studies among them"
                + (f" (not: {list_some(missed, most=10, sep=', ')})" if missed else "")
            )
        lost = {record for record, _ in last.lost}
        if lost:
            said.append(f"{format_count(len(lost))} lost to NOT")
        return "; ".join(said) + "." + "".join(f" {note}" for note in self.notes)


_VERDICTS = {"found": "yes", "missed": "no", "unknown": "unknown", "absent": "absent"}


def apply_lines(
    lines: Sequence[SearchedLine], records: Any, included: Iterable[object] | None
) -> SearchHits:
    """Search records with each line of a query."""
    frame = _read_records(records)
    ids = _read_ids(frame)
    wanted = tuple(dict.fromkeys(str(one) for one in included or ()))
    place = {one: at for at, one in enumerate(ids)}
    matcher = Matcher(frame)
    found = []
    for line in lines:
        match = matcher.match(line.node)
        matcher.lines[line.name] = match
        verdicts = tuple(_judge(matcher, line.node, one, place.get(one)) for one in wanted)
        lost = tuple((ids[each.record], each) for each in find_lost(matcher, line.node))
        names = [ids[at] for at in np.flatnonzero(match.sure)]
        unsure = [ids[at] for at in np.flatnonzero(match.possible & ~match.sure)]
        terms = _count_terms(matcher, line.node)
        found.append(
            LineHits(line.name, line.text, tuple(names), tuple(unsure), verdicts, lost, terms)
        )
    return SearchHits(len(ids), tuple(found), wanted, (*matcher.notes, *_tell_blanks(matcher)))


def _count_terms(matcher: Matcher, node: Node) -> tuple[TermHits, ...]:
    counted: dict[Term, TermHits] = {}
    for term in iterate_terms(node):
        if term not in counted:
            match = matcher.match(term)
            fields = ", ".join(term.fields)
            sure, possible = int(match.sure.sum()), int(match.possible.sum())
            counted[term] = TermHits(show_node(term), fields, sure, possible)
    return tuple(counted.values())


def _judge(matcher: Matcher, node: Node, record: str, at: int | None) -> Verdict:
    if at is None:
        return Verdict(record, "absent", "")
    match = matcher.match(node)
    if match.sure[at]:
        return Verdict(record, "yes", name_found(matcher, node, at))
    found = "unknown" if match.possible[at] else "no"
    return Verdict(record, found, name_lacking(matcher, node, at))


def _read_records(records: Any) -> pd.DataFrame:
    frame = records.to_frame() if hasattr(records, "to_frame") else records
    if not isinstance(frame, pd.DataFrame):
        raise InputError(
            f"`records` must be a DataFrame or what `read_records` returns. Got "
            f"{type(records).__name__}. Read the files with `read_records` first."
        )
    return frame


def _read_ids(frame: pd.DataFrame) -> list[str]:
    """Return the ids of records: the column ``record``, else the index."""
    values = frame["record"] if "record" in frame.columns else frame.index
    ids = [str(value) for value in values]
    if len(set(ids)) < len(ids):
        seen: set[str] = set()
        twice = next(one for one in ids if one in seen or seen.add(one))  # type: ignore[func-returns-value]
        raise InputError(
            f"Each record must have an id of its own in the column 'record' (or the index). "
            f"{twice!r} is there more than once. Number the records anew."
        )
    return ids


def _tell_blanks(matcher: Matcher) -> list[str]:
    """Say how many records have no abstract or no keywords."""
    said = []
    for name in TEXT_FIELDS:
        column = matcher.texts.get(name)
        blank = matcher.n if column is None else sum(not text.strip() for text in column)
        if blank:
            said.append(
                f"{format_count(blank)} of {format_count(matcher.n)} records have no {name}."
            )
    return said
