"""Frames of codes and segments as the records that a REFI-QDA file is written from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError
from reviewkit.coding.labels import read_labels
from reviewkit.coding.rules import parse_codebook, require_columns, settle_themes
from reviewkit.sources.refi_offsets import plain_text
from reviewkit.sources.refi_writing import OutCode, OutSegment, OutSource, make_guid

__all__ = ["collect_codes", "collect_sets", "collect_sources", "collect_users"]


class _Row(NamedTuple):
    """A segment as text; places are -1 where missing."""

    at: int
    study: str
    source: str
    code: str
    coder: str
    text: str
    memo: str
    start: int
    end: int


def read_column(frame: pd.DataFrame, name: str) -> list[str]:
    """Return a column as text, blank where the frame has none."""
    return read_labels(frame[name]) if name in frame else [""] * len(frame)


def collect_codes(codebook: pd.DataFrame) -> tuple[list[OutCode], dict[str, str]]:
    """Return themes and codes, each after its parent, and the id of each code by name."""
    codes, _ = settle_themes(parse_codebook(codebook)[0])
    given, colours = (dict(_first(codebook, name)) for name in ("guid", "colour"))
    ids: dict[str, str] = {}
    taken: set[str] = set()
    for code in codes:
        guid = make_guid("code", code.code, given=given.get(code.code, ""))
        guid = make_guid("code", code.code) if guid in taken else guid
        taken.add(guid)
        ids[code.code] = guid
    book = {code.code: code for code in codes}
    out, written, waiting = list[OutCode](), dict[str, str](), list(codes)
    while waiting:  # parents may stand below their codes
        left = []
        for code in waiting:
            if code.parent and code.parent not in written:
                left.append(code)
                continue
            joined = code.parent and book[code.parent].theme == code.theme
            above = written[code.parent] if joined else ""
            if not above and code.theme != code.code:
                above = make_guid("theme", code.theme)
                if above not in taken:
                    taken.add(above)
                    out.append(OutCode(above, code.theme, "", "", "", codable=False))
            colour = colours.get(code.code, "")
            guid = ids[code.code]
            out.append(OutCode(guid, code.code, above, code.definition, colour, codable=True))
            written[code.code] = guid
        waiting = left
    return out, ids


def _first(frame: pd.DataFrame, name: str) -> list[tuple[str, str]]:
    """Return code and cell of each row that has one, so that the first row wins."""
    pairs = zip(read_labels(frame["code"]), read_column(frame, name), strict=True)
    return [pair for pair in reversed([*pairs]) if pair[1]]


def collect_sets(codebook: pd.DataFrame, ids: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the ids of the codes of each set."""
    sets: dict[str, list[str]] = {}
    for code, cell in reversed(_first(codebook, "sets")):
        for name in dict.fromkeys(part.strip() for part in cell.split(";")):
            members = sets.setdefault(name, []) if name else []
            if ids[code] not in members:
                members.append(ids[code])
    return sets


def collect_users(segments: pd.DataFrame) -> dict[str, str]:
    """Return the id of each coder by name."""
    names = dict.fromkeys(name for name in read_column(segments, "coder") if name)
    return {name: make_guid("user", name) for name in names}


def collect_sources(
    segments: pd.DataFrame, texts: pd.DataFrame | Mapping[str, str] | None,
    ids: Mapping[str, str], users: Mapping[str, str],
) -> list[OutSource]:  # fmt: skip
    """Return a source for each study and source, with its text and its segments."""
    known = _read_texts(texts)
    groups: dict[tuple[str, str], list[_Row]] = {}
    for row in _read_rows(segments):
        groups.setdefault((row.study, row.source or row.study), []).append(row)
    found, problems = [], list[str]()
    for (study, source), rows in groups.items():
        text = known.get((study, source), known.get(("", source)))
        if text is None:
            text, rows = _quote(rows)
        else:
            problems += _check_places(segments, rows, text, source)
        out = tuple(_write(row, text, ids, users) for row in rows)
        guid = make_guid("source", study, source)
        found.append(OutSource(guid, source, study, text, out))
    if problems:
        raise InputError(
            f"Places must be within their text and hold the words of the segment. "
            f"{len(problems)} do not: {list_some(problems)}. Correct the places or the text."
        )
    return found


