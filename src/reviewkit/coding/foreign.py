r"""Codebooks and segments as other programs write them in tables and texts.

Each becomes a table with the columns of this library; what a program tells by its paths
(``category>>code``, ``Codes\Parent\Child``, indents, dots) becomes themes and parents.
To add a layout of a table, name it in :data:`CODEBOOKS` or :data:`CODINGS` with the
columns by which it is known.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from reviewkit._core.errors import ParseError
from reviewkit.coding.refi_frames import JOINT, make_unique
from reviewkit.sources.content import decode_text
from reviewkit.sources.delimited import read_delimited
from reviewkit.sources.refi_archive import is_zip, open_archive
from reviewkit.sources.repairs import Repair
from reviewkit.sources.spreadsheet import Table

__all__ = ["CODEBOOKS", "CODINGS", "STEP", "convert", "read_docx", "read_qualcoder"]

STEP = ">>"
_ROOTS = ("codes", "nodes", "codes and cases", "nodes and cases")
_INDENT = re.compile(r"[ \u00a0\t]*")
Steps = tuple[str, ...]


def convert(table: Table, layouts: Mapping[frozenset[str], Callable[[Table], Table]]) -> Table:
    """Return a table in the layout of this library, if it has a known one of another program."""
    known = {str(name).casefold() for name in table.frame.columns}
    if "code" in known:
        return table
    for needed, change in layouts.items():
        if needed <= known:
            renamed = table.frame.rename(columns=lambda name: str(name).casefold())
            if renamed.columns.is_unique:
                return change(table._replace(frame=renamed))
    return table


def read_qualcoder(data: bytes, path: Path) -> Table | None:
    """Return QualCoder's list of ``category>>code`` and memo, if the file is one."""
    if b">>" not in data or is_zip(data):
        return None
    text, notes = decode_text(data, path)
    lines = text.splitlines()
    if any("\t" in line for line in lines) or path.suffix.casefold() == ".txt":
        rows = [line.split("\t", 1) for line in lines]
        places = list(range(1, len(rows) + 1))
    else:
        rows, places, more = read_delimited(text, path)
        notes += more
    filled = [(row, at) for row, at in zip(rows, places, strict=True) if row and row[0].strip()]
    if not any(STEP in row[0] for row, _ in filled):
        return None
    if filled[0][0][0].strip().casefold() == "code":
        return None  # a table of this library, in which somebody wrote two signs
    paths = [_split(row[0], STEP) for row, _ in filled]
    memos = [" ".join(cell.strip() for cell in row[1:] if cell.strip()) for row, _ in filled]
    made = _from_paths(paths, memos, make_unique(paths))
    return Table(made, tuple(at for _, at in filled), tuple(notes), path)


def read_docx(data: bytes, path: Path) -> Table | None:
    """Return the codebook in the tables of a Word document, if the file is one."""
    if not is_zip(data):
        return None
    archive = open_archive(data, path)
    if "word/document.xml" not in archive.names:
        return None
    from docx import Document

    rows: list[list[str]] = []
    indents: list[float] = []
    header: list[str] = []
    for one in Document(io.BytesIO(data)).tables:
        for row in one.rows:
            cells = [cell.text for cell in row.cells]
            folded = [cell.strip().casefold() for cell in cells]
            if "name" in folded and {"description", "files", "sources", "references"} & {*folded}:
                header = header or folded
            elif header and len(cells) == len(header) and any(folded):
                paragraph = row.cells[header.index("name")].paragraphs[0]
                indent = paragraph.paragraph_format.left_indent
                indents.append(float(indent.pt) if indent is not None else 0.0)
                rows.append(cells)
    if not header:
        raise ParseError(
            f"{path.name!r} must hold a codebook: a table with the columns Name and Description. "
            f"Its tables have none. Export the codebook from the program again, or save it as xlsx."
        )
    at = header.index("name")
    indents = [pt or float(len(_lead(row[at]))) for pt, row in zip(indents, rows, strict=True)]
    frame = pd.DataFrame(
        {name: [row[column].strip() for row in rows] for column, name in enumerate(header)}
    )
    lines = tuple(range(2, len(rows) + 2))
    return _from_nvivo(Table(frame.astype(str), lines, (), path), indents)


def _lead(text: str) -> str:
    found = _INDENT.match(text)
    return found[0] if found else ""


def _split(text: str, step: str) -> Steps:
    parts = tuple(" ".join(part.split()) for part in text.split(step))
    return tuple(part for part in parts if part) or ("",)


