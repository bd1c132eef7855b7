"""Results whose picture is a forest plot: on one page, or on several."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from reviewkit._core.errors import InputError
from reviewkit.present.picture import PicturedResult

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from reviewkit.present.judgement_columns import Judgements

__all__ = ["ForestResult", "to_ratios"]

_LARGEST = 50.0  # a logarithm beyond it is none: e⁵⁰ is a number of 22 digits


def to_ratios(frame: pd.DataFrame, options: dict[str, Any]) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the rows of a forest plot with the exponentials of all effects, and its options.

    Raises
    ------
    InputError
        If they are prevalences, or too large for logarithms.
    """
    names = ["estimate", "ci_low", "ci_high", "pi_low", "pi_high"]
    numbers = frame[[name for name in names if name in frame]].astype(float)
    largest = float(numbers.abs().max().max())
    if options["scale"] != "plain" or largest > _LARGEST:
        got = "prevalences" if options["scale"] != "plain" else f"an effect of {largest:g}"
        raise InputError(
            f"`ratio` must go with effects that are logarithms, such as log odds ratios. Got "
            f"{got}. Leave it out."
        )
    told = "Ratios and their intervals are exponentials; heterogeneity is that of the logarithms."
    footer = [*options["footer"], told]
    shown = frame.copy()
    shown[[*numbers]] = np.exp(numbers)
    return shown, {**options, "scale": "ratio", "footer": footer}


class ForestResult(PicturedResult):
    """A result that is drawn as a forest plot; a subclass writes :meth:`_make_forest`."""

    __slots__ = ()

    @abstractmethod
    def _make_forest(self, order: str | None) -> tuple[pd.DataFrame, dict[str, Any]]:
        """Return the rows, and the options with which to draw them."""

    def plot(
        self,
        *,
        ax: Axes | None = None,
        width: float = 174.0,
        order: str | None = None,
        mark: float | tuple[float, str] | None = None,
        judgements: Judgements | None = None,
        heading: str | None = None,
        ratio: bool = False,
    ) -> Axes:
        """Draw the forest plot.

        Parameters
        ----------
        ax : Axes, optional
            Draw here; `width` is then that of the axes.
        width : float
            Width of the figure in mm: 84 is one column of a journal, 174 two.
        order : {"estimate", "precision", "study"}, optional
            Studies (of a group or cluster) from the smallest estimate, from the most
            precise one, by name; left out, as in the table.  The figure says which.
        mark : float or (float, str), optional
            A value to mark with a dashed line, a proportion of prevalences, and what it is:
            ``mark=(0.3, "as reported")``.  The footer says so.
        judgements : DataFrame or mapping of DataFrame, optional
            Judgements of the studies, as columns of signs with a legend below: ``study``
            and one column an item, with the values low, yes, some concerns, moderate,
            high, no, unclear, no information, not applicable or nothing.  The heading
            over them is "Risk of bias", or the key of a mapping:
            ``judgements={"JBI checklist": frame}``.  Studies are matched by label.
        heading : str, optional
            What the estimates are, as ``heading="Log odds ratio"``; left out, "Prevalence, %"
            or "Effect".
        ratio : bool, default False
            Show effects that are logarithms as ratios on a logarithmic axis:
            ``plot(ratio=True, heading="Odds ratio")``.  A `mark` is then a ratio too.

        Returns
        -------
        Axes

        Raises
        ------
        InputError
            If an order or a judgement is unknown, no study is judged, the mark is beyond the
            scale, the columns do not fit the width, or there are no logarithms to show as
            ratios.
        """
        from reviewkit.present.forest import draw_forest

        frame, options = self._show(order, heading=heading, ratio=ratio)
        return draw_forest(frame, ax=ax, width=width, mark=mark, judgements=judgements, **options)

    def _show(
        self, order: str | None, *, heading: str | None, ratio: bool
    ) -> tuple[pd.DataFrame, dict[str, Any]]:
        """Return rows and options as the reader wants to see them."""
        frame, options = self._make_forest(order)
        frame, options = to_ratios(frame, options) if ratio else (frame, options)
        return frame, {**options, "heading": heading}

    def save_pages(
        self,
        path: str | Path,
        *,
        height: float = 235.0,
        width: float = 174.0,
        dpi: int = 300,
        order: str | None = None,
        mark: float | tuple[float, str] | None = None,
        judgements: Judgements | None = None,
        heading: str | None = None,
        ratio: bool = False,
    ) -> list[Path]:
        """Write a long forest plot on pages with one axis, as ``name-1.pdf``, ``name-2.pdf`` ….

        Parameters
        ----------
        path : str or Path
            Where to write; its ending names the format: svg, pdf or png.  A plot that
            fits one page is written under this very name.
        height : float, default 235
            Of a page at most, in mm.
        width, order, mark, judgements, heading, ratio
            As in :meth:`plot`.
        dpi : int
            Dots per inch, for png.

        Returns
        -------
        list of Path
            Of the written files.  Pages are numbered, and a block that goes on repeats its
            heading.
        """
        from reviewkit.present.axes import close_axes, save_axes
        from reviewkit.present.forest import draw_forest_pages

        frame, options = self._show(order, heading=heading, ratio=ratio)
        pages = draw_forest_pages(
            frame, height=height, width=width, mark=mark, judgements=judgements, **options
        )
        base, written = Path(path), []
        for number, ax in enumerate(pages, 1):
            name = base if len(pages) == 1 else base.with_stem(f"{base.stem}-{number}")
            try:
                written.append(save_axes(ax, name, dpi=dpi))
            finally:
                close_axes(ax)
        return written
