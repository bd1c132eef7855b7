"""Records of many files as one result: the table, the log, the counts, the findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, ClassVar, NamedTuple

import numpy as np
import pandas as pd

from reviewkit._core.finding import Finding
from reviewkit._core.format import format_count
from reviewkit._core.result import Result
from reviewkit.sources.raw_columns import Index, Notes
from reviewkit.sources.record_columns import Fields
from reviewkit.sources.record_ids import make_ids
from reviewkit.sources.record_text import TEXT_REPAIRS
from reviewkit.sources.typed import as_text, text_column

__all__ = ["COLUMNS", "FileCount", "Records", "make_records"]

#: The columns of a table of records, in their order.
COLUMNS = (
    "record", "source", "file", "line", "kind", "title", "authors", "year", "journal", "volume",
    "issue", "pages", "doi", "pmid", "abstract", "keywords", "language", "url", "notes", "issn",
    "accession", "publisher", "place",
)  # fmt: skip
_COUNTS = (
    "file", "format", "source", "records", "dropped_lines", "starts", "ends", "difference",
)  # fmt: skip
_SHOWN = ["record", "source", "title", "authors", "year", "journal", "doi"]
_MOST_ROWS = 5  # of the records in text and HTML; to_frame() has all
_WIDEST = 40  # characters of a cell there


class FileCount(NamedTuple):
    """Records in and records out of one file."""

    file: str
    format: str = ""
    source: str = ""
    records: int = 0
    dropped_lines: int = 0  # lines that belong to no record
    starts: int = 0  # records begun, or rows
    ends: int = 0  # records closed
    difference: str = ""  # between the three, and where; or why the file was not read


class _Entry(NamedTuple):
    """Notes of one file, and the position of its first record in the table."""

    file: str
    offset: int
    notes: Notes


@dataclass(frozen=True, slots=True, eq=False)
class Records(Result):
    """Bibliographic records, and what became of every line they were read from."""

    title: ClassVar[str] = "Records"

    files: tuple[FileCount, ...]
    findings: tuple[Finding, ...]  # files that were not read, and differences in the others
    _frame: pd.DataFrame = field(repr=False)
    _entries: tuple[_Entry, ...] = field(repr=False)

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self._frame)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a record, in the order of files and lines.

        ``line`` is the first line (row, in a table) of the record in its file; ``year`` is a
        whole number or missing; all else is text.  Several authors, keywords, languages and
        ISSNs are separated by ``"; "``, several notes by line breaks.
        """
        return self._frame.copy()

    @property
    def counts(self) -> pd.DataFrame:
        """Records in and records out, one row a file, unread files too.

        ``dropped_lines`` counts the lines that belong to no record; ``starts`` and ``ends`` are
        the starts (or rows) and ends of records in the file; ``difference`` says in words, and
        with lines, where these and ``records`` differ.
        """
        return pd.DataFrame(list(self.files), columns=list(_COUNTS))

    @property
    def log(self) -> pd.DataFrame:
        """Every line, tag and value that was dropped, repaired or changed, with its original."""
        return _frame_log(self._entries, self._frame["record"])

    def _headline(self) -> str:
        read = [file for file in self.files if file.format]
        told = f"{format_count(len(self))} records from {len(read)} of {len(self.files)} files"
        wrong = [one for one in self.findings if one.severity != "note"]
        if wrong:
            return f"{told}; {format_count(len(wrong))} to look at in .findings"
        return f"{told}; starts, ends and records agree in each"

    def summary(self) -> str:
        """Return the counts of the files and the findings as plain text."""
        counts = self.counts.drop(columns="difference").to_string(index=False)
        told = "\n".join(map(str, self.findings))
        return f"{self.title}\n{self._headline()}\n\n{counts}" + (f"\n\n{told}" if told else "")

    def _repr_html_(self) -> str:
        counts = self.counts.to_html(index=False, border=0)
        rows = self._frame[_SHOWN].head(_MOST_ROWS)
        first = rows.to_html(index=False, border=0, na_rep="", max_cols=None)
        more = len(self) - len(rows)
        told = f"<p>and {format_count(more)} more</p>" if more else ""
        return (
            f"<h4>{escape(self.title)}</h4><p>{escape(self._headline())}</p>{counts}{first}{told}"
        )


def make_records(files: Sequence[tuple[str, Fields | str, str]], passed: Sequence[str]) -> Records:
    """Return the records of files: each its label, its fields (or why it has none), its source."""
    counts, findings, entries = [], [], []
    columns: dict[str, list[Any]] = {name: [] for name in (*COLUMNS, "name")}
    for label, fields, source in files:
        if isinstance(fields, str):
            counts.append(FileCount(label, difference=fields))
            findings.append(_unread(label, fields))
            entries.append(_Entry(label, 0, _one_note("file not read", fields)))
            continue
        entries += [
            _Entry(label, len(columns["title"]), notes)
            for notes in (*fields.raw.notes, *fields.notes)
        ]
        _add(columns, label, fields, source)
        counts.append(_count(label, fields, source or _list_sources(fields)))
        findings += _compare(counts[-1], fields)
        fields.columns.clear()  # large files: what has been handed on need not be held twice
        fields.raw.fields.clear()
    entries += [_Entry(label, 0, _one_note("hidden file, not read", label)) for label in passed]
    columns["record"] = make_ids(columns)
    return Records(tuple(counts), tuple(findings), _frame_records(columns), tuple(entries))


