"""What a fault is, and the small tools of those who plant them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import NamedTuple

from reviewkit.review.synthetic_draft import Draft, Rows

__all__ = ["Change", "Fault", "Planted", "box_rows", "change_cell", "exchange_digits", "find_rows",
           "move_percent", "share_fits"]  # fmt: skip


class Change(NamedTuple):
    """Where something was changed, what it was and what it became."""

    where: str
    was: str
    became: str


class Fault(NamedTuple):
    """A kind of fault."""

    says: str  # what is wrong then
    plant: Callable[[Draft], Change | None]  # None where a draft has no room for it
    needs: tuple[str, ...]  # parts that the draft must hold
    rules: tuple[str, ...]  # that should find it; one that ends in a point means all that begin so


class Planted(NamedTuple):
    """A fault that was planted."""

    fault: str
    where: str
    was: str
    became: str
    rules: tuple[str, ...]
    says: str


def find_rows(draft: Draft, table: str, *columns: str) -> Rows:
    """Return the rows of a table that fill all of some columns."""
    return [row for row in draft.tables.get(table, []) if all(row.get(c) for c in columns)]


def change_cell(table: str, row: dict[str, str], column: str, text: str) -> Change:
    """Write a cell, in its quote too, and return what was done."""
    was = row.get(column, "")
    if was and was in row.get("quote", ""):
        row["quote"] = row["quote"].replace(was, text)
    row[column] = text
    name = next(
        (row[c] for c in ("box", "id", "study", "outcome", "group", "code") if row.get(c)), ""
    )
    return Change(f"{table}, {name}, {column}" if name else f"{table}, {column}", was, text)


def box_rows(draft: Draft) -> dict[str, dict[str, str]]:
    """Return the printed boxes of the flow by key."""
    return {row["box"]: row for row in draft.tables.get("reported/flow", [])}


def exchange_digits(text: str) -> Iterable[str]:
    """Yield a number with two neighbouring digits exchanged, all ways that change it."""
    places = [at for at, letter in enumerate(text) if letter.isdigit()]
    for i, j in itertools.pairwise(places):
        if text[i] != text[j] and not (i == 0 and text[j] == "0"):
            yield text[:i] + text[j] + text[i + 1 : j] + text[i] + text[j + 1 :]


def share_fits(events: int, total: int, printed: str) -> bool:
    """Return whether events of total round to a printed percentage, a half either way."""
    text = printed.replace(",", ".").strip(" %")
    decimals = len(text.partition(".")[2])
    return abs(Fraction(100 * events, total) - Fraction(text)) <= Fraction(1, 2 * 10**decimals)


def move_percent(printed: str, units: int) -> str | None:
    """Return a printed percentage so many units of its last digit away; None outside 0 to 100."""
    text = printed.strip(" %")
    sign = printed[len(text) :]
    point = "," if "," in text else "."
    decimals = len(text.partition(point)[2])
    moved = int(text.replace(point, "")) + units
    if not 0 <= moved <= 100 * 10**decimals:
        return None
    whole = f"{moved / 10**decimals:.{decimals}f}"
    return whole.replace(".", point) + sign
