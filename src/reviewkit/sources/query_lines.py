"""The numbered lines of a search strategy.

A text is one string, wrapped or not, unless its lines are numbered: ``1. …``, ``#1 …``, ``S1 …``.
A line without a number goes on with the one before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

__all__ = ["Numbered", "split_lines"]

_NUMBER = re.compile(r"\s*(?:#|[Ss](?=\d))?(\d{1,4})(?:\s*[.):]\s*|\s+|\t)(?=\S)")
_OPERATOR = re.compile(r"(?:and|or|not|adj\d*|near|[NnWw]/?\d)\b", re.IGNORECASE)


class Numbered(NamedTuple):
    """One line: its number as text, and its string."""

    name: str
    text: str


def split_lines(text: str | Sequence[str]) -> list[Numbered]:
    r"""Return the lines of a strategy; one line, "1", where it is not numbered.

    >>> [line.name for line in split_lines("1. burnout.ti,ab.\n2. exp Burnout/\n3. 1 or 2")]
    ['1', '2', '3']
    >>> split_lines("burnout AND\n  therapist*")
    [Numbered(name='1', text='burnout AND therapist*')]
    """
    if not isinstance(text, str):
        return [Numbered(str(n), " ".join(line.split())) for n, line in enumerate(text, start=1)]
    rows = [row for row in text.splitlines() if row.strip()]
    heads = [_find_number(row) for row in rows]
    numbers = [int(head[1]) for head in heads if head]
    rising = all(a < b for a, b in pairwise(numbers))
    if len(numbers) < 2 or not heads[0] or not rising:
        lone = re.match(r"\s*#?1\s*[.)]\s+(?=\S)", text) if len(numbers) == 1 else None
        return [Numbered("1", " ".join((text[lone.end() :] if lone else text).split()))]
    lines: list[Numbered] = []
    for row, head in zip(rows, heads, strict=True):
        if head:
            lines.append(Numbered(str(int(head[1])), " ".join(row[head.end() :].split())))
        else:
            lines[-1] = Numbered(lines[-1].name, " ".join(f"{lines[-1].text} {row}".split()))
    return lines


def _find_number(row: str) -> re.Match[str] | None:
    """Return the number before a line, unless it is a reference within one: ``1 or 2``."""
    found = _NUMBER.match(row)
    if found and _OPERATOR.match(row, found.end()) and not re.search(r"[.):\t]\s*$", found[0]):
        return None
    return found
