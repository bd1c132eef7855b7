"""Records in tagged text: RIS in all its dialects, MEDLINE (.nbib), Web of Science (.ciw).

The three formats differ in how a line is built and in what a tag means, which is all in
:mod:`~reviewkit.sources.tagged_dialects`.  Lines are told apart in
:mod:`~reviewkit.sources.tagged_lines`, records in
:mod:`~reviewkit.sources.tagged_structure`; here values go to their fields.

Every line of a file ends up in the value of a record, or in a note.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np

from reviewkit.sources.raw_columns import Notes, RawColumns, Values, gather_notes
from reviewkit.sources.record_text import no_records, read_text_and_bytes
from reviewkit.sources.tagged_dialects import DIALECTS, is_medline, is_ris, is_wos
from reviewkit.sources.tagged_lines import Held, Index, Lines, cut_swallowed, read_lines
from reviewkit.sources.tagged_structure import find_records

__all__ = [
    "is_medline", "is_ris", "is_wos", "parse_tagged", "read_medline", "read_ris", "read_wos",
]  # fmt: skip

_NONE: Index = np.zeros(0, dtype=np.int64)
_PAGES = ("first_page", "last_page", "pages")


def read_ris(path: Path) -> RawColumns:
    """Read a RIS file of any dialect."""
    return _read(path, "ris")


def read_medline(path: Path) -> RawColumns:
    """Read the MEDLINE format, as PubMed and ERIC write it (.nbib)."""
    return _read(path, "medline")


def read_wos(path: Path) -> RawColumns:
    """Read the plain text format of Web of Science (.txt, .ciw)."""
    return _read(path, "wos")


def _read(path: Path, name: str) -> RawColumns:
    text, data, notes = read_text_and_bytes(path)
    raw = parse_tagged(text, name, data)
    if not len(raw.lines):
        raise no_records(path, f"no record in the format {name}", "Export it again.")
    return raw._replace(notes=[*gather_notes(notes), *raw.notes])


def parse_tagged(text: str, name: str, data: bytes | bytearray | None = None) -> RawColumns:
    r"""Return the records of tagged text; `data` are its bytes, if it is ASCII.

    >>> raw = parse_tagged("1.\nTY  - JOUR\nTI  - A long\ntitle\nXX  - ?\nER  - \n", "ris")
    >>> raw.fields["title"].texts, [(note.what, note.texts) for note in raw.notes]
    (['A long title'], [('text outside records', ['1.']), ('tag not kept: XX', ['XX  - ?'])])
    """
    dialect = DIALECTS[name]
    lines = read_lines(text, dialect, data)
    found = find_records(lines)
    cut_swallowed(lines)
    notes = _note_outside(lines)
    fields, dropped = _sort_values(lines)
    _join_pages(fields)
    own = [note._replace(record=int(lines.records[note.line - 1])) for note in lines.notes]
    notes += [*gather_notes(own), *dropped]
    source = "Web of Science" if name == "wos" else ""
    return RawColumns(
        name, source, found.starts + 1, fields, notes, found.n_starts, found.n_ends, lines.is_plain
    )


def _note_outside(lines: Lines) -> list[Notes]:
    """Note all that stands in no record."""
    furniture = lines.find(*lines.dialect.furniture, *filter(None, [lines.dialect.end]))
    outside = (lines.records < 0) & ~lines.is_blank & ~furniture
    is_tag = lines.codes != 0
    return [
        _make_notes(what, np.flatnonzero(which), lines)
        for what, which in (
            ("text outside records", outside & ~is_tag),
            ("tag outside records", outside & is_tag),
        )
        if which.any()
    ]


def _make_notes(what: str, at: Index, lines: Lines) -> Notes:
    return Notes(what, lines.numbers[at], lines.records[at], lines.texts(at))


def _sort_values(lines: Lines) -> tuple[dict[str, Values], list[Notes]]:
    """Return the values of each field, and notes of the tags that have none."""
    dialect = lines.dialect
    taken: dict[str, list[tuple[Index, list[str]]]] = defaultdict(list)
    dropped = []
    is_inside = lines.records >= 0
    ranks = {tag: rank for rank, tag in enumerate([*dialect.fields, *dialect.choices])}
    tags = [lines.name(code) for code in np.unique(lines.codes[is_inside]).tolist() if code]
    for tag in sorted(tags, key=lambda tag: (ranks.get(tag, len(ranks)), tag)):
        if tag in (dialect.end, *dialect.furniture):
            continue
        held = lines.find_values(np.flatnonzero(lines.find(tag) & is_inside))
        better = dialect.instead.get(tag)
        if better:
            spare = np.isin(lines.records[held.at], lines.records[lines.find(better)])
            if spare.any():
                dropped.append(_make_notes(f"{tag} beside {better}", held.at[spare], lines))
            held = Held(*(part[~spare] for part in held))
        at = held.at
        if tag in dialect.fields:
            taken[dialect.fields[tag]].append((lines.records[at], lines.values(held)))
            continue
        for pattern, field in dialect.choices.get(tag, ()):
            found = [pattern.search(text) for text in lines.values(held)]
            fits = np.array([match is not None for match in found], dtype=bool)
            values = [m[m.lastindex] if m.lastindex else m.string for m in found if m]
            taken[field].append((lines.records[at[fits]], values))
            held = Held(*(part[~fits] for part in held))
            at = held.at
        if len(at):
            dropped.append(_make_notes(f"tag not kept: {tag}", at, lines))
    return {field: _merge(parts) for field, parts in taken.items()}, dropped


def _merge(parts: list[tuple[Index, list[str]]]) -> Values:
    """Return the values of several tags by record, and in each by precedence of the tags."""
    records = np.concatenate([part for part, _ in parts])
    texts = [text for _, part in parts for text in part]
    if (np.diff(records) < 0).any():
        order = np.argsort(records, kind="stable")
        records, texts = records[order], [texts[at] for at in order.tolist()]
    return Values(records, texts)


def _join_pages(fields: dict[str, Values]) -> None:
    """Write first and last page as a range; they come before the number of an article."""
    first, last, number = (fields.pop(name, Values(_NONE, [])) for name in _PAGES)
    ends = dict(zip(last.records.tolist(), last.texts, strict=True))
    if len(ends) == len(last.texts) and (np.diff(first.records) > 0).all():
        pairs = zip(first.records.tolist(), first.texts, strict=True)
        ranges = [f"{text}-{ends.pop(at)}" if at in ends else text for at, text in pairs]
        alone = sorted(ends.items())
    else:
        ranges, alone = _pair_pages(first, last)
    parts = [
        (first.records, ranges),
        (np.array([record for record, _ in alone], dtype=np.int64), [text for _, text in alone]),
        (number.records, number.texts),
    ]
    if any(texts for _, texts in parts):
        fields["pages"] = _merge(parts)


def _pair_pages(first: Values, last: Values) -> tuple[list[str], list[tuple[int, str]]]:
    """Return ranges of pages and what last pages are left, where a record has several of one."""
    ends: defaultdict[int, list[str]] = defaultdict(list)
    for record, text in zip(last.records.tolist(), last.texts, strict=True):
        ends[record].append(text)
    ranges = [
        f"{text}-{ends[record].pop(0)}" if ends.get(record) else text
        for record, text in zip(first.records.tolist(), first.texts, strict=True)
    ]
    return ranges, [(record, text) for record in sorted(ends) for text in ends[record]]
