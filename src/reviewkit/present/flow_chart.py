"""Flow drawings in the manner of PRISMA 2020.

A drawing is described by its boxes in a grid, the arrows between them and the
stages at its side; what the boxes say is up to the caller.  Widths of text
decide where everything goes (:mod:`~reviewkit.present.flow_layout`), here it is
drawn.  Other pictures are drawn from a frame; here that would say what stands in a
box but not where it is, nor what leads to it.  In SVG each box is a group ``flow-<id>`` that names its counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch, Polygon
from matplotlib.ticker import NullLocator

from reviewkit._core.errors import InputError
from reviewkit.present.axes import (
    COLOURS,
    MM,
    Group,
    describe_axes,
    draw_text,
    new_axes,
    plain_settings,
    use_points,
)
from reviewkit.present.flow_layout import (
    FAULT,
    FAULTY,
    NOTE_SIZE,
    Layout,
    Point,
    Rect,
    TextLine,
    lay_out,
)  # fmt: skip
from reviewkit.present.flow_parts import Box, FlowChart, Line, Stage
from reviewkit.present.lettering import CAP_HEIGHT, Run

__all__ = ["Box", "FlowChart", "Line", "Run", "Stage", "describe_flow", "draw_flow"]

_BORDER = 0.7  # points
_ROUND = 2.5  # radius of the corners of headings and stages
_HEAD = (5.0, 2.0)  # length and half width of an arrowhead

#: Fill, edge, width of the edge and dashes of a box by its look; without an edge it is rounded.
_LOOKS: Mapping[str, tuple[str, str | None, float, tuple[float, ...]]] = MappingProxyType(
    {
        "step": ("paper", "line", _BORDER, ()),
        "side": ("pale", "line", _BORDER, ()),
        "head": ("gold", None, 0.0, ()),
        "side-head": ("grey", None, 0.0, ()),
        "stage": ("blue", None, 0.0, ()),
        "fault": ("paper", "alarm", 2 * _BORDER, (3.0, 1.5)),
        "mark": ("alarm", None, 0.0, ()),
    }
)


def draw_flow(chart: FlowChart, *, width_mm: float = 174.0, ax: Axes | None = None) -> Axes:
    """Draw a flow diagram.

    Parameters
    ----------
    chart : FlowChart
        Boxes, arrows, stages, notes; and the faults of a flow that contradicts
        itself, which are printed above it and marked in it.
    width_mm : float, default 174
        Width of a new figure; its height follows from the text.
    ax : Axes, optional
        Where to draw instead; must be high enough.

    Returns
    -------
    Axes
        Its data are points, y downwards.

    Raises
    ------
    InputError
        If the axes are too narrow or too low for legible text.

    Examples
    --------
    >>> from reviewkit.present.axes import close_axes, render_axes
    >>> boxes = (
    ...     Box("screened", 0, 0, (Line.of("Records screened"), Line.of("(n = 243)"))),
    ...     Box("excluded", 0, 1, (Line.of("Records excluded"), Line.of("(n = 222)"))),
    ... )
    >>> chart = FlowChart("Screening", boxes, arrows=(("screened", "excluded"),))
    >>> print(describe_flow(chart))
    Screening. Records screened (n = 243). Records excluded (n = 222).
    >>> ax = draw_flow(chart, width_mm=84)
    >>> b'<g id="flow-screened"' in render_axes(ax, "svg")
    True
    >>> close_axes(ax)
    """
    if ax is None:
        layout = lay_out(chart, width_mm * MM)
        ax = new_axes(width_mm, layout.height / MM)
        use_points(ax)
    else:
        width, height = use_points(ax)
        layout = lay_out(chart, width)
        if layout.height > height + 1:
            raise InputError(
                f"The axes must be at least {layout.height / MM:.0f} mm high for this flow. "
                f"Got {height / MM:.0f} mm. Leave out `ax` for a figure that fits."
            )
    for axis in (ax.xaxis, ax.yaxis):  # nothing is drawn there, and ticks take long to make
        axis.set_major_locator(NullLocator())
    with plain_settings():
        for group in _groups(chart, layout, ax):
            ax.add_artist(group)
    describe_axes(ax, title=chart.title, text=describe_flow(chart), name=chart.name)
    return ax


def describe_flow(chart: FlowChart) -> str:
    """Return the drawing in words, box by box, for readers who cannot see it."""
    faults = [f"{FAULTY} {' '.join(chart.faults.values())}"] if chart.faults else []
    if chart.excuse:
        faults.append(f"Its numbers contradict each other and are not marked: {chart.excuse}.")
    steps = [f"{box.text}." for box in chart.boxes if not box.is_head]
    return " ".join([f"{chart.title}.", *faults, *steps]).replace("*", "")


def _groups(chart: FlowChart, layout: Layout, ax: Axes) -> list[Group]:
    """Return all that is drawn; arrows first, so that no border is covered."""
    name = chart.name
    groups = [Group(f"{name}-arrows", [art for way in layout.arrows for art in _arrow(way, ax)])]
    for number, stage in enumerate(chart.stages):
        rect = layout.stages[number]
        art = [_frame(rect, "stage", ax), _upright(stage.text, rect, layout.size, ax)]
        groups.append(Group(f"{name}-stage-{number}", art, title=stage.text))
    for box in chart.boxes:
        rect, fault = layout.boxes[box.id], chart.faults.get(box.id, "")
        art = [_frame(rect, "fault" if fault else box.look, ax)]
        art += _letters(layout.texts[box.id], layout.size, ax)
        art += _mark(rect, layout.size, ax) if fault else []
        title, text = box.lines[0].text, f"{box.text}. {fault}" if fault else box.text
        groups.append(Group(f"{name}-{box.id}", art, title=title, text=text, ids=box.counts))
    if layout.banner:
        art = [_frame(layout.banner, "fault", ax), *_letters(layout.faults, layout.size, ax)]
        groups.append(Group(f"{name}-faults", art, title=FAULTY))
    notes = _letters(layout.notes, NOTE_SIZE, ax)
    return [*groups, Group(f"{name}-notes", notes)] if notes else groups


def _frame(rect: Rect, look: str, ax: Axes) -> Artist:
    fill, edge, width, dashes = _LOOKS[look]
    return FancyBboxPatch(
        (rect.left, rect.top),
        rect.right - rect.left,
        rect.bottom - rect.top,
        boxstyle="square,pad=0" if edge else f"round,pad=0,rounding_size={_ROUND}",
        facecolor=COLOURS[fill],
        edgecolor=COLOURS[edge] if edge else "none",
        linewidth=width,
        linestyle=(0, dashes) if dashes else "-",
        antialiased=True,
        transform=ax.transData,
    )


def _letters(lines: Sequence[TextLine], size: float, ax: Axes) -> list[Artist]:
    return [
        draw_text(line.x + piece.x, line.baseline, piece.run, size, ax)
        for line in lines
        for piece in line.pieces
    ]


def _upright(text: str, rect: Rect, size: float, ax: Axes) -> Artist:
    """Return the name of a stage, read from below."""
    x = rect.x + CAP_HEIGHT * size / 2
    run = Run(text, bold=True)
    return draw_text(x, rect.y, run, size, ax, rotation=90, rotation_mode="anchor", ha="center")


def _arrow(way: list[Point], ax: Axes) -> list[Artist]:
    """Return the line and the head of an arrow; the head ends on the last point."""
    (x0, y0), (x, y) = way[-2:]
    length = abs(x - x0) + abs(y - y0)  # one of both is 0
    dx, dy = (x - x0) / length, (y - y0) / length
    back, half = _HEAD
    foot = (x - back * dx, y - back * dy)
    head = [(x, y), (foot[0] - half * dy, foot[1] + half * dx),
            (foot[0] + half * dy, foot[1] - half * dx)]  # fmt: skip
    ink: Any = {"color": COLOURS["line"], "antialiased": True, "transform": ax.transData}
    line = Polygon([*way[:-1], foot], closed=False, fill=False, linewidth=_BORDER, **ink)
    return [line, Polygon(head, linewidth=0.0, **ink)]


def _mark(rect: Rect, size: float, ax: Axes) -> list[Artist]:
    """Return the sign of a fault on the upper right corner of a box."""
    half = 0.6 * size
    plate = Rect(rect.right - 2 * half, rect.top - half, rect.right, rect.top + half)
    return [
        _frame(plate, "mark", ax),
        draw_text(plate.x, plate.y + 0.36 * size, Run(FAULT, bold=True), size, ax,
                  ha="center", color=COLOURS["paper"]),
    ]  # fmt: skip
