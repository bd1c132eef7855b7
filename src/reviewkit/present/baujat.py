"""The Baujat plot: what studies add to heterogeneity, against how far they move the result.

Studies in the upper right corner do both; who leaves out a study should look there
first.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from reviewkit._core.check import check_columns
from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count
from reviewkit.present import marks
from reviewkit.present.axes import Group, describe_axes, write_text
from reviewkit.present.lettering import TextStyle
from reviewkit.present.page import add_groups
from reviewkit.present.panel import Panel, draw_dot, draw_frame, open_panel
from reviewkit.present.point_labels import place_labels
from reviewkit.present.rising import rising_ruler
from reviewkit.present.rulers import plain_ruler

__all__ = ["draw_baujat"]

MANY = 60  # studies from which on points are smaller


def draw_baujat(
    frame: pd.DataFrame,
    *,
    heading: str = "Contribution to Cochran’s Q",
    ax: Axes | None = None,
    width: float = 174.0,
    footer: Sequence[str] = (),
) -> Axes:
    """Draw studies as a Baujat plot.

    Parameters
    ----------
    frame : DataFrame
        One row a study: ``study``, ``heterogeneity`` (to the right) and ``influence``
        (upwards), both 0 or more.  A study without influence (NaN) is drawn at 0.
    heading : str
        Title of the horizontal axis.
    ax : Axes, optional
        Draw here; `width` is then that of the axes.
    width : float
        Width of the figure in mm: 84 is one column of a journal, 174 two.
    footer : sequence of str
        Paragraphs of the caption.

    Returns
    -------
    Axes
        In points from the upper left corner; its label is a sentence for
        those who cannot see the picture.

    Raises
    ------
    InputError
        If a column is missing, or a number is below 0 or not finite.

    Examples
    --------
    >>> frame = pd.DataFrame({"study": list("ABC"), "heterogeneity": [0.1, 0.4, 5.9],
    ...                       "influence": [0.1, 0.2, 1.3]})
    >>> draw_baujat(frame).get_label()
    'Baujat plot of 3 studies. C adds the most to heterogeneity, C moves the result the most.'
    """
    check_columns(frame.columns, {n: n for n in ("study", "heterogeneity", "influence")})
    x, y = (frame[n].to_numpy(dtype=float) for n in ("heterogeneity", "influence"))
    y = np.where(np.isnan(y), 0.0, y)
    if not len(frame) or not (np.isfinite([*x, *y]).all() and min(*x, *y) >= 0):
        raise InputError(
            "A Baujat plot must have one study or more, with numbers of 0 or more. "
            "Leave out the rows that have none."
        )
    names = [str(name) for name in frame["study"]]
    rulers = (
        plain_ruler(heading, [0.0, *x], across=True),
        rising_ruler("Influence on the result", [0.0, *y]),
    )
    page, panel = open_panel(ax, width, *rulers, footer)
    add_groups(page, lambda: _draw(page, panel, x, y, names))
    text = (
        f"Baujat plot of {format_count(len(x))} studies. {names[int(x.argmax())]} adds the most to "
        f"heterogeneity, {names[int(y.argmax())]} moves the result the most."
    )
    describe_axes(page, title="Baujat plot", text=text)
    return page


def _draw(ax: Axes, panel: Panel, x: np.ndarray, y: np.ndarray, names: list[str]) -> list[Group]:
    """Return grid, axes, points and as many names as have room, those far out first."""
    left, top, right, bottom = panel.box
    lines = [((panel.x.at(at), top), (panel.x.at(at), bottom)) for at, _ in panel.x.ticks]
    lines += [((left, panel.y.at(at)), (right, panel.y.at(at))) for at, _ in panel.y.ticks]
    grid = [marks.draw_rule(ax, *line, width=0.5, colour="grid") for line in lines]
    points = np.array([panel.at(*pair) for pair in zip(x, y, strict=True)])
    radius = 2.4 if len(x) <= MANY else 1.5
    dots = [
        Group(f"dot-{i}", [draw_dot(ax, tuple(p), radius, open=False, gid=f"mark-{i}")], title=name)
        for i, (p, name) in enumerate(zip(points.tolist(), names, strict=True))
    ]
    far = x / max(x.max(), 1e-300) + y / max(y.max(), 1e-300)
    style = TextStyle(panel.style.size - 1, colour="soft")
    order = np.argsort(-far, kind="stable").tolist()
    placed = place_labels(points, names, order, radius=radius, style=style, box=panel.box)
    texts: list[Artist] = [write_text(p.x, p.baseline, p.text, style, ax) for p in placed]
    return [Group("grid", grid), *draw_frame(ax, panel), *dots, Group("names", texts)]