def _from_paths(
    paths: Sequence[Steps], memos: Sequence[str], labels: Sequence[str]
) -> pd.DataFrame:
    """Return codes by the paths that lead to them; an ancestor that is no row is a category."""
    label_of = dict(zip(paths, labels, strict=True))
    parents, themes = [], []
    for path in paths:
        above = [path[:end] for end in range(len(path) - 1, 0, -1)]
        parents.append(next((label_of[one] for one in above if one in label_of), ""))
        themes.append(label_of.get(path[:1], path[0]) if path[0] else "")
    columns = {
        "code": [*labels], "theme": themes, "parent": parents, "definition": [*memos],
        "path": [JOINT.join(path) for path in paths],
    }  # fmt: skip
    return pd.DataFrame(columns).astype(str)


def _change_nvivo(table: Table) -> Table:
    """Take the indents of names, which the reader of tables trimmed and logged, for levels."""
    before = {note.row: note.before for note in table.repairs if note.column.casefold() == "name"}
    return _from_nvivo(table, [float(len(_lead(before.get(line, "")))) for line in table.lines])


def _from_nvivo(table: Table, indents: Sequence[float]) -> Table:
    """Return NVivo's codebook: names by path or by indent."""
    paths: list[Steps] = []
    open_: list[tuple[float, str]] = []
    for name, indent in zip(table.frame["name"], indents, strict=True):
        parts = _split(name.replace("\\\\", "\\"), "\\")
        if len(parts) > 1 and parts[0].casefold() in _ROOTS:
            parts = parts[1:]
        while open_ and open_[-1][0] >= indent:
            open_.pop()
        paths.append((*(above for _, above in open_), *parts))
        open_.append((indent, parts[-1]))
    frame = table.frame
    memos = frame["description"] if "description" in frame else [""] * len(frame)
    made = _from_paths(paths, list(memos), make_unique(paths))
    kept = frame.drop(columns=["name", "description"], errors="ignore")
    return table._replace(frame=pd.concat([made, kept], axis=1))


def _change_tags(table: Table) -> Table:
    """Return Taguette's codebook, in which dots and, since 1.5, parents make the tree."""
    frame = table.frame
    key = next(name for name in ("tag", "path", "name") if name in frame)
    tags = list(frame[key])
    memos = frame["description"] if "description" in frame else [""] * len(frame)
    made = _from_paths([tuple(tag.split(".")) for tag in tags], list(memos), tags)
    prefixes = {tag: _longest_prefix(tag, {*tags}) for tag in tags}
    given = frame["parent"] if "parent" in frame else [""] * len(frame)
    made["parent"] = [own or prefixes[tag] for own, tag in zip(given, tags, strict=True)]
    made["theme"] = [
        "" if parent else tag.split(".")[0]
        for parent, tag in zip(made["parent"], tags, strict=True)
    ]
    kept = frame.drop(columns=[key, "description", "parent"], errors="ignore")
    made = made.drop(columns="path").astype(str)
    return table._replace(frame=pd.concat([made, kept], axis=1))


def _longest_prefix(tag: str, tags: set[str]) -> str:
    parts = tag.split(".")
    ends = (".".join(parts[:end]) for end in range(len(parts) - 1, 0, -1))
    return next((name for name in ends if name in tags), "")


def _change_highlights(table: Table) -> Table:
    """Return Taguette's highlights, one row a highlight and tag."""
    frame = table.frame.rename(columns={"tag": "code", "content": "text", "id": "highlight"})
    frame.insert(0, "study", frame["document"])
    frame = frame.rename(columns={"document": "source"})
    bare = frame["code"] == ""
    notes = [
        Repair(table.path.name, line, "code", text, "", "highlight without a tag left out")
        for line, text, is_bare in zip(table.lines, frame["text"], bare, strict=True)
        if is_bare
    ]
    lines = tuple(line for line, is_bare in zip(table.lines, bare, strict=True) if not is_bare)
    kept = frame[~bare].reset_index(drop=True)
    return table._replace(frame=kept, lines=lines, repairs=(*table.repairs, *notes))


#: Codebooks of other programs, by columns (in small letters) that tell them.
CODEBOOKS: Mapping[frozenset[str], Callable[[Table], Table]] = MappingProxyType(
    {
        frozenset({"name", "references"}): _change_nvivo,
        frozenset({"name", "files"}): _change_nvivo,
        frozenset({"name", "sources"}): _change_nvivo,
        frozenset({"tag"}): _change_tags,
        frozenset({"path", "description"}): _change_tags,
        frozenset({"name", "description"}): _change_nvivo,
    }
)
#: Segments of other programs, likewise.
CODINGS: Mapping[frozenset[str], Callable[[Table], Table]] = MappingProxyType(
    {frozenset({"document", "tag", "content"}): _change_highlights}
)
