"""What sensitivity analyses have in common: the pooled result behind them, and how they read.

Each shows the recipe of the result that it varies, as no pooled number stands
without one.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reviewkit._core.format import fit_decimals, format_number
from reviewkit.meta.pooled import Pooled
from reviewkit.meta.print_lines import join_signs
from reviewkit.present.picture import PicturedResult

__all__ = ["Sensitivity", "name_studies", "print_lines", "write_value"]

FloatArray = NDArray[np.float64]

_MOST_ROWS = 60  # of a table in text or HTML; to_frame() has all


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sensitivity(PicturedResult):
    """A pooled result, and what becomes of it under other choices."""

    pooled: Pooled = field(repr=False)

    @property
    def recipe(self) -> str:
        """How the pooled numbers came about, in one paragraph."""
        return self.pooled.recipe

    @property
    def notes(self) -> tuple[str, ...]:
        """What may mislead a reader of these numbers; often nothing."""
        return ()

    @abstractmethod
    def to_frame(self) -> pd.DataFrame:
        """Return the numbers at full precision."""

    def summary(self) -> str:
        """Return the finding, the recipe, notes and the table as plain text."""
        table = self.to_frame().to_string(float_format=_write_cell, max_rows=_MOST_ROWS)
        lines = [self.title, self._headline(), self.recipe]
        return "\n".join([*lines, *(f"Note: {note}" for note in self.notes), "", table])

    def _repr_html_(self) -> str:
        notes = "".join(f"<p><strong>Note:</strong> {escape(note)}</p>" for note in self.notes)
        table = self.to_frame().to_html(float_format=_write_cell, border=0, max_rows=_MOST_ROWS)
        head = f"<h4>{escape(self.title)}</h4><p><strong>{escape(self._headline())}</strong></p>"
        return f"{head}<p>{escape(self.recipe)}</p>{notes}{table}"


def write_value(pooled: Pooled, value: float, among: FloatArray | Sequence[float]) -> str:
    """Write a value on the scale of the reader, with the decimals that tell it from others.

    A prevalence is written in per cent, with the sign.
    """
    percent = pooled.method.transform is not None
    factor, least = (100, 1) if percent else (1, 2)
    decimals = fit_decimals((factor * np.asarray(among)).tolist(), least=least)
    return f"{format_number(factor * value, decimals)}{' %' * percent}"


def name_studies(pooled: Pooled) -> list[str]:
    """Return the names of the studies as text."""
    return [str(label) for label in pooled.studies.study]


def print_lines(lines: Sequence[str]) -> list[str]:
    """Return lines for below a figure: per cent as in its headings, "P < 0.001" on one line."""
    return [*map(join_signs, lines)]


def _write_cell(value: float) -> str:
    """Write a number of a table; a small one keeps two digits."""
    return f"{value:.4f}" if value == 0 or abs(value) >= 0.001 else f"{value:.2g}"
