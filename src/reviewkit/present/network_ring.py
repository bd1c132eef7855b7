"""Where the nodes of a network stand, how large they are, and how links run between them.

Nodes stand on a ring, in their order, groups side by side with a gap between
them: closed formulas, so that the same network looks the same on every machine
and a reader finds number 7 after number 6.  A link bends towards the middle,
the more the farther it goes, and passes under no node but its own two.
Lengths are points, the middle of the ring is (0, 0), y points down.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["SHAPES_REACH", "Ring", "bend_link", "lay_ring", "most_on_ring"]

SHAPES_REACH = 1.56  # how far a shape reaches from its middle, in radii of the circle of its area
ARC = 3.0  # width of the band that holds a group together
HOLLOW = 1.5  # radius of a node of size 0, which is drawn hollow
LEAST = 1.2  # radius below which a node is not seen

_CAP = 1.15  # largest radius, in sizes of the text
_WANTED = 4.4  # from node to node, in sizes of the text, where there is room
_FULL = 0.28  # largest radius, in distances from node to node

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Ring:
    """A ring that is laid out."""

    radius: float  # of the ring
    outer: float  # of all that is drawn
    keys: float  # of the ring on which the numbers stand
    largest: float  # radius of the largest node
    angles: tuple[float, ...]  # of the nodes, clockwise from the top
    radii: tuple[float, ...]  # of circles with the areas of the nodes
    spans: tuple[Point, ...]  # from where to where each group goes; none for a single group

    def place(self, angle: float, radius: float) -> Point:
        """Return where an angle is, so far from the middle."""
        return round(radius * math.sin(angle), 3), round(-radius * math.cos(angle), 3)

    def radius_of(self, size: float, largest: float) -> float:
        """Return the radius of a node: its area is in proportion to its size."""
        if size == 0:
            return min(HOLLOW, self.largest)
        return max(self.largest * math.sqrt(size / largest), min(LEAST, self.largest))


def _margins(size: float) -> tuple[float, float]:
    """Return how far the numbers are from the rim of the nodes, and the edge from them."""
    return 0.75 * size, 0.8 * size + ARC


def most_on_ring(room: float, size: float, pitch: float) -> int:
    """Return how many nodes fit on a ring of this outer radius, if each number needs `pitch`."""
    return max(int(2 * math.pi * (room - _margins(size)[1]) / pitch), 1)


def lay_ring(
    sizes: Sequence[float], groups: Sequence[int], room: float, size: float, pitch: float
) -> Ring:
    """Place nodes of these sizes; `groups` numbers the group of each, from 0, in order.

    `room` is the largest outer radius, `size` that of the text, `pitch` what a number needs.
    """
    count, several = len(sizes), max(groups) + 1 > 1
    inner, edge = _margins(size)
    edge = edge if several else 0.55 * size
    spare = most_on_ring(room, size, pitch) - count
    gap = min(1.0, max(spare, 0) / (max(groups) + 1)) if several else 0.0
    slots = count + gap * (max(groups) + 1)
    reach = SHAPES_REACH * _CAP * size
    radius = min(room - edge - inner - reach, _WANTED * size * slots / (2 * math.pi))
    if count == 1:
        radius = 0.0
    largest = min(_CAP * size, _FULL * 2 * math.pi * radius / slots) if radius else _CAP * size
    if radius and largest < _CAP * size:  # smaller nodes leave room for a larger ring
        radius = room - edge - inner - SHAPES_REACH * largest
    step = 2 * math.pi / slots
    angles = [step * (at + gap * (group + 0.5) + 0.5) for at, group in enumerate(groups)]
    keys = radius + SHAPES_REACH * largest + inner
    ring = Ring(radius, keys + edge, keys, largest, tuple(angles), (), ())
    radii = tuple(ring.radius_of(one, max(sizes)) for one in sizes)
    spans = [
        (min(own) - 0.42 * step, max(own) + 0.42 * step)
        for group in range(max(groups) + 1 if several else 0)
        for own in [[angle for angle, one in zip(angles, groups, strict=True) if one == group]]
    ]
    return Ring(radius, keys + edge, keys, largest, tuple(angles), radii, tuple(spans))


def bend_link(ring: Ring, left: int, right: int) -> tuple[Point, Point, Point]:
    """Return the ends of a link and the point that it bends towards (a quadratic curve)."""
    first, last = ring.angles[left], ring.angles[right]
    apart = (last - first) % (2 * math.pi)
    middle = first + apart / 2
    if apart > math.pi:
        apart, middle = 2 * math.pi - apart, middle + math.pi
    bend = ring.radius * (1 - (0.35 + 0.65 * apart / math.pi))
    ends = ring.place(first, ring.radius), ring.place(last, ring.radius)
    return ends[0], ring.place(middle, bend), ends[1]
