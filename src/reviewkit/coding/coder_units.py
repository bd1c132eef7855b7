"""What coders are compared on: studies, segments or characters, and who applied which code.

A coder is taken to have worked on a source in which they coded anything; elsewhere their
verdict is missing, not "no".  What nobody coded is no unit.  To add a unit, name it in
:data:`UNITS` with a function that lists who applied what.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import pandas as pd

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError
from reviewkit.coding.inputs import take_segments
from reviewkit.coding.labels import natural_key, read_labels
from reviewkit.coding.likeness import plain_words
from reviewkit.coding.rules import require_columns
from reviewkit.coding.stretches import Mark, join_spans, list_masks

__all__ = ["UNITS", "Coded", "Row", "Tally", "Verdict", "take_coded"]

Document = tuple[str, str]  # study, source


class Row(NamedTuple):
    """A segment of one coder."""

    study: str
    source: str
    code: str
    coder: int  # position
    text: str
    start: int  # -1 where there is none
    end: int

    @property
    def document(self) -> Document:
        """Where the segment is."""
        return self.study, self.source


class Coded(NamedTuple):
    """All segments, and who worked on what."""

    rows: list[Row]
    coders: tuple[str, ...]
    repeats: int  # rows that repeat another word by word, of the same coder


class Verdict(NamedTuple):
    """A unit to which at least one coder applied a code."""

    study: str
    source: str
    code: str
    worked: int  # coders (bits) whose verdict there is
    applied: int  # coders (bits) who applied the code
    size: int  # 1, or characters
    start: int
    end: int
    text: str


class Tally(NamedTuple):
    """Verdicts, and how many units each set of coders worked on in each study."""

    verdicts: list[Verdict]
    units: dict[tuple[str, int], int]  # by study and coders (bits)


def take_coded(segments: pd.DataFrame) -> Coded:
    """Return segments with their coders.

    Raises
    ------
    InputError
        If a column is missing, a segment has no coder, or there are fewer than two coders.
    """
    require_columns(segments, ("study", "code", "coder"), "`segments`")
    studies, codes = take_segments(segments)
    names = read_labels(segments["coder"])
    bare = [repr(label) for label, name in zip(segments.index, names, strict=True) if not name]
    if bare:
        raise InputError(
            f"Each segment must have a coder. {len(bare)} have none, at index "
            f"{list_some(bare, sep=', ')}. Name the coders, or leave these rows out."
        )
    coders = tuple(sorted({*names}, key=natural_key))
    if len(coders) < 2:
        raise InputError(
            f"At least 2 coders must be compared. Got {list_some([*map(repr, coders)]) or 'none'}. "
            f"Two coders of one name cannot be told apart: give each a name of their own."
        )
    if len(coders) > 60:
        raise InputError(f"At most 60 coders can be compared. Got {len(coders)}.")
    place = {name: at for at, name in enumerate(coders)}
    sources = read_labels(segments["source"]) if "source" in segments else [""] * len(names)
    texts = segments["text"].tolist() if "text" in segments else [""] * len(names)
    words = [text if isinstance(text, str) else "" for text in texts]
    places = [_read_places(segments, name) for name in ("start", "end")]
    rows = [
        Row(study, source, code, place[name], text, start, end)
        for study, source, code, name, text, start, end in zip(
            studies, sources, codes, names, words, *places, strict=True
        )
    ]
    distinct = list(dict.fromkeys(rows))
    return Coded(distinct, coders, len(rows) - len(distinct))


def _read_places(segments: pd.DataFrame, name: str) -> list[int]:
    if name not in segments:
        return [-1] * len(segments)
    column: pd.Series[Any] = pd.to_numeric(segments[name], errors="coerce")
    return [-1 if pd.isna(value) else int(value) for value in column.tolist()]


def _by_study(coded: Coded, overlap: float) -> Tally:
    """Count studies: a code is applied to a study once, however often it was used."""
    worked: dict[str, int] = {}
    applied: dict[tuple[str, str], tuple[int, Row]] = {}
    for row in coded.rows:
        worked[row.study] = worked.get(row.study, 0) | 1 << row.coder
        mask, first = applied.get((row.study, row.code), (0, row))
        applied[row.study, row.code] = mask | 1 << row.coder, first
    verdicts = [
        Verdict(study, "", code, worked[study], mask, 1, -1, -1, first.text)
        for (study, code), (mask, first) in applied.items()
    ]
    return Tally(verdicts, {(study, mask): 1 for study, mask in worked.items()})


def _by_segment(coded: Coded, overlap: float) -> Tally:
    """Count segments that any coder marked; boundaries may differ by as much as `overlap` allows."""
    verdicts, units = list[Verdict](), dict[tuple[str, int], int]()
    for (study, source), rows in _group(coded.rows).items():
        worked = _worked(rows)
        segments: dict[object, list[Row]] = {}
        for row, key in zip(rows, _find_segments(rows, overlap), strict=True):
            segments.setdefault(key, []).append(row)
        units[study, worked] = units.get((study, worked), 0) + len(segments)
        for own in segments.values():
            start, end = min(row.start for row in own), max(row.end for row in own)
            masks: dict[str, int] = {}
            for row in own:
                masks[row.code] = masks.get(row.code, 0) | 1 << row.coder
            verdicts += [
                Verdict(study, source, code, worked, mask, 1, start, end, own[0].text)
                for code, mask in masks.items()
            ]
    return Tally(verdicts, units)


def _find_segments(rows: Sequence[Row], overlap: float) -> list[object]:
    """Return what segment each row of a source is about: by place, or by its words."""
    placed = [at for at, row in enumerate(rows) if row.start >= 0 and row.end >= 0]
    marks = [Mark(rows[at].start, rows[at].end, rows[at].coder) for at in placed]
    number: dict[int, object] = dict(zip(placed, join_spans(marks, overlap), strict=True))
    keys: list[object] = []
    for at, row in enumerate(rows):
        words = plain_words(row.text)
        if at not in number and not words:
            raise InputError(
                f"For unit='segment', each segment must have a place (start, end) or its text. "
                f"One of {row.study!r} coded {row.code!r} has neither. Use unit='study'."
            )
        keys.append(number.get(at, words))
    return keys


def _by_character(coded: Coded, overlap: float) -> Tally:
    """Count characters that any coder gave any code."""
    bare = next((row for row in coded.rows if row.start < 0 or row.end < 0), None)
    if bare is not None:
        raise InputError(
            f"For unit='character', each segment must have a place (start, end). One of "
            f"{bare.study!r} coded {bare.code!r} has none. Use unit='segment' or 'study'."
        )
    verdicts, units = list[Verdict](), dict[tuple[str, int], int]()
    for (study, source), rows in _group(coded.rows).items():
        worked = _worked(rows)
        marks = [Mark(row.start, row.end, 1) for row in rows]
        covered = sum(end - start for start, end, _ in list_masks(marks))
        units[study, worked] = units.get((study, worked), 0) + covered
        by_code: dict[str, list[Mark]] = {}
        for row in rows:
            by_code.setdefault(row.code, []).append(Mark(row.start, row.end, 1 << row.coder))
        verdicts += [
            Verdict(study, source, code, worked, mask, end - start, start, end, "")
            for code, own in by_code.items()
            for start, end, mask in list_masks(own)
        ]
    return Tally(verdicts, units)


def _group(rows: Sequence[Row]) -> dict[Document, list[Row]]:
    groups: dict[Document, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.document, []).append(row)
    return groups


def _worked(rows: Sequence[Row]) -> int:
    mask = 0
    for row in rows:
        mask |= 1 << row.coder
    return mask


#: Units by name: what counts, and how it is told.
UNITS: Mapping[str, tuple[Callable[[Coded, float], Tally], str]] = MappingProxyType(
    {
        "study": (_by_study, "studies that both coded, for each code that any of them used"),
        "segment": (_by_segment, "segments that any coder marked, for each code in use"),
        "character": (
            _by_character,
            "characters that any coder gave any code, for each code in use",
        ),
    }
)
