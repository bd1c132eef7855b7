"""Where the parts of a flow drawing go: a description in, points out.

Columns are equally wide.  A row is as high as its highest box; boxes nearly as
high grow to that height, much lower ones keep their own and hang from the top,
since an empty box would look like a mistake.  Stages span their rows exactly.  An arrow takes one of four
ways, by where its ends stand:

* in one row: sideways;
* in one column with nothing in between: straight down;
* in one column with boxes in between: around them, in a lane on the left;
* else down from its source, then sideways to its target.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from reviewkit._core.errors import InputError
from reviewkit.present.axes import MM
from reviewkit.present.flow_parts import Box, FlowChart, Line
from reviewkit.present.lettering import Piece, Run, measure_text, widest_word, wrap_runs

__all__ = ["FAULT", "FAULTY", "NOTE_SIZE", "Layout", "Point", "Rect", "TextLine", "lay_out"]

# Lengths in points.
MARGIN = 1.0  # room for half a border
BAR, BAR_GAP = 14.0, 6.0  # width of a stage, and the space to its right
LANE = 7.0
PAD_X, PAD_Y = 5.0, 4.5
HEAD_GAP = 6.0  # between a heading and its boxes
NOTE_GAP = 8.0
DENSE_GAP = 10.0  # between rows, where height is short: an arrow and its head
INDENT = 6.0  # of a line, by level; and once more where it continues
LEADING = 1.24  # from baseline to baseline, in sizes of the text
ASCENT, DESCENT = 0.76, 0.22  # of letters, in sizes of the text
STRETCH = 1.75  # by which factor a box may grow to the height of its row
SIZES, LEAST_SIZE, NOTE_SIZE = (8.0, 7.5, 7.0), 6.5, 6.5
#: Width of text, in its sizes: from one that can be read over one that reads well to too wide.
LEAST_EMS, EMS, MOST_EMS = 9.0, 12.5, 22.0
FAULTY, FAULT = "This flow contradicts itself.", "≠"

Point = tuple[float, float]


class Rect(NamedTuple):
    """A rectangle; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def x(self) -> float:
        """The middle, across."""
        return (self.left + self.right) / 2

    @property
    def y(self) -> float:
        """The middle, down."""
        return (self.top + self.bottom) / 2


class Span(NamedTuple):
    """From left to right, or from top to bottom."""

    start: float
    end: float

    @property
    def length(self) -> float:
        """The distance."""
        return self.end - self.start


class TextLine(NamedTuple):
    """A line of text in its place: where its baseline starts, and its pieces."""

    x: float
    baseline: float
    pieces: list[Piece]


class Layout(NamedTuple):
    """A finished drawing, in points."""

    height: float
    size: float  # of the text
    boxes: dict[str, Rect]
    texts: dict[str, list[TextLine]]  # by id of a box
    stages: list[Rect]
    arrows: list[list[Point]]  # corners of each
    notes: list[TextLine]
    banner: Rect | None  # around the faults
    faults: list[TextLine]


Wrapped = list[tuple[float, list[Piece]]]  # lines with their indent


def lay_out(chart: FlowChart, width: float) -> Layout:
    """Place all parts of a flow drawing that is `width` points wide.

    Raises
    ------
    InputError
        If columns would be too narrow for the smallest text.
    """
    around = _around(chart)
    page, columns = _columns(chart, width, lanes=sum(column == 0 for _, column in around))
    lanes = _lanes(around, columns)
    size = _text_size(chart, columns[0].length - 2 * PAD_X)
    spans = {b.id: Span(columns[b.column].start, columns[b.column + b.across - 1].end)
             for b in chart.boxes}  # fmt: skip
    wrapped = {b.id: _fill(b, spans[b.id].length - 2 * PAD_X, size) for b in chart.boxes}
    heights = {name: _height(lines, size) for name, lines in wrapped.items()}
    banner, faults = _banner(chart, page, size)
    rows = _rows(chart, heights, banner.bottom + NOTE_GAP if banner else MARGIN, size)
    boxes = {b.id: _rect(spans[b.id], rows[b.row], heights[b.id]) for b in chart.boxes}
    texts = {b.id: _set_lines(wrapped[b.id], boxes[b.id], size, b.is_head) for b in chart.boxes}
    stages = [
        Rect(page.start, rows[stage.first].start, page.start + BAR, rows[stage.last].end)
        for stage in chart.stages
    ]
    arrows = [_route(chart.box(a), chart.box(b), boxes, lanes.get((a, b))) for a, b in chart.arrows]
    foot = max(row.end for row in rows.values())
    notes = _block(chart.notes, page, foot + NOTE_GAP)
    height = notes[-1].baseline + DESCENT * NOTE_SIZE if notes else foot
    return Layout(height + MARGIN, size, boxes, texts, stages, arrows, notes, banner, faults)


