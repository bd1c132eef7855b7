"""Checks of groups against the columns that they divide: countries, designs, instruments, years.

Where a grouping bears the name of a column and each group is a value of it, the studies can be
counted again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from reviewkit._core.finding import Finding
from reviewkit._core.format import format_count
from reviewkit.integrity.overlap_titles import fold_letters
from reviewkit.review.printed_tables import list_printed_rows
from reviewkit.review.reported import list_rows, read_number
from reviewkit.review.study_checks import merge_rows

if TYPE_CHECKING:
    from reviewkit.review.folder import Review

__all__ = ["check_group_columns"]

_SPLIT = re.compile(r"\s*[;/+]\s*")
_REST = re.compile(r"^(?:others?|several|mixed|multiple|various|not (?:reported|stated)|unclear|missing)\b",
                   re.IGNORECASE)  # fmt: skip


def check_group_columns(review: Review) -> Iterator[Finding]:
    """Count the studies of each group again, where a column of the studies holds the groups."""
    groupings: dict[str, list[dict[str, str]]] = {}
    for row in list_rows(review.reported.get("groups")):
        groupings.setdefault(row.get("grouping", "").strip(), []).append(row)
    tables = [*_list_tables(review)]
    for grouping, rows in groupings.items():
        for place, cells in tables:
            column = _find_column(grouping, cells[0])
            if column is None:
                continue
            counted = _count([row.get(column, "") for row in cells])
            if counted and _is_division(rows, counted):
                yield from _compare(grouping, rows, counted, place)
                break


def _list_tables(review: Review) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Yield the tables that name each study once, with their cells as text."""
    if review.origin.get("studies") == "computed" and review.studies is not None:
        frame = review.studies.astype(object)
        cells = [
            {str(key): "" if pd.isna(cell) else str(cell) for key, cell in row.items()}
            for row in frame.to_dict("records")
        ]
        if cells:
            yield "extraction/studies", cells
    printed = [dict(row.cells) for row in merge_rows(list_printed_rows(review))]
    if printed:
        yield "the tables of studies", printed


def _find_column(grouping: str, cells: Mapping[str, str]) -> str | None:
    """Return the column that a grouping is by, as "country of the study" is by country."""
    words = set(re.findall(r"[^\W_]+", grouping.casefold().replace("countries", "country")))
    for names in _COLUMNS:
        if words & {*names, *(f"{name}s" for name in names)}:
            return next((name for name in names if name in cells), None)
    return None


def _count(values: list[str]) -> Counter[str]:
    """Return how many studies have each value; none where a cell is blank."""
    if not all(value.strip() for value in values):
        return Counter()
    return Counter(
        key for value in values for key in {fold_letters(v) for v in _SPLIT.split(value)}
    )


def _is_division(rows: list[dict[str, str]], counted: Mapping[str, int]) -> bool:
    """Return whether each group, but a rest, is a value of the column."""
    named = [row for row in rows if not _REST.match(row["group"].strip())]
    return len(named) > 1 and all(fold_letters(row["group"]) in counted for row in named)


def _compare(
    grouping: str, rows: list[dict[str, str]], counted: Mapping[str, int], place: str
) -> Iterator[Finding]:
    for row in rows:
        n, own = read_number(row["n"]), counted.get(fold_letters(row["group"]))
        if n is None or own is None or n == own:
            continue
        yield Finding(
            "groups.studies", "warning", row.get("where", "") or "reported/groups.csv",
            f"{row['group']}: by {grouping}, the text counts {format_count(n)}, "
            f"{place} {'hold' if place.startswith('the') else 'holds'} {format_count(own)}.",
            row.get("quote", ""), format_count(own), format_count(n),
            "Count the studies of each group again.",
        )  # fmt: skip


#: Columns by which studies are divided; those of one line mean the same.
_COLUMNS = (
    ("country", "location", "place"),
    ("design", "study_design"),
    ("population", "profession", "participants"),
    ("instrument", "tool", "measure"),
    ("year",),
)