def _read_texts(
    texts: pd.DataFrame | Mapping[str, str] | None,
) -> dict[tuple[str, str], str]:
    if texts is None:
        return {}
    if isinstance(texts, Mapping):
        texts = pd.DataFrame({"source": [*texts], "text": [*texts.values()]}, dtype=object)
    require_columns(texts, ("source", "text"), "`texts`")
    sources = read_labels(texts["source"])
    studies = read_column(texts, "study")
    found: dict[tuple[str, str], str] = {}
    for study, source, text in zip(studies, sources, texts["text"].tolist(), strict=True):
        body = plain_text(text) if isinstance(text, str) else ""
        for key in {(study, source), ("", source)}:
            if found.setdefault(key, body) != body and key == (study, source):
                raise InputError(
                    f"Each source must have one text. Got two for {source!r}. "
                    f"Give them different names, or name their studies."
                )
    return found


def _read_rows(segments: pd.DataFrame) -> list[_Row]:
    named = [read_column(segments, name) for name in ("study", "source", "code", "coder")]
    words = [_words(segments, name) for name in ("text", "memo")]
    places = [_whole(segments, name) for name in ("start", "end")]
    rows = zip(*named, *words, *places, strict=True)
    return [_Row(at, *row) for at, row in enumerate(rows)]


def _words(segments: pd.DataFrame, name: str) -> list[str]:
    """Return texts as they are, spaces too."""
    if name not in segments:
        return [""] * len(segments)
    return [cell if isinstance(cell, str) else "" for cell in segments[name].tolist()]


def _whole(segments: pd.DataFrame, name: str) -> list[int]:
    if name not in segments:
        return [-1] * len(segments)
    column: pd.Series[Any] = pd.to_numeric(segments[name], errors="coerce")
    return [-1 if pd.isna(value) else int(value) for value in column.tolist()]


def _quote(rows: Sequence[_Row]) -> tuple[str, list[_Row]]:
    """Return the coded words as a text, and the segments with their places in it."""
    text, moved = "", list[_Row]()
    places: dict[tuple[int, int, str], int] = {}
    for row in rows:
        words = " ".join(plain_text(row.text).split())
        if not words:
            moved.append(row._replace(start=-1, end=-1))
            continue
        key = (row.start, row.end, words)
        if key not in places:
            places[key] = len(text)
            text += words + "\n"
        start = places[key]
        moved.append(row._replace(start=start, end=start + len(words)))
    return text, moved


def _check_places(
    segments: pd.DataFrame, rows: Sequence[_Row], text: str, source: str
) -> list[str]:  # fmt: skip
    problems = []
    for row in rows:
        where = f"index {segments.index[row.at]!r} in {source!r}"
        if row.start < 0 and row.end < 0:
            continue
        if not 0 <= row.start <= row.end <= len(text):
            problems.append(f"{where}: {row.start} to {row.end} of {len(text)} characters")
        elif row.text and row.text.split() != text[row.start : row.end].split():
            there = " ".join(text[row.start : row.end].split())[:40]
            problems.append(f"{where}: {there!r} stands there and not {row.text[:40]!r}")
    return problems


def _write(row: _Row, text: str, ids: Mapping[str, str], users: Mapping[str, str]) -> OutSegment:
    placed = row.start >= 0
    guid = make_guid(
        "coding", row.study, row.source, row.code, row.coder, row.start, row.end, row.at
    )
    return OutSegment(
        guid, ids[row.code], users.get(row.coder, ""), row.start if placed else None,
        row.end if placed else None, text[row.start : row.end] if placed else "", row.memo,
    )  # fmt: skip
