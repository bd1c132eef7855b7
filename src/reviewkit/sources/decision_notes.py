"""Votes in the notes of bibliographic files: Rayyan writes them into RIS and BibTeX too."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from reviewkit._core.check import list_some
from reviewkit._core.errors import ParseError
from reviewkit.sources.rayyan import MARK, read_notes
from reviewkit.sources.rayyan_articles import arrange_notes
from reviewkit.sources.repairs import Repair
from reviewkit.sources.spreadsheet import Table

__all__ = ["arrange_references", "tells_references"]

_RIS = re.compile(r"^TY  ?- ?", re.MULTILINE)
_BIB = re.compile(r"^@\w+\{\s*([^,\s]+)\s*,", re.MULTILINE)
_RIS_KEY = re.compile(r"^(?:AN|ID|U1|C\d)  - *(rayyan-\d+)\s*$", re.MULTILINE)
_RIS_ID = re.compile(r"^ID  - *(\S.*?)\s*$", re.MULTILINE)
_RIS_NOTE = re.compile(r"^N1  - ?(.*?)(?=^[A-Z][A-Z0-9]  -|\Z)", re.MULTILINE | re.DOTALL)
_TITLE = re.compile(r"^(?:(?:TI|T1)  - ?(.*)|\s*title\s*=\s*\{(.*)\},?)\s*$", re.MULTILINE)
_BIB_NOTE = re.compile(r"^\s*note\s*=\s*\{(.*?)\}\s*(?:,\s*$|\n\s*\}|\Z)", re.MULTILINE | re.DOTALL)


def tells_references(text: str) -> bool:
    """Say whether a text is a bibliographic file and no table."""
    head = text[:2000].lstrip("\ufeff \r\n\t")
    return bool(_RIS.match(head) or _BIB.match(head))


def arrange_references(
    text: str, path: Path, notes: list[Repair]
) -> tuple[pd.DataFrame, tuple[int, ...]]:
    """Return the votes in the notes of a file, and the line of each record."""
    if MARK not in text:
        raise ParseError(
            f"{path.name!r} must hold decisions. It is a file of references without any: no note "
            f"holds {MARK}. Export the decisions as csv."
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    is_ris = bool(_RIS.search(text[:2000]))
    starts = [found.start() for found in (_RIS if is_ris else _BIB).finditer(text)]
    chunks = [text[a:b] for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]
    lines, line, at = [], 1, 0
    for start in starts:
        line += text.count("\n", at, start)
        lines.append(line)
        at = start
    keys = [_find_key(chunk, is_ris) for chunk in chunks]
    nameless = [str(n) for n, key in zip(lines, keys, strict=True) if not key]
    if nameless:
        raise ParseError(
            f"{path.name!r} must name each record by the key of Rayyan, as in AN  - rayyan-12. "
            f"None in the record of line {list_some(nameless, sep=', ')}. Export it as csv."
        )
    found = [(_RIS_NOTE if is_ris else _BIB_NOTE).findall(chunk) for chunk in chunks]
    read = [read_notes(" | ".join(part.strip() for part in parts)) for parts in found]
    titles = [_find_title(chunk) for chunk in chunks]
    table = Table(pd.DataFrame(index=range(len(chunks))), tuple(lines), (), path)
    return arrange_notes(keys, read, titles, table, notes), tuple(lines)


def _find_key(chunk: str, is_ris: bool) -> str:
    if not is_ris:
        found = _BIB.match(chunk)
        return found[1] if found else ""
    found = _RIS_KEY.search(chunk) or _RIS_ID.search(chunk)
    return found[1] if found else ""


def _find_title(chunk: str) -> str:
    found = _TITLE.search(chunk)
    return (found[1] or found[2] or "").strip() if found else ""