def _around(chart: FlowChart) -> list[tuple[tuple[str, str], int]]:
    """Return the arrows that must go around boxes, and in which column; the shortest first."""
    found = []
    for pair in chart.arrows:
        a, b = map(chart.box, pair)
        between = any(a.row < c.row < b.row and a.shares_column(c) for c in chart.boxes)
        if between and a.shares_column(b):
            found.append((b.row - a.row, pair, min(a.column, b.column)))
    return [(pair, column) for _, pair, column in sorted(found)]


def _lanes(
    around: Sequence[tuple[tuple[str, str], int]], columns: Sequence[Span]
) -> dict[tuple[str, str], tuple[float, float]]:
    """Return how far to the left each arrow goes around, and how far down it meets its box.

    One goes beside the other; of two that meet in a box the outer one comes in below.
    """
    lanes: dict[tuple[str, str], tuple[float, float]] = {}
    used: dict[int, int] = {}
    for pair, column in around:
        used[column] = used.get(column, 0) + 1
        met = [other for other, _ in around if other[1] == pair[1]]
        share = (1 + met.index(pair)) / (1 + len(met))
        lanes[pair] = (columns[column].start - LANE * used[column], share)
    return lanes


def _gap(chart: FlowChart) -> float:
    """Return the space between columns and between rows; less where columns are many."""
    return {1: 18.0, 2: 18.0, 3: 16.0, 4: 14.0}.get(chart.columns, 12.0)


def _columns(chart: FlowChart, width: float, *, lanes: int) -> tuple[Span, list[Span]]:
    """Return where the drawing and each of its columns begin and end, in the middle of the page."""
    count, gap = chart.columns, _gap(chart)
    left = (BAR + BAR_GAP if chart.stages else 0.0) + LANE * lanes
    fixed = 2 * MARGIN + left + gap * (count - 1)
    each = min((width - fixed) / count, MOST_EMS * SIZES[0] + 2 * PAD_X)
    least = LEAST_EMS * LEAST_SIZE + 2 * PAD_X
    if each < least:
        raise InputError(
            f"A flow of {count} columns must be at least {(fixed + count * least) / MM:.0f} mm "
            f"wide. Got {width / MM:.0f} mm. Make the figure wider, or stack the ways into the "
            f"review."
        )
    start = (width - fixed - count * each) / 2 + MARGIN
    starts = [start + left + i * (each + gap) for i in range(count)]
    columns = [Span(x, x + each) for x in starts]
    return Span(start, columns[-1].end), columns


def _text_size(chart: FlowChart, room: float) -> float:
    """Return the size that suits the columns, or the least where that saves cutting a word."""
    if chart.is_dense:
        return LEAST_SIZE
    size = next((size for size in SIZES if size * EMS <= room), SIZES[-1])
    needs = [
        INDENT * line.level + widest_word(line.runs, 1.0) * size
        for box in chart.boxes
        for line in box.lines
    ]
    return size if max(needs) <= room or max(needs) * LEAST_SIZE / size > room else LEAST_SIZE


def _fill(box: Box, room: float, size: float) -> Wrapped:
    """Break the text of a box; a heading into lines of like length, as few as can be."""
    wrapped = _wrap(box.lines, room, size)
    if not box.is_head or len(wrapped) == len(box.lines):
        return wrapped
    tries = (_wrap(box.lines, room * part / 20, size) for part in range(8, 20))
    return next((lines for lines in tries if len(lines) == len(wrapped)), wrapped)


@lru_cache(maxsize=2**10)  # a flow is often laid out in several ways before it is drawn
def _wrap(lines: tuple[Line, ...], room: float, size: float) -> Wrapped:
    """Break the lines of a box; what continues an item of a list is indented once more."""
    wrapped: Wrapped = []
    for line in lines:
        indent = INDENT * line.level
        hang = INDENT if line.level else 0.0
        for number, pieces in enumerate(wrap_runs(line.runs, room - indent, size, hang=hang)):
            wrapped.append((indent + (hang if number else 0.0), pieces))
    return wrapped


