"""A panel: points on two axes with a caption below.  Funnel and Doi plots stand on it.

A panel is measured first, as everything here: the labels of its axes, which are rulers
(:mod:`~reviewkit.present.rulers`), decide how much room is left.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import Circle, PathPatch
from matplotlib.path import Path

from reviewkit._core.errors import InputError
from reviewkit.present import marks
from reviewkit.present.axes import COLOURS, MM, Group, new_axes, use_points, write_text
from reviewkit.present.lettering import CAP_HEIGHT, TextStyle, wrap_lines
from reviewkit.present.page import EDGE, LEADING, page_style, write_lines
from reviewkit.present.rulers import MARGIN, MakeRuler, Ruler

__all__ = ["Panel", "draw_area", "draw_dot", "draw_frame", "draw_path", "open_panel"]

LEAST_HEIGHT = 15 * MM  # of the panel itself
HEIGHT = (24 * MM, 0.36)  # of the panel: so much, and so much of the width
MOST_LINES = 30  # of a caption


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel that is measured and not yet drawn; lengths in points."""

    x: Ruler
    y: Ruler  # runs from the top down
    width: float
    height: float
    label: tuple[str, ...]  # under the axis
    caption: tuple[str, ...]
    style: TextStyle

    @property
    def small(self) -> TextStyle:
        """Return the style of tick labels and caption."""
        return self.style.change(colour="soft")

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Return left, top, right and bottom of the panel."""
        return self.x.start, self.y.start, self.x.end, self.y.end

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return the place of a point."""
        return self.x.at(x), self.y.at(y)


def open_panel(
    ax: Axes | None, width: float, make_x: MakeRuler, make_y: MakeRuler, caption: Sequence[str]
) -> tuple[Axes, Panel]:
    """Return axes in points and the panel that fills them; `width` is in mm.

    Rulers are made once their place is known, that of y first.
    """
    points, room = (width * MM, math.inf) if ax is None else map(float, use_points(ax))
    style = page_style(points)
    size, small = style.size, style.change(colour="soft")
    lines = [x for text in caption for x in wrap_lines(text, small, points - 2 * EDGE, MOST_LINES)]
    head = EDGE + 1.9 * size
    foot = (LEADING * len(lines) + 0.6) * size * bool(lines) + EDGE
    tall = HEIGHT[0] + HEIGHT[1] * points if math.isinf(room) else room - head - foot - 4.4 * size
    _require_height(tall)
    y = make_y((head, head + tall), style)
    left = EDGE + max((small.measure(text) for _, text in y.ticks), default=0.0) + 0.8 * size
    x = make_x((left, points - EDGE - MARGIN * size), style)
    if ax is not None and x.lines > 1:  # what tick labels need beyond one line
        tall -= LEADING * (x.lines - 1) * size
        _require_height(tall)
        y = make_y((head, head + tall), style)
    label = wrap_lines(x.title, style, points - left - EDGE, 2)
    height = head + tall + (0.4 + LEADING * (x.lines + len(label))) * size + foot
    panel = Panel(x, y, points, height, label, tuple(lines), style)
    if ax is None:
        ax = new_axes(points / MM, height / MM)
        use_points(ax)
    return ax, panel


def _require_height(tall: float) -> None:
    """Raise an InputError if a panel is too low to be read."""
    if tall < LEAST_HEIGHT:
        raise InputError(
            f"`ax` must be higher: the panel has {max(tall, 0) / MM:.0f} mm left beside its "
            f"texts and needs {LEAST_HEIGHT / MM:.0f}. Leave `ax` out to get a fitting one."
        )


def draw_frame(ax: Axes, panel: Panel) -> list[Group]:
    """Return the axes with their ticks and titles, and the caption."""
    left, top, right, bottom = panel.box
    size, small = panel.style.size, panel.small
    down: list[Artist] = [marks.draw_rule(ax, (left, top), (left, bottom), gid="axis-y")]
    for place, text in panel.y.ticks:
        y = panel.y.at(place)
        down.append(marks.draw_rule(ax, (left - 2.5, y), (left, y)))
        baseline = y + CAP_HEIGHT / 2 * size
        down.append(write_text(left - 0.6 * size, baseline, text, small, ax, "right"))
    down.append(write_text(EDGE, EDGE + CAP_HEIGHT * size, panel.y.title, panel.style, ax))
    across: list[Artist] = [marks.draw_rule(ax, (left, bottom), (right, bottom), gid="axis-x")]
    for i, (place, text) in enumerate(panel.x.ticks):
        x = panel.x.at(place)
        across.append(marks.draw_rule(ax, (x, bottom), (x, bottom + 2.5), gid=f"tick-{i}"))
        baseline = bottom + 4.0 + CAP_HEIGHT * size
        across += write_lines(x, baseline, text.split("\n"), small, ax, "center")
    middle = (left + right) / 2
    base = bottom + (1.4 + LEADING * panel.x.lines) * size
    across += write_lines(middle, base, panel.label, panel.style, ax, "center")
    below = panel.height - EDGE - LEADING * len(panel.caption) * size
    caption = write_lines(EDGE, below + 0.95 * size, panel.caption, small, ax)
    return [Group("axis-down", down), Group("axis-across", across), Group("foot", caption)]


def draw_area(ax: Axes, corners: Sequence[tuple[float, float]], fill: str, gid: str) -> Artist:
    """Return a filled area without an edge."""
    return PathPatch(
        Path([*corners, corners[0]]), facecolor=COLOURS[fill], edgecolor="none", linewidth=0,
        antialiased=True, gid=gid, transform=ax.transData,
    )  # fmt: skip


def draw_path(
    ax: Axes, points: Sequence[tuple[float, float]], *, colour: str, dotted: bool, gid: str,
    width: float = 0.75,
) -> Artist:  # fmt: skip
    """Return a line through points."""
    style: Any = (0, (0.1, 2.6)) if dotted else "-"
    return PathPatch(
        Path([*points]), facecolor="none", edgecolor=COLOURS[colour], linewidth=width,
        linestyle=style, capstyle="round" if dotted else "butt", joinstyle="round",
        antialiased=True, gid=gid, transform=ax.transData,
    )  # fmt: skip


def draw_dot(
    ax: Axes, place: tuple[float, float], radius: float, *, open: bool, gid: str
) -> Artist:
    """Return a round point; an open one stands for what was not observed."""
    return Circle(
        place, radius, facecolor=COLOURS["paper" if open else "mark"], antialiased=True,
        edgecolor=COLOURS["ink" if open else "paper"], linewidth=0.75 if open else 0.4,
        gid=gid, transform=ax.transData,
    )  # fmt: skip
