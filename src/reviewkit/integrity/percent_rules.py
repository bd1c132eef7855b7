"""The rules that a list of printed percentages is checked by.

A rule takes all rows and yields findings.  To add one, write it and name it in
:data:`RULES`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType

import numpy as np

from reviewkit._core.check import list_some
from reviewkit._core.finding import Finding
from reviewkit._core.format import format_count, format_number
from reviewkit.integrity.percent_rows import Row
from reviewkit.integrity.printed_percent import Percent, count_range, find_candidates

__all__ = ["RULES"]

Rows = Sequence[Row]

_MAX_N = 1000  # people; no more are tried for a set
_BOUND = re.compile(
    r"\b(?:more|less|fewer|greater|higher|lower) than\b|\b(?:over|under|above|below|at least|at most|up to"
    r"|nearly|almost|not quite)\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"\b(?:about|around|approximately|roughly|some|circa)\b|[~≈]", re.IGNORECASE)
_POINTS = ("point", "total")
_FEW = 5  # candidates that a message names


def _check_range(rows: Rows) -> Iterator[Finding]:
    for row in rows:
        if row.percent is not None and row.percent.units > row.percent.per_one:
            yield Finding(
                "percentages.range",
                "error",
                row.where,
                f"{row.id}: {row.percent.text} % is more than 100 %.",
                quote=row.quote,
                expected="0 to 100 %",
                found=f"{row.percent.text} %",
                fix="Correct the figure, or give a share of people.",
            )


def _check_counts(rows: Rows) -> Iterator[Finding]:
    for row in rows:
        if row.events is None or row.n is None:
            continue
        actual = _write_share(row.events, row.n, row.percent)
        if row.events > row.n:
            message = f"{row.id}: {row.events} cannot be counted among n = {row.n}."
        elif row.is_point and row.percent is not None and not _can_be(row.percent, row):
            message = f"{row.id}: {row.events} of {row.n} is {actual}, not {row.percent.text} %."
        else:
            continue
        yield Finding(
            "percentages.count",
            "error",
            row.where,
            message,
            quote=row.quote,
            expected=actual,
            found=f"{row.percent.text} %" if row.percent else "",
            fix="Correct the count, n or the percentage.",
        )


def _can_be(percent: Percent, row: Row) -> bool:
    low, high = _count_range(percent, row.n or 0)
    return row.events is not None and low <= row.events <= high


def _check_possible(rows: Rows) -> Iterator[Finding]:
    for row in rows:
        percent = row.percent
        if row.n is None or row.events is not None or percent is None or not _in_range(row):
            continue
        low, high = _count_range(percent, row.n)
        if low <= high:
            continue
        near = [f"{x} is {_write_share(x, row.n, percent)}" for x in (high, low) if 0 <= x <= row.n]
        yield Finding(
            "percentages.impossible",
            "error",
            row.where,
            f"{row.id}: no whole number of {row.n} is {percent.text} %; {', '.join(near)}.",
            quote=row.quote,
            expected=" or ".join(_write_share(x, row.n, percent) for x in (high, low)),
            found=f"{percent.text} %",
            fix="Correct n or the percentage; some people may not have answered.",
        )


def _check_sums(rows: Rows) -> Iterator[Finding]:
    known = {row.id: row for row in rows}
    for total, parts in _find_sums(rows).items():
        row = known.get(total)
        lost = [name for name in (total, *parts) if name not in known]
        if lost:
            yield _unknown(row or known[parts[0]], lost)
        elif row is not None and all(_in_range(known[name]) for name in (total, *parts)):
            yield from _check_sum(row, [known[name] for name in parts])


def _find_sums(rows: Rows) -> dict[str, list[str]]:
    """Return the parts of each total, by id; either side may name the other."""
    sums: dict[str, list[str]] = {}
    for row in rows:
        if row.kind == "total":
            sums.setdefault(row.id, []).extend(row.sums_to)
        else:
            for total in row.sums_to:
                sums.setdefault(total, []).append(row.id)
    return {total: list(dict.fromkeys(parts)) for total, parts in sums.items() if parts}


def _unknown(row: Row, lost: Sequence[str]) -> Finding:
    return Finding(
        "percentages.sum",
        "warning",
        row.where,
        f"{row.id}: `sums_to` names {list_some(lost, sep=', ')}, which no row is.",
        quote=row.quote,
        fix="Correct the id.",
    )


def _check_sum(total: Row, parts: Rows) -> Iterator[Finding]:
    """Compare a total with its parts: as counts where n is known, else within rounding."""
    shares = [Fraction(p.percent.units, p.percent.per_one) for p in parts if p.percent]
    whole = total.percent
    if whole is None:
        return
    if total.n is not None and all(part.n == total.n for part in parts):
        ranges = [_count_range(part.percent, total.n) for part in parts if part.percent]
        low, high = _count_range(whole, total.n)
        fits = low <= sum(most for _, most in ranges) and high >= sum(least for least, _ in ranges)
    else:
        slack = sum(Fraction(1, 2 * r.percent.per_one) for r in (total, *parts) if r.percent)
        fits = abs(sum(shares) - Fraction(whole.units, whole.per_one)) <= slack
    if not fits:
        terms = " + ".join(part.percent.text for part in parts if part.percent)
        places = max(row.percent.decimals for row in (total, *parts) if row.percent)
        found = format_number(float(100 * sum(shares)), places)
        yield Finding(
            "percentages.sum",
            "error",
            total.where,
            f"{total.id}: {terms} = {found} %, not {whole.text} %, also after rounding.",
            quote=total.quote,
            expected=f"{found} %",
            found=f"{whole.text} %",
            fix="Correct the total or its parts.",
        )


def _check_sets(rows: Rows) -> Iterator[Finding]:
    for name in dict.fromkeys(row.set for row in rows):
        members = [row for row in rows if row.set == name]
        stated = sorted({row.own_n for row in members if row.own_n is not None})
        points = [row for row in members if _in_range(row)]
        if len(stated) > 1:
            yield Finding(
                "percentages.set",
                "warning",
                members[0].where,
                f"{name}: rows of one set must share n; they state {', '.join(map(str, stated))}.",
                found=", ".join(map(str, stated)),
                fix="Divide the set, or correct n.",
            )
        elif points and not stated:
            yield _describe_set(name, points)


def _describe_set(name: str, points: Rows) -> Finding:
    """Say which n a set allows that states none."""
    percents = [row.percent for row in points if row.percent is not None]
    place = {row.id: number for number, row in enumerate(points)}
    sums = {
        place[total]: [place[part] for part in parts]
        for total, parts in _find_sums(points).items()
        if {total, *parts} <= set(place)
    }
    found = [format_count(n) for n in find_candidates(percents, _MAX_N, sums).tolist()]
    what = (
        f"{percents[0].text} % allows"
        if len(percents) == 1
        else f"{len(percents)} percentages allow"
    )
    listed = list_some(found, most=_FEW, sep=", ") or "none"
    listed += " only, which identifies it," if len(found) == 1 else ""
    return Finding(
        "percentages.set",
        "note",
        points[0].where,
        f"{name}: n is not reported; {what} {listed} up to {format_count(_MAX_N)}.",
        quote=", ".join(percent.text for percent in percents),
        expected="n",
        found=f"{found[0]} is the smallest" if found else "",
        fix="Look n up in the source; the smallest is a bound, not the number.",
    )


def _check_points(rows: Rows) -> Iterator[Finding]:
    left_out = [row for row in rows if not row.is_point]
    if left_out:
        names = [
            f"{row.id} ({row.percent.qualifier + row.percent.text + ' %' if row.percent else 'blank'})"
            for row in left_out
        ]
        yield Finding(
            "percentages.not_a_point",
            "note",
            left_out[0].where,
            f"Bounds, approximate figures and blanks enter no check: {list_some(names, sep=', ')}.",
            quote="; ".join(filter(None, (row.quote for row in left_out))),
            fix="Look the figures up in the source.",
        )


def _check_words(rows: Rows) -> Iterator[Finding]:
    """Find bounds and approximate figures that are counted as points."""
    for row in rows:
        if row.percent is not None and row.percent.qualifier in ("<", ">") and row.kind in _POINTS:
            sign = row.percent.qualifier
            yield Finding(
                "percentages.words",
                "warning",
                row.where,
                f"{row.id}: {sign}{row.percent.text} % is a bound, and is called a {row.kind}.",
                quote=row.quote,
                expected="bound",
                found=row.kind,
                fix="Look the figure up in the source, or call it a bound.",
            )
            continue
        said = _BOUND.search(row.quote) or _ABOUT.search(row.quote)
        if said is None or not row.is_point or row.percent is None:
            continue
        bound = _BOUND.search(row.quote) is not None
        yield Finding(
            "percentages.words",
            "warning" if bound else "note",
            row.where,
            f"{row.id}: {row.percent.text} % is printed as {said[0]!r}, and counts as a point.",
            quote=row.quote,
            expected="bound" if bound else "approximate",
            found=row.kind,
            fix="Look the figure up in the source, or call it a bound or approximate.",
        )


def _in_range(row: Row) -> bool:
    """Say whether a row has a percentage to count with, from 0 to 100."""
    return row.is_point and row.percent is not None and row.percent.units <= row.percent.per_one


def _count_range(percent: Percent, n: int) -> tuple[int, int]:
    low, high = count_range(percent, np.array([n]))
    return int(low[0]), int(high[0])


def _write_share(events: int, n: int, percent: Percent | None) -> str:
    """Write a share with the decimals of a printed percentage, or one more where that helps."""
    if not n:
        return ""
    return f"{format_number(100 * events / n, max(1, percent.decimals if percent else 1))} %"


#: Rules by name.
RULES: Mapping[str, Callable[[Rows], Iterator[Finding]]] = MappingProxyType(
    {
        "percentages.range": _check_range,
        "percentages.count": _check_counts,
        "percentages.impossible": _check_possible,
        "percentages.sum": _check_sums,
        "percentages.set": _check_sets,
        "percentages.not_a_point": _check_points,
        "percentages.words": _check_words,
    }
)
