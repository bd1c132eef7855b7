"""Results that have a picture: one result, one picture, and one way to save it.

Nothing here imports matplotlib before something is drawn.
"""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING

from reviewkit._core.result import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["PicturedResult"]


class PicturedResult(Result):
    """A result with a picture; a subclass writes :meth:`plot`."""

    __slots__ = ()

    @abstractmethod
    def plot(self, *, ax: Axes | None = None, width: float = 174.0) -> Axes:
        """Draw the picture, `width` mm wide, or in `ax`; return its axes."""

    def save(self, path: str | Path, *, width: float = 174.0, dpi: int = 300) -> Path:
        """Write the picture as svg, pdf or png, as the name of the file says.

        Parameters
        ----------
        path : str or Path
            Where to write; its ending names the format.
        width : float
            Width in mm: 84 is one column of a journal, 174 two.
        dpi : int
            Dots per inch, for png.

        Returns
        -------
        Path
            Of the written file.
        """
        from reviewkit.present.axes import close_axes, save_axes

        ax = self.plot(width=width)
        try:
            return save_axes(ax, path, dpi=dpi)
        finally:
            close_axes(ax)
