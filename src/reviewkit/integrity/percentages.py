"""Which numbers of people printed percentages allow, and whether they hold together.

54.8 % and 35.1 % of the same people cannot be of 100, nor of 167: the smallest
group is 168.  The idea is the GRIM test's, for percentages; the arithmetic is in
:mod:`reviewkit.integrity.printed_percent`, the rules of :func:`check_percentages`
in :mod:`reviewkit.integrity.percent_rules`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from numbers import Integral, Real
from typing import ClassVar

import numpy as np
import pandas as pd

from reviewkit._core.check import list_some
from reviewkit._core.errors import InputError
from reviewkit._core.finding import Finding
from reviewkit._core.format import format_count
from reviewkit._core.result import Result
from reviewkit.integrity.percent_rows import read_rows
from reviewkit.integrity.percent_rules import RULES
from reviewkit.integrity.printed_percent import (
    Percent,
    count_range,
    find_candidates,
    read_percent,
)

__all__ = ["Denominators", "check_percentages", "consistent_denominators"]

_MOST = 10_000_000  # people: some hundred MB
_SHOWN = 20  # candidates that a summary prints


@dataclass(frozen=True, slots=True)
class Denominators(Result):
    """Numbers of people of whom all given percentages can be."""

    title: ClassVar[str] = "Denominators that percentages allow"

    percentages: tuple[str, ...]  # as printed
    candidates: tuple[int, ...]  # every n that fits, ascending
    max_n: int  # the greatest n that was tried

    @property
    def smallest(self) -> int | None:
        """The smallest candidate; a lower bound, for its multiples fit too."""
        return self.candidates[0] if self.candidates else None

    @property
    def identified(self) -> bool:
        """Whether there is exactly one candidate up to `max_n`."""
        return len(self.candidates) == 1

    def to_frame(self) -> pd.DataFrame:
        """Return one row a candidate: `n`, and how many people each percentage is.

        Where a percentage can be several counts of an n, its column is text, as in "53–56".
        """
        return self._rows(self.candidates)

    def _rows(self, candidates: Sequence[int]) -> pd.DataFrame:
        n = np.array(candidates, dtype=np.int64)
        columns: dict[str, object] = {"n": n}
        for text in self.percentages:
            percent = read_percent(text)
            assert percent is not None  # it was read before
            low, high = count_range(percent, n)
            same = (low == high).all()
            pairs = zip(low.tolist(), high.tolist(), strict=True)
            name, copies = text, 1
            while name in columns:
                copies += 1
                name = f"{text} ({copies})"
            columns[name] = low if same else [f"{a}–{b}" if a < b else str(a) for a, b in pairs]
        return pd.DataFrame(columns)

    def _headline(self) -> str:
        size, limit = len(self.percentages), format_count(self.max_n)
        what = f"{size} percentages" if size > 1 else "1 percentage"
        if not self.candidates:
            return (
                f"No number of people up to {limit} gives {what if size == 1 else 'all ' + what}."
            )
        first = list_some([format_count(n) for n in self.candidates], most=5, sep=", ")
        if self.identified:
            return f"Of the numbers of people up to {limit}, {what} allow{'s' * (size == 1)} {first} only."
        return (
            f"{what} allow{'s' * (size == 1)} {format_count(len(self.candidates))} numbers of "
            f"people up to {limit}: {first}. Which it was is not identified; "
            f"{self.smallest} is the smallest."
        )

    def summary(self) -> str:
        """Return title, headline and the first candidates with their counts."""
        lines = [self.title, self._headline()]
        if self.candidates:
            lines += ["", self._rows(self.candidates[:_SHOWN]).to_string(index=False)]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        head = f"<h4>{escape(self.title)}</h4><p>{escape(self._headline())}</p>"
        if not self.candidates:
            return head
        return head + self._rows(self.candidates[:_SHOWN]).to_html(index=False, border=0)


def consistent_denominators(
    percentages: Iterable[str | float],
    *,
    max_n: int = 1000,
    decimals: int | Sequence[int] | None = None,
    sums: Mapping[int, Sequence[int]] | None = None,
) -> Denominators:
    """Find all numbers of people of whom every given percentage can be.

    Parameters
    ----------
    percentages : iterable of str or float
        In per cent, of the same people; best as printed, as in ``"54.8%"`` or ``"27"``.  The
        decimals of a number are those that Python writes; 27.0 counts as 27, which allows more.
    max_n : int, default 1000
        The greatest number of people to try; up to 10 million.
    decimals : int or sequence of int, optional
        Decimals as printed, of all or of each, if `percentages` are numbers.
    sums : mapping of int to sequence of int, optional
        Which percentages are totals of which, by their places: ``{0: [1, 2]}`` says that the
        counts behind the second and third sum to that behind the first.

    Returns
    -------
    Denominators
        `candidates`, all of them; `smallest`; `identified`, whether there is exactly one.

    Raises
    ------
    InputError
        If something is no percentage from 0 to 100, or a bound like ">66"; if it has more decimals
        than `decimals`; or if `max_n` or `sums` do not fit.

    Notes
    -----
    A half may have been rounded either way, so that 12.5 % allows both 12 and 13.  From
    n = 100 upwards a whole percentage allows every n, from 1,000 one with one decimal.

    References
    ----------
    Brown & Heathers (2017), the GRIM test. doi:10.1177/1948550616673876

    Examples
    --------
    >>> oklahoma = ["64.7", "44.1", "73.5", "23.5", "29.4", "20.6", "76.5", "35.3", "26.5", "14.7"]
    >>> found = consistent_denominators(oklahoma, max_n=500)
    >>> found.smallest, len(found.candidates), found.identified
    (34, 18, False)
    >>> found.to_frame().iloc[0, :5].to_dict()
    {'n': 34, '64.7': 22, '44.1': 15, '73.5': 25, '23.5': 8}
    """
    if isinstance(percentages, str):
        percentages = [percentages]
    percents = _read_percents(list(percentages), decimals)
    if max_n not in range(1, _MOST + 1):
        raise InputError(
            f"`max_n` must be a whole number from 1 to {format_count(_MOST)}. Got {max_n!r}."
        )
    places = {place for total, parts in (sums or {}).items() for place in (total, *parts)}
    if not places <= set(range(len(percents))):
        raise InputError(
            f"`sums` must name percentages by their place, 0 to {len(percents) - 1}. "
            f"Got {sorted(places)}."
        )
    return Denominators(
        percentages=tuple(percent.text for percent in percents),
        candidates=tuple(find_candidates(percents, int(max_n), sums or {}).tolist()),
        max_n=int(max_n),
    )


def _read_percents(
    values: list[str | float], decimals: int | Sequence[int] | None
) -> list[Percent]:
    """Return percentages as printed, or name all that are none."""
    if not values:
        raise InputError("`percentages` must hold 1 percentage or more. Got none. Give one.")
    each = [decimals] * len(values) if isinstance(decimals, int | None) else list(decimals)
    if len(each) != len(values):
        raise InputError(
            f"`decimals` must be one number or one for each percentage. Got {len(each)} for "
            f"{len(values)} percentages."
        )
    read = [_read_one(value, places) for value, places in zip(values, each, strict=True)]
    wrong = [
        f"{value!r} at position {place}"
        for place, (value, percent) in enumerate(zip(values, read, strict=True))
        if percent is None
    ]
    if wrong:
        raise InputError(
            f"Each of `percentages` must be a percentage from 0 to 100, no bound, with no more "
            f"decimals than `decimals`. Got {list_some(wrong)}. Correct or leave them out."
        )
    return [percent for percent in read if percent is not None]


def _read_one(value: str | float, decimals: int | None) -> Percent | None:
    """Return a percentage with so many decimals, or nothing if it cannot have them."""
    percent = read_percent(value if isinstance(value, str) else _write(value))
    if percent is None or percent.qualifier or percent.units > percent.per_one:
        return None
    missing = 0 if decimals is None else decimals - percent.decimals
    point = "." if missing and not percent.decimals else ""
    return read_percent(f"{percent.text}{point}{'0' * missing}") if missing >= 0 else None


def _write(value: float) -> str:
    """Write a number with the decimals that Python would show, but none for 27.0."""
    if isinstance(value, bool) or not isinstance(value, Real):
        return ""
    whole = isinstance(value, Integral) or float(value).is_integer()
    return str(int(value)) if whole else f"{Decimal(repr(float(value))):f}"


def check_percentages(frame: pd.DataFrame) -> tuple[Finding, ...]:
    """Check a list of printed percentages against their counts, totals and denominators.

    Parameters
    ----------
    frame : DataFrame
        One row a percentage: `id`; `percent` as printed ("54.8%", "~90"); `kind`, "point", "total",
        "bound" or "approximate"; and as far as known `set` (rows of one set are of the same
        people), `n`, `events`, `sums_to` (of a total the ids of its parts, as in "P13+P14"; of a
        part the id of its total), `where`, `quote`.

    Returns
    -------
    tuple of Finding
        ``percentages.range``, not within 0 and 100; ``percentages.count``, events, n and
        percentage disagree; ``percentages.impossible``, no whole number of n is that percentage;
        ``percentages.sum``, parts that do not sum to their total; ``percentages.set``, what n a
        set without one allows, or that it states several; ``percentages.not_a_point``, bounds
        and approximate figures, which no rule uses.

    Raises
    ------
    InputError
        If a column is missing, an id is there twice, or cells cannot be read; all are named.

    Examples
    --------
    >>> frame = pd.DataFrame({
    ...     "id": ["P1", "P2"], "set": ["a", "b"], "percent": ["54.8", "24.1"],
    ...     "kind": "point", "n": ["40", ""]})
    >>> for finding in check_percentages(frame):
    ...     print(finding.severity, finding.rule, finding.message)
    error percentages.impossible P1: no whole number of 40 is 54.8 %; 21 is 52.5 %, 22 is 55.0 %.
    note percentages.set b: n is not reported; 24.1 % allows 29, 54, 58, 79, 83, and 499 more
    up to 1,000.
    """
    rows = read_rows(frame)
    return tuple(finding for rule in RULES.values() for finding in rule(rows))
