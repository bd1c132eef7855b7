"""How the values of one field of a file become one value a record.

Each function takes the values of a field from :class:`Fields`, makes them alike, keeps one or
joins them, and notes what it changed or left out, with the original.  Blanks and line breaks
within a value are of no account.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from reviewkit.sources.raw_columns import Notes, RawColumns
from reviewkit.sources.record_values import clean_text

__all__ = [
    "Column",
    "Fields",
    "Rule",
    "find_odd",
    "is_changed",
    "join_all",
    "keep_first",
    "note_changes",
]

Column = list[str | None]


class Fields:
    """The values of the records of one file, field by field, as they are made alike."""

    def __init__(self, raw: RawColumns) -> None:
        self.raw = raw
        self.n = len(raw.lines)
        self.columns: dict[str, Column] = {}
        self.years: list[int | None] = [None] * self.n
        self.notes: list[Notes] = []

    def take(self, field: str) -> tuple[list[int], list[str]]:
        """Return the record of each value of a field, and the values."""
        values = self.raw.fields.get(field)
        return (values.records.tolist(), values.texts) if values else ([], [])

    def note(self, what: str, pairs: Iterable[tuple[int, str]]) -> None:
        """Note a text of each of some records."""
        listed = list(pairs)
        if listed:
            records = np.array([record for record, _ in listed], dtype=np.int64)
            texts = [text for _, text in listed]
            self.notes.append(Notes(what, self.raw.lines[records], records, texts))


class Rule(NamedTuple):
    """How the values of a field become one."""

    work: Callable[[Fields, str, Rule], None]
    tidy: Callable[[str], str] = clean_text
    parted: str = ""  # the signs that separate values which stand in one
    glue: str = "; "  # between values that are joined
    is_common: bool = True  # whether many records have the same value
    plain: re.Pattern[str] | None = None  # lines, one behind the other, that `tidy` leaves alone


def is_changed(new: str, old: str) -> bool:
    """Return whether more than blanks has changed."""
    return new is not old and new != old and new != " ".join(old.split())


def keep_first(fields: Fields, name: str, rule: Rule) -> None:
    """Keep the first value of each record, and note the others."""
    records, texts = fields.take(name)
    values = _tidy_all(texts, rule)
    column: Column = [None] * fields.n
    others = []
    for record, value, text in zip(records, values, texts, strict=True):
        held = column[record]
        if held is None:
            column[record] = value or None
        elif value and value != held:
            others.append((record, text))
    fields.columns[name] = column
    note_changes(fields, name, records, values, texts)
    fields.note(f"{name}: another value", others)


def note_changes(
    fields: Fields, name: str, records: list[int], values: list[str], texts: list[str]
) -> None:
    """Note the values that are not what stood in the file."""
    if values == texts:  # as good as always, and told at once
        return
    changed = [
        (record, text, value)
        for record, value, text in zip(records, values, texts, strict=True)
        if value is not text and is_changed(value, text)
    ]
    fields.note(f"{name}: changed", [(at, text) for at, text, value in changed if value])
    fields.note(f"{name}: says nothing", [(at, text) for at, text, value in changed if not value])


def join_all(fields: Fields, name: str, rule: Rule) -> None:
    """Join all values of each record, each once."""
    records, texts = fields.take(name)
    if rule.parted:
        records, texts = _part_all(records, texts, rule.parted)
    values = _tidy_all(texts, rule)
    note_changes(fields, name, records, values, texts)
    fields.columns[name] = _join(fields, name, records, values, rule.glue)


def find_odd(plain: re.Pattern[str], texts: Collection[str]) -> set[str]:
    r"""Return the texts that a pattern of plain lines does not cover; all, if some have line breaks.

    >>> sorted(find_odd(re.compile(r"(?:[a-z]++\n)*+"), ["one", "2", "three", ""]))
    ['', '2']
    """
    joined = "\n".join([*texts, ""])
    if joined.count("\n") != len(texts):
        return set(texts)
    odd, at = set(), 0
    while (found := plain.match(joined, at)) and found.end() < len(joined):
        at = joined.index("\n", found.end()) + 1
        odd.add(joined[found.end() : at - 1])
    return odd


def _part_all(records: list[int], texts: list[str], signs: str) -> tuple[list[int], list[str]]:
    """Part values at some signs."""
    joined = "".join(texts)
    if not any(sign in joined for sign in signs):
        return records, texts
    parted = re.compile(f"[{signs}]")
    parts = [
        (record, part)
        for record, text in zip(records, texts, strict=True)
        for part in map(str.strip, parted.split(text))
        if part
    ]
    return [record for record, _ in parts], [part for _, part in parts]


def _tidy_all(texts: list[str], rule: Rule) -> list[str]:
    """Return texts made alike, and the very list where none has changed."""
    distinct: Collection[str] = dict.fromkeys(texts) if rule.is_common else texts
    if rule.plain:
        distinct = find_odd(rule.plain, distinct)
    elif not rule.is_common:
        return list(map(rule.tidy, texts))
    tidied = {text: value for text in distinct if (value := rule.tidy(text)) is not text}
    return list(map(tidied.get, texts, texts)) if tidied else texts


def _join(fields: Fields, name: str, records: list[int], values: list[str], glue: str) -> Column:
    column: Column = [None] * fields.n
    if not records:
        return column
    twice = []
    is_full = all(values)
    cuts = [0, *(np.flatnonzero(np.diff(records)) + 1).tolist(), len(records)]
    for begin, end in pairwise(cuts):
        held = values[begin:end]
        record = records[begin]
        if len(held) > 1 and len(set(held)) < len(held):
            again = [text for text, count in Counter(held).items() if count > 1 and text]
            twice += [(record, glue.join(again))] if again else []
            held = list(dict.fromkeys(held))
        column[record] = glue.join(held) if is_full else glue.join(filter(None, held)) or None
    fields.note(f"{name}: given twice", twice)
    return column
