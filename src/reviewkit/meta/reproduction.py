"""Which recipe gives a published result: all ways to pool, held against what is printed.

The same studies give 27.9, 28.7 or 29.4 %.  A paper that names no method, or another
than it used, is checked here at the precision that it prints.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from reviewkit._core.check import check_level
from reviewkit._core.format import format_count
from reviewkit._core.result import Result
from reviewkit.meta.printed_numbers import Printed, find_contradictions, read_printed
from reviewkit.meta.recipe_grid import CHOICES, describe_recipe, pool_all_ways
from reviewkit.meta.studies import Table, read_counts

__all__ = ["Reproduction", "reproduce"]

_NEAREST = 5


@dataclass(frozen=True, slots=True)
class Reproduction(Result):
    """A published result, and what every recipe gives instead."""

    title: ClassVar[str] = "Reproduction of a published result"

    reported: tuple[Printed, ...]
    k: int
    n: int
    table: pd.DataFrame = field(repr=False, compare=False)  # the nearest recipe first

    def to_frame(self) -> pd.DataFrame:
        """Return one row a recipe, the nearest first.

        How it pools, in columns ``model, transform, zero_cells, tau2_by, ci, prediction,
        back_n``; what it gives; ``off``, how many of the printed numbers it does not give;
        ``distance``, the farthest of these in units of the last printed digit;
        ``differs``, which they are.
        """
        return self.table.copy()

    @property
    def matches(self) -> pd.DataFrame:
        """The recipes that give every printed number."""
        return self.table[self.table["off"] == 0].reset_index(drop=True)

    @property
    def nearest(self) -> pd.DataFrame:
        """The recipes that come nearest without giving all of them."""
        return self.table[self.table["off"] > 0].head(_NEAREST).reset_index(drop=True)

    @property
    def notes(self) -> tuple[str, ...]:
        """What no recipe can give, as the printed numbers contradict one another; often nothing."""
        return find_contradictions(self.reported)

    def summary(self) -> str:
        """Return the finding, all matches and the nearest recipes as plain text."""
        return "\n".join([self.title, self._headline(), *self._lines()])

    def _lines(self) -> list[str]:
        """Return matches, if they are several, and the nearest recipes with what differs."""
        matches, lines = self.matches, [f"Note: {note}" for note in self.notes]
        if len(matches) > 1:
            lines += ["Exact:", *(f"  {describe_recipe(row)}" for _, row in matches.iterrows())]
        if len(self.nearest):
            lines.append("Nearest of the others:")
            lines += [
                f"  {describe_recipe(row)}: {row['differs']}" for _, row in self.nearest.iterrows()
            ]
        return lines

    def _headline(self) -> str:
        shown = self._show()
        tried, matches = format_count(len(self.table)), self.matches
        if len(matches):
            found = describe_recipe(matches.iloc[0])
            more = f", and {format_count(len(matches) - 1)} more" if len(matches) > 1 else ""
            return f"{shown} is reproduced by {len(matches)} of {tried} recipes: {found}{more}."
        near = self.table.iloc[0]
        return (
            f"{shown} is reproduced by none of {tried} recipes. The nearest: "
            f"{describe_recipe(near)} ({near['differs']})."
        )

    def _show(self) -> str:
        """Return what was printed, as a paper would."""
        printed = {p.name: p for p in self.reported}
        labels = {"estimate": "", "tau2": "τ² ", "i2": "I² "}
        parts = []
        for name, p in printed.items():
            low, other = p.show(p.value), printed.get(name.replace("_low", "_high"))
            unit = " %" * p.percent
            if name.endswith("_low") and other is not None:
                parts.append(f"{name[:2].upper()} {low}–{other.show(other.value)}{unit}")
            elif not (name.endswith("_high") and name.replace("_high", "_low") in printed):
                parts.append(f"{labels.get(name, name.replace('_', ' ') + ' ')}{low}{unit}")
        return ", ".join(parts)

    def _repr_html_(self) -> str:
        lines = "".join(f"<p>{escape(line)}</p>" for line in self._lines())
        head = f"<h4>{escape(self.title)}</h4><p><strong>{escape(self._headline())}</strong></p>"
        return head + lines


def reproduce(
    data: Table,
    *,
    reported: Mapping[str, Any],
    events: str = "events",
    total: str = "total",
    study: str = "study",
    level: float = 0.95,
    missing: str = "error",
) -> Reproduction:
    """Find the recipes that give a published prevalence and its interval.

    Parameters
    ----------
    data : DataFrame or mapping of columns
        One row a study.
    reported : mapping
        What the paper prints: ``estimate``, ``ci_low`` and ``ci_high`` or ``ci``
        ("22.39–35.46"), and if it does ``pi_low, pi_high`` or ``pi``, ``tau2``, ``i2``.  Texts keep
        their last zeros and are to be preferred ("28.70%", "287‰"); numbers in [0, 1], or in
        per cent if one of them is above 1.
    events, total, study : str
        Columns: people with the event, people in all, name of the study.
    level : float in (0, 1), default 0.95
        Of the intervals.
    missing : {"error", "drop"}, default "error"
        Whether a missing count is an error, or its row is left out.

    Returns
    -------
    Reproduction

    Raises
    ------
    InputError
        If a column is missing, cells are no counts, or a printed number is none.

    Notes
    -----
    Tried are all scales, estimators of τ² (of EB and PM, which are one, PM), intervals and
    models of the library, four treatments of studies without or with nothing but
    events, and five sample sizes for the way back from double arcsines; of I², both
    definitions count.  A number is given if it rounds to the printed one, a half either way.
    Rows are sorted by how many numbers they miss, then by the farthest of them.  Numbers that
    contradict one another, as an estimate outside its interval, are compared all the same; a
    note says so.

    References
    ----------
    Schwarzer, Chemaitelly, Abu-Raddad & Rücker (2019). doi:10.1002/jrsm.1348

    Examples
    --------
    >>> data = {"study": list("ABCD"), "events": [35, 94, 81, 66], "total": [80, 260, 443, 138]}
    >>> found = reproduce(data, reported={"estimate": "35.1%", "ci": "22.5–50.3"})
    >>> found.matches[["transform", "tau2_by", "ci"]].to_dict("records")
    [{'transform': 'logit', 'tau2_by': 'REML', 'ci': 'z'}]
    """
    printed = read_printed(reported)
    counts = read_counts(data, events=events, total=total, study=study, missing=missing)
    wanted = any(p.name.startswith("pi") for p in printed)
    grid = pool_all_ways(counts.events, counts.total, level=check_level(level), predictions=wanted)
    table = _compare(grid if wanted else grid.assign(prediction=""), printed)
    return Reproduction(printed, counts.events.size, int(counts.total.sum()), table)


def _compare(grid: pd.DataFrame, printed: tuple[Printed, ...]) -> pd.DataFrame:
    """Return the grid with what each recipe misses, the nearest first."""
    fits, misses, words = [], [], []
    i2 = next((p for p in printed if p.name == "i2"), None)
    if i2 is not None:  # the definition that comes nearer
        other = i2.misses(grid["i2_of_q"].to_numpy()) < i2.misses(grid["i2"].to_numpy())
        by = np.where(other, "(Q − df)/Q", "τ²/(τ² + typical variance)")
        grid = grid.assign(i2=grid["i2"].where(~other, grid["i2_of_q"]), i2_by=by)
    for p in printed:
        values = grid[p.name].to_numpy(dtype=float)
        fits.append(p.fits(values))
        misses.append(np.where(np.isnan(values), np.inf, p.misses(values)))
        words.append(
            [f"{p.name} {p.show(v) or 'none'} instead of {p.show(p.value)}" for v in values]
        )
    fit = np.array(fits)
    told = [
        "; ".join(text for text, ok in zip(row, good, strict=True) if not ok)
        for row, good in zip(zip(*words, strict=True), fit.T, strict=True)
    ]
    distance = np.where(fit, 0.0, np.array(misses)).max(axis=0)
    found = grid.drop(columns="i2_of_q").assign(
        off=(~fit).sum(axis=0), distance=distance, differs=told
    )
    first = [name for name in CHOICES if name in found]
    found = found[[*first, *(name for name in found if name not in first)]]
    return found.sort_values(["off", "distance"], kind="stable", ignore_index=True)
