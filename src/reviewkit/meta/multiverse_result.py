"""What a multiverse returns: one result a specification, and what moves the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit._core.format import (
    fit_decimals,
    format_count,
    format_number,
    format_percent,
)
from reviewkit.meta.print_lines import join_signs
from reviewkit.meta.specifications import CHOICES, Grid, explain
from reviewkit.present.picture import PicturedResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["NAMES", "Multiverse"]

FloatArray = NDArray[np.float64]

_LEAST = 0.005  # share of the variation below which a choice is not worth a word
_MOST_ROWS = 30  # of the table in text

#: Choices as a sentence, and as a heading of the figure, names them.
NAMES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "model": ("the model", "Model"),
        "transform": ("the transformation", "Transformation"),
        "tau2": ("the estimator of τ²", "Estimator of τ²"),
        "ci": ("the kind of interval", "Interval"),
        "zero_cells": ("the treatment of empty cells", "Empty cells"),
        "studies": ("the choice of studies", "Studies"),
    }
)


#: Options whose name in the figure is not that of the argument.
_PRINTED: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "model": {"glmm": "GLMM"},
        "transform": {"freeman-tukey": "Freeman–Tukey"},
        "ci": {"z": "normal", "HK": "Hartung–Knapp"},
    }
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Multiverse(PicturedResult):
    """Results of all specifications, on the scale of the reader."""

    title: ClassVar[str] = "Multiverse"

    grid: Grid = field(repr=False)
    numbers: Mapping[str, FloatArray] = field(repr=False)  # by column; (specifications,)
    percent: bool  # proportions, else effects
    counted: bool  # people are known
    prediction: str
    level: float
    left_out: tuple[str, ...] = ()

    @property
    def n_specifications(self) -> int:
        """How many different analyses there are."""
        return len(self.grid.codes)

    @property
    def varied(self) -> tuple[str, ...]:
        """Choices with more than one option, some of which make a difference."""
        return tuple(
            name
            for name in CHOICES
            if len(self.grid.options[name]) > 1 and (self.grid.column(name) >= 0).any()
        )

    @property
    def range(self) -> tuple[float, float]:
        """Least and greatest estimate."""
        estimates = self.numbers["estimate"]
        return float(np.nanmin(estimates)), float(np.nanmax(estimates))

    def to_frame(self) -> pd.DataFrame:
        """Return one row a specification.

        Columns ``model, transform, tau2_by, ci, zero_cells, studies`` (empty where a choice does
        nothing), ``estimate, ci_low, ci_high, pi_low, pi_high, tau2, i2, k, n``; without
        counts there are no ``transform``, ``zero_cells`` and ``n``.
        """
        absent = () if self.counted else ("transform", "zero_cells")
        columns: dict[str, object] = {
            "tau2_by" if name == "tau2" else name: self.grid.labels(name)
            for name in CHOICES
            if name not in absent
        }
        columns |= {name: values for name, values in self.numbers.items() if name not in ("k", "n")}
        columns["k"] = self.numbers["k"].astype(np.int64)
        if self.counted:
            columns["n"] = self.numbers["n"].astype(np.int64)
        return pd.DataFrame(columns)

    def to_shares(self) -> pd.DataFrame:
        """Return ``choice, estimate, width``: what each choice explains by itself.

        Shares of the variation of estimates, and of the widths of their confidence
        intervals, over all combinations of choices (main effects).
        """
        width = self.numbers["ci_high"] - self.numbers["ci_low"]
        pair = [explain(self.grid, v, self.varied) for v in (self.numbers["estimate"], width)]
        rows = [(name, pair[0][name], pair[1][name]) for name in self.varied]
        return pd.DataFrame(rows, columns=["choice", "estimate", "width"])

    @property
    def sentence(self) -> str:
        """What moves the answer, in plain words."""
        if not self._moves:
            return "No choice moves the estimate."
        shares = explain(self.grid, self.numbers["estimate"], self.varied)
        moved = sorted(
            (name for name in shares if shares[name] >= _LEAST), key=lambda name: -shares[name]
        )
        told = [f"{NAMES[name][0]} ({format_percent(shares[name], 0)})" for name in moved]
        joint = 1 - sum(shares.values())
        if joint >= _LEAST:
            told.append(f"choices in combination ({format_percent(joint, 0)})")
        idle = [NAMES[name][0] for name in self.varied if name not in moved]
        rest = f"; next to nothing comes from {_join(idle)}" if idle else ""
        return f"What moves the estimate, as shares of its variation: {_join(told)}{rest}."

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know of these specifications."""
        notes = []
        lost = int(np.isnan(self.numbers["estimate"]).sum())
        if lost:
            notes.append(
                f"{format_count(lost)} of {format_count(self.n_specifications)} specifications have "
                f"no result: they leave no study, or their likelihood has no peak."
            )
        if self.left_out:
            notes.append(f"{len(self.left_out)} rows left out, a number is missing.")
        fixed = [name for name in CHOICES[:-1] if len(self.grid.options[name]) == 1]
        applied = [name for name in fixed if self.grid.labels(name).any()]
        same = [f"{NAMES[name][0]}: {self.grid.options[name][0]}" for name in applied]
        if same:
            notes.append(f"The same throughout: {'; '.join(same)}.")
        return tuple(notes)

    def summary(self) -> str:
        """Return range, sentence, notes and specifications as plain text."""
        table = self.to_frame().to_string(float_format="{:.4f}".format, max_rows=_MOST_ROWS)
        notes = [f"Note: {note}" for note in self.notes]
        return "\n".join([self.title, self._headline(), self.sentence, *notes, "", table])

    def _headline(self) -> str:
        factor, least, sign = (100, 1, " %") if self.percent else (1, 2, "")
        median = float(np.nanmedian(self.numbers["estimate"]))
        low, high, middle = (factor * value for value in (*self.range, median))
        decimals = fit_decimals([low, high], least=least) if self._moves else least
        ends = [f"{format_number(v, decimals)}{sign}" for v in (low, high, middle)]
        count = format_count(self.n_specifications)
        text = f"Estimates from {ends[0]} to {ends[1]} (median {ends[2]}) by {count} specifications"
        return text + ("" if self.percent else f"; {self._tell_zero()}")

    @property
    def _moves(self) -> bool:
        """Whether estimates differ by more than rounding."""
        low, high = self.range
        return high - low > 1e-9 * max(abs(low), abs(high))

    def _tell_zero(self) -> str:
        """Return how many intervals leave out 0."""
        low, high = self.numbers["ci_low"], self.numbers["ci_high"]
        clear = int(((low > 0) | (high < 0)).sum())
        return f"{format_count(clear)} of their intervals exclude 0"

    def plot(self, *, ax: Axes | None = None, width: float = 174.0) -> Axes:
        """Draw the specification curve: sorted estimates above, their choices below.

        Parameters
        ----------
        ax : Axes, optional
            Draw here; `width` is then that of the axes.
        width : float
            Width of the figure in mm: 84 is one column of a journal, 174 two.

        Returns
        -------
        Axes
        """
        from reviewkit.present.curve import draw_curve

        frame = self.to_frame().drop(columns="tau2").rename(columns={"tau2_by": "tau2"})
        frame = frame[frame["estimate"].notna()].reset_index(drop=True)
        choices = {name: NAMES[name][1] for name in self.varied}
        shown = (
            f"Each column: one specification; bars: {100 * self.level:g}% CI; dotted line: median."
        )
        footer = [f"{self._headline()}.", self.sentence, shown, *self.notes]
        order = {name: [*map(str, self.grid.options[name])] for name in self.varied}
        for name in _PRINTED.keys() & order.keys():
            order[name] = [_PRINTED[name].get(option, option) for option in order[name]]
            frame[name] = [_PRINTED[name].get(option, option) for option in frame[name]]
        return draw_curve(
            frame, choices=choices, order=order, ax=ax, width=width, level=self.level,
            scale="percent" if self.percent else "plain",
            footer=[*map(join_signs, footer)],
        )  # fmt: skip


def _join(parts: list[str]) -> str:
    """Return parts as a list of a sentence."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
