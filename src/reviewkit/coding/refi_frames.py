"""Codes and segments of a REFI-QDA file as frames.

A code that cannot be assigned (``isCodable="false"``) and has others below it is a
category.  The theme of a code is its outermost ancestor; where that is a code itself,
it is the one set that holds it, if there is just one, else the code; in what this library
wrote, sets are no themes.  In a codebook of Taguette, which has no tree, it is what stands
before the first dot of a name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from reviewkit._core.errors import ParseError
from reviewkit.sources.refi_parts import RefiCode, RefiProject
from reviewkit.sources.refi_writing import ORIGIN
from reviewkit.sources.repairs import Repair, sort_repairs

__all__ = [
    "JOINT",
    "Book",
    "frame_codes",
    "frame_segments",
    "frame_texts",
    "make_unique",
    "sort_out",
]

JOINT = " > "  # between the names of a path
_TAGUETTE = "Taguette"


class Book(NamedTuple):
    """Codes sorted out: what is a code of the review, and what is a category."""

    rows: tuple[RefiCode, ...]
    label: Mapping[str, str]  # by id; of codes and of categories
    theme: Mapping[str, str]  # of codes
    parent: Mapping[str, str]  # label of the nearest code above
    path: Mapping[str, str]
    notes: tuple[Repair, ...]


def make_unique(names: Iterable[tuple[str, ...]]) -> list[str]:
    """Return a name for each path: its last part where no other ends so, else all of it.

    >>> make_unique([("Work", "Stress"), ("Home", "Stress"), ("Home", "Rest")])
    ['Work > Stress', 'Home > Stress', 'Rest']
    """
    paths = list(names)
    ends = Counter(path[-1] for path in paths)
    found: list[str] = []
    taken = {path[-1] for path in paths if ends[path[-1]] == 1}
    for path in paths:
        label = path[-1] if ends[path[-1]] == 1 else JOINT.join(path)
        number, wanted = 1, label
        while ends[path[-1]] > 1 and label in taken:
            number += 1
            label = f"{wanted} ({number})"
        taken.add(label)
        found.append(label)
    return found


def sort_out(project: RefiProject, path: Path) -> Book:
    """Return the codes of a project with their labels, themes and parents."""
    by_id = {code.guid: code for code in project.codes}
    above = {guid for code in project.codes for guid in code.above}
    used = {segment.code for segment in project.segments}
    rows = [code for code in project.codes if code.codable or code.guid in used]
    idle = [
        c for c in project.codes if not c.codable and c.guid not in used and c.guid not in above
    ]
    notes = []
    if not rows:
        rows, idle = idle, []
    for code in idle:
        notes.append(Repair(path.name, 1, "code", code.name, "", "category without codes left out"))
    names = {c.guid: (*(by_id[g].name for g in c.above), c.name) for c in project.codes}
    known = {code.guid for code in rows}
    label = dict(zip((c.guid for c in rows), make_unique(names[c.guid] for c in rows), strict=True))
    others = [code for code in project.codes if code.guid not in known]
    label |= zip((c.guid for c in others), make_unique(names[c.guid] for c in others), strict=True)
    for code in rows:
        if label[code.guid] != code.name:
            what = "name of several codes, told apart by its path"
            notes.append(Repair(path.name, 1, "code", code.name, label[code.guid], what))
    theme, parent = {}, {}
    for code in rows:
        root = by_id[code.above[0]] if code.above else code
        sets = root.sets if root.guid in known and project.origin != ORIGIN else ()
        theme[code.guid] = sets[0] if len(sets) == 1 else label[root.guid]
        nearest = next((guid for guid in reversed(code.above) if guid in known), None)
        parent[code.guid] = label[nearest] if nearest else ""
    if project.origin.startswith(_TAGUETTE):
        split_dots(rows, label, theme, parent)
    trail = {guid: JOINT.join(parts) for guid, parts in names.items()}
    return Book(tuple(rows), label, theme, parent, trail, tuple(notes))


def split_dots(
    rows: Iterable[RefiCode],
    label: Mapping[str, str],
    theme: dict[str, str],
    parent: dict[str, str],
) -> None:
    """Take dots in names for a tree, as Taguette does."""
    names = {code.name for code in rows}
    for code in rows:
        if not code.above and "." in code.name:
            parts = code.name.split(".")
            theme[code.guid] = parts[0]
            ends = (".".join(parts[:end]) for end in range(len(parts) - 1, 0, -1))
            parent[code.guid] = next((name for name in ends if name in names), "")


def frame_codes(project: RefiProject, path: Path) -> pd.DataFrame:
    """Return one row a code: ``code, theme, parent, definition, guid, colour, path, sets``."""
    book = sort_out(project, path)
    if not book.rows:
        raise ParseError(f"{path.name!r} must hold a code or more. Its codebook has none.")
    cells = [
        (book.label[c.guid], book.theme[c.guid], book.parent[c.guid], c.description, c.guid,
         c.colour, book.path[c.guid], "; ".join(c.sets))
        for c in book.rows
    ]  # fmt: skip
    names = ("code", "theme", "parent", "definition", "guid", "colour", "path", "sets")
    frame = pd.DataFrame(
        {name: _text(column) for name, column in zip(names, zip(*cells, strict=True), strict=True)}
    )
    frame.attrs["log"] = sort_repairs([*project.notes, *book.notes])
    return frame


def frame_segments(project: RefiProject, path: Path) -> pd.DataFrame:
    """Return one row a segment: ``study, code, coder, text, source, start, end, memo``."""
    if not project.is_project:
        raise ParseError(
            f"{path.name!r} must hold coded segments. It is a codebook. "
            f"Export the project (.qdpx), or read the codes with read_codebook."
        )
    book = sort_out(project, path)
    sources = {source.guid: source for source in project.sources}
    rows = []
    for one in project.segments:
        source = sources[one.source]
        quote = ""
        if source.text is not None and one.start is not None and one.end is not None:
            quote = source.text[one.start : one.end]
        coder = project.users.get(one.user, one.user)
        study = source.study or source.name
        rows.append((study, book.label[one.code], coder, quote, source.name, one.memo))
    names = ("study", "code", "coder", "text", "source", "memo")
    columns = [*zip(*rows, strict=True)] or [()] * len(names)
    frame = pd.DataFrame({name: _text(cells) for name, cells in zip(names, columns, strict=True)})
    for at, name in enumerate(("start", "end"), start=5):
        places = [getattr(one, name) for one in project.segments]
        places = [pd.NA if place is None else place for place in places]
        frame.insert(at, name, pd.Series(places, dtype="Int64"))
    frame.attrs["log"] = sort_repairs([*project.notes, *book.notes])
    return frame


def frame_texts(project: RefiProject) -> list[tuple[str, str, str]]:
    """Return study, source and text of each source that has one."""
    return [
        (source.study or source.name, source.name, source.text)
        for source in project.sources
        if source.text is not None
    ]


def _text(cells: Iterable[str]) -> pd.Series:
    return pd.Series([cell or np.nan for cell in cells], dtype=str)
