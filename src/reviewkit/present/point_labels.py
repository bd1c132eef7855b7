"""Names beside points, each where there is room for it and none on top of another.

A name is nearer to its own point than to any other, so that none is read as another's; and
what is left of an elided one begins no other name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reviewkit.present.lettering import CAP_HEIGHT, TextStyle, wrap_lines

__all__ = ["PlacedLabel", "cover_line", "place_labels"]

FloatArray = NDArray[np.float64]
Box = tuple[float, float, float, float]

#: Of the panel: a name that has no place is elided further, and tried again.
_WIDEST = (0.36, 0.2, 0.1)
_AIR = 1.5  # points between a name and what is beside it
_APART = 2.5  # points between two names
_NEAR = 1.0  # points by which another point may be nearer: the two all but coincide
_BELOW = 0.2  # em that letters reach below the baseline
#: Sides of a point, in the order in which they are tried: beside it, above or below, farther off.
_SIDES = (
    (1, 0), (-1, 0), (1, -1), (-1, -1), (1, 1), (-1, 1), (0, -1), (0, 1),
    (1, -2), (-1, -2), (1, 2), (-1, 2),
)  # fmt: skip


class PlacedLabel(NamedTuple):
    """A name that has a place."""

    point: int  # number of its point
    text: str
    x: float  # left end
    baseline: float


def place_labels(
    points: NDArray[np.float64],
    names: Sequence[str],
    order: Iterable[int],
    *,
    radius: float | FloatArray,
    style: TextStyle,
    box: Box,
    taken: Sequence[Box] = (),
    lines: Sequence[Box] = (),
) -> list[PlacedLabel]:
    """Return the names that fit, in the order of their importance.

    Parameters
    ----------
    points : ndarray of shape (k, 2)
        Places of all points, in points of the page, y down.
    names : sequence of str
        One a point.
    order : iterable of int
        Points that want a name, the most important first.
    radius : float or ndarray of shape (k,)
        Of the points.
    style : TextStyle
    box : tuple of float
        Left, top, right and bottom of the panel, which no name leaves.
    taken : sequence of boxes
        Places of other texts.
    lines : sequence of boxes
        Along lines, which no name crosses.

    Returns
    -------
    list of PlacedLabel
        A name without room, even a short one, is left out.
    """
    placed: list[PlacedLabel] = []
    radii = np.broadcast_to(np.asarray(radius, dtype=float), len(points))
    used = np.array([*taken, *lines], dtype=float).reshape(-1, 4)
    for at in order:
        for text in _elide(names[at], names, style, box[2] - box[0]):
            spots = _spots(points[at], style.measure(text), style.size, float(radii[at]), box)
            free = (spot for spot in spots if _is_free(spot, box, used))
            found = next((spot for spot in free if _is_own(spot, at, points, radii)), None)
            if found is not None:
                left, top, right, bottom = found
                used = np.vstack([used, (left - _APART, top, right + _APART, bottom)])
                placed.append(PlacedLabel(at, text, found[0], found[3] - _BELOW * style.size))
                break
    return placed


def cover_line(places: Iterable[tuple[float, float]]) -> list[Box]:
    """Return small boxes along a line through these places, which no name then crosses."""
    boxes: list[Box] = []
    for start, end in pairwise(places):
        count = int(np.hypot(end[0] - start[0], end[1] - start[1]) // 2) + 2
        for x, y in np.linspace(start, end, count).tolist():
            boxes.append((x - 1.2, y - 1.2, x + 1.2, y + 1.2))
    return boxes


def _elide(name: str, names: Sequence[str], style: TextStyle, width: float) -> Iterator[str]:
    """Yield a name, and ever less of it; nothing of one that says nothing or might be another.

    Its first word stays whole: "Ada…" is nobody's name.
    """
    before, first = "", re.split("[ -]", name, maxsplit=1)[0]
    for share in _WIDEST:
        text = wrap_lines(name, style, share * width, 1)[0]
        whole = not text.endswith("…")
        if not whole and first != name and len(text) <= len(first):
            text = f"{first}…"
        alone = whole or sum(other.startswith(text[:-1]) for other in names) == 1
        if text.strip(" …") and text != before and alone:
            yield text
        before = text


def _spots(
    point: NDArray[np.float64], wide: float, size: float, radius: float, box: Box
) -> Iterator[Box]:
    """Yield boxes around a point, those away from the middle of the panel first."""
    x, y = map(float, point)
    outward = 1 if x >= (box[0] + box[2]) / 2 else -1
    high = CAP_HEIGHT * size
    for towards, rise in _SIDES:
        side = outward * towards
        reach = radius + _AIR if not rise else 0.7 * radius + _AIR
        left = x + side * reach - wide * (1 - side) / 2
        middle = y + rise * (radius + _AIR + high / 2) * (0.8 if side and abs(rise) == 1 else 1.0)
        yield left, middle - 0.65 * high, left + wide, middle + high / 2 + _BELOW * size


def _is_free(found: Box, box: Box, used: FloatArray) -> bool:
    """Say whether a box lies in the panel and touches no other box."""
    left, top, right, bottom = found
    if left < box[0] + _AIR or right > box[2] or top < box[1] or bottom > box[3] - _AIR:
        return False
    across = (left < used[:, 2]) & (right > used[:, 0])
    return not bool((across & (top < used[:, 3]) & (bottom > used[:, 1])).any())


def _is_own(found: Box, at: int, points: FloatArray, radii: FloatArray) -> bool:
    """Say whether a box touches no point and is nearest to its own."""
    left, top, right, bottom = found
    x, y = points.T
    aside = np.maximum(np.maximum(left - x, x - right), 0.0)
    above = np.maximum(np.maximum(top - y, y - bottom), 0.0)
    if ((aside < radii) & (above < radii)).any():
        return False
    gaps = np.hypot(aside, above) - radii
    return bool(gaps[at] <= gaps.min() + _NEAR)
