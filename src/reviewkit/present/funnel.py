"""The funnel plot: effects against precision, and where chance alone would put them.

The vertical axis is the standard error, or the number of people spaced as 1/√n, with
the most precise studies at the top.  Within the region lie 95 % of the studies of one
and the same true effect; its apex is the pooled estimate at perfect precision.
Proportions have no null value, so that there are no contours of significance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from numpy.typing import NDArray
from scipy.special import ndtri

from reviewkit._core.check import check_choice, check_columns, check_level, list_some
from reviewkit._core.errors import InputError
from reviewkit._core.format import format_count
from reviewkit.present.axes import Group, describe_axes, write_text
from reviewkit.present.lettering import TextStyle
from reviewkit.present.page import add_groups
from reviewkit.present.panel import Panel, draw_area, draw_dot, draw_frame, draw_path, open_panel
from reviewkit.present.point_labels import cover_line, place_labels
from reviewkit.present.rulers import Inverse, MakeRuler, Ruler, bent_ruler, plain_ruler

__all__ = ["HEIGHTS", "FunnelLook", "draw_funnel"]

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
Point = tuple[float, float]

KINDS = ("study", "filled")
FEW = 12  # studies up to which all are named, and not only those outside
MANY = 400  # points from which on they are small and have no title of their own


@dataclass(frozen=True, slots=True)
class FunnelLook:
    """What a funnel is centred on, how wide it is and how its axis is labelled.

    The region is ``centre ± z × spread × y``, with y the standard error or 1/√n.
    """

    centre: float
    spread: float | None = 1.0  # None: no region
    inverse: Inverse | None = None  # from the axis to what is read there; it rises
    heading: str = "Effect"
    unit: str = ""  # of the standard error, "logits" for example


class Height(NamedTuple):
    """A way to show precision."""

    column: str
    read: Callable[[FloatArray], FloatArray]  # from the column to the axis
    ruler: Callable[[FloatArray, str], MakeRuler]  # the unit is that of the effects


def draw_funnel(
    frame: pd.DataFrame,
    *,
    look: FunnelLook,
    ax: Axes | None = None,
    width: float = 174.0,
    by: str = "se",
    level: float = 0.95,
    footer: Sequence[str] = (),
) -> Axes:
    """Draw studies as a funnel plot.

    Parameters
    ----------
    frame : DataFrame
        One row a point: ``study`` (its name), ``effect`` (on the scale of the
        analysis), ``se`` or ``n``, and ``kind``: ``study``, or ``filled`` for
        one that was imputed and is drawn open; without the column, all are studies.
    look : FunnelLook
        Centre, spread and labels.
    ax : Axes, optional
        Draw here; `width` is then that of the axes.
    width : float
        Width of the figure in mm: 84 is one column of a journal, 174 two.
    by : {"se", "n"}
        What the vertical axis shows.
    level : float
        Of the region.
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
        If a column is missing, a number or the centre is not finite, a standard error
        or n is not above 0, or a kind is unknown.

    Examples
    --------
    >>> frame = pd.DataFrame({"study": list("ABC"), "effect": [0.1, 0.4, 0.9],
    ...                       "se": [0.1, 0.2, 0.3]})
    >>> draw_funnel(frame, look=FunnelLook(centre=0.2)).get_label()
    'Funnel plot of 3 studies by standard error, 1 of them outside of the region: C.'
    """
    height = HEIGHTS[check_choice("by", by, HEIGHTS)]
    x, y, names, filled = _read(frame, height)
    if not np.isfinite(look.centre):
        raise InputError(
            f"A funnel must have a finite centre. Got {look.centre:g}, as of a GLMM without a "
            f"single event. Pool with model='random', which adds 0.5."
        )
    z = float(ndtri((1 + check_level(level)) / 2))
    reach = 0.0 if look.spread is None else z * look.spread
    outside = (np.abs(x - look.centre) > reach * y) & ~filled & (look.spread is not None)
    bottom = reach * float(y.max())
    ends = [look.centre - bottom, look.centre + bottom]
    rulers = bent_ruler(look.heading, [*x, *ends], look.inverse), height.ruler(y, look.unit)
    page, panel = open_panel(ax, width, *rulers, footer)
    points = np.array([panel.at(*pair) for pair in zip(x, y, strict=True)])
    lines = _lines(panel, look.centre, reach)
    add_groups(page, lambda: [
        Group("region", _region(page, panel, lines)),
        *draw_frame(page, panel),
        *_dots(page, points, names, filled),
        Group("names", _names(page, panel, points, names, (filled, outside), lines)),
    ])  # fmt: skip
    describe_axes(page, title="Funnel plot", text=_tell(names, filled, outside, by, look))
    return page


def _read(
    frame: pd.DataFrame, height: Height
) -> tuple[FloatArray, FloatArray, list[str], BoolArray]:
    """Return effects, places on the vertical axis, names and which points are filled in."""
    check_columns(frame.columns, {n: n for n in ("study", "effect", height.column)})
    x, raw = (frame[n].to_numpy(dtype=float) for n in ("effect", height.column))
    wrong = ~np.isfinite(x) | ~np.isfinite(raw) | (raw <= 0)
    names = [str(name) for name in frame["study"]]
    if wrong.any() or not len(frame):
        listed = list_some([names[at] for at in np.flatnonzero(wrong)], sep=", ")
        raise InputError(
            f"A funnel must have one point or more, each with a finite effect and "
            f"{height.column!r} above 0. Got {listed or 'none'}. Leave these rows out."
        )
    kinds = frame["kind"] if "kind" in frame else pd.Series("study", index=frame.index)
    for kind in kinds.unique():
        check_choice("kind", kind, KINDS)
    return x, height.read(raw), names, (kinds == "filled").to_numpy(dtype=bool)


def _lines(panel: Panel, centre: float, reach: float) -> list[tuple[Point, Point]]:
    """Return the line of the centre and, where there is a region, its two edges."""
    apex = panel.at(centre, panel.y.low)
    lines = [(apex, (apex[0], panel.box[3]))]
    if reach > 0:
        ends = (panel.at(centre + s * reach * panel.y.high, panel.y.high) for s in (-1, 1))
        lines += [(apex, _cut(apex, end, panel)) for end in ends]
    return lines


def _region(ax: Axes, panel: Panel, lines: Sequence[tuple[Point, Point]]) -> list[Artist]:
    """Return the background, the region, its dotted edges and the dotted centre."""
    left, top, right, bottom = panel.box
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    art = [draw_area(ax, corners, "band", "background")]
    (apex, foot), *edges = lines
    if edges:
        low, high = (end for _, end in edges)
        sides = [[(x, bottom)] * (y < bottom) for x, y in (high, low)]
        art.append(draw_area(ax, [apex, high, *sides[0], *sides[1], low], "paper", "inside"))
    for name, edge in zip(("low", "high"), edges, strict=False):
        art.append(draw_path(ax, edge, colour="soft", dotted=True, gid=f"edge-{name}"))
    return [*art, draw_path(ax, [apex, foot], colour="ink", dotted=True, gid="centre", width=0.9)]


def _cut(apex: Point, end: Point, panel: Panel) -> Point:
    """Return where a line from the apex leaves the panel."""
    left, _, right, _ = panel.box
    edge = right if end[0] > apex[0] else left
    share = min(1.0, (edge - apex[0]) / (end[0] - apex[0]))
    return apex[0] + share * (end[0] - apex[0]), apex[1] + share * (end[1] - apex[1])


def _dots(ax: Axes, points: FloatArray, names: list[str], filled: BoolArray) -> list[Group]:
    """Return the points, each with its name for who rests the mouse on it."""
    radius = _radius(len(points))
    marks = [
        draw_dot(ax, (float(x), float(y)), radius, open=bool(open_), gid=f"mark-{i}")
        for i, ((x, y), open_) in enumerate(zip(points, filled, strict=True))
    ]
    if len(points) > MANY:
        return [Group("dots", marks)]
    told = (f"{n} (filled in)" if open_ else n for n, open_ in zip(names, filled, strict=True))
    pairs = enumerate(zip(marks, told, strict=True))
    return [Group(f"dot-{i}", [mark], title=text) for i, (mark, text) in pairs]


def _radius(count: int) -> float:
    return 2.4 if count <= 60 else 1.7 if count <= MANY else 1.1


def _names(
    ax: Axes, panel: Panel, points: FloatArray, names: list[str],
    kinds: tuple[BoolArray, BoolArray], lines: Sequence[tuple[Point, Point]],
) -> list[Artist]:  # fmt: skip
    """Return the names of the points outside, or of all if they are few."""
    filled, outside = kinds
    wanted = outside | ((~filled).sum() <= FEW) & ~filled
    away = np.abs(points[:, 0] - panel.x.at((panel.x.low + panel.x.high) / 2))
    order = [int(i) for i in np.lexsort((-away, ~outside)) if wanted[i]]
    style = TextStyle(panel.style.size - 1, colour="soft")
    placed = place_labels(
        points, names, order, radius=_radius(len(points)), style=style, box=panel.box,
        lines=[box for line in lines for box in cover_line(line)],
    )  # fmt: skip
    return [write_text(p.x, p.baseline, p.text, style, ax) for p in placed]


def _tell(
    names: list[str], filled: BoolArray, outside: BoolArray, by: str,
    look: FunnelLook,
) -> str:  # fmt: skip
    """Return the picture in a sentence."""
    count = int((~filled).sum())
    noun = "study" if count == 1 else "studies"
    how = "standard error" if by == "se" else "number of people"
    text = f"Funnel plot of {format_count(count)} {noun} by {how}"
    if filled.any():
        text += f" and {format_count(filled.sum())} filled in"
    if look.spread is None:
        return f"{text}."
    listed = list_some([names[i] for i in np.flatnonzero(outside)], most=8, sep=", ")
    return f"{text}, {outside.sum() or 'none'} of them outside of the region{': ' * bool(listed)}{listed}."


def _se_ruler(y: FloatArray, unit: str) -> MakeRuler:
    return plain_ruler(f"Standard error of {unit}" if unit else "Standard error", [0.0, *y])


def _n_ruler(y: FloatArray, _unit: str) -> MakeRuler:
    """Return a maker of an axis that is spaced as 1/√n and labelled with n."""
    high = 1.06 * float(y.max())

    def make(span: tuple[float, float], style: TextStyle) -> Ruler:
        scale, ticks = (span[1] - span[0]) / high, [(0.0, "∞")]
        smallest = 1 / high**2
        numbers = (d * 10**e for e in range(12, -1, -1) for d in (5, 2, 1))
        for n in numbers:
            place = n**-0.5
            if n >= smallest and (place - ticks[-1][0]) * scale >= 1.9 * style.size:
                ticks.append((place, format_count(n)))
        return Ruler("People in a study, n (spaced as 1/√n)", 0.0, high, tuple(ticks), *span)

    return make


def _same(values: FloatArray) -> FloatArray:
    return values


#: What the vertical axis shows, by name.
HEIGHTS: Mapping[str, Height] = MappingProxyType(
    {
        "se": Height("se", _same, _se_ruler),
        "n": Height("n", lambda n: 1 / np.sqrt(n), _n_ruler),
    }
)
