"""Marks of a forest plot and of a table of judgements, in points.

Each function returns the artists of one mark; `gid` names the main one.
Colours are keys of :data:`~reviewkit.present.axes.COLOURS`.  To add a
judgement, name it in :data:`JUDGEMENTS`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, PathPatch
from matplotlib.path import Path

from reviewkit.present.axes import COLOURS, write_text
from reviewkit.present.lettering import CAP_HEIGHT, TextStyle
from reviewkit.present.scale import Axis

__all__ = [
    "JUDGEMENTS", "Judgement", "draw_band", "draw_bar", "draw_dashes", "draw_diamond", "draw_interval", "draw_judgement",
    "draw_rule", "draw_square",
]  # fmt: skip

LINE = 0.75  # points: intervals and outlines

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a judgement looks: never by colour alone."""

    glyph: str  # "+", "-", "x", "?" or ""
    fill: str
    ink: str = "ink"


def draw_rule(
    ax: Axes,
    start: Point,
    end: Point,
    *,
    width: float = 0.6,
    colour: str = "line",
    dotted: bool = False,
    gid: str | None = None,
) -> Artist:
    """Return a straight line; dots are round and two widths apart."""
    return Line2D(
        *zip(start, end, strict=True), color=COLOURS[colour], linewidth=width, gid=gid,
        marker="", linestyle=(0, (0.1, 2.6)) if dotted else "-", antialiased=True,
        solid_capstyle="butt", dash_capstyle="round", transform=ax.transData,
    )  # fmt: skip


def draw_dashes(ax: Axes, start: Point, end: Point, *, gid: str) -> Artist:
    """Return a dashed line, unlike the dotted one of the result."""
    return Line2D(
        *zip(start, end, strict=True), color=COLOURS["soft"], linewidth=0.9, gid=gid, marker="",
        linestyle=(0, (5, 3)), antialiased=True, solid_capstyle="butt", dash_capstyle="butt",
        transform=ax.transData,
    )  # fmt: skip


def draw_band(ax: Axes, across: Point, down: Point, *, colour: str = "band") -> Artist:
    """Return a pale band, from left to right and from top to bottom."""
    (left, right), (top, bottom) = across, down
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    return _patch(ax, _outline(corners), None, fill=colour)


def draw_interval(
    ax: Axes, axis: Axis, low: float, high: float, y: float, *, cap: float, colour: str, gid: str
) -> list[Artist]:
    """Return a line with caps; an end beyond the axis has an arrow head and no cap."""
    if low > axis.high or high < axis.low:  # out of sight: an arrow alone says where
        return [_arrow(ax, axis, y, 1.6 * cap, colour, right=low > axis.high)]
    left, right = axis.at(low), axis.at(high)
    points, codes = [(left, y), (right, y)], [Path.MOVETO, Path.LINETO]
    arrows: list[Artist] = []
    for x, cut, to_right in ((left, low < axis.low, False), (right, high > axis.high, True)):
        if cut:
            arrows.append(_arrow(ax, axis, y, 1.6 * cap, colour, right=to_right))
        else:
            points += [(x, y - cap / 2), (x, y + cap / 2)]
            codes += [Path.MOVETO, Path.LINETO]
    return [_patch(ax, Path(points, codes), gid, edge=colour), *arrows]


def draw_square(
    ax: Axes, x: float, y: float, side: float, *, colour: str, hollow: bool, gid: str
) -> list[Artist]:
    """Return a square around a point estimate."""
    h = side / 2
    corners = [(x - h, y - h), (x + h, y - h), (x + h, y + h), (x - h, y + h)]
    edge, fill = (colour, "paper") if hollow else (None, colour)
    return [_patch(ax, _outline(corners), gid, edge=edge, fill=fill)]


def draw_diamond(
    ax: Axes, axis: Axis, values: tuple[float, float, float], y: float, height: float,
    *, colour: str, gid: str,
) -> list[Artist]:  # fmt: skip
    """Return a diamond from `low` over `estimate` to `high`, cut off at the ends of the axis."""
    low, middle, high = values
    corners = [(low, 0.0), (middle, 1.0), (high, 0.0), (middle, -1.0)]
    kept = _clip(_clip(corners, axis.low, 1), axis.high, -1)
    if not kept:
        return [_arrow(ax, axis, y, height / 2, colour, right=low > axis.high)]
    path = _outline([(axis.at(x), y + h * height / 2) for x, h in kept])
    return [_patch(ax, path, gid, fill=colour)]


