"""What must hold in a codebook and in coded segments, be they in a file or in memory.

All rules look at the whole table, and what breaks them is told in one error.

A code stands under one theme: a code in two themes would make it unclear what a
theme is about, so it is split in two codes.  A code without a theme has that of
its parent, which is another code.  A row with a theme and no code is refused: it
would be a theme that nothing can be counted for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import pandas as pd

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError
from reviewkit.coding.labels import read_labels
from reviewkit.sources.suggestions import suggest_name

__all__ = [
    "CodeRow", "Problem", "check_segments", "parse_codebook", "refuse", "require_columns",
    "settle_themes",
]  # fmt: skip


class Problem(NamedTuple):
    """A row that breaks a rule."""

    row: int  # position in the table, from 0
    text: str


class CodeRow(NamedTuple):
    """A code in the codebook, and the row where it first stands."""

    code: str
    theme: str
    parent: str
    definition: str
    row: int


def require_columns(frame: pd.DataFrame, names: Sequence[str], what: str) -> None:
    """Raise an InputError unless the frame has each of these columns once."""
    present = [str(name) for name in frame.columns]
    wrong = [
        f"{name!r} is there {present.count(name)} times."
        if name in present
        else f"{name!r} is missing.{suggest_name(name, present)}"
        for name in names
        if present.count(name) != 1
    ]
    if wrong:
        raise InputError(
            f"{what} must have the columns {', '.join(map(repr, names))} once. {' '.join(wrong)} "
            f"The columns are {list_some([*map(repr, present)], sep=', ')}. Rename or add a column."
        )


def refuse(
    problems: Iterable[Problem], places: Sequence[str], rule: str, remedy: str
) -> InputError:
    """Return one error that tells all problems, each with its place."""
    found = [f"{places[row]}: {text}" for row, text in sorted(problems)]
    count = "1 row does" if len(found) == 1 else f"{len(found)} rows do"
    listed = list_some(found, sep="\n  ")
    return InputError(f"{rule} {count} not:\n  {listed}\n{remedy}")


def parse_codebook(frame: pd.DataFrame) -> tuple[list[CodeRow], list[Problem], list[int]]:
    """Return codes in their order, rows that break a rule, and rows that only repeat."""
    size = len(frame)
    cells = [
        read_labels(frame[name]) if name in frame else [""] * size
        for name in ("code", "theme", "parent", "definition")
    ]
    first: dict[str, CodeRow] = {}
    problems, repeats = [], []
    for row, (code, theme, parent, definition) in enumerate(zip(*cells, strict=True)):
        found = CodeRow(code, theme, parent, definition, row)
        if not code:
            named = f"; the theme {found.theme!r} has none here" if found.theme else ""
            problems.append(Problem(row, f"no code{named}"))
        elif code not in first:
            first[code] = found
        elif found[:-1] == first[code][:-1]:
            repeats.append(row)
        else:
            problems.append(Problem(row, _tell_difference(first[code], found)))
    codes = [*first.values()]
    return codes, problems, repeats


def _tell_difference(first: CodeRow, again: CodeRow) -> str:
    """Say in what a code contradicts its first row."""
    parts = [
        f"{name} {new!r} instead of {old!r}"
        for name, old, new in zip(CodeRow._fields[1:4], first[1:4], again[1:4], strict=True)
        if old != new
    ]
    return f"the code {first.code!r} again, with {' and '.join(parts)}"


def settle_themes(codes: Sequence[CodeRow]) -> tuple[list[CodeRow], list[Problem]]:
    """Return codes with the theme of their nearest ancestor, and those that have none."""
    book = {code.code: code for code in codes}
    settled: dict[str, str] = {code.code: code.theme for code in codes if code.theme}
    problems: list[Problem] = []
    reached: set[str] = set()  # codes whose line of parents is known to end
    for code in codes:
        path = _climb(code, book, reached)
        last = book[path[-1]]
        parent = last.parent
        if parent in path:
            circle = [*path[path.index(parent) :], parent]
            told = " → ".join(map(repr, circle))
            problems.append(Problem(book[parent].row, f"the parents go in a circle: {told}"))
        elif parent and parent not in book:
            near = suggest_name(parent, book)
            problems.append(Problem(last.row, f"the parent {parent!r} is no code here.{near}"))
        reached.update(path)
        for name in reversed(path):
            theme = settled.get(name) or settled.get(book[name].parent, "")
            settled[name] = theme
    faulty = {problem.row for problem in problems}
    problems += [
        Problem(code.row, f"no theme for the code {code.code!r}, nor for a parent of it")
        for code in codes
        if not settled[code.code] and code.row not in faulty
    ]
    return [code._replace(theme=settled[code.code]) for code in codes], [*dict.fromkeys(problems)]


def _climb(code: CodeRow, book: dict[str, CodeRow], reached: set[str]) -> list[str]:
    """Return a code and its parents, up to one that is known, missing or met before."""
    path = [code.code]
    while True:
        parent = book[path[-1]].parent
        if not parent or parent in path or parent not in book or parent in reached:
            return path
        path.append(parent)


def check_segments(studies: Sequence[str], codes: Sequence[str]) -> list[Problem]:
    """Return the segments that name no study or no code."""
    return [
        Problem(row, "no " + " and no ".join(name for name, cell in cells if not cell))
        for row, cells in enumerate(
            (("study", study), ("code", code)) for study, code in zip(studies, codes, strict=True)
        )
        if not all(cell for _, cell in cells)
    ]