def _height(lines: Sequence[object], size: float) -> float:
    return 2 * PAD_Y + size * (ASCENT + DESCENT + LEADING * (len(lines) - 1))


def _rows(
    chart: FlowChart, heights: Mapping[str, float], top: float, size: float
) -> dict[int, Span]:
    """Return where each row begins and ends; a stage has rows high enough for its name."""
    tall: dict[int, float] = {}
    for box in sorted(chart.boxes, key=lambda box: box.row):
        tall[box.row] = max(tall.get(box.row, 0.0), heights[box.id])
    heads = {box.row for box in chart.boxes if box.is_head}
    gap = DENSE_GAP if chart.is_dense else _gap(chart)
    after = {row: HEAD_GAP if row in heads else gap for row, _ in pairwise(tall)}
    for stage in chart.stages:
        *upper, last = (row for row in tall if stage.first <= row <= stage.last)
        need = measure_text(Run(stage.text, bold=True), size) + 2 * PAD_Y
        tall[last] = max(tall[last], need - sum(tall[row] + after[row] for row in upper))
    rows = {}
    for row, height in tall.items():
        rows[row] = Span(top, top + height)
        top += height + after.get(row, 0.0)
    return rows


def _rect(span: Span, row: Span, height: float) -> Rect:
    """Return the outline of a box of this height, or of its row's if that is not much more."""
    grown = row.length if row.length <= STRETCH * height else height
    return Rect(span.start, row.start, span.end, row.start + grown)


def _set_lines(lines: Wrapped, rect: Rect, size: float, centred: bool) -> list[TextLine]:
    """Place the lines of a box, with as much room above as below."""
    baseline = rect.y - _height(lines, size) / 2 + PAD_Y + ASCENT * size
    placed = []
    for indent, pieces in lines:
        x = rect.left + PAD_X + indent
        if centred and pieces:
            x = rect.x - (pieces[-1].x + measure_text(pieces[-1].run, size)) / 2
        placed.append(TextLine(x, baseline, pieces))
        baseline += LEADING * size
    return placed


def _banner(chart: FlowChart, page: Span, size: float) -> tuple[Rect | None, list[TextLine]]:
    """Place what is wrong with the flow above all else."""
    if not chart.faults:
        return None, []
    paragraphs = [
        Line((Run(FAULTY, bold=True),)),
        *(Line.of(f"{FAULT} {said}") for said in chart.faults.values()),
    ]
    lines = _wrap(tuple(paragraphs), page.length - 2 * PAD_X, size)
    rect = Rect(page.start, MARGIN, page.end, MARGIN + _height(lines, size))
    return rect, _set_lines(lines, rect, size, centred=False)


def _block(paragraphs: Iterable[str], page: Span, top: float) -> list[TextLine]:
    """Place notes one below the other."""
    lines = _wrap(tuple(map(Line.of, paragraphs)), page.length, NOTE_SIZE)
    rect = Rect(page.start - PAD_X, top, page.end, top + _height(lines, NOTE_SIZE) - 2 * PAD_Y)
    return _set_lines(lines, rect, NOTE_SIZE, centred=False)


def _route(
    a: Box, b: Box, boxes: Mapping[str, Rect], lane: tuple[float, float] | None
) -> list[Point]:  # fmt: skip
    """Return the corners of an arrow from box `a` to box `b`."""
    start, end = boxes[a.id], boxes[b.id]
    if a.row == b.row:
        y = (max(start.top, end.top) + min(start.bottom, end.bottom)) / 2
        return [(start.right, y), (end.left, y)]
    if lane is not None:
        x, y = lane[0], end.top + lane[1] * (end.bottom - end.top)
        return [(start.left, start.y), (x, start.y), (x, y), (end.left, y)]
    if a.shares_column(b):
        x = min(start, end, key=lambda rect: rect.right - rect.left).x
        return [(x, start.bottom), (x, end.top)]
    return [(start.x, start.bottom), (start.x, end.y),
            (end.left if start.x < end.x else end.right, end.y)]  # fmt: skip
