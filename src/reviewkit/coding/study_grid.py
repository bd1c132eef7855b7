"""The table of studies and themes (or codes) as a result with a picture of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from reviewkit._core.format import format_count, format_percent
from reviewkit.coding.incidence import Incidence
from reviewkit.present.picture import PicturedResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["StudyGrid"]

_MOST_DRAWN = 60  # labels in a picture


@dataclass(frozen=True, slots=True)
class StudyGrid(PicturedResult):
    """Which study stands behind which theme or code."""

    title: ClassVar[str] = "Studies behind each theme or code"

    incidence: Incidence
    by: str  # "theme" or "code"
    n_studies: int
    denominator: str

    def to_frame(self) -> pd.DataFrame:
        """Return one row a theme or code and one column a study; True where it stands behind it."""
        found = self.incidence
        return pd.DataFrame(
            found.to_matrix().T,
            index=pd.Index(found.labels, name=self.by, dtype=object),
            columns=pd.Index(found.studies, name="study", dtype=object),
        )

    def plot(self, *, ax: Axes | None = None, width: float = 174.0) -> Axes:
        """Draw the grid, with the number of studies and their share beside each row.

        Parameters
        ----------
        ax : Axes, optional
            Draw here; `width` is then that of the axes.
        width : float
            Width of the figure in mm.

        Returns
        -------
        Axes
            Where one row cannot hold all studies, these become the rows, or go on in a second
            block, whatever is lower.  Of more than 60 labels, those of most studies are drawn,
            and a note says so; :meth:`to_frame` has all.
        """
        from reviewkit.present.grid import draw_grid

        counts = self.incidence.n_studies.tolist()
        frame = self.to_frame()
        totals = pd.DataFrame(
            {
                "Studies": [format_count(count) for count in counts],
                "Share": [format_percent(count / self.n_studies, 0) for count in counts],
            },
            index=frame.index,
        )
        kept = frame.iloc[:_MOST_DRAWN]
        return draw_grid(
            kept, ax=ax, width=width, totals=totals.iloc[:_MOST_DRAWN], title=self.title,
            text=self._describe(), footer=self._write_footer(),
        )  # fmt: skip

    def _describe(self) -> str:
        """Return the picture in a sentence for those who cannot see it."""
        labels, counts = self.incidence.labels, self.incidence.n_studies
        kind = self.by if len(labels) == 1 else f"{self.by}s"
        least = format_count(counts.min()) if len(labels) > 1 else ""
        span = f", the fewest {least}" if least else ""
        return (
            f"Grid of {format_count(len(labels))} {kind} and the studies behind them, of "
            f"{self.denominator}. {labels[0]} has the most, {format_count(counts[0])}{span}."
        )

    def _write_footer(self) -> tuple[str, ...]:
        count = len(self.incidence.labels)
        notes = [f"Share: of {self.denominator}."]
        if count > _MOST_DRAWN:
            notes.append(f"The {_MOST_DRAWN} {self.by}s of most studies, of {format_count(count)}.")
        return tuple(notes)

    def _headline(self) -> str:
        return self._describe()
