"""Tables that stand on their side: one field a row, one block of rows a record.

Embase writes its csv so unless told otherwise ("fields by row").  Blocks are parted by blank
rows, or by a field that only starts a record.
"""

from __future__ import annotations

from collections.abc import Sequence

from reviewkit.sources.raw_records import Note
from reviewkit.sources.record_headers import name_role
from reviewkit.sources.schema import plain_name

__all__ = ["are_blocks", "turn_blocks"]

_ENOUGH = 4  # fields that must be known
_LONGEST_NAME = 60  # characters of the name of a field


def are_blocks(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether rows start with names of fields, a title among them.

    >>> are_blocks([["TITLE", "A"], ["AUTHOR NAMES", "B"], ["DOI", "C"], ["ABSTRACT", "D"]])
    True
    >>> are_blocks([["Title", "DOI"], ["A", "10.1/x"]])
    False
    """
    names = [row[0].strip() for row in rows if len(row) > 1]
    roles = {name_role(name, None) for name in names if len(name) <= _LONGEST_NAME} - {None}
    known = sum(name_role(name, None) is not None for name in names if len(name) <= _LONGEST_NAME)
    return "title" in roles and len(roles) >= _ENOUGH and known > len(names) / 2


def turn_blocks(
    rows: Sequence[Sequence[str]], lines: Sequence[int]
) -> tuple[list[str], list[list[str]], list[int], list[Note]]:
    """Return a header, one row a block, the first line of each, and what stood outside.

    >>> turn_blocks([["TITLE", "A"], ["AUTHOR NAMES", "B", "C"], [], ["TITLE", "D"]], [1, 2, 3, 4])
    (['TITLE', 'AUTHOR NAMES'], [['A', 'B; C'], ['D', '']], [1, 4], [])
    """
    blocks: list[dict[str, str]] = []
    starts: list[int] = []
    notes: list[Note] = []
    is_open = False
    for row, line in zip(rows, lines, strict=True):
        cells = [cell.strip() for cell in row if cell.strip()]
        if not cells:
            is_open = False
            continue
        name = cells[0]
        if not is_open and name_role(name, None) is None:
            notes.append(Note(line, -1, "text outside records", " ".join(cells)))
            continue
        is_title = name_role(name, None) == "title"
        if not is_open or (is_title and any(_is_title(known) for known in blocks[-1])):
            blocks.append({})
            starts.append(line)
        is_open = True
        value = "; ".join(cells[1:])
        held = blocks[-1].get(name, "")
        blocks[-1][name] = f"{held}; {value}" if held and value else held or value
    header = list(dict.fromkeys(name for block in blocks for name in block))
    turned = [[block.get(name, "") for name in header] for block in blocks]
    return header, turned, starts, notes


def _is_title(name: str) -> bool:
    return name_role(plain_name(name), None) == "title"
