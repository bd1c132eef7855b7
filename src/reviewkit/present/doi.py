"""The Doi plot: effects against how far from the middle they rank, weighted by precision.

Each study stands for a stretch of a cumulative distribution as long as its precision;
the normal quantile of its middle, without a sign, is its height, and the most
central study is the tip.  Two limbs of unequal spread or length are asymmetry, which
the LFK index puts in a number.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from reviewkit._core.check import check_columns
from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count, format_number
from reviewkit.present.axes import Group, describe_axes, write_text
from reviewkit.present.lettering import CAP_HEIGHT, TextStyle
from reviewkit.present.page import EDGE, add_groups
from reviewkit.present.panel import Panel, draw_area, draw_dot, draw_frame, draw_path, open_panel
from reviewkit.present.point_labels import cover_line, place_labels
from reviewkit.present.rulers import Inverse, bent_ruler, plain_ruler

__all__ = ["draw_doi"]

FEW = 15  # studies up to which all are named


def draw_doi(
    frame: pd.DataFrame,
    *,
    index: float,
    verdict: str,
    ax: Axes | None = None,
    width: float = 174.0,
    inverse: Inverse | None = None,
    heading: str = "Effect",
    footer: Sequence[str] = (),
) -> Axes:
    """Draw studies as a Doi plot.

    Parameters
    ----------
    frame : DataFrame
        One row a study, in order of effect: ``study``, ``effect`` (on the scale of
        the analysis), ``z`` (normal quantile of its weighted rank).
    index : float
        LFK index, printed above the panel.
    verdict : str
        What its cut-offs make of it.
    ax : Axes, optional
        Draw here; `width` is then that of the axes.
    width : float
        Width of the figure in mm: 84 is one column of a journal, 174 two.
    inverse : callable, optional
        From the axis to the proportion that is read there, in per cent.
    heading : str
        Title of that axis.
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
        If a column is missing, a number is not finite or effects do not rise.

    Examples
    --------
    >>> frame = pd.DataFrame({"study": list("ABC"), "effect": [-1.0, 0.1, 0.9],
    ...                       "z": [-1.4, -0.2, 1.1]})
    >>> draw_doi(frame, index=-0.35, verdict="no asymmetry").get_label()
    'Doi plot of 3 studies, tip at B, 1 on the left and 1 on the right. LFK index −0.35: no asymmetry.'
    """
    check_columns(frame.columns, {n: n for n in ("study", "effect", "z")})
    x, z = (frame[n].to_numpy(dtype=float) for n in ("effect", "z"))
    if not len(frame) or not np.isfinite([*x, *z]).all() or (np.diff(x) < 0).any():
        raise InputError(
            "A Doi plot must have one study or more with finite effects that rise. "
            "Sort the rows by effect and leave out what has none."
        )
    names, y = [str(name) for name in frame["study"]], np.abs(z)
    rulers = bent_ruler(heading, x, inverse), plain_ruler("|z| of weighted rank", [0.0, *y])
    page, panel = open_panel(ax, width, *rulers, footer)
    told = f"LFK index {format_number(index, 2)}: {verdict}"
    add_groups(page, lambda: _draw(page, panel, x, y, names, told))
    tip = int(y.argmin())
    sides = f"{format_count(tip)} on the left and {format_count(len(x) - tip - 1)} on the right"
    text = f"Doi plot of {format_count(len(x))} studies, tip at {names[tip]}, {sides}. {told}."
    describe_axes(page, title="Doi plot", text=text)
    return page


def _draw(
    ax: Axes, panel: Panel, x: np.ndarray, y: np.ndarray, names: list[str], told: str
) -> list[Group]:
    """Return background, limbs, tip, points, names and the index."""
    left, top, right, bottom = panel.box
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    points = np.array([panel.at(*pair) for pair in zip(x, y, strict=True)])
    tip = (float(points[y.argmin(), 0]), top)
    radius = 2.4 if len(x) <= 60 else 1.5
    back: list[Artist] = [draw_area(ax, corners, "band", "background")]
    limbs: list[Artist] = [
        draw_path(ax, [tip, (tip[0], bottom)], colour="ink", dotted=True, gid="tip", width=0.9),
        draw_path(ax, [tuple(p) for p in points], colour="soft", dotted=False, gid="limbs-line"),
    ]
    dots = [
        Group(f"dot-{i}", [draw_dot(ax, tuple(p), radius, open=False, gid=f"mark-{i}")], title=name)
        for i, (p, name) in enumerate(zip(points.tolist(), names, strict=True))
    ]
    bold = panel.style.change(bold=True)
    said = write_text(right, EDGE + CAP_HEIGHT * bold.size, told, bold, ax, "right")
    small = TextStyle(panel.style.size - 1, colour="soft")
    order = [int(i) for i in np.argsort(-y)] if len(x) <= FEW else []
    placed = place_labels(
        points, names, order, radius=radius, style=small, box=panel.box,
        lines=cover_line([(tip[0], bottom), tip]) + cover_line(map(tuple, points.tolist())),
    )  # fmt: skip
    texts = [write_text(p.x, p.baseline, p.text, small, ax) for p in placed]
    return [
        Group("background", back), *draw_frame(ax, panel), Group("limbs", limbs), *dots,
        Group("names", texts), Group("index", [said]),
    ]  # fmt: skip
