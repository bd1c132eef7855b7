"""Checks of study-level numbers: whether a percentage can come from so many people."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit._core.finding import Finding
from reviewkit._core.format import format_count, format_percent
from reviewkit._core.rounding import count_decimals, percent_fits

if TYPE_CHECKING:
    from reviewkit.review.folder import Review

__all__ = ["check_dependence", "check_outcomes"]

_WHERE = "extraction/outcomes"
_SHARED = re.compile(
    r"[^.;]*(?:\b(?:same|one) (?:sample|survey|data ?set|cohort|respondents)\b|\bshares? its\b|overlap)[^.;]*",
    re.IGNORECASE,
)
_SHOWN = 50  # findings of one kind; beyond, they are counted


def check_outcomes(review: Review) -> Iterator[Finding]:
    """Hold percentages of studies against events and total, and against every whole number."""
    frame, cells = review.outcomes, review.outcome_cells
    if frame is None or cells is None or "percent" not in cells or "percent" not in frame:
        return
    percent, total, events = (
        frame[column].to_numpy(dtype=float, na_value=np.nan)
        for column in ("percent", "total", "events")
    )
    decimals = _count_decimals(cells["percent"])
    if _are_shares(percent):
        percent, decimals = 100 * percent, np.maximum(decimals - 2, 0)
        yield Finding(
            "outcomes.unit", "note", _WHERE,
            "The column percent holds shares of 1: they are read as such.",
            expected="0 to 100", found="0 to 1", fix="Write percentages, or name the column share.",
        )  # fmt: skip
    known = ~np.isnan(percent) & (total > 0)
    nearest = np.floor(np.where(known, percent * total / 100, 0.0))
    size = np.where(known, total, 1.0)
    told = np.where(known, percent, 0.0)
    possible = np.zeros(len(frame), dtype=bool)
    for people in (nearest, nearest + 1):
        possible |= percent_fits(people, size, told, decimals) & (people <= size)
    counted = known & ~np.isnan(events)
    fits = percent_fits(np.where(counted, events, 0.0), size, told, decimals)
    printed = cells["percent"].str.replace("%", "").str.strip().tolist()
    rows = np.flatnonzero((known & ~possible) | (counted & ~fits)).tolist()
    for row in rows[:_SHOWN]:
        study = frame["study"].iloc[row]
        if possible[row]:
            yield _disagree(study, events[row], total[row], printed[row])
        else:
            yield _impossible(study, nearest[row], total[row], printed[row])
    if len(rows) > _SHOWN:
        more = format_count(len(rows) - _SHOWN)
        yield Finding(
            "outcomes.percent", "warning", _WHERE,
            f"{more} more rows have a percentage that does not belong to their counts.",
        )  # fmt: skip


def _are_shares(percent: NDArray[np.float64]) -> bool:
    """Return whether all percentages are 1 at most, and some no whole number: shares, most likely."""
    known = percent[~np.isnan(percent)]
    return bool(known.size >= 3 and (known <= 1).all() and (known > 0.1).mean() > 0.5)


def _count_decimals(printed: pd.Series) -> NDArray[np.int_]:
    """Return the decimals of percentages; none for 22.0 where no number lacks its point.

    A program writes 22 as 22.0 in every row, a person only where the zero is meant.
    """
    texts = printed.tolist()
    decimals = np.array([count_decimals(text) for text in texts], dtype=int)
    if all(d for d, text in zip(decimals, texts, strict=True) if text):
        decimals[[text.endswith(".0") for text in texts]] = 0
    return decimals


def _impossible(study: str, below: float, total: float, printed: str) -> Finding:
    """Return a finding on a percentage that no whole number of people gives."""
    shares = [
        f"{format_count(people)} are {format_percent(people / total, 2)}"
        for people in (below, below + 1)
        if people <= total
    ]
    return Finding(
        "outcomes.grim", "warning", f"{_WHERE}, {study}",
        f"No whole number of {format_count(total)} people is {printed} %: {', '.join(shares)}.",
        f"{printed} %", " or ".join(shares), f"{printed} %",
        "Look for the number of people who answered; or the percentage is misprinted.",
    )  # fmt: skip


def _disagree(study: str, events: float, total: float, printed: str) -> Finding:
    """Return a finding on events that do not give their percentage."""
    share = format_percent(events / total, 2)
    counts = f"{format_count(events)} of {format_count(total)}"
    return Finding(
        "outcomes.percent", "warning", f"{_WHERE}, {study}",
        f"{counts} is {share}, not {printed} %.", f"{printed} %", share, f"{printed} %",
        "Look for the number of people who answered; or one of the three is misprinted.",
    )  # fmt: skip


def check_dependence(review: Review) -> Iterator[Finding]:
    """Find studies that give several rows to one pool, and rows said to share their people."""
    frame = review.outcomes
    if frame is None:
        return
    if "outcome" in frame:
        known = frame[frame["outcome"].notna() & (frame["outcome"] != "")]
        sizes = Counter(zip(known["outcome"], known["study"], strict=True))
        for (outcome, study), n in sizes.items():
            if n == 1:
                continue
            yield Finding(
                "outcomes.dependent", "warning", f"{_WHERE}, {study}",
                f"{study} gives {n} rows to the pool {outcome!r}, which a two-level model counts "
                f"as {n} studies.",
                found=str(n), expected="1",
                fix="Keep one row, or pool with a three-level model or robust inference.",
            )  # fmt: skip
    columns = [column for column in ("note", "notes", "comment", "source") if column in frame]
    for row in frame[["study", *columns]].astype(object).to_dict("records"):
        said = " ".join(str(row[column]) for column in columns if not pd.isna(row[column]))
        shared = _SHARED.search(said)
        if shared:
            yield Finding(
                "outcomes.shared_sample", "note", f"{_WHERE}, {row['study']}",
                "The table itself says that other papers share this sample.",
                shared[0].strip(), fix="See that none of them stands in the same pool.",
            )  # fmt: skip