def draw_bar(
    ax: Axes, axis: Axis, low: float, high: float, y: float, height: float, *, gid: str
) -> list[Artist]:
    """Return a prediction interval as a slim bar, with arrow heads where it leaves the axis."""
    left, right = axis.at(low), axis.at(high)
    h = height / 2
    corners = [(left, y - h), (right, y - h), (right, y + h), (left, y + h)]
    bar = _patch(ax, _outline(corners), gid, edge="ink", fill="tint", width=0.5)
    ends = ((low < axis.low, False), (high > axis.high, True))
    arrows = [_arrow(ax, axis, y, 2 * height, "ink", right=end) for cut, end in ends if cut]
    return [bar, *arrows]


def draw_judgement(ax: Axes, x: float, y: float, size: float, name: str, gid: str) -> list[Artist]:
    """Return a judgement as a circle with a glyph; `size` is that of the text beside it."""
    look = JUDGEMENTS[name]
    ring = Circle(
        (x, y), 0.5 * size, facecolor=COLOURS[look.fill], edgecolor=COLOURS[look.ink],
        linewidth=0.5, antialiased=True, transform=ax.transData, gid=gid,
    )  # fmt: skip
    if look.glyph == "?":
        style = TextStyle(0.8 * size, bold=True)
        mark = write_text(x, y + 0.4 * size * CAP_HEIGHT, "?", style, ax, "center")
        mark.set_gid(f"{gid}-glyph")
        return [ring, mark]
    r, d = 0.26 * size, 0.2 * size
    strokes = {"+": [(r, 0.0), (0.0, r)], "-": [(r, 0.0)], "x": [(d, d), (d, -d)], "": []}
    points = [p for h, v in strokes[look.glyph] for p in ((x - h, y - v), (x + h, y + v))]
    if not points:
        return [ring]
    path = Path(points, [Path.MOVETO, Path.LINETO] * (len(points) // 2))
    return [ring, _patch(ax, path, f"{gid}-glyph", edge=look.ink, width=1.1)]


def _arrow(ax: Axes, axis: Axis, y: float, size: float, colour: str, *, right: bool) -> Artist:
    """Return a filled arrow head whose tip touches the end of the axis."""
    tip, back = (axis.right, -size) if right else (axis.left, size)
    corners = [(tip, y), (tip + back, y - 0.5 * size), (tip + back, y + 0.5 * size)]
    return _patch(ax, _outline(corners), None, fill=colour)


def _clip(corners: Sequence[Point], edge: float, sign: int) -> list[Point]:
    """Return the part of a convex outline where sign * (x - edge) >= 0."""
    kept: list[Point] = []
    for (x, h), (x2, h2) in zip(corners, [*corners[1:], *corners[:1]], strict=True):
        inside, inside2 = sign * (x - edge) >= 0, sign * (x2 - edge) >= 0
        if inside:
            kept.append((x, h))
        if inside != inside2:
            kept.append((edge, h + (h2 - h) * (edge - x) / (x2 - x)))
    return kept


def _outline(corners: Sequence[Point]) -> Path:
    return Path([*corners, corners[0]])


def _patch(
    ax: Axes, path: Path, gid: str | None, *, edge: str | None = None, fill: str | None = None,
    width: float = LINE,
) -> Artist:  # fmt: skip
    return PathPatch(
        path, facecolor=COLOURS[fill] if fill else "none",
        edgecolor=COLOURS[edge] if edge else "none", linewidth=width if edge else 0,
        capstyle="butt", joinstyle="miter", antialiased=True, gid=gid, transform=ax.transData,
    )  # fmt: skip


JUDGEMENTS: Mapping[str, Judgement] = MappingProxyType(
    {
        "low": Judgement("+", "low"),
        "yes": Judgement("+", "low"),
        "some concerns": Judgement("-", "some"),
        "moderate": Judgement("-", "some"),
        "high": Judgement("x", "high", "paper"),
        "no": Judgement("x", "high", "paper"),
        "unclear": Judgement("?", "none"),
        "no information": Judgement("?", "none"),
        "not applicable": Judgement("", "paper"),
    }
)
