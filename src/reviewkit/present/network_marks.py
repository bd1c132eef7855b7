"""Marks of a network: shapes of equal area, links, and the band around a group.

A group has a shape and a colour, never a colour alone.  To add one, name it in
:data:`LOOKS`; where there are more groups than looks, looks come again, and the
bands and numbers tell the groups apart.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from reviewkit.present.axes import COLOURS
from reviewkit.present.network_ring import ARC

__all__ = ["LOOKS", "draw_band_of", "draw_link", "draw_shape"]

_OUTLINE = 0.6  # points

Point = tuple[float, float]


def draw_shape(
    ax: Axes,
    middle: Point,
    radius: float,
    group: int | None,
    *,
    hollow: bool,
    gid: str | None = None,
) -> Artist:
    """Return a node with the area of a circle of this radius, in the look of its group, if any."""
    shape, colour = ("circle", "grey") if group is None else LOOKS[group % len(LOOKS)]
    x, y = middle
    if shape == "circle":
        path = Path.circle((x, y), radius)
    else:
        path = _outline([(x + radius * dx, y + radius * dy) for dx, dy in _SHAPES[shape]])
    return _patch(path, ax, fill="paper" if hollow else colour, edge="ink", width=_OUTLINE, gid=gid)


def draw_link(ax: Axes, ends: Sequence[Point], width: float, gid: str | None = None) -> Artist:
    """Return a line, or a curve through three points that bends towards the second."""
    curved = [Path.MOVETO, Path.CURVE3, Path.CURVE3]
    codes = curved if len(ends) == 3 else [Path.MOVETO, Path.LINETO]
    return _patch(Path([*ends], codes), ax, edge="faint", width=width, gid=gid)


def draw_band_of(
    ax: Axes, middle: Point, radius: float, span: Point, group: int, gid: str | None = None
) -> Artist:
    """Return the band that holds a group together, `radius` from the middle to its outer edge."""
    steps = max(2, math.ceil(60 * (span[1] - span[0]) / math.pi))
    angles = [span[0] + (span[1] - span[0]) * step / steps for step in range(steps + 1)]
    x, y = middle

    def walk(r: float, along: Sequence[float]) -> list[Point]:
        return [
            (round(x + r * math.sin(angle), 3), round(y - r * math.cos(angle), 3))
            for angle in along
        ]

    path = _outline(walk(radius, angles) + walk(radius - ARC, angles[::-1]))
    return _patch(path, ax, fill=LOOKS[group % len(LOOKS)][1], edge="ink", width=0.4, gid=gid)


def _outline(corners: Sequence[Point]) -> Path:
    return Path([*corners, corners[0]], closed=True)


def _patch(
    path: Path, ax: Axes, *, fill: str | None = None, edge: str, width: float, gid: str | None
) -> Artist:
    style: dict[str, Any] = {"capstyle": "butt", "joinstyle": "miter", "antialiased": True}
    return PathPatch(
        path, facecolor=COLOURS[fill] if fill else "none", edgecolor=COLOURS[edge],
        linewidth=width, gid=gid, transform=ax.transData, **style,
    )  # fmt: skip


def _polygon(corners: int, turn: float) -> tuple[Point, ...]:
    """Return a regular polygon with the area of the unit circle; the first corner is at `turn`."""
    reach = math.sqrt(2 * math.pi / (corners * math.sin(2 * math.pi / corners)))
    steps = [turn + 2 * math.pi * corner / corners for corner in range(corners)]
    return tuple((reach * math.sin(angle), -reach * math.cos(angle)) for angle in steps)


_SHAPES: Mapping[str, tuple[Point, ...]] = MappingProxyType(
    {
        "square": _polygon(4, math.pi / 4),
        "triangle": _polygon(3, 0.0),
        "diamond": _polygon(4, 0.0),
        "pentagon": _polygon(5, 0.0),
        "triangle down": _polygon(3, math.pi),
        "hexagon": _polygon(6, 0.0),
    }
)

#: Shape and colour of each group, in order; neighbours differ in lightness too.
LOOKS: Sequence[tuple[str, str]] = (
    ("circle", "mark"),
    ("square", "gold"),
    ("triangle", "high"),
    ("diamond", "low"),
    ("pentagon", "soft"),
    ("hexagon", "tint"),
    ("triangle down", "some"),
    ("circle", "low"),
    ("square", "high"),
    ("hexagon", "mark"),
)
