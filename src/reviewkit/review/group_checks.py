"""Checks of how the text divides the studies: sums, parts, percentages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from reviewkit._core.finding import Finding
from reviewkit._core.format import format_count, format_number, format_percent
from reviewkit._core.rounding import count_decimals, percent_fits
from reviewkit.review.reported import list_rows, read_number

if TYPE_CHECKING:
    from reviewkit.review.folder import Review

__all__ = ["check_groups"]


def check_groups(review: Review) -> Iterator[Finding]:
    """Hold the sums of groups against the whole, their percentages against their counts."""
    frame = review.reported.get("groups")
    if frame is None:
        return
    for row in list_rows(frame):
        yield from _check_group(row)
    grouping = frame["grouping"] if "grouping" in frame else pd.Series("", frame.index)
    for name, rows in frame.groupby(grouping, sort=False):
        yield from _check_sum(str(name), rows)


def _check_group(row: Mapping[str, str]) -> Iterator[Finding]:
    n, whole = read_number(row["n"]), read_number(row.get("of", ""))
    if n is None or whole is None:
        return
    where, quote = row.get("where", "") or "reported/groups.csv", row.get("quote", "")
    if n > whole:
        yield Finding(
            "groups.part", "error", where,
            f"The group {row['group']!r} has {format_count(n)} of {format_count(whole)} studies.",
            quote, f"{format_count(whole)} at most", format_count(n), "Correct one of the numbers.",
        )  # fmt: skip
        return
    percent, printed = read_number(row.get("percent", "")), row.get("percent", "")
    if percent is None or not whole:
        return
    if not percent_fits(n, whole, percent, count_decimals(printed)):
        share = format_percent(n / whole, 2)
        yield Finding(
            "groups.percent", "error", where,
            f"{format_count(n)} of {format_count(whole)} is {share}, not {printed} %.",
            quote, share, f"{printed} %", "Correct the count or the percentage.",
        )  # fmt: skip


def _check_sum(grouping: str, rows: pd.DataFrame) -> Iterator[Finding]:
    if "of" not in rows or len(rows) < 2:
        return
    counts = [read_number(cell) for cell in rows["n"]]
    wholes = {read_number(cell) for cell in rows["of"]} - {None}
    name = grouping or "groups"
    where = next(iter(rows["where"]), "") if "where" in rows else "reported/groups.csv"
    if len(wholes) != 1 or any(n is None for n in counts):
        yield Finding(
            "groups.sum", "note", where,
            f"The groups by {name} name no common whole, or not all counts: not checkable.",
            fix="Report the count of each group and of all studies.",
        )  # fmt: skip
        return
    known = [n for n in counts if n is not None]
    total, whole = sum(known), wholes.pop() or 0.0
    if total == whole:
        return
    parts = " + ".join(map(format_count, known))
    less = format_count(abs(whole - total))
    rest = f"{less} are in no group" if total < whole else f"{less} are counted twice or wrongly"
    percents = [read_number(cell) for cell in rows["percent"]] if "percent" in rows else [None]
    if all(percent is not None for percent in percents):
        told = sum(percent for percent in percents if percent is not None)
        decimals = max(count_decimals(cell) for cell in rows["percent"])
        rest += f"; their percentages sum to {format_number(told, decimals)} %"
    yield Finding(
        "groups.sum", "warning", where,
        f"By {name}: {parts} = {format_count(total)}, not {format_count(whole)}: {rest}.",
        " … ".join(filter(None, rows["quote"])) if "quote" in rows else "",
        format_count(whole), format_count(total),
        "Say in which group each study is, and whether groups may overlap.",
    )  # fmt: skip
