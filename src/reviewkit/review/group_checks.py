"""Checks of how the text divides the studies: sums, parts, percentages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from reviewkit._core.finding import Finding
from reviewkit._core.format import format_count, format_number, format_percent
from reviewkit._core.rounding import count_decimals, percent_fits
from reviewkit.review.reported import list_rows, read_number

if TYPE_CHECKING:
    from reviewkit.review.folder import Review

__all__ = ["check_groups"]

_ZERO = re.compile(r"\.0(\s*%?\s*)$")


def check_groups(review: Review) -> Iterator[Finding]:
    """Hold the sums of groups against the whole, their percentages against their counts."""
    frame = review.reported.get("groups")
    if frame is None:
        return
    if "percent" in frame:
        frame = frame.assign(percent=_drop_zeros(frame["percent"].tolist()))
    for row in list_rows(frame):
        yield from _check_group(row)
    grouping = frame["grouping"] if "grouping" in frame else pd.Series("", frame.index)
    for name, rows in frame.groupby(grouping, sort=False):
        yield from _check_sum(str(name), rows)


def _drop_zeros(printed: list[str]) -> list[str]:
    """Return percentages without a zero behind the point, where all have one: a program wrote 23.0."""
    known = [text for text in printed if text]
    ended = [text for text in known if _ZERO.search(text)]
    program = len(known) > 1 and len(ended) == len(known)
    return [_ZERO.sub(r"\1", text) for text in printed] if program else printed


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
    """Hold the sum of groups against their whole; without counts, that of their percentages."""
    if len(rows) < 2:
        return
    counts = [read_number(cell) for cell in rows["n"]]
    wholes = {read_number(cell) for cell in rows["of"]} - {None} if "of" in rows else set()
    name = grouping or "groups"
    where = next(iter(rows["where"]), "") if "where" in rows else ""
    where = where or "reported/groups.csv"
    known = [n for n in counts if n is not None]
    if len(known) == len(counts) and len(wholes) == 1:
        yield from _compare_sum(name, where, rows, known, wholes.pop() or 0.0)
        return
    if "of" in rows:
        yield Finding(
            "groups.sum", "note", where,
            f"The groups by {name} name no common whole, or not all counts: not checkable.",
            fix="Report the count of each group and of all studies.",
        )  # fmt: skip
    if not known:
        yield from _compare_percents(name, where, rows)
    elif len(known) == len(counts) and not wholes:
        yield from _find_whole(name, where, rows, known)


def _compare_sum(
    name: str, where: str, rows: pd.DataFrame, known: list[float], whole: float
) -> Iterator[Finding]:
    total = sum(known)
    if total == whole:
        return
    parts = " + ".join(map(format_count, known))
    less = format_count(abs(whole - total))
    rest = f"{less} are in no group" if total < whole else f"{less} are counted twice or wrongly"
    told = _sum_percents(rows)
    if told is not None:
        rest += f"; their percentages sum to {format_number(told[0], told[1])} %"
    yield Finding(
        "groups.sum", "warning", where,
        f"By {name}: {parts} = {format_count(total)}, not {format_count(whole)}: {rest}.",
        " … ".join(filter(None, rows["quote"])) if "quote" in rows else "",
        format_count(whole), format_count(total),
        "Say in which group each study is, and whether groups may overlap.",
    )  # fmt: skip


def _sum_percents(rows: pd.DataFrame) -> tuple[float, int] | None:
    """Return the sum of the percentages of all groups, and their decimals."""
    percents = [read_number(cell) for cell in rows["percent"]] if "percent" in rows else [None]
    known = [percent for percent in percents if percent is not None]
    if len(known) < len(percents):
        return None
    return sum(known), max(count_decimals(cell) for cell in rows["percent"])


def _compare_percents(name: str, where: str, rows: pd.DataFrame) -> Iterator[Finding]:
    """Find percentages without counts that sum to something else than 100, also after rounding."""
    told = _sum_percents(rows)
    if told is None:
        return
    slack = sum(0.5 / 10 ** count_decimals(cell) for cell in rows["percent"])
    if abs(told[0] - 100) > slack * (1 + 1e-9):
        total = format_number(*told)
        yield Finding(
            "groups.percent_sum", "warning", where,
            f"By {name}: the percentages of the groups sum to {total} %, not 100 %.",
            " … ".join(filter(None, rows["quote"])) if "quote" in rows else "",
            "100 %", f"{total} %", "Give the counts, and say whether groups may overlap.",
        )  # fmt: skip


def _find_whole(
    name: str, where: str, rows: pd.DataFrame, counts: list[float]
) -> Iterator[Finding]:
    """Find counts with percentages that no one whole gives."""
    if _sum_percents(rows) is None:
        return
    printed = list(rows["percent"])
    wholes = np.arange(max(max(counts), 1), 40 * max(sum(counts), 1))
    fits = np.ones(wholes.size, dtype=bool)
    for n, text in zip(counts, printed, strict=True):
        fits &= percent_fits(n, wholes, read_number(text) or 0.0, count_decimals(text))
    if not fits.any():
        listed = ", ".join(
            f"{format_count(n)} ({p} %)" for n, p in zip(counts, printed, strict=True)
        )
        yield Finding(
            "groups.percent", "error", where,
            f"By {name}: there is no number of studies of which {listed} could all be.",
            " … ".join(filter(None, rows["quote"])) if "quote" in rows else "",
            fix="Correct the counts or the percentages, and report the whole.",
        )  # fmt: skip
