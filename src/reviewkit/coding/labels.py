"""Names of studies, codes and themes: as text, in their order, and how alike they are.

A name is taken at its word: two names that differ in one letter are two things.
Where they differ by case, dashes and spaces only, that is said, for then they
are mostly one thing, and each counts as a study or a code of its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from reviewkit._core.format import format_count

__all__ = [
    "count_of", "find_lookalikes", "fold_label", "natural_key", "quote_lookalikes", "read_labels",
]  # fmt: skip

_SPACES = re.compile(r"\s+")
_NUMBER = re.compile(r"(\d{1,18})")


def count_of(number: float, one: str, many: str = "") -> str:
    """Return a number with what it counts.

    >>> count_of(1, "study", "studies"), count_of(1200, "code")
    ('1 study', '1,200 codes')
    """
    return f"{format_count(number)} {one if number == 1 else many or f'{one}s'}"


def read_labels(cells: pd.Series[Any]) -> list[str]:
    """Return cells as text without spaces around it; missing is empty, and 10.0 is ``10``."""
    found = []
    for cell, blank in zip(cells.tolist(), cells.isna().tolist(), strict=True):
        if isinstance(cell, float) and not blank and cell.is_integer():
            cell = int(cell)  # a column of numbers with one cell missing
        found.append("" if blank else str(cell).strip())
    return found


def natural_key(label: str) -> tuple[tuple[tuple[int, int, str], ...], str]:
    """Return what sorts labels as a reader would: numbers by size, letters without case.

    >>> sorted(["Lee (10)", "lee (9)", "Ada"], key=natural_key)
    ['Ada', 'lee (9)', 'Lee (10)']
    """
    parts = _NUMBER.split(unicodedata.normalize("NFKD", label).casefold())
    key = tuple(
        (0, int(part), "") if number % 2 else (1, 0, part)
        for number, part in enumerate(parts)
        if part
    )
    return key, label


def fold_label(label: str) -> str:
    """Return a label without what often differs by accident: case, dashes and spaces.

    >>> fold_label("Well–being ") == fold_label("well being")
    True
    """
    text = unicodedata.normalize("NFKC", label).casefold()
    return "".join(
        letter for letter in text if unicodedata.category(letter) not in ("Pd", "Zs", "Cf", "Cc")
    )


def find_lookalikes(labels: Iterable[str]) -> list[tuple[str, ...]]:
    """Return groups of labels that differ by case, dashes and spaces only.

    >>> find_lookalikes(["Lee (10)", "Burn-out", "Lee(10)", "burnout", "Berg"])
    [('Burn-out', 'burnout'), ('Lee (10)', 'Lee(10)')]
    """
    groups: dict[str, list[str]] = {}
    for label in sorted({*labels}, key=natural_key):
        groups.setdefault(fold_label(label), []).append(label)
    return [tuple(group) for group in groups.values() if len(group) > 1]


def quote_lookalikes(group: Sequence[str]) -> str:
    """Return the labels of a group, quoted."""
    return " and ".join(map(repr, group))
