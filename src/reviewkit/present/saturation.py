"""A saturation curve: how many different things were met after so many studies.

The points are the order in which the studies were coded; the line and its band are the
mean and the standard deviation over all orders.
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
from reviewkit.present.axes import Group, describe_axes, write_text
from reviewkit.present.lettering import TextStyle
from reviewkit.present.page import add_groups
from reviewkit.present.panel import Panel, draw_area, draw_dot, draw_frame, draw_path, open_panel
from reviewkit.present.rulers import MakeRuler, Ruler

__all__ = ["draw_saturation"]

_APART = 1.6  # em between tick labels
_FEW = 60  # studies up to which each has a point


def draw_saturation(
    frame: pd.DataFrame,
    *,
    ax: Axes | None = None,
    width: float = 174.0,
    counted: str = "Codes",
    reached: int | None = None,
    text: str = "",
    footer: Sequence[str] = (),
) -> Axes:
    """Draw how many codes are known after so many studies.

    Parameters
    ----------
    frame : DataFrame
        One row a study, in order: ``known`` (so far), ``mean`` and ``sd`` (over all orders).
    ax : Axes, optional
        Draw here; `width` is then that of the axes.
    width : float
        Width of the figure in mm: 84 is one column of a journal, 174 two.
    counted : str
        What is counted.
    reached : int, optional
        Number of the study at which a rule speaks of saturation.
    text : str, optional
        The picture in words; by default its numbers.
    footer : sequence of str
        Paragraphs of the caption.

    Returns
    -------
    Axes
        In points from the upper left corner.

    Raises
    ------
    InputError
        If a column is missing, there is no study, or a number is not finite.

    Examples
    --------
    >>> frame = pd.DataFrame({"known": [3, 4, 4], "mean": [2.3, 3.4, 4.0], "sd": [0.5, 0.4, 0.0]})
    >>> draw_saturation(frame, width=84).get_label()
    'Saturation curve of 3 studies: 3 codes after the first, 4 after the last.'
    """
    check_columns(frame.columns, {name: name for name in ("known", "mean", "sd")})
    values = frame[["known", "mean", "sd"]].to_numpy(dtype=float)
    if not len(values) or not np.isfinite(values).all():
        raise InputError("A saturation curve must have 1 study or more, and finite numbers.")
    most = max(float(values[:, 0].max()), float((values[:, 1] + values[:, 2]).max()))
    rulers = _count_ruler("Studies", len(values)), _count_ruler(counted, most, down=True)
    page, panel = open_panel(ax, width, *rulers, footer)
    add_groups(page, lambda: _draw(page, panel, values, reached))
    first, last = format_count(values[0, 0]), format_count(values[-1, 0])
    told = (
        f"Saturation curve of {format_count(len(values))} studies: {first} {counted.casefold()} "
        f"after the first, {last} after the last."
    )
    describe_axes(page, title="Saturation", text=text or told)
    return page


def _count_ruler(title: str, most: float, *, down: bool = False) -> MakeRuler:
    """Return a maker of axes from 0 with ticks at whole numbers; `down` has 0 at the bottom."""

    def make(span: tuple[float, float], style: TextStyle) -> Ruler:
        top = max(most, 1.0) * (1.04 if down else 1.02)
        length = abs(span[1] - span[0])
        steps = (d * 10**e for e in range(12) for d in (1, 2, 5))
        for step in steps:
            widest = style.size if down else style.measure(format_count(top))
            if length * step / top >= widest + _APART * style.size * (0.5 if down else 1):
                break
        ticks = tuple((float(v), format_count(v)) for v in range(0, int(top) + 1, step))
        ends = (top, 0.0) if down else (0.0, top)
        return Ruler(title, *ends, ticks, *span)

    return make


def _draw(ax: Axes, panel: Panel, values: np.ndarray, reached: int | None) -> list[Group]:
    """Return band, mean, points, and the mark of the rule."""
    studies = [float(at) for at in range(1, len(values) + 1)]
    known, mean, sd = values.T
    low, high = np.maximum(mean - sd, 0.0), mean + sd
    upper = [panel.at(*pair) for pair in zip(studies, high.tolist(), strict=True)]
    lower = [panel.at(*pair) for pair in zip(studies, low.tolist(), strict=True)]
    back: list[Artist] = [draw_area(ax, [*upper, *reversed(lower)], "grid", "band")]
    middle = [panel.at(*pair) for pair in zip(studies, mean.tolist(), strict=True)]
    back.append(draw_path(ax, middle, colour="soft", dotted=False, gid="mean", width=1.0))
    path = [panel.at(*pair) for pair in zip(studies, known.tolist(), strict=True)]
    front: list[Artist] = [draw_path(ax, path, colour="mark", dotted=False, gid="known", width=1.2)]
    if len(values) <= _FEW:
        front += [draw_dot(ax, p, 2.0, open=False, gid=f"study-{i}") for i, p in enumerate(path, 1)]
    groups = [Group("orders", back), *draw_frame(ax, panel), Group("curve", front)]
    if reached is not None:
        groups.append(Group("reached", _draw_rule(ax, panel, reached, path)))
    return groups


def _draw_rule(
    ax: Axes, panel: Panel, reached: int, path: Sequence[tuple[float, float]]
) -> list[Artist]:  # fmt: skip
    """Return the dotted line at the study of saturation, with its number where the curve is not."""
    left, top, right, bottom = panel.box
    x, small = panel.x.at(reached), panel.small
    told = f"saturation: study {format_count(reached)}"
    wide = small.measure(told)
    after = x + 3 + wide <= right
    align, place = ("left", x + 3) if after else ("right", x - 3)
    line = draw_path(ax, [(x, top), (x, bottom)], colour="ink", dotted=True, gid="rule")
    if not after and x - 3 - wide < left:
        return [line]
    from_, to = (x, place + wide) if after else (place - wide, x)
    near = [py for px, py in path if from_ - 4 <= px <= to + 4]
    foot, head = bottom - 0.5 * small.size, top + 1.0 * small.size
    low = max(near, default=top) < foot - 1.6 * small.size
    return [line, write_text(place, foot if low else head, told, small, ax, align)]