def _add(columns: dict[str, list[Any]], label: str, fields: Fields, source: str) -> None:
    n = fields.n
    for name in COLUMNS:
        if name in fields.columns:
            columns[name] += fields.columns[name]
    columns["file"] += [label] * n
    columns["name"] += [label.rpartition("/")[2]] * n
    columns["line"] += fields.raw.lines.tolist()
    columns["year"] += fields.years
    if source:
        columns["source"][-n:] = [source] * n


def _frame_records(columns: dict[str, list[Any]]) -> pd.DataFrame:
    index = pd.RangeIndex(len(columns["title"]))
    series: dict[str, Any] = {}
    nothing = as_text(np.full(len(index), np.nan, dtype=object), index)
    for name in COLUMNS:
        held = columns.pop(name)  # each list is let go once its column is made
        if name == "year":
            is_missing = np.array([year is None for year in held], dtype=bool)
            years = np.array([year or 0 for year in held], dtype=np.int64)
            series[name] = pd.arrays.IntegerArray(years, is_missing)
        elif name == "line":
            series[name] = np.array(held, dtype=np.int64)
        else:
            series[name] = text_column(held, index) if any(held) else nothing
    return pd.DataFrame(series, index=index, copy=False)


def _list_sources(fields: Fields) -> str:
    counts = Counter(source for source in fields.columns["source"] if source)
    return "; ".join(name for name, _ in counts.most_common())


def _count(label: str, fields: Fields, source: str) -> FileCount:
    raw = fields.raw
    dropped = [
        notes.lines[notes.records < 0] for notes in raw.notes if notes.what not in TEXT_REPAIRS
    ]
    lines = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *dropped]))
    difference = ""
    if not raw.starts == raw.ends == fields.n:
        difference = (
            f"{fields.n} records, {raw.starts} starts, {raw.ends} ends: {_tell_places(raw.notes)}"
        )
    return FileCount(
        label, raw.format, source, fields.n, len(lines), raw.starts, raw.ends, difference
    )


def _tell_places(notes: Sequence[Notes]) -> str:
    """Name the lines where starts, ends and records part."""
    told = []
    for note in notes:
        if note.what.startswith(("record without", "start given", "end without")):
            lines = [str(line) for line in note.lines[:10].tolist()]
            more = f" and {len(note.lines) - 10} more" if len(note.lines) > 10 else ""
            told.append(f"{note.what} (line {', '.join(lines)}{more})")
    return "; ".join(told) or "see the log"


def _compare(count: FileCount, fields: Fields) -> list[Finding]:
    """Return what a person should know about a file that was read."""
    found = []
    if count.difference:
        found.append(
            Finding(
                "records.difference", "warning", count.file, f"{count.difference}.",
                expected=str(count.starts), found=str(count.records),
                fix="Look at these lines, and export again if the file was cut off.",
            )
        )  # fmt: skip
    untitled = [
        line
        for line, title in zip(fields.raw.lines.tolist(), fields.columns["title"], strict=True)
        if not title
    ]
    if untitled:
        found.append(
            Finding(
                "records.title", "warning", f"{count.file}, line {untitled[0]}",
                f"{format_count(len(untitled))} of {format_count(count.records)} records have no title.",
                fix="Look whether the export left a field out.",
            )
        )  # fmt: skip
    if count.dropped_lines:
        found.append(
            Finding(
                "records.text", "note", count.file,
                f"{format_count(count.dropped_lines)} lines belong to no record.",
                fix="They are in the log.",
            )
        )  # fmt: skip
    return found


def _unread(label: str, why: str) -> Finding:
    return Finding("records.unread", "error", label, why, fix="Take it out or export it again.")


def _one_note(what: str, text: str) -> Notes:
    return Notes(what, np.array([1]), np.array([-1]), [text])


def _frame_log(entries: Sequence[_Entry], ids: pd.Series[Any]) -> pd.DataFrame:
    """Return one row an entry, by file and line."""
    lengths = [len(entry.notes.texts) for entry in entries]
    lines: Index = np.concatenate([np.zeros(0, int), *(entry.notes.lines for entry in entries)])
    records = np.concatenate(
        [
            np.zeros(0, int),
            *(np.where(e.notes.records < 0, -1, e.notes.records + e.offset) for e in entries),
        ]
    )
    order = {name: at for at, name in enumerate(dict.fromkeys(entry.file for entry in entries))}
    files = np.repeat(np.array([order[entry.file] for entry in entries], dtype=int), lengths)
    by = np.lexsort([lines, files])
    known = np.array([*ids, None], dtype=object)
    columns = {
        "file": np.array([*order, ""], dtype=object)[files[by]],
        "line": lines[by],
        "record": known[records[by]],
        "what": np.repeat(np.array([e.notes.what for e in entries], dtype=object), lengths)[by],
        "text": _whole([*(t for e in entries for t in e.notes.texts), ""])[by],
    }
    index = pd.RangeIndex(len(by))
    return pd.DataFrame(
        {n: c if n == "line" else as_text(c, index) for n, c in columns.items()}, index=index
    )


def _whole(texts: list[str]) -> Any:
    """Return texts without half characters, which no table can hold."""
    whole = [text if text.isascii() else text.encode("utf-8", "replace").decode() for text in texts]
    return np.array(whole, dtype=object)
