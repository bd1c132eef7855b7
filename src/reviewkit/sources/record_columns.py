"""How the values of one field of a file become one value a record.

Each function takes the values of a field from :class:`Fields`, makes them alike, keeps one or
joins them, and notes what it changed or left out, with the original.  Blanks and line breaks
within a value are of no account.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from reviewkit.sources.raw_columns import Notes, RawColumns
from reviewkit.sources.record_values import clean_text

__all__ = ["Column", "Fields", "Rule", "is_changed", "join_all", "keep_first", "note_changes"]

Column = list[str | None]


class _Memo(dict[str, str]):
    """The tidied form of each value, worked out once."""

    def __init__(self, tidy: Callable[[str], str]) -> None:
        self._tidy = tidy

    def __missing__(self, text: str) -> str:
        value = self[text] = self._tidy(text)
        return value


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
    parted: re.Pattern[str] | None = None  # what separates values that stand in one
    glue: str = "; "  # between values that are joined
    is_common: bool = True  # whether many records have the same value
    odd: re.Pattern[str] | None = None  # finds the lines that `tidy` may change


def is_changed(new: str, old: str) -> bool:
    """Return whether more than blanks has changed."""
    return new is not old and new != old and new != " ".join(old.split())


def keep_first(fields: Fields, name: str, rule: Rule) -> None:
    """Keep the first value of each record, and note the others."""
    records, texts = fields.take(name)
    tidy = _Memo(rule.tidy).__getitem__ if rule.is_common else rule.tidy
    values = list(map(tidy, texts))
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
    if rule.parted and rule.parted.search("".join(texts)):
        parts = [
            (record, part)
            for record, text in zip(records, texts, strict=True)
            for part in map(str.strip, rule.parted.split(text))
            if part
        ]
        records, texts = [record for record, _ in parts], [part for _, part in parts]
    values = _tidy_all(texts, rule)
    if values is not texts:
        note_changes(fields, name, records, values, texts)
    fields.columns[name] = _join(fields, name, records, values, rule.glue)


def _tidy_all(texts: list[str], rule: Rule) -> list[str]:
    """Return texts made alike; with a pattern for what is odd, only that is looked at."""
    if rule.odd is None or any("\n" in text for text in texts):
        return list(map(_Memo(rule.tidy).__getitem__, texts))
    odd = set(rule.odd.findall("\n".join(dict.fromkeys(texts))))
    if not odd:
        return texts
    tidied = {text: rule.tidy(text) for text in odd}
    return list(map(tidied.get, texts, texts))  # a text that is not odd stays


def _join(fields: Fields, name: str, records: list[int], values: list[str], glue: str) -> Column:
    column: Column = [None] * fields.n
    if not records:
        return column
    twice = []
    at = np.array(records)
    cuts = [0, *(np.flatnonzero(np.diff(at)) + 1).tolist(), len(records)]
    for begin, end in pairwise(cuts):
        held = values[begin:end]
        record = records[begin]
        if len(held) > 1:
            once = dict.fromkeys(held)
            if len(once) < len(held):
                again = [text for text, count in Counter(held).items() if count > 1 and text]
                twice += [(record, glue.join(again))] if again else []
            column[record] = glue.join(filter(None, once)) or None
        else:
            column[record] = held[0] or None
    fields.note(f"{name}: given twice", twice)
    return column
