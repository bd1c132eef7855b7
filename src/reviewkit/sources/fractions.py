"""Events typed together with their total, as 286/1186, become two cells."""

from __future__ import annotations

import pandas as pd

from reviewkit.sources.numerals import find_fraction, read_numerals
from reviewkit.sources.repairs import Repair
from reviewkit.sources.schema import MISSING, Schema
from reviewkit.sources.spreadsheet import Table
from reviewkit.sources.typed import Problem

__all__ = ["split_fractions"]


def split_fractions(
    table: Table, rules: Schema, notes: list[Repair]
) -> tuple[pd.DataFrame, list[Problem]]:
    """Return the text cells with all fractions in ``events`` split.

    A total that stands in its own cell must agree; where the table has no totals, it gets some.
    What is split goes to `notes`.
    """
    texts, problems = table.frame.copy(), list[Problem]()
    kinds = {name: column.type for name, column in rules.columns.items()}
    if "events" not in texts or {kinds.get("events"), kinds.get("total")} != {"count"}:
        return texts, problems
    events = texts["events"].tolist()
    fractions = {row: parts for row, text in enumerate(events) if (parts := find_fraction(text))}
    totals = texts["total"].tolist() if "total" in texts else [""] * len(texts)
    for row, (count, size) in fractions.items():
        file, line, before, other = table.path.name, table.lines[row], events[row], totals[row]
        events[row] = str(count)
        if other.casefold() in MISSING | {""}:
            totals[row] = str(size)
            notes.append(Repair(file, line, "total", other, str(size), "total of a fraction"))
        elif str(size) not in {one.text for one in read_numerals(other)[0]}:
            reason = f"a fraction, and the total is {other!r}"
            problems.append(Problem(row, "events", before, reason))
            continue
        notes.append(Repair(file, line, "events", before, str(count), "events of a fraction"))
    if not fractions:
        return texts, problems
    if "total" not in texts:
        place = texts.columns.tolist().index("events") + 1
        texts.insert(place, "total", pd.Series(totals, dtype=str))
    return texts.assign(events=events, total=totals), problems
